#include "exec/session.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "batch.h"
#include "exec/recommended_precision.h"
#include "guard.h"
#include "handles.h"
#include "profile.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_probe(const clens_session_options& known, const exec::Model& model, exec::SessionOptions& options) {
  if (known.probe != nullptr) {
    auto probes = session_probes(*known.probe, model);
    if (!probes.ok()) return probes.status();
    options.probes = std::move(*probes);
  }
  if (known.exit_probe == 0) return {};
  if (known.exit_probe > options.probes.size())
    return Status::error(Code::invalid_argument, "options.exit_probe: %u, options.probe has %zu", known.exit_probe,
                         options.probes.size());
  options.exit = exec::ExitRule{known.exit_probe - 1, known.exit_bound};
  return {};
}

Status read_options(const clens_session_options* given, const exec::Model& model, exec::SessionOptions& options) {
  clens_session_options known = CLENS_SESSION_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
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
  return read_probe(known, model, options);
}

struct LiveProfile {
  lens::ProfileOptions options;
  std::uint32_t rows = 0;  // of one run
};

// What is profiled is observed, too.
Status read_live(const clens_session_options* given, const exec::Model& model, exec::SessionOptions& options,
                 std::optional<LiveProfile>& live) {
  clens_session_options known = CLENS_SESSION_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.profile == nullptr) return {};
  live.emplace();
  CLENS_TRY(read_profile_options(known.profile, live->options, live->rows));
  for (const std::uint32_t value : lens::Profile::wanted_values(model, live->options))
    if (std::find(options.observed.begin(), options.observed.end(), value) == options.observed.end())
      options.observed.push_back(value);
  return {};
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

Status read_precision(std::uint32_t given, std::span<const std::size_t> full_precision, const exec::Model& model,
                      ops::Precision& precision, std::vector<std::uint32_t>& values) {
  if (given == CLENS_PRECISION_RECOMMENDED) {
    if (!full_precision.empty())
      return Status::error(Code::invalid_argument,
                           "options.full_precision: the file's own with CLENS_PRECISION_RECOMMENDED");
    auto recommended = exec::usable_precision(model.desc());
    if (!recommended.ok()) return recommended.status();
    precision = recommended->precision;
    values = std::move(recommended->full_precision);
    return {};
  }
  if (given > CLENS_PRECISION_BF16)
    return Status::error(Code::invalid_argument, "options.precision: %u is no clens_precision", given);
  precision = static_cast<ops::Precision>(given);
  return read_values(full_precision.data(), full_precision.size(), "options.full_precision", values);
}

Status run(clens_session& session, const exec::Batch& batch, const std::uint64_t* request_keys,
           exec::Output& output) noexcept {
  return session.collector == nullptr ? session.session->run(batch, output)
                                      : session.collector->run(batch, request_keys, output);
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
  exec::SessionOptions known;
  CLENS_TRY(read_options(options, *model, known));
  std::optional<LiveProfile> live;
  CLENS_TRY(read_live(options, *model, known, live));
  auto made = make_session(model, inputs, known);
  if (!made.ok() || !live) return made;
  auto collector = lens::Collector::create(model, *(*made)->session, live->options, live->rows);
  if (!collector.ok()) return collector.status();
  (*made)->collector = std::move(*collector);
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
