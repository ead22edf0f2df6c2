#include "lens/diagnose_finding.h"

#include <utility>

#include "lens/diagnose_text.h"

namespace clicklens::lens {

Severity severity_of(FindingKind kind) noexcept {
  switch (kind) {
    case FindingKind::overfit:
    case FindingKind::calibration:
    case FindingKind::drift_auc:
      return Severity::fault;
    case FindingKind::layer_adds_nothing:
    case FindingKind::useless_group:
    case FindingKind::dead_neurons:
    case FindingKind::provably_dead_neurons:
    case FindingKind::duplicate_neurons:
    case FindingKind::redundant_layer:
      return Severity::note;
    default:
      return Severity::warning;
  }
}

Finding finding_of(FindingKind kind, std::string subject, std::string rows_of, std::uint64_t rows, std::uint64_t clicks,
                   const FindingFigures& figures) {
  Finding finding;
  finding.kind = kind;
  finding.subject = std::move(subject);
  finding.rows_of = std::move(rows_of);
  finding.rows = rows;
  finding.clicks = clicks;
  finding.value = figures.value;
  finding.low = figures.low;
  finding.high = figures.high;
  finding.threshold = figures.threshold;
  return finding;
}

Finding not_enough(Finding finding, const std::string& what, std::uint64_t count, const char* unit,
                   std::uint64_t needed) {
  finding.state = FindingState::not_enough;
  finding.text =
      count < needed
          ? sentence("%s: %llu %s; %llu are needed", what.c_str(), static_cast<unsigned long long>(count), unit,
                     static_cast<unsigned long long>(needed))
          : sentence("%s: no standard error: both classes, and more than one cluster, are needed", what.c_str());
  return finding;
}

void decide(Finding& finding, bool found) {
  finding.state = found ? FindingState::found : FindingState::none;
}

}  // namespace clicklens::lens
