#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/arithmetic.h"
#include "format/requirements.h"
#include "format/writer.h"
#include "model_generated.h"
#include "unit/format/full_model.h"

namespace clicklens::format {
namespace {

using base::Code;
using testing::full_model;
using testing::tiny_model;

base::Result<ModelDesc> parse(const std::vector<std::byte>& bytes) {
  return parse_model(bytes, {});
}

TEST(Pack, ReadsBackEveryField) {
  const ModelDesc desc = full_model().desc;
  const auto again = parse(pack_model(desc));
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(*again, desc);
}

TEST(Pack, ReadsBackAnEmptyDescription) {
  const auto again = parse(pack_model({}));
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(*again, ModelDesc{});
}

// What FlatBuffers' own reader sees: pack and unpack may not agree on an error between themselves.
TEST(Pack, SaysWhatFlatBuffersReads) {
  const ModelDesc desc = full_model().desc;
  const auto bytes = pack_model(desc);
  const auto model = fbs::UnPackModel(bytes.data());
  EXPECT_EQ(model->name, "tiny");
  EXPECT_EQ(model->arithmetic_version, desc.arithmetic_version);
  ASSERT_EQ(model->features.size(), 4u);
  const fbs::FeatureT& user = *model->features[0];
  EXPECT_EQ(user.pooling, fbs::Pooling::sqrtn);
  EXPECT_EQ(user.scope, fbs::Scope::request);
  EXPECT_TRUE(user.weighted && user.keep_last && user.required);
  EXPECT_EQ(user.missing_row, 3);
  EXPECT_EQ(user.unknown_row, 4);
  EXPECT_EQ(user.max_length, 20u);
  EXPECT_EQ(model->features[3]->transforms[2]->kind.AsBucketise()->boundaries, (std::vector<float>{-1, 0, 7}));
  const fbs::HashEncoderT& hash = *model->encoders[2]->encoding.AsHashEncoder();
  EXPECT_EQ(hash.algorithm, fbs::HashAlgorithm::murmurhash3);
  EXPECT_EQ(hash.modulus, 40u);
  EXPECT_EQ(hash.offset, 10u);
  EXPECT_EQ(hash.salt, "salt");
  EXPECT_EQ(model->nodes[4]->op.AsLinear()->weight, std::get<LinearOp>(desc.nodes[4].op).weight);
  EXPECT_EQ(model->nodes[4]->op.AsLinear()->bias, std::get<LinearOp>(desc.nodes[4].op).bias);
  EXPECT_EQ(model->nodes[4]->order[1]->part, fbs::Part::candidate);
  EXPECT_EQ(model->nodes[4]->order[1]->begin, 4u);
  EXPECT_EQ(model->constants[0]->shape, (std::vector<std::uint64_t>{8, 10}));
  EXPECT_EQ(model->tables[1]->rows, 50u);
  EXPECT_EQ(model->tables[1]->row_stride, 16u);
  EXPECT_EQ(model->self_test->logits[0], 0x3F800000u);
  EXPECT_EQ(model->metadata[1]->value, "two lines\nof text");
}

TEST(Pack, SizeDoesNotDependOnNumbers) {
  ModelDesc desc = full_model().desc;
  const std::size_t size = pack_model(desc).size();
  for (SegmentDesc& segment : desc.segments) segment = {~segment.offset, segment.size, 0x0123456789ABCDEFu};
  EXPECT_EQ(pack_model(desc).size(), size);
  for (SegmentDesc& segment : desc.segments) segment = {};
  EXPECT_EQ(pack_model(desc).size(), size);
}

TEST(Parse, TakesBytesAtAnyAddress) {
  const auto bytes = pack_model(full_model().desc);
  std::vector<std::byte> shifted(bytes.size() + 1);
  std::memcpy(shifted.data() + 1, bytes.data(), bytes.size());
  const auto parsed = parse_model(std::span<const std::byte>(shifted).subspan(1), {});
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  EXPECT_EQ(*parsed, full_model().desc);
}

TEST(Parse, RefusesWhatIsNoModel) {
  EXPECT_EQ(parse({}).status().code(), Code::bad_file);
  EXPECT_EQ(parse(std::vector<std::byte>(1000)).status().code(), Code::bad_file);
  auto bytes = pack_model(tiny_model().desc);
  bytes[4] = std::byte{'X'};  // file identifier
  EXPECT_EQ(parse(bytes).status().code(), Code::bad_file);
  base::Limits limits;
  limits.flatbuffer_bytes = 100;
  EXPECT_EQ(parse_model(pack_model(tiny_model().desc), limits).status().code(), Code::limit_exceeded);
}

// A description changed in one place, and what the message must say.
struct Broken {
  const char* what;
  void (*change)(fbs::ModelT&);
  Code code = Code::bad_file;
};

const Broken broken[] = {
    {"features[1].name", [](fbs::ModelT& m) { m.features[1]->name = "a\nb"; }},
    {"features[1].name", [](fbs::ModelT& m) { m.features[1]->name = "\xC3("; }},
    {"features[0].group", [](fbs::ModelT& m) { m.features[0]->group = std::string("a\0b", 3); }},
    {"values[2].name", [](fbs::ModelT& m) { m.values[2]->name = std::string(256, 'v'); }},
    {"nodes[0].name", [](fbs::ModelT& m) { m.nodes[0]->name = "\x1B[31m"; }},
    {"nodes[1].name", [](fbs::ModelT& m) { m.nodes[1]->name = "\xC2\x9B"; }},
    {"metadata[1].value", [](fbs::ModelT& m) { m.metadata[1]->value = "\x07"; }},
    {"model[0].name", [](fbs::ModelT& m) { m.name = "\x7F"; }},
    {"features[0].kind", [](fbs::ModelT& m) { m.features[0]->kind = static_cast<fbs::FeatureKind>(2); }},
    {"features[2].scope", [](fbs::ModelT& m) { m.features[2]->scope = static_cast<fbs::Scope>(255); }},
    {"features[0].pooling", [](fbs::ModelT& m) { m.features[0]->pooling = static_cast<fbs::Pooling>(4); }},
    {"tables[1].type", [](fbs::ModelT& m) { m.tables[1]->type = static_cast<fbs::ElementType>(5); }},
    {"encoders[2].algorithm",
     [](fbs::ModelT& m) { m.encoders[2]->encoding.AsHashEncoder()->algorithm = static_cast<fbs::HashAlgorithm>(3); }},
    {"encoders[3].key_type",
     [](fbs::ModelT& m) { m.encoders[3]->encoding.AsVocabularyEncoder()->key_type = static_cast<fbs::KeyType>(9); }},
    {"nodes[5].op.kind",
     [](fbs::ModelT& m) { m.nodes[5]->op.AsActivation()->kind = static_cast<fbs::ActivationKind>(16); }},
    {"nodes[4].order.part", [](fbs::ModelT& m) { m.nodes[4]->order[0]->part = static_cast<fbs::Part>(3); }},
    {"nodes[3].op", [](fbs::ModelT& m) { m.nodes[3]->op.Reset(); }},
    {"encoders[0].encoding", [](fbs::ModelT& m) { m.encoders[0]->encoding.Reset(); }},
    {"features[2].transforms", [](fbs::ModelT& m) { m.features[2]->transforms[0]->kind.Reset(); }},
    {"this clicklens does not know 'operator.attention'; version 0.9 does",
     [](fbs::ModelT& m) {
       m.requirements[0]->name = "operator.attention";
       m.requirements[0]->since = "0.9";
       m.features[0]->kind = static_cast<fbs::FeatureKind>(2);  // newer files may hold newer values: not the reason
     },
     Code::unknown_requirement},
};

TEST(Parse, NamesWhatItRefuses) {
  const auto bytes = pack_model(full_model().desc);
  for (const Broken& test : broken) {
    const auto model = fbs::UnPackModel(bytes.data());
    test.change(*model);
    flatbuffers::FlatBufferBuilder builder;
    fbs::FinishModelBuffer(builder, fbs::Model::Pack(builder, model.get()));
    const auto* begin = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
    const auto parsed = parse_model({begin, builder.GetSize()}, {});
    EXPECT_EQ(parsed.status().code(), test.code) << test.what;
    EXPECT_NE(std::strstr(parsed.status().message(), test.what), nullptr) << parsed.status().message();
  }
}

TEST(Requirements, ListWhatIsUsedOnce) {
  ModelDesc desc = tiny_model().desc;
  const auto again = required_capabilities(desc);
  EXPECT_EQ(again, desc.requirements);
  complete_requirements(desc);
  EXPECT_EQ(desc.requirements, again);
  std::string names;
  for (const RequirementDesc& requirement : again) names += requirement.name + " " + requirement.since + "\n";
  EXPECT_EQ(names,
            "activation.relu 0.1\nencoder.identity 0.1\noperator.activation 0.1\noperator.concat 0.1\n"
            "operator.dense_input 0.1\noperator.embedding_bag 0.1\noperator.linear 0.1\npooling.sum 0.1\n"
            "table.f32 0.1\ntransform.standardise 0.1\n");
}

TEST(Requirements, UsedButUnlistedIsABadFile) {
  ModelDesc desc = tiny_model().desc;
  EXPECT_TRUE(check_requirements_complete(desc).ok());
  desc.requirements.pop_back();
  EXPECT_EQ(check_requirements_complete(desc).code(), Code::bad_file);
}

// What a model of one such node asks for.
std::vector<std::string> asked_by(const OperatorDesc& op) {
  ModelDesc desc;
  desc.nodes.push_back({"n", op, {}, {}, {}});
  std::vector<std::string> names;
  for (const RequirementDesc& requirement : required_capabilities(desc)) names.push_back(requirement.name);
  return names;
}

struct Named {
  OperatorDesc op;
  const char* name;
};

TEST(Requirements, EveryOperatorHasItsName) {
  const Named all[] = {{EmbeddingBagOp{}, "embedding_bag"},
                       {DenseInputOp{}, "dense_input"},
                       {ConcatOp{}, "concat"},
                       {LinearOp{}, "linear"},
                       {BatchNormOp{}, "batch_norm"},
                       {AddOp{}, "add"},
                       {MultiplyOp{}, "multiply"},
                       {SumOp{}, "sum"},
                       {CalibrationOp{}, "calibration"},
                       {BiInteractionOp{}, "bi_interaction"},
                       {PairwiseDotOp{}, "pairwise_dot"},
                       {FieldLinearOp{}, "field_linear"},
                       {MatMulOp{}, "matmul"},
                       {SoftmaxOp{}, "softmax"},
                       {LayerNormOp{}, "layer_norm"},
                       {SubtractOp{}, "subtract"},
                       {DivideOp{}, "divide"},
                       {MaximumOp{}, "maximum"},
                       {MinimumOp{}, "minimum"},
                       {ClipOp{}, "clip"},
                       {SelectOp{}, "select"},
                       {FieldMixOp{}, "field_mix"},
                       {FieldMaxOp{}, "field_max"},
                       {SequenceOp{}, "sequence"},
                       {SequenceMaskOp{}, "sequence_mask"}};
  for (const Named& of : all)
    EXPECT_EQ(asked_by(of.op), std::vector<std::string>{std::string("operator.") + of.name}) << of.name;
  const char* kinds[] = {"relu",     "leaky_relu", "prelu", "sigmoid", "tanh", "gelu", "gelu_tanh", "silu",
                         "softplus", "elu",        "exp",   "log",     "sqrt", "abs",  "erf",       "reciprocal"};
  ActivationOp activation;
  for (std::uint8_t kind = 0; kind < std::size(kinds); ++kind) {
    activation.kind = static_cast<ActivationKind>(kind);
    const std::vector<std::string> names{std::string("activation.") + kinds[kind], "operator.activation"};
    EXPECT_EQ(asked_by(activation), names) << kinds[kind];
  }
  GruOp gru;
  EXPECT_EQ(asked_by(gru), std::vector<std::string>{"operator.gru"});
  gru.kind = GruKind::agru;
  EXPECT_EQ(asked_by(gru), (std::vector<std::string>{"gru.agru", "operator.gru"}));
  gru.kind = GruKind::augru;
  EXPECT_EQ(asked_by(gru), (std::vector<std::string>{"gru.augru", "operator.gru"}));
  EXPECT_EQ(std::size(all) + 2, std::variant_size_v<OperatorDesc>) << "and activation, gru";
}

TEST(Requirements, OneScaleForAllColumnsHasAName) {
  ModelDesc desc = full_model().desc;
  const auto asks = [&desc] {
    desc.requirements.clear();
    complete_requirements(desc);
    return std::ranges::count(desc.requirements, "batch_norm.one", &RequirementDesc::name) == 1;
  };
  EXPECT_FALSE(asks());
  for (const NodeDesc& node : desc.nodes)
    if (const auto* norm = std::get_if<BatchNormOp>(&node.op)) desc.constants[norm->scale].shape = {1};
  EXPECT_TRUE(asks());
}

TEST(Requirements, ABroadcastHasAName) {
  for (const OperatorDesc& op : {OperatorDesc(AddOp{}), OperatorDesc(MultiplyOp{})}) {
    ModelDesc desc;
    desc.values = {{"a", 2, 3}, {"b", 1, 3}};
    desc.nodes.push_back({"n", op, {0, 0}, {}, {}});
    EXPECT_EQ(required_capabilities(desc).size(), 1u);
    desc.nodes[0].inputs[1] = 1;
    EXPECT_EQ(required_capabilities(desc).front().name, "broadcast");
  }
}

TEST(Requirements, EveryTypeOfRowHasAName) {
  const char* names[] = {"table.f32", "table.f16", "table.bf16", "table.i8_row", "table.i4_row"};
  for (std::uint8_t type = 0; type < 5; ++type) {
    ModelDesc desc = tiny_model().desc;
    for (TableDesc& table : desc.tables) table.type = static_cast<ElementType>(type);
    desc.requirements.clear();
    complete_requirements(desc);
    EXPECT_TRUE(check_requirements_known(desc.requirements).ok());
    for (std::uint8_t other = 0; other < 5; ++other)
      EXPECT_EQ(std::ranges::count(desc.requirements, names[other], &RequirementDesc::name), type == other ? 1 : 0);
  }
}

}  // namespace
}  // namespace clicklens::format
