// The linear layer by AMX: blocks of up to 32 rows x 32 outputs, as 2 x 2 tiles of sums. Rows and weights lie as for
// the vector kernels, whose panels of 16 outputs are what a tile of weights reads.
#pragma once

#include "kernels/isa/amx_tiles.h"
#include "kernels/linear_finish.h"

namespace clicklens::kernels {

// Product says of what: its Weight and Panels, where a call's panels begin, what sums start from, how a tile of
// products is added, and what floats the sums are (`take`).
template <class Isa, class Product>
struct LinearAmx {
  using V = Vec<Isa>;
  using Args = LinearReducedArgs;
  using Block = LinearBlock<Isa, Args>;
  using Rows = typename Block::Rows;
  using Finish = LinearFinish<Isa, Args>;
  static constexpr std::size_t lanes = V::lanes;
  static constexpr std::size_t block_rows = 2 * amx::tile_rows, group_rows = Block::max_rows;
  static_assert(lanes * sizeof(float) == amx::row_bytes);

  static void run(const Args& a) {
    if (a.m == 0) return;
    // All blocks have one height, since shaping tiles anew takes longer than a few rows twice: the last begins within
    // the one before it, whose rows it leaves as they are.
    const std::size_t blocks = (a.m + block_rows - 1) / block_rows, height = (a.m + blocks - 1) / blocks;
    const std::size_t upper = height <= amx::tile_rows ? height : (height + 1) / 2;
    const amx::Tiles tiles(shapes(upper, height - upper));
    for (std::size_t first = 0; first < blocks; first += held) {
      Held rows[held];
      const std::size_t count = blocks - first < held ? blocks - first : held;
      for (std::size_t b = 0; b < count; ++b) resolve(rows[b], a, (first + b) * height, height);
      alignas(64) SumsOf sums_of[2];
      Unfinished before;
      std::size_t turn = 0;
      for (std::size_t column = 0; column < a.n; column += 2 * lanes) {
        for (std::size_t b = 0; b < count; ++b, turn ^= 1) {
          multiply(a, rows[b], column, upper, height - upper, sums_of[turn], before);
          while (before.left > 0) before.next(a);
          before = Unfinished(a, rows[b], column, sums_of[turn]);
        }
      }
      while (before.left > 0) before.next(a);
      if (a.act <= Act::relu) continue;
      for (std::size_t b = 0; b < count; ++b) activate(a, rows[b]);
    }
  }

 private:
  static constexpr std::size_t held = 4;  // blocks, for each of which the weights of 32 outputs are in L1
  static constexpr std::size_t groups = (block_rows + group_rows - 1) / group_rows;
  static constexpr int sums = 0, inputs = 4, weights = 6;  // tiles: sums 0-3, two of each other

  // A block's rows, in groups that fit the registers.
  struct Held {
    std::size_t first, skipped, groups;  // rows before `skipped` are another block's
    Rows group[LinearAmx::groups];
  };

  static amx::Shapes shapes(std::size_t upper, std::size_t lower) {
    amx::Shapes to;
    for (int tile = 0; tile < 8; ++tile) {
      const bool is_lower = tile == sums + 2 || tile == sums + 3 || tile == inputs + 1;
      const std::size_t rows = tile >= weights ? amx::tile_rows : is_lower ? lower : upper;
      to.rows[tile] = static_cast<std::uint8_t>(rows);
      to.bytes[tile] = rows == 0 ? 0 : amx::row_bytes;
    }
    return to;
  }

  static void resolve(Held& to, const Args& a, std::size_t row, std::size_t height) {
    to.first = row + height <= a.m ? row : a.m - height;
    to.skipped = row - to.first;
    to.groups = 0;
    const Block block(a);
    for (const std::size_t end = to.first + height; row < end; row += group_rows) {
      Rows& group = to.group[to.groups++];
      group.count = end - row < group_rows ? end - row : group_rows;
      block.resolve(group, row);
    }
  }

  using SumsOf = std::int32_t[block_rows][2 * lanes];  // of a block
  using Sums = const std::int32_t (*)[2 * lanes];
  using Finishing = void (*)(const Args&, const Rows&, std::size_t column, std::size_t tail, Sums);

  // Groups of a block's rows whose sums have left their tiles.
  struct Unfinished {
    const Finishing* finish = nullptr;
    const Rows* group = nullptr;
    std::size_t left = 0, column = 0, tail = 0;
    Sums from = nullptr;

