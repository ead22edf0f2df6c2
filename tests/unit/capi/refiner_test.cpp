// Refining through the C ABI: edits, what they say of themselves, the file, and what is refused.
#include <gtest/gtest.h>

#include <clicklens/refine.hpp>
#include <cmath>
#include <filesystem>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class RefinerC : public ::testing::Test {
 protected:
  RefinerC() : host_({40, 0, 33, 60}) {
    clens_refiner* refiner = nullptr;
    EXPECT_EQ(clens_refiner_create(host_.model(), &refiner), CLENS_OK) << last_error();
    refiner_.reset(refiner);
    for (std::size_t c = 0; c < host_.candidates(); ++c)
      labels_.push_back((host_.logit(c) > 0) != (c % 7 == 0) ? 1 : 0);
  }
  [[nodiscard]] HandleOf<clens_model> edited() const {
    clens_model* model = nullptr;
    EXPECT_EQ(clens_refiner_model(refiner_.get(), &model), CLENS_OK) << last_error();
    return HandleOf<clens_model>(model);
  }
  [[nodiscard]] static HandleOf<clens_model> opened(const char* path) {
    clens_model* model = nullptr;
    clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
    options.flags = CLENS_OPEN_VERIFY_SEGMENTS;
    EXPECT_EQ(clens_model_open(path, &options, &model), CLENS_OK) << last_error();
    return HandleOf<clens_model>(model);
  }
  // The host sends what it sent to the first model.
  [[nodiscard]] std::vector<float> run(clens_model* model) const {
    clens_session* session = nullptr;
    EXPECT_EQ(clens_session_create(model, host_.inputs(), nullptr, &session), CLENS_OK) << last_error();
    const HandleOf<clens_session> owner(session);
    return host_.run(session);
  }
  [[nodiscard]] clens_edit edit(std::size_t index) const {
    clens_edit edit = CLENS_EDIT_INIT;
    EXPECT_EQ(clens_refiner_edit(refiner_.get(), index, &edit), CLENS_OK) << last_error();
    return edit;
  }
  [[nodiscard]] HandleOf<clens_neurons> neurons(clens_model* model, std::size_t value) const {
    clens_neurons_options options = CLENS_NEURONS_OPTIONS_INIT;
    options.values = &value;
    options.value_count = 1;
    clens_neurons* neurons = nullptr;
    EXPECT_EQ(clens_neurons_create(model, &options, &neurons), CLENS_OK) << last_error();
    clens_session_options observing = CLENS_SESSION_OPTIONS_INIT;
    observing.observed = &value;
    observing.observed_count = 1;
    clens_session* session = nullptr;
    EXPECT_EQ(clens_session_create(model, host_.inputs(), &observing, &session), CLENS_OK) << last_error();
    const HandleOf<clens_session> owner(session);
    const clens_batch batch = host_.batch();
    EXPECT_EQ(clens_neurons_add(neurons, session, &batch, nullptr), CLENS_OK) << last_error();
    return HandleOf<clens_neurons>(neurons);
  }

  TinyHost host_;
  HandleOf<clens_refiner> refiner_;
  std::vector<std::uint8_t> labels_;
  TemporaryPath out_{"refined.clens"};
};

