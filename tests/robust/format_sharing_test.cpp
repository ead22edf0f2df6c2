// FlatBuffers may refer to one string or vector any number of times. A small file must not unfold into
// more memory or work than its size allows.
#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "format/writer.h"
#include "model_generated.h"
#include "support/tiny_model.h"

namespace clicklens::format {
namespace {

using base::Code;
using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

base::Result<ModelDesc> parse(FlatBufferBuilder& builder, Offset<fbs::Model> model) {
  fbs::FinishModelBuffer(builder, model);
  return parse_model({reinterpret_cast<const std::byte*>(builder.GetBufferPointer()), builder.GetSize()}, {});
}

TEST(Sharing, OneLongTextManyTimes) {
  FlatBufferBuilder builder;
  const auto text = builder.CreateString(std::string(1 << 20, 'x'));
  std::vector<Offset<fbs::Metadata>> entries;
  for (int i = 0; i < 1000; ++i) entries.push_back(fbs::CreateMetadata(builder, 0, text));
  const auto metadata = builder.CreateVector(entries);
  fbs::ModelBuilder model(builder);
  model.add_metadata(metadata);
  EXPECT_EQ(parse(builder, model.Finish()).status().code(), Code::limit_exceeded);
}

TEST(Sharing, OneLongVectorManyTimes) {
  FlatBufferBuilder builder;
  const auto inputs = builder.CreateVector(std::vector<std::uint32_t>(1 << 18));
  const auto op = fbs::CreateConcat(builder).Union();
  std::vector<Offset<fbs::Node>> list;
  for (int i = 0; i < 1000; ++i) list.push_back(fbs::CreateNode(builder, 0, fbs::Operator::Concat, op, inputs, inputs));
  const auto nodes = builder.CreateVector(list);
  fbs::ModelBuilder model(builder);
  model.add_nodes(nodes);
  EXPECT_EQ(parse(builder, model.Finish()).status().code(), Code::limit_exceeded);
}

TEST(Sharing, OneTableMoreOftenThanTheVerifierCounts) {
  FlatBufferBuilder builder;
  const std::vector<Offset<fbs::Segment>> one(1'000'001, fbs::CreateSegment(builder, 64, 0, 0));
  const auto segments = builder.CreateVector(one);
  fbs::ModelBuilder model(builder);
  model.add_segments(segments);
  EXPECT_EQ(parse(builder, model.Finish()).status().code(), Code::bad_file);
}

TEST(Sharing, MoreNodesThanTheLimit) {
  FlatBufferBuilder builder;
  const std::vector<Offset<fbs::Node>> one((1 << 16) + 1, fbs::CreateNode(builder));
  const auto nodes = builder.CreateVector(one);
  fbs::ModelBuilder model(builder);
  model.add_nodes(nodes);
  EXPECT_EQ(parse(builder, model.Finish()).status().code(), Code::limit_exceeded);
}

// Builders that share equal strings are in their right.
TEST(Sharing, ModestSharingIsFine) {
  FlatBufferBuilder builder;
  const auto group = builder.CreateString("a group that many features are in");
  std::vector<Offset<fbs::Feature>> list;
  for (int i = 0; i < 500; ++i)
    list.push_back(fbs::CreateFeature(builder, builder.CreateString("f" + std::to_string(i)), group));
  const auto features = builder.CreateVector(list);
  fbs::ModelBuilder model(builder);
  model.add_features(features);
  const auto parsed = parse(builder, model.Finish());
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  EXPECT_EQ(parsed->features[499].group, "a group that many features are in");
}

// Eight-byte elements may lie at any multiple of four; reading them must not assume more.
TEST(Sharing, NumbersAtOddPlacesAreRead) {
  const ModelDesc desc = testing::tiny_model().desc;
  auto bytes = pack_model(desc);
  const std::uint32_t count = 2;
  const std::uint64_t shape[] = {8, 10};
  // Find the shape of the first constant, and write it again behind the end, four bytes further.
  const fbs::Constant* constant = fbs::GetModel(bytes.data())->constants()->Get(0);
  const auto* found = constant->shape();
  const auto* slot = reinterpret_cast<const flatbuffers::Table*>(constant)->GetAddressOf(fbs::Constant::VT_SHAPE);
  ASSERT_EQ(found->size(), count);
  const std::size_t slot_at = static_cast<std::size_t>(slot - reinterpret_cast<const std::uint8_t*>(bytes.data()));
  std::size_t place = (bytes.size() + 7) / 8 * 8;  // the elements then start at 4 modulo 8
  bytes.resize(place + 4 + sizeof shape);
  std::memcpy(bytes.data() + place, &count, 4);
  std::memcpy(bytes.data() + place + 4, shape, sizeof shape);
  const auto offset = static_cast<std::uint32_t>(place - slot_at);
  std::memcpy(bytes.data() + slot_at, &offset, 4);
  bytes.resize(bytes.size() + 8);
  const auto parsed = parse_model(bytes, {});
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  EXPECT_EQ(*parsed, desc);
}

}  // namespace
}  // namespace clicklens::format
