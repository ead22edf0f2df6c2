#include "format/verify.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <stdexcept>

#include "format/container.h"
#include "unit/format/full_model.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Limits;

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
constexpr float infinity = std::numeric_limits<float>::infinity();
const float nan = std::numeric_limits<float>::quiet_NaN();

// full_model() with one thing changed, and what the message must say.
struct Refusal {
  const char* what;
  void (*change)(ModelDesc&);
  Code code = Code::bad_file;
};

HashEncoder& hashed(ModelDesc& d) {
  return std::get<HashEncoder>(d.encoders[2].encoder);
}
VocabularyEncoder& words(ModelDesc& d) {
  return std::get<VocabularyEncoder>(d.encoders[3].encoder);
}
StandardiseTransform& standardise(ModelDesc& d) {
  return std::get<StandardiseTransform>(d.features[3].transforms[1]);
}
BucketiseTransform& bucketise(ModelDesc& d) {
  return std::get<BucketiseTransform>(d.features[3].transforms[2]);
}
template <class Op>
Op& op(ModelDesc& d) {
  for (NodeDesc& node : d.nodes)
    if (auto* found = std::get_if<Op>(&node.op)) return *found;
  throw std::logic_error("no such operator");
}

const Refusal encoders[] = {
    {"encoder 'user ids': rows", [](ModelDesc& d) { d.encoders[0].encoder = IdentityEncoder{0}; }},
    {"encoder 'user ids': rows", [](ModelDesc& d) { d.encoders[0].encoder = IdentityEncoder{0xFFFFFFFF}; },
     Code::limit_exceeded},
    {"encoder 'hashed': modulus", [](ModelDesc& d) { hashed(d).modulus = 0; }},
    {"encoder 'hashed': modulus", [](ModelDesc& d) { hashed(d).offset = largest; }, Code::limit_exceeded},
    {"encoder 'hashed': modulus", [](ModelDesc& d) { hashed(d).modulus = largest - 9; }, Code::limit_exceeded},
    {"encoder 'hashed': seed",
     [](ModelDesc& d) {
       hashed(d).algorithm = HashAlgorithm::murmurhash3;
       hashed(d).seed = std::uint64_t{1} << 32;
     }},
    {"encoder 'words': slots", [](ModelDesc& d) { words(d).slots = 63; }},
    {"encoder 'words': slots", [](ModelDesc& d) { words(d).slots = 0; }},
    {"encoder 'words': size", [](ModelDesc& d) { words(d).size = 64; }},
    {"encoder 'words': size", [](ModelDesc& d) { words(d).size = 0; }},
    {"encoder 'words': size", [](ModelDesc& d) { words(d).size = 0xFFFFFFFF; }, Code::limit_exceeded},
    {"encoder 'words': slot_segment", [](ModelDesc& d) { words(d).slots = 128; }},
    {"encoder 'words': slot_segment", [](ModelDesc& d) { words(d).slots = std::uint64_t{1} << 60; }},
    {"encoder 'words': slot_segment", [](ModelDesc& d) { words(d).slot_segment = no_index; }},
    {"encoder 'words': text_segment", [](ModelDesc& d) { words(d).text_segment = no_index; }},
    {"encoder 'words': text_segment", [](ModelDesc& d) { words(d).key_type = KeyType::u64; }},
    {"encoders: two are named 'hashed'", [](ModelDesc& d) { d.encoders[3].name = "hashed"; }},
};

