// Saved neurons are untrusted: whatever the bytes, loading gives a status, or neurons of which everything can be read,
// saved and merged.
#include <gtest/gtest.h>

#include "format/profile.h"
#include "neurons_support.h"
#include "support/tiny_model.h"

namespace clicklens::lens {
namespace {

using testing::all_flags;
using testing::ChosenRows;
using testing::ChosenValues;
using testing::saved;

class HostileNeurons : public ::testing::Test {
 protected:
  HostileNeurons() {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    ChosenRows rows;
    for (std::size_t r = 0; r < 300; ++r) {
      for (std::size_t c = 0; c < 2; ++c) rows.x.push_back(normal(random));
      rows.y.push_back(normal(random));
      rows.z.push_back(normal(random));
      rows.labels.push_back(static_cast<std::uint8_t>(random() % 4 == 0));
      rows.clusters.push_back(random() % 30);
    }
    neurons_ = values_.neurons({{}, 0, 2, 20, 64, all_flags});
    rows.add_all(*neurons_, *values_.session());
    bytes_ = saved(*neurons_);
  }

  // Whether it loads.
  bool exercise(std::span<const std::byte> bytes) const {
    const auto loaded = Neurons::load(values_.model(), bytes);
    if (!loaded.ok()) return false;
    testing::read_everything(**loaded);
    EXPECT_TRUE((*loaded)->save().ok());
    (void)(*loaded)->merge(*neurons_).ok();
    (void)(*loaded)->merge(**loaded).ok();
    testing::read_everything(**loaded);
    return true;
  }

  // A change to the description, packed again: what the verifier of FlatBuffers cannot see.
  template <class Change>
  base::Status changed(Change change) const {
    auto profile = format::parse_profile(bytes_);
    EXPECT_TRUE(profile.ok());
    change(*profile->neurons);
    const auto packed = format::pack_profile(*profile);
    EXPECT_TRUE(packed.ok());
    const auto loaded = Neurons::load(values_.model(), *packed);
    return loaded.ok() ? base::Status() : loaded.status();
  }

