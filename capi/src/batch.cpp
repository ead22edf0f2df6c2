#include "batch.h"

#include <algorithm>
#include <cstring>

#include "guard.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

[[gnu::cold]] Status refuse(const clens_column& column, std::size_t index) noexcept {
  if (column.kind > CLENS_COLUMN_FLOATS)
    return Status::error(Code::bad_batch, "batch.columns[%zu].kind: %u is no clens_column_kind", index, column.kind);
  if (column.value_type > CLENS_TYPE_BYTES)
    return Status::error(Code::bad_batch, "batch.columns[%zu].value_type: %u is no clens_value_type", index,
                         column.value_type);
  return Status::error(Code::bad_batch, "batch.columns[%zu].offset_bits: %u is neither 32 nor 64", index,
                       column.offset_bits);
}

Status take(const clens_column& column, std::size_t index, encode::Column& out) noexcept {
  const std::uint32_t bits = column.offset_bits;
  if (column.kind > CLENS_COLUMN_FLOATS || column.value_type > CLENS_TYPE_BYTES ||
      (bits != 0 && bits != 32 && bits != 64))
    return refuse(column, index);
  out.input = column.input;
  out.kind = static_cast<encode::ColumnKind>(column.kind);
  out.value_type = static_cast<encode::ValueType>(column.value_type);
  out.offset_bits = bits;
  out.first = column.first;
  out.values = column.values;
  out.value_count = column.value_count;
  out.value_offsets = column.value_offsets;
  out.string_count = column.string_count;
  out.row_offsets = column.row_offsets;
  out.weights = column.weights;
  out.validity = column.validity;
  out.value_validity = column.value_validity;
  return {};
}

Status read_columns(const clens_batch& batch, std::span<encode::Column> room) noexcept {
  if (batch.column_size == sizeof(clens_column)) {  // in place: the copy would cost more than all else
    for (std::size_t i = 0; i < batch.column_count; ++i) CLENS_TRY(take(batch.columns[i], i, room[i]));
    return {};
  }
  for (std::size_t i = 0; i < batch.column_count; ++i) {
    clens_column column = CLENS_COLUMN_INIT;
    CLENS_TRY(read_element(batch.columns, i, batch.column_size, "batch.columns", column));
    CLENS_TRY(take(column, i, room[i]));
  }
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
  CLENS_TRY(read_columns(batch, room));
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
