/* real_days MODEL PREFIX REFERENCE.tsv DAY.tsv...: what the lenses of the C API say of days of clicks, by the public
 * header alone. One line a figure: its kind, the file, what it is of, its name, the value with all of a double's digits.
 * The days' profiles are written to PREFIX0, PREFIX1, ... in the order of the files. capi/examples/tsv.h reads days. */
#include <clicklens/clicklens.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tsv.h"

typedef struct host {
  clens_model *model;
  clens_model_info info;
  clens_feature_info *features;
  clens_inputs *inputs;
  clens_session *session; /* of gradients, observing what profiles and neurons want */
  clens_explainer *explainer;
  float *means; /* pooled inputs of the reference */
} host;

static void check(clens_status status) {
  char message[512];
  if (status == CLENS_OK) return;
  clens_last_error(message, sizeof message);
  fprintf(stderr, "%s: %s\n", clens_status_name(status), message);
  exit(1);
}

static void say(const char *kind, const char *file, const char *of, size_t at, const char *name, double value) {
  printf("%s\t%s\t%s/%zu\t%s\t%.17g\n", kind, file, of, at, name, value);
}

static const char *group_of(const host *it, size_t index) {
  const char *name = NULL;
  check(clens_model_group(it->model, index, &name));
  return name;
}

static clens_profile_options profile_options(const host *it) {
  clens_profile_options options = CLENS_PROFILE_OPTIONS_INIT;
  options.sections = CLENS_PROFILE_SCORES | CLENS_PROFILE_FEATURES | CLENS_PROFILE_NEURONS | CLENS_PROFILE_SALIENCY;
  options.means = it->means;
  options.mean_count = it->info.input_width;
  return options;
}

static void open_host(host *it, const char *path) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  clens_profile_options profile;
  clens_input_spec *specs;
  size_t *values, count = 0, i;
  check(clens_model_open(path, NULL, &it->model));
  check(clens_model_describe(it->model, &it->info));
  specs = tsv_reserve(it->info.features, sizeof *specs);
  it->features = tsv_reserve(it->info.features, sizeof *it->features);
  for (i = 0; i < it->info.features; ++i) {
    const clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
    const clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
    it->features[i] = feature;
    check(clens_model_feature(it->model, i, &it->features[i]));
    specs[i] = spec;
    specs[i].name = it->features[i].name;
    specs[i].kind = it->features[i].column;
  }
  check(clens_inputs_create(specs, it->info.features, &it->inputs));
  free(specs);
  it->means = tsv_reserve(it->info.input_width, sizeof *it->means);
  profile = profile_options(it);
  if (clens_profile_values(it->model, &profile, NULL, 0, &count) != CLENS_E_BUFFER_TOO_SMALL) exit(1);
  values = tsv_reserve(count, sizeof *values);
  check(clens_profile_values(it->model, &profile, values, count, &count));
  options.observed = values;
  options.observed_count = count;
  options.gradients = CLENS_GRADIENTS_FULL;
  check(clens_session_create(it->model, it->inputs, &options, &it->session));
  check(clens_explainer_create(it->model, it->inputs, NULL, &it->explainer));
  free(values);
}

static void close_host(host *it) {
  clens_explainer_release(it->explainer);
  clens_session_release(it->session);
  clens_inputs_release(it->inputs);
  clens_model_release(it->model);
  free(it->features);
  free(it->means);
}

static void read_day(const host *it, const char *path, tsv_day *day) {
  if (tsv_read(path, it->features, it->info.features, day)) exit(1);
}

static void take_means(host *it, const char *path) {
  double *sums = tsv_reserve(it->info.input_width, sizeof *sums);
  uint64_t rows = 0;
  tsv_day day;
  clens_batch batch;
  size_t i;
  read_day(it, path, &day);
  batch = tsv_batch(&day);
  check(clens_saliency_means(it->session, &batch, sums, it->info.input_width, &rows));
  for (i = 0; i < it->info.input_width; ++i) it->means[i] = (float)(sums[i] / (double)rows);
  tsv_release(&day);
  free(sums);
}

/* ---------------------------------------------------------------- figures of one day */