    Unfinished() = default;
    Unfinished(const Args& a, const Held& rows, std::size_t at, Sums sums)
        : group(rows.group), left(rows.groups), column(at), from(sums + rows.skipped) {
      const std::size_t outputs = a.n - at < 2 * lanes ? a.n - at : 2 * lanes;
      tail = outputs > lanes ? outputs - lanes : outputs;
      finish = outputs > lanes ? finish_table<2>.at : finish_table<1>.at;
    }
    [[gnu::always_inline]] void next(const Args& a) {
      finish[group->count](a, *group, column, tail, from);
      from += group->count;
      ++group;
      --left;
    }
  };

  static void multiply(const Args& a, const Held& rows, std::size_t column, std::size_t upper, std::size_t lower,
                       SumsOf& to, Unfinished& before) {
    if (a.n - column > lanes) {
      lower == 0 ? products<1, 2>(a, rows, column, upper, to, before)
                 : products<2, 2>(a, rows, column, upper, to, before);
    } else {
      lower == 0 ? products<1, 1>(a, rows, column, upper, to, before)
                 : products<2, 1>(a, rows, column, upper, to, before);
    }
  }

  // R x C tiles.
  template <int R, int C>
  [[gnu::always_inline]] static void products(const Args& a, const Held& rows, std::size_t column, std::size_t upper,
                                              SumsOf& to, Unfinished& before) {
    using Panels = typename Product::Panels;
    constexpr std::size_t stride = 2 * lanes * sizeof(std::int32_t);
    Product::template start<sums>(a, column);
    if constexpr (C > 1) Product::template start<sums + 1>(a, column + lanes);
    if constexpr (R > 1) Product::template start<sums + 2>(a, column);
    if constexpr (R > 1 && C > 1) Product::template start<sums + 3>(a, column + lanes);
    const std::size_t panel = Panels::panel(a.k) * sizeof(typename Product::Weight);
    const std::byte *x = a.x + rows.first * a.ldx, *w = Product::panels(a) + column / lanes * panel;
    for (const std::byte* const end = w + panel; w != end; w += amx::tile_rows * amx::row_bytes, x += amx::row_bytes) {
      amx::load<weights>(w, amx::row_bytes);
      amx::load<inputs>(x, a.ldx);
      Product::template add<sums, inputs, weights>();
      if constexpr (C > 1) amx::load<weights + 1>(w + panel, amx::row_bytes);
      if constexpr (C > 1) Product::template add<sums + 1, inputs, weights + 1>();
      if constexpr (R > 1) amx::load<inputs + 1>(x + upper * a.ldx, a.ldx);
      if constexpr (R > 1) Product::template add<sums + 2, inputs + 1, weights>();
      if constexpr (R > 1 && C > 1) Product::template add<sums + 3, inputs + 1, weights + 1>();
      if (before.left > 0) before.next(a);  // while the tiles multiply
    }
    amx::store<sums>(to[0], stride);
    if constexpr (C > 1) amx::store<sums + 1>(to[0] + lanes, stride);
    if constexpr (R > 1) amx::store<sums + 2>(to[upper], stride);
    if constexpr (R > 1 && C > 1) amx::store<sums + 3>(to[upper] + lanes, stride);
  }

  template <std::size_t R, std::size_t C>
  static void finish_group(const Args& a, const Rows& rows, std::size_t column, std::size_t tail, Sums from) {
    V acc[R][C];
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        const V seed = Finish::load_row(a.seed.data, rows.seed[i], column + j * lanes, j + 1 == C, tail);
        acc[i][j] = Product::take(from[i] + j * lanes, a, rows.first + i, column + j * lanes, seed);
      }
    }
    Finish::template finish<R, C>(acc, a, rows, column, tail);
  }
  struct FinishTable {
    Finishing at[group_rows + 1];
  };
  template <std::size_t C, std::size_t R>
  static constexpr void fill(FinishTable& table) {
    table.at[R] = &finish_group<R, C>;
    if constexpr (R < group_rows) fill<C, R + 1>(table);
  }
  template <std::size_t C>
  static constexpr FinishTable make_finish() {
    FinishTable table{};
    fill<C, 1>(table);
    return table;
  }
  template <std::size_t C>
  static constexpr FinishTable finish_table = make_finish<C>();

  static void activate(const Args& a, const Held& rows) {
    for (std::size_t g = 0; g < rows.groups; ++g) {
      for (std::size_t i = 0; i < rows.group[g].count; ++i) Finish::activate_row(a, rows.group[g].y[i]);
    }
  }
};

}  // namespace clicklens::kernels
