#include <cstring>

#include "encode/access.h"
#include "flat.h"

namespace clicklens::capi {
namespace {

// Appends arrays, or only counts their bytes.
class Sink {
 public:
  Sink(std::byte* buffer, std::uint64_t begin) noexcept : buffer_(buffer), at_(begin) {}

  [[nodiscard]] std::uint64_t size() const noexcept { return at_; }

  // bytes [begin, begin + count) of `from`
  std::uint64_t bytes(const void* from, std::uint64_t begin, std::uint64_t count) noexcept {
    if (from == nullptr) return 0;
    const std::uint64_t place = reserve(count);
    if (buffer_ != nullptr && count > 0)
      std::memcpy(buffer_ + place, static_cast<const std::byte*>(from) + begin, count);
    return place;
  }

  // offsets[begin .. begin + count], so moved that the first is 0
  std::uint64_t offsets(const void* from, std::uint32_t bits, std::uint64_t begin, std::uint64_t count) noexcept {
    if (from == nullptr) return 0;
    return bits == 64 ? moved<std::int64_t>(from, begin, count) : moved<std::int32_t>(from, begin, count);
  }

  // bits [begin, begin + count) of an Arrow bitmap
  std::uint64_t bits(const std::uint8_t* from, std::uint64_t begin, std::uint64_t count) noexcept {
    if (from == nullptr) return 0;
    const std::uint64_t place = reserve((count + 7) / 8);
    if (buffer_ == nullptr) return place;
    for (std::uint64_t i = 0; i < count; ++i)
      if (encode::is_set(from, begin + i)) buffer_[place + i / 8] |= std::byte{1} << (i % 8);
    return place;
  }

 private:
  // Zeroed, padding included.
  std::uint64_t reserve(std::uint64_t bytes) noexcept {
    const std::uint64_t place = at_;
    at_ += (bytes + flat_alignment - 1) / flat_alignment * flat_alignment;
    if (buffer_ != nullptr && at_ > place) std::memset(buffer_ + place, 0, at_ - place);
    return place;
  }

  template <class T>
  std::uint64_t moved(const void* from, std::uint64_t begin, std::uint64_t count) noexcept {
    const std::uint64_t place = reserve((count + 1) * sizeof(T));
    if (buffer_ == nullptr) return place;
    const T first = encode::load<T>(from, begin);
    for (std::uint64_t i = 0; i <= count; ++i) {
      const T offset = encode::load<T>(from, begin + i) - first;
      std::memcpy(buffer_ + place + i * sizeof(T), &offset, sizeof offset);
    }
    return place;
  }

  std::byte* buffer_;
  std::uint64_t at_;
};

std::uint64_t offset_at(const void* offsets, std::uint32_t bits, std::uint64_t index) noexcept {
  return static_cast<std::uint64_t>(bits == 64 ? encode::load<std::int64_t>(offsets, index)
                                               : encode::load<std::int32_t>(offsets, index));
}

// Elements [begin, begin + count) are the strings of the entries written.
void write_strings(const encode::Column& column, std::uint64_t begin, std::uint64_t count, FlatColumn& record,
                   Sink& sink) noexcept {
  record.string_count = count;
  if (count == 0) return;  // offsets are not looked at then, and may be absent
  const std::uint64_t first = offset_at(column.value_offsets, column.offset_bits, begin);
  record.value_count = offset_at(column.value_offsets, column.offset_bits, begin + count) - first;
  record.value_offsets = sink.offsets(column.value_offsets, column.offset_bits, begin, count);
  record.values = sink.bytes(column.values, first, record.value_count);
}

void write_sparse(const encode::Column& column, std::uint64_t entries, FlatColumn& record, Sink& sink) noexcept {
  if (entries == 0) return;  // row_offsets may be an empty array then
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  encode::with_offsets(column, [&](const auto& offsets) {
    begin = offsets[0];
    end = offsets[entries];
  });
  const std::uint64_t count = end - begin;
  record.row_offsets = sink.offsets(column.row_offsets, column.offset_bits, column.first, entries);
  if (column.kind == encode::ColumnKind::strings) {
    write_strings(column, begin, count, record, sink);
  } else {
    const std::uint64_t size = bytes_of(column.value_type);
    record.value_count = count;
    record.values = sink.bytes(column.values, begin * size, count * size);
  }
  record.weights = sink.bytes(column.weights, begin * sizeof(float), count * sizeof(float));
  record.value_validity = sink.bits(column.value_validity, begin, count);
}

// Entries [begin, begin + entries) of a column.
FlatColumn write_column(const encode::Column& whole, std::uint64_t begin, std::uint64_t entries, std::uint32_t width,
                        Sink& sink) noexcept {
  encode::Column column = whole;
  column.first += begin;
  FlatColumn record;
  record.input = column.input;
  record.kind = static_cast<std::uint32_t>(column.kind);
  record.value_type = static_cast<std::uint32_t>(column.value_type);
  record.offset_bits = column.offset_bits;
  record.entries = entries;
  if (column.kind == encode::ColumnKind::floats) {
    record.value_count = entries * width;
    record.values = sink.bytes(column.values, column.first * width * sizeof(float), record.value_count * sizeof(float));
    record.value_validity = sink.bits(column.value_validity, column.first * width, record.value_count);
  } else {
    write_sparse(column, entries, record, sink);
  }
  record.validity = sink.bits(column.validity, column.first, entries);
  return record;
}

}  // namespace

std::uint64_t write_flat(const clens_session& session, const exec::Batch& batch, const std::uint64_t* request_keys,
                         RequestRange range, std::byte* buffer) noexcept {
  const auto& features = session.session->model().desc().features;
  const encode::Column* const* columns = session.session->bound_columns();
  const std::uint64_t requests = range.end - range.begin;
  const std::uint64_t first_candidate = batch.request_begin(range.begin);
  FlatHeader header;
  header.flags = batch.strict ? CLENS_BATCH_STRICT : 0;
  header.candidates = batch.request_begin(range.end) - first_candidate;
  header.requests = batch.requests > 0 ? requests : 0;
  for (std::size_t f = 0; f < features.size(); ++f) header.column_count += columns[f] != nullptr ? 1 : 0;

  Sink sink(buffer, sizeof header + header.column_count * sizeof(FlatColumn));
  if (batch.requests > 0) header.request_offsets = sink.offsets(batch.request_offsets, 64, range.begin, requests);
  header.request_keys = sink.bytes(request_keys, range.begin * sizeof(std::uint64_t), requests * sizeof(std::uint64_t));
  std::uint64_t place = sizeof header;
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (columns[f] == nullptr) continue;
    const bool shared = features[f].scope == format::Scope::request;
    const FlatColumn record = write_column(*columns[f], shared ? range.begin : first_candidate,
                                           shared ? requests : header.candidates, features[f].width, sink);
    if (buffer != nullptr) std::memcpy(buffer + place, &record, sizeof record);
    place += sizeof record;
  }
  header.size = sink.size();
  if (buffer != nullptr) std::memcpy(buffer, &header, sizeof header);
  return header.size;
}

}  // namespace clicklens::capi
