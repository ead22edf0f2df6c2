#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {

Json to_json(const DriftReport::Measure& from) {
  const clens_drift_measure& m = from.figures;
  return {{"kind", drift_kind_names[m.kind]},
          {"name", from.name},
          {"column", m.column},
          {"verdict", drift_verdict_names[m.verdict]},
          {"reference", m.reference},
          {"live", m.live},
          {"effect", m.effect},
          {"sd_ratio", m.sd_ratio},
          {"se", m.se},
          {"z", m.z},
          {"p", m.p},
          {"q", m.q},
          {"low", m.low},
          {"high", m.high},
          {"psi", m.psi},
          {"psi_null", m.psi_null},
          {"psi_clustered_null", m.psi_clustered_null},
          {"ks_lower_bound", m.ks},
          {"jensen_shannon", m.jensen_shannon},
          {"hellinger", m.hellinger},
          {"wasserstein", m.wasserstein}};
}

namespace {

Json to_json(const DriftReport::Trace& trace) {
  Json groups = Json::array();
  for (std::size_t i = 0; i < trace.groups.size(); ++i)
    groups.push_back(Json{{"group", trace.groups[i]}, {"shift", trace.shifts[i]}});
  return {{"layer", trace.layer}, {"neurons", trace.neurons}, {"moved", trace.moved}, {"groups", groups}};
}

Json to_json(const DriftReport::Day& day) {
  const clens_drift_day& f = day.figures;
  return {{"file", day.file},
          {"rows", f.rows},
          {"clicks", f.clicks},
          {"auc", f.auc},
          {"auc_se", f.auc_se},
          {"slope", f.slope},
          {"slope_se", f.slope_se},
          {"calibration", f.calibration},
          {"log_calibration_se", f.log_calibration_se}};
}

template <class List>
Json all(const List& list) {
  Json array = Json::array();
  for (const auto& each : list) array.push_back(to_json(each));
  return array;
}

}  // namespace

void print_json(const DriftReport& r) {
  Json findings = Json::array();
  for (const auto& measure : r.measures)
    if (measure.figures.verdict == CLENS_DRIFT_FOUND) findings.push_back(to_json(measure));
  put(Json{{"reference", r.reference},
           {"live", r.live},
           {"reference_rows", r.info.reference_rows},
           {"live_rows", r.info.live_rows},
           {"found", r.info.found},
           {"not_enough", r.info.not_enough},
           {"findings", findings},
           {"measures", all(r.measures)},
           {"traces", all(r.traces)},
           {"days", all(r.days)}});
}

}  // namespace clicklens::cli
