// What a model file holds: tables for people, JSON for machines.
#include <fmt/format.h>

#include <string_view>

#include "print/format.h"
#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

std::string reads(const InspectReport::Node& node) {
  return node.feature.empty() ? list(node.inputs, ", ") : node.feature;
}

void print_operators(const InspectReport& r) {
  const double each = static_cast<double>(r.shared_candidates);
  const auto wide = widest(
      r.operators, [](const auto& o) { return std::string_view(o.output); }, 8);
  say("\n{:<{}}  {:<14} {:<9} {:>12} {:>12}  {:<5} {:>10} {:>10} {:>12} {:>12}  {}\n", "value", wide, "operator",
      "scope", "shape", "parameters", "run", "flops", "bytes", "shared flops", "shared bytes", "reads");
  const auto figures = [&](const clens_node_cost& alone, const clens_node_cost& shared) {
    return fmt::format("{:>10.0f} {:>10.0f} {:>12.1f} {:>12.1f}", alone.flops, alone.bytes, shared.flops / each,
                       shared.bytes / each);
  };
  for (const auto& o : r.operators)
    say("{:<{}}  {:<14} {:<9} {:>12} {:>12}  {:<5} {}  {}\n", o.output, wide, o.op, o.scope,
        fmt::format("[{}, {}]", o.fields, o.width), o.parameters, o.run, figures(o.alone, o.shared), reads(o));
  say("{:<{}}  {:<14} {:<9} {:>12} {:>12}  {:<5} {}\n", "all", wide, "", "", "", r.parameters, "",
      figures(r.alone, r.shared));
  say("  of linears and sums, and bytes touched, for a candidate alone; shared: for each of {} of one request\n",
      r.shared_candidates);
}

Json cost_json(const clens_node_cost& c) {
  return {{"flops", c.flops},
          {"request_flops", c.request_flops},
          {"elements", c.elements},
          {"ids", c.ids},
          {"weight_bytes", c.weight_bytes},
          {"line_bytes", c.line_bytes},
          {"value_bytes", c.value_bytes},
          {"bytes", c.bytes}};
}

Json to_json(const InspectReport::Node& o) {
  Json json = {
      {"name", o.name},
      {"op", o.op},
      {"output", o.output},
      {"inputs", o.inputs},
      {"feature", o.feature.empty() ? Json() : Json(o.feature)},
      {"table", o.table.empty() ? Json() : Json(o.table)},
      {"shape", {o.fields, o.width}},
      {"scope", o.scope},
      {"columns", {{"request", o.request_columns}, {"candidate", o.candidate_columns}, {"pair", o.pair_columns}}},
      {"parameters", o.parameters},
      {"parameter_bytes", o.parameter_bytes},
      {"run", o.run}};
  json["alone"] = cost_json(o.alone);
  json["shared"] = cost_json(o.shared);
  return json;
}

}  // namespace

void print_text(const InspectReport& r) {
  say("{}  {}\n", r.file, r.name);
  say("  id {}, {} bytes, {} parameters, {} nodes\n", r.id, r.file_size, r.parameters, r.nodes);
  say("  arithmetic version {}, clicklens {} on {}\n", r.arithmetic_version, r.library, r.isa);
  if (!r.segments.empty())
    say("  verified: segments {}, self-test {}\n", r.segments, r.self_test);
  else if (!r.self_test.empty())
    say("  self-test {}\n", r.self_test);
  const auto wide = widest(
      r.features, [](const auto& f) { return std::string_view(f.name); }, 8);
  say("\n{:<{}}  {:<10} {:<6} {:<9} {:<8} {:>6} {:>10}\n", "feature", wide, "group", "kind", "scope", "column", "width",
      "rows");
  for (const auto& f : r.features)
    say("{:<{}}  {:<10} {:<6} {:<9} {:<8} {:>6} {:>10}{}{}\n", f.name, wide, f.group, f.kind, f.scope, f.column,
        f.width, f.kind == "dense" ? "-" : fmt::to_string(f.rows), f.weighted ? "  weighted" : "",
        f.required ? "" : "  optional");
  say("\n{:<20} {:>10} {:>6} {:<5} {:>12}\n", "table", "rows", "dim", "type", "bytes");
  for (const auto& t : r.tables) say("{:<20} {:>10} {:>6} {:<5} {:>12}\n", t.name, t.rows, t.dim, t.type, t.bytes);
  if (!r.layers.empty()) say("\n{:<20} {:<14} {:<9} {:>6}\n", "layer", "op", "scope", "width");
  for (const auto& l : r.layers) say("{:<20} {:<14} {:<9} {:>6}\n", l.name, l.op, l.scope, l.width);
  print_operators(r);
  say("\ngroups: {}\noutputs: {}\n", list(r.groups, ", "), list(r.outputs, ", "));
  for (const auto& m : r.metadata) say("{}: {}\n", m.key, m.value);
  if (r.cost) print_text(*r.cost);
}

void print_json(const InspectReport& r) {
  Json json = {{"file", r.file},
               {"name", r.name},
               {"id", r.id},
               {"arithmetic_version", r.arithmetic_version},
               {"library", r.library},
               {"isa", r.isa},
               {"file_size", r.file_size},
               {"parameters", r.parameters},
               {"nodes", r.nodes},
               {"groups", r.groups},
               {"outputs", r.outputs}};
  Json& features = json["features"] = Json::array();
  for (const auto& f : r.features)
    features.push_back(Json{{"name", f.name},
                            {"group", f.group},
                            {"kind", f.kind},
                            {"scope", f.scope},
                            {"column", f.column},
                            {"required", f.required},
                            {"weighted", f.weighted},
                            {"width", f.width},
                            {"rows", f.rows},
                            {"max_length", f.max_length}});
  Json& tables = json["tables"] = Json::array();
  for (const auto& t : r.tables)
    tables.push_back(Json{{"name", t.name}, {"type", t.type}, {"rows", t.rows}, {"dim", t.dim}, {"bytes", t.bytes}});
  Json& layers = json["layers"] = Json::array();
  for (const auto& l : r.layers)
    layers.push_back(Json{{"name", l.name}, {"op", l.op}, {"scope", l.scope}, {"width", l.width}});
  Json& operators = json["operators"] = Json::array();
  for (const auto& o : r.operators) operators.push_back(to_json(o));
  json["alone"] = cost_json(r.alone);
  json["shared"] = cost_json(r.shared);
  json["shared"]["candidates"] = r.shared_candidates;
  Json& metadata = json["metadata"] = Json::object();
  for (const auto& m : r.metadata) metadata[m.key] = m.value;
  if (!r.segments.empty()) json["verified"] = Json{{"segments", r.segments}, {"self_test", r.self_test}};
  if (r.segments.empty() && !r.self_test.empty()) json["self_test"] = r.self_test;
  if (r.cost) json["cost"] = to_json(*r.cost);
  put(json);
}

}  // namespace clicklens::cli
