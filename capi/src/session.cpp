#include "exec/session.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "batch.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_exit(const clens_session_options& known, exec::SessionOptions& options) {
  if (known.exit_probe == 0) return {};
  if (known.exit_probe > options.probes.size())
    return Status::error(Code::invalid_argument, "options.exit_probe: %u, options.probe has %zu", known.exit_probe,
                         options.probes.size());
  options.exit = exec::ExitRule{known.exit_probe - 1, known.exit_bound};
  return {};
}

Status read_options(const clens_session_options& known, const exec::Model& model, exec::SessionOptions& options) {
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  if (known.strands != 0) options.strands = known.strands;
  options.tile_rows = known.tile_rows;
  if (known.gradients > CLENS_GRADIENTS_GROUPS)
    return Status::error(Code::invalid_argument, "options.gradients: %u is no clens_gradients", known.gradients);
  options.gradients = known.gradients != CLENS_GRADIENTS_NONE;
  options.group_gradients = known.gradients == CLENS_GRADIENTS_GROUPS;
  options.cache = known.cache != 0;
  options.parallel_for = known.parallel_for;
  options.host = known.parallel_host;
  CLENS_TRY(read_values(known.captures, known.capture_count, "options.captures", options.captures));
  CLENS_TRY(read_values(known.observed, known.observed_count, "options.observed", options.observed));
  CLENS_TRY(read_precision(known.precision, {known.full_precision, known.full_precision_count}, model,
                           options.precision, options.full_precision));
  CLENS_TRY(read_lenses(known, model, options));
  return read_exit(known, options);
}

// A run asks for scores, for captures, for probes' logits or for several of them. An empty array may have no address.
Status check_wanted(const exec::Batch& batch, const exec::Output& output) noexcept {
  if (batch.candidates == 0 || !output.captures.empty() || output.probe_logits != nullptr) return {};
  return require(output.values, "output.values");
}

}  // namespace

Status read_values(const std::size_t* given, std::size_t count, const char* argument,
                   std::vector<std::uint32_t>& values) {
  if (count == 0) return {};
  CLENS_TRY(require(given, argument));
  for (std::size_t i = 0; i < count; ++i) {
    if (given[i] >= format::no_index)
      return Status::error(Code::invalid_argument, "%s[%zu]: no value %zu", argument, i, given[i]);
    values.push_back(static_cast<std::uint32_t>(given[i]));
  }
  return {};
}

Status run(clens_session& session, const exec::Batch& batch, const std::uint64_t* request_keys,
           exec::Output& output) noexcept {
  return session.watch == nullptr ? session.session->run(batch, output)
                                  : session.watch->run(batch, request_keys, output);
}

std::vector<std::uint32_t> features_by_input(const exec::Model& model, const exec::Inputs& inputs) {
  const auto& features = model.desc().features;
  std::vector<std::uint32_t> feature_of(inputs.specs().size(), format::no_index);
  for (std::uint32_t f = 0; f < features.size(); ++f) {
    const std::uint32_t input = inputs.find(features[f].name);
    if (input != format::no_index) feature_of[input] = f;
  }
  return feature_of;
}

base::Result<std::unique_ptr<clens_session>> make_session(std::shared_ptr<const exec::Model> model,
                                                          const exec::Inputs& inputs,
                                                          const exec::SessionOptions& options) {
  auto handle = std::make_unique<clens_session>();
  handle->capture_room.resize(options.captures.size());
  handle->precision = static_cast<std::uint32_t>(options.precision);
  handle->own_ways = options.exit.has_value() || !options.full_precision.empty();
  handle->feature_of = features_by_input(*model, inputs);
  auto made = exec::Session::create(std::move(model), inputs, options);
  if (!made.ok()) return made.status();
  handle->session = std::move(*made);
  return handle;
}

base::Result<std::unique_ptr<clens_session>> create_session(const std::shared_ptr<const exec::Model>& model,
                                                            const exec::Inputs& inputs,
                                                            const clens_session_options* options) {
  clens_session_options known = CLENS_SESSION_OPTIONS_INIT;
  CLENS_TRY(read_sized(options, "options", known));
  exec::SessionOptions wanted;
  CLENS_TRY(read_options(known, *model, wanted));
  auto made = make_session(model, inputs, wanted);
  if (!made.ok()) return made.status();
  auto watch = make_watch(known, model, *(*made)->session);
  if (!watch.ok()) return watch.status();
  (*made)->watch = std::move(*watch);
  return made;
}

}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_session_create(const clens_model* model, const clens_inputs* inputs,
                                  const clens_session_options* options, clens_session** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(inputs, "inputs"));
    CLENS_TRY(require(out, "out"));
    auto made = clicklens::capi::create_session(model->model, inputs->inputs, options);
    if (!made.ok()) return made.status();
    *out = made->release();
    return {};
  });
}

void clens_session_release(clens_session* session) {
  delete session;
}

size_t clens_session_error(const clens_session* session, char* buffer, size_t capacity) {
  return session == nullptr ? 0 : session->message.copy(buffer, capacity);
}

uint64_t clens_session_bytes(const clens_session* session) {
  return session == nullptr ? 0 : session->session->block_bytes();
}

clens_status clens_session_run(clens_session* session, const clens_batch* batch, clens_output* output) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(output, "output"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    clicklens::capi::OutputView view;
    clicklens::exec::Output wanted;
    CLENS_TRY(view.read(*session, output, wanted));
    CLENS_TRY(clicklens::capi::check_wanted(known, wanted));
    CLENS_TRY(clicklens::capi::run(*session, known, batch->request_keys, wanted));
    view.write(*session, known, wanted);
    return {};
  });
}
