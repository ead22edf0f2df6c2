#include "print/json.h"

#include <cstdio>
#include <string>

#include "error.h"
#include "print/parts.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

Json reference_json(const std::vector<std::string>& reference) {
  return reference.empty() ? Json() : Json(reference);
}

Json to_json(const PrecisionReport::Day& day) {
  const clens_precision_result& p = day.result;
  Json linears = Json::array();
  for (const auto& linear : day.linears)
    linears.push_back(Json{{"value", linear.name},
                           {"auc_loss", linear.figures.auc_loss},
                           {"largest_difference", linear.figures.largest_difference},
                           {"mean_difference", linear.figures.mean_difference},
                           {"kept", linear.figures.kept != 0}});
  return {{"file", day.file},
          {"rows", p.rows},
          {"clicks", p.clicks},
          {"excluded_non_finite", p.non_finite},
          {"f32", {{"auc", p.auc_f32}, {"logloss", p.logloss_f32}}},
          {"reduced",
           {{"auc", p.auc},
            {"logloss", p.logloss},
            {"largest_difference", p.largest_difference},
            {"mean_difference", p.mean_difference}}},
          {"chosen",
           {{"auc", p.kept_auc},
            {"logloss", p.kept_logloss},
            {"largest_difference", p.kept_largest_difference},
            {"mean_difference", p.kept_mean_difference}}},
          {"linears", linears}};
}

Json to_json(const SaliencyReport::Day& day) {
  Json groups = Json::array();
  for (const auto& g : day.groups)
    groups.push_back(Json{{"group", g.name},
                          {"share", g.share},
                          {"mean_absolute", g.mean_absolute},
                          {"mean", g.mean},
                          {"sd", g.sd},
                          {"coverage", g.coverage}});
  return {{"file", day.file}, {"rows", day.rows}, {"groups", groups}, {"counts", counts_json(day.counts)}};
}

}  // namespace

void put(const Json& json) {
  const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) throw Error("standard output: cannot write");
}

Json counts_json(const clens_counts& counts) {
  return {{"missing", counts.missing},
          {"unknown", counts.unknown},
          {"cut", counts.cut},
          {"bad_values", counts.bad_values},
          {"non_finite", counts.non_finite}};
}

Json to_json(const EvaluateReport::Day& day) {
  const clens_metrics_result& m = day.metrics;
  return {{"file", day.file},
          {"rows", m.rows},
          {"clicks", m.clicks},
          {"auc", m.auc},
          {"gauc", m.gauc},
          {"logloss", m.logloss},
          {"normalized_entropy", m.normalized_entropy},
          {"calibration", m.calibration},
          {"slope", m.slope},
          {"intercept", m.intercept},
          {"auc_se", m.auc_se},
          {"auc_error_bound", m.auc_error_bound},
          {"logloss_se", m.logloss_se},
          {"calibration_se", m.calibration_se},
          {"slope_se", m.slope_se},
          {"gauc_coverage", m.gauc_coverage},
          {"gauc_median_rows", m.gauc_median_rows},
          {"cluster", day.cluster.empty() ? Json() : Json(day.cluster)},
          {"enough_data", m.enough_data != 0},
          {"excluded_non_finite", m.non_finite},
          {"counts", counts_json(day.counts)}};
}

void print_json(const ScoreReport& r) {
  Json files = Json::array();
  for (const auto& f : r.files) files.push_back(Json{{"file", f.file}, {"rows", f.rows}});
  put(Json{
      {"out", r.out}, {"rows", r.rows}, {"files", files}, {"counts", counts_json(r.counts)}, {"seconds", r.seconds}});
}

void print_json(const EvaluateReport& r) {
  Json days = Json::array();
  for (const auto& day : r.days) days.push_back(to_json(day));
  put(Json{{"days", days}});
}

Json to_json(const PrecisionReport& r) {
  Json days = Json::array();
  for (const auto& day : r.days) days.push_back(to_json(day));
  return {{"precision", r.precision}, {"auc_loss", r.auc_loss}, {"days", days}};
}

void print_json(const PrecisionReport& r) {
  put(to_json(r));
}

void print_json(const SaliencyReport& r) {
  Json days = Json::array();
  for (const auto& day : r.days) days.push_back(to_json(day));
  put(Json{{"method", r.method},
           {"target", r.target},
           {"task", r.task},
           {"reference", reference_json(r.reference)},
           {"reference_is_data", r.own_reference},
           {"days", days}});
}

void print_json(const ExplainReport& r) {
  put(Json{{"file", r.file},
           {"row", r.row},
           {"method", r.method},
           {"target", r.target},
           {"task", r.task},
           {"logit", r.logit},
           {"probability", r.probability},
           {"reference", reference_json(r.reference)},
           {"reference_is_data", r.own_reference},
           {"groups", groups_json(r.groups)},
           {"features", features_json(r.features, "gradient_x_input")}});
}

void print_json(const SynthReport& r) {
  Json days = Json::array();
  for (const auto& d : r.days)
    days.push_back(Json{{"file", d.file}, {"rows", d.rows}, {"clicks", d.clicks}, {"drifted", d.drifted}});
  put(Json{{"days", days}});
}

void print_json(const BenchReport& r) {
  put(Json{{"isa", r.isa},
           {"candidates", r.candidates},
           {"ids", r.ids},
           {"runs", r.runs},
           {"p50_us", r.p50_us},
           {"p99_us", r.p99_us},
           {"rows_per_second", r.rows_per_second},
           {"session_bytes", r.session_bytes}});
}

}  // namespace clicklens::cli
