#include "print/parts.h"

#include <algorithm>
#include <cmath>

#include "print/format.h"

namespace clicklens::cli {

void print_parts(std::vector<ExplainReport::Group> groups, const std::vector<ExplainReport::Feature>& features) {
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.value) > std::abs(b.value); });
  const auto wide = widest(
      features, [](const auto& f) { return std::string_view(f.name); }, 8);
  for (const auto& group : groups) {
    say("{:<{}} {:>+9.4f}\n", group.name, wide + 2, group.value);
    for (const auto& f : features) {
      if (f.group != group.name) continue;
      say("  {:<{}} {:>+9.4f}  ", f.name, wide, f.value);
      if (f.ids.empty()) say("{}", f.texts.empty() ? "missing" : list(f.texts, " "));
      for (const auto& id : f.ids) say("{} ({:+.4f}) ", id.text, id.value);
      say("\n");
    }
  }
}

Json groups_json(const std::vector<ExplainReport::Group>& groups) {
  Json json = Json::array();
  for (const auto& g : groups) json.push_back(Json{{"group", g.name}, {"value", g.value}});
  return json;
}

Json features_json(const std::vector<ExplainReport::Feature>& features, const char* value) {
  Json json = Json::array();
  for (const auto& feature : features) {
    Json ids = Json::array();
    for (const auto& id : feature.ids) ids.push_back(Json{{"id", id.text}, {value, id.value}});
    json.push_back(Json{{"feature", feature.name},
                        {"group", feature.group},
                        {"value", feature.value},
                        {"cell", feature.texts},
                        {"ids", ids}});
  }
  return json;
}

}  // namespace clicklens::cli
