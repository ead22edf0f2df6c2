#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
Json findings_json(std::uint32_t findings) {
  constexpr std::pair<std::uint32_t, const char*> all[] = {{CLENS_NEURON_DEAD, "dead"},
                                                           {CLENS_NEURON_PROVABLY_DEAD, "provably_dead"},
                                                           {CLENS_NEURON_ALWAYS_ON, "always_on"},
                                                           {CLENS_NEURON_SATURATED, "saturated"},
                                                           {CLENS_NEURON_DUPLICATE, "duplicate"}};
  Json names = Json::array();
  for (const auto& [bit, name] : all)
    if ((findings & bit) != 0) names.push_back(name);
  return names;
}

namespace {

Json quantiles_json(const NeuronsReport::Layer& layer, std::size_t neuron) {
  constexpr std::size_t count = NeuronsReport::probabilities.size();
  Json all = Json::array();
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(Json{{"p", NeuronsReport::probabilities[i]},
                       {"value", layer.quantiles[neuron * count + i]},
                       {"low", layer.low[neuron * count + i]},
                       {"high", layer.high[neuron * count + i]}});
  return all;
}

Json to_json(const NeuronsReport::Layer& layer, std::size_t i) {
  const clens_neuron& n = layer.neurons[i];
  return {{"rows", n.rows},
          {"non_finite", n.non_finite},
          {"mean", n.mean},
          {"mean_se", n.mean_se},
          {"sd", n.sd},
          {"sd_se", n.sd_se},
          {"minimum", n.minimum},
          {"maximum", n.maximum},
          {"active", n.active},
          {"active_ratio", n.rows == 0 ? Json() : Json(static_cast<double>(n.active) / static_cast<double>(n.rows))},
          {"active_ratio_se", n.active_ratio_se},
          {"click_mean", n.click_mean},
          {"other_mean", n.other_mean},
          {"label_correlation", n.label_correlation},
          {"label_correlation_se", n.label_correlation_se},
          {"score_correlation", n.score_correlation},
          {"auc", n.auc},
          {"auc_se", n.auc_se},
          {"auc_error_bound", n.auc_error_bound},
          {"counted", n.counted},
          {"saturated", n.saturated},
          {"quantiles", quantiles_json(layer, i)},
          {"findings", findings_json(n.findings)},
          {"duplicate_of", (n.findings & CLENS_NEURON_DUPLICATE) != 0 ? Json(n.duplicate_of) : Json()}};
}

Json to_json(const NeuronsReport::Part& part, const NeuronsReport::Layer& layer) {
  const clens_neuron_layer& s = layer.stats;
  Json cka = Json::object();
  for (std::size_t j = 0; j < part.layers.size(); ++j) cka[part.layers[j].name] = layer.cka[j];
  Json neurons = Json::array();
  for (std::size_t i = 0; i < layer.neurons.size(); ++i) neurons.push_back(to_json(layer, i));
  return {{"layer", layer.name},
          {"op", layer.op},
          {"width", s.width},
          {"rows", s.rows},
          {"labelled", s.labelled},
          {"clicks", s.clicks},
          {"counted", s.counted},
          {"sampled", s.sampled},
          {"effective_rank", s.effective_rank},
          {"component_share", {s.component_share[0], s.component_share[1]}},
          {"redundant", s.redundant != 0},
          {"dead", s.dead},
          {"provably_dead", s.provably_dead},
          {"always_on", s.always_on},
          {"saturated", s.saturated},
          {"duplicates", s.duplicates},
          {"cka", cka},
          {"neurons", neurons}};
}

Json to_json(const NeuronsReport::Part& part) {
  Json layers = Json::array();
  for (const auto& layer : part.layers) layers.push_back(to_json(part, layer));
  return {{"files", part.files}, {"cluster", part.cluster.empty() ? Json() : Json(part.cluster)}, {"layers", layers}};
}

}  // namespace

void print_json(const NeuronsReport& r) {
  Json compared = Json::array();
  for (const auto& comparison : r.compared) {
    Json part = to_json(comparison.part);
    Json changes = Json::array();
    for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
      const clens_layer_change& change = comparison.changes[i];
      changes.push_back(Json{{"layer", comparison.part.layers[i].name},
                             {"spread_ratio", change.spread_ratio},
                             {"covariance_distance", change.covariance_distance},
                             {"covariance_null", change.covariance_null},
                             {"angles", {change.angles[0], change.angles[1]}}});
    }
    part["changes"] = changes;
    compared.push_back(part);
  }
  put(Json{{"task", r.task}, {"count_every", r.count_every}, {"data", to_json(r.data)}, {"compared", compared}});
}

}  // namespace clicklens::cli