const Refusal features[] = {
    {"features: none", [](ModelDesc& d) { d.features.clear(); }},
    {"features[1]: has no name", [](ModelDesc& d) { d.features[1].name = ""; }},
    {"features: two are named 'user'", [](ModelDesc& d) { d.features[1].name = "user"; }},
    {"feature 'user': group", [](ModelDesc& d) { d.features[0].group = ""; }},
    {"feature 'user': encoder", [](ModelDesc& d) { d.features[0].encoder = no_index; }},
    {"feature 'user': encoder", [](ModelDesc& d) { d.features[0].encoder = 4; }},
    {"feature 'user': missing_row", [](ModelDesc& d) { d.features[0].missing_row = -2; }},
    {"feature 'user': unknown_row", [](ModelDesc& d) { d.features[0].unknown_row = INT64_MIN; }},
    {"feature 'user': unknown_row", [](ModelDesc& d) { d.features[0].unknown_row = INT64_MAX - 1; },
     Code::limit_exceeded},
    {"feature 'user': max_length", [](ModelDesc& d) { d.features[0].max_length = 65537; }, Code::limit_exceeded},
    {"feature 'user': transforms", [](ModelDesc& d) { d.features[0].transforms = {Log1pTransform{}}; }},
    {"feature 'user': missing_value", [](ModelDesc& d) { d.features[0].missing_value = {1}; }},
    {"feature 'age': encoder", [](ModelDesc& d) { d.features[3].encoder = 0; }},
    {"feature 'age': width", [](ModelDesc& d) { d.features[3].width = 0; }},
    {"feature 'age': width", [](ModelDesc& d) { d.features[3].width = 0xFFFFFFFF; }, Code::limit_exceeded},
    {"feature 'age': missing_value",
     [](ModelDesc& d) {
       d.features[3].missing_value = {1, 2};
     }},
    {"feature 'age': missing_value", [](ModelDesc& d) { d.features[3].missing_value = {nan}; }},
    {"feature 'age': standardise", [](ModelDesc& d) { standardise(d).mean = {}; }},
    {"feature 'age': standardise",
     [](ModelDesc& d) {
       standardise(d).inverse_sd = {1, 2};
     }},
    {"feature 'age': standardise", [](ModelDesc& d) { standardise(d).mean = {infinity}; }},
    {"feature 'age': bucketise", [](ModelDesc& d) { bucketise(d).boundaries = {}; }},
    {"feature 'age': bucketise",
     [](ModelDesc& d) {
       bucketise(d).boundaries = {1, 1};
     }},
    {"feature 'age': bucketise",
     [](ModelDesc& d) {
       bucketise(d).boundaries = {0, nan, 2};
     }},
    {"must be the last", [](ModelDesc& d) { d.features[3].transforms.emplace_back(Log1pTransform{}); }},
};

// Of dim 4: 8 bytes as halves, 12 as int8, 10 as int4.
void retype(ModelDesc& desc, ElementType type, std::uint32_t stride) {
  desc.tables[0].type = type;
  desc.tables[0].row_stride = stride;
}

const Refusal weights[] = {
    {"table 'user table': rows", [](ModelDesc& d) { d.tables[0].rows = 0; }},
    {"table 'user table': rows", [](ModelDesc& d) { d.tables[0].rows = largest; }, Code::limit_exceeded},
    {"table 'user table': dim", [](ModelDesc& d) { d.tables[0].dim = 0; }},
    {"table 'user table': dim", [](ModelDesc& d) { d.tables[0].dim = 0xFFFFFFFF; }, Code::limit_exceeded},
    {"table 'user table': row_stride", [](ModelDesc& d) { d.tables[0].row_stride = 12; }},
    {"table 'user table': row_stride", [](ModelDesc& d) { d.tables[0].row_stride = 18; }},
    {"table 'user table': segment", [](ModelDesc& d) { d.tables[0].segment = no_index; }},
    {"table 'user table': segment", [](ModelDesc& d) { d.tables[0].rows = 101; }},
    {"table 'user table': segment", [](ModelDesc& d) { d.tables[0].row_stride = 20; }},
    {"table 'user table': segment", [](ModelDesc& d) { d.tables[0].row_stride = 0xFFFFFFFC; }},
    {"table 'user table': row_stride", [](ModelDesc& d) { retype(d, ElementType::f16, 6); }},
    {"table 'user table': row_stride", [](ModelDesc& d) { retype(d, ElementType::bf16, 9); }},
    {"table 'user table': row_stride", [](ModelDesc& d) { retype(d, ElementType::i8_row, 11); }},
    {"table 'user table': row_stride", [](ModelDesc& d) { retype(d, ElementType::i8_row, 14); }},
    {"table 'user table': row_stride", [](ModelDesc& d) { retype(d, ElementType::i8_row, 8); }},
    {"table 'user table': row_stride", [](ModelDesc& d) { retype(d, ElementType::i4_row, 8); }},
    {"table 'user table': row_stride", [](ModelDesc& d) { retype(d, ElementType::i4_row, 10); }},
    {"table 'user table': row_stride", [](ModelDesc& d) { retype(d, ElementType::i4_row, 0); }},
    {"table 'user table': segment", [](ModelDesc& d) { retype(d, ElementType::i8_row, 0xFFFFFFFC); }},
    {"table 'user table': segment", [](ModelDesc& d) { retype(d, ElementType::f16, 18); }},
    {"constant 'hidden weight': shape", [](ModelDesc& d) { d.constants[0].shape = {}; }},
    {"constant 'hidden weight': shape",
     [](ModelDesc& d) {
       d.constants[0].shape = {0, 10};
     }},
    {"constant 'hidden weight': shape",
     [](ModelDesc& d) {
       d.constants[0].shape = {largest, largest};
     }},
    {"constant 'hidden weight': shape", [](ModelDesc& d) { d.constants[0].shape = {std::uint64_t{1} << 62}; }},
    {"constant 'hidden weight': shape", [](ModelDesc& d) { d.constants[0].shape.assign(9, 1); }},
    {"constant 'hidden weight': segment",
     [](ModelDesc& d) {
       d.constants[0].shape = {8, 9};
     }},
    {"constant 'hidden weight': segment", [](ModelDesc& d) { d.constants[0].segment = 99; }},
};

