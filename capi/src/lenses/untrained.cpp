// Models of the same graph with other weights.
#include "lens/untrained.h"

#include "guard.h"
#include "handles.h"

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_model_untrained(const clens_model* model, uint64_t seed, clens_model** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    return clicklens::capi::hand_out_model(clicklens::lens::untrained(*model->model, seed), out);
  });
}

clens_status clens_model_randomised(const clens_model* model, uint64_t seed, size_t layers, clens_model** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    return clicklens::capi::hand_out_model(clicklens::lens::randomised(*model->model, seed, layers), out);
  });
}
