// Probes, diagnoses and recordings: each allocation fails once.
#include <gtest/gtest.h>

#include "alloc_lens_host.h"

namespace clicklens::testing {
namespace {

using Rows = Held<clens_probe_rows, clens_probe_rows_release>;
using Probe = Held<clens_probe, clens_probe_release>;

clens_status keep(const LensHost& host, Rows& rows) {
  const clens_batch batch = host.batch();
  const clens_rows info = host.rows();
  CLENS_OR_RETURN(clens_probe_rows_create(host.model(), nullptr, rows.out()));
  return clens_probe_rows_add(rows.get(), host.seeing(), &batch, &info, nullptr);
}

clens_probe_options quick() {
  clens_probe_options options = CLENS_PROBE_OPTIONS_INIT;
  options.lambda = 0.1;
  return options;
}

TEST(AllocProbe, Rows) {
  const LensHost host;
  std::vector<float> values(host.candidates() * tiny::hidden);
  fail_each("probe rows", 4, [&] {
    Rows rows;
    CLENS_OR_RETURN(keep(host, rows));
    if (clens_probe_rows_count(rows.get()) != host.candidates() || clens_probe_rows_non_finite(rows.get()) != 0)
      return CLENS_E_INTERNAL;
    CLENS_OR_RETURN(clens_probe_rows_relabel(rows.get(), host.labels.data(), nullptr, host.candidates()));
    return clens_probe_rows_values(rows.get(), 0, values.data(), values.size());
  });
}

TEST(AllocProbe, Fit) {
  const LensHost host({4, 2});
  Rows rows;
  ASSERT_EQ(keep(host, rows), CLENS_OK) << last_error();
  const clens_probe_options options = quick();
  fail_each("probe", 20, [&] {
    Probe probe;
    return clens_probe_fit(rows.get(), nullptr, &options, probe.out());
  });
  Probe probe;
  ASSERT_EQ(clens_probe_fit(rows.get(), nullptr, &options, probe.out()), CLENS_OK) << last_error();
  ASSERT_EQ(clens_probe_count(probe.get()), 2u);
  std::vector<double> logits(host.candidates());
  fail_each("probe, read", 5, [&] {
    clens_probe_info info = CLENS_PROBE_INFO_INIT;
    double mean[tiny::hidden], sd[tiny::hidden], coefficients[tiny::hidden];
    clens_metrics_result result = CLENS_METRICS_RESULT_INIT;
    clens_auc_difference difference = CLENS_AUC_DIFFERENCE_INIT;
    CLENS_OR_RETURN(clens_probe_describe(probe.get(), 0, &info));
    CLENS_OR_RETURN(clens_probe_coefficients(probe.get(), 0, mean, sd, coefficients, tiny::hidden));
    CLENS_OR_RETURN(clens_probe_logits(probe.get(), 0, rows.get(), logits.data(), logits.size()));
    CLENS_OR_RETURN(clens_probe_evaluate(probe.get(), 0, rows.get(), nullptr, &result, nullptr));
    return clens_probe_difference(probe.get(), 0, 1, rows.get(), &difference);
  });
  fail_each("probe, controls", 5, [&] {
    clens_probe_control_result control = CLENS_PROBE_CONTROL_RESULT_INIT;
    CLENS_OR_RETURN(
        clens_probe_control(probe.get(), 0, CLENS_CONTROL_SHUFFLED, rows.get(), rows.get(), 1, 1, &control));
    return clens_probe_control(probe.get(), 0, CLENS_CONTROL_RANDOM_TASK, rows.get(), rows.get(), 1, 1, &control);
  });
  const TemporaryPath alone("probe.clprobe"), with("with.clens");
  fail_each("probe, in files", 60, [&] {
    Probe opened, carried;
    HeldModel model;
    CLENS_OR_RETURN(clens_probe_save(probe.get(), alone.c_str()));
    CLENS_OR_RETURN(clens_probe_open(alone.c_str(), host.model(), opened.out()));
    CLENS_OR_RETURN(clens_probe_attach(probe.get(), host.path(), with.c_str()));
    CLENS_OR_RETURN(clens_model_open(with.c_str(), nullptr, model.out()));
    return clens_model_probe(model.get(), carried.out());
  });
}

TEST(AllocProbe, ModelsToCompareWith) {
  const LensHost host;
  fail_each("randomised", 20, [&] {
    HeldModel model;
    return clens_model_randomised(host.model(), 1, 1, model.out());
  });
}

TEST(AllocProbe, Diagnosis) {
  const LensHost host({4, 2});
  const clens_batch batch = host.batch();
  const clens_rows rows = host.rows();
  fail_each("diagnosis values", 0, [&] {
    std::size_t values[8], count = 0;
    return clens_diagnosis_values(host.model(), values, 8, &count);
  });
  fail_each("diagnosis", 50, [&] {
    Held<clens_diagnosis, clens_diagnosis_release> diagnosis;
    clens_diagnosis_options options = CLENS_DIAGNOSIS_OPTIONS_INIT;
    options.draws = 1;
    options.probe_rows = 1000;
    CLENS_OR_RETURN(clens_diagnosis_create(host.model(), &options, diagnosis.out()));
    CLENS_OR_RETURN(clens_diagnosis_name_group(diagnosis.get(), 1, "a group with a name of its own, a long one"));
    CLENS_OR_RETURN(
        clens_diagnosis_add(diagnosis.get(), host.seeing(), &batch, &rows, CLENS_DAY_TRAIN, "the first day"));
    CLENS_OR_RETURN(clens_diagnosis_add(diagnosis.get(), host.seeing(), &batch, &rows, CLENS_DAY_TEST, "another"));
    std::size_t count = 0;
    CLENS_OR_RETURN(clens_diagnosis_judge(diagnosis.get(), &count));
    for (std::size_t i = 0; i < count; ++i) {
      clens_finding finding = CLENS_FINDING_INIT;
      clens_evidence evidence = CLENS_EVIDENCE_INIT;
      CLENS_OR_RETURN(clens_diagnosis_finding(diagnosis.get(), i, &finding));
      if (finding.evidence > 0) CLENS_OR_RETURN(clens_diagnosis_evidence(diagnosis.get(), i, 0, &evidence));
    }
    return CLENS_OK;
  });
}

TEST(AllocProbe, Recording) {
  const LensHost host;
  const TemporaryPath path("kept");
  std::vector<std::uint64_t> keys(host.users.size());
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = i;
  clens_batch batch = host.batch();
  batch.request_keys = keys.data();
  clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
  options.ring_bytes = 4096;
  options.files = 1;
  fail_each("recorder", 10, [&] {
    Held<clens_recorder, clens_recorder_release> recorder;
    clens_recorder_stats stats = CLENS_RECORDER_STATS_INIT;
    CLENS_OR_RETURN(clens_recorder_create(host.model(), host.inputs(), path.c_str(), &options, recorder.out()));
    CLENS_OR_RETURN(clens_recorder_record(recorder.get(), host.seeing(), &batch, nullptr));
    CLENS_OR_RETURN(clens_recorder_flush(recorder.get()));
    return clens_recorder_describe(recorder.get(), &stats);
  });
  std::string file;
  for (const auto& entry : std::filesystem::directory_iterator(path.folder())) file = entry.path().string();
  fail_each("recording", 10, [&] {
    Held<clens_recording, clens_recording_release> recording;
    HeldInputs inputs;
    clens_recording_info info = CLENS_RECORDING_INFO_INIT;
    clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
    clens_record record = CLENS_RECORD_INIT;
    CLENS_OR_RETURN(clens_recording_open(file.c_str(), recording.out()));
    CLENS_OR_RETURN(clens_recording_describe(recording.get(), &info));
    CLENS_OR_RETURN(clens_recording_input(recording.get(), 0, &spec));
    CLENS_OR_RETURN(clens_recording_inputs(recording.get(), inputs.out()));
    return clens_recording_next(recording.get(), &record);
  });
}

}  // namespace
}  // namespace clicklens::testing
