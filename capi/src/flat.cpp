#include "flat.h"

#include <cstring>

#include "batch.h"
#include "guard.h"
#include "sized.h"

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

clens_column to_column(const encode::Column& column) noexcept {
  return {column.input,
          static_cast<std::uint32_t>(column.kind),
          static_cast<std::uint32_t>(column.value_type),
          column.offset_bits,
          column.first,
          column.values,
          column.value_count,
          column.value_offsets,
          column.string_count,
          column.row_offsets,
          column.weights,
          column.validity,
          column.value_validity};
}

// A batch as the caller's structs; columns in the stride that the caller's version has.
Status show(const exec::Batch& batch, const std::uint64_t* request_keys, clens_batch* given, clens_column* columns,
            std::size_t capacity) noexcept {
  clens_batch shown = CLENS_BATCH_INIT;
  CLENS_TRY(read_sized(given, "batch", shown));
  CLENS_TRY(check_stride<clens_column>(shown.column_size, "batch.column_size"));
  if (batch.columns.size() > capacity)
    return Status::error(Code::buffer_too_small, "columns: %zu, capacity %zu", batch.columns.size(), capacity);
  auto* bytes = reinterpret_cast<unsigned char*>(columns);
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    const clens_column column = to_column(batch.columns[i]);
    std::memset(bytes + i * shown.column_size, 0, shown.column_size);
    std::memcpy(bytes + i * shown.column_size, &column, std::min(sizeof column, shown.column_size));
  }
  shown.candidates = batch.candidates;
  shown.requests = batch.requests;
  shown.request_offsets = batch.request_offsets;
  shown.columns = columns;
  shown.column_count = batch.columns.size();
  shown.flags = batch.strict ? CLENS_BATCH_STRICT : 0;
  shown.reserved = 0;
  shown.request_keys = request_keys;
  shown.cache = nullptr;
  shown.cache_rows = nullptr;
  return write_sized(shown, "batch", given);
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

clens_status clens_flat_read(clens_session* session, const void* buffer, size_t size, clens_batch* batch,
                             clens_column* columns, size_t capacity) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(buffer, "buffer"));
    CLENS_TRY(require(batch, "batch"));
    clicklens::exec::Batch known;
    const std::uint64_t* keys = nullptr;
    CLENS_TRY(clicklens::capi::read_flat(*session, {static_cast<const std::byte*>(buffer), size}, known, &keys));
    if (!known.columns.empty()) CLENS_TRY(require(columns, "columns"));
    return clicklens::capi::show(known, keys, batch, columns, capacity);
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
