#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json to_json(const ProbeReport::Control& c) {
  return {{"shuffled_fit_auc", c.shuffled_fit},
          {"shuffled_fit_auc_sd", c.shuffled_fit_sd},
          {"shuffled_eval_auc", c.shuffled_eval},
          {"shuffled_eval_auc_sd", c.shuffled_eval_sd},
          {"task_fit_auc", c.task_fit},
          {"task_fit_auc_sd", c.task_fit_sd},
          {"task_eval_auc", c.task_eval},
          {"task_eval_auc_sd", c.task_eval_sd},
          {"untrained", c.untrained},
          {"untrained_sd", c.untrained_sd}};
}

Json to_json(const ProbeReport::Concept& what, std::size_t i) {
  const clens_probe_info& info = what.layers[i].info;
  return {{"layer", what.layers[i].name},
          {"width", info.width},
          {"rows", info.rows},
          {"clicks", info.clicks},
          {"lambda", info.lambda},
          {"objective", info.objective},
          {"gradient", info.gradient},
          {"iterations", info.iterations},
          {"converged", info.converged != 0},
          {"controls", what.controls.empty() ? Json() : to_json(what.controls[i])}};
}

Json to_json(const ProbeReport::Step& step) {
  const clens_auc_difference& d = step.difference;
  return {{"difference", d.difference},
          {"se", d.se},
          {"low", d.low},
          {"high", d.high},
          {"delong_se", d.delong_se},
          {"delong_clustered_se", d.delong_clustered_se},
          {"adds", step.adds}};
}

Json to_json(const ProbeReport::Concept& what, const ProbeReport::Day& day) {
  Json layers = Json::array();
  for (std::size_t i = 0; i < day.layers.size(); ++i) {
    const clens_metrics_result& m = day.layers[i].metrics;
    Json layer = {{"layer", what.layers[i].name}};
    if (what.numeric) {
      layer["r2"] = day.layers[i].r2;
    } else {
      layer.update(Json{{"auc", m.auc},
                        {"auc_se", m.auc_se},
                        {"gauc", m.gauc},
                        {"gauc_coverage", m.gauc_coverage},
                        {"logloss", m.logloss},
                        {"enough_data", m.enough_data != 0},
                        {"over_layer_before", i == 0 ? Json() : to_json(day.steps[i - 1])}});
    }
    layers.push_back(layer);
  }
  return {{"file", day.file}, {"rows", day.rows}, {"layers", layers}};
}

Json to_json(const ProbeReport::Exit& e) {
  Json recalls = Json::array();
  for (std::size_t i = 0; i < e.k.size(); ++i)
    recalls.push_back(Json{{"k", e.k[i]}, {"recall", e.recall[i]}, {"requests", e.requests[i]}});
  return {{"file", e.file},       {"layer", e.layer},
          {"bound", e.bound},     {"exited_share", e.exited_share},
          {"auc", e.auc_exit},    {"auc_full", e.auc_full},
          {"recall_at", recalls}, {"recall_top_percent", e.recall_top_percent}};
}

}  // namespace

Json to_json(const ProbeReport& r) {
  Json concepts = Json::array();
  for (const auto& what : r.concepts) {
    Json layers = Json::array(), days = Json::array();
    for (std::size_t i = 0; i < what.layers.size(); ++i) layers.push_back(to_json(what, i));
    for (const auto& day : what.days) days.push_back(to_json(what, day));
    concepts.push_back(Json{{"concept", what.name}, {"numeric", what.numeric}, {"layers", layers}, {"days", days}});
  }
  Json exits = Json::array();
  for (const auto& e : r.exits) exits.push_back(to_json(e));
  return {{"target", r.target},
          {"fit", r.fit},
          {"eval", r.eval},
          {"fit_rows", r.fit_rows},
          {"validation_rows", r.validation_rows},
          {"cluster", text_or_null(r.cluster)},
          {"paper_mode", r.paper_mode},
          {"in_sample", r.in_sample},
          {"draws", r.draws},
          {"control_column", text_or_null(r.control_column)},
          {"control_file", text_or_null(r.control_file)},
          {"concepts", concepts},
          {"early_exit", exits},
          {"saved", text_or_null(r.saved)},
          {"attached", text_or_null(r.attached)}};
}

void print_json(const ProbeReport& r) {
  put(to_json(r));
}

}  // namespace clicklens::cli
