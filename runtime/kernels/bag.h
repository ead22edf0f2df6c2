// Embedding bags. A row of a table is one random cache line or a few: the time goes into waiting for
// them, so rows are prefetched a fixed number of ids ahead, across bags and features (24 measured
// best; a single row per feature would otherwise never be fetched early). The sum of a bag stays in
// registers; rows are never read past their last element, which may be the last of a mapped file.
// Maximum: weights do not count, NaN stays, an empty bag is 0.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

// How a row of each element type is read. Quantised types join here.
struct RowF32 {
  template <class V>
  [[gnu::always_inline]] static V load(const char* row, std::size_t column, std::size_t n) {
    return load_some<V>(reinterpret_cast<const float*>(row) + column, n);
  }
};

// Walks the ids of all jobs ahead of the sums.
struct BagCursor {
  const BagJob *job, *last;
  const std::uint32_t *id, *end;
  const char* table;
  std::size_t stride, bytes;  // from row to row, and of a row
};

template <class Isa>
struct Bag {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;
  static constexpr std::size_t ahead = 24;
  static constexpr std::size_t most_vectors = Isa::bag_vectors;  // of one row in registers at once

  static void bags(const BagArgs& args) {
    BagCursor cursor{args.jobs, args.jobs + args.count, nullptr, nullptr, nullptr, 0, 0};
    for (std::size_t i = 0; i < ahead; ++i) prefetch(cursor);
    for (std::size_t i = 0; i < args.count; ++i) {
      switch (args.jobs[i].type) {
        case Element::f32:
          job<RowF32>(args.jobs[i], cursor);
          break;
        default:  // refused when the model was opened
          break;
      }
    }
  }

 private:
  [[gnu::always_inline]] static void prefetch(BagCursor& cursor) {
    if (cursor.id == cursor.end) [[unlikely]] {
      if (cursor.job == cursor.last) return;
      cursor = next_job(cursor);
      if (cursor.id == cursor.end) return;
    }
    const char* const row = cursor.table + *cursor.id * cursor.stride;
    ++cursor.id;
    __builtin_prefetch(row);
    for (std::size_t line = 64; line < cursor.bytes; line += 64) __builtin_prefetch(row + line);
  }

  // By value: a cursor whose address escapes would live in memory, not in registers.
  [[gnu::noinline]] static BagCursor next_job(BagCursor cursor) {
    for (; cursor.job != cursor.last && cursor.id == cursor.end; ++cursor.job) {
      const BagJob& job = *cursor.job;
      if (job.bags == 0) continue;
      cursor.id = job.ids + job.offsets[0];
      cursor.end = job.ids + job.offsets[job.bags];
      cursor.table = static_cast<const char*>(job.table);
      cursor.stride = job.row_stride;
      cursor.bytes = job.dim * sizeof(float);
    }
    return cursor;
  }

  using Slice = void (*)(const BagJob&, BagCursor&, std::size_t column, std::size_t tail);
  struct SliceTable {
    Slice at[most_vectors + 1];
  };
  template <class Row, Pool P, bool Weighted, std::size_t C = 1>
  static constexpr void fill(SliceTable& table) {
    table.at[C] = &slice<Row, P, Weighted, C>;
    if constexpr (C < most_vectors) fill<Row, P, Weighted, C + 1>(table);
  }
  template <class Row, Pool P, bool Weighted>
  static constexpr SliceTable make_slices() {
    SliceTable table{};
    fill<Row, P, Weighted>(table);
    return table;
  }
  template <class Row, Pool P, bool Weighted>
  static constexpr SliceTable slices = make_slices<Row, P, Weighted>();

  // Rows wider than the registers are summed slice by slice; the cursor is through after the first.
  template <class Row>
  static void job(const BagJob& job, BagCursor& cursor) {
    const SliceTable& table = job.pool == Pool::max    ? slices<Row, Pool::max, false>
                              : job.weights != nullptr ? slices<Row, Pool::sum, true>
                                                       : slices<Row, Pool::sum, false>;
    BagCursor none{};
    for (std::size_t column = 0; column < job.dim;) {
      const std::size_t left = (job.dim - column + lanes - 1) / lanes;
      const std::size_t width = left < most_vectors ? left : most_vectors;
      const std::size_t end = column + width * lanes;
      table.at[width](job, column == 0 ? cursor : none, column, lanes - (end > job.dim ? end - job.dim : 0));
      column = end;
    }
  }

  template <class Row, Pool P, bool Weighted, std::size_t C>
  static void slice(const BagJob& job, BagCursor& shared, std::size_t column, std::size_t tail) {
    BagCursor cursor = shared;
    const char* const table = static_cast<const char*>(job.table);
    const std::size_t stride = job.row_stride;
    for (std::size_t bag = 0; bag < job.bags; ++bag) {
      V acc[C];
      float* const out = job.out + bag * job.ld_out + column;
      std::size_t i = job.offsets[bag];
      const std::size_t end = job.offsets[bag + 1];
      begin<C>(acc, job.resume, out, tail);
      if (P == Pool::max && !job.resume && i < end) {  // starts from the first row: there is no neutral value
        prefetch(cursor);
        add<Row, Pool::sum, false, C>(acc, table + job.ids[i] * stride, 1.0f, column, tail);
        ++i;
      }
      for (; i < end; ++i) {
        prefetch(cursor);
        add<Row, P, Weighted, C>(acc, table + job.ids[i] * stride, Weighted ? job.weights[i] : 1.0f, column, tail);
      }
      if (job.divisors != nullptr) divide<C>(acc, job.divisors[bag]);
#pragma GCC unroll 16
      for (std::size_t j = 0; j < C; ++j) store_some(out + j * lanes, canonical(acc[j]), j + 1 < C ? lanes : tail);
    }
    shared = cursor;
  }

  template <std::size_t C>
  [[gnu::always_inline]] static void begin(V (&acc)[C], bool resume, const float* out, std::size_t tail) {
#pragma GCC unroll 16
    for (std::size_t j = 0; j < C; ++j) {
      acc[j] = resume ? load_some<V>(out + j * lanes, j + 1 < C ? lanes : tail) : V::zero();
    }
  }

  template <class Row, Pool P, bool Weighted, std::size_t C>
  [[gnu::always_inline]] static void add(V (&acc)[C], const char* row, float weight, std::size_t column,
                                         std::size_t tail) {
#pragma GCC unroll 16
    for (std::size_t j = 0; j < C; ++j) {
      const V v = Row::template load<V>(row, column + j * lanes, j + 1 < C ? lanes : tail);
      if constexpr (P == Pool::max) {
        acc[j] = max(acc[j], v);
      } else if constexpr (Weighted) {
        acc[j] = fma(V::broadcast(weight), v, acc[j]);
      } else {
        acc[j] = acc[j] + v;
      }
    }
  }

  template <std::size_t C>
  [[gnu::always_inline]] static void divide(V (&acc)[C], float divisor) {
#pragma GCC unroll 16
    for (std::size_t j = 0; j < C; ++j) acc[j] = acc[j] / V::broadcast(divisor);
  }
};

}  // namespace clicklens::kernels
