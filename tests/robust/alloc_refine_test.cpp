// Edits of models: each allocation fails once, and an edit that failed leaves the model as it was.
#include <gtest/gtest.h>

#include "alloc_lens_host.h"

namespace clicklens::testing {
namespace {

using Refiner = Held<clens_refiner, clens_refiner_release>;

// An edit on a refiner of its own, and the file that comes of it.
void fail_edit(const char* name, const LensHost& host, const std::function<clens_status(clens_refiner*)>& edit) {
  const TemporaryPath path("edited.clens");
  fail_each(name, 30, [&] {
    Refiner refiner;
    HeldModel model;
    CLENS_OR_RETURN(clens_refiner_create(host.model(), refiner.out()));
    CLENS_OR_RETURN(edit(refiner.get()));
    if (clens_refiner_edits(refiner.get()) == 0) return CLENS_E_INTERNAL;
    clens_edit done = CLENS_EDIT_INIT;
    CLENS_OR_RETURN(clens_refiner_edit(refiner.get(), 0, &done));
    CLENS_OR_RETURN(clens_refiner_model(refiner.get(), model.out()));
    return clens_refiner_write(refiner.get(), path.c_str());
  });
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(path.folder())) ++files;
  EXPECT_EQ(files, 1u) << name << ": a temporary file is left";
}

TEST(AllocRefine, Edits) {
  const LensHost host;
  const char* groups[] = {"match"};
  fail_edit("drop_groups", host, [&](clens_refiner* refiner) {
    return clens_refiner_drop_groups(refiner, groups, 1, host.means.data(), host.means.size());
  });
  fail_edit("prune_proven", host, [](clens_refiner* refiner) {
    std::size_t values[8], count = 0;
    CLENS_OR_RETURN(clens_refiner_prunable(refiner, values, 8, &count));
    return clens_refiner_prune_proven(refiner);
  });
  fail_edit("fold_batch_norms", host, [](clens_refiner* refiner) { return clens_refiner_fold_batch_norms(refiner); });
  fail_edit("set_tables", host, [](clens_refiner* refiner) {
    clens_table_change changes[2];
    for (clens_table_change& change : changes) change = CLENS_TABLE_CHANGE_INIT;
    return clens_refiner_set_tables(refiner, CLENS_ROW_INT8, nullptr, 0, changes);
  });
  fail_edit("recommend_precision", host, [](clens_refiner* refiner) {
    return clens_refiner_recommend_precision(refiner, CLENS_PRECISION_INT8, nullptr, 0);
  });
  std::vector<float> logits;
  for (std::size_t i = 0; i < host.candidates(); ++i) logits.push_back(static_cast<float>(i * 7 % 5));
  fail_edit("calibrate", host, [&](clens_refiner* refiner) {
    clens_calibration_options options = CLENS_CALIBRATION_OPTIONS_INIT;
    options.method = CLENS_CALIBRATION_ISOTONIC;
    clens_calibration_fit fit = CLENS_CALIBRATION_FIT_INIT;
    return clens_refiner_calibrate(refiner, logits.data(), host.labels.data(), logits.size(), &options, &fit);
  });
}

TEST(AllocRefine, EditsThatLearn) {
  const LensHost host;
  const clens_batch batch = host.batch();
  const clens_rows rows = host.rows();
  const std::size_t watched[] = {tiny::hidden_relu};
  fail_edit("prune", host, [&](clens_refiner* refiner) {
    HeldModel model;
    Held<clens_neurons, clens_neurons_release> neurons;
    HeldSession session;
    CLENS_OR_RETURN(clens_refiner_model(refiner, model.out()));
    clens_neurons_options options = CLENS_NEURONS_OPTIONS_INIT;
    options.values = watched;
    options.value_count = 1;
    CLENS_OR_RETURN(clens_neurons_create(model.get(), &options, neurons.out()));
    clens_session_options seeing = CLENS_SESSION_OPTIONS_INIT;
    seeing.observed = watched;
    seeing.observed_count = 1;
    CLENS_OR_RETURN(clens_session_create(model.get(), host.inputs(), &seeing, session.out()));
    CLENS_OR_RETURN(clens_neurons_add(neurons.get(), session.get(), &batch, &rows));
    clens_prune_options prune = CLENS_PRUNE_OPTIONS_INIT;
    prune.kinds = CLENS_PRUNE_WEAK;
    prune.weak_below = 0.9;
    return clens_refiner_prune(refiner, neurons.get(), &prune);
  });
  Held<clens_probe_rows, clens_probe_rows_release> kept;
  Held<clens_probe, clens_probe_release> probe;
  clens_probe_options options = CLENS_PROBE_OPTIONS_INIT;
  options.lambda = 0.1;
  ASSERT_EQ(clens_probe_rows_create(host.model(), nullptr, kept.out()), CLENS_OK);
  ASSERT_EQ(clens_probe_rows_add(kept.get(), host.seeing(), &batch, &rows, nullptr), CLENS_OK);
  ASSERT_EQ(clens_probe_fit(kept.get(), nullptr, &options, probe.out()), CLENS_OK) << last_error();
  fail_edit("cut", host, [&](clens_refiner* refiner) { return clens_refiner_cut(refiner, probe.get(), 0, 0); });
}

TEST(AllocRefine, TablesToAFile) {
  const LensHost host;
  const TemporaryPath path("narrow.clens");
  fail_each("refine_tables", 30, [&] {
    clens_table_change changes[2];
    for (clens_table_change& change : changes) change = CLENS_TABLE_CHANGE_INIT;
    return clens_refine_tables(host.model(), CLENS_ROW_F16, nullptr, 0, path.c_str(), changes);
  });
}

}  // namespace
}  // namespace clicklens::testing