TEST_F(RefinerC, EditsAddUpAndAreTold) {
  const char* group = "match";
  std::vector<float> means(tiny::dim * 2 + tiny::dense_width, 0.25f);
  ASSERT_EQ(clens_refiner_drop_groups(refiner_.get(), &group, 1, means.data(), means.size()), CLENS_OK) << last_error();
  ASSERT_EQ(clens_refiner_prune_proven(refiner_.get()), CLENS_OK) << last_error();
  ASSERT_EQ(clens_refiner_fold_batch_norms(refiner_.get()), CLENS_OK) << last_error();
  std::vector<clens_table_change> changes(2, CLENS_TABLE_CHANGE_INIT);
  ASSERT_EQ(clens_refiner_set_tables(refiner_.get(), CLENS_ROW_BF16, nullptr, 0, changes.data()), CLENS_OK)
      << last_error();
  EXPECT_STREQ(changes[1].name, "ad table");
  EXPECT_GT(changes[1].largest_error, 0.0);
  const std::vector<float> logits = run(edited().get());
  clens_calibration_fit fit = CLENS_CALIBRATION_FIT_INIT;
  ASSERT_EQ(clens_refiner_calibrate(refiner_.get(), logits.data(), labels_.data(), labels_.size(), nullptr, &fit),
            CLENS_OK)
      << last_error();
  EXPECT_EQ(fit.rows, labels_.size());
  EXPECT_LT(fit.logloss_after, fit.logloss_before);
  EXPECT_GT(fit.scale, 0.0);
  EXPECT_EQ(fit.knots, 0u);
  ASSERT_EQ(clens_refiner_edits(refiner_.get()), 5u);
  const char* const names[] = {"drop-group", "prune", "fold-batch-norm", "tables", "calibrate"};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_STREQ(edit(i).name, names[i]);
  EXPECT_EQ(edit(0).removed, 1u);
  EXPECT_EQ(edit(0).same_bits, 0u);
  EXPECT_EQ(edit(1).same_bits, 1u);
  EXPECT_STREQ(edit(0).text, "drop-group match");

  ASSERT_EQ(clens_refiner_write(refiner_.get(), out_.c_str()), CLENS_OK) << last_error();
  const HandleOf<clens_model> file = opened(out_.c_str());
  const std::vector<float> found = run(file.get());
  EXPECT_EQ(bits(found), bits(run(edited().get())));
  for (std::size_t c = 0; c < found.size(); ++c)
    EXPECT_EQ(found[c], std::fma(logits[c], static_cast<float>(fit.scale), static_cast<float>(fit.shift)) + 0.0f);
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  ASSERT_EQ(clens_model_describe(file.get(), &info), CLENS_OK);
  EXPECT_EQ(info.features, 2u);
  EXPECT_EQ(info.file_size, std::filesystem::file_size(out_.str()));
}

TEST_F(RefinerC, SelfTestRowsGetTheNewScores) {
  // a file with rows of its own
  TinyModel model = tiny_model();
  const clens_batch batch = host_.batch();
  std::size_t size = 0;
  // columns are numbered as the features, as the file wants them
  clens_input_spec specs[3] = {CLENS_INPUT_SPEC_INIT, CLENS_INPUT_SPEC_INIT, CLENS_INPUT_SPEC_INIT};
  for (std::size_t f = 0; f < 3; ++f) {
    clens_feature_info info = CLENS_FEATURE_INFO_INIT;
    ASSERT_EQ(clens_model_feature(host_.model(), f, &info), CLENS_OK);
    specs[f].name = info.name;
    specs[f].kind = info.column;
  }
  clens_inputs* inputs = nullptr;
  ASSERT_EQ(clens_inputs_create(specs, 3, &inputs), CLENS_OK);
  const HandleOf<clens_inputs> input_owner(inputs);
  clens_session* by_feature = nullptr;
  ASSERT_EQ(clens_session_create(host_.model(), inputs, nullptr, &by_feature), CLENS_OK);
  const HandleOf<clens_session> session_owner(by_feature);
  const TinyHost::Input sent[] = {TinyHost::user, TinyHost::ad, TinyHost::match};
  std::vector<clens_column> columns;
  for (std::uint32_t f = 0; f < 3; ++f) {
    columns.push_back(host_.column(sent[f]));
    columns.back().input = f;
  }
  clens_batch renumbered = batch;
  renumbered.columns = columns.data();
  renumbered.column_count = columns.size();
  ASSERT_EQ(clens_flat_size(by_feature, &renumbered, &size), CLENS_OK) << last_error();
  model.desc.self_test.batch.resize(size);
  ASSERT_EQ(clens_flat_write(by_feature, &renumbered, model.desc.self_test.batch.data(), size), CLENS_OK);
  model.desc.self_test.logits = bits(run(host_.model()));
  const TemporaryPath path("tested.clens");
  ASSERT_TRUE(write_model(model, path.c_str()).ok());
  const HandleOf<clens_model> tested = opened(path.c_str());
  ASSERT_EQ(clens_model_self_test(tested.get()), CLENS_OK) << last_error();

  clens_refiner* made = nullptr;
  ASSERT_EQ(clens_refiner_create(tested.get(), &made), CLENS_OK);
  const HandleOf<clens_refiner> refiner(made);
  const char* group = "user";
  const std::vector<float> means(tiny::dim * 2 + tiny::dense_width, 0.5f);
  ASSERT_EQ(clens_refiner_drop_groups(made, &group, 1, means.data(), means.size()), CLENS_OK) << last_error();
  ASSERT_EQ(clens_refiner_write(made, out_.c_str()), CLENS_OK) << last_error();
  const HandleOf<clens_model> file = opened(out_.c_str());
  EXPECT_EQ(clens_model_self_test(file.get()), CLENS_OK) << last_error();
  EXPECT_NE(bits(run(file.get())), bits(run(tested.get())));
}