// Of a hundred rows by its encoder, and no table.
FeatureDesc& mask_alone(ModelDesc& desc) {
  FeatureDesc feature = desc.features[0];
  feature.name = "alone";
  desc.features.push_back(feature);
  op<SequenceMaskOp>(desc).feature = static_cast<std::uint32_t>(desc.features.size() - 1);
  return desc.features.back();
}

const Refusal nodes[] = {
    {"node 'user bag': feature", [](ModelDesc& d) { op<EmbeddingBagOp>(d).feature = 4; }},
    {"node 'user bag': table", [](ModelDesc& d) { op<EmbeddingBagOp>(d).table = no_index; }},
    {"node 'user bag': table", [](ModelDesc& d) { d.features[0].missing_row = 100; }},
    {"node 'match dense': feature", [](ModelDesc& d) { op<DenseInputOp>(d).feature = no_index; }},
    {"node 'hidden': weight", [](ModelDesc& d) { op<LinearOp>(d).weight = no_index; }},
    {"node 'hidden': weight", [](ModelDesc& d) { op<LinearOp>(d).weight = op<LinearOp>(d).bias; }},
    {"node 'hidden': bias", [](ModelDesc& d) { op<LinearOp>(d).bias = 99; }},
    {"node 'norm': scale", [](ModelDesc& d) { op<BatchNormOp>(d).scale = no_index; }},
    {"node 'norm': shift", [](ModelDesc& d) { op<BatchNormOp>(d).shift = 99; }},
    {"node 'relu': slope", [](ModelDesc& d) { op<ActivationOp>(d).slope = nan; }},
    {"node 'relu': slopes", [](ModelDesc& d) { op<ActivationOp>(d).kind = ActivationKind::prelu; }},
    {"node 'turned': weight", [](ModelDesc& d) { op<FieldLinearOp>(d).weight = 99; }},
    {"node 'turned': weight", [](ModelDesc& d) { d.constants[op<FieldLinearOp>(d).weight].shape = {8}; }},
    {"node 'normed': eps", [](ModelDesc& d) { op<LayerNormOp>(d).eps = -1.0f; }},
    {"node 'normed': eps", [](ModelDesc& d) { op<LayerNormOp>(d).eps = nan; }},
    {"node 'normed': shift", [](ModelDesc& d) { op<LayerNormOp>(d).shift = 99; }},
    {"node 'clip': low", [](ModelDesc& d) { op<ClipOp>(d).low = 2.75f; }},
    {"node 'clip': low", [](ModelDesc& d) { op<ClipOp>(d).high = nan; }},
    {"node 'clip': low", [](ModelDesc& d) { op<ClipOp>(d).low = nan; }},
    {"node 'chosen': columns", [](ModelDesc& d) { op<SelectOp>(d).columns.clear(); }},
    {"node 'chosen'", [](ModelDesc& d) { op<SelectOp>(d).columns.assign((1u << 20) + 1, 0); }, Code::limit_exceeded},
    {"node 'states': weight_ih", [](ModelDesc& d) { op<GruOp>(d).weight_ih = 99; }},
    {"node 'states': weight_ih", [](ModelDesc& d) { op<GruOp>(d).weight_ih = op<GruOp>(d).bias_ih; }},
    {"node 'states': weight_hh", [](ModelDesc& d) { op<GruOp>(d).weight_hh = no_index; }},
    {"node 'states': bias_ih", [](ModelDesc& d) { op<GruOp>(d).bias_ih = 99; }},
    {"node 'states': bias_hh", [](ModelDesc& d) { op<GruOp>(d).bias_hh = 99; }},
    {"node 'kept': feature", [](ModelDesc& d) { op<SequenceOp>(d).feature = 99; }},
    {"node 'kept': table", [](ModelDesc& d) { op<SequenceOp>(d).table = no_index; }},
    {"node 'present': feature", [](ModelDesc& d) { op<SequenceMaskOp>(d).feature = 99; }},
    {"feature 'alone': missing_row", [](ModelDesc& d) { mask_alone(d).missing_row = 100; }},
    {"feature 'alone': unknown_row", [](ModelDesc& d) { mask_alone(d).unknown_row = 4000000000; }},
    {"node 'mixed': weight", [](ModelDesc& d) { op<FieldMixOp>(d).weight = 99; }},
    {"node 'mixed': weight", [](ModelDesc& d) { d.constants[op<FieldMixOp>(d).weight].shape = {6}; }},
    {"node 'mixed': bias", [](ModelDesc& d) { op<FieldMixOp>(d).bias = 99; }},
    {"node 'calibrate': calibration", [](ModelDesc& d) { op<CalibrationOp>(d).scale = infinity; }},
    {"node 'calibrate': calibration", [](ModelDesc& d) { op<CalibrationOp>(d).knots_y[1] = nan; }},
    {"node 'calibrate': knots", [](ModelDesc& d) { op<CalibrationOp>(d).knots_y.pop_back(); }},
    {"node 'calibrate': knots",
     [](ModelDesc& d) { op<CalibrationOp>(d).knots_x = op<CalibrationOp>(d).knots_y = {1}; }},
    {"node 'calibrate': knots_x", [](ModelDesc& d) { op<CalibrationOp>(d).knots_x[1] = 1; }},
    {"node 'calibrate': knots_y",
     [](ModelDesc& d) {
       op<CalibrationOp>(d).knots_y = {0, 1, 0};
     }},
    {"node 'calibrate': knots",
     [](ModelDesc& d) {
       op<CalibrationOp>(d).knots_x = {-3e38f, 3e38f};
       op<CalibrationOp>(d).knots_y = {0, 1};
     }},
    {"node 'calibrate': knots",
     [](ModelDesc& d) {
       op<CalibrationOp>(d).knots_x = {0, 1e-30f};
       op<CalibrationOp>(d).knots_y = {0, 1e30f};
     }},
    {"node 'concat': inputs", [](ModelDesc& d) { d.nodes[3].inputs[1] = 99; }},
    {"node 'concat': outputs", [](ModelDesc& d) { d.nodes[3].outputs[0] = no_index; }},
    {"node 'concat': outputs", [](ModelDesc& d) { d.nodes[3].outputs.clear(); }},
    {"nodes: two are named 'concat'", [](ModelDesc& d) { d.nodes[0].name = "concat"; }},
    {"value 'ad bag'",
     [](ModelDesc& d) {
       d.values[1] = {"ad bag", 0xFFFFFFFF, 0xFFFFFFFF};
     },
     Code::limit_exceeded},
    {"outputs: none", [](ModelDesc& d) { d.outputs.clear(); }},
    {"output 'click': logit", [](ModelDesc& d) { d.outputs[0].logit = no_index; }},
    {"layer 'hidden': value", [](ModelDesc& d) { d.layers[0].value = 99; }},
    {"metadata: two", [](ModelDesc& d) { d.metadata[1].key = d.metadata[0].key; }},
    {"'operator.sum' is used but not listed",
     [](ModelDesc& d) {
       std::erase(d.requirements, RequirementDesc{"operator.sum", "0.1"});
     }},
    {"'operator.new'",
     [](ModelDesc& d) {
       d.requirements.push_back({"operator.new", "7"});
     },
     Code::unknown_requirement},
};

