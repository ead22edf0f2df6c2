// What moved between days: the measures of drift.h as findings.
#include <algorithm>
#include <cmath>

#include "lens/diagnose_rules.h"
#include "lens/diagnose_text.h"
#include "lens/drift_rules.h"

namespace clicklens::lens {
namespace {

FindingState state_of(Verdict verdict) {
  return static_cast<FindingState>(verdict);
}
static_assert(static_cast<unsigned>(Verdict::found) == static_cast<unsigned>(FindingState::found));
static_assert(static_cast<unsigned>(Verdict::not_enough) == static_cast<unsigned>(FindingState::not_enough));

const char* drift_name(DriftKind kind) {
  switch (kind) {
    case DriftKind::element:
      return "values";
    case DriftKind::ids:
      return "ids";
    case DriftKind::missing:
      return "missing";
    default:
      return "unknown";
  }
}

// Found before not enough before nothing; of equals that which moved more.
bool is_worse(const DriftMeasure& a, const DriftMeasure& b) {
  const auto rank = [](const DriftMeasure& m) {
    return m.verdict == Verdict::found ? 2 : m.verdict == Verdict::none ? 1 : 0;
  };
  return rank(a) != rank(b) ? rank(a) > rank(b) : std::abs(a.effect) > std::abs(b.effect);
}

Finding moved(FindingKind kind, const std::string& subject, const std::string& live, std::uint64_t rows,
              const DriftMeasure& measure, double threshold) {
  Finding finding = finding_of(kind, subject, live, rows, 0, {measure.effect, measure.low, measure.high, threshold});
  finding.state = state_of(measure.verdict);
  return finding;
}

class DriftFindings {
 public:
  DriftFindings(const Drift& drift, std::span<const std::string> groups, const std::string& reference,
                const std::string& live)
      : drift_(drift), groups_(groups), reference_(reference), live_(live) {}

