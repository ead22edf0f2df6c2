// What a description must not say: each fault is refused with a message that names where.
#include "exec/build.h"

#include <functional>

#include "exec/compose.h"
#include "support/model_maker.h"

namespace clicklens {
namespace {

using testing::ModelMaker;

struct Small {
  ModelMaker maker;
  std::uint32_t user, ad, x, h, logit;
  Small() {
    user = maker.bag(maker.sparse("user", format::Scope::request, 10), maker.table(10, 4));
    ad = maker.bag(maker.sparse("ad", format::Scope::candidate, 10), maker.table(10, 4));
    x = maker.node(format::ConcatOp{}, {user, ad});
    h = maker.activation(format::ActivationKind::relu, maker.linear(x, 8, 5));
    logit = maker.linear(h, 5, 1);
    maker.output("ctr", logit);
  }
};

// The message of what is wrong after `change`; empty when nothing is.
std::string fault(const std::function<void(Small&)>& change) {
  Small small;
  change(small);
  const auto complete = exec::complete(small.maker.desc, small.maker.limits);
  return complete.ok() ? "" : complete.status().message();
}

TEST(Build, ASoundModelIsCompleted) {
  Small small;
  const auto complete = exec::complete(small.maker.desc, small.maker.limits);
  ASSERT_TRUE(complete.ok()) << complete.status().message();
  EXPECT_EQ(complete->values[small.x].width, 8u);
  const auto& order = complete->nodes[3].order;
  ASSERT_EQ(order.size(), 2u);
  EXPECT_EQ(order[0].part, format::Part::request);
  EXPECT_EQ(order[1].part, format::Part::candidate);
  EXPECT_FALSE(complete->requirements.empty());
  ASSERT_NE(small.maker.open(), nullptr);
}

TEST(Build, RefusesWhatDoesNotFit) {
  const auto has = [](const std::string& message, const char* part) {
    EXPECT_NE(message.find(part), std::string::npos) << '"' << message << '"';
  };
  has(fault([](Small& s) { s.maker.desc.nodes[2].inputs = {s.user, s.h}; }), "no earlier node makes");  // a cycle
  has(fault([](Small& s) { s.maker.desc.nodes[2].inputs = {s.user, 99}; }), "n2");
  has(fault([](Small& s) {
        s.maker.desc.nodes[4].inputs = {s.user};
        s.maker.desc.nodes[4].outputs = {s.ad};
      }),
      "two nodes");
  has(fault([](Small& s) { s.maker.linear(s.x, 7, 3); }), "takes 7 columns");
  has(fault([](Small& s) { s.maker.node(format::AddOp{}, {s.user, s.x}); }), "shapes");
  has(fault([](Small& s) { s.maker.node(format::AddOp{}, {s.user}); }), "takes 2 inputs");
  has(fault([](Small& s) { s.maker.node(format::MultiplyOp{}, {s.user, s.h}); }), "shapes [1, 4] and [1, 5]");
  for (const format::OperatorDesc& op : std::initializer_list<format::OperatorDesc>{
           format::SubtractOp{}, format::DivideOp{}, format::MaximumOp{}, format::MinimumOp{}}) {
    has(fault([&](Small& s) { s.maker.node(op, {s.user, s.h}); }), "shapes [1, 4] and [1, 5]");
    has(fault([&](Small& s) { s.maker.node(op, {s.user}); }), "takes 2 inputs");
  }
  has(fault([](Small& s) { s.maker.node(format::AddOp{}, {s.user, 99}); }), "no such value");
  has(fault([](Small& s) { s.maker.node(format::ClipOp{}, {s.user, s.ad}); }), "takes 1 input");
  has(fault([](Small& s) { s.maker.node(format::ClipOp{2.0f, 1.0f}, {s.user}); }), "low");
  has(fault([](Small& s) {
        const std::uint32_t scale = s.maker.constant({2}, s.maker.draw(2));
        s.maker.node(format::BatchNormOp{scale, scale}, {s.user});
      }),
      "2 scales for 4 columns");
  has(fault([](Small& s) {
        const std::uint32_t scale = s.maker.constant({1}, s.maker.draw(1));
        s.maker.node(format::BatchNormOp{scale, s.maker.constant({4}, s.maker.draw(4))}, {s.user});
      }),
      "shift");
  has(fault([](Small& s) { s.maker.node(format::PairwiseDotOp{}, {s.x}); }), "pairs of 1 fields");
  has(fault([](Small& s) { s.maker.node(format::MatMulOp{}, {s.user, s.ad}); }), "[1, 4] times [1, 4]");
  has(fault([](Small& s) { s.maker.node(format::SoftmaxOp{}, {s.user, s.h}); }), "mask");
  has(fault([](Small& s) {
        s.maker.node(format::FieldLinearOp{s.maker.constant({2, 5}, s.maker.draw(10)), format::no_index}, {s.user});
      }),
      "fields of 5 columns");
  has(fault([](Small& s) {
        const std::uint32_t scale = s.maker.constant({5}, s.maker.draw(5));
        s.maker.node(format::LayerNormOp{1e-5f, scale, scale}, {s.user});
      }),
      "5 scales for fields of width 4");
  has(fault([](Small& s) {
        const std::uint32_t scale = s.maker.constant({4}, s.maker.draw(4));
        s.maker.node(format::LayerNormOp{1e-5f, scale, format::no_index}, {s.user});
      }),
      "come together");
  has(fault([](Small& s) { s.maker.node(format::SelectOp{{0, 8, 1}}, {s.x}); }), "selects column 8 of 8");
  has(fault([](Small& s) { s.maker.node(format::SelectOp{{0}}, {s.x, s.x}); }), "takes 1 inputs");
  has(fault([](Small& s) {
        s.maker.node(format::FieldMixOp{s.maker.constant({2, 3}, s.maker.draw(6)), format::no_index}, {s.x});
      }),
      "takes 3 fields, there are 1");
  has(fault([](Small& s) {
        const std::uint32_t bias = s.maker.constant({3}, s.maker.draw(3));
        s.maker.node(format::FieldMixOp{s.maker.constant({2, 1}, s.maker.draw(2)), bias}, {s.x});
      }),
      "bias");
  const auto gru = [&](std::uint32_t gates, std::uint32_t size, format::GruKind kind, std::size_t inputs,
                       bool biased = false) {
    return fault([=](Small& s) {
      const std::uint32_t in = s.maker.constant({gates, 4}, s.maker.draw(std::size_t{gates} * 4));
      const std::uint32_t own = s.maker.constant({6, size}, s.maker.draw(std::size_t{6} * size));
      const std::uint32_t bias = biased ? s.maker.constant({5}, s.maker.draw(5)) : format::no_index;
      s.maker.node(format::GruOp{in, own, bias, format::no_index, kind}, std::vector<std::uint32_t>(inputs, s.user));
    });
  };
  EXPECT_EQ(gru(6, 2, format::GruKind::gru, 1), "");
  has(gru(6, 3, format::GruKind::gru, 1), "weight_hh");
  has(gru(9, 2, format::GruKind::gru, 1), "weight_ih");
  has(gru(6, 2, format::GruKind::gru, 1, true), "bias_ih");
  has(gru(6, 2, format::GruKind::gru, 3), "takes 1 inputs");
  has(gru(6, 2, format::GruKind::augru, 1), "takes 2 inputs");
  has(gru(6, 2, format::GruKind::gru, 2), "a mask of shape [1, 4] for 1 fields");
  has(gru(6, 2, format::GruKind::agru, 2), "attention of shape [1, 4] for 1 fields");
  has(fault([](Small& s) { s.maker.node(format::FieldMaxOp{}, {}); }), "takes 1 inputs");
  has(fault([](Small& s) { s.maker.node(format::SequenceOp{0, 0, {}}, {}); }), "feature 'user' has no max_length");
  has(fault([](Small& s) { s.maker.node(format::SequenceMaskOp{0, {}}, {}); }), "feature 'user' has no max_length");
  has(fault([](Small& s) {
        s.maker.desc.features[0].max_length = 3;
        s.maker.node(format::SequenceOp{0, s.maker.table(9, 4), {}}, {});
      }),
      "names 10 rows");
  has(fault([](Small& s) {
        s.maker.desc.features[0].max_length = 3;
        s.maker.node(format::SequenceOp{0, 0, {}}, {s.user});
      }),
      "takes 0 inputs");
  has(fault([](Small& s) {
        s.maker.node(format::SequenceMaskOp{s.maker.dense("age", format::Scope::request, 2), {}}, {});
      }),
      "feature 'age' has no ids");
  has(fault([](Small& s) { s.maker.node(format::ConcatOp{}, {}); }), "concat");
  has(fault([](Small& s) { s.maker.desc.outputs[0].logit = s.h; }), "ctr");
  has(fault([](Small& s) { s.maker.desc.outputs.clear(); }), "output");
  has(fault([](Small& s) { s.maker.desc.layers.push_back({"l1", 77}); }), "l1");
  has(fault([](Small& s) { s.maker.desc.values[s.x].width = 9; }), "stated as");
  has(fault([](Small& s) { s.maker.desc.nodes[3].order = {{format::Part::request, 0, 8}}; }), "n3");
  has(fault([](Small& s) { s.maker.desc.nodes[2].order = {{format::Part::pair, 0, 8}}; }), "adds nothing");
  has(fault([](Small& s) { s.maker.bag(0, s.maker.table(9, 4)); }), "names 10 rows");
  has(fault([](Small& s) { s.maker.desc.features[0].missing_row = 10; }), "missing_row");
  has(fault([](Small& s) { s.maker.node(format::DenseInputOp{0}, {}); }), "user");
  has(fault([](Small& s) { s.maker.node(format::CalibrationOp{1, 0, {1, 0}, {0, 1}}, {s.logit}); }), "knots");
  has(fault([](Small& s) {
        s.maker.desc.features[0].pooling = format::Pooling::max;
        s.maker.desc.features[0].weighted = true;
      }),
      "max pooling");
}

TEST(Build, LimitsHold) {
  Small small;
  small.maker.limits.reduction = 7;
  EXPECT_EQ(exec::complete(small.maker.desc, small.maker.limits).status().code(), base::Code::limit_exceeded);
  small.maker.limits = {};
  small.maker.limits.columns = 7;
  EXPECT_EQ(exec::complete(small.maker.desc, small.maker.limits).status().code(), base::Code::limit_exceeded);
}

// Ten thousand concats of one input each would end the stack of whoever walks them.
TEST(Build, NestedConcatsAreLimited) {
  EXPECT_NE(fault([](Small& s) {
              for (int i = 0; i < 10000; ++i) s.x = s.maker.node(format::ConcatOp{}, {s.x});
            }).find("nested"),
            std::string::npos);
  EXPECT_NE(fault([](Small& s) {
              for (int i = 0; i < 10000; ++i) s.x = s.maker.node(format::SelectOp{{0, 1, 2}}, {s.x});
            }).find("nested"),
            std::string::npos);
  EXPECT_EQ(fault([](Small& s) {
              for (int i = 0; i < 200; ++i) s.x = s.maker.node(format::ConcatOp{}, {s.x});
            }),
            "");
}

// Columns of alternating scopes, doubled and then copied: a small file that asks for gigabytes.
TEST(Build, RunsAreLimited) {
  EXPECT_NE(fault([](Small& s) {
              std::uint32_t x = s.maker.node(format::ConcatOp{}, {s.user, s.ad});
              for (int i = 0; i < 16; ++i) x = s.maker.node(format::ConcatOp{}, {x, x});
              for (int i = 0; i < 100; ++i) s.maker.node(format::ConcatOp{}, {x});
            }).find("change their scope"),
            std::string::npos);
}

// One number for all columns, or a move for each: a node of a few bytes that asks for many.
TEST(Build, WhatOperatorsKeepIsLimited) {
  const auto refusal = [](const std::function<format::OperatorDesc(ModelMaker&)>& op, int nodes) -> std::string {
    Small small;
    const std::uint32_t wide = small.maker.node(format::SelectOp{std::vector<std::uint32_t>(4096, 0)}, {small.x});
    const format::OperatorDesc one = op(small.maker);
    for (; nodes > 0; --nodes) small.maker.node(one, {wide});
    const testing::TemporaryPath path("kept.clens");
    const base::Status written = small.maker.write(path.str());
    EXPECT_TRUE(written.ok()) << written.message();
    format::OpenOptions options;
    options.limits.dense_bytes = 1u << 20;
    const auto model = exec::Model::open(path.c_str(), options);
    EXPECT_TRUE(model.ok() || model.status().code() == base::Code::limit_exceeded) << model.status().message();
    return model.ok() ? "" : model.status().message();
  };
  const auto norm = [](ModelMaker& maker) {
    const std::uint32_t one = maker.constant({1}, {0.5f});
    return format::BatchNormOp{one, one};
  };
  const auto prelu = [](ModelMaker& maker) {
    return format::ActivationOp{format::ActivationKind::prelu, 0, maker.constant({1}, {0.5f})};
  };
  const auto mix = [](ModelMaker& maker) {
    const std::uint32_t weight = maker.constant({1, 1}, {0.5f});
    return format::FieldMixOp{weight, maker.constant({1}, {0.5f})};
  };
  const auto select = [](ModelMaker&) {
    std::vector<std::uint32_t> columns(2048);
    for (std::uint32_t i = 0; i < columns.size(); ++i) columns[i] = i * i % 4096;
    return format::SelectOp{columns};
  };
  for (const auto& op :
       std::initializer_list<std::function<format::OperatorDesc(ModelMaker&)>>{norm, prelu, mix, select}) {
    EXPECT_EQ(refusal(op, 20), "");
    const std::string message = refusal(op, 80);
    EXPECT_NE(message.find("node 'n"), std::string::npos) << message;
    EXPECT_NE(message.find("beside the file"), std::string::npos) << message;
  }
}

// One id, one meaning: the smallest table that a feature is pooled from bounds its rows in every session.
TEST(Build, TheSmallestTableBoundsAFeature) {
  Small small;
  const std::uint32_t feature = small.maker.sparse("item", format::Scope::candidate, 5);
  small.maker.bag(feature, small.maker.table(9, 4));
  small.maker.bag(feature, small.maker.table(6, 4));
  const auto model = small.maker.open();
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->feature_rows(feature), 6u);
  EXPECT_EQ(model->feature_rows(0), 10u);
}

// Where no table does: what the encoder names, so that rows given as such are known or unknown as keys are.
TEST(Build, TheEncoderBoundsAFeatureWithoutATable) {
  Small small;
  const std::uint32_t feature = small.maker.sparse("item", format::Scope::candidate, 5);
  small.maker.desc.features[feature].max_length = 3;
  small.maker.node(format::SequenceMaskOp{feature, {}}, {});
  const std::uint32_t age = small.maker.dense("age", format::Scope::candidate, 1);
  small.maker.node(format::DenseInputOp{age}, {});
  const auto model = small.maker.open();
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->feature_rows(feature), 5u);
  EXPECT_EQ(model->feature_rows(age), UINT64_MAX);
  small.maker.desc.features[feature].unknown_row = 5;
  const auto refused = exec::complete(small.maker.desc, {});
  EXPECT_NE(std::string(refused.status().message()).find("feature 'item': unknown_row"), std::string::npos)
      << refused.status().message();
  small.maker.node(format::SequenceOp{feature, small.maker.table(6, 2), {}}, {});
  EXPECT_TRUE(exec::complete(small.maker.desc, {}).ok()) << "the table has such a row";
}

}  // namespace
}  // namespace clicklens
