// Attributions, probes, profiles, files and enums of the C runner.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

clens_status do_attribution(const conf_case *c, handles *h, result *got) {
  clens_explainer_options options = CLENS_EXPLAINER_OPTIONS_INIT;
  clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
  clens_attribution out = CLENS_ATTRIBUTION_INIT;
  size_t layers[2], count = 0;
  TRY(open_model(c, c->model, &h->model));
  if (c->layer != NULL) TRY(clens_model_find_value(h->model, c->layer, &spec.layer));
  if (c->value != NULL) TRY(clens_model_find_value(h->model, c->value, &spec.value));
  if (c->layer != NULL) layers[options.layer_count++] = spec.layer;
  if (c->value != NULL) layers[options.layer_count++] = spec.value;
  options.layers = layers;
  spec.method = c->method;
  spec.level = c->level;
  spec.target = c->target;
  spec.task = c->task;
  spec.column = c->column;
  spec.baselines = c->baselines;
  spec.baseline_rows = c->baseline_rows;
  spec.spreads = c->spreads;
  spec.spread_count = c->spread_count;
  spec.steps = c->steps;
  spec.draws = c->draws;
  spec.seed = c->seed;
  TRY(make_inputs(c->batch, &h->inputs));
  TRY(clens_explainer_create(h->model, h->inputs, &options, &h->explainer));
  TRY(clens_explainer_size(h->explainer, &spec, c->batch->batch.candidates, &count));
  out.values = room(count, sizeof(float));
  out.capacity = count;
  got->bytes = (unsigned char *)out.values;
  got->size = count * sizeof(float);
  return clens_explainer_run(h->explainer, &c->batch->batch, &spec, &out);
}

// AUC of each probe, by rows of the batch.
static clens_status evaluate(const conf_case *c, handles *h, result *got) {
  const size_t count = clens_probe_count(h->probe);
  size_t *values = room(count, sizeof *values);
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  clens_probe_rows_options kept = CLENS_PROBE_ROWS_OPTIONS_INIT;
  clens_rows rows = CLENS_ROWS_INIT;
  for (size_t i = 0; i < count; ++i) {
    clens_probe_info info = CLENS_PROBE_INFO_INIT;
    TRY(clens_probe_describe(h->probe, i, &info));
    values[i] = info.value;
    EXPECT(i < c->probe_count && strcmp(info.name, c->probe_names[i]) == 0 && info.width == c->probe_widths[i],
           "other probes");
  }
  kept.values = values;
  kept.value_count = count;
  TRY(clens_probe_rows_create(h->model, &kept, &h->rows));
  clens_session_release(h->session);
  h->session = NULL;
  options.observed = values;
  options.observed_count = count;
  TRY(clens_session_create(h->model, h->inputs, &options, &h->session));
  rows.labels = c->labels;
  TRY(clens_probe_rows_add(h->rows, h->session, &c->batch->batch, &rows, NULL));
  for (size_t i = 0; i < count; ++i) {
    clens_metrics_result figures = CLENS_METRICS_RESULT_INIT;
    double r2 = 0;
    TRY(clens_probe_evaluate(h->probe, i, h->rows, NULL, &figures, &r2));
    EXPECT(i < c->probe_count && memcmp(&figures.auc, &c->auc[i], sizeof figures.auc) == 0, "another AUC");
  }
  return CLENS_OK;
}

clens_status do_probe(const conf_case *c, handles *h, result *got) {
  clens_output output = CLENS_OUTPUT_INIT;
  TRY(open_model(c, c->model, &h->model));
  TRY(clens_model_probe(h->model, &h->probe));
  clens_session_options options = session_options(c);
  options.probe = h->probe;
  TRY(begin(c, h, &options));
  output.probe_capacity = (size_t)c->batch->batch.candidates * clens_probe_count(h->probe);
  output.probe_logits = room(output.probe_capacity, sizeof(float));
  TRY(run(c, h, &c->batch->batch, &output, got));
  got->bytes = (unsigned char *)output.probe_logits;
  got->size = output.probe_capacity * sizeof(float);
  return evaluate(c, h, got);
}

clens_status do_exit(const conf_case *c, handles *h, result *got) {
  clens_output output = CLENS_OUTPUT_INIT;
  TRY(open_model(c, c->model, &h->model));
  TRY(clens_model_probe(h->model, &h->probe));
  clens_session_options options = session_options(c);
  options.probe = h->probe;
  options.exit_probe = c->probe + 1;
  options.exit_bound = c->bound;
  TRY(begin(c, h, &options));
  TRY(run(c, h, &c->batch->batch, &output, got));
  EXPECT(output.exited == c->exited, "another number of early exits");
  return CLENS_OK;
}

