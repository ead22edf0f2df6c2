/* inside MODEL FIT.tsv EVAL.tsv...: what the layers of a model do on a day it has seen and on days it has not.
 *
 * One line per figure: its name, the layer, the day, the value.
 *   spread        median over the layer's neurons of their standard deviation, on FIT
 *   spread_ratio  median over the layer's neurons of sd(EVAL) / sd(FIT)
 *   probe_auc     AUC on EVAL of a linear classifier of clicks on the layer (or logit), fitted on FIT
 *   probe_auc_se  its standard error, clustered by user
 * `clicklens neurons FIT --compare EVAL...` and `clicklens probe --fit FIT --eval EVAL... --lambda 0.001` give the
 * same figures. tsv.h says what a day looks like. */
#include <clicklens/clicklens.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tsv.h"

static int failed(clens_status status) {
  char message[512];
  if (status == CLENS_OK) return 0;
  clens_last_error(message, sizeof message);
  fprintf(stderr, "%s: %s\n", clens_status_name(status), message);
  return 1;
}

/* ---------------------------------------------------------------- a model and a session that lenses can watch */

typedef struct lens {
  clens_model *model;
  clens_model_info info;
  clens_feature_info *features;
  clens_session *session;
} lens;

/* The host sends every feature, as raw values. */
static int create_inputs(lens *it, clens_inputs **inputs) {
  clens_input_spec *specs = tsv_reserve(it->info.features, sizeof *specs);
  size_t i;
  int bad = 0;
  it->features = tsv_reserve(it->info.features, sizeof *it->features);
  for (i = 0; i < it->info.features && !bad; ++i) {
    const clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
    const clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
    it->features[i] = feature;
    bad = failed(clens_model_feature(it->model, i, &it->features[i]));
    specs[i] = spec;
    specs[i].name = it->features[i].name;
    specs[i].kind = it->features[i].column;
  }
  bad = bad || failed(clens_inputs_create(specs, it->info.features, inputs));
  free(specs);
  return bad;
}

/* Lenses see what the session was told to observe: every layer, and every logit. */
static int create_session(lens *it, const clens_inputs *inputs) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  const size_t layers = it->info.layers, count = layers + it->info.outputs;
  size_t *values = tsv_reserve(count, sizeof *values);
  size_t i;
  int bad = 0;
  for (i = 0; i < count && !bad; ++i) {
    clens_named_value named = CLENS_NAMED_VALUE_INIT;
    bad = failed(i < layers ? clens_model_layer(it->model, i, &named)
                            : clens_model_output(it->model, i - layers, &named));
    values[i] = named.value;
  }
  options.observed = values;
  options.observed_count = count;
  bad = bad || failed(clens_session_create(it->model, inputs, &options, &it->session));
  free(values);
  return bad;
}

static int open_lens(const char *path, lens *it) {
  clens_inputs *inputs = NULL;
  const int bad = failed(clens_model_open(path, NULL, &it->model)) ||
                  failed(clens_model_describe(it->model, &it->info)) || create_inputs(it, &inputs) ||
                  create_session(it, inputs);
  clens_inputs_release(inputs);
  return bad;
}

static void close_lens(lens *it) {
  clens_session_release(it->session);
  free(it->features);
  clens_model_release(it->model);
}

/* ---------------------------------------------------------------- a day seen through it */

typedef struct seen {
  clens_neurons *neurons; /* statistics of every layer's neurons */
  clens_probe_rows *rows; /* every row's layers and logits, with its click */
} seen;

static int look(const lens *through, const char *path, seen *at) {
  tsv_day day;
  int bad = tsv_read(path, through->features, through->info.features, &day) ||
            failed(clens_neurons_create(through->model, NULL, &at->neurons)) ||
            failed(clens_probe_rows_create(through->model, NULL, &at->rows));
  if (!bad) {
    const clens_batch batch = tsv_batch(&day);
    const clens_rows rows = tsv_rows(&day);
    bad = failed(clens_neurons_add(at->neurons, through->session, &batch, &rows)) ||
          failed(clens_probe_rows_add(at->rows, through->session, &batch, &rows, NULL));
  }
  tsv_release(&day);
  return bad;
}

