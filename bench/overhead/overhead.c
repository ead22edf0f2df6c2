// overhead MODEL ROWS SECONDS, as README.md has it: the baseline that other hosts are compared with.
#include <clicklens/clicklens.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MOST_FEATURES 64
#define MOST_BLOCKS 1000000

static void stop(const char *what) {
  char message[512];
  clens_last_error(message, sizeof message);
  fprintf(stderr, "overhead: %s: %s\n", what, message);
  exit(1);
}
#define CHECK(call) ((call) == CLENS_OK ? (void)0 : stop(#call))

static void *room(size_t count, size_t size) {
  void *made = calloc(count, size);
  if (made == NULL) stop("out of memory");
  return made;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static clens_column column_of(uint32_t number, const clens_feature_info *feature, uint64_t rows) {
  clens_column column = CLENS_COLUMN_INIT;
  const uint64_t entries = feature->scope == CLENS_SCOPE_REQUEST ? 1 : rows;
  const uint64_t width = feature->dense ? feature->width : 1;
  column.input = number;
  column.value_count = entries * width;
  if (feature->dense) {
    float *values = room(column.value_count, sizeof *values);
    for (uint64_t i = 0; i < column.value_count; ++i)
      values[i] = (float)((i / width * 31 + number * 17 + i % width) % 64) / 64.0f;
    column.kind = CLENS_COLUMN_FLOATS;
    column.value_type = CLENS_TYPE_F32;
    column.values = values;
  } else {
    int64_t *values = room(column.value_count, sizeof *values);
    for (uint64_t e = 0; e < entries; ++e) values[e] = (int64_t)((e * 7919 + number * 104729) % feature->rows);
    column.kind = CLENS_COLUMN_KEYS;
    column.value_type = CLENS_TYPE_I64;
    column.values = values;
  }
  return column;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void requests(clens_session *session, const clens_batch *batch, clens_output *output, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (clens_session_run(session, batch, output) != CLENS_OK) stop("run");
}

// The median block's nanoseconds per request.
static double measured(clens_session *session, const clens_batch *batch, clens_output *output, double seconds) {
  size_t warm = 0, blocks = 0;
  const double start = now(), warmed = start + seconds * 1e8;
  while (now() < warmed || warm == 0) {
    requests(session, batch, output, 1);
    ++warm;
  }
  const double one = (now() - start) / (double)warm;
  const size_t k = one > 2e5 ? 1 : (size_t)(2e5 / one);
  double *times = room(MOST_BLOCKS, sizeof *times);
  const double end = now() + seconds * 1e9;
  do {
    const double begin = now();
    requests(session, batch, output, k);
    times[blocks++] = (now() - begin) / (double)k;
  } while (now() < end && blocks < MOST_BLOCKS);
  qsort(times, blocks, sizeof *times, ascending);
  const double median = times[blocks / 2];
  free(times);
  return median;
}

int main(int argc, char **argv) {
  if (argc != 4) return fputs("usage: overhead MODEL ROWS SECONDS\n", stderr), 1;
  const uint64_t rows = strtoull(argv[2], NULL, 10);
  const double seconds = strtod(argv[3], NULL);
  clens_model *model = NULL;
  clens_inputs *inputs = NULL;
  clens_session *session = NULL;
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  CHECK(clens_model_open(argv[1], NULL, &model));
  CHECK(clens_model_describe(model, &info));
  if (info.features > MOST_FEATURES || rows == 0) return fputs("overhead: features or rows\n", stderr), 1;
  clens_input_spec specs[MOST_FEATURES];
  clens_column columns[MOST_FEATURES];
  for (size_t i = 0; i < info.features; ++i) {
    clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
    CHECK(clens_model_feature(model, i, &feature));
    columns[i] = column_of((uint32_t)i, &feature, rows);
    specs[i] = (clens_input_spec)CLENS_INPUT_SPEC_INIT;
    specs[i].name = feature.name;
    specs[i].kind = columns[i].kind;
  }
  CHECK(clens_inputs_create(specs, info.features, &inputs));
  CHECK(clens_session_create(model, inputs, NULL, &session));
  const int64_t offsets[2] = {0, (int64_t)rows};
  clens_batch batch = CLENS_BATCH_INIT;
  batch.candidates = rows;
  batch.requests = 1;
  batch.request_offsets = offsets;
  batch.columns = columns;
  batch.column_count = info.features;
  clens_output output = CLENS_OUTPUT_INIT;
  output.capacity = rows * info.outputs;
  output.values = room(output.capacity, sizeof(float));
  const double ns = measured(session, &batch, &output, seconds);
  uint64_t hash = 0xcbf29ce484222325u;
  const unsigned char *bytes = (const unsigned char *)output.values;
  for (size_t i = 0; i < output.capacity * sizeof(float); ++i) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  printf("%.1f %016" PRIx64 "\n", ns, hash);
  free(output.values);
  for (size_t i = 0; i < info.features; ++i) free((void *)(uintptr_t)columns[i].values);
  clens_session_release(session);
  clens_inputs_release(inputs);
  clens_model_release(model);
  return 0;
}
