/* score MODEL [ADS]: opens a model, makes one request of a few ads and prints a probability for each.
 * Feature values are made up - every key is a small number, every float a half - but names, kinds and
 * shapes are the model's own, so this runs on any model. */
#include <clicklens/clicklens.h>
#include <stdio.h>
#include <stdlib.h>

/* A column for one feature: `entries` values, one each. Strings are the digits 0, 1, 2... */
typedef struct column_data {
  uint64_t *keys;
  char *text;
  int64_t *ends;
  float *floats;
} column_data;

static void *reserve(size_t count, size_t size) {
  void *memory = calloc(count + 1, size);
  if (memory == NULL) exit(2);
  return memory;
}

static int failed(clens_status status) {
  char message[512];
  if (status == CLENS_OK) return 0;
  clens_last_error(message, sizeof message);
  fprintf(stderr, "%s: %s\n", clens_status_name(status), message);
  return 1;
}

static clens_column fill(const clens_feature_info *feature, uint32_t input, size_t entries, column_data *data) {
  clens_column column = CLENS_COLUMN_INIT;
  size_t i;
  column.input = input;
  column.kind = feature->column;
  column.value_count = entries;
  if (feature->column == CLENS_COLUMN_FLOATS) {
    const size_t count = entries * (size_t)feature->width;
    data->floats = reserve(count, sizeof(float));
    for (i = 0; i < count; ++i) data->floats[i] = 0.5f;
    column.value_type = CLENS_TYPE_F32;
    column.values = data->floats;
    column.value_count = count;
  } else if (feature->column == CLENS_COLUMN_STRINGS) {
    data->text = reserve(entries, 1);
    data->ends = reserve(entries + 1, sizeof(int64_t));
    for (i = 0; i < entries; ++i) data->text[i] = (char)('0' + i % 10);
    for (i = 0; i <= entries; ++i) data->ends[i] = (int64_t)i;
    column.value_type = CLENS_TYPE_BYTES;
    column.offset_bits = 64;
    column.values = data->text;
    column.value_offsets = data->ends;
    column.string_count = entries;
  } else {
    data->keys = reserve(entries, sizeof(uint64_t));
    for (i = 0; i < entries; ++i) data->keys[i] = i;
    column.value_type = CLENS_TYPE_U64;
    column.values = data->keys;
  }
  return column;
}

static int score(clens_model *model, size_t ads) {
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  clens_inputs *inputs = NULL;
  clens_session *session = NULL;
  clens_input_spec *specs;
  clens_column *columns;
  column_data *data;
  clens_batch batch = CLENS_BATCH_INIT;
  clens_output output = CLENS_OUTPUT_INIT;
  int64_t request_offsets[2] = {0, 0};
  size_t i;
  int bad = failed(clens_model_describe(model, &info));
  if (bad) return 1;
  specs = reserve(info.features, sizeof *specs);
  columns = reserve(info.features, sizeof *columns);
  data = reserve(info.features, sizeof *data);

  /* what this host sends: every feature, as raw values */
  for (i = 0; i < info.features && !bad; ++i) {
    const clens_input_spec empty = CLENS_INPUT_SPEC_INIT;
    clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
    bad = failed(clens_model_feature(model, i, &feature));
    specs[i] = empty;
    specs[i].name = feature.name;
    specs[i].kind = feature.column;
    /* a request feature has one entry, all others one per ad */
    columns[i] = fill(&feature, (uint32_t)i, feature.scope == CLENS_SCOPE_REQUEST ? 1 : ads, &data[i]);
  }
  bad = bad || failed(clens_inputs_create(specs, info.features, &inputs)) ||
        failed(clens_session_create(model, inputs, NULL, &session));

  request_offsets[1] = (int64_t)ads;
  batch.candidates = ads;
  batch.requests = 1;
  batch.request_offsets = request_offsets;
  batch.columns = columns;
  batch.column_count = info.features;
  output.capacity = ads * info.outputs;
  output.values = reserve(output.capacity, sizeof(float));
  bad = bad || failed(clens_session_run(session, &batch, &output));
  for (i = 0; i < ads && !bad; ++i) printf("ad %u: %.6f\n", (unsigned)i, (double)output.values[i * info.outputs]);

  free(output.values);
  for (i = 0; i < info.features; ++i) {
    free(data[i].keys);
    free(data[i].text);
    free(data[i].ends);
    free(data[i].floats);
  }
  free(data);
  free(columns);
  free(specs);
  clens_session_release(session);
  clens_inputs_release(inputs);
  return bad;
}

int main(int argc, char **argv) {
  clens_model *model = NULL;
  int bad;
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: score MODEL [ADS]\n");
    return 2;
  }
  bad = failed(clens_model_open(argv[1], NULL, &model)) ||
        score(model, argc == 3 ? (size_t)strtoul(argv[2], NULL, 10) : 5);
  clens_model_release(model);
  return bad;
}
