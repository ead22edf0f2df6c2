#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

Json to_json(const DiffReport::Scores& s) {
  Json quantiles = Json::array();
  for (std::size_t i = 0; i < s.quantiles.size(); ++i)
    quantiles.push_back(Json{{"p", DiffReport::probabilities[i]}, {"value", s.quantiles[i]}});
  Json auc;
  if (s.auc)
    auc = {{"a", s.auc->auc_a}, {"b", s.auc->auc_b}, {"difference", s.auc->difference},
           {"se", s.auc->se},   {"low", s.auc->low}, {"high", s.auc->high}};
  return {{"mean_a", s.mean_a},
          {"mean_b", s.mean_b},
          {"mean_difference", s.mean_difference},
          {"largest_difference", s.largest_difference},
          {"largest_row", s.largest_row + 1},
          {"equal", s.equal},
          {"non_finite", s.non_finite},
          {"spearman", s.spearman},
          {"pearson", s.pearson},
          {"logit_difference", quantiles},
          {"requests", s.requests},
          {"same_first", s.same_first},
          {"auc", auc}};
}

Json to_json(const DiffReport::Layer& layer) {
  Json neurons = Json::array();
  for (const Counterpart& n : layer.neurons)
    neurons.push_back(Json{{"counterpart", n.column}, {"r", n.r}, {"r_same", n.same}});
  return {{"layer", layer.name}, {"width_a", layer.width_a}, {"width_b", layer.width_b}, {"neurons", neurons}};
}

Json to_json(const DiffReport::Group& group) {
  Json json = {{"group", group.name}, {"share_a", group.share_a}, {"share_b", group.share_b}};
  if (group.in_a && group.in_b) {
    json["log_ratio"] = group.change.log_ratio;
    json["low"] = group.change.low;
    json["high"] = group.change.high;
    json["moved"] = group.change.moved;
  }
  return json;
}

}  // namespace

void print_json(const DiffReport& r) {
  Json cka = Json::object();
  for (std::size_t i = 0; i < r.layers_a.size(); ++i)
    for (std::size_t j = 0; j < r.layers_b.size(); ++j)
      cka[r.layers_a[i]][r.layers_b[j]] = r.cka[i * r.layers_b.size() + j];
  Json layers = Json::array(), groups = Json::array();
  for (const auto& layer : r.layers) layers.push_back(to_json(layer));
  for (const auto& group : r.groups) groups.push_back(to_json(group));
  put(Json{{"a", r.a},
           {"b", r.b},
           {"files", r.files},
           {"rows", r.rows},
           {"sampled", r.sampled},
           {"cluster", r.cluster.empty() ? Json() : Json(r.cluster)},
           {"scores", to_json(r.scores)},
           {"cka", cka},
           {"layers", layers},
           {"groups", groups}});
}

}  // namespace clicklens::cli
