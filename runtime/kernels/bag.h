// Embedding bags. A row of a table is one random cache line or a few: the time goes into waiting for
// them, so rows are prefetched a fixed number of ids ahead, across bags and features (24 measured
// best; a single row per feature would otherwise never be fetched early). The sum of a bag stays in
// registers; rows are never read past their last element, which may be the last of a mapped file.
// Maximum: weights do not count, NaN stays, an empty bag is 0.
#pragma once

#include "kernels/rows.h"

namespace clicklens::kernels {

// Walks the ids of all jobs ahead of the sums.
struct BagCursor {
  const BagJob *job, *last;
  const std::uint32_t *id, *end;
  const char* table;
  std::size_t stride;
  RowLines lines;
  bool outer;  // into the second-level cache
};

template <class Isa>
struct Bag {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;
  static constexpr std::size_t ahead = 24;
  // Bags a job from which rows are fetched into the second-level cache: there more of them can be under way than the
  // first has buffers for. With few rows the way from there to here shows.
  static constexpr std::size_t many = 8;
  static constexpr std::size_t wide_bags = 8;
  static constexpr std::size_t most_vectors = Isa::bag_vectors;  // of one row in registers at once

  static void bags(const BagArgs& args) {
    const BagJob* const last = args.jobs + args.count;
    const bool outer = args.count > 0 && args.jobs->bags >= many;
    BagCursor cursor{args.fetched ? last : args.jobs, last, nullptr, nullptr, nullptr, 0, {}, outer};
    if (!args.fetched) start(cursor);
    for (const BagJob* job = args.jobs; job != last;) {
      const BagJob* const end = alike_until(job, last);
      switch (job->type) {
        case Element::f32:
          jobs<RowF32>(job, end, cursor);
          break;
        case Element::f16:
          jobs<RowF16>(job, end, cursor);
          break;
        case Element::bf16:
          jobs<RowBf16>(job, end, cursor);
          break;
        case Element::i8_row:
          jobs<RowI8>(job, end, cursor);
          break;
        case Element::i4_row:
          jobs<RowI4>(job, end, cursor);
          break;
      }
      job = end;
    }
  }

 private:
  // Behind the last of the jobs that one slice can do in one call: with one row a feature, calls cost as much as sums.
  static const BagJob* alike_until(const BagJob* first, const BagJob* last) {
    const BagJob* job = first + 1;
    if (first->dim > most_vectors * lanes) return job;
    const bool plain = first->weights == nullptr;
    while (job != last && job->type == first->type && job->pool == first->pool && job->dim == first->dim &&
           (job->weights == nullptr) == plain)
      ++job;
    return job;
  }

  static void start(BagCursor& cursor) {
    for (std::size_t i = 0; i < ahead; ++i) {
      if (cursor.id == cursor.end) next_job(cursor);
      if (cursor.id == cursor.end) break;
      fetch(cursor);
    }
  }

  // `cursor` is a copy of `shared` in registers, ahead of it by the ids fetched since they had a job in common.
  [[gnu::always_inline]] static void prefetch(BagCursor& cursor, BagCursor& shared) {
    if (cursor.id == cursor.end) [[unlikely]] {
      if (shared.job == shared.last) return;
      next_job(shared);
      cursor = shared;
      if (cursor.id == cursor.end) return;
    }
    fetch(cursor);
  }

  [[gnu::always_inline]] static void fetch(BagCursor& cursor) {
    const char* const row = cursor.table + *cursor.id * cursor.stride;
    if (cursor.outer) {
      prefetch_row<2>(row, cursor.lines);
    } else {
      prefetch_row(row, cursor.lines);
    }
    ++cursor.id;
  }

  // To the next job that has ids, if there is one; all of this one's are fetched.
  [[gnu::noinline]] static void next_job(BagCursor& cursor) {
    cursor.id = cursor.end;
    for (; cursor.job != cursor.last && cursor.id == cursor.end; ++cursor.job) {
      const BagJob& job = *cursor.job;
      if (job.bags == 0) continue;
      cursor.id = job.ids + job.offsets[0];
      cursor.end = job.ids + job.offsets[job.bags];
      cursor.table = static_cast<const char*>(job.table);
      cursor.stride = job.row_stride;
      cursor.lines = job.lines;
    }
  }

  // How many vectors of a row are summed at once. Of floats as many as the registers hold; narrower types, whose code
  // is longer, come in fewer widths, the fewest for the maximum, and without weights as with weights of 1, which has
  // the same bits: 40 KB of code instead of 180.
  template <class Row, Pool P>
  static constexpr bool has_width(std::size_t vectors) {
    if (Row::is_plain) return true;
    if (P == Pool::max) return vectors <= 2 || vectors == 4;
    return vectors <= 4 || vectors == most_vectors;
  }

