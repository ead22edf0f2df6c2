// Profiles through the C ABI: what comes back, what is refused, and that a session collects what an offline pass does.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <clicklens/profile.hpp>
#include <cmath>
#include <thread>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

constexpr std::uint32_t all_sections =
    CLENS_PROFILE_SCORES | CLENS_PROFILE_NEURONS | CLENS_PROFILE_SALIENCY | CLENS_PROFILE_FEATURES;

class ProfileC : public ::testing::Test {
 protected:
  ProfileC() {
    clens_model_info info = CLENS_MODEL_INFO_INIT;
    EXPECT_EQ(clens_model_describe(host_.model(), &info), CLENS_OK);
    means_.assign(info.input_width, 0.1f);
    options_.values = values_;
    options_.value_count = 1;
    options_.sections = all_sections;
    options_.means = means_.data();
    options_.mean_count = means_.size();
    options_.sample_rows = 10;
    for (std::size_t r = 0; r < host_.users.size(); ++r) keys_.push_back(1000 + r);
  }

  [[nodiscard]] clens_batch batch() const {
    clens_batch batch = host_.batch();
    batch.request_keys = keys_.data();
    return batch;
  }
  [[nodiscard]] Profile make() const {
    clens_profile* made = nullptr;
    EXPECT_EQ(clens_profile_create(host_.model(), &options_, &made), CLENS_OK) << last_error();
    return Profile(made);
  }
  [[nodiscard]] HandleOf<clens_session> observing() const {
    std::size_t values[8], count = 0;
    EXPECT_EQ(clens_profile_values(host_.model(), &options_, values, 8, &count), CLENS_OK) << last_error();
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.gradients = CLENS_GRADIENTS_FULL;
    options.observed = values;
    options.observed_count = count;
    return host_.session(&options);
  }
  [[nodiscard]] Profile filled() const {
    Profile profile = make();
    const clens_batch view = batch();
    EXPECT_EQ(clens_profile_add(profile.get(), observing().get(), &view, nullptr), CLENS_OK) << last_error();
    return profile;
  }

  TinyHost host_{{40, 0, 3, 20}};
  std::size_t values_[1] = {tiny::hidden_relu};
  std::vector<float> means_;
  std::vector<std::uint64_t> keys_;
  clens_profile_options options_ = CLENS_PROFILE_OPTIONS_INIT;
};

TEST_F(ProfileC, FiguresAreThoseOfTheRows) {
  const Profile profile = filled();
  const clens_profile_info info = profile.describe();
  EXPECT_EQ(info.rows, host_.candidates());
  EXPECT_EQ(info.seen, host_.candidates());
  EXPECT_EQ(info.labelled, 0u);
  EXPECT_EQ(info.sections, all_sections);
  double sum = 0;
  std::vector<double> pooled(info.inputs);
  for (std::size_t c = 0; c < host_.candidates(); ++c) {
    sum += host_.logit(c);
    for (std::size_t i = 0; i < pooled.size(); ++i) pooled[i] += host_.pooled(c)[i];
  }
  const auto n = static_cast<double>(host_.candidates());
  const std::vector<clens_neuron> scores = profile.columns(CLENS_PROFILE_PART_SCORES);
  EXPECT_NEAR(scores[0].mean, sum / n, 1e-5);
  EXPECT_TRUE(std::isnan(scores[0].auc));
  EXPECT_GT(scores[0].mean_se, 0);
  const std::vector<clens_neuron> inputs = profile.columns(CLENS_PROFILE_PART_POOLED);
  ASSERT_EQ(inputs.size(), pooled.size());
  EXPECT_EQ(inputs[0].counted, 0u);
  double share = 0, one = 0;
  for (std::size_t g = 0; g < info.groups; ++g) {
    ASSERT_EQ(clens_profile_share(profile.get(), g, &one, nullptr), CLENS_OK);
    share += one;
  }
  EXPECT_NEAR(share, 1, 1e-12);
  const clens_profile_feature ad = profile.feature(1);
  EXPECT_EQ(ad.rows, host_.candidates());
  EXPECT_EQ(ad.ids, host_.candidates());
  EXPECT_EQ(ad.lengths[1], host_.candidates());
  EXPECT_EQ(profile.neurons().layers(), 1u);
  EXPECT_STREQ(clens_profile_task(profile.get(), 1), nullptr);
  double quantile = 0;
  const double half = 0.5;
  EXPECT_EQ(clens_profile_quantiles(profile.get(), CLENS_PROFILE_PART_SCORES, &half, 1, &quantile, 1), CLENS_OK);
  EXPECT_TRUE(quantile >= scores[0].minimum && quantile <= scores[0].maximum);
  EXPECT_EQ(clens_profile_quantiles(profile.get(), CLENS_PROFILE_PART_POOLED, &half, 1, &quantile, 0),
            CLENS_E_BUFFER_TOO_SMALL);
}

