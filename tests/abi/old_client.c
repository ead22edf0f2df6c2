/* old_client MODEL: everything that the first recorded header (first/clicklens/clicklens.h) offers a host that scores,
 * explains and evaluates. Compiled against that header and against today's, it must print the same on today's library. */
#include <clicklens/clicklens.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { candidates = 6, most_features = 64, most_values = 65536 };

static void must(clens_status status, const char *what) {
  char message[512];
  if (status == CLENS_OK) return;
  clens_last_error(message, sizeof message);
  fprintf(stderr, "%s: %s: %s\n", what, clens_status_name(status), message);
  exit(1);
}

static void print(const char *name, const float *values, size_t count) {
  size_t i;
  printf("%s", name);
  for (i = 0; i < count; ++i) printf(" %a", (double)values[i]);
  printf("\n");
}

static void describe(const clens_model *model, clens_model_info *info) {
  clens_value_info value = CLENS_VALUE_INFO_INIT;
  clens_table_info table = CLENS_TABLE_INFO_INIT;
  clens_named_value named = CLENS_NAMED_VALUE_INIT;
  const char *group = NULL;
  size_t i;
  must(clens_model_describe(model, info), "describe");
  printf("%s %llx %zu values, width %zu\n", info->name, (unsigned long long)info->id_low, info->values, info->input_width);
  for (i = 0; i < info->values; ++i) {
    must(clens_model_value(model, i, &value), "value");
    printf("%s %s %llu\n", value.name, value.op, (unsigned long long)value.width);
  }
  for (i = 0; i < info->tables; ++i) {
    must(clens_model_table(model, i, &table), "table");
    printf("%s %s %llu\n", table.name, table.type, (unsigned long long)table.rows);
  }
  for (i = 0; i < info->groups; ++i) {
    must(clens_model_group(model, i, &group), "group");
    printf("%s\n", group);
  }
  must(clens_model_output(model, 0, &named), "output");
  printf("%s\n", named.name);
}

/* One id per entry, made up. */
static size_t fill(const clens_model *model, const clens_model_info *info, clens_input_spec *specs, clens_column *columns) {
  static uint64_t ids[candidates] = {3, 1, 4, 1, 5, 9};
  clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
  size_t i, used = 0;
  for (i = 0; i < info->features; ++i) {
    clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
    clens_column column = CLENS_COLUMN_INIT;
    must(clens_model_feature(model, i, &feature), "feature");
    if (feature.column != CLENS_COLUMN_KEYS) continue;
    spec.name = feature.name;
    spec.kind = column.kind = CLENS_COLUMN_KEYS;
    column.input = (uint32_t)used;
    column.value_type = CLENS_TYPE_U64;
    column.values = ids;
    column.value_count = feature.scope == CLENS_SCOPE_REQUEST ? 2 : candidates;
    specs[used] = spec;
    columns[used++] = column;
  }
  return used;
}

static void evaluate(const float *logits) {
  static const uint8_t labels[candidates] = {0, 1, 0, 1, 1, 0};
  clens_metrics_options options = CLENS_METRICS_OPTIONS_INIT;
  clens_metrics_result result = CLENS_METRICS_RESULT_INIT;
  clens_metrics *metrics = NULL;
  must(clens_metrics_create(&options, &metrics), "metrics");
  must(clens_metrics_add(metrics, logits, labels, NULL, NULL, candidates), "add");
  must(clens_metrics_compute(metrics, &result), "compute");
  clens_metrics_release(metrics);
  printf("auc %a logloss %a of %llu\n", result.auc, result.logloss, (unsigned long long)result.rows);
}

int main(int argc, char **argv) {
  static clens_input_spec specs[most_features];
  static clens_column columns[most_features];
  static float scores[candidates], logits[candidates], reasons[most_values], captured[most_values], flat_scores[candidates];
  static const int64_t requests[] = {0, 2, candidates};
  clens_model_options open_options = CLENS_MODEL_OPTIONS_INIT;
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  clens_batch batch = CLENS_BATCH_INIT;
  clens_output output = CLENS_OUTPUT_INIT;
  clens_capture capture = {0, NULL, 0, 0, 0, 0, 0};
  clens_named_value layer = CLENS_NAMED_VALUE_INIT;
  clens_model *model = NULL;
  clens_inputs *inputs = NULL;
  clens_session *session = NULL;
  size_t used, size = 0, count = 0;
  void *flat;
  if (argc != 2) return 2;
  open_options.flags = CLENS_OPEN_WARM;
  must(clens_model_open(argv[1], &open_options, &model), "open");
  describe(model, &info);
  if (info.features > most_features || info.outputs != 1) return 3;
  used = fill(model, &info, specs, columns);
  must(clens_inputs_create(specs, used, &inputs), "inputs");
  must(clens_model_layer(model, 0, &layer), "layer");
  options.gradients = 1;
  options.captures = &layer.value;
  options.capture_count = 1;
  must(clens_session_create(model, inputs, &options, &session), "session");

  batch.candidates = candidates;
  batch.requests = 2;
  batch.request_offsets = requests;
  batch.columns = columns;
  batch.column_count = used;
  output.values = scores;
  output.capacity = candidates;
  output.captures = &capture;
  output.capture_count = 1;
  capture.value = layer.value;
  capture.data = captured;
  capture.capacity = most_values;
  must(clens_session_run(session, &batch, &output), "run");
  print("scores", scores, candidates);
  print("captured", captured, 32);
  printf("missing %llu unknown %llu\n", (unsigned long long)output.counts.missing, (unsigned long long)output.counts.unknown);
  output.values = logits;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.capture_count = 0;
  must(clens_session_run(session, &batch, &output), "run");
  evaluate(logits);

  spec.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
  must(clens_saliency_size(session, &batch, &spec, &count, NULL, 0), "saliency size");
  if (count > most_values) return 4;
  must(clens_saliency_run(session, &batch, &spec, reasons, count, NULL), "saliency");
  print("reasons", reasons, count);

  must(clens_flat_size(session, &batch, &size), "flat size");
  flat = malloc(size);
  if (flat == NULL) return 5;
  must(clens_flat_write(session, &batch, flat, size), "flat");
  must(clens_session_run_flat(session, flat, size, CLENS_OUTPUT_PROBABILITY, flat_scores, candidates), "run flat");
  free(flat);
  if (memcmp(flat_scores, scores, sizeof scores) != 0) return 6;

  output.struct_size = 7; /* no version's */
  if (clens_session_run(session, &batch, &output) != CLENS_E_INVALID_ARGUMENT) return 7;
  clens_session_release(session);
  clens_inputs_release(inputs);
  clens_model_release(model);
  return 0;
}
