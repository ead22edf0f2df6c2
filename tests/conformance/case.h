// A case of cases.json as C data: what cases_header.py writes and runner*.c read. Members that a case lacks are zero.
#ifndef CLICKLENS_CONFORMANCE_CASE_H
#define CLICKLENS_CONFORMANCE_CASE_H

#include <clicklens/clicklens.h>

typedef struct conf_batch {
  clens_batch batch;
  const clens_input_spec* inputs;  // one per column
} conf_batch;

typedef struct conf_part {  // of a profile
  const conf_batch* batch;
  const uint8_t* labels;
  uint64_t first_row;
} conf_part;

typedef struct conf_capture {
  uint64_t width, rows;
  uint32_t request;  // scope
} conf_capture;

typedef struct conf_constant {
  const char* name;
  int64_t expected, own;
} conf_constant;

typedef struct conf_names {
  uint32_t status;
  const char* name;
} conf_names;

typedef struct conf_case {
  const char *name, *verb;
  const char* model;
  const conf_batch* batch;
  uint32_t output, precision, strands, tile_rows, gradients;
  const char* const* captures;
  size_t capture_count;
  size_t capacity;  // plus 1; 0: as much as is wanted

  uint32_t method, level, target, per_request;
  size_t task, column;
  const char *value, *layer;
  const float *means, *baselines, *spreads;
  size_t mean_count, baseline_rows, spread_count;
  uint32_t steps, draws;
  uint64_t seed;

  const uint8_t* labels;
  uint32_t probe;
  float bound;
  uint32_t sections, merge;
  const conf_part* parts;
  size_t part_count;
  const conf_batch* ads;
  uint64_t cache_rows;
  uint32_t storage;
  const char *cache_model, *delta;

  uint32_t verify;
  clens_limits limits;
  const clens_input_spec* inputs;
  size_t input_count;
  const conf_constant* constants;
  size_t constant_count;
  const conf_names* names;
  size_t name_count;

  // What is expected: a status and what its message names, or the hashed bytes and what goes with them.
  clens_status status;
  const char* contains;
  const void* bytes;  // NULL: only their hash is known
  size_t size;
  uint64_t hash;
  clens_counts counts;
  const conf_capture* captured;
  const uint64_t* offsets;
  const char* const* probe_names;
  const uint64_t *probe_widths, *auc;  // bits of doubles
  size_t probe_count;
  uint64_t rows, exited, filled;
  const char* model_name;
  size_t counted[6];  // features, groups, tables, nodes, outputs, layers
} conf_case;

#endif  // CLICKLENS_CONFORMANCE_CASE_H
