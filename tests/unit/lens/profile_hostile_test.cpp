// Saved profiles are untrusted: whatever the bytes, loading gives a status, or a profile of which everything can be
// read, saved and merged.
#include <gtest/gtest.h>

#include "format/profile.h"
#include "profile_support.h"

namespace clicklens::lens {
namespace {

using testing::saved;
using testing::Traffic;
using testing::TrafficModel;

class HostileProfiles : public ::testing::Test {
 protected:
  HostileProfiles() {
    const Traffic traffic(60, 9);
    options_.sample_rows = 10;
    profile_ = made_.profile(options_);
    testing::add(*profile_, *made_.session(options_), traffic, 0, 60, 20);
    bytes_ = saved(*profile_);
  }

  bool exercise(std::span<const std::byte> bytes, bool with_model) const {
    const auto loaded = Profile::load(with_model ? made_.model() : nullptr, bytes);
    if (!loaded.ok()) {
      EXPECT_STRNE(loaded.status().message(), "");
      return false;
    }
    const Profile& profile = **loaded;
    for (const NeuronLayer* layer :
         {profile.scores(), profile.pooled(), profile.raw(), profile.saliency(), profile.saliency_sizes()}) {
      for (std::size_t c = 0; layer != nullptr && c < layer->width; ++c) {
        (void)column_figures(*layer, c, profile.classes(), profile.rows(), profile.clicks());
        (void)column_quantile(*layer, c, 0.5);
      }
    }
    for (const FeatureTraffic& feature : profile.features()) {
      (void)feature.distinct.estimate();
      (void)feature.expected_collisions();
    }
    for (std::size_t g = 0; g < profile.groups().size(); ++g) (void)profile.saliency_share(g);
    EXPECT_TRUE(profile.save().ok());
    EXPECT_TRUE(profile.copy_neurons().ok());
    (void)(*loaded)->merge(*profile_).ok();
    (void)(*loaded)->merge(**loaded).ok();
    EXPECT_TRUE((*loaded)->save().ok());
    return true;
  }

  template <class Change>
  std::string changed(Change change) const {
    auto profile = format::parse_profile(bytes_);
    EXPECT_TRUE(profile.ok());
    change(*profile);
    const auto packed = format::pack_profile(*profile);
    EXPECT_TRUE(packed.ok());
    const auto loaded = Profile::load(made_.model(), *packed);
    return loaded.ok() ? "" : loaded.status().message();
  }

