// A column's entries in another order, in memory of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "encode/column.h"

namespace clicklens::encode {

// Moves keep the view good; copies would not.
class GatheredColumn {
 public:
  // Entry i is entry order[i] of `from`, which check_column has passed for more entries than any in `order`. `width`:
  // floats per entry of a dense feature.
  GatheredColumn(const Column& from, std::span<const std::uint64_t> order, std::uint32_t width);
  GatheredColumn(GatheredColumn&&) noexcept = default;
  GatheredColumn& operator=(GatheredColumn&&) noexcept = default;
  GatheredColumn(const GatheredColumn&) = delete;
  GatheredColumn& operator=(const GatheredColumn&) = delete;

  [[nodiscard]] const Column& view() const noexcept { return view_; }

 private:
  void add_dense(const Column& from, std::uint64_t entry, std::uint32_t width);
  void add_list(const Column& from, std::uint64_t begin, std::uint64_t end);
  void add_string(const Column& from, std::uint64_t element);
  static void add_bit(std::vector<std::uint8_t>& bits, std::uint64_t index, bool value);

  Column view_;
  std::vector<std::uint8_t> values_, validity_, value_validity_;
  std::vector<std::int64_t> row_offsets_, value_offsets_;
  std::vector<float> weights_;
  std::uint64_t elements_ = 0;  // so far: floats, integers or strings
};

}  // namespace clicklens::encode
