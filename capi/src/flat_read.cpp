#include <cstring>

#include "base/checked.h"
#include "flat.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

// One column's record: its place in messages, and its arrays inside the buffer.
class Record {
 public:
  Record(std::span<const std::byte> buffer, std::uint64_t index, const char* list) noexcept
      : buffer_(buffer), index_(index), list_(list) {}

  [[nodiscard]] Status bad(const char* field, const char* what) const noexcept {
    return Status::error(Code::bad_batch, "flat batch: %s[%llu].%s: %s", list_, static_cast<unsigned long long>(index_),
                         field, what);
  }

  // `count` elements of `size` bytes at `offset`; offset 0: null.
  template <class T>
  Status array(std::uint64_t offset, std::uint64_t count, std::uint64_t size, const char* field,
               const T*& out) const noexcept {
    out = nullptr;
    if (offset == 0) return {};
    const auto bytes = base::checked_multiply(count, size);
    if (offset % flat_alignment != 0) return bad(field, "not at a multiple of 8");
    if (!bytes || !base::range_within<std::uint64_t>(offset, *bytes, buffer_.size()))
      return bad(field, "reaches behind the buffer");
    out = reinterpret_cast<const T*>(buffer_.data() + offset);
    return {};
  }

  // `count` + 1 offsets.
  Status offsets(std::uint64_t offset, std::uint64_t count, std::uint64_t bits, const char* field,
                 const void*& out) const noexcept {
    const auto more = base::checked_add<std::uint64_t>(count, 1);
    if (!more) return bad(field, "reaches behind the buffer");
    const std::byte* found = nullptr;
    CLENS_TRY(array(offset, *more, bits / 8, field, found));
    out = found;
    return {};
  }

  Status bits(std::uint64_t offset, std::uint64_t count, const char* field, const std::uint8_t*& out) const noexcept {
    return array(offset, count / 8 + (count % 8 != 0 ? 1 : 0), 1, field, out);
  }

 private:
  std::span<const std::byte> buffer_;
  std::uint64_t index_;
  const char* list_;
};

Status check_enums(const Record& at, const FlatColumn& record) noexcept {
  if (record.kind > CLENS_COLUMN_FLOATS) return at.bad("kind", "no clens_column_kind");
  if (record.value_type > CLENS_TYPE_BYTES) return at.bad("value_type", "no clens_value_type");
  if (record.offset_bits != 0 && record.offset_bits != 32 && record.offset_bits != 64)
    return at.bad("offset_bits", "neither 32 nor 64");
  const bool any = record.row_offsets != 0 || record.value_offsets != 0;
  return any && record.offset_bits == 0 ? at.bad("offset_bits", "0 beside offsets") : Status{};
}

Status read_arrays(const Record& at, const FlatColumn& record, encode::Column& out) noexcept {
  const std::byte* values = nullptr;
  CLENS_TRY(at.array(record.values, record.value_count, bytes_of(out.value_type), "values", values));
  out.values = values;
  out.value_count = record.value_count;
  out.string_count = record.string_count;
  CLENS_TRY(at.offsets(record.value_offsets, record.string_count, out.offset_bits, "value_offsets", out.value_offsets));
  CLENS_TRY(at.offsets(record.row_offsets, record.entries, out.offset_bits, "row_offsets", out.row_offsets));
  const bool strings = out.kind == encode::ColumnKind::strings;
  const std::uint64_t elements = strings ? record.string_count : record.value_count;
  CLENS_TRY(at.array(record.weights, elements, sizeof(float), "weights", out.weights));
  CLENS_TRY(at.bits(record.validity, record.entries, "validity", out.validity));
  return at.bits(record.value_validity, elements, "value_validity", out.value_validity);
}

Status read_column(const clens_session& session, const exec::Batch& batch, const Record& at, const FlatColumn& record,
                   encode::Column& out) noexcept {
  CLENS_TRY(check_enums(at, record));
  if (record.input >= session.feature_of.size()) return at.bad("input", "no such input");
  out = {};
  out.input = record.input;
  out.kind = static_cast<encode::ColumnKind>(record.kind);
  out.value_type = static_cast<encode::ValueType>(record.value_type);
  out.offset_bits = record.offset_bits;
  const std::uint32_t feature = session.feature_of[record.input];
  if (feature == format::no_index) return {};  // nobody will read it
  const bool shared = session.session->model().desc().features[feature].scope == format::Scope::request;
  if (record.entries != (shared ? batch.request_count() : batch.candidates))
    return at.bad("entries", "not the number of requests or candidates");
  return read_arrays(at, record, out);
}

Status check_header(const FlatHeader& header, std::uint64_t size) noexcept {
  const auto bad = [](const char* what) { return Status::error(Code::bad_batch, "flat batch: %s", what); };
  if (header.magic != flat_magic) return bad("does not start with CLNSFLAT");
  if (header.version != flat_version) return bad("of a version that this library does not know");
  if ((header.flags & ~CLENS_BATCH_STRICT) != 0) return bad("unknown flags");
  if (header.size > size) return bad("shorter than its header says");
  if (header.size < sizeof header || header.column_count > (header.size - sizeof header) / sizeof(FlatColumn))
    return bad("column_count: reaches behind the buffer");
  if (header.requests > 0 && header.request_offsets == 0) return bad("request_offsets: absent");
  return {};
}

}  // namespace

Status read_flat(clens_session& session, std::span<const std::byte> buffer, exec::Batch& out) noexcept {
  if (reinterpret_cast<std::uintptr_t>(buffer.data()) % flat_alignment != 0)
    return Status::error(Code::invalid_argument, "buffer: not at a multiple of 8");
  FlatHeader header;
  if (buffer.size() < sizeof header) return Status::error(Code::bad_batch, "flat batch: shorter than its header");
  std::memcpy(&header, buffer.data(), sizeof header);
  CLENS_TRY(check_header(header, buffer.size()));
  buffer = buffer.first(header.size);

  out.candidates = header.candidates;
  out.requests = header.requests;
  out.strict = (header.flags & CLENS_BATCH_STRICT) != 0;
  const Record whole(buffer, 0, "header");
  const void* request_offsets = nullptr;
  if (header.requests > 0)
    CLENS_TRY(whole.offsets(header.request_offsets, header.requests, 64, "request_offsets", request_offsets));
  out.request_offsets = static_cast<const std::int64_t*>(request_offsets);
  const std::byte* keys = nullptr;
  CLENS_TRY(whole.array(header.request_keys, out.request_count(), sizeof(std::uint64_t), "request_keys", keys));

  const std::span<encode::Column> room = session.session->column_room();
  if (header.column_count > room.size())
    return Status::error(Code::bad_batch, "flat batch: column_count: more than the %zu inputs", room.size());
  for (std::uint64_t i = 0; i < header.column_count; ++i) {
    FlatColumn record;
    std::memcpy(&record, buffer.data() + sizeof header + i * sizeof record, sizeof record);
    CLENS_TRY(read_column(session, out, Record(buffer, i, "columns"), record, room[i]));
  }
  out.columns = room.first(header.column_count);
  return {};
}

const std::uint64_t* request_keys_of(std::span<const std::byte> buffer) noexcept {
  FlatHeader header;
  std::memcpy(&header, buffer.data(), sizeof header);
  const std::byte* keys = buffer.data() + header.request_keys;
  if (header.request_keys == 0 || reinterpret_cast<std::uintptr_t>(keys) % alignof(std::uint64_t) != 0) return nullptr;
  return reinterpret_cast<const std::uint64_t*>(keys);
}

}  // namespace clicklens::capi
