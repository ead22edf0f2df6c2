// Scores, captures, gradients, caches and files of the C runner.
#include <stdio.h>
#include <string.h>

#include "runner.h"

clens_status open_model(const conf_case *c, const char *name, clens_model **out) {
  char path[1024];
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.flags = c->verify ? CLENS_OPEN_VERIFY_SEGMENTS : 0;
  options.limits = c->limits.struct_size != 0 ? &c->limits : NULL;
  snprintf(path, sizeof path, "%s/%s.clens", models_folder, name);
  return clens_model_open(path, &options, out);
}

clens_status make_inputs(const conf_batch *batch, clens_inputs **out) {
  return clens_inputs_create(batch->inputs, batch->batch.column_count, out);
}

clens_session_options session_options(const conf_case *c) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.precision = c->precision;
  options.strands = c->strands;
  options.tile_rows = c->tile_rows;
  options.gradients = c->gradients;
  return options;
}

clens_status begin(const conf_case *c, handles *h, clens_session_options *options) {
  if (h->model == NULL) TRY(open_model(c, c->model, &h->model));
  TRY(make_inputs(c->batch, &h->inputs));
  return clens_session_create(h->model, h->inputs, options, &h->session);
}

clens_status run(const conf_case *c, handles *h, const clens_batch *batch, clens_output *output, result *got) {
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  TRY(clens_model_describe(h->model, &info));
  const size_t wanted = (size_t)batch->candidates * info.outputs;
  output->kind = c->output;
  output->values = room(wanted, sizeof(float));
  output->capacity = c->capacity > 0 ? c->capacity - 1 : wanted;
  got->bytes = (unsigned char *)output->values;
  got->size = wanted * sizeof(float);
  return clens_session_run(h->session, batch, output);
}

// The captures asked for, with room for as many rows as there are candidates.
static clens_status captures_of(const conf_case *c, const handles *h, clens_capture *captures, size_t *widths) {
  for (size_t i = 0; i < c->capture_count; ++i) {
    clens_value_info value = CLENS_VALUE_INFO_INIT;
    TRY(clens_model_find_value(h->model, c->captures[i], &captures[i].value));
    TRY(clens_model_value(h->model, captures[i].value, &value));
    widths[i] = (size_t)value.width;
    captures[i].capacity = (size_t)c->batch->batch.candidates * widths[i];
    captures[i].data = room(captures[i].capacity, sizeof(float));
  }
  return CLENS_OK;
}

clens_status do_score(const conf_case *c, handles *h, result *got) {
  clens_session_options options = session_options(c);
  clens_output output = CLENS_OUTPUT_INIT;
  clens_capture *captures = room(c->capture_count, sizeof *captures);
  size_t *widths = room(c->capture_count, sizeof *widths), *values = room(c->capture_count, sizeof *values);
  TRY(open_model(c, c->model, &h->model));
  TRY(captures_of(c, h, captures, widths));
  for (size_t i = 0; i < c->capture_count; ++i) values[i] = captures[i].value;
  options.captures = values;
  options.capture_count = c->capture_count;
  TRY(begin(c, h, &options));
  output.captures = captures;
  output.capture_count = c->capture_count;
  TRY(run(c, h, &c->batch->batch, &output, got));
  EXPECT(memcmp(&output.counts, &c->counts, sizeof output.counts) == 0, "other counts");
  size_t size = got->size;
  for (size_t i = 0; i < c->capture_count; ++i) size += captures[i].capacity * sizeof(float);
  unsigned char *all = room(size, 1);
  memcpy(all, got->bytes, got->size);
  size = got->size;
  for (size_t i = 0; i < c->capture_count; ++i) {
    const size_t bytes = (size_t)captures[i].rows * widths[i] * sizeof(float);
    memcpy(all + size, captures[i].data, bytes);
    size += bytes;
    EXPECT(captures[i].rows == c->captured[i].rows && widths[i] == c->captured[i].width &&
               (captures[i].scope == CLENS_SCOPE_REQUEST) == (c->captured[i].request != 0),
           "a capture of another shape");
  }
  got->bytes = all;
  got->size = size;
  return CLENS_OK;
}

