// Rows of memory that is read at random, one after the other: what a candidate cache keeps, and what such a sum
// becomes when a request's part is added to it. A row is asked for some rows before it is read.
#pragma once

#include "kernels/rows.h"

namespace clicklens::kernels {

template <class Isa>
struct CopyRows {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  static void copy_rows(const CopyRowsArgs& a) { a.type == Element::f16 ? run<RowF16>(a) : run<RowF32>(a); }

 private:
  template <class Row>
  static void run(const CopyRowsArgs& a) {
    const RowLines lines = row_lines(a.table, a.row_stride, a.type, a.cols);
    const std::size_t ahead = rows_ahead(row_bytes(a.type, a.cols));
    const auto row = [&a](std::size_t i) { return static_cast<const char*>(a.table) + a.rows[i] * a.row_stride; };
    for (std::size_t i = 0; i < ahead && i < a.count; ++i) prefetch_row<2>(row(i), lines);
    for (std::size_t i = 0; i < a.count; ++i) {
      if (i + ahead < a.count) prefetch_row<2>(row(i + ahead), lines);
      copy<Row>(a, row(i), row_of(a.addend, i), a.out + i * a.ld_out);
    }
  }

  // Some lines ahead, but never less than the memory's latency takes of short rows or has rows of long ones.
  static std::size_t rows_ahead(std::size_t bytes) {
    constexpr std::size_t most = 24, fewest = 4;
    const std::size_t rows = most * 64 / (bytes + 1);
    return rows < fewest ? fewest : rows < most ? rows : most;
  }

  template <class Row>
  [[gnu::always_inline]] static void copy(const CopyRowsArgs& a, const char* row, const float* addend, float* out) {
    for (std::size_t column = 0; column < a.cols; column += lanes) {
      const bool last = column + lanes >= a.cols;
      const std::size_t tail = last ? a.cols - column : lanes;
      V v = canonical(Row::template load<V>(row, column, last, tail));
      if (addend != nullptr) v = canonical(v + load_of_tile<V>(addend + column, last, tail));
      if (a.relu) v = relu(v);
      store_of_tile(out + column, v, last, tail);
    }
  }
};

}  // namespace clicklens::kernels
