/* without_lenses MODEL refuses|answers: what a host meets in a library without lenses: statuses and messages instead of
 * lenses, and scoring as ever, with reduced precision, a cache and captures. With the whole library the lenses answer. */
#include <clicklens/clicklens.h>
#include <stdio.h>
#include <string.h>

enum { most_features = 64 };

static int failures = 0;

static void expect(int holds, const char *what) {
  char message[256];
  if (holds) return;
  clens_last_error(message, sizeof message);
  printf("not so: %s (%s)\n", what, message);
  ++failures;
}

static int names(const char *function) {
  char message[256];
  clens_last_error(message, sizeof message);
  return strstr(message, function) != NULL && strstr(message, "without lenses") != NULL;
}

static void lenses(const clens_model *model, const clens_inputs *inputs, int refuses) {
  const clens_status wanted = refuses ? CLENS_E_UNSUPPORTED : CLENS_OK;
  clens_metrics *metrics = NULL;
  clens_neurons *neurons = NULL;
  clens_refiner *refiner = NULL;
  clens_session *session = NULL;
  clens_profile_options profile = CLENS_PROFILE_OPTIONS_INIT;
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  size_t size = 0;
  expect(clens_metrics_create(NULL, &metrics) == wanted && (!refuses || names("clens_metrics_create")), "metrics");
  expect(clens_neurons_create(model, NULL, &neurons) == wanted && (!refuses || names("clens_neurons_create")), "neurons");
  expect(clens_refiner_create(model, &refiner) == wanted && (!refuses || names("clens_refiner_create")), "refiner");
  expect(clens_model_graph(model, CLENS_GRAPH_DOT, NULL, 0, &size) == wanted, "graph");
  expect((clens_neurons_layers(neurons) == 0) == refuses, "a count");
  expect((metrics == NULL) == refuses, "a handle only where there is one");
  clens_metrics_release(metrics);
  clens_neurons_release(neurons);
  clens_refiner_release(refiner);
  options.profile = &profile;
  expect(clens_session_create(model, inputs, &options, &session) == wanted && (!refuses || names("options.profile")), "profile");
  clens_session_release(session);
}

static void scores(const clens_model *model, const clens_inputs *inputs, const clens_batch *batch) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  clens_cache_options cached = CLENS_CACHE_OPTIONS_INIT;
  clens_output output = CLENS_OUTPUT_INIT;
  clens_session *session = NULL;
  clens_cache *cache = NULL;
  float values[8];
  output.values = values;
  output.capacity = 8;
  options.precision = CLENS_PRECISION_INT8;
  expect(clens_session_create(model, inputs, &options, &session) == CLENS_OK, "int8");
  expect(clens_session_run(session, batch, &output) == CLENS_OK && values[0] > 0 && values[0] < 1, "a score in int8");
  clens_session_release(session);
  session = NULL;
  options.precision = CLENS_PRECISION_F32;
  options.gradients = CLENS_GRADIENTS_FULL;
  expect(clens_session_create(model, inputs, &options, &session) == CLENS_OK, "gradients");
  expect(clens_session_run(session, batch, &output) == CLENS_OK && values[0] > 0 && values[0] < 1, "a score");
  clens_session_release(session);
  cached.rows = 4;
  expect(clens_cache_create(model, inputs, &cached, &cache) == CLENS_OK, "cache");
  clens_cache_release(cache);
  expect(clens_model_self_test(model) == CLENS_OK || clens_model_self_test(model) == CLENS_E_NOT_FOUND, "a self-test");
}

int main(int argc, char **argv) {
  static const uint64_t ids[2] = {1, 2};
  clens_model *model = NULL;
  clens_inputs *inputs = NULL;
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
  clens_input_spec specs[most_features];
  clens_column column = CLENS_COLUMN_INIT;
  clens_batch batch = CLENS_BATCH_INIT;
  uint32_t i, keys = most_features;
  if (argc != 3 || clens_model_open(argv[1], NULL, &model) != CLENS_OK) return 2;
  if (clens_model_describe(model, &info) != CLENS_OK || info.features > most_features) return 3;
  for (i = 0; i < info.features; ++i) {
    if (clens_model_feature(model, i, &feature) != CLENS_OK) return 3;
    specs[i].struct_size = sizeof specs[i];
    specs[i].name = feature.name;
    specs[i].kind = feature.column;
    if (feature.column == CLENS_COLUMN_KEYS) keys = i;
  }
  if (keys == most_features || clens_inputs_create(specs, info.features, &inputs) != CLENS_OK) return 4;
  column.input = keys; /* all others are missing */
  column.kind = CLENS_COLUMN_KEYS;
  column.value_type = CLENS_TYPE_U64;
  column.values = ids;
  column.value_count = 2;
  batch.candidates = 2;
  batch.columns = &column;
  batch.column_count = 1;
  lenses(model, inputs, strcmp(argv[2], "refuses") == 0);
  scores(model, inputs, &batch);
  clens_inputs_release(inputs);
  clens_model_release(model);
  return failures == 0 ? 0 : 1;
}
