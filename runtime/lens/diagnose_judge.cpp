#include "lens/diagnose_judge.h"

#include <algorithm>
#include <cmath>

#include "lens/diagnose_text.h"

namespace clicklens::lens {

using base::Code;
using base::Status;

base::Result<std::vector<Finding>> Diagnosis::judge() const {
  if (broken_) return Status::error(Code::bad_state, "diagnosis: an add failed half way");
  return DiagnosisJudge(*this).all();
}

DiagnosisJudge::DiagnosisJudge(const Diagnosis& diagnosis)
    : diagnosis_(diagnosis),
      model_(*diagnosis.model_),
      train_(diagnosis.days(DayPart::train)),
      hold_(diagnosis.days(DayPart::hold)),
      test_(diagnosis.days(DayPart::test)) {
  if (!hold_.empty()) fresh_.push_back(hold_.front());
  fresh_.insert(fresh_.end(), test_.begin(), test_.end());
}

base::Result<std::vector<Finding>> DiagnosisJudge::all() {
  CLENS_TRY(overfit());
  CLENS_TRY(layers());
  CLENS_TRY(groups());
  neurons();
  calibration();
  CLENS_TRY(drift());
  features();
  CLENS_TRY(saliency());
  return std::move(found_);
}

std::vector<std::string> DiagnosisJudge::names(DayPart part) const {
  std::vector<std::string> all;
  for (const DiagnosisDay* day : diagnosis_.days(part)) all.push_back(day->name());
  return all;
}

void DiagnosisJudge::missing(FindingKind kind, const char* subject, std::string text) {
  Finding finding;
  finding.kind = kind;
  finding.state = FindingState::not_enough;
  finding.subject = subject;
  finding.text = std::move(text);
  put(std::move(finding));
}

Status DiagnosisJudge::overfit() {
  if (fresh_.empty()) {
    missing(FindingKind::overfit, "scores", "over-fit: rows that the network was not trained on are needed");
    return {};
  }
  auto metrics = Metrics::create(diagnosis_metrics);
  if (!metrics.ok()) return metrics.status();
  CLENS_TRY(metrics->merge(fresh_.front()->metrics()));
  for (std::size_t i = 1; i < hold_.size(); ++i) CLENS_TRY(metrics->merge(hold_[i]->metrics()));
  const MetricsResult result = metrics->compute();
  const auto days = hold_.empty() ? std::vector<std::string>{fresh_.front()->name()} : names(DayPart::hold);
  Finding finding = judge_overfit({days, hold_.empty(), result.rows, result.clicks, result.slope, result.slope_se});
  CLENS_TRY(add_evidence(finding));
  put(std::move(finding));
  return {};
}

Status DiagnosisJudge::add_evidence(Finding& finding) {
  if (train_.empty()) return {};
  const DiagnosisDay &train = *train_.front(), &fresh = *fresh_.front();
  const auto auc = [](const char* name, const DiagnosisDay& day) -> Evidence {
    const MetricsResult result = day.metrics().compute();
    return {name, result.auc, result.auc - diagnose_rules::interval * result.auc_se,
            result.auc + diagnose_rules::interval * result.auc_se};
  };
  finding.evidence.push_back(auc("train_auc", train));
  finding.evidence.push_back(auc("auc", fresh));
  finding.evidence.push_back(train.spread().over(fresh.spread(), "spread_ratio"));
  finding.evidence.push_back(train.covered_spread().over(fresh.covered_spread(), "spread_ratio_known_ids"));
  const auto gap = probe_gap();
  if (!gap.ok()) return gap.status();
  if (!gap->name.empty()) finding.evidence.push_back(*gap);
  if (train.importance() == nullptr || fresh.importance() == nullptr) return {};
  for (std::size_t g = 0; g < model_.groups().size(); ++g) {
    const auto contrast = Importance::contrast(train.importance()->importance, fresh.importance()->importance, g);
    if (!contrast.ok()) return contrast.status();
    finding.evidence.push_back(
        {"permutation_gap " + model_.groups()[g], contrast->difference, contrast->low, contrast->high});
  }
  return {};
}

Status DiagnosisJudge::groups() {
  const DayImportance* hold = fresh_.empty() ? nullptr : fresh_.front()->importance();
  const DayImportance* train = train_.empty() ? nullptr : train_.front()->importance();
  if (hold == nullptr)
    missing(FindingKind::useless_group, "groups",
            "groups: a day with clicks and other rows in its first batch is needed");
  else
    useless(*hold);
  if (hold != nullptr && train != nullptr) return memorising(*train, *hold);
  missing(FindingKind::memorising_group, "groups", "groups: training rows and others, both with clicks, are needed");
  return {};
}

void DiagnosisJudge::useless(const DayImportance& of) {
  std::vector<std::string> set;
  for (const std::size_t group : of.useless) set.push_back(model_.groups()[group]);
  for (std::size_t g = 0; g < model_.groups().size(); ++g) {
    const bool joined = std::find(of.useless.begin(), of.useless.end(), g) != of.useless.end();
    const auto hidden = of.hidden.find(g);
    put(judge_useless({model_.groups()[g], of.rows_of, further(), of.rows, of.clicks, of.importance.group(g)}, joined,
                      hidden != of.hidden.end() ? hidden->second : of.joint, set));
  }
}

Status DiagnosisJudge::memorising(const DayImportance& train, const DayImportance& hold) {
  for (std::size_t g = 0; g < model_.groups().size(); ++g) {
    const auto contrast = Importance::contrast(train.importance, hold.importance, g);
    if (!contrast.ok()) return contrast.status();
    put(judge_memorising({model_.groups()[g], train.rows_of, hold.rows_of, further(), std::min(train.rows, hold.rows),
                          std::min(train.clicks, hold.clicks), *contrast, train.importance.group(g).drop,
                          hold.importance.group(g).drop}));
  }
  return {};
}

void DiagnosisJudge::neurons() {
  if (diagnosis_.neurons_ == nullptr) return;
  const Neurons& neurons = *diagnosis_.neurons_;
  const auto steps = layer_steps(model_.desc(), diagnosis_.layers_);
  for (std::size_t l = 0; l < neurons.layers().size(); ++l) {
    const NeuronLayer& layer = neurons.layers()[l];
    if (layer.kind == NeuronKind::input) continue;
    LayerNeurons of;
    of.layer = layer.name;
    of.days = names(DayPart::train);
    if (!fresh_.empty()) of.further = fresh_.front()->name();
    of.fresh = further();
    for (const auto& [before, after] : steps)
      if (diagnosis_.layers_[after] == layer.value) of.before = probed_name(model_.desc(), diagnosis_.layers_[before]);
    of.width = layer.width;
    of.rows = neurons.rows();
    of.counted = neurons.counted();
    of.sampled = neurons.analysis(l).rows;
    of.rectified = layer.kind == NeuronKind::rectified;
    of.saturates = layer.kind == NeuronKind::sigmoid || layer.kind == NeuronKind::tanh;
    of.effective_rank = neurons.analysis(l).effective_rank;
    of.redundant = neurons.summary(l).redundant;
    const std::vector<std::uint32_t> findings = neurons.findings(l);
    for (std::uint32_t c = 0; c < findings.size(); ++c) {
      const std::uint32_t bits = findings[c];
      if ((bits & NeuronFinding::provably_dead) != 0)
        of.proven.push_back(c);
      else if ((bits & NeuronFinding::dead) != 0)
        of.dead.push_back(c);
      if ((bits & NeuronFinding::saturated) != 0) of.saturated.push_back(c);
      if ((bits & NeuronFinding::duplicate) != 0) of.duplicates.push_back(c);
    }
    put(judge_neurons(of));
  }
}

void DiagnosisJudge::calibration() {
  const Calibration& of = diagnosis_.calibration_;
  const std::vector<std::string> days = names(DayPart::test);
  const auto judged = [&](FindingKind kind, std::string subject, const CalibrationSums& sums,
                          const CalibrationSums* base) {
    const CalibrationSums::Ratio ratio = sums.ratio(base);
    Finding finding = judge_calibration({kind, std::move(subject), days, sums.rows(), sums.clicks(), sums.predicted(),
                                         static_cast<double>(sums.clicks()), ratio.log, ratio.se});
    if (base != nullptr)
      finding.caveat = "beside what is off overall, which a calibration of all scores takes away; " + finding.caveat;
    return finding;
  };
  put(judged(FindingKind::calibration, model_.desc().outputs[diagnosis_.options_.task].name, of.all(), nullptr));
  // What is off everywhere is one finding, not one of every part.
  const CalibrationSums* base = found_.back().state == FindingState::found ? &of.all() : nullptr;
  for (std::size_t b = 0; b < of.bins().size(); ++b) {
    const std::string low = b == 0 ? "-inf" : sentence("%.2f", double{of.edges()[b - 1]});
    const std::string high = b < of.edges().size() ? sentence("%.2f", double{of.edges()[b]}) : "inf";
    put(judged(FindingKind::calibration_bucket, "[" + low + ", " + high + ")", of.bins()[b], base));
  }
  for (const Calibration::Value& value : of.values()) {
    const auto name = diagnosis_.value_names_.find(value.key);
    put(judged(FindingKind::calibration_value,
               name != diagnosis_.value_names_.end() ? name->second
                                                     : sentence("key %llu", static_cast<unsigned long long>(value.key)),
               value.sums, base));
  }
}

}  // namespace clicklens::lens
