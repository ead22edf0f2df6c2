// What the machine can do, and what a model costs on one that was measured before.
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "commands/commands.h"
#include "engine/engine.h"
#include "error.h"
#include "print/roofline_fields.h"

namespace clicklens::cli {
namespace {

clens_roofline read_roofline(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(join({path, ": cannot be read"}));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) throw Error(join({path, ": not the JSON of `clicklens bench --roofline --json`"}));
  clens_roofline roofline = CLENS_ROOFLINE_INIT;
  for_each_field(roofline, [&](const char* name, auto& value) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number()) throw Error(join({path, ": ", name, ": a number is wanted"}));
    const double number = found->get<double>();
    if (!(number >= 0 && number < 1e18)) throw Error(join({path, ": ", name, ": out of range"}));
    value = static_cast<std::remove_reference_t<decltype(value)>>(number);
  });
  return roofline;
}

}  // namespace

RooflineReport roofline(const RooflineOptions& options) {
  RooflineReport report;
  clens_roofline_options asked = CLENS_ROOFLINE_OPTIONS_INIT;
  asked.memory_bytes = options.memory_mib << 20;
  check(clens_roofline_measure(&asked, &report.roofline));
  const char* isa = nullptr;
  check(clens_isa(&isa));
  report.isa = isa;
  return report;
}

InspectReport::Cost cost(const clens_model* model, const CostOptions& options) {
  InspectReport::Cost found;
  clens_roofline roofline = CLENS_ROOFLINE_INIT;
  clens_cost_options asked = CLENS_COST_OPTIONS_INIT;
  asked.candidates = options.candidates;
  asked.requests = options.requests;
  asked.ids = static_cast<double>(options.ids);
  if (!options.roofline.empty()) {
    roofline = read_roofline(options.roofline);
    asked.roofline = &roofline;
  }
  check(clens_model_cost(model, &asked, &found.cost));
  found.candidates = options.candidates;
  found.requests = options.requests;
  found.ids = options.ids;
  found.timed = asked.roofline != nullptr;
  return found;
}

}  // namespace clicklens::cli