void expect_refused(std::span<const Refusal> cases) {
  for (const Refusal& test : cases) {
    ModelDesc desc = testing::full_model().desc;
    test.change(desc);
    const base::Status status = verify_description(desc, {});
    EXPECT_EQ(status.code(), test.code) << test.what << " / " << status.message();
    EXPECT_NE(std::strstr(status.message(), test.what), nullptr) << status.message() << " / " << test.what;
  }
}

TEST(Verify, AcceptsWhatIsValid) {
  EXPECT_TRUE(verify_description(testing::tiny_model().desc, {}).ok());
  const base::Status full = verify_description(testing::full_model().desc, {});
  EXPECT_TRUE(full.ok()) << full.message();
}

TEST(Verify, Encoders) {
  expect_refused(encoders);
}
TEST(Verify, Features) {
  expect_refused(features);
}
TEST(Verify, Weights) {
  expect_refused(weights);
}
TEST(Verify, Nodes) {
  expect_refused(nodes);
}

TEST(Verify, EveryLimitHolds) {
  const ModelDesc desc = testing::full_model().desc;
  const auto code = [&](std::uint64_t Limits::*limit, std::uint64_t value) {
    Limits limits;
    limits.*limit = value;
    return verify_description(desc, limits).code();
  };
  EXPECT_EQ(code(&Limits::segments, desc.segments.size()), Code::ok);
  EXPECT_EQ(code(&Limits::segments, desc.segments.size() - 1), Code::limit_exceeded);
  EXPECT_EQ(code(&Limits::nodes, desc.nodes.size() - 1), Code::limit_exceeded);
  EXPECT_EQ(code(&Limits::features, desc.features.size() - 1), Code::limit_exceeded);
  EXPECT_EQ(code(&Limits::columns, 80), Code::ok);
  EXPECT_EQ(code(&Limits::columns, 79), Code::limit_exceeded);
  EXPECT_EQ(code(&Limits::reduction, 10), Code::ok);
  EXPECT_EQ(code(&Limits::reduction, 9), Code::limit_exceeded);
  EXPECT_EQ(code(&Limits::sequence_length, 19), Code::limit_exceeded);
  EXPECT_EQ(code(&Limits::dense_bytes, 4 * (80 + 8 + 8 + 1 + 8 + 8 + 6 + 24 + 12 + 6)), Code::ok);
  EXPECT_EQ(code(&Limits::dense_bytes, 4 * (80 + 8 + 8 + 1 + 8 + 8 + 6 + 24 + 12 + 6) - 1), Code::limit_exceeded);
}