TEST_F(RefinerC, CutsAtAProbe) {
  std::size_t value = 0;
  ASSERT_EQ(clens_model_find_value(host_.model(), "hidden relu", &value), CLENS_OK) << last_error();
  clens_probe_rows_options wanted = CLENS_PROBE_ROWS_OPTIONS_INIT;
  wanted.values = &value;
  wanted.value_count = 1;
  clens_probe_rows* rows = nullptr;
  ASSERT_EQ(clens_probe_rows_create(host_.model(), &wanted, &rows), CLENS_OK) << last_error();
  const HandleOf<clens_probe_rows> row_owner(rows);
  clens_session_options observing = CLENS_SESSION_OPTIONS_INIT;
  observing.observed = &value;
  observing.observed_count = 1;
  const HandleOf<clens_session> session = host_.session(&observing);
  const clens_batch batch = host_.batch();
  clens_rows info = CLENS_ROWS_INIT;
  info.labels = labels_.data();
  ASSERT_EQ(clens_probe_rows_add(rows, session.get(), &batch, &info, nullptr), CLENS_OK) << last_error();
  clens_probe* probe = nullptr;
  ASSERT_EQ(clens_probe_fit(rows, nullptr, nullptr, &probe), CLENS_OK) << last_error();
  const HandleOf<clens_probe> probe_owner(probe);
  std::vector<double> wanted_logits(host_.candidates());
  ASSERT_EQ(clens_probe_logits(probe, 0, rows, wanted_logits.data(), wanted_logits.size()), CLENS_OK);
  EXPECT_EQ(clens_refiner_cut(refiner_.get(), probe, 1, 0), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_cut(refiner_.get(), probe, 0, 1), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_cut(refiner_.get(), nullptr, 0, 0), CLENS_E_INVALID_ARGUMENT);
  ASSERT_EQ(clens_refiner_cut(refiner_.get(), probe, 0, 0), CLENS_OK) << last_error();
  const std::vector<float> found = run(edited().get());
  for (std::size_t c = 0; c < found.size(); ++c) EXPECT_NEAR(double{found[c]}, wanted_logits[c], 1e-4);
  EXPECT_EQ(clens_refiner_cut(refiner_.get(), probe, 0, 0), CLENS_E_BAD_STATE);
}

