// Opening models and letting go of them.
#include <new>
#include <utility>

#include "guard.h"
#include "handles.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

constexpr std::uint32_t known_flags =
    CLENS_OPEN_WARM | CLENS_OPEN_HUGE_PAGES | CLENS_OPEN_LOCK | CLENS_OPEN_VERIFY_SEGMENTS;

Status read_options(const clens_model_options* given, format::OpenOptions& options) noexcept {
  clens_model_options known = CLENS_MODEL_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.access > CLENS_ACCESS_COPY)
    return Status::error(Code::invalid_argument, "options.access: %u is no clens_access", known.access);
  if ((known.flags & ~known_flags) != 0)
    return Status::error(Code::invalid_argument, "options.flags: unknown flags 0x%x", known.flags & ~known_flags);
  options.access =
      known.access == CLENS_ACCESS_COPY ? format::OpenOptions::Access::copy : format::OpenOptions::Access::map;
  options.warm = (known.flags & CLENS_OPEN_WARM) != 0;
  options.huge_pages = (known.flags & CLENS_OPEN_HUGE_PAGES) != 0;
  options.lock = (known.flags & CLENS_OPEN_LOCK) != 0;
  options.verify_segments = (known.flags & CLENS_OPEN_VERIFY_SEGMENTS) != 0;
  if (known.base != nullptr) options.base = &known.base->model->file();
  return read_limits(known.limits, options.limits);
}

}  // namespace

Status hand_out_model(base::Result<std::shared_ptr<exec::Model>> opened, clens_model** out) {
  if (!opened.ok()) return opened.status();
  auto handle = std::make_unique<clens_model>();
  handle->model = std::move(*opened);
  *out = handle.release();
  return {};
}

Status read_limits(const clens_limits* given, base::Limits& limits) noexcept {
  clens_limits known = CLENS_LIMITS_INIT;
  CLENS_TRY(read_sized(given, "limits", known));
  const auto set = [](std::uint64_t value, std::uint64_t& limit) {
    if (value != 0) limit = value;
  };
  set(known.flatbuffer_bytes, limits.flatbuffer_bytes);
  set(known.segments, limits.segments);
  set(known.nodes, limits.nodes);
  set(known.features, limits.features);
  set(known.columns, limits.columns);
  set(known.reduction, limits.reduction);
  set(known.table_rows, limits.table_rows);
  set(known.dense_bytes, limits.dense_bytes);
  set(known.sequence_length, limits.sequence_length);
  set(known.session_bytes, limits.session_bytes);
  return {};
}

}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;
using clicklens::exec::Model;

clens_status clens_model_open(const char* path, const clens_model_options* options, clens_model** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(path, "path"));
    CLENS_TRY(require(out, "out"));
    clicklens::format::OpenOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    return clicklens::capi::hand_out_model(Model::open(path, known), out);
  });
}

clens_status clens_model_open_memory(const void* bytes, size_t size, const clens_model_options* options,
                                     clens_model** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(bytes, "bytes"));
    CLENS_TRY(require(out, "out"));
    clicklens::format::OpenOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    return clicklens::capi::hand_out_model(Model::from_memory({static_cast<const std::byte*>(bytes), size}, known),
                                           out);
  });
}

void clens_model_retain(clens_model* model) {
  if (model != nullptr) model->references.fetch_add(1, std::memory_order_relaxed);
}

void clens_model_release(clens_model* model) {
  if (model != nullptr && model->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete model;
}

clens_status clens_model_verify_segments(const clens_model* model) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    return model->model->file().verify_segments();
  });
}

clens_status clens_model_warm(const clens_model* model) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    return model->model->file().warm();
  });
}