static void say_metrics(const host *it, const char *file, const tsv_day *day) {
  float *logits = tsv_reserve(day->rows, sizeof *logits);
  const clens_batch batch = tsv_batch(day);
  clens_metrics_result found = CLENS_METRICS_RESULT_INIT;
  clens_output output = CLENS_OUTPUT_INIT;
  clens_metrics *metrics = NULL;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = logits;
  output.capacity = day->rows;
  check(clens_session_run(it->session, &batch, &output));
  check(clens_metrics_create(NULL, &metrics));
  check(clens_metrics_add(metrics, logits, day->labels.data, NULL, day->clusters.data, day->rows));
  check(clens_metrics_compute(metrics, &found));
  say("metrics", file, "day", 0, "auc", found.auc);
  say("metrics", file, "day", 0, "auc_se", found.auc_se);
  say("metrics", file, "day", 0, "logloss", found.logloss);
  say("metrics", file, "day", 0, "calibration", found.calibration);
  say("metrics", file, "day", 0, "slope", found.slope);
  clens_metrics_release(metrics);
  free(logits);
}

static void say_layer(const clens_neurons *neurons, size_t at, const char *file) {
  clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
  clens_neuron *read;
  size_t i;
  check(clens_neurons_layer(neurons, at, &layer));
  read = tsv_reserve((size_t)layer.width, sizeof *read);
  check(clens_neurons_read(neurons, at, read, sizeof *read, (size_t)layer.width));
  for (i = 0; i < layer.width; ++i) {
    say("neurons", file, layer.name, i, "mean", read[i].mean);
    say("neurons", file, layer.name, i, "sd", read[i].sd);
    say("neurons", file, layer.name, i, "mean_se", read[i].mean_se);
    say("neurons", file, layer.name, i, "click_mean", read[i].click_mean);
    say("neurons", file, layer.name, i, "label_correlation", read[i].label_correlation);
    say("neurons", file, layer.name, i, "score_correlation", read[i].score_correlation);
    say("neurons", file, layer.name, i, "auc", read[i].auc);
    say("neurons", file, layer.name, i, "active", (double)read[i].active);
  }
  free(read);
}

static void say_neurons(const host *it, const char *file, const tsv_day *day) {
  clens_neurons_options options = CLENS_NEURONS_OPTIONS_INIT;
  const clens_batch batch = tsv_batch(day);
  const clens_rows rows = tsv_rows(day);
  clens_neurons *neurons = NULL;
  size_t i;
  options.flags = CLENS_NEURONS_SCORES | CLENS_NEURONS_CLUSTERED;
  check(clens_neurons_create(it->model, &options, &neurons));
  check(clens_neurons_add(neurons, it->session, &batch, &rows));
  for (i = 0; i < clens_neurons_layers(neurons); ++i) say_layer(neurons, i, file);
  clens_neurons_release(neurons);
}

static void say_saliency(const host *it, const char *file, const tsv_day *day) {
  const size_t groups = it->info.groups;
  float *values = tsv_reserve(day->rows * groups, sizeof *values);
  clens_group_saliency *found = tsv_reserve(groups, sizeof *found);
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  const clens_batch batch = tsv_batch(day);
  clens_saliency_sums *sums = NULL;
  size_t i;
  spec.means = it->means;
  spec.mean_count = it->info.input_width;
  check(clens_saliency_run(it->session, &batch, &spec, values, day->rows * groups, NULL));
  check(clens_saliency_sums_create(groups, 0, &sums));
  check(clens_saliency_sums_add(sums, values, day->clusters.data, NULL, day->rows));
  check(clens_saliency_sums_compute(sums, found, sizeof *found, groups, NULL, NULL));
  for (i = 0; i < groups; ++i) {
    const char *group = group_of(it, i);
    say("saliency", file, group, 0, "share", found[i].share);
    say("saliency", file, group, 0, "share_se", found[i].share_se);
    say("saliency", file, group, 0, "mean_absolute", found[i].mean_absolute);
    say("saliency", file, group, 0, "mean", found[i].mean);
  }
  clens_saliency_sums_release(sums);
  free(found);
  free(values);
}

