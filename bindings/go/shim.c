#include "shim.h"

#include <stdlib.h>
#include <string.h>

clg_seat* clg_seat_create(size_t columns, size_t captures) {
  clg_seat* seat = calloc(1, sizeof *seat);
  if (seat == NULL) return NULL;
  seat->columns = calloc(columns + 1, sizeof *seat->columns);
  seat->captures = calloc(captures + 1, sizeof *seat->captures);
  if (seat->columns != NULL && seat->captures != NULL) return seat;
  clg_seat_release(seat);
  return NULL;
}

void clg_seat_release(clg_seat* seat) {
  if (seat == NULL) return;
  clens_session_release(seat->session);
  free(seat->columns);
  free(seat->captures);
  free(seat);
}

typedef struct places {
  const uint8_t* arena;
  const uint8_t* const* slots;
} places;

static void* at(const places* from, uint64_t place) {
  if (place == 0) return NULL;
  return (void*)((place & 1) != 0 ? from->slots[place >> 1] : from->arena + place);
}

/* Values alone, one an entry: the usual column. */
static int plain(const clg_column* g) {
  return (g->first | g->string_count | g->value_offsets | g->row_offsets | g->weights | g->validity |
          g->value_validity) == 0;
}

/* The room is kept zero but for what plain columns set: 100 bytes a column are not written twice a run. */
static void read_columns(const clg_call* call, const clg_column* given, const places* from, clens_column* out) {
  uint32_t i;
  for (i = 0; i < call->column_count; ++i) {
    const clg_column* g = &given[i];
    clens_column* c = &out[i];
    c->input = g->input;
    c->kind = g->kind;
    c->value_type = g->value_type;
    c->values = at(from, g->values);
    c->value_count = g->value_count;
    if (plain(g)) continue;
    c->offset_bits = g->offset_bits;
    c->first = g->first;
    c->value_offsets = at(from, g->value_offsets);
    c->string_count = g->string_count;
    c->row_offsets = at(from, g->row_offsets);
    c->weights = at(from, g->weights);
    c->validity = at(from, g->validity);
    c->value_validity = at(from, g->value_validity);
  }
}

/* Go's pointers end with the call. */
static void forget_columns(const clg_call* call, const clg_column* given, clens_column* out) {
  uint32_t i;
  for (i = 0; i < call->column_count; ++i) {
    out[i].values = NULL;
    if (!plain(&given[i])) memset(&out[i], 0, sizeof out[i]);
  }
}

static clens_batch read_batch(const clg_call* call, const places* from, const clg_seat* seat,
                              const clens_cache* cache) {
  clens_batch batch = CLENS_BATCH_INIT;
  batch.candidates = call->candidates;
  batch.requests = call->requests;
  batch.request_offsets = at(from, call->request_offsets);
  batch.columns = seat->columns;
  batch.column_count = call->column_count;
  batch.flags = call->flags;
  batch.request_keys = at(from, call->request_keys);
  batch.cache = cache;
  batch.cache_rows = at(from, call->cache_rows);
  return batch;
}

static clens_output read_output(const clg_call* call, const clg_capture* given, const places* from,
                                const clg_seat* seat) {
  clens_output output = CLENS_OUTPUT_INIT;
  uint32_t i;
  output.kind = call->kind;
  output.values = at(from, call->scores);
  output.capacity = call->score_capacity;
  output.probe_logits = at(from, call->probe_logits);
  output.probe_capacity = call->probe_capacity;
  for (i = 0; i < call->capture_count; ++i) {
    clens_capture* c = &seat->captures[i];
    memset(c, 0, sizeof *c);
    c->value = given[i].value;
    c->data = at(from, given[i].data);
    c->capacity = given[i].capacity;
  }
  output.captures = call->capture_count > 0 ? seat->captures : NULL;
  output.capture_count = call->capture_count;
  return output;
}