// One part of the profile, by a session for its own batch.
static clens_status add_part(const conf_part *part, const clens_session_options *options, handles *h, clens_profile *to) {
  clens_rows rows = CLENS_ROWS_INIT;
  clens_session_release(h->session);
  clens_inputs_release(h->inputs);
  h->session = NULL;
  h->inputs = NULL;
  TRY(make_inputs(part->batch, &h->inputs));
  TRY(clens_session_create(h->model, h->inputs, options, &h->session));
  rows.labels = part->labels;
  rows.first_row = part->first_row;
  return clens_profile_add(to, h->session, &part->batch->batch, &rows);
}

clens_status do_profile(const conf_case *c, handles *h, result *got) {
  clens_profile_options options = CLENS_PROFILE_OPTIONS_INIT;
  clens_session_options made = CLENS_SESSION_OPTIONS_INIT;
  clens_profile_info info = CLENS_PROFILE_INFO_INIT;
  size_t values[64], count = 0;
  const size_t last = c->merge ? c->part_count - 1 : 0;
  TRY(open_model(c, c->model, &h->model));
  options.sections = c->sections;
  options.means = c->means;
  options.mean_count = c->mean_count;
  TRY(clens_profile_values(h->model, &options, values, sizeof values / sizeof *values, &count));
  made.observed = values;
  made.observed_count = count;
  made.gradients = (c->sections & CLENS_PROFILE_SALIENCY) != 0 ? CLENS_GRADIENTS_FULL : CLENS_GRADIENTS_NONE;
  for (size_t i = 0; i <= last; ++i) TRY(clens_profile_create(h->model, &options, &h->profiles[i]));
  for (size_t i = 0; i < c->part_count; ++i) TRY(add_part(&c->parts[i], &made, h, h->profiles[c->merge ? i : 0]));
  for (size_t i = last; i > 0; --i) TRY(clens_profile_merge(h->profiles[last], h->profiles[i - 1]));
  TRY(clens_profile_describe(h->profiles[last], &info));
  EXPECT(info.rows == c->rows, "another number of rows");
  TRY(clens_profile_size(h->profiles[last], &got->size));
  got->bytes = room(got->size, 1);
  return clens_profile_save(h->profiles[last], got->bytes, got->size);
}

clens_status do_open(const conf_case *c, handles *h, result *got) {
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  TRY(open_model(c, c->model, &h->model));
  TRY(clens_model_describe(h->model, &info));
  const size_t counted[6] = {info.features, info.groups, info.tables, info.nodes, info.outputs, info.layers};
  EXPECT(memcmp(counted, c->counted, sizeof counted) == 0 && strcmp(info.name, c->model_name) == 0, "another description");
  uint64_t *id = room(2, sizeof *id);
  id[0] = info.id_low;
  id[1] = info.id_high;
  got->bytes = (unsigned char *)id;
  got->size = 2 * sizeof *id;
  return CLENS_OK;
}

static void nothing(result *got) {
  got->size = sizeof(uint64_t);
  got->bytes = room(1, got->size);
}

clens_status do_self_test(const conf_case *c, handles *h, result *got) {
  nothing(got);
  TRY(open_model(c, c->model, &h->model));
  return clens_model_self_test(h->model);
}

clens_status do_session(const conf_case *c, handles *h, result *got) {
  clens_session_options options = session_options(c);
  nothing(got);
  TRY(open_model(c, c->model, &h->model));
  TRY(clens_inputs_create(c->inputs, c->input_count, &h->inputs));
  return clens_session_create(h->model, h->inputs, &options, &h->session);
}

clens_status do_enum(const conf_case *c, handles *h, result *got) {
  (void)h;
  int64_t *values = room(c->constant_count, sizeof *values);
  for (size_t i = 0; i < c->constant_count; ++i) {
    values[i] = c->constants[i].own;
    EXPECT(values[i] == c->constants[i].expected, c->constants[i].name);
  }
  got->bytes = (unsigned char *)values;
  got->size = c->constant_count * sizeof *values;
  return CLENS_OK;
}

clens_status do_status_name(const conf_case *c, handles *h, result *got) {
  (void)h;
  nothing(got);
  for (size_t i = 0; i < c->name_count; ++i)
    EXPECT(strcmp(clens_status_name((clens_status)c->names[i].status), c->names[i].name) == 0, c->names[i].name);
  return CLENS_OK;
}
