// Profiles of real runs, compared: what the adapter hands to drift is what the rows were.
#include "lens/drift_profile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "support/random_batch.h"

namespace clicklens::lens {
namespace {

constexpr std::size_t rows = 3'000, buckets = 64;

// A dense x of two elements, ids a, and a tower whose logit is 0 on every row in which x is 0.
class Watched {
 public:
  Watched() {
    const std::uint32_t x = maker_.node(format::DenseInputOp{maker_.dense("x", format::Scope::candidate, 2)}, {});
    const std::uint32_t a = maker_.bag(maker_.sparse("a", format::Scope::candidate, 20), maker_.table(20, 2));
    const std::uint32_t all = maker_.node(format::ConcatOp{}, {x, a});
    weight_ = static_cast<std::uint32_t>(maker_.constants.size());
    const std::uint32_t sum = maker_.linear(all, 4, 3, false);
    maker_.desc.layers = {{"sum", sum}};
    const std::uint32_t out = maker_.constant({1, 2}, {1.0f, 1.0f});
    maker_.output("ctr", maker_.node(format::LinearOp{out, format::no_index}, {x}));
    for (format::FeatureDesc& feature : maker_.desc.features) feature.required = false;
    model_ = maker_.open();
  }

  [[nodiscard]] const exec::Model& model() const { return *model_; }
  [[nodiscard]] std::unique_ptr<Profile> profile(std::uint32_t seed, float shift, bool labelled = true) const {
    ProfileOptions options;
    options.sections = format::profile_sections;
    options.means.assign(4, 0.0f);
    options.count_every = 1;
    exec::SessionOptions wanted;
    wanted.observed = Profile::wanted_values(*model_, options);
    wanted.gradients = true;
    auto inputs = exec::Inputs::make({{"x", encode::ColumnKind::floats}, {"a", encode::ColumnKind::rows}});
    auto session = exec::Session::create(model_, *inputs, wanted);
    EXPECT_TRUE(session.ok()) << session.status().message();
    auto made = Profile::create(model_, options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    const base::Status added = add(**made, **session, seed, shift, labelled);
    EXPECT_TRUE(added.ok()) << added.message();
    return std::move(*made);
  }
  // Mean over rows of the sum of neuron j that comes from x.
  [[nodiscard]] double from_x(std::size_t j, double x0, double x1) const {
    const auto& w = maker_.constants[weight_];
    return double{w[4 * j]} * x0 + double{w[4 * j + 1]} * x1;
  }

 private:
  static base::Status add(Profile& profile, exec::Session& session, std::uint32_t seed, float shift, bool labelled) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> x;
    std::vector<std::uint32_t> ids;
    std::vector<std::uint8_t> labels;
    std::vector<std::uint64_t> users;
    for (std::size_t row = 0; row < rows; ++row) {
      const bool zero = row % 10 == 0;
      x.push_back(zero ? 0 : normal(random) + shift);
      x.push_back(zero ? 0 : normal(random));
      ids.push_back(static_cast<std::uint32_t>(random() % 25));  // 20 and above: unknown
      labels.push_back(random() % 4 == 0 ? 1 : 0);
      users.push_back(random() % 500);
    }
    encode::Column of_x, of_a;
    of_x.input = 0;
    of_x.kind = encode::ColumnKind::floats;
    of_x.value_type = encode::ValueType::f32;
    of_x.values = x.data();
    of_x.value_count = x.size();
    of_a.input = 1;
    of_a.kind = encode::ColumnKind::rows;
    of_a.value_type = encode::ValueType::u32;
    of_a.values = ids.data();
    of_a.value_count = ids.size();
    const std::vector<encode::Column> columns = {of_x, of_a};
    exec::Batch batch;
    batch.candidates = rows;
    batch.columns = columns;
    NeuronRows about;
    about.labels = labelled ? labels.data() : nullptr;
    about.clusters = users.data();
    return profile.add(session, batch, about);
  }