static clens_saliency_spec read_spec(const clg_call* call, const places* from) {
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = call->method;
  spec.level = call->level;
  spec.target = call->target;
  spec.flags = call->saliency_flags;
  spec.task = call->task;
  spec.value = call->value;
  spec.column = call->column;
  spec.means = at(from, call->means);
  spec.mean_count = call->mean_count;
  return spec;
}

static clens_rows read_rows(const clg_call* call, const places* from) {
  clens_rows rows = CLENS_ROWS_INIT;
  rows.labels = at(from, call->labels);
  rows.clusters = at(from, call->clusters);
  rows.groups = at(from, call->groups);
  rows.controls = at(from, call->controls);
  rows.targets = at(from, call->targets);
  rows.first_row = call->first_row;
  return rows;
}

static clens_attribution_spec read_attribution(const clg_attribution* given, const places* from) {
  clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
  spec.method = given->method;
  spec.level = given->level;
  spec.target = given->target;
  spec.flags = given->flags;
  spec.task = given->task;
  spec.value = given->value;
  spec.column = given->column;
  spec.layer = given->layer;
  spec.baselines = at(from, given->baselines);
  spec.baseline_rows = given->baseline_rows;
  spec.spreads = at(from, given->spreads);
  spec.spread_count = given->spread_count;
  spec.steps = given->steps;
  spec.most_steps = given->most_steps;
  spec.tolerance = given->tolerance;
  spec.draws = given->draws;
  spec.seed = given->seed;
  spec.noise = given->noise;
  return spec;
}

static clens_status explain(clens_explainer* explainer, clg_call* call, const places* from, const clens_batch* batch,
                            clens_output* output) {
  const clens_attribution_spec spec = read_attribution(&call->attribution, from);
  clens_attribution out = CLENS_ATTRIBUTION_INIT;
  clens_status status;
  out.values = at(from, call->values);
  out.capacity = call->value_capacity;
  out.errors = at(from, call->attribution.errors);
  out.error_capacity = call->attribution.error_capacity;
  out.infos = at(from, call->attribution.infos);
  out.info_capacity = call->attribution.info_capacity;
  status = clens_explainer_run(explainer, batch, &spec, &out);
  output->counts = out.counts;
  return status;
}

static clens_status act(clg_seat* seat, void* object, clg_call* call, const places* from, const clens_batch* batch,
                        clens_output* output) {
  clens_saliency_spec spec;
  clens_rows known;
  const clens_rows* rows;
  void* values;
  size_t count = 0;
  clens_status status = CLENS_E_INTERNAL;
  if (call->action == CLG_RUN) return clens_session_run(seat->session, batch, output);
  spec = read_spec(call, from);
  known = read_rows(call, from);
  rows = call->has_rows != 0 ? &known : NULL;
  values = at(from, call->values);
  switch (call->action) {
    case CLG_SALIENCY:
      status = clens_saliency_run(seat->session, batch, &spec, values, call->value_capacity,
                                  call->has_scores != 0 ? output : NULL);
      break;
    case CLG_SALIENCY_SIZE:
      status = clens_saliency_size(seat->session, batch, &spec, &count, values, call->value_capacity);
      break;
    case CLG_MEANS:
      return clens_saliency_means(seat->session, batch, values, call->value_capacity, &call->count);
    case CLG_COVERAGE:
      status = clens_saliency_coverage(seat->session, batch, values, call->value_capacity);
      break;
    case CLG_FLAT_SIZE:
      status = clens_flat_size(seat->session, batch, &count);
      break;
    case CLG_FLAT_WRITE:
      status = clens_flat_write(seat->session, batch, values, call->value_capacity);
      break;
    case CLG_CACHE_FILL:
      status = clens_cache_fill(object, batch, at(from, call->fill_rows), &output->counts);
      break;
    case CLG_PROFILE_ADD:
      status = clens_profile_add(object, seat->session, batch, rows);
      break;
    case CLG_PROBE_ROWS_ADD:
      status = clens_probe_rows_add(object, seat->session, batch, rows, at(from, call->keep));
      break;
    case CLG_EXPLAIN:
      status = explain(object, call, from, batch, output);
      break;
    case CLG_EXPLAIN_SIZE: {
      const clens_attribution_spec wanted = read_attribution(&call->attribution, from);
      status = clens_explainer_size(object, &wanted, call->candidates, &count);
      break;
    }
    case CLG_EXPLAIN_INPUTS:
      status = clens_explainer_inputs(object, batch, values, call->value_capacity);
      break;
    default:
      break;
  }
  call->count = count;
  return status;
}