  std::vector<Finding> all() {
    for (std::size_t t = 0; t < drift_.live.scores.size(); ++t) score(t);
    for (std::size_t f = 0; f < drift_.live.features.size(); ++f) feature(f);
    for (std::size_t l = 0; l < drift_.live.layers.size(); ++l) layer(l);
    for (std::size_t t = 0; t < drift_.live.scores.size(); ++t) auc(t);
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::vector<const DriftMeasure*> measures(std::initializer_list<DriftKind> kinds,
                                                          std::size_t subject) const {
    std::vector<const DriftMeasure*> all;
    for (const DriftMeasure& measure : drift_.measures)
      if (measure.subject == subject && std::find(kinds.begin(), kinds.end(), measure.kind) != kinds.end())
        all.push_back(&measure);
    return all;
  }

  Finding& add(FindingKind kind, const std::string& subject, const DriftMeasure& measure, double threshold) {
    Finding& finding = found_.emplace_back(moved(kind, subject, live_, drift_.live.rows, measure, threshold));
    finding.evidence.push_back({"q", measure.q, undefined, undefined});
    finding.evidence.push_back({"z", measure.z, undefined, undefined});
    finding.caveat = "against " + reference_ + " alone: days differ; several reference days would say by how much";
    if (finding.state == FindingState::found)
      finding.command = sentence(
          "clicklens profile MODEL %s -o reference.clprofile && clicklens profile MODEL %s -o live.clprofile && "
          "clicklens drift reference.clprofile live.clprofile --model MODEL",
          quoted(reference_).c_str(), quoted(live_).c_str());
    return finding;
  }

  void score(std::size_t task) {
    for (const DriftMeasure* m : measures({DriftKind::score}, task)) {
      Finding& finding = add(FindingKind::drift_score, drift_.live.scores[task].task, *m, rules::psi);
      finding.text =
          sentence("logits of %s on %s against %s: PSI %.3f (%.3f when nothing changes), mean %+.2f to %+.2f",
                   finding.subject.c_str(), live_.c_str(), reference_.c_str(), m->effect, m->psi_clustered_null,
                   m->reference, m->live);
      trace(finding);
    }
  }

  void feature(std::size_t index) {
    const auto all = measures({DriftKind::element, DriftKind::ids, DriftKind::missing, DriftKind::unknown}, index);
    if (all.empty()) return;
    const DriftMeasure& worst =
        **std::min_element(all.begin(), all.end(), [](const auto* a, const auto* b) { return is_worse(*a, *b); });
    const DriftFeature& of = drift_.live.features[index];
    Finding& finding = add(FindingKind::drift_feature, of.name, worst, rules::psi);
    for (const DriftMeasure* m : all) finding.evidence.push_back({drift_name(m->kind), m->effect, m->low, m->high});
    finding.text =
        sentence("%s (%s) on %s against %s: %s %s %.3f", of.name.c_str(), of.group.c_str(), live_.c_str(),
                 reference_.c_str(), drift_name(worst.kind),
                 worst.kind == DriftKind::element || worst.kind == DriftKind::ids ? "PSI" : "Cohen's h", worst.effect);
  }

  void layer(std::size_t index) {
    const auto all = measures({DriftKind::neuron}, index);
    if (all.empty()) return;
    const DriftMeasure& worst =
        **std::min_element(all.begin(), all.end(), [](const auto* a, const auto* b) { return is_worse(*a, *b); });
    Finding& finding = add(FindingKind::drift_neurons, drift_.live.layers[index].name, worst, rules::shift);
    for (const DriftMeasure* m : all)
      if (m->verdict == Verdict::found) finding.columns.push_back(m->column);
    finding.text = sentence("%s on %s against %s: %zu of %zu columns moved", finding.subject.c_str(), live_.c_str(),
                            reference_.c_str(), finding.columns.size(), all.size());
    if (!finding.columns.empty()) finding.text += ": " + listed(finding.columns);
    trace(finding);
  }

  void auc(std::size_t task) {
    for (const DriftMeasure* m : measures({DriftKind::auc}, task)) {
      Finding& finding = add(FindingKind::drift_auc, drift_.live.scores[task].task, *m, -rules::auc);
      finding.low = m->effect - rules::interval * m->se;
      finding.high = m->effect + rules::interval * m->se;
      finding.text = sentence("AUC of %s: %.3f on %s, %.3f on %s", finding.subject.c_str(), m->reference,
                              reference_.c_str(), m->live, live_.c_str());
      trace(finding);
      if (finding.state == FindingState::found) finding.text += "; train on recent days";
    }
  }

  // The groups that moved the first linears most; a group of no feature cannot be named.
  void trace(Finding& finding) const {
    if (finding.state != FindingState::found || drift_.traces.empty()) return;
    const auto& traced = drift_.traces.front().groups;
    for (std::size_t i = 0; i < traced.size() && i < 3; ++i)
      finding.evidence.push_back({"moved_by " + groups_[traced[i].group], traced[i].shift, undefined, undefined});
    if (!traced.empty()) finding.text += "; moved most by " + groups_[traced.front().group];
  }

  const Drift& drift_;
  std::span<const std::string> groups_;
  const std::string &reference_, &live_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> judge_drift(const Drift& drift, std::span<const std::string> groups, const std::string& reference,
                                 const std::string& live) {
  return DriftFindings(drift, groups, reference, live).all();
}

std::vector<Finding> judge_saliency(const Drift& drift, std::span<const std::string> train, const std::string& test) {
  std::vector<Finding> all;
  for (const DriftMeasure& m : drift.measures) {
    if (m.kind != DriftKind::saliency) continue;
    Finding& finding = all.emplace_back(moved(FindingKind::saliency_shift, drift.live.groups[m.subject].name, test,
                                              drift.live.rows, m, rules::log_share));
    finding.caveat = "ids that training did not have move the score by nothing: see coverage, too";
    finding.text = sentence("%s: %.3f of the saliency on %s, %.3f on %s", finding.subject.c_str(), m.reference,
                            listed_names(train).c_str(), m.live, test.c_str());
    if (finding.state == FindingState::found)
      finding.command =
          sentence("clicklens saliency MODEL --train %s --test %s", words(train).c_str(), quoted(test).c_str());
  }
  return all;
}

}  // namespace clicklens::lens