TEST(Verify, NothingMayBeLeftOpenInAFile) {
  ModelDesc desc = testing::tiny_model().desc;
  EXPECT_TRUE(verify_complete(desc).ok());
  desc.values[3].width = 0;
  EXPECT_TRUE(verify_description(desc, {}).ok());
  EXPECT_EQ(verify_complete(desc).code(), Code::bad_file);
}

class VerifyPlacement : public ::testing::Test {
 protected:
  void SetUp() override {
    desc_.segments = {{0, 100, 0}, {0, 70000, 0}, {0, 100, 0}};
    header_ = *place_segments(200, desc_.segments);
  }
  Code code() const { return verify_placement(desc_.segments, header_).code(); }

  ModelDesc desc_;
  ContainerHeader header_;
};

TEST_F(VerifyPlacement, AcceptsWhatWasPlaced) {
  EXPECT_EQ(code(), Code::ok);
  header_.segments_offset -= 64;
  EXPECT_EQ(code(), Code::ok) << "a gap before the first segment";
}

TEST_F(VerifyPlacement, RefusesOverlaps) {
  desc_.segments[2].offset = desc_.segments[1].offset + 64;
  EXPECT_EQ(code(), Code::bad_file);
}
TEST_F(VerifyPlacement, RefusesFallingOffsets) {
  std::swap(desc_.segments[0], desc_.segments[2]);
  EXPECT_EQ(code(), Code::bad_file);
}
TEST_F(VerifyPlacement, RefusesSegmentsInTheFlatBuffer) {
  desc_.segments[0].offset = 64;
  EXPECT_EQ(code(), Code::bad_file);
}
TEST_F(VerifyPlacement, RefusesWhatIsOutsideTheFile) {
  desc_.segments[2].size += 1;
  EXPECT_EQ(code(), Code::bad_file);
  desc_.segments[2] = {largest - 63, 128, 0};
  EXPECT_EQ(code(), Code::bad_file);
}
TEST_F(VerifyPlacement, RefusesUnalignedSegments) {
  desc_.segments[0].offset += 4;
  EXPECT_EQ(code(), Code::bad_file);
  SetUp();
  desc_.segments[1].offset += 64;  // fine for a small one
  EXPECT_EQ(code(), Code::bad_file);
}
TEST_F(VerifyPlacement, RefusesATail) {
  header_.file_size += 1;
  EXPECT_EQ(code(), Code::bad_file);
}

}  // namespace
}  // namespace clicklens::format
