#include <array>

#include "commands/commands.h"

namespace clicklens::cli {
namespace {

constexpr std::uint64_t of_a_request = 100;  // candidates that share a user: what an auction scores

std::vector<clens_node_cost> costs_of(const Model& model, std::uint64_t candidates) {
  std::vector<clens_node_cost> costs(model.info().nodes);
  clens_cost_options options = CLENS_COST_OPTIONS_INIT;
  options.candidates = candidates;
  options.requests = 1;
  check(clens_model_node_costs(model.get(), &options, costs.data(), sizeof costs[0], costs.size()));
  return costs;
}

const char* run_name(std::uint32_t run) noexcept {
  constexpr std::array names = {"step", "fused", "view", "never"};
  return run < names.size() ? names[run] : "?";
}

std::vector<std::string> input_names(const Model& model, std::size_t node, std::size_t count) {
  std::vector<std::size_t> values(count);
  check(clens_model_node_inputs(model.get(), node, values.data(), values.size()));
  std::vector<std::string> names;
  for (const std::size_t value : values) names.emplace_back(model.value_info(value).name);
  return names;
}

InspectReport::Node node_of(const Model& model, std::size_t index) {
  clens_node_info info = CLENS_NODE_INFO_INIT;
  check(clens_model_node(model.get(), index, &info));
  const clens_value_info value = model.value_info(info.output);
  InspectReport::Node node;
  node.name = info.name;
  node.op = info.op;
  node.output = value.name;
  node.scope = scope_name(value.scope);
  if (info.feature != SIZE_MAX) node.feature = model.feature_info(info.feature).name;
  if (info.table != SIZE_MAX) {
    clens_table_info table = CLENS_TABLE_INFO_INIT;
    check(clens_model_table(model.get(), info.table, &table));
    node.table = table.name;
  }
  node.inputs = input_names(model, index, info.inputs);
  node.fields = value.fields;
  node.width = value.width / value.fields;
  node.request_columns = value.request_columns;
  node.candidate_columns = value.candidate_columns;
  node.pair_columns = value.pair_columns;
  node.parameters = info.parameters;
  node.parameter_bytes = info.parameter_bytes;
  return node;
}

void add_cost(const clens_node_cost& from, clens_node_cost& to) noexcept {
  to.flops += from.flops;
  to.request_flops += from.request_flops;
  to.weight_bytes += from.weight_bytes;
  to.ids += from.ids;
  to.line_bytes += from.line_bytes;
  to.elements += from.elements;
  to.value_bytes += from.value_bytes;
  to.bytes += from.bytes;
}

}  // namespace

void add_operators(const Model& model, InspectReport& report) {
  report.shared_candidates = of_a_request;
  report.alone = report.shared = clens_node_cost{};
  const auto alone = costs_of(model, 1), shared = costs_of(model, of_a_request);
  for (std::size_t i = 0; i < model.info().nodes; ++i) {
    InspectReport::Node node = node_of(model, i);
    node.run = run_name(alone[i].run);
    node.alone = alone[i];
    node.shared = shared[i];
    add_cost(node.alone, report.alone);
    add_cost(node.shared, report.shared);
    report.operators.push_back(std::move(node));
  }
}

std::string inspect_graph(const InspectOptions& options) {
  const Model model(options.model);
  std::size_t size = 0;
  check(clens_model_graph(model.get(), options.graph, nullptr, 0, &size));
  std::string text(size + 1, '\0');
  check(clens_model_graph(model.get(), options.graph, text.data(), text.size(), &size));
  text.resize(size);
  return text;
}

}  // namespace clicklens::cli
