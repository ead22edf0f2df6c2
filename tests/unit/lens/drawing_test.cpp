// Drawings of a small model, whole. Their grammar is held by tests/e2e/graph_test.py.
#include "lens/drawing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/model_maker.h"

namespace clicklens::lens {
namespace {

using format::Scope;

// Names as an enemy would choose them.
std::shared_ptr<exec::Model> hostile() {
  testing::ModelMaker maker;
  maker.desc.name = "a\"]; b \\";
  const std::uint32_t user = maker.sparse("user\\\"", Scope::request, 50);
  maker.desc.features[user].group = "x&amp;<b>";
  maker.desc.features[user].max_length = 5;
  const std::uint32_t table = maker.table(50, 4);
  maker.desc.tables[table].name = "%%{init}%%";
  const std::uint32_t bag = maker.bag(user, table);
  maker.desc.values[bag].name = "end\\";
  const std::uint32_t price = maker.node(format::DenseInputOp{maker.dense("prix é#", Scope::candidate, 1)}, {});
  const std::uint32_t x = maker.node(format::ConcatOp{}, {bag, price});
  const std::uint32_t logit = maker.linear(x, 5, 1);
  maker.desc.values[logit].name = "\\N\"|-->";
  maker.desc.layers.push_back({"`last`; l", logit});
  maker.output("click\"", logit);
  return maker.open();
}

TEST(Drawing, ForGraphviz) {
  const auto model = hostile();
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(draw(*model, DrawingFormat::dot), R"(digraph "a\"]; b \\" {
  graph [rankdir=TB, fontname="Helvetica"];
  node [shape=box, style=filled, fillcolor=white, fontname="Helvetica"];
  edge [fontname="Helvetica", fontsize=10];
  subgraph cluster_request {
    label="request: computed once a request";
    style="rounded,filled"; color="#e3eefb";
    feature0 [label="user\\\"\nsparse, group x&amp;amp;<b>\nup to 5 ids", shape=ellipse];
    node0 [label="end\\\nembedding_bag\ntable %%{init}%% [50, 4]"];
  }
  subgraph cluster_candidate {
    label="candidate: computed once a candidate, or kept";
    style="rounded,filled"; color="#fdf0dc";
    feature1 [label="prix é#\ndense, group prix é#\n1 number", shape=ellipse];
    node1 [label="v1\ndense_input"];
  }
  subgraph cluster_pair {
    label="pair: of both";
    style="rounded,filled"; color="#f0e9f7";
    node2 [label="v2\nconcat"];
    node3 [label="\\N\"|-->\nlinear\n6 parameters\nlayer `last`; l", penwidth=3];
  }
  output0 [label="output click\"", shape=doubleoctagon];
  feature0 -> node0;
  feature1 -> node1;
  node0 -> node2 [label="[1, 4]"];
  node1 -> node2 [label="[1, 1]"];
  node2 -> node3 [label="[1, 5]"];
  node3 -> output0 [label="[1, 1]"];
}
)");
}

TEST(Drawing, ForMermaid) {
  const auto model = hostile();
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(draw(*model, DrawingFormat::mermaid), R"(flowchart TB
  subgraph request["request: computed once a request"]
    feature0(["user#92;#34;<br/>sparse, group x#38;amp#59;#60;b#62;<br/>up to 5 ids"])
    node0["end#92;<br/>embedding_bag<br/>table #37;#37;#123;init#125;#37;#37; [50, 4]"]
  end
  subgraph candidate["candidate: computed once a candidate, or kept"]
    feature1(["prix é#35;<br/>dense, group prix é#35;<br/>1 number"])
    node1["v1<br/>dense_input"]
  end
  subgraph pair["pair: of both"]
    node2["v2<br/>concat"]
    node3["#92;N#34;#124;--#62;<br/>linear<br/>6 parameters<br/>layer #96;last#96;#59; l"]
  end
  output0{{"output click#34;"}}
  feature0 --> node0
  feature1 --> node1
  node0 -->|"[1, 4]"| node2
  node1 -->|"[1, 1]"| node2
  node2 -->|"[1, 5]"| node3
  node3 -->|"[1, 1]"| output0
  classDef layer stroke-width:3px
  class node3 layer
)");
}

TEST(Drawing, TakesTenThousandNodes) {
  constexpr std::size_t count = 10000;
  testing::ModelMaker maker;
  std::uint32_t value = maker.bag(maker.sparse("ad", Scope::candidate, 50), maker.table(50, 8));
  for (std::size_t i = 0; i < count; ++i) value = maker.activation(format::ActivationKind::relu, value);
  maker.output("click", maker.linear(value, 8, 1));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  for (const DrawingFormat format : {DrawingFormat::dot, DrawingFormat::mermaid}) {
    const std::string text = draw(*model, format);
    // A box and an edge for each node, besides what opens and ends the rest.
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    EXPECT_GE(lines, 2 * count);
    EXPECT_LT(lines, 2 * count + 30);
    EXPECT_NE(text.find("node9999"), std::string::npos);
  }
}

}  // namespace
}  // namespace clicklens::lens
