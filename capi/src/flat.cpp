#include "flat.h"

#include "batch.h"
#include "guard.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

// A batch checked against the session's model, as clens_session_run would.
Status bind(clens_session& session, const clens_batch* given, exec::Batch& batch) noexcept {
  CLENS_TRY(read_batch(session, given, batch));
  if (batch.cache != nullptr)
    return Status::error(Code::unsupported, "batch.cache: a flat batch holds its candidates' columns");
  return session.session->bind(batch);
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_flat_size(clens_session* session, const clens_batch* batch, size_t* size) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(size, "size"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::bind(*session, batch, known));
    *size = clicklens::capi::write_flat(*session, known, batch->request_keys, nullptr);
    return {};
  });
}

clens_status clens_flat_write(clens_session* session, const clens_batch* batch, void* buffer, size_t capacity) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(buffer, "buffer"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::bind(*session, batch, known));
    const std::uint64_t needed = clicklens::capi::write_flat(*session, known, batch->request_keys, nullptr);
    if (needed > capacity)
      return Status::error(Code::buffer_too_small, "flat batch: %llu bytes, capacity %zu",
                           static_cast<unsigned long long>(needed), capacity);
    clicklens::capi::write_flat(*session, known, batch->request_keys, static_cast<std::byte*>(buffer));
    return {};
  });
}

clens_status clens_session_run_flat(clens_session* session, const void* buffer, size_t size, uint32_t kind, float* out,
                                    size_t capacity) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(buffer, "buffer"));
    if (kind > CLENS_OUTPUT_LOGIT)
      return Status::error(Code::invalid_argument, "kind: %u is no clens_output_kind", kind);
    clicklens::exec::Batch batch;
    CLENS_TRY(clicklens::capi::read_flat(*session, {static_cast<const std::byte*>(buffer), size}, batch));
    if (batch.candidates > 0) CLENS_TRY(require(out, "out"));
    clicklens::exec::Output output;
    output.kind = static_cast<clicklens::exec::OutputKind>(kind);
    output.values = out;
    output.capacity = capacity;
    return clicklens::capi::run(
        *session, batch, clicklens::capi::request_keys_of({static_cast<const std::byte*>(buffer), size}), output);
  });
}
