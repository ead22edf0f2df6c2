// Drift through the C ABI and the C++ header: what is refused, and that figures arrive where they belong.
#include <gtest/gtest.h>

#include <clicklens/clicklens.hpp>
#include <cmath>
#include <random>

#include "support/model_maker.h"

namespace clicklens {
namespace {

constexpr std::size_t day_rows = 4'000;

// Ids a and b, a linear over both, relu, one output.
class Drifting {
 public:
  Drifting() {
    testing::ModelMaker maker;
    std::vector<std::uint32_t> bags;
    for (const char* name : {"a", "b"})
      bags.push_back(maker.bag(maker.sparse(name, format::Scope::candidate, 8), maker.table(8, 4)));
    const std::uint32_t sum = maker.linear(maker.node(format::ConcatOp{}, bags), 8, 6);
    const std::uint32_t fires = maker.activation(format::ActivationKind::relu, sum);
    maker.output("ctr", maker.linear(fires, 6, 1));
    maker.desc.layers = {{"l1", fires}};
    const base::Status written = maker.write(path_.str());
    EXPECT_TRUE(written.ok()) << written.message();
    model_ = std::make_unique<Model>(path_.str());
  }

  [[nodiscard]] const Model& model() const { return *model_; }
  // `moved`: b's ids are 0 or 1 alone.
  [[nodiscard]] std::unique_ptr<clens_profile, decltype(&clens_profile_release)> profile(
      std::uint32_t seed, bool moved, std::uint32_t sections = 15) const {
    clens_profile_options options = CLENS_PROFILE_OPTIONS_INIT;
    const std::vector<float> means(8, 0.0f);
    options.sections = sections;
    options.count_every = 1;
    if ((sections & CLENS_PROFILE_SALIENCY) != 0) {
      options.means = means.data();
      options.mean_count = means.size();
    }
    clens_profile* made = nullptr;
    check(clens_profile_create(model_->get(), &options, &made));
    std::size_t values[16], count = 0;
    check(clens_profile_values(model_->get(), &options, values, 16, &count));
    clens_session_options wanted = CLENS_SESSION_OPTIONS_INIT;
    wanted.gradients = 1;
    wanted.observed = values;
    wanted.observed_count = count;
    Session session(*model_, Inputs::of(*model_), &wanted);
    std::mt19937 random(seed);
    std::vector<std::uint64_t> a, b, users;
    std::vector<std::uint8_t> labels;
    for (std::size_t row = 0; row < day_rows; ++row) {
      a.push_back(random() % 8);
      b.push_back(random() % (moved ? 2 : 8));
      users.push_back(random() % 700);
      labels.push_back(random() % 5 == 0 ? 1 : 0);
    }
    Batch batch(day_rows);
    batch.keys(0, a).keys(1, b);
    const clens_batch view = batch.view();
    clens_rows about = CLENS_ROWS_INIT;
    about.labels = labels.data();
    about.clusters = users.data();
    check(clens_profile_add(made, session.get(), &view, &about));
    return {made, &clens_profile_release};
  }

 private:
  testing::TemporaryPath path_{"drifting.clens"};
  std::unique_ptr<Model> model_;
};

TEST(DriftAbi, FindsWhatMovedAndWhichGroupMovedIt) {
  const Drifting made;
  const auto reference = made.profile(1, false), live = made.profile(2, true);
  const Drift drift({reference.get()}, live.get(), &made.model());
  const clens_drift_info info = drift.describe();
  EXPECT_EQ(info.reference_rows, day_rows);
  EXPECT_EQ(info.live_rows, day_rows);
  EXPECT_EQ(info.days, 1u);
  EXPECT_EQ(info.groups, 2u);
  ASSERT_EQ(info.traces, 1u);
  const auto measures = drift.measures();
  EXPECT_EQ(measures.size(), info.measures);
  EXPECT_EQ(drift.findings().size(), info.found);
  bool ids_of_b = false;
  for (const clens_drift_measure& m : drift.findings()) {
    if (m.kind == CLENS_DRIFT_SALIENCY) continue;  // shares add up to 1: both may move
    EXPECT_NE(std::string(m.name), "a");
    ids_of_b |= m.kind == CLENS_DRIFT_IDS && std::string(m.name) == "b" && m.psi > 0.1 && m.psi == m.effect;
  }
  EXPECT_TRUE(ids_of_b);
  const Drift::Trace trace = drift.trace(0);
  EXPECT_EQ(trace.layer, "l1");
  EXPECT_TRUE(trace.moved);
  ASSERT_EQ(trace.groups.size(), 2u);
  EXPECT_EQ(trace.groups[0].first, "b");
  EXPECT_GT(trace.groups[0].second, trace.groups[1].second);
  for (const std::size_t day : {0u, 1u}) {
    const clens_drift_day figures = drift.day(day);
    EXPECT_EQ(figures.rows, day_rows);
    EXPECT_NEAR(figures.auc, 0.5, 0.05);
  }
  const Drift quiet({reference.get(), live.get()}, made.profile(3, false).get());
  EXPECT_EQ(quiet.describe().days, 2u);
  EXPECT_EQ(quiet.describe().traces, 0u);
}

TEST(DriftAbi, RefusesWhatCannotBe) {
  const Drifting made;
  const auto reference = made.profile(1, false), live = made.profile(2, false), plain = made.profile(3, false, 1);
  const clens_profile* both[] = {reference.get(), nullptr};
  clens_drift* out = nullptr;
  EXPECT_EQ(clens_drift_compare(nullptr, both, 2, live.get(), &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_drift_compare(nullptr, both, 0, live.get(), &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_drift_compare(nullptr, nullptr, 1, live.get(), &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_drift_compare(nullptr, both, 1, nullptr, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_drift_compare(nullptr, both, 1, live.get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_drift_compare(nullptr, both, 1, plain.get(), &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(out, nullptr);
  clens_drift_release(nullptr);

  const Drift drift({reference.get()}, live.get(), &made.model());
  std::vector<clens_drift_measure> room(drift.describe().measures);
  EXPECT_EQ(clens_drift_read(drift.get(), room.data(), sizeof room[0], room.size() - 1), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_drift_read(drift.get(), room.data(), 7, room.size()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_drift_read(drift.get(), nullptr, sizeof room[0], room.size()), CLENS_E_INVALID_ARGUMENT);
  clens_drift_trace trace = CLENS_DRIFT_TRACE_INIT;
  const char* groups[2];
  double shifts[2];
  EXPECT_EQ(clens_drift_traced(drift.get(), 1, &trace, groups, shifts, 2), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_drift_traced(drift.get(), 0, &trace, groups, shifts, 1), CLENS_E_BUFFER_TOO_SMALL);
  clens_drift_day day = CLENS_DRIFT_DAY_INIT;
  EXPECT_EQ(clens_drift_labels(drift.get(), 0, 2, &day), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_drift_labels(drift.get(), 1, 0, &day), CLENS_E_INVALID_ARGUMENT);
  day.struct_size = 3;
  EXPECT_EQ(clens_drift_labels(drift.get(), 0, 0, &day), CLENS_E_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace clicklens
