#include "encode/column.h"

#include <algorithm>
#include <cinttypes>
#include <limits>

#include "encode/access.h"

namespace clicklens::encode {
namespace {

using base::Code;
using base::Status;

// No array has more bytes than a pointer difference can say; what is below this never wraps when it is
// multiplied by an element's size or has another such number added.
constexpr std::uint64_t most_entries = std::uint64_t{1} << 59;
// Positions within an entry are 32-bit, with one value set apart.
constexpr std::uint64_t longest_entry = 0xFFFFFFFEu;

struct Check {
  const Column& column;
  std::uint64_t entries;
  const char* feature;

  [[nodiscard]] Status bad(const char* what) const noexcept {
    return Status::error(Code::bad_batch, "feature '%s': %s", feature, what);
  }
};

std::uint64_t bytes_of(ValueType type) noexcept {
  constexpr std::uint64_t sizes[] = {1, 2, 4, 8, 1, 2, 4, 8, 4, 1};
  return sizes[static_cast<std::uint32_t>(type)];
}

Status check_types(const Check& check, std::uint32_t width) noexcept {
  const Column& column = check.column;
  if (column.kind > ColumnKind::floats) return check.bad("unknown column kind");
  if (column.value_type > ValueType::bytes) return check.bad("unknown value_type");
  const bool floats = column.kind == ColumnKind::floats;
  if (floats != (width != 0)) {
    return check.bad(width != 0 ? "a dense feature takes a FLOATS column" : "a sparse feature takes no FLOATS column");
  }
  if (floats && column.value_type != ValueType::f32) return check.bad("value_type of a FLOATS column is not F32");
  const bool strings = column.kind == ColumnKind::strings;
  if (strings != (column.value_type == ValueType::bytes)) return check.bad("BYTES and STRINGS go together");
  if (!strings && !floats && column.value_type > ValueType::u64) return check.bad("value_type is not an integer type");
  return {};
}

Status check_counts(const Check& check) noexcept {
  const Column& column = check.column;
  if (check.entries > most_entries || column.first > most_entries) return check.bad("first is out of range");
  if (column.value_count > static_cast<std::uint64_t>(PTRDIFF_MAX) / bytes_of(column.value_type)) {
    return check.bad("value_count is out of range");
  }
  if (column.string_count > most_entries) return check.bad("string_count is out of range");
  const bool any = column.row_offsets != nullptr || column.value_offsets != nullptr;
  const bool known = column.offset_bits == 32 || column.offset_bits == 64;
  if (any ? !known : !known && column.offset_bits != 0) return check.bad("offset_bits is neither 32 nor 64");
  return {};
}

// offsets[begin .. begin + count] ascend within [0, limit], no step above `step`. One pass without
// branches; only a failure looks for the place.
template <class T>
bool ascends(const void* offsets, std::uint64_t begin, std::uint64_t count, std::uint64_t limit,
             std::uint64_t step) noexcept {
  const auto at = [&](std::uint64_t i) { return static_cast<std::uint64_t>(load<T>(offsets, begin + i)); };
  std::uint64_t last = at(0);
  bool wrong = last > limit;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const std::uint64_t next = at(i);
    wrong |= static_cast<bool>(static_cast<int>(next > limit) | static_cast<int>(next - last > step));
    last = next;
  }
  return !wrong;
}

template <class T>
Status check_ascending(const Check& check, const char* field, const void* offsets, std::uint64_t begin,
                       std::uint64_t count, std::uint64_t limit, std::uint64_t step) noexcept {
  if (ascends<T>(offsets, begin, count, limit, step)) return {};
  const auto at = [&](std::uint64_t i) { return static_cast<std::uint64_t>(load<T>(offsets, begin + i)); };
  std::uint64_t i = 0;
  while (at(i) <= limit && (i == 0 || at(i) - at(i - 1) <= step)) ++i;
  const char* why = at(i) > limit       ? "is outside its array"
                    : at(i) < at(i - 1) ? "is below the one before"
                                        : "is too far";
  return Status::error(Code::bad_batch, "feature '%s': %s[%" PRIu64 "] %s", check.feature, field, begin + i, why);
}

Status check_offsets(const Check& check, const char* field, const void* offsets, std::uint64_t begin,
                     std::uint64_t count, std::uint64_t limit, std::uint64_t step) noexcept {
  return check.column.offset_bits == 64
             ? check_ascending<std::int64_t>(check, field, offsets, begin, count, limit, step)
             : check_ascending<std::int32_t>(check, field, offsets, begin, count, limit, step);
}

Status check_dense(const Check& check, std::uint32_t width) noexcept {
  const Column& column = check.column;
  if (column.row_offsets != nullptr || column.value_offsets != nullptr) return check.bad("a FLOATS column has offsets");
  if (column.weights != nullptr) return check.bad("a FLOATS column has weights");
  const std::uint64_t last = column.first + check.entries;
  if (last > column.value_count / width) return check.bad("value_count is below width * (first + entries)");
  if (check.entries > 0 && column.values == nullptr) return check.bad("values is null");
  return {};
}

// Strings [begin, end) have offsets, and bytes if they are not empty.
Status check_strings(const Check& check, std::uint64_t begin, std::uint64_t end) noexcept {
  const Column& column = check.column;
  if (begin == end) return {};
  if (column.value_offsets == nullptr) return check.bad("value_offsets is null");
  CLENS_TRY(check_offsets(check, "value_offsets", column.value_offsets, begin, end - begin, column.value_count,
                          std::numeric_limits<std::uint64_t>::max() >> 1));
  const bool wide = column.offset_bits == 64;
  const auto at = [&](std::uint64_t i) {
    return wide ? load<std::int64_t>(column.value_offsets, i) : load<std::int32_t>(column.value_offsets, i);
  };
  if (column.values == nullptr && at(begin) != at(end)) return check.bad("values is null");
  return {};
}

Status check_sparse(const Check& check, bool weighted) noexcept {
  const Column& column = check.column;
  const bool strings = column.kind == ColumnKind::strings;
  if (column.weights != nullptr && !weighted) return check.bad("has weights, but the feature takes none");
  if (!strings && column.value_offsets != nullptr) return check.bad("value_offsets without strings");
  if (check.entries == 0) return {};
  const std::uint64_t elements = strings ? column.string_count : column.value_count;
  if (column.row_offsets != nullptr) {
    CLENS_TRY(
        check_offsets(check, "row_offsets", column.row_offsets, column.first, check.entries, elements, longest_entry));
  } else if (column.first + check.entries > elements) {
    return check.bad(strings ? "string_count is below first + entries" : "value_count is below first + entries");
  }
  const auto [begin, end] = with_offsets(column, [&](const auto& offsets) {
    return std::pair{std::uint64_t{offsets[0]}, offsets[check.entries]};
  });
  if (strings) return check_strings(check, begin, end);
  if (column.values == nullptr && begin != end) return check.bad("values is null");
  return {};
}

}  // namespace

