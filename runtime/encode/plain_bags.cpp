#include "encode/plain_bags.h"

#include <algorithm>
#include <limits>

#include "encode/integers.h"

namespace clicklens::encode {
namespace {

// The entries' ends in the room. False: one is empty, too long or does not fit. An end that is written is within the
// room, whatever the caller does to the offsets meanwhile.
template <class T>
bool read_ends(const ListOffsets<T>& offsets, std::uint64_t begin, std::size_t entries, std::uint64_t longest,
               const PlainRoom& room) noexcept {
  const std::uint64_t first = offsets[begin];
  std::uint64_t last = first;
  bool odd = false;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::uint64_t next = offsets[begin + i + 1];
    odd |= static_cast<bool>(static_cast<int>(next - last - 1 >= longest) |  // an empty one wraps
                             static_cast<int>(next - first > room.id_capacity));
    room.offsets[i + 1] = static_cast<std::uint32_t>(next - first);
    last = next;
  }
  return !odd;
}

bool read_ends(const OneEach&, std::uint64_t, std::size_t entries, std::uint64_t, const PlainRoom& room) noexcept {
  if (entries > room.id_capacity) return false;
  for (std::size_t i = 0; i < entries; ++i) room.offsets[i + 1] = static_cast<std::uint32_t>(i + 1);
  return true;
}

bool read_below(const Column& column, std::uint64_t begin, std::size_t count, std::uint64_t limit,
                std::uint32_t* ids) noexcept {
  return with_integer(column.value_type,
                      [&](auto zero) { return read_rows<decltype(zero)>(column.values, begin, count, limit, ids); });
}

// Keys that lie in memory as encoders take them.
bool encode_keys(const PlainRules& rules, const Column& column, std::uint64_t begin, std::size_t count,
                 std::uint32_t* ids) noexcept {
  const bool is_wide = column.value_type == ValueType::i64 || column.value_type == ValueType::u64;
  if (!is_wide || reinterpret_cast<std::uintptr_t>(column.values) % alignof(std::uint64_t) != 0) return false;
  rules.encoder->encode({static_cast<const std::uint64_t*>(column.values) + begin, count}, ids);
  bool clean = true;
  for (std::size_t j = 0; j < count; ++j) clean &= ids[j] < rules.rows_below;
  return clean;
}

bool read_ids(const PlainRules& rules, const Column& column, std::uint64_t begin, std::size_t count,
              std::uint32_t* ids) noexcept {
  if (column.kind == ColumnKind::rows) return read_below(column, begin, count, rules.rows_below, ids);
  if (rules.keys_below > 0) return read_below(column, begin, count, rules.keys_below, ids);
  return rules.encoder != nullptr && encode_keys(rules, column, begin, count, ids);
}

void divide(format::Pooling pooling, std::size_t entries, const PlainRoom& room) noexcept {
  for (std::size_t i = 0; i < entries; ++i) {
    BagTally tally;
    tally.kept = room.offsets[i + 1] - room.offsets[i];
    room.divisors[i] = tally.divisor(pooling, false);
  }
}

}  // namespace

PlainRules::PlainRules(const BagRules& rules) noexcept
    : encoder(rules.encoder),
      rows_below(static_cast<std::uint32_t>(std::min(rules.table_rows, most_rows))),
      keys_below(0),
      longest(rules.feature->max_length != 0 ? rules.feature->max_length : std::numeric_limits<std::uint32_t>::max()),
      pooling(rules.feature->pooling),
      divides(pooling == format::Pooling::mean || pooling == format::Pooling::sqrtn) {
  if (encoder != nullptr && encoder->is_identity())
    keys_below = static_cast<std::uint32_t>(std::min<std::uint64_t>(rows_below, encoder->rows()));
}

bool read_plain(const PlainRules& rules, const Column& column, std::uint64_t begin, std::size_t entries,
                const PlainRoom& room) noexcept {
  if (column.kind > ColumnKind::keys || column.weights != nullptr || column.validity != nullptr ||
      column.value_validity != nullptr)
    return false;
  std::uint64_t first = 0;
  room.offsets[0] = 0;
  const bool fits = with_offsets(column, [&](const auto& offsets) {
    first = offsets[begin];
    return read_ends(offsets, begin, entries, rules.longest, room);
  });
  if (!fits || !read_ids(rules, column, first, room.offsets[entries], room.ids)) return false;
  if (rules.divides) divide(rules.pooling, entries, room);
  return true;
}

}  // namespace clicklens::encode