TEST_F(ProfileC, SessionsCollectWhatAnOfflinePassSees) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.gradients = CLENS_GRADIENTS_GROUPS;
  options.profile = &options_;
  options_.most_rows = 96;
  const auto session = host_.session(&options);
  const clens_batch view = batch();
  std::vector<float> scores(host_.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  ASSERT_EQ(clens_session_run(session.get(), &view, &output), CLENS_OK) << last_error();
  std::size_t size = 0;
  ASSERT_EQ(clens_flat_size(session.get(), &view, &size), CLENS_OK);
  std::vector<std::uint64_t> flat(size / 8 + 1);
  ASSERT_EQ(clens_flat_write(session.get(), &view, flat.data(), size), CLENS_OK);
  ASSERT_EQ(clens_session_run_flat(session.get(), flat.data(), size, CLENS_OUTPUT_LOGIT, scores.data(), scores.size()),
            CLENS_OK);
  std::uint64_t rows = 0;
  ASSERT_EQ(clens_profile_settle(session.get(), &rows), CLENS_OK) << last_error();
  EXPECT_EQ(rows, 2 * host_.candidates());
  ASSERT_EQ(clens_profile_settle(session.get(), &rows), CLENS_OK) << last_error();
  EXPECT_EQ(rows, 0u);
  const Profile collected = make();
  ASSERT_EQ(clens_profile_collect(session.get(), collected.get(), &rows), CLENS_OK) << last_error();
  EXPECT_EQ(rows, 2 * host_.candidates());
  // The same rows twice, offline, by the same gradients
  std::size_t values[8], count = 0;
  ASSERT_EQ(clens_profile_values(host_.model(), &options_, values, 8, &count), CLENS_OK);
  clens_session_options observing = CLENS_SESSION_OPTIONS_INIT;
  observing.gradients = CLENS_GRADIENTS_GROUPS;
  observing.observed = values;
  observing.observed_count = count;
  const auto other = host_.session(&observing);
  const Profile offline = make();
  for (int i = 0; i < 2; ++i) ASSERT_EQ(clens_profile_add(offline.get(), other.get(), &view, nullptr), CLENS_OK);
  EXPECT_EQ(collected.save(), offline.save());
  EXPECT_EQ(clens_profile_collect(host_.session().get(), collected.get(), nullptr), CLENS_E_BAD_STATE);
  EXPECT_EQ(clens_profile_settle(host_.session().get(), nullptr), CLENS_E_BAD_STATE);
}

