// Blocks copied one behind the other: for commands that look at more rows together than a recording's records hold.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/block_reader.h"

namespace clicklens::cli {

class BlockJoiner {
 public:
  explicit BlockJoiner(std::span<const FeatureSpec> features) : features_(features), columns_(features.size()) {}

  void clear();
  // What cannot be joined, empty: nothing. A column that a block lacks is missing in its entries.
  [[nodiscard]] std::string add(const Block& block);
  [[nodiscard]] std::size_t rows() const noexcept { return block_.rows; }
  // Valid until the next add() or clear().
  [[nodiscard]] const Block& block();

 private:
  struct Column {  // of a feature; entries from the first block on
    bool seen = false, weighted = false;
    std::uint32_t kind = 0, value_type = 0;
    std::size_t entries = 0, elements = 0;
    std::string values;                          // bytes
    std::vector<std::int64_t> ends, value_ends;  // of entries, of strings; from 0
    std::vector<float> weights;
    std::vector<std::uint8_t> present, value_present;  // Arrow bitmaps

    void add_missing(std::size_t count, bool dense, std::size_t width);
    void add_entry(const clens_column& from, std::uint64_t entry, std::size_t width);
    void add_element(const clens_column& from, std::uint64_t element);
    [[nodiscard]] clens_column view(std::uint32_t input) const;
  };

  std::span<const FeatureSpec> features_;
  std::vector<Column> columns_;  // by feature
  std::size_t requests_ = 0;
  Block block_;
};

}  // namespace clicklens::cli