base::Status check_column(const Column& column, std::uint64_t entries, std::uint32_t width, const char* feature,
                          bool weighted) noexcept {
  const Check check{column, entries, feature};
  CLENS_TRY(check_types(check, width));
  CLENS_TRY(check_counts(check));
  return width != 0 ? check_dense(check, width) : check_sparse(check, weighted);
}

// Numbers this small, of elements of at most 8 bytes, neither wrap nor are out of any range check_column allows.
bool passes_plainly(const Column& column, std::uint64_t entries, std::uint32_t width) noexcept {
  constexpr std::uint64_t most = std::uint64_t{1} << 31;
  if (column.weights != nullptr || column.value_offsets != nullptr || column.values == nullptr ||
      (entries | column.first | column.value_count | column.string_count) >= most || entries == 0)
    return false;
  const bool is_dense = width != 0;
  const std::uint64_t end = column.first + entries;
  const std::uint32_t bits = column.offset_bits;
  if (is_dense ? column.kind != ColumnKind::floats || column.value_type != ValueType::f32
               : column.kind > ColumnKind::keys || column.value_type > ValueType::u64)
    return false;
  if (column.row_offsets == nullptr)
    return (bits == 0 || bits == 32 || bits == 64) && end * (is_dense ? width : 1) <= column.value_count;
  if (is_dense) return false;
  if (bits == 32)
    return ascends<std::int32_t>(column.row_offsets, column.first, entries, column.value_count, longest_entry);
  return bits == 64 &&
         ascends<std::int64_t>(column.row_offsets, column.first, entries, column.value_count, longest_entry);
}

}  // namespace clicklens::encode