// Rows that changed lie apart in tables of any size.
clens_status do_delta(const conf_case *c, handles *h, result *got) {
  char path[1024];
  clens_session_options options = session_options(c);
  clens_apply_options apart = CLENS_APPLY_OPTIONS_INIT;
  clens_output output = CLENS_OUTPUT_INIT;
  clens_delta *delta = NULL;
  snprintf(path, sizeof path, "%s/%s.clensd", models_folder, c->delta);
  apart.copied_below = 1;
  TRY(open_model(c, c->model, &h->other));
  TRY(clens_delta_open(path, NULL, &delta));
  const clens_status applied = clens_delta_apply(delta, h->other, &apart, &h->model);
  clens_delta_release(delta);
  TRY(applied);
  TRY(begin(c, h, &options));
  return run(c, h, &c->batch->batch, &output, got);
}

clens_status do_saliency(const conf_case *c, handles *h, result *got) {
  clens_session_options options = session_options(c);
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  const clens_batch *batch = &c->batch->batch;
  TRY(open_model(c, c->model, &h->model));
  spec.method = c->method;
  spec.level = c->level;
  spec.target = c->target;
  spec.flags = c->per_request ? CLENS_SALIENCY_PER_REQUEST : 0;
  spec.task = c->task;
  spec.column = c->column;
  spec.means = c->means;
  spec.mean_count = c->mean_count;
  if (c->value != NULL) {
    TRY(clens_model_find_value(h->model, c->value, &spec.value));
    options.captures = &spec.value;
    options.capture_count = 1;
  }
  TRY(begin(c, h, &options));
  size_t count = 0;
  const size_t ends = (size_t)batch->candidates + 1;
  uint64_t *offsets = room(ends, sizeof *offsets);
  TRY(clens_saliency_size(h->session, batch, &spec, &count, offsets, ends));
  float *values = room(count, sizeof *values);
  TRY(clens_saliency_run(h->session, batch, &spec, values, count, NULL));
  EXPECT(c->offsets == NULL || memcmp(offsets, c->offsets, ends * sizeof *offsets) == 0, "other offsets");
  got->bytes = (unsigned char *)values;
  got->size = count * sizeof *values;
  return CLENS_OK;
}

clens_status do_means(const conf_case *c, handles *h, result *got) {
  clens_session_options options = session_options(c);
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  options.gradients = CLENS_GRADIENTS_FULL;
  TRY(begin(c, h, &options));
  TRY(clens_model_describe(h->model, &info));
  double *sums = room(info.input_width, sizeof *sums);
  uint64_t rows = 0;
  TRY(clens_saliency_means(h->session, &c->batch->batch, sums, info.input_width, &rows));
  EXPECT(rows == c->rows, "another number of rows");
  got->bytes = (unsigned char *)sums;
  got->size = info.input_width * sizeof *sums;
  return CLENS_OK;
}

clens_status do_coverage(const conf_case *c, handles *h, result *got) {
  clens_session_options options = session_options(c);
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  TRY(begin(c, h, &options));
  TRY(clens_model_describe(h->model, &info));
  got->size = (size_t)c->batch->batch.candidates * info.features;
  got->bytes = room(got->size, 1);
  return clens_saliency_coverage(h->session, &c->batch->batch, got->bytes, got->size);
}

clens_status do_cache(const conf_case *c, handles *h, result *got) {
  clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
  clens_cache_info info = CLENS_CACHE_INFO_INIT;
  clens_session_options made = session_options(c);
  clens_output output = CLENS_OUTPUT_INIT;
  options.rows = c->cache_rows;
  options.storage = c->storage;
  options.precision = c->precision;
  TRY(open_model(c, c->model, &h->model));
  if (c->cache_model != NULL) TRY(open_model(c, c->cache_model, &h->other));
  TRY(make_inputs(c->ads, &h->ad_inputs));
  TRY(clens_cache_create(h->other != NULL ? h->other : h->model, h->ad_inputs, &options, &h->cache));
  TRY(clens_cache_fill(h->cache, &c->ads->batch, NULL, NULL));
  TRY(clens_cache_describe(h->cache, &info));
  EXPECT(info.filled == c->filled, "another number of rows filled");
  made.cache = 1;
  TRY(begin(c, h, &made));
  clens_batch batch = c->batch->batch;
  batch.cache = h->cache;
  return run(c, h, &batch, &output, got);
}