  ChosenValues values_{2};
  std::unique_ptr<Neurons> neurons_;
  std::vector<std::byte> bytes_;
};

TEST_F(HostileNeurons, UndamagedLoads) {
  EXPECT_TRUE(exercise(bytes_));
  std::vector<std::byte> unaligned(bytes_.size() + 1);
  std::copy(bytes_.begin(), bytes_.end(), unaligned.begin() + 1);
  EXPECT_TRUE(exercise(std::span(unaligned).subspan(1)));
}

TEST_F(HostileNeurons, EveryTruncationIsRefusedOrSound) {
  for (std::size_t size = 0; size < std::min<std::size_t>(bytes_.size(), 3000); ++size)
    ASSERT_FALSE(Neurons::load(values_.model(), std::span(bytes_).first(size)).ok()) << size;
  for (std::size_t size = 3000; size < bytes_.size(); size += 101) exercise(std::span(bytes_).first(size));
}

TEST_F(HostileNeurons, ChangedBytesAreRefusedOrSound) {
  testing::Random random(7);
  std::size_t loaded = 0;
  for (int round = 0; round < 1500; ++round) {
    std::vector<std::byte> bytes = bytes_;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      // half of them where offsets and options are
      const std::size_t reach = random.below(2) == 0 ? std::min<std::size_t>(bytes.size(), 600) : bytes.size();
      bytes[random.below(reach)] = static_cast<std::byte>(random.next());
    }
    loaded += exercise(bytes) ? 1 : 0;
  }
  EXPECT_GT(loaded, 0u);
}

TEST_F(HostileNeurons, SumsMayHoldAnyBits) {
  testing::Random random(9);
  for (int round = 0; round < 20; ++round) {
    auto profile = format::parse_profile(bytes_);
    ASSERT_TRUE(profile.ok());
    for (format::NeuronLayerDesc& layer : profile->neurons->layers)
      for (auto* sums : {&layer.sums, &layer.squares, &layer.cross, &layer.bucket_sums, &layer.bucket_squares})
        for (std::uint64_t& word : *sums) word = random.next();
    for (std::uint64_t& word : profile->neurons->scores) word = random.next();
    const auto packed = format::pack_profile(*profile);
    ASSERT_TRUE(packed.ok());
    EXPECT_TRUE(exercise(*packed));
  }
}

TEST_F(HostileNeurons, ContradictionsAreNamed) {
  using Desc = format::NeuronsDesc;
  const auto expect_named = [&](const base::Status& status, const char* field) {
    EXPECT_EQ(status.code(), base::Code::bad_file);
    EXPECT_NE(std::string(status.message()).find(field), std::string::npos) << status.message();
  };
  expect_named(changed([](Desc& d) { d.classes = 1; }), "clicks");
  expect_named(changed([](Desc& d) { d.rows = 0; }), "classes");
  expect_named(changed([](Desc& d) { d.rows += 1; }), "rows");
  expect_named(changed([](Desc& d) { d.rows = 1ull << 40; }), "rows");
  expect_named(changed([](Desc& d) { d.clicks = d.rows + 1; }), "clicks");
  expect_named(changed([](Desc& d) { d.counted = d.rows + 1; }), "counted");
  expect_named(changed([](Desc& d) { d.buckets = 1000; }), "buckets");
  expect_named(changed([](Desc& d) { d.buckets = 65; }), "bucket_rows");
  expect_named(changed([](Desc& d) { d.count_every = 0; }), "count_every");
  expect_named(changed([](Desc& d) { d.task = 3; }), "task");
  expect_named(changed([](Desc& d) { d.flags = 16; }), "flags");
  expect_named(changed([](Desc& d) { d.flags = 1; }), "bucket_rows");
  expect_named(changed([](Desc& d) { d.layers.clear(); }), "layers");
  expect_named(changed([](Desc& d) { d.layers[0].value = 77; }), "values");
  expect_named(changed([](Desc& d) { d.layers[0].value = d.layers[1].value; }), "second time");
  expect_named(changed([](Desc& d) { std::swap(d.layers[0].value, d.layers[1].value); }), "columns");
  expect_named(changed([](Desc& d) { d.layers[0].active[0] = d.layers[0].rows[0] + 1; }), "active");
  expect_named(changed([](Desc& d) { d.layers[0].counts[0] = ~0ull; }), "counts");
  expect_named(changed([](Desc& d) { d.layers[0].minimum[0] = 1e30f; }), "minimum");
  expect_named(changed([](Desc& d) { d.layers[0].maximum[0] = NAN; }), "minimum");
  expect_named(changed([](Desc& d) { d.layers[0].non_finite[0] = 1; }), "rows");
  expect_named(changed([](Desc& d) { d.layers[0].bucket_rows[0] += 1; }), "bucket_rows");
  expect_named(changed([](Desc& d) { d.layers[0].bucket_counts[0] = ~0u; }), "bucket_counts");
  expect_named(changed([](Desc& d) { d.score_rows -= 1; }), "lone");
  expect_named(changed([](Desc& d) { d.layers[0].saturated = {0, 0}; }), "columns");
  expect_named(changed([](Desc& d) { d.sample.hashes.pop_back(); }), "sample.hashes");
  expect_named(changed([](Desc& d) { std::swap(d.sample.hashes[0], d.sample.hashes[1]); }), "ascending");
  expect_named(changed([](Desc& d) { d.sample.labels[0] = 255; }), "sample.labels");
  expect_named(changed([](Desc& d) { d.sample.values.pop_back(); }), "sample.values");
  EXPECT_TRUE(changed([](Desc&) {}).ok());
}

TEST_F(HostileNeurons, AnotherModelsAreRefused) {
  const ChosenValues other(3);
  const auto loaded = Neurons::load(other.model(), bytes_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.status().code(), base::Code::bad_state);
}

}  // namespace
}  // namespace clicklens::lens
