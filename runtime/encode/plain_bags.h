// The usual sparse column - rows or keys as integers, every one there, no weights - read in one go. With one row a
// feature a BagReader's state costs more than its work; where there is nothing to count, cut or replace, none is needed.
#pragma once

#include "encode/bag_reader.h"

namespace clicklens::encode {

// What of a feature's rules does not depend on a batch.
struct PlainRules {
  explicit PlainRules(const BagRules& rules) noexcept;

  std::uint64_t rows_below;  // every row is
  std::uint64_t keys_below;  // keys below it are the rows themselves; 0: they must be encoded
  const Encoder* encoder;
  std::uint64_t longest;  // max_length
  format::Pooling pooling;
  bool divides;
};

// Entries [begin, begin + entries) into the chunk, as a BagReader would, if each has an id, none is cut, all fit and
// every id is a row: then there is nothing to count. False: a BagReader must read them; what the chunk holds means
// nothing. The column must have passed check_column.
bool read_plain(const PlainRules& rules, const Column& column, std::uint64_t begin, std::size_t entries,
                BagChunk& chunk) noexcept;

}  // namespace clicklens::encode