  TrafficModel made_;
  ProfileOptions options_ = made_.everything();
  std::unique_ptr<Profile> profile_;
  std::vector<std::byte> bytes_;
};

TEST_F(HostileProfiles, UndamagedLoads) {
  EXPECT_TRUE(exercise(bytes_, true));
  EXPECT_TRUE(exercise(bytes_, false));
}

TEST_F(HostileProfiles, TruncationsAreRefusedOrSound) {
  for (std::size_t size = 0; size < bytes_.size(); size += 1 + size / 50)
    exercise(std::span(bytes_).first(size), false);
}

TEST_F(HostileProfiles, ChangedBytesAreRefusedOrSound) {
  std::mt19937 random(7);
  std::size_t loaded = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<std::byte> bytes = bytes_;
    for (std::size_t n = 1 + random() % 3; n > 0; --n) {
      // Half of them where tables lie: at the end of the file.
      const std::size_t from = random() % 2 == 0 ? 0 : bytes.size() - std::min<std::size_t>(bytes.size(), 4096);
      bytes[from + random() % (bytes.size() - from)] = static_cast<std::byte>(random());
    }
    loaded += exercise(bytes, i % 2 == 0) ? 1 : 0;
  }
  EXPECT_GT(loaded, 0u);
}

// Two files of the same id and options, one of which lies about its columns.
TEST_F(HostileProfiles, FilesOfOtherShapesDoNotMerge) {
  const auto lying = [&](auto change) {
    auto profile = format::parse_profile(bytes_);
    EXPECT_TRUE(profile.ok());
    change(*profile);
    auto loaded = Profile::load(nullptr, *format::pack_profile(*profile));
    EXPECT_TRUE(loaded.ok()) << loaded.status().message();
    const auto honest = Profile::load(nullptr, bytes_);
    EXPECT_EQ((*loaded)->merge(**honest).code(), base::Code::invalid_argument);
    EXPECT_EQ((*honest)->merge(**loaded).code(), base::Code::invalid_argument);
  };
  using Desc = format::ProfileDesc;
  lying([](Desc& d) { std::swap(d.traffic->features[0].inputs, d.traffic->features[1].inputs); });
  lying([](Desc& d) { d.traffic->features[0].table_rows = 3; });
  lying([](Desc& d) { d.traffic->groups[0] = "other"; });
  lying([](Desc& d) { d.neurons->layers[0].kind = 4; });
}

TEST_F(HostileProfiles, WhatDoesNotAgreeIsNamed) {
  using Desc = format::ProfileDesc;
  const auto expect = [&](const char* field, auto change) {
    EXPECT_NE(changed(change).find(field), std::string::npos) << field << ": " << changed(change);
  };
  expect("sections", [](Desc& d) { d.traffic->sections = 16; });
  expect("sections", [](Desc& d) { d.neurons.reset(); });
  expect("every", [](Desc& d) { d.traffic->every = 0; });
  expect("buckets", [](Desc& d) { d.traffic->buckets = 63; });
  expect("bucket_rows", [](Desc& d) { ++d.traffic->rows, ++d.traffic->seen; });
  expect("clicks", [](Desc& d) { d.traffic->clicks = d.traffic->rows + 1; });
  expect("seen", [](Desc& d) { d.traffic->seen = d.traffic->rows - 1; });
  expect("seen", [](Desc& d) { d.traffic->skipped = d.traffic->seen; });
  expect("task", [](Desc& d) { d.traffic->task = 2; });
  expect("tasks", [](Desc& d) { d.traffic->tasks[0] = "other"; });
  expect("groups", [](Desc& d) { d.traffic->groups[0] = "other"; });
  expect("means", [](Desc& d) { d.traffic->means.pop_back(); });
  expect("means", [](Desc& d) { d.traffic->means[0] = std::numeric_limits<float>::infinity(); });
  expect("scores", [](Desc& d) { d.traffic->scores.reset(); });
  expect("scores", [](Desc& d) { ++d.traffic->scores->rows[0]; });
  expect("scores", [](Desc& d) { d.traffic->scores->counts.pop_back(); });
  expect("pooled", [](Desc& d) { d.traffic->pooled->bucket_sums.pop_back(); });
  expect("saliency", [](Desc& d) { d.traffic->saliency->width = 3; });
  expect("bucket_rows", [](Desc& d) { ++d.traffic->bucket_rows[3]; });
  expect("features[0].name", [](Desc& d) { d.traffic->features[0].name.clear(); });
  expect("features[0].missing", [](Desc& d) { d.traffic->features[0].missing = d.traffic->rows + 1; });
  expect("features[0].bucket_missing", [](Desc& d) { ++d.traffic->features[0].bucket_missing[0]; });
  expect("features[1].lengths", [](Desc& d) { ++d.traffic->features[1].lengths[0]; });
  expect("features[1].histogram", [](Desc& d) { ++d.traffic->features[1].histogram[0]; });
  expect("features[1].distinct", [](Desc& d) { d.traffic->features[1].distinct[0] = 54; });
  expect("features[1].distinct", [](Desc& d) { d.traffic->features[1].distinct.clear(); });
  expect("features[1].unknown", [](Desc& d) { d.traffic->features[1].unknown = d.traffic->features[1].ids + 1; });
  expect("features", [](Desc& d) { d.traffic->features[1].table_rows = 7; });
  expect("features[3]", [](Desc& d) { d.traffic->features[3].ids = 1; });
  expect("means", [](Desc& d) { d.traffic->features.pop_back(); });
  EXPECT_EQ(changed([](Desc&) {}), "");
}

}  // namespace
}  // namespace clicklens::lens
