#include "commands/report_part.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clicklens::cli {
namespace {

// Of one page, as page_neurons of report_layers.cpp is: lines of groups by part; bytes of findings' texts.
constexpr std::size_t page_group_lines = 3000, page_finding_bytes = 400000;
constexpr std::size_t listed_evidence = 40;

// The indices of the `most` smallest by key, ascending.
template <class Key>
std::vector<std::size_t> first_by(std::size_t count, std::size_t most, Key key) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  order.resize(std::min(count, most));
  std::sort(order.begin(), order.end());
  return order;
}

template <class T>
void keep(std::vector<T>& items, const std::vector<std::size_t>& listed) {
  std::vector<T> kept;
  for (const std::size_t i : listed)
    if (i < items.size()) kept.push_back(std::move(items[i]));  // contrasts may be none
  items = std::move(kept);
}

std::size_t bytes_of(const ReportFigures::Finding& finding) {
  std::size_t bytes =
      200 + finding.subject.size() + finding.text.size() + finding.caveat.size() + finding.command.size();
  for (const auto& e : finding.evidence) bytes += 60 + e.name.size();
  return bytes;
}

int rank_of(const std::string& severity) {
  return severity == "fault" ? 0 : severity == "warning" ? 1 : 2;
}

}  // namespace

void list_in_part(SaliencySumsReport& saliency, std::uint64_t& left_out, std::size_t checkpoints) {
  const std::size_t count = saliency.groups.size();
  const std::size_t most =
      std::max<std::size_t>(page_group_lines / (checkpoints * std::max<std::size_t>(saliency.parts.size(), 1)), 8);
  const auto key = [&](std::size_t g) {
    const bool changed = g < saliency.contrasts.size() && is_finding(saliency.contrasts[g]);
    double share = 0;
    for (const auto& part : saliency.parts)
      if (part.by == "all" && std::isfinite(part.groups[g].share)) share = std::max(share, part.groups[g].share);
    return std::pair(!changed, -share);
  };
  const std::vector<std::size_t> listed = first_by(count, most, key);
  left_out = count - listed.size();
  if (left_out == 0) return;
  keep(saliency.groups, listed);
  keep(saliency.contrasts, listed);
  for (auto& part : saliency.parts) keep(part.groups, listed);
}

void list_in_part(ReportFigures::Diagnosis& diagnosis, std::size_t checkpoints) {
  auto& findings = diagnosis.findings;
  for (auto& finding : findings) {
    finding.evidence_left_out = finding.evidence.size() - std::min(finding.evidence.size(), listed_evidence);
    finding.evidence.resize(finding.evidence.size() - finding.evidence_left_out);
  }
  std::vector<std::size_t> gravest(findings.size());
  std::iota(gravest.begin(), gravest.end(), 0u);
  std::stable_sort(gravest.begin(), gravest.end(), [&](std::size_t a, std::size_t b) {
    return rank_of(findings[a].severity) < rank_of(findings[b].severity);
  });
  std::size_t bytes = 0, most = 0;
  while (most < gravest.size() && (bytes += bytes_of(findings[gravest[most]])) <= page_finding_bytes / checkpoints)
    ++most;
  diagnosis.left_out = findings.size() - most;
  gravest.resize(most);
  std::sort(gravest.begin(), gravest.end());
  keep(findings, gravest);
}

}  // namespace clicklens::cli
