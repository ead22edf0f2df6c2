/* What a run takes to C in one call. A request's memory is Go's: its larger arrays are arguments of clg_run, which
 * cgo keeps in place for the call, the smaller ones lie copied in one arena. Nothing of it holds a pointer, so nothing
 * points from C to Go or from argument to argument: a "place" says where an array is.
 *   0       absent
 *   odd     argument number place / 2
 *   even    byte of the arena */
#ifndef CLICKLENS_GO_SHIM_H
#define CLICKLENS_GO_SHIM_H

#include <clicklens/clicklens.h>

enum { CLG_SLOTS = 24, CLG_FEW_SLOTS = 6, CLG_MESSAGE = 512 };

typedef enum clg_action {
  CLG_RUN,
  CLG_SALIENCY,
  CLG_SALIENCY_SIZE,
  CLG_MEANS,
  CLG_COVERAGE,
  CLG_FLAT_SIZE,
  CLG_FLAT_WRITE,
  CLG_CACHE_FILL,
  CLG_PROFILE_ADD,
  CLG_PROBE_ROWS_ADD,
  CLG_EXPLAIN,
  CLG_EXPLAIN_SIZE,
  CLG_EXPLAIN_INPUTS
} clg_action;

/* clens_column with places for pointers. */
typedef struct clg_column {
  uint32_t input, kind, value_type, offset_bits;
  uint64_t first, value_count, string_count;
  uint64_t values, value_offsets, row_offsets, weights, validity, value_validity;
} clg_column;

typedef struct clg_capture {
  uint64_t value, data, capacity;
  uint64_t rows;  /* out */
  uint32_t scope; /* out */
  uint32_t reserved;
} clg_capture;

/* clens_attribution_spec, and where its output goes. */
typedef struct clg_attribution {
  uint32_t method, level, target, flags, steps, most_steps, draws, reserved;
  uint64_t task, value, column, layer, baselines, baseline_rows, spreads, spread_count, seed;
  double tolerance, noise;
  uint64_t errors, error_capacity, infos, info_capacity;
} clg_attribution;

typedef struct clg_call {
  uint32_t action, flags, kind, column_count, capture_count;
  uint32_t has_scores; /* saliency: scores are wanted too */
  uint64_t candidates, requests, request_offsets, request_keys, cache_rows;
  uint64_t scores, score_capacity, probe_logits, probe_capacity;
  uint64_t values, value_capacity; /* what SALIENCY, MEANS, COVERAGE, FLAT_WRITE write; offsets of SALIENCY_SIZE */
  uint32_t method, level, target, saliency_flags;
  uint64_t task, value, column, means, mean_count;
  uint32_t has_rows;
  uint64_t labels, clusters, groups, controls, targets, first_row, keep;
  uint64_t fill_rows;          /* CACHE_FILL: rows */
  clg_attribution attribution; /* EXPLAIN, EXPLAIN_SIZE */
  /* out */
  clens_counts counts;
  uint64_t exited, count;
} clg_call;

/* What of a session, or of a cache that is filled, lies in C: room for the structs of one run. */
typedef struct clg_seat {
  clens_session* session;
  const clens_cache* cache; /* of a slot: published with the session, or NULL */
  uint64_t version;         /* of a slot */
  clens_recorder* recorder; /* gets every run, or NULL */
  clens_column* columns;
  clens_capture* captures;
  char message[CLG_MESSAGE]; /* of the last run that failed */
} clg_seat;

clg_seat* clg_seat_create(size_t columns, size_t captures);
void clg_seat_release(clg_seat* seat); /* and its session */

#define CLG_P const uint8_t*
/* object: the clens_cache, clens_profile, clens_probe_rows or clens_explainer of the action. On failure seat->message
 * says why. */
clens_status clg_run(clg_seat* seat, const clens_cache* cache, void* object, clg_call* call, const clg_column* columns,
                     clg_capture* captures, CLG_P arena, CLG_P p0, CLG_P p1, CLG_P p2, CLG_P p3, CLG_P p4, CLG_P p5,
                     CLG_P p6, CLG_P p7, CLG_P p8, CLG_P p9, CLG_P p10, CLG_P p11, CLG_P p12, CLG_P p13, CLG_P p14,
                     CLG_P p15, CLG_P p16, CLG_P p17, CLG_P p18, CLG_P p19, CLG_P p20, CLG_P p21, CLG_P p22, CLG_P p23);
/* The same where few arguments are taken: those of small requests are copied, and passing 24 takes 35 ns more. */
clens_status clg_run_few(clg_seat* seat, const clens_cache* cache, void* object, clg_call* call,
                         const clg_column* columns, clg_capture* captures, CLG_P arena, CLG_P p0, CLG_P p1, CLG_P p2,
                         CLG_P p3, CLG_P p4, CLG_P p5);
/* clens_slot_enter and clens_slot_leave of seat `index`: between them `seat` has the session, cache and version of it.
 */
clens_status clg_enter(clens_slot* slot, size_t index, clg_seat* seat);
void clg_leave(clens_slot* slot, size_t index, clg_seat* seat);
/* Scores of a flat batch. */
clens_status clg_run_flat(clg_seat* seat, const uint8_t* flat, size_t size, uint32_t kind, float* out, size_t capacity);

#endif