// Whoever settles in between, and however often: what was seen comes with a collection soon after, not at the end
// alone.
TEST_F(ProfileC, CollectionsKeepUpWithASessionThatRuns) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.gradients = CLENS_GRADIENTS_GROUPS;
  options.profile = &options_;
  options_.most_rows = 96;
  const auto session = host_.session(&options);
  const clens_batch view = batch();
  std::atomic<bool> over = false, failed = false;
  std::atomic<std::uint64_t> seen = 0;
  std::thread serving([&] {
    std::vector<float> scores(host_.candidates());
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores.data();
    output.capacity = scores.size();
    while (!over) {
      if (clens_session_run(session.get(), &view, &output) != CLENS_OK) failed = true;
      seen += host_.candidates();
    }
  });
  const Profile collected = make();
  std::vector<std::uint64_t> before;  // each collection: candidates seen by then
  for (int i = 0; i < 40; ++i) {
    for (int s = 0; s < 1 + i / 20; ++s) EXPECT_EQ(clens_profile_settle(session.get(), nullptr), CLENS_OK);
    before.push_back(seen);
    EXPECT_EQ(clens_profile_collect(session.get(), collected.get(), nullptr), CLENS_OK) << last_error();
    // Late by a run that the system held up, but not each time.
    constexpr std::size_t late = 5;
    if (before.size() > late) {
      EXPECT_GE(collected.describe().seen, before[before.size() - 1 - late]) << i;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  over = true;
  serving.join();
  EXPECT_FALSE(failed);
  ASSERT_EQ(clens_profile_collect(session.get(), collected.get(), nullptr), CLENS_OK);
  EXPECT_EQ(collected.describe().seen, seen);
}

TEST_F(ProfileC, TravelsWithTheModel) {
  const Profile profile = filled();
  const TemporaryPath path("profiled.clens");
  const Model model(host_.path());
  EXPECT_THROW(Profile::of(model), Error);
  profile.attach(host_.path(), path.str());
  const Model carrying(path.str());
  carrying.verify_segments();
  const Profile reference = Profile::of(carrying);
  EXPECT_EQ(reference.save(), profile.save());
  EXPECT_EQ(reference.describe().model_low, profile.describe().model_low);
  Profile twice(carrying, &options_);
  twice.merge(profile);
  EXPECT_EQ(twice.save(), profile.save());
  const TemporaryPath other_path("other.clens");
  ASSERT_TRUE(write_model(tiny_model(2), other_path.c_str()).ok());
  EXPECT_EQ(clens_profile_attach(profile.get(), other_path.c_str(), other_path.c_str()), CLENS_E_BAD_STATE);
}

TEST_F(ProfileC, OptionsAreChecked) {
  const auto refused = [&](auto change, const char* field) {
    clens_profile_options options = options_;
    change(options);
    clens_profile* made = nullptr;
    EXPECT_EQ(clens_profile_create(host_.model(), &options, &made), CLENS_E_INVALID_ARGUMENT) << field;
    EXPECT_NE(last_error().find(field), std::string::npos) << last_error();
  };
  const std::size_t wrong = 99;
  refused([](auto& o) { o.sections = 16; }, "sections");
  refused([](auto& o) { o.task = 5; }, "task");
  refused([](auto& o) { o.buckets = 10; }, "buckets");
  refused([](auto& o) { o.mean_count = 1; }, "means");
  refused([](auto& o) { o.means = nullptr; }, "means");
  refused([](auto& o) { o.value_count = 0; }, "value_count");
  refused([&](auto& o) { o.values = &wrong; }, "values");
  refused([](auto& o) { o.sample_rows = 2'000'000; }, "sample_rows");
}

TEST_F(ProfileC, SessionsThatCannotProfileAreRefused) {
  const auto refused = [&](auto change, clens_status status) {
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.gradients = CLENS_GRADIENTS_FULL;
    clens_profile_options profile = options_;
    options.profile = &profile;
    change(options, profile);
    clens_session* made = nullptr;
    EXPECT_EQ(clens_session_create(host_.model(), host_.inputs(), &options, &made), status) << last_error();
  };
  refused([](auto& o, auto&) { o.gradients = CLENS_GRADIENTS_NONE; }, CLENS_E_INVALID_ARGUMENT);
  refused([](auto& o, auto&) { o.cache = 1; }, CLENS_E_UNSUPPORTED);
  refused([](auto&, auto& p) { p.most_rows = 5000; }, CLENS_E_INVALID_ARGUMENT);
  refused([](auto&, auto& p) { p.waiting_rows = 65'537; }, CLENS_E_INVALID_ARGUMENT);
}

TEST_F(ProfileC, NullsAndHostileBytes) {
  const Profile profile = filled();
  std::vector<std::uint8_t> bytes = profile.save();
  clens_profile* made = nullptr;
  EXPECT_EQ(clens_profile_load(nullptr, nullptr, 0, &made), CLENS_E_INVALID_ARGUMENT);
  bytes.resize(bytes.size() / 2);
  EXPECT_EQ(clens_profile_load(host_.model(), bytes.data(), bytes.size(), &made), CLENS_E_BAD_FILE);
  EXPECT_EQ(clens_profile_merge(profile.get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_profile_collect(nullptr, profile.get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_profile_settle(nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_neuron column{};
  EXPECT_EQ(clens_profile_columns(profile.get(), 9, &column, sizeof column, 1), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_profile_columns(profile.get(), CLENS_PROFILE_PART_SIZES, &column, sizeof column, 0),
            CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_profile_task(nullptr, 0), nullptr);
  clens_profile_release(nullptr);
}

}  // namespace
}  // namespace clicklens::testing
