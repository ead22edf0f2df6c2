#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

Json column_json(const clens_neuron& column) {
  return {{"rows", column.rows},       {"non_finite", column.non_finite},
          {"mean", column.mean},       {"mean_se", column.mean_se},
          {"sd", column.sd},           {"sd_se", column.sd_se},
          {"minimum", column.minimum}, {"maximum", column.maximum}};
}

Json to_json(const ProfileReport::Task& task) {
  Json json = column_json(task.scores);
  json["task"] = task.name;
  json["auc"] = task.scores.auc;
  json["auc_se"] = task.scores.auc_se;
  Json quantiles = Json::array();
  for (std::size_t i = 0; i < task.quantiles.size(); ++i)
    quantiles.push_back(Json{{"p", ProfileReport::probabilities[i]}, {"value", task.quantiles[i]}});
  json["quantiles"] = quantiles;
  return json;
}

Json kinds_json(std::uint32_t kinds) {
  constexpr std::pair<std::uint32_t, const char*> all[] = {
      {CLENS_IDS_ROWS, "rows"}, {CLENS_IDS_KEYS, "keys"}, {CLENS_IDS_STRINGS, "strings"}};
  Json names = Json::array();
  for (const auto& [bit, name] : all)
    if ((kinds & bit) != 0) names.push_back(name);
  return names;
}

Json to_json(const ProfileReport::Feature& feature) {
  const clens_profile_feature& s = feature.stats;
  Json json = {{"feature", feature.name}, {"group", feature.group}, {"kind", s.dense != 0 ? "dense" : "sparse"},
               {"rows", s.rows},          {"missing", s.missing},   {"bad", s.bad}};
  if (s.dense != 0) {
    json["elements"] = Json::array();
    for (const clens_neuron& element : feature.raw) json["elements"].push_back(column_json(element));
    return json;
  }
  json["ids"] = s.ids;
  json["id_kinds"] = kinds_json(s.id_kinds);
  json["unknown"] = s.unknown;
  json["cut"] = s.cut;
  json["distinct"] = s.distinct;
  json["table_rows"] = s.table_rows;
  json["hashed"] = s.hashed != 0;
  json["expected_collisions"] = s.hashed != 0 ? Json(s.collisions) : Json();
  json["lengths"] = s.lengths;
  json["histogram"] = s.histogram;
  return json;
}

}  // namespace

void print_json(const ProfileReport& r) {
  Json tasks = Json::array(), features = Json::array(), groups = Json::array(), layers = Json::array();
  for (const auto& task : r.tasks) tasks.push_back(to_json(task));
  for (const auto& feature : r.features) features.push_back(to_json(feature));
  for (const auto& group : r.groups) {
    Json json = column_json(group.saliency);
    json["group"] = group.name;
    json["share"] = group.share;
    json["share_se"] = group.share_se;
    groups.push_back(json);
  }
  for (const auto& layer : r.layers) layers.push_back(Json{{"layer", layer.name}, {"width", layer.width}});
  put(Json{{"out", r.out},
           {"bytes", r.bytes},
           {"files", r.files},
           {"cluster", r.cluster.empty() ? Json() : Json(r.cluster)},
           {"rows", r.info.rows},
           {"labelled", r.info.labelled},
           {"clicks", r.info.clicks},
           {"seen", r.info.seen},
           {"skipped", r.info.skipped},
           {"every", r.info.every},
           {"scores", tasks},
           {"features", features},
           {"groups", groups},
           {"layers", layers}});
}

}  // namespace clicklens::cli
