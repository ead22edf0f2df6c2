// Nodes, their costs and the graph's text through the C ABI.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

std::vector<clens_node_cost> costs_of(const TinyHost& host, std::uint64_t candidates) {
  clens_cost_options options = CLENS_COST_OPTIONS_INIT;
  options.candidates = candidates;
  options.requests = 1;
  std::vector<clens_node_cost> costs(7);
  EXPECT_EQ(clens_model_node_costs(host.model(), &options, costs.data(), sizeof costs[0], costs.size()), CLENS_OK)
      << last_error();
  return costs;
}

TEST(NodesC, AreDescribed) {
  const TinyHost host;
  clens_node_info bag = CLENS_NODE_INFO_INIT, linear = CLENS_NODE_INFO_INIT;
  ASSERT_EQ(clens_model_node(host.model(), tiny::user_bag, &bag), CLENS_OK) << last_error();
  EXPECT_STREQ(bag.op, "embedding_bag");
  EXPECT_EQ(bag.output, std::size_t{tiny::user_bag});
  EXPECT_EQ(bag.inputs, 0u);
  EXPECT_EQ(bag.feature, 0u);
  EXPECT_EQ(bag.table, 0u);
  EXPECT_EQ(bag.parameters, 100u * 4);
  EXPECT_EQ(bag.parameter_bytes, 100u * 4 * 4);
  ASSERT_EQ(clens_model_node(host.model(), tiny::hidden_linear, &linear), CLENS_OK);
  EXPECT_STREQ(linear.op, "linear");
  EXPECT_EQ(linear.feature, SIZE_MAX);
  EXPECT_EQ(linear.table, SIZE_MAX);
  EXPECT_EQ(linear.parameters, 10u * 8 + 8);
  ASSERT_EQ(linear.inputs, 1u);
  std::size_t input = 0;
  ASSERT_EQ(clens_model_node_inputs(host.model(), tiny::hidden_linear, &input, 1), CLENS_OK);
  EXPECT_EQ(input, std::size_t{tiny::concat});
}

TEST(NodesC, ValuesHaveShapesAndScopes) {
  const TinyHost host;
  clens_value_info value = CLENS_VALUE_INFO_INIT;
  ASSERT_EQ(clens_model_value(host.model(), tiny::concat, &value), CLENS_OK);
  EXPECT_EQ(value.width, 10u);
  EXPECT_EQ(value.fields, 1u);
  EXPECT_EQ(value.request_columns, 4u);
  EXPECT_EQ(value.candidate_columns, 4u);
  EXPECT_EQ(value.pair_columns, 2u);
  EXPECT_EQ(value.node, std::size_t{tiny::concat});
  // Of a host of the first header.
  value.struct_size = offsetof(clens_value_info, fields);
  value.fields = 77;
  ASSERT_EQ(clens_model_value(host.model(), tiny::user_bag, &value), CLENS_OK);
  EXPECT_EQ(value.width, 4u);
  EXPECT_EQ(value.fields, 77u);
}

TEST(NodesC, CostsAreTheModels) {
  const TinyHost host;
  clens_cost_options options = CLENS_COST_OPTIONS_INIT;
  options.candidates = 100;
  options.requests = 1;
  clens_cost whole = CLENS_COST_INIT;
  ASSERT_EQ(clens_model_cost(host.model(), &options, &whole), CLENS_OK);
  double flops = 0, bytes = 0, weights = 0;
  for (const clens_node_cost& cost : costs_of(host, 100)) {
    flops += cost.flops, bytes += cost.bytes, weights += cost.weight_bytes;
    EXPECT_EQ(cost.bytes, cost.weight_bytes + cost.line_bytes + cost.value_bytes);
  }
  EXPECT_EQ(flops, whole.flops);
  EXPECT_EQ(weights, whole.weight_bytes);
  EXPECT_GT(bytes, whole.weight_bytes + whole.line_bytes);
  const auto alone = costs_of(host, 1);
  EXPECT_EQ(alone[tiny::hidden_linear].flops, 2.0 * 10 * 8);
  EXPECT_EQ(alone[tiny::hidden_relu].run, std::uint32_t{CLENS_NODE_FUSED});
  EXPECT_EQ(alone[tiny::concat].run, std::uint32_t{CLENS_NODE_VIEW});
  EXPECT_LT(flops, 100 * (alone[tiny::hidden_linear].flops + alone[tiny::logit].flops));
}

TEST(NodesC, MistakesAreNamed) {
  const TinyHost host;
  clens_node_info info = CLENS_NODE_INFO_INIT;
  EXPECT_EQ(clens_model_node(nullptr, 0, &info), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_node(host.model(), 0, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_node(host.model(), 7, &info), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "index: 7, the model has 7 nodes");
  info.struct_size = 12;
  EXPECT_EQ(clens_model_node(host.model(), 0, &info), CLENS_E_INVALID_ARGUMENT);
  std::size_t values[3] = {9, 9, 9};
  EXPECT_EQ(clens_model_node_inputs(host.model(), 7, values, 3), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_node_inputs(host.model(), tiny::concat, values, 2), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(values[0], 9u);
  EXPECT_EQ(clens_model_node_inputs(host.model(), tiny::concat, nullptr, 3), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_node_inputs(host.model(), tiny::user_bag, nullptr, 0), CLENS_OK);
  std::vector<clens_node_cost> costs(7);
  EXPECT_EQ(clens_model_node_costs(host.model(), nullptr, nullptr, sizeof costs[0], 7), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_node_costs(host.model(), nullptr, costs.data(), 8, 7), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_node_costs(host.model(), nullptr, costs.data(), sizeof costs[0], 6), CLENS_E_BUFFER_TOO_SMALL);
  clens_cost_options options = CLENS_COST_OPTIONS_INIT;
  options.ids = -1;
  EXPECT_EQ(clens_model_node_costs(host.model(), &options, costs.data(), sizeof costs[0], 7), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("options.ids"), std::string::npos);
}

TEST(GraphC, IsTextThatFits) {
  const TinyHost host;
  for (const std::uint32_t format : {CLENS_GRAPH_DOT, CLENS_GRAPH_MERMAID}) {
    std::size_t size = 0;
    ASSERT_EQ(clens_model_graph(host.model(), format, nullptr, 0, &size), CLENS_OK);
    ASSERT_GT(size, 100u);
    std::vector<char> text(size + 2, '!');
    std::size_t again = 0;
    EXPECT_EQ(clens_model_graph(host.model(), format, text.data(), size, &again), CLENS_E_BUFFER_TOO_SMALL);
    EXPECT_EQ(again, size);
    EXPECT_EQ(text[0], '!');
    ASSERT_EQ(clens_model_graph(host.model(), format, text.data(), size + 1, &again), CLENS_OK);
    EXPECT_EQ(std::strlen(text.data()), size);
    EXPECT_EQ(text[size + 1], '!');
    EXPECT_NE(std::string(text.data()).find("embedding_bag"), std::string::npos);
  }
  std::size_t size = 0;
  EXPECT_EQ(clens_model_graph(nullptr, 0, nullptr, 0, &size), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_graph(host.model(), 0, nullptr, 0, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_graph(host.model(), 2, nullptr, 0, &size), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "format: 2 is no clens_graph_format");
}

}  // namespace
}  // namespace clicklens::testing
