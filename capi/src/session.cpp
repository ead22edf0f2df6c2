#include "exec/session.h"

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

Status read_options(const clens_session_options* given, exec::SessionOptions& options) {
  clens_session_options known = CLENS_SESSION_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  if (known.strands != 0) options.strands = known.strands;
  options.tile_rows = known.tile_rows;
  options.gradients = known.gradients != 0;
  options.parallel_for = known.parallel_for;
  options.host = known.parallel_host;
  CLENS_TRY(read_values(known.captures, known.capture_count, "options.captures", options.captures));
  return read_values(known.observed, known.observed_count, "options.observed", options.observed);
}

// A run asks for scores, for captures or for both.
Status check_wanted(const exec::Output& output) noexcept {
  if (output.captures.empty()) return require(output.values, "output.values");
  return {};
}

}  // namespace

base::Result<std::unique_ptr<clens_session>> make_session(std::shared_ptr<const exec::Model> model,
                                                          const exec::Inputs& inputs,
                                                          const exec::SessionOptions& options) {
  const format::ModelDesc& desc = model->desc();
  auto handle = std::make_unique<clens_session>();
  handle->capture_room.resize(options.captures.size());
  handle->feature_of.assign(inputs.specs().size(), format::no_index);
  for (std::uint32_t f = 0; f < desc.features.size(); ++f) {
    const std::uint32_t input = inputs.find(desc.features[f].name);
    if (input != format::no_index) handle->feature_of[input] = f;
  }
  auto made = exec::Session::create(std::move(model), inputs, options);
  if (!made.ok()) return made.status();
  handle->session = std::move(*made);
  return handle;
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
    clicklens::exec::SessionOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    auto made = clicklens::capi::make_session(model->model, inputs->inputs, known);
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
    CLENS_TRY(clicklens::capi::check_wanted(wanted));
    CLENS_TRY(session->session->run(known, wanted));
    view.write(*session, known, wanted);
    return {};
  });
}
