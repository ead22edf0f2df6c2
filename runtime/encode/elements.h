// The elements of a sparse column - every entry's ids one behind the other - as table rows, in blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "encode/column.h"
#include "encode/encoder.h"

namespace clicklens::encode {

// Beside unknown_row: this element is no id at all (null, or its weight is not finite). Neither is a row
// of any table.
inline constexpr std::uint32_t dropped_id = unknown_row - 1;

enum class Fault { null, weight, text, range, unknown };

class Elements {
 public:
  // Ids given are below min(table_rows, most_rows), or one of the two above.
  Elements(const Column* column, const Encoder* encoder, std::uint64_t table_rows, bool weighted) noexcept;

  [[nodiscard]] bool weighted() const noexcept { return weighted_; }

  // ids[j] and, if weighted, weights[j] of element begin + j, j < count. True: all of them are rows.
  bool read(std::uint64_t begin, std::size_t count, std::uint32_t* ids, float* weights) const noexcept;

  // Why read() gave this element an id that is no row.
  [[nodiscard]] Fault fault(std::uint64_t element, std::uint32_t id) const noexcept;

  // The raw id, whatever row it gets: of STRINGS its bytes, of others its bits as a 64-bit number.
  [[nodiscard]] std::string_view text(std::uint64_t element) const noexcept;
  [[nodiscard]] std::uint64_t number(std::uint64_t element) const noexcept;

 private:
  bool read_rows(std::uint64_t begin, std::size_t count, std::uint32_t* ids) const noexcept;
  bool read_keys(std::uint64_t begin, std::size_t count, std::uint32_t* ids) const noexcept;
  bool read_strings(std::uint64_t begin, std::size_t count, std::uint32_t* ids) const noexcept;
  bool read_weights(std::uint64_t begin, std::size_t count, std::uint32_t* ids, float* weights) const noexcept;
  bool drop_nulls(std::uint64_t begin, std::size_t count, std::uint32_t* ids) const noexcept;
  bool bound(std::size_t count, std::uint32_t* ids) const noexcept;
  [[nodiscard]] bool is_null(std::uint64_t element) const noexcept;

  const Column* column_;
  const Encoder* encoder_;
  std::uint64_t limit_;
  bool weighted_;
  bool nullable_;
};

}  // namespace clicklens::encode
