// The usual sparse column - rows or keys as integers, every one there, no weights - read in one go. With one row a
// feature a BagReader's state costs more than its work; where there is nothing to count, cut or replace, none is
// needed.
#pragma once

#include "encode/bag_reader.h"

namespace clicklens::encode {

// What of a feature's rules does not depend on a batch.
struct PlainRules {
  explicit PlainRules(const BagRules& rules) noexcept;

  const Encoder* encoder;
  std::uint32_t rows_below;  // every row is
  std::uint32_t keys_below;  // keys below it are the rows themselves; 0: they must be encoded
  std::uint32_t longest;     // max_length
  format::Pooling pooling;
  bool divides;
};

// Where they go: bag b has ids[offsets[b]] to ids[offsets[b + 1]].
struct PlainRoom {
  std::uint32_t* ids = nullptr;      // id_capacity
  std::uint32_t* offsets = nullptr;  // entries + 1
  float* divisors = nullptr;         // entries; written where the pooling divides
  std::size_t id_capacity = 0;
};

// Entries [begin, begin + entries) as a BagReader would read them, if each has an id, none is cut, all fit and every id
// is a row: then there is nothing to count. False: a BagReader must read them; what the room holds means nothing. The
// column must have passed check_column.
bool read_plain(const PlainRules& rules, const Column& column, std::uint64_t begin, std::size_t entries,
                const PlainRoom& room) noexcept;

}  // namespace clicklens::encode
