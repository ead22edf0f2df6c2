// Drift, saliency and features: what profiles of days say.
#include "lens/diagnose_judge.h"
#include "lens/diagnose_text.h"

namespace clicklens::lens {

using base::Status;

base::Result<const Profile*> DiagnosisJudge::merged(DayPart part) {
  const auto& days = part == DayPart::train ? train_ : test_;
  auto& to = merged_[part == DayPart::train ? 0 : 1];
  if (days.empty()) return static_cast<const Profile*>(nullptr);
  if (days.size() == 1) return &days.front()->profile();
  if (to == nullptr) {
    auto made = Profile::create(diagnosis_.model_, days.front()->profile().options());
    if (!made.ok()) return made.status();
    for (const DiagnosisDay* day : days) CLENS_TRY((*made)->merge(day->profile()));
    to = std::move(*made);
  }
  return to.get();
}

Status DiagnosisJudge::drift() {
  if (fresh_.size() < 2) {
    constexpr const char* text = "drift: two days that the network was not trained on are needed";
    missing(FindingKind::drift_score, "scores", text);
    missing(FindingKind::drift_feature, "features", text);
    if (!diagnosis_.layers_.empty()) missing(FindingKind::drift_neurons, "layers", text);
    missing(FindingKind::drift_auc, "scores", text);
  }
  for (std::size_t i = 1; i < fresh_.size(); ++i) {
    const Profile* reference = &fresh_.front()->profile();
    const auto drift = compare_profiles(&model_, {&reference, 1}, fresh_[i]->profile());
    if (!drift.ok()) return drift.status();
    put(judge_drift(*drift, model_.groups(), fresh_.front()->name(), fresh_[i]->name()));
  }
  return {};
}

Status DiagnosisJudge::saliency() {
  const auto train = merged(DayPart::train);
  if (!train.ok()) return train.status();
  if (*train == nullptr || test_.empty()) {
    missing(FindingKind::saliency_shift, "groups", "saliency: training days and test days are needed");
    return {};
  }
  const Profile* reference = *train;
  const auto drift = compare_profiles(nullptr, {&reference, 1}, test_.front()->profile());
  if (!drift.ok()) return drift.status();
  put(judge_saliency(*drift, names(DayPart::train), test_.front()->name()));
  return {};
}

void DiagnosisJudge::features() {
  const auto sum = [](const std::vector<const DiagnosisDay*>& days, std::size_t f, auto&& of) {
    std::uint64_t all = 0;
    for (const DiagnosisDay* day : days) all += of(day->profile(), day->profile().features()[f]);
    return all;
  };
  const auto rows = [](const Profile& profile, const FeatureTraffic&) { return profile.rows(); };
  const auto missing = [](const Profile&, const FeatureTraffic& of) { return of.missing; };
  const auto ids = [](const Profile&, const FeatureTraffic& of) { return of.ids; };
  const auto unknown = [](const Profile&, const FeatureTraffic& of) { return of.unknown; };
  const auto count = model_.desc().features.size();
  for (std::size_t f = 0; f < count; ++f)
    put(judge_coverage({model_.desc().features[f].name, names(DayPart::test), sum(train_, f, rows),
                        sum(train_, f, missing), sum(train_, f, ids), sum(train_, f, unknown), sum(test_, f, rows),
                        sum(test_, f, missing), sum(test_, f, ids), sum(test_, f, unknown)}));
  const auto train = merged(DayPart::train);
  if (!train.ok() || *train == nullptr) return;
  for (const FeatureTraffic& of : (*train)->features())
    if (of.hashed)
      put(judge_hash_load({of.name, names(DayPart::train), (*train)->rows(), of.table_rows, of.distinct.estimate(),
                           of.expected_collisions()}));
}

}  // namespace clicklens::lens