TEST_F(RefinerC, PrunesByWhatNeuronsDid) {
  std::size_t values[8] = {0}, count = 0;
  EXPECT_EQ(clens_refiner_prunable(refiner_.get(), values, 0, &count), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(count, 1u);
  ASSERT_EQ(clens_refiner_prunable(refiner_.get(), values, 8, &count), CLENS_OK) << last_error();
  EXPECT_EQ(values[0], std::size_t{tiny::hidden_relu});
  const HandleOf<clens_neurons> seen = neurons(host_.model(), values[0]);
  clens_prune_options options = CLENS_PRUNE_OPTIONS_INIT;
  options.kinds = CLENS_PRUNE_WEAK;
  options.weak_below = 0.5;
  ASSERT_EQ(clens_refiner_prune(refiner_.get(), seen.get(), &options), CLENS_OK) << last_error();
  EXPECT_GT(edit(0).removed, 0u);
  EXPECT_LT(edit(0).removed, 8u);
  EXPECT_EQ(clens_refiner_prune(refiner_.get(), seen.get(), &options), CLENS_E_BAD_STATE) << "of the model before";
  options.kinds = 8;
  EXPECT_EQ(clens_refiner_prune(refiner_.get(), seen.get(), &options), CLENS_E_INVALID_ARGUMENT);
  options.kinds = 0;
  options.weak_below = 2;
  const HandleOf<clens_model> now = edited();
  const HandleOf<clens_neurons> again = neurons(now.get(), values[0]);
  EXPECT_EQ(clens_refiner_prune(refiner_.get(), again.get(), &options), CLENS_E_INVALID_ARGUMENT);
  const HandleOf<clens_neurons> inputs = neurons(now.get(), tiny::concat);
  EXPECT_EQ(clens_refiner_prune(refiner_.get(), inputs.get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_edits(refiner_.get()), 1u);
}

TEST_F(RefinerC, ChecksItsArguments) {
  const char* const groups[] = {"user", "ad", "match"};
  const char* const odd[] = {"users"};
  const char* const missing[] = {nullptr};
  const std::vector<float> means(tiny::dim * 2 + tiny::dense_width, 0.5f);
  const auto drop = [&](const char* const* names, std::size_t count, std::size_t mean_count) {
    return clens_refiner_drop_groups(refiner_.get(), names, count, means.data(), mean_count);
  };
  EXPECT_EQ(drop(groups, 3, means.size()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "groups: no feature would be left");
  EXPECT_EQ(drop(odd, 1, means.size()), CLENS_E_NOT_FOUND);
  EXPECT_EQ(last_error(), "the model has no feature group 'users'");
  EXPECT_EQ(drop(missing, 1, means.size()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(drop(groups, 1, means.size() - 1), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(drop(groups, 0, means.size()), CLENS_E_INVALID_ARGUMENT);
  const float logits[] = {-1, 0, 1, 2};
  const std::uint8_t labels[] = {0, 1, 0, 1}, one_class[] = {0, 0, 0, 0};
  clens_calibration_options options = CLENS_CALIBRATION_OPTIONS_INIT;
  const auto calibrate = [&](const std::uint8_t* of) {
    return clens_refiner_calibrate(refiner_.get(), logits, of, 4, &options, nullptr);
  };
  EXPECT_EQ(calibrate(one_class), CLENS_E_BAD_VALUE);
  options.task = 1;
  EXPECT_EQ(calibrate(labels), CLENS_E_INVALID_ARGUMENT);
  options.task = 0;
  options.method = 2;
  EXPECT_EQ(calibrate(labels), CLENS_E_INVALID_ARGUMENT);
  options.method = CLENS_CALIBRATION_ISOTONIC;
  options.negative_rate = 2;
  EXPECT_EQ(calibrate(labels), CLENS_E_INVALID_ARGUMENT);
  options.negative_rate = 0;
  clens_calibration_fit fit = CLENS_CALIBRATION_FIT_INIT;
  fit.struct_size = 7;
  EXPECT_EQ(clens_refiner_calibrate(refiner_.get(), logits, labels, 4, &options, &fit), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_set_tables(refiner_.get(), 9, nullptr, 0, nullptr), CLENS_E_INVALID_ARGUMENT);
  const std::size_t beyond = 2;
  EXPECT_EQ(clens_refiner_set_tables(refiner_.get(), CLENS_ROW_F16, &beyond, 1, nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_edit edit = CLENS_EDIT_INIT;
  EXPECT_EQ(clens_refiner_edit(refiner_.get(), 0, &edit), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_edits(refiner_.get()), 0u) << "what failed is no edit";
  EXPECT_EQ(bits(run(edited().get())), bits(run(host_.model())));

  clens_refiner* refiner = nullptr;
  EXPECT_EQ(clens_refiner_create(nullptr, &refiner), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_create(host_.model(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_prune_proven(nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_fold_batch_norms(nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_model(nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_edits(nullptr), 0u);
  clens_refiner_release(nullptr);
}

TEST_F(RefinerC, TheHeaderOverItDoesTheSame) {
  const Model model(host_.path());
  Refiner refiner(model);
  EXPECT_EQ(refiner.prunable(), std::vector<std::size_t>{tiny::hidden_relu});
  refiner.drop_groups({"user"}, std::vector<float>(model.describe().input_width, 0.5f));
  refiner.prune_proven();
  refiner.fold_batch_norms();
  refiner.set_tables(CLENS_ROW_F16);
  const std::vector<float> logits = run(refiner.model().get());
  clens_calibration_options options = CLENS_CALIBRATION_OPTIONS_INIT;
  options.method = CLENS_CALIBRATION_ISOTONIC;
  EXPECT_GT(refiner.calibrate(logits, labels_, &options).knots, 2u);
  EXPECT_EQ(refiner.edits(), 5u);
  EXPECT_STREQ(refiner.edit(3).text, "1 tables as f16");
  refiner.write(out_.str());
  EXPECT_EQ(bits(run(opened(out_.c_str()).get())), bits(run(refiner.model().get())));
  EXPECT_THROW(refiner.drop_groups({"user"}, {}), Error);
  EXPECT_THROW(refiner.calibrate({1}, {0, 1}), Error);
}

TEST_F(RefinerC, WritesAllOrNothing) {
  EXPECT_EQ(clens_refiner_write(refiner_.get(), "/nowhere/at/all.clens"), CLENS_E_IO);
  EXPECT_EQ(clens_refiner_write(refiner_.get(), ""), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refiner_write(refiner_.get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_TRUE(std::filesystem::is_empty(out_.folder())) << "nothing is half written";
  ASSERT_EQ(clens_refiner_write(refiner_.get(), out_.c_str()), CLENS_OK) << last_error();
  EXPECT_EQ(bits(run(opened(out_.c_str()).get())), bits(run(host_.model())));
}

}  // namespace
}  // namespace clicklens::testing
