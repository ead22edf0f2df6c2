// Profiles: what is counted, against plain loops over the same traffic, and that parts add up.
#include "lens/profile.h"

#include <gtest/gtest.h>

#include <set>

#include "lens/saliency.h"
#include "profile_support.h"

namespace clicklens::lens {
namespace {

using testing::add;
using testing::saved;
using testing::Traffic;
using testing::TrafficBatch;
using testing::TrafficModel;

class Profiles : public ::testing::Test {
 protected:
  TrafficModel made_;
  Traffic traffic_{700, 3};
  ProfileOptions options_ = made_.everything();
  std::unique_ptr<exec::Session> session_ = made_.session(options_);

  [[nodiscard]] std::unique_ptr<Profile> whole(bool labelled = true) const {
    auto profile = made_.profile(options_);
    add(*profile, *session_, traffic_, 0, traffic_.requests.size(), 50, labelled);
    return profile;
  }
};

TEST_F(Profiles, PartsInAnyOrderHaveTheBytesOfTheWhole) {
  const std::vector<std::byte> wanted = saved(*whole());
  for (const std::size_t parts : {1u, 2u, 7u}) {
    for (int order = 0; order < 3; ++order) {
      std::vector<std::unique_ptr<Profile>> shards;
      for (std::size_t p = 0; p < parts; ++p) {
        const auto session = made_.session(options_, 5 + 13 * p);
        shards.push_back(made_.profile(options_));
        const std::size_t n = traffic_.requests.size();
        add(*shards.back(), *session, traffic_, n * p / parts, n * (p + 1) / parts, 20 + p);
      }
      if (order == 1) std::reverse(shards.begin(), shards.end());
      if (order == 2)
        std::rotate(shards.begin(), shards.begin() + static_cast<std::ptrdiff_t>(parts / 2), shards.end());
      auto merged = made_.profile(options_);
      for (const auto& shard : shards) ASSERT_TRUE(merged->merge(*shard).ok());
      EXPECT_EQ(saved(*merged), wanted) << parts << " parts, order " << order;
    }
  }
}

TEST_F(Profiles, FilesMergeWithoutTheirModel) {
  const std::vector<std::byte> wanted = saved(*whole());
  auto a = made_.profile(options_), b = made_.profile(options_);
  add(*a, *session_, traffic_, 0, 300, 30);
  add(*b, *session_, traffic_, 300, traffic_.requests.size(), 30);
  auto merged = Profile::load(nullptr, saved(*b));
  ASSERT_TRUE(merged.ok()) << merged.status().message();
  auto other = Profile::load(nullptr, saved(*a));
  ASSERT_TRUE(other.ok()) << other.status().message();
  ASSERT_TRUE((*merged)->merge(**other).ok());
  EXPECT_EQ(saved(**merged), wanted);
  const auto with_model = Profile::load(made_.model(), wanted);
  ASSERT_TRUE(with_model.ok()) << with_model.status().message();
  EXPECT_EQ(saved(**with_model), wanted);
  EXPECT_EQ((*merged)->features()[0].name, "user");
  EXPECT_EQ((*merged)->neurons()->layers()[1].name, "second");
  const TrafficBatch batch(traffic_, 0, 1);
  EXPECT_EQ((*merged)->add(*session_, batch.batch(), batch.rows(true)).code(), base::Code::bad_state);
}

TEST_F(Profiles, EmptyOnesMergeAndLoad) {
  auto empty = made_.profile(options_);
  const std::vector<std::byte> bytes = saved(*empty);
  const auto loaded = Profile::load(nullptr, bytes);
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  EXPECT_EQ(saved(**loaded), bytes);
  auto profile = whole();
  const std::vector<std::byte> wanted = saved(*profile);
  ASSERT_TRUE(profile->merge(*empty).ok());
  EXPECT_EQ(saved(*profile), wanted);
  ASSERT_TRUE(empty->merge(*profile).ok());
  EXPECT_EQ(saved(*empty), wanted);
}

TEST_F(Profiles, OneInEveryIsTheSameRowsHoweverTheyCome) {
  options_.every = 5;
  auto a = made_.profile(options_), b = made_.profile(options_);
  add(*a, *session_, traffic_, 0, traffic_.requests.size(), 700);
  add(*b, *session_, traffic_, 0, traffic_.requests.size(), 3);
  EXPECT_EQ(saved(*a), saved(*b));
  EXPECT_NEAR(static_cast<double>(a->seen()) / static_cast<double>(a->rows()), 5, 0.7);
  EXPECT_EQ(a->seen(), TrafficBatch(traffic_, 0, traffic_.requests.size()).size());
}

// More rows make no larger file, once every neuron sample is full and every id seen.
TEST_F(Profiles, SizeIsBounded) {
  const Traffic more(20 * 700, 4);
  auto profile = made_.profile(options_);
  add(*profile, *session_, more, 0, 700, 700);
  const std::size_t before = saved(*profile).size();
  add(*profile, *session_, more, 700, more.requests.size(), 700);
  EXPECT_EQ(saved(*profile).size(), before);
}

TEST_F(Profiles, FeaturesAreCountedAsTheyCame) {
  const auto profile = whole();
  std::uint64_t rows = 0, no_user = 0, ad_ids = 0, unknown_ads = 0, cut_ads = 0, no_ads = 0, tag_ids = 0, bad_tags = 0;
  std::uint64_t bad_ages = 0, tag_length_2 = 0;
  std::set<std::uint64_t> users;
  for (const Traffic::Request& request : traffic_.requests) {
    const std::size_t n = request.ads.size();
    rows += n;
    no_user += request.has_user ? 0 : n;
    if (request.has_user) users.insert(request.user);
    for (const float age : request.age) bad_ages += std::isnan(age) ? n : 0;
    for (std::size_t c = 0; c < n; ++c) {
      const auto& ads = request.ads[c];
      no_ads += ads.empty() ? 1 : 0;
      for (std::size_t i = 0; i < ads.size(); ++i) {
        cut_ads += i >= 3 ? 1 : 0;
        ad_ids += i < 3 ? 1 : 0;
        unknown_ads += i < 3 && ads[i] >= 40 ? 1 : 0;
      }
      tag_length_2 += request.tags[c].size() == 2 ? 1 : 0;
      for (const auto& [tag, weight] : request.tags[c]) {
        ++tag_ids;
        bad_tags += tag[0] == '\xFF' || std::isinf(weight) ? 1 : 0;
      }
    }
  }
  ASSERT_EQ(profile->rows(), rows);
  const auto features = profile->features();
  EXPECT_EQ(features[0].missing, no_user);
  EXPECT_EQ(features[0].ids, rows - no_user);
  EXPECT_EQ(features[0].id_kinds, ids_are_keys);
  EXPECT_TRUE(features[0].hashed);
  EXPECT_NEAR(features[0].distinct.estimate(), static_cast<double>(users.size()),
              0.05 * static_cast<double>(users.size()));
  EXPECT_GT(features[0].expected_collisions(), 0.9);  // 300 users in 50 rows
  EXPECT_EQ(features[1].missing, no_ads);
  EXPECT_EQ(features[1].ids, ad_ids);
  EXPECT_EQ(features[1].unknown, unknown_ads);
  EXPECT_EQ(features[1].cut, cut_ads);
  EXPECT_EQ(features[1].id_kinds, ids_are_rows);
  EXPECT_EQ(features[1].expected_collisions(), 0);
  EXPECT_EQ(features[2].ids, tag_ids);
  EXPECT_EQ(features[2].bad, bad_tags);
  EXPECT_EQ(features[2].lengths[2], tag_length_2);
  EXPECT_EQ(features[3].bad, bad_ages);
  EXPECT_EQ(profile->raw()->columns.whole(0).non_finite + profile->raw()->columns.whole(1).non_finite, bad_ages);
}

// The pooled means of a whole batch, the scores' and saliency's, by other ways to the same numbers.
TEST_F(Profiles, SumsAreThoseOfTheRows) {
  const auto profile = whole();
  const TrafficBatch all(traffic_, 0, traffic_.requests.size());
  const std::size_t n = all.size(), width = made_.model()->input_width(), groups = profile->groups().size();
  std::vector<double> inputs(width);
  ASSERT_TRUE(add_input_sums(*session_, all.batch(), inputs).ok());
  for (std::size_t i = 0; i < width; ++i)
    EXPECT_NEAR(profile->pooled()->columns.whole(i).sum.value(), inputs[i], 1e-9 * static_cast<double>(n)) << i;
  std::vector<float> values(n * groups), logits(2 * n);
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = logits.data();
  output.capacity = logits.size();
  SaliencySpec spec;
  spec.means = options_.means;
  ASSERT_TRUE(saliency(*session_, all.batch(), spec, values, output).ok());
  for (std::size_t g = 0; g < groups; ++g) {
    double sum = 0, size = 0;
    for (std::size_t row = 0; row < n; ++row) {
      sum += double{values[row * groups + g]};
      size += std::abs(double{values[row * groups + g]});
    }
    EXPECT_NEAR(profile->saliency()->columns.whole(g).sum.value(), sum, 1e-9 * static_cast<double>(n));
    EXPECT_NEAR(profile->saliency_sizes()->columns.whole(g).sum.value(), size, 1e-9 * static_cast<double>(n));
  }
  double share = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    share += profile->saliency_share(g).value;
    EXPECT_GT(profile->saliency_share(g).error, 0);
    EXPECT_LT(profile->saliency_share(g).error, 0.1);
  }
  EXPECT_NEAR(share, 1, 1e-12);
  for (std::size_t task = 0; task < 2; ++task) {
    double sum = 0;
    for (std::size_t row = 0; row < n; ++row) sum += double{logits[row * 2 + task]};
    EXPECT_NEAR(profile->scores()->columns.whole(task).sum.value(), sum, 1e-9 * static_cast<double>(n));
    EXPECT_EQ(profile->scores()->counts.counted(task), n);
  }
}

// The neuron lens alone, fed the same rows with the same clusters, keeps the same of every layer.
TEST_F(Profiles, NeuronsAreThoseOfTheLens) {
  const auto profile = whole();
  auto neurons = Neurons::create(made_.model(), {{}, 0, 2, 50, 64, format::neurons_scores | format::neurons_clustered});
  ASSERT_TRUE(neurons.ok());
  const TrafficBatch all(traffic_, 0, traffic_.requests.size());
  NeuronRows rows = all.rows(true);
  std::vector<std::uint64_t> clusters;
  for (const Traffic::Request& request : traffic_.requests)
    clusters.insert(clusters.end(), request.ads.size(), request.key);
  rows.clusters = clusters.data();
  ASSERT_TRUE((*neurons)->add(*session_, all.batch(), rows).ok());
  const auto copied = profile->copy_neurons();
  ASSERT_TRUE(copied.ok());
  EXPECT_EQ(*(*copied)->save(), *(*neurons)->save());
}

TEST_F(Profiles, WithoutLabelsNothingSaysThereWereNone) {
  const auto profile = whole(false);
  EXPECT_EQ(profile->classes(), 1u);
  EXPECT_EQ(profile->labelled(), 0u);
  auto labelled = whole(true);
  EXPECT_EQ(labelled->merge(*profile).code(), base::Code::bad_state);
  const TrafficBatch batch(traffic_, 0, 1);
  EXPECT_EQ(labelled->add(*session_, batch.batch(), batch.rows(false)).code(), base::Code::bad_state);
}

TEST_F(Profiles, WhatDiffersIsNamed) {
  const auto profile = whole();
  const auto message = [&](const ProfileOptions& options) {
    return std::string(profile->merge(*made_.profile(options)).message());
  };
  ProfileOptions other = options_;
  other.every = 2;
  EXPECT_NE(message(other).find("every"), std::string::npos);
  other = options_;
  other.means[3] += 1;
  EXPECT_NE(message(other).find("means"), std::string::npos);
  other = options_;
  other.sections = format::profile_scores;
  EXPECT_NE(message(other).find("sections"), std::string::npos);
  other = options_;
  other.buckets = 100;
  EXPECT_NE(message(other).find("buckets"), std::string::npos);
}

}  // namespace
}  // namespace clicklens::lens
