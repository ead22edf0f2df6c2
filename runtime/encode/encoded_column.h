// A sparse column's table rows, looked up once for runs that read the same entries many times.
#pragma once

#include <cstdint>
#include <vector>

#include "encode/column.h"
#include "encode/encoder.h"

namespace clicklens::encode {

// Moves keep the view good; copies would not.
class EncodedColumn {
 public:
  // `from`: keys or strings, which check_column has passed for `entries`. What has no row is a row that no table has:
  // readers follow the same rules as before, but count text that is no UTF-8 as unknown, which strict runs must not do.
  EncodedColumn(const Column& from, std::uint64_t entries, const Encoder* encoder, std::uint64_t table_rows);
  EncodedColumn(EncodedColumn&&) noexcept = default;
  EncodedColumn& operator=(EncodedColumn&&) noexcept = default;
  EncodedColumn(const EncodedColumn&) = delete;
  EncodedColumn& operator=(const EncodedColumn&) = delete;

  // Entries, lists, weights and validity are those of `from`, which it refers to.
  [[nodiscard]] const Column& view() const noexcept { return view_; }

 private:
  Column view_;
  std::vector<std::uint32_t> rows_;  // by element
};

}  // namespace clicklens::encode
