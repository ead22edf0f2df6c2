/* host_counts MODEL: a host that puts its own malloc in libc's place, to count, keeps it: what the library takes from the
 * heap comes to it and goes back to it, and blocks of models and sessions, which are mimalloc's, do not. */
#include <clicklens/clicklens.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static long calls = 0, live = 0;

void *malloc(size_t size) {
  ++calls, ++live;
  return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
  ++calls, ++live;
  return __libc_calloc(count, size);
}
void *realloc(void *block, size_t size) {
  ++calls, live += block == NULL;
  return __libc_realloc(block, size);
}
void free(void *block) {
  live -= block != NULL;
  __libc_free(block);
}

static int serve(const char *path) {
  clens_model *model = NULL;
  clens_inputs *inputs = NULL;
  clens_session *session = NULL;
  clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
  clens_input_spec specs[64];
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  clens_batch batch = CLENS_BATCH_INIT;
  clens_output output = CLENS_OUTPUT_INIT;
  float scores[4];
  size_t i;
  long before;
  if (clens_model_open(path, NULL, &model) != CLENS_OK) return 2;
  if (clens_model_describe(model, &info) != CLENS_OK || info.features > 64) return 3;
  for (i = 0; i < info.features; ++i) {
    if (clens_model_feature(model, i, &feature) != CLENS_OK) return 4;
    specs[i].struct_size = sizeof specs[i];
    specs[i].name = feature.name;
    specs[i].kind = feature.column;
  }
  if (clens_inputs_create(specs, info.features, &inputs) != CLENS_OK) return 5;
  if (clens_session_create(model, inputs, NULL, &session) != CLENS_OK) return 6;
  batch.candidates = 4; /* all columns are missing */
  output.values = scores;
  output.capacity = 4;
  before = calls;
  if (clens_session_run(session, &batch, &output) != CLENS_OK) return 7;
  if (calls != before) return 8; /* a run allocates nothing */
  clens_session_release(session);
  clens_inputs_release(inputs);
  clens_model_release(model);
  return 0;
}

int main(int argc, char **argv) {
  long first, kept;
  int status;
  void *volatile own;
  if (argc != 2) return 1;
  status = serve(argv[1]); /* takes what lasts: tables, this thread's heap */
  if (status != 0) return status;
  first = calls, kept = live;
  own = malloc(100);
  if (calls != first + 1) return 10;
  free(own);
  status = serve(argv[1]);
  if (status != 0) return status;
  first = calls - first - 1, kept = live - kept; /* printf allocates */
  printf("%ld calls for one model and session, %ld blocks left\n", first, kept);
  if (first < 20) return 11; /* the library's containers come to the host's malloc */
  return kept == 0 ? 0 : 12;
}
