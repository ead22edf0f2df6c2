// Fitting probes and what they are.
#include "probe.h"

#include <algorithm>

#include "guard.h"
#include "lens/probe_file.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_options(const clens_probe_options* given, lens::ProbeOptions& options) noexcept {
  clens_probe_options known = CLENS_PROBE_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  if (known.target > CLENS_PROBE_NUMBER)
    return Status::error(Code::invalid_argument, "options.target: %u is no clens_probe_target", known.target);
  options.target = static_cast<lens::ProbeTarget>(known.target);
  options.lambda = known.lambda;
  if (known.negative_rate != 0) options.negative_rate = known.negative_rate;
  if (known.tolerance != 0) options.tolerance = known.tolerance;
  return {};
}

Status hand_out(base::Result<lens::Probe> made, clens_probe** out) {
  if (!made.ok()) return made.status();
  *out = std::make_unique<clens_probe>(std::move(*made)).release();
  return {};
}

// The probe of a handle by its index.
Status find(const clens_probe* probe, std::size_t index, const format::ProbeDesc*& found) noexcept {
  CLENS_TRY(require(probe, "probe"));
  const auto list = probe->probe.list();
  if (index >= list.size())
    return Status::error(Code::invalid_argument, "index: %zu, there are %zu probes", index, list.size());
  found = &list[index];
  return {};
}

clens_probe_info to_c(const format::ProbeDesc& from) noexcept {
  clens_probe_info to = CLENS_PROBE_INFO_INIT;
  to.name = from.name.c_str();
  to.value = from.value;
  to.width = from.mean.size();
  to.rows = from.rows;
  to.clicks = from.clicks;
  to.target = static_cast<std::uint32_t>(from.target);
  to.converged = from.converged ? 1 : 0;
  to.iterations = from.iterations;
  to.lambda = from.lambda;
  to.objective = from.objective;
  to.gradient = from.gradient;
  to.intercept = from.intercept;
  return to;
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_probe_fit(const clens_probe_rows* fit, const clens_probe_rows* validation,
                             const clens_probe_options* options, clens_probe** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(fit, "fit"));
    CLENS_TRY(require(out, "out"));
    clicklens::lens::ProbeOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    const auto* other = validation == nullptr ? nullptr : &validation->rows;
    return clicklens::capi::hand_out(clicklens::lens::Probe::fit(fit->rows, other, known), out);
  });
}

void clens_probe_retain(clens_probe* probe) {
  if (probe != nullptr) probe->references.fetch_add(1, std::memory_order_relaxed);
}

void clens_probe_release(clens_probe* probe) {
  if (probe != nullptr && probe->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete probe;
}

size_t clens_probe_count(const clens_probe* probe) {
  return probe == nullptr ? 0 : probe->probe.list().size();
}

clens_status clens_probe_describe(const clens_probe* probe, size_t index, clens_probe_info* info) {
  return guard([&]() -> Status {
    const clicklens::format::ProbeDesc* found = nullptr;
    CLENS_TRY(clicklens::capi::find(probe, index, found));
    CLENS_TRY(require(info, "info"));
    return clicklens::capi::write_sized(clicklens::capi::to_c(*found), "info", info);
  });
}

clens_status clens_probe_coefficients(const clens_probe* probe, size_t index, double* mean, double* sd,
                                      double* coefficients, size_t capacity) {
  return guard([&]() -> Status {
    const clicklens::format::ProbeDesc* found = nullptr;
    CLENS_TRY(clicklens::capi::find(probe, index, found));
    if (capacity < found->mean.size())
      return Status::error(Code::buffer_too_small, "capacity: %zu, the value has %zu columns", capacity,
                           found->mean.size());
    if (mean != nullptr) std::ranges::copy(found->mean, mean);
    if (sd != nullptr) std::ranges::copy(found->sd, sd);
    if (coefficients != nullptr) std::ranges::copy(found->coefficients, coefficients);
    return {};
  });
}

clens_status clens_probe_save(const clens_probe* probe, const char* path) {
  return guard([&]() -> Status {
    CLENS_TRY(require(probe, "probe"));
    CLENS_TRY(require(path, "path"));
    return clicklens::lens::save_probe(probe->probe, path);
  });
}

clens_status clens_probe_open(const char* path, const clens_model* model, clens_probe** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(path, "path"));
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    return clicklens::capi::hand_out(clicklens::lens::open_probe(path, *model->model), out);
  });
}

clens_status clens_probe_attach(const clens_probe* probe, const char* model_path, const char* out_path) {
  return guard([&]() -> Status {
    CLENS_TRY(require(probe, "probe"));
    CLENS_TRY(require(model_path, "model_path"));
    CLENS_TRY(require(out_path, "out_path"));
    return clicklens::lens::attach_probe(probe->probe, model_path, out_path);
  });
}

clens_status clens_model_probe(const clens_model* model, clens_probe** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    return clicklens::capi::hand_out(clicklens::lens::attached_probe(*model->model), out);
  });
}