  using Slice = void (*)(const BagJob* first, const BagJob* last, BagCursor&, std::size_t column, std::size_t tail);
  struct SliceTable {
    Slice at[most_vectors + 1];  // of the width, or of the widest below it
    std::size_t width[most_vectors + 1];
  };
  template <class Row, Pool P, bool Weighted, std::size_t C = 1>
  static constexpr void fill(SliceTable& table) {
    if constexpr (has_width<Row, P>(C)) {
      table.at[C] = &slice<Row, P, Weighted, C>;
      table.width[C] = C;
    } else {
      table.at[C] = table.at[C - 1];
      table.width[C] = table.width[C - 1];
    }
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

  template <class Row>
  static const SliceTable& slices_for(const BagJob& job) {
    if (job.pool == Pool::max) return slices<Row, Pool::max, false>;
    if constexpr (Row::is_plain) {
      if (job.weights == nullptr) return slices<Row, Pool::sum, false>;
    }
    return slices<Row, Pool::sum, true>;
  }

  template <class Row>
  static void jobs(const BagJob* first, const BagJob* last, BagCursor& cursor) {
    if (first->dim <= most_vectors * lanes) return columns<Row>(first, last, cursor);
    // Rows wider than the registers are summed slice by slice, few at a time: they come from memory with the first
    // slice.
    for (std::size_t bag = 0; bag < first->bags; bag += wide_bags) {
      BagJob some = *first;
      some.offsets += bag;
      if (some.divisors != nullptr) some.divisors += bag;
      some.bags = first->bags - bag < wide_bags ? first->bags - bag : wide_bags;
      some.out += bag * some.ld_out;
      columns<Row>(&some, &some + 1, cursor);
    }
  }

  // The cursor is through after the first slice.
  template <class Row>
  static void columns(const BagJob* first, const BagJob* last, BagCursor& cursor) {
    const SliceTable& table = slices_for<Row>(*first);
    const std::size_t dim = first->dim;
    BagCursor none{};
    for (std::size_t column = 0; column < dim;) {
      const std::size_t left = (dim - column + lanes - 1) / lanes, most = left < most_vectors ? left : most_vectors;
      const std::size_t end = column + table.width[most] * lanes;
      table.at[most](first, last, column == 0 ? cursor : none, column, lanes - (end > dim ? end - dim : 0));
      column = end;
    }
  }

  template <class Row, Pool P, bool Weighted, std::size_t C>
  static void slice(const BagJob* first, const BagJob* last, BagCursor& shared, std::size_t column, std::size_t tail) {
    BagCursor cursor = shared;
    for (const BagJob* job = first; job != last; ++job) pool<Row, P, Weighted, C>(*job, cursor, shared, column, tail);
    shared.id = cursor.id;
  }

  template <class Row, Pool P, bool Weighted, std::size_t C>
  [[gnu::always_inline]] static void pool(const BagJob& job, BagCursor& cursor, BagCursor& shared, std::size_t column,
                                          std::size_t tail) {
    const char* const table = static_cast<const char*>(job.table);
    const std::size_t stride = job.row_stride;
    const float one = 1.0f;
    const float* const weights = job.weights != nullptr ? job.weights : &one;
    const std::size_t each = job.weights != nullptr ? ~std::size_t{0} : 0;
    for (std::size_t bag = 0; bag < job.bags; ++bag) {
      V acc[C];
      float* const out = job.out + bag * job.ld_out + column;
      std::size_t i = job.offsets[bag];
      const std::size_t end = job.offsets[bag + 1];
      begin<C>(acc, job.resume, !Row::is_plain && P == Pool::max && i < end ? -__builtin_inff() : 0.0f, out, tail);
      if constexpr (Row::is_plain && P == Pool::max) {  // the first row instead of below all: 20 % faster, more code
        if (!job.resume && i < end) {
          prefetch(cursor, shared);
          add<Row, Pool::sum, false, C>(acc, table + job.ids[i] * stride, 1.0f, column, tail);
          ++i;
        }
      }
      for (; i < end; ++i) {
        prefetch(cursor, shared);
        add<Row, P, Weighted, C>(acc, table + job.ids[i] * stride, Weighted ? weights[i & each] : 1.0f, column, tail);
      }
      if (job.divisors != nullptr) divide<C>(acc, job.divisors[bag]);
#pragma GCC unroll 16
      for (std::size_t j = 0; j < C; ++j) store_of_tile(out + j * lanes, canonical(acc[j]), j + 1 == C, tail);
    }
  }

  template <std::size_t C>
  [[gnu::always_inline]] static void begin(V (&acc)[C], bool resume, float start, const float* out, std::size_t tail) {
#pragma GCC unroll 16
    for (std::size_t j = 0; j < C; ++j) {
      acc[j] = resume ? load_of_tile<V>(out + j * lanes, j + 1 == C, tail) : V::broadcast(start);
    }
  }

  template <class Row, Pool P, bool Weighted, std::size_t C>
  [[gnu::always_inline]] static void add(V (&acc)[C], const char* row, float weight, std::size_t column,
                                         std::size_t tail) {
#pragma GCC unroll 16
    for (std::size_t j = 0; j < C; ++j) {
      const V v = Row::template load<V>(row, column + j * lanes, j + 1 == C, tail);
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