  testing::ModelMaker maker_;
  std::uint32_t weight_ = 0;
  std::shared_ptr<exec::Model> model_;
};

TEST(DriftProfile, DaysHoldWhatTheRowsWere) {
  const Watched watched;
  const auto profile = watched.profile(1, 0);
  const DriftDay day = drift_day(*profile);
  EXPECT_EQ(day.rows, rows);
  ASSERT_EQ(day.scores.size(), 1u);
  const DriftScore& score = day.scores[0];
  EXPECT_EQ(score.task, "ctr");
  EXPECT_EQ(score.logit.counts[zero_bin], rows / 10);  // which fast sums leave out
  EXPECT_NEAR(score.logit.quantity.mean, day.inputs[0] + day.inputs[1], 1e-6);
  double sum = 0, of = 0, clicks = 0;
  for (const ClusterSums& bucket : score.logit.quantity.clusters) {
    sum += bucket.sum;
    of += bucket.rows;
  }
  EXPECT_EQ(score.logit.quantity.clusters.size(), buckets);
  EXPECT_EQ(of, static_cast<double>(rows));
  EXPECT_NEAR(sum / of, score.logit.quantity.mean, 1e-9);
  for (const ClusterSums& bucket : score.labels.click_rate.clusters) clicks += bucket.sum;
  EXPECT_EQ(clicks, static_cast<double>(profile->clicks()));
  EXPECT_NEAR(score.labels.click_rate.mean, clicks / rows, 1e-15);
  ASSERT_EQ(day.features.size(), 2u);
  EXPECT_EQ(day.features[0].elements.size(), 2u);
  EXPECT_NEAR(day.features[0].elements[0].quantity.mean, day.inputs[0], 1e-9);
  EXPECT_NEAR(day.features[1].unknown.mean, 0.2, 0.03);
  std::uint64_t ids = 0;
  for (const std::uint64_t count : day.features[1].ids.counts) ids += count;
  EXPECT_EQ(ids, rows);
  ASSERT_EQ(day.layers.size(), 1u);
  EXPECT_EQ(day.layers[0].columns.size(), 3u);
  ASSERT_EQ(day.groups.size(), 2u);
}

TEST(DriftProfile, TheTraceIsTheShiftOfTheNeuronsMean) {
  const Watched watched;
  const auto before = watched.profile(1, 0), after = watched.profile(2, 1.0f);
  const Profile* const reference[] = {before.get()};
  const auto drift = compare_profiles(&watched.model(), reference, *after);
  ASSERT_TRUE(drift.ok()) << drift.status().message();
  const DriftDay &was = drift->reference[0], &is = drift->live;
  ASSERT_EQ(drift->traces.size(), 1u);
  double expected = 0;
  std::size_t moved = 0;
  for (const DriftMeasure& m : drift->measures) {
    if (m.kind != DriftKind::neuron || m.verdict != Verdict::found) continue;
    const Quantity& neuron = was.layers[0].columns[m.column].quantity;
    expected +=
        std::abs(watched.from_x(m.column, is.inputs[0] - was.inputs[0], is.inputs[1] - was.inputs[1])) / neuron.sd;
    ++moved;
    // what x and a add is all there is to the shift
    const double all = is.layers[0].columns[m.column].quantity.mean - neuron.mean;
    const double of_a = all - watched.from_x(m.column, is.inputs[0] - was.inputs[0], is.inputs[1] - was.inputs[1]);
    EXPECT_LT(std::abs(of_a), 0.1 * std::abs(all));
  }
  ASSERT_GT(moved, 0u);
  EXPECT_EQ(drift->traces[0].neurons, moved);
  EXPECT_EQ(watched.model().groups()[drift->traces[0].groups[0].group], "x");
  EXPECT_NEAR(drift->traces[0].groups[0].shift, expected / static_cast<double>(moved), 1e-9);
}

TEST(DriftProfile, WhatCannotBeComparedIsRefused) {
  const Watched watched, other;
  const auto a = watched.profile(1, 0);
  EXPECT_EQ(compare_profiles(nullptr, {}, *a).status().code(), base::Code::invalid_argument);
  ProfileOptions fewer;
  auto plain = Profile::create(std::shared_ptr<const exec::Model>(&watched.model(), [](const exec::Model*) {}), fewer);
  ASSERT_TRUE(plain.ok());
  const Profile* const reference[] = {plain->get()};
  const auto refused = compare_profiles(nullptr, reference, *a);
  EXPECT_EQ(refused.status().code(), base::Code::invalid_argument);
  EXPECT_NE(std::string(refused.status().message()).find("sections"), std::string::npos);
}

// A profile without rows has nothing to say, and says so.
TEST(DriftProfile, EmptyProfilesHaveNotEnough) {
  const Watched watched;
  const auto full = watched.profile(1, 0);
  auto empty =
      Profile::create(std::shared_ptr<const exec::Model>(&watched.model(), [](const exec::Model*) {}), full->options());
  ASSERT_TRUE(empty.ok()) << empty.status().message();
  const Profile *const from_empty[] = {empty->get()}, *const from_full[] = {full.get()};
  for (const auto& [reference, live] :
       {std::pair(std::span(from_empty), full.get()), std::pair(std::span(from_full), empty->get())}) {
    const auto drift = compare_profiles(&watched.model(), reference, *live);
    ASSERT_TRUE(drift.ok()) << drift.status().message();
    EXPECT_TRUE(drift->traces.empty());
    for (const DriftMeasure& m : drift->measures)  // slope and calibration are the live day's own
      if (m.kind < DriftKind::slope) {
        EXPECT_EQ(m.verdict, Verdict::not_enough) << static_cast<int>(m.kind);
      }
  }
}

}  // namespace
}  // namespace clicklens::lens
