#include "batch.h"

#include <algorithm>
#include <cstring>

#include "guard.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_column(const clens_batch& batch, std::size_t index, encode::Column& out) noexcept {
  clens_column column = CLENS_COLUMN_INIT;
  CLENS_TRY(read_element(batch.columns, index, batch.column_size, "batch.columns", column));
  if (column.kind > CLENS_COLUMN_FLOATS)
    return Status::error(Code::bad_batch, "batch.columns[%zu].kind: %u is no clens_column_kind", index, column.kind);
  if (column.value_type > CLENS_TYPE_BYTES)
    return Status::error(Code::bad_batch, "batch.columns[%zu].value_type: %u is no clens_value_type", index,
                         column.value_type);
  if (column.offset_bits != 0 && column.offset_bits != 32 && column.offset_bits != 64)
    return Status::error(Code::bad_batch, "batch.columns[%zu].offset_bits: %u is neither 32 nor 64", index,
                         column.offset_bits);
  out = {column.input,
         static_cast<encode::ColumnKind>(column.kind),
         static_cast<encode::ValueType>(column.value_type),
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
  return {};
}

Status check_batch(const clens_batch& batch) noexcept {
  if ((batch.flags & ~CLENS_BATCH_STRICT) != 0)
    return Status::error(Code::invalid_argument, "batch.flags: unknown flags 0x%x", batch.flags & ~CLENS_BATCH_STRICT);
  if (batch.reserved != 0) return Status::error(Code::invalid_argument, "batch.reserved: must be 0");
  if ((batch.cache == nullptr) != (batch.cache_rows == nullptr) && batch.candidates != 0)
    return Status::error(Code::invalid_argument, "batch.cache and batch.cache_rows: one without the other");
  if (batch.column_count == 0) return {};
  CLENS_TRY(require(batch.columns, "batch.columns"));
  return check_stride<clens_column>(batch.column_size, "batch.column_size");
}

Status check_capture(const clens_capture& capture, std::size_t index) noexcept {
  if (capture.reserved == 0) return {};
  return Status::error(Code::invalid_argument, "output.captures[%zu].reserved: must be 0", index);
}

}  // namespace

Status read_batch(clens_session& session, const clens_batch* given, exec::Batch& out) noexcept {
  return read_batch(session.session->column_room(), given, out);
}

Status read_batch(std::span<encode::Column> room, const clens_batch* given, exec::Batch& out) noexcept {
  CLENS_TRY(require(given, "batch"));
  clens_batch batch = CLENS_BATCH_INIT;
  CLENS_TRY(read_sized(given, "batch", batch));
  CLENS_TRY(check_batch(batch));
  if (batch.column_count > room.size())
    return Status::error(Code::bad_batch, "batch.column_count: %zu, there are %zu inputs", batch.column_count,
                         room.size());
  for (std::size_t i = 0; i < batch.column_count; ++i) CLENS_TRY(read_column(batch, i, room[i]));
  out.candidates = batch.candidates;
  out.requests = batch.requests;
  out.request_offsets = batch.request_offsets;
  out.columns = room.first(batch.column_count);
  out.strict = (batch.flags & CLENS_BATCH_STRICT) != 0;
  out.cache = batch.cache == nullptr ? nullptr : batch.cache->cache.get();
  out.cache_rows = batch.cache_rows;
  return {};
}

Status OutputView::read(clens_session& session, clens_output* given, exec::Output& out) noexcept {
  given_ = given;
  CLENS_TRY(read_sized(given, "output", known_));
  if (known_.kind > CLENS_OUTPUT_LOGIT)
    return Status::error(Code::invalid_argument, "output.kind: %u is no clens_output_kind", known_.kind);
  if (known_.reserved != 0) return Status::error(Code::invalid_argument, "output.reserved: must be 0");
  out.kind = static_cast<exec::OutputKind>(known_.kind);
  out.values = known_.values;
  out.capacity = known_.capacity;
  out.row_stride = known_.row_stride;
  out.probe_logits = known_.probe_logits;
  out.probe_capacity = known_.probe_capacity;
  return read_captures(session, out);
}

Status OutputView::read_captures(clens_session& session, exec::Output& out) noexcept {
  if (known_.capture_count == 0) return {};
  CLENS_TRY(require(known_.captures, "output.captures"));
  CLENS_TRY(check_stride<clens_capture>(known_.capture_size, "output.capture_size"));
  std::vector<exec::CaptureBuffer>& room = session.capture_room;
  if (known_.capture_count > room.size())
    return Status::error(Code::invalid_argument, "output.capture_count: %zu, the session was created for %zu",
                         known_.capture_count, room.size());
  for (std::size_t i = 0; i < known_.capture_count; ++i) {
    clens_capture capture{};
    CLENS_TRY(read_element(known_.captures, i, known_.capture_size, "output.captures", capture));
    CLENS_TRY(check_capture(capture, i));
    const std::size_t value = std::min<std::size_t>(capture.value, format::no_index);
    room[i] = {static_cast<std::uint32_t>(value), capture.data, capture.capacity, capture.row_stride};
    const auto same = [&](const exec::CaptureBuffer& other) { return other.value == room[i].value; };
    if (std::any_of(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(i), same))
      return Status::error(Code::invalid_argument, "output.captures[%zu]: value %zu a second time", i, value);
  }
  out.captures = {room.data(), known_.capture_count};
  return {};
}

void OutputView::write(const clens_session& session, const exec::Batch& batch,
                       const exec::Output& from) const noexcept {
  if (given_ == nullptr) return;
  given_->counts = {from.counts.missing, from.counts.unknown, from.counts.cut, from.counts.bad_values,
                    from.counts.non_finite};
  if (given_->struct_size >= offsetof(clens_output, exited) + sizeof given_->exited) given_->exited = from.exited;
  auto* bytes = reinterpret_cast<unsigned char*>(known_.captures);
  for (const exec::CaptureBuffer& buffer : from.captures) {
    const graph::Scope scope = session.session->model().graph().values[buffer.value].scope();
    const std::uint64_t rows = scope == graph::Scope::request ? batch.request_count() : batch.candidates;
    const auto as_number = static_cast<std::uint32_t>(scope);
    std::memcpy(bytes + offsetof(clens_capture, rows), &rows, sizeof rows);
    std::memcpy(bytes + offsetof(clens_capture, scope), &as_number, sizeof as_number);
    bytes += known_.capture_size;
  }
}

}  // namespace clicklens::capi
