// Stretches of rows that are read at random, one row after the other: what a candidate cache keeps, and what such a sum
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
    const std::size_t ahead = rows_ahead(a);
    for (std::size_t i = 0; i < ahead && i < a.count; ++i) fetch(a, i);
    for (std::size_t i = 0; i < a.count; ++i) {
      if (i + ahead < a.count) fetch(a, i + ahead);
      for (std::size_t s = 0; s < a.stretch_count; ++s) copy<Row>(a.stretches[s], row(a, i), i);
    }
  }

  [[gnu::always_inline]] static const char* row(const CopyRowsArgs& a, std::size_t i) {
    return static_cast<const char*>(a.data) + a.rows[i] * a.row_stride;
  }

  // As many rows as have some 24 lines, at least 4.
  static std::size_t rows_ahead(const CopyRowsArgs& a) {
    constexpr std::size_t lines = 24, fewest = 4;
    std::size_t bytes = 0;
    for (std::size_t s = 0; s < a.stretch_count; ++s) bytes += row_bytes(a.type, a.stretches[s].cols);
    const std::size_t rows = lines * 64 / (bytes < 64 ? 64 : bytes);
    return rows < fewest ? fewest : rows;
  }

  [[gnu::always_inline]] static void fetch(const CopyRowsArgs& a, std::size_t i) {
    for (std::size_t s = 0; s < a.stretch_count; ++s) {
      const char* const at = row(a, i) + a.stretches[s].offset;
      const std::size_t bytes = row_bytes(a.type, a.stretches[s].cols);
      for (std::size_t line = 0; line < bytes; line += 64) __builtin_prefetch(at + line, 0, 2);
      __builtin_prefetch(at + bytes - 1, 0, 2);
    }
  }

  template <class Row>
  [[gnu::always_inline]] static void copy(const CopyStretch& to, const char* row, std::size_t i) {
    const float* const addend = row_of(to.addend, i);
    float* const out = to.out + i * to.ld_out;
    for (std::size_t column = 0; column < to.cols; column += lanes) {
      const bool last = column + lanes >= to.cols;
      const std::size_t tail = last ? to.cols - column : lanes;
      V v = canonical(Row::template load<V>(row + to.offset, column, last, tail));
      if (addend != nullptr) v = canonical(v + load_of_tile<V>(addend + column, last, tail));
      if (to.relu) v = relu(v);
      store_of_tile(out + column, v, last, tail);
    }
  }
};

}  // namespace clicklens::kernels