/* Integrated gradients from the reference's mean; sums of doubles in the order of the rows. */
static void say_attribution(const host *it, const char *file, const tsv_day *day) {
  const size_t groups = it->info.groups, rows = (size_t)day->rows;
  clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
  clens_attribution out = CLENS_ATTRIBUTION_INIT;
  const clens_batch batch = tsv_batch(day);
  double gap = 0, largest = 0;
  size_t i, g;
  spec.baselines = it->means;
  spec.baseline_rows = 1;
  out.capacity = rows * groups;
  out.values = tsv_reserve(out.capacity, sizeof *out.values);
  out.info_capacity = rows;
  out.infos = tsv_reserve(rows, sizeof *out.infos);
  check(clens_explainer_run(it->explainer, &batch, &spec, &out));
  for (g = 0; g < groups; ++g) {
    double sum = 0, absolute = 0;
    for (i = 0; i < rows; ++i) {
      sum += (double)out.values[i * groups + g];
      absolute += fabs((double)out.values[i * groups + g]);
    }
    say("attribution", file, group_of(it, g), 0, "mean", sum / (double)rows);
    say("attribution", file, group_of(it, g), 0, "mean_absolute", absolute / (double)rows);
  }
  for (i = 0; i < rows; ++i) {
    gap += out.infos[i].gap;
    if (out.infos[i].gap > largest) largest = out.infos[i].gap;
  }
  say("attribution", file, "day", 0, "gap", gap / (double)rows);
  say("attribution", file, "day", 0, "gap_largest", largest);
  free(out.values);
  free(out.infos);
}

static clens_profile *profile_day(const host *it, const tsv_day *day) {
  const clens_profile_options options = profile_options(it);
  const clens_batch batch = tsv_batch(day);
  const clens_rows rows = tsv_rows(day);
  clens_profile *profile = NULL;
  check(clens_profile_create(it->model, &options, &profile));
  check(clens_profile_add(profile, it->session, &batch, &rows));
  return profile;
}

static void write_profile(const clens_profile *profile, const char *prefix, int number) {
  char path[4096];
  size_t size = 0;
  char *bytes;
  FILE *file;
  check(clens_profile_size(profile, &size));
  bytes = tsv_reserve(size, 1);
  check(clens_profile_save(profile, bytes, size));
  snprintf(path, sizeof path, "%s%d", prefix, number);
  file = fopen(path, "wb");
  if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
    fprintf(stderr, "%s: cannot be written\n", path);
    exit(1);
  }
  free(bytes);
}

static void say_drift(const host *it, const clens_profile *reference, const clens_profile *live, const char *file) {
  clens_drift_info info = CLENS_DRIFT_INFO_INIT;
  clens_drift_measure *read;
  clens_drift *drift = NULL;
  size_t i;
  check(clens_drift_compare(it->model, &reference, 1, live, &drift));
  check(clens_drift_describe(drift, &info));
  read = tsv_reserve((size_t)info.measures, sizeof *read);
  check(clens_drift_read(drift, read, sizeof *read, (size_t)info.measures));
  for (i = 0; i < info.measures; ++i) {
    say("drift", file, read[i].name, i, "effect", read[i].effect);
    say("drift", file, read[i].name, i, "z", read[i].z);
    say("drift", file, read[i].name, i, "q", read[i].q);
    say("drift", file, read[i].name, i, "psi", read[i].psi);
  }
  free(read);
  clens_drift_release(drift);
}

int main(int argc, char **argv) {
  clens_profile *reference = NULL;
  host it = {NULL, CLENS_MODEL_INFO_INIT, NULL, NULL, NULL, NULL, NULL};
  int i;
  if (argc < 5) {
    fprintf(stderr, "usage: real_days MODEL PREFIX REFERENCE.tsv DAY.tsv...\n");
    return 2;
  }
  open_host(&it, argv[1]);
  take_means(&it, argv[3]);
  for (i = 3; i < argc; ++i) {
    clens_profile *profile;
    tsv_day day;
    read_day(&it, argv[i], &day);
    say_metrics(&it, argv[i], &day);
    say_neurons(&it, argv[i], &day);
    say_saliency(&it, argv[i], &day);
    say_attribution(&it, argv[i], &day);
    profile = profile_day(&it, &day);
    write_profile(profile, argv[2], i - 3);
    if (reference != NULL) say_drift(&it, reference, profile, argv[i]);
    if (reference != NULL) clens_profile_release(profile);
    if (reference == NULL) reference = profile;
    tsv_release(&day);
  }
  clens_profile_release(reference);
  close_host(&it);
  return 0;
}
