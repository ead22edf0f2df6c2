#include "encode/elements.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "base/utf8.h"
#include "encode/access.h"

namespace clicklens::encode {
namespace {

// Two's complement: a negative row is far above any table, a negative key keeps its bits.
template <class T>
std::uint64_t widen(T value) noexcept {
  if constexpr (std::is_signed_v<T>) return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  return static_cast<std::uint64_t>(value);
}

}  // namespace

Elements::Elements(const Column* column, const Encoder* encoder, std::uint64_t table_rows, bool weighted) noexcept
    : column_(column),
      encoder_(encoder),
      limit_(std::min(table_rows, most_rows)),
      weighted_(weighted && column != nullptr && column->weights != nullptr),
      nullable_(column != nullptr && (column->value_validity != nullptr ||
                                      (column->row_offsets == nullptr && column->validity != nullptr))) {}

bool Elements::read(std::uint64_t begin, std::size_t count, std::uint32_t* ids, float* weights) const noexcept {
  bool clean = false;
  if (column_->kind == ColumnKind::rows) {
    clean = read_rows(begin, count, ids);
  } else if (encoder_ == nullptr || column_->kind == ColumnKind::floats) {
    std::fill_n(ids, count, unknown_row);
  } else {
    clean = column_->kind == ColumnKind::keys ? read_keys(begin, count, ids) : read_strings(begin, count, ids);
  }
  if (weighted_) clean &= read_weights(begin, count, ids, weights);
  if (nullable_) clean &= drop_nulls(begin, count, ids);
  return clean;
}

bool Elements::read_rows(std::uint64_t begin, std::size_t count, std::uint32_t* ids) const noexcept {
  return with_integer(column_->value_type, [&](auto zero) {
    using T = decltype(zero);
    bool clean = true;
    for (std::size_t j = 0; j < count; ++j) {
      const std::uint64_t row = widen(load<T>(column_->values, begin + j));
      const bool known = row < limit_;
      ids[j] = known ? static_cast<std::uint32_t>(row) : unknown_row;
      clean &= known;
    }
    return clean;
  });
}

bool Elements::read_keys(std::uint64_t begin, std::size_t count, std::uint32_t* ids) const noexcept {
  const auto* values = static_cast<const char*>(column_->values);
  const bool in_place = (column_->value_type == ValueType::i64 || column_->value_type == ValueType::u64) &&
                        reinterpret_cast<std::uintptr_t>(values) % alignof(std::uint64_t) == 0;
  if (in_place) {
    encoder_->encode({reinterpret_cast<const std::uint64_t*>(values) + begin, count}, ids);
    return bound(count, ids);
  }
  std::uint64_t keys[128];
  for (std::size_t done = 0; done < count; done += std::size(keys)) {
    const std::size_t block = std::min(std::size(keys), count - done);
    with_integer(column_->value_type, [&](auto zero) {
      for (std::size_t j = 0; j < block; ++j) keys[j] = widen(load<decltype(zero)>(values, begin + done + j));
    });
    encoder_->encode({keys, block}, ids + done);
  }
  return bound(count, ids);
}

bool Elements::read_strings(std::uint64_t begin, std::size_t count, std::uint32_t* ids) const noexcept {
  std::array<std::string_view, 32> keys;
  for (std::size_t done = 0; done < count; done += keys.size()) {
    const std::size_t block = std::min(keys.size(), count - done);
    for (std::size_t j = 0; j < block; ++j) keys[j] = text(begin + done + j);
    encoder_->encode({keys.data(), block}, ids + done);
    for (std::size_t j = 0; j < block; ++j) {
      if (!base::valid_utf8(keys[j])) ids[done + j] = unknown_row;
    }
  }
  return bound(count, ids);
}

// The encoder may name more rows than the smallest table has.
bool Elements::bound(std::size_t count, std::uint32_t* ids) const noexcept {
  bool clean = true;
  for (std::size_t j = 0; j < count; ++j) {
    const bool known = ids[j] < limit_;
    ids[j] = known ? ids[j] : unknown_row;
    clean &= known;
  }
  return clean;
}

bool Elements::read_weights(std::uint64_t begin, std::size_t count, std::uint32_t* ids, float* weights) const noexcept {
  bool clean = true;
  for (std::size_t j = 0; j < count; ++j) {
    weights[j] = load<float>(column_->weights, begin + j);
    const bool good = is_finite(weights[j]);
    ids[j] = good ? ids[j] : dropped_id;
    clean &= good;
  }
  return clean;
}

bool Elements::drop_nulls(std::uint64_t begin, std::size_t count, std::uint32_t* ids) const noexcept {
  bool clean = true;
  for (std::size_t j = 0; j < count; ++j) {
    if (!is_null(begin + j)) continue;
    ids[j] = dropped_id;
    clean = false;
  }
  return clean;
}

// Without offsets an entry is its one element.
bool Elements::is_null(std::uint64_t element) const noexcept {
  return !is_set(column_->value_validity, element) ||
         (column_->row_offsets == nullptr && !is_set(column_->validity, element));
}

std::string_view Elements::text(std::uint64_t element) const noexcept {
  const auto* bytes = static_cast<const char*>(column_->values);
  const auto view = [&](auto zero) -> std::string_view {
    using T = decltype(zero);
    const auto begin = static_cast<std::uint64_t>(load<T>(column_->value_offsets, element));
    const auto end = static_cast<std::uint64_t>(load<T>(column_->value_offsets, element + 1));
    return {begin == end ? "" : bytes + begin, end - begin};  // never null
  };
  return column_->offset_bits == 64 ? view(std::int64_t{}) : view(std::int32_t{});
}

std::uint64_t Elements::number(std::uint64_t element) const noexcept {
  return with_integer(column_->value_type,
                      [&](auto zero) { return widen(load<decltype(zero)>(column_->values, element)); });
}

Fault Elements::fault(std::uint64_t element, std::uint32_t id) const noexcept {
  if (id == dropped_id) return is_null(element) ? Fault::null : Fault::weight;
  if (column_->kind == ColumnKind::rows) return Fault::range;
  if (column_->kind == ColumnKind::strings && !base::valid_utf8(text(element))) return Fault::text;
  return Fault::unknown;
}

}  // namespace clicklens::encode
