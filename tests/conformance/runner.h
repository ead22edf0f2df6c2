// What the files of the C runner share. A verb makes its calls and leaves what it got in a `result`.
#ifndef CLICKLENS_CONFORMANCE_RUNNER_H
#define CLICKLENS_CONFORMANCE_RUNNER_H

#include "case.h"

typedef struct result {
  unsigned char* bytes;  // hashed; malloc'ed, or NULL
  size_t size;
  const char* wrong;  // what else is not as expected; NULL: nothing
} result;

// A piece of the case's memory, zeroed, one byte at least; all are given back after the case.
void* room(size_t count, size_t size);
// Returns from the verb that calls it, with the status.
#define TRY(call)                          \
  do {                                     \
    const clens_status tried_ = (call);    \
    if (tried_ != CLENS_OK) return tried_; \
  } while (0)
#define EXPECT(truth, what)            \
  do {                                 \
    if (!(truth)) got->wrong = (what); \
  } while (0)

// Handles of a case; all are released after it.
typedef struct handles {
  clens_model *model, *other;
  clens_inputs *inputs, *ad_inputs;
  clens_session* session;
  clens_probe* probe;
  clens_probe_rows* rows;
  clens_explainer* explainer;
  clens_cache* cache;
  clens_profile* profiles[8];
} handles;

typedef clens_status (*verb)(const conf_case* c, handles* h, result* got);
extern const char* models_folder;

clens_status open_model(const conf_case* c, const char* name, clens_model** out);
clens_status make_inputs(const conf_batch* batch, clens_inputs** out);
clens_session_options session_options(const conf_case* c);
// Model, inputs of the case's batch, and a session.
clens_status begin(const conf_case* c, handles* h, clens_session_options* options);
// Runs with room for scores as the case has it; *scores: those that were asked for.
clens_status run(const conf_case* c, handles* h, const clens_batch* batch, clens_output* output, result* got);

clens_status do_score(const conf_case* c, handles* h, result* got);
clens_status do_saliency(const conf_case* c, handles* h, result* got);
clens_status do_means(const conf_case* c, handles* h, result* got);
clens_status do_coverage(const conf_case* c, handles* h, result* got);
clens_status do_attribution(const conf_case* c, handles* h, result* got);
clens_status do_probe(const conf_case* c, handles* h, result* got);
clens_status do_delta(const conf_case* c, handles* h, result* got);
clens_status do_exit(const conf_case* c, handles* h, result* got);
clens_status do_profile(const conf_case* c, handles* h, result* got);
clens_status do_cache(const conf_case* c, handles* h, result* got);
clens_status do_open(const conf_case* c, handles* h, result* got);
clens_status do_self_test(const conf_case* c, handles* h, result* got);
clens_status do_session(const conf_case* c, handles* h, result* got);
clens_status do_enum(const conf_case* c, handles* h, result* got);
clens_status do_status_name(const conf_case* c, handles* h, result* got);

#endif  // CLICKLENS_CONFORMANCE_RUNNER_H