static void release(seen *at) {
  clens_neurons_release(at->neurons);
  clens_probe_rows_release(at->rows);
}

/* ---------------------------------------------------------------- figures */

/* As many digits as a double has, so that equal figures are equal text. */
static void print(const char *figure, const char *layer, const char *day, double value) {
  printf("%s\t%s\t%s\t%.17g\n", figure, layer, day, value);
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The upper middle one; NaN (of neurons without rows) is left out. Sorts the values. */
static double median(double *values, size_t count) {
  size_t i, kept = 0;
  for (i = 0; i < count; ++i) {
    if (!isnan(values[i])) values[kept++] = values[i];
  }
  qsort(values, kept, sizeof *values, ascending);
  return kept == 0 ? (double)NAN : values[kept / 2];
}

static int print_layer_spread(const clens_neurons *neurons, size_t index, const char *path) {
  clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
  clens_neuron *read;
  double *sd;
  size_t i, width;
  int bad;
  if (failed(clens_neurons_layer(neurons, index, &layer))) return 1;
  width = (size_t)layer.width;
  read = tsv_reserve(width, sizeof *read);
  sd = tsv_reserve(width, sizeof *sd);
  bad = failed(clens_neurons_read(neurons, index, read, sizeof *read, width));
  for (i = 0; i < width; ++i) sd[i] = read[i].sd;
  if (!bad) print("spread", layer.name, path, median(sd, width));
  free(sd);
  free(read);
  return bad;
}

static int print_spread(const seen *fit, const char *path) {
  size_t i;
  int bad = 0;
  for (i = 0; i < clens_neurons_layers(fit->neurons) && !bad; ++i) bad = print_layer_spread(fit->neurons, i, path);
  return bad;
}

static int print_spread_ratios(const seen *fit, const seen *day, const char *path) {
  size_t i;
  for (i = 0; i < clens_neurons_layers(fit->neurons); ++i) {
    clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
    clens_layer_change change = CLENS_LAYER_CHANGE_INIT;
    if (failed(clens_neurons_layer(fit->neurons, i, &layer))) return 1;
    if (failed(clens_neurons_compare(fit->neurons, day->neurons, i, &change))) return 1;
    print("spread_ratio", layer.name, path, change.spread_ratio);
  }
  return 0;
}

static int print_probe_auc(const clens_probe *probe, const seen *day, const char *path) {
  size_t i;
  for (i = 0; i < clens_probe_count(probe); ++i) {
    clens_probe_info about = CLENS_PROBE_INFO_INIT;
    clens_metrics_result found = CLENS_METRICS_RESULT_INIT;
    if (failed(clens_probe_describe(probe, i, &about))) return 1;
    if (failed(clens_probe_evaluate(probe, i, day->rows, NULL, &found, NULL))) return 1;
    print("probe_auc", about.name, path, found.auc);
    print("probe_auc_se", about.name, path, found.auc_se);
  }
  return 0;
}

static int fit_probes(const seen *fit, clens_probe **probe) {
  clens_probe_options options = CLENS_PROBE_OPTIONS_INIT;
  options.lambda = 1e-3;
  return failed(clens_probe_fit(fit->rows, NULL, &options, probe));
}

static int print_day(const lens *through, const seen *fit, const clens_probe *probe, const char *path) {
  seen day = {NULL, NULL};
  const int bad = look(through, path, &day) || print_spread_ratios(fit, &day, path) ||
                  print_probe_auc(probe, &day, path);
  release(&day);
  return bad;
}

int main(int argc, char **argv) {
  lens through = {NULL, CLENS_MODEL_INFO_INIT, NULL, NULL};
  seen fit = {NULL, NULL};
  clens_probe *probe = NULL;
  int i, bad;
  if (argc < 4) {
    fprintf(stderr, "usage: inside MODEL FIT.tsv EVAL.tsv...\n");
    return 2;
  }
  bad = open_lens(argv[1], &through) || look(&through, argv[2], &fit) || print_spread(&fit, argv[2]) ||
        fit_probes(&fit, &probe);
  for (i = 3; i < argc && !bad; ++i) bad = print_day(&through, &fit, probe, argv[i]);
  clens_probe_release(probe);
  release(&fit);
  close_lens(&through);
  return bad;
}