static clens_status run(clg_seat* seat, const clens_cache* cache, void* object, clg_call* call,
                        const clg_column* columns, clg_capture* captures, const places* from) {
  clens_batch batch;
  clens_output output;
  clens_status status;
  uint32_t i;
  read_columns(call, columns, from, seat->columns);
  batch = read_batch(call, from, seat, cache);
  output = read_output(call, captures, from, seat);
  status = act(seat, object, call, from, &batch, &output);
  if (status == CLENS_OK && call->action == CLG_RUN && seat->recorder != NULL)
    status = clens_recorder_record(seat->recorder, seat->session, &batch, &output);
  if (status != CLENS_OK) clens_last_error(seat->message, sizeof seat->message);
  call->counts = output.counts;
  call->exited = output.exited;
  for (i = 0; i < call->capture_count; ++i) {
    captures[i].rows = seat->captures[i].rows;
    captures[i].scope = seat->captures[i].scope;
    seat->captures[i].data = NULL;
  }
  forget_columns(call, columns, seat->columns);
  return status;
}

clens_status clg_run(clg_seat* seat, const clens_cache* cache, void* object, clg_call* call, const clg_column* columns,
                     clg_capture* captures, CLG_P arena, CLG_P p0, CLG_P p1, CLG_P p2, CLG_P p3, CLG_P p4, CLG_P p5,
                     CLG_P p6, CLG_P p7, CLG_P p8, CLG_P p9, CLG_P p10, CLG_P p11, CLG_P p12, CLG_P p13, CLG_P p14,
                     CLG_P p15, CLG_P p16, CLG_P p17, CLG_P p18, CLG_P p19, CLG_P p20, CLG_P p21, CLG_P p22,
                     CLG_P p23) {
  const uint8_t* const slots[CLG_SLOTS] = {p0,  p1,  p2,  p3,  p4,  p5,  p6,  p7,  p8,  p9,  p10, p11,
                                           p12, p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23};
  const places from = {arena, slots};
  return run(seat, cache, object, call, columns, captures, &from);
}

clens_status clg_run_few(clg_seat* seat, const clens_cache* cache, void* object, clg_call* call,
                         const clg_column* columns, clg_capture* captures, CLG_P arena, CLG_P p0, CLG_P p1, CLG_P p2,
                         CLG_P p3, CLG_P p4, CLG_P p5) {
  const uint8_t* const slots[CLG_FEW_SLOTS] = {p0, p1, p2, p3, p4, p5};
  const places from = {arena, slots};
  return run(seat, cache, object, call, columns, captures, &from);
}

clens_status clg_run_flat(clg_seat* seat, const uint8_t* flat, size_t size, uint32_t kind, float* out,
                          size_t capacity) {
  const clens_status status = clens_session_run_flat(seat->session, flat, size, kind, out, capacity);
  if (status != CLENS_OK) clens_last_error(seat->message, sizeof seat->message);
  return status;
}

clens_status clg_enter(clens_slot* slot, size_t index, clg_seat* seat) {
  clens_seat now = CLENS_SEAT_INIT;
  const clens_status status = clens_slot_enter(slot, index, &now);
  if (status != CLENS_OK) clens_last_error(seat->message, sizeof seat->message);
  seat->session = now.session;
  seat->cache = now.cache;
  seat->version = now.version;
  return status;
}

void clg_leave(clens_slot* slot, size_t index, clg_seat* seat) {
  seat->session = NULL;
  seat->cache = NULL;
  clens_slot_leave(slot, index);
}
