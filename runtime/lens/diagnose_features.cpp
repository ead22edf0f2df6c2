// Features as they came: what the model has no words for.
#include <algorithm>
#include <cmath>
#include <utility>

#include "lens/diagnose_rules.h"
#include "lens/diagnose_text.h"

namespace clicklens::lens {

namespace {

double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? undefined : static_cast<double>(part) / static_cast<double>(whole);
}

// As if rows were independent: a feature's rate is far from its bound or does not matter.
Evidence with_interval(const char* name, std::uint64_t part, std::uint64_t whole) {
  const double p = share_of(part, whole), n = static_cast<double>(whole);
  const double z2 = diagnose_rules::interval * diagnose_rules::interval;  // Wilson 1927
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = diagnose_rules::interval / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {name, p, middle - half, middle + half};
}

bool has_left(double now, double before) {
  return now >= diagnose_rules::uncovered && (now - before >= diagnose_rules::uncovered_rise || std::isnan(before));
}

}  // namespace

Finding judge_coverage(const FeatureCoverage& of) {
  const double missing = share_of(of.missing, of.rows), unknown = share_of(of.unknown, of.ids);
  const bool is_missing =
      has_left(missing, share_of(of.train_missing, of.train_rows)) || missing >= diagnose_rules::never_there;
  const bool is_unknown =
      of.ids >= diagnose_rules::coverage_rows && has_left(unknown, share_of(of.train_unknown, of.train_ids));
  const Evidence judged = is_unknown || (!is_missing && unknown > missing)
                              ? with_interval("unknown", of.unknown, of.ids)
                              : with_interval("missing", of.missing, of.rows);
  Finding finding = finding_of(FindingKind::coverage, of.feature, listed_names(of.days), of.rows, 0,
                               {judged.value, judged.low, judged.high, diagnose_rules::uncovered});
  finding.caveat = "a feature whose unknown ids have a trained row of their own says something all the same";
  finding.evidence = {{"missing", missing, undefined, undefined},
                      {"unknown", unknown, undefined, undefined},
                      {"train_missing", share_of(of.train_missing, of.train_rows), undefined, undefined},
                      {"train_unknown", share_of(of.train_unknown, of.train_ids), undefined, undefined}};
  if (of.rows < diagnose_rules::coverage_rows)
    return not_enough(std::move(finding), of.feature, of.rows, "rows", diagnose_rules::coverage_rows);
  decide(finding, is_missing || is_unknown);
  finding.text = sentence("%s: %.1f %% of the entries missing", of.feature.c_str(), 100 * missing);
  if (of.ids > 0) finding.text += sentence(", %.1f %% of the ids unknown", 100 * unknown);
  if (finding.state == FindingState::found)
    finding.command =
        is_unknown ? "train on recent days, or refine the encoder: hash ids, or count rare ones as one"
                   : "look at what the host sends: clicklens profile MODEL " + words(of.days) + " -o live.clprofile";
  return finding;
}

Finding judge_hash_load(const HashLoad& load) {
  Finding finding = finding_of(FindingKind::hash_load, load.feature, listed_names(load.days), load.rows, 0,
                               {load.collisions, undefined, undefined, diagnose_rules::collisions});
  finding.evidence.push_back({"distinct", load.distinct, undefined, undefined});
  finding.evidence.push_back({"table_rows", static_cast<double>(load.table_rows), undefined, undefined});
  finding.caveat = "expected of ids that came alone: rare ones that share a row do little harm";
  if (load.rows < diagnose_rules::coverage_rows)
    return not_enough(std::move(finding), load.feature, load.rows, "rows", diagnose_rules::coverage_rows);
  // Distinct ids are estimated within 1.6 %: so is the interval.
  const auto share = [&](double distinct) {
    return 1 - std::exp(-std::max(distinct - 1, 0.0) / static_cast<double>(load.table_rows));
  };
  finding.low = share(load.distinct * (1 - 0.016 * diagnose_rules::interval));
  finding.high = share(load.distinct * (1 + 0.016 * diagnose_rules::interval));
  decide(finding, load.collisions >= diagnose_rules::collisions);
  finding.text = sentence("%s: about %.0f ids in %llu rows: %.0f %% share theirs", load.feature.c_str(), load.distinct,
                          static_cast<unsigned long long>(load.table_rows), 100 * load.collisions);
  if (finding.state == FindingState::found)
    finding.command = sentence("train with a table of %.0f rows or more",
                               std::exp2(std::ceil(std::log2(std::max(load.distinct, 1.0) * 4))));
  return finding;
}

}  // namespace clicklens::lens
