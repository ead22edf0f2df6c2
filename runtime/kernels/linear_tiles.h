// A block of a linear's rows, cut into tiles of rows x vectors of outputs that fit the registers:
// Isa::tile_columns[rows] says how many vectors that height has room for.
#pragma once

#include "kernels/linear_finish.h"

namespace clicklens::kernels {

// Kernel::tile<R, C>(args, rows, column, tail) computes one tile.
template <class Isa, class Kernel, class Args = LinearArgs>
struct LinearTiles {
  using Block = LinearBlock<Isa, Args>;
  using Rows = typename Block::Rows;
  static constexpr std::size_t lanes = Isa::lanes;
  static constexpr std::size_t max_rows = Block::max_rows;

  static void run(const Args& a, const Block& block) {
    across_outputs(a, block);
    if (a.act > Act::relu) LinearFinish<Isa, Args>::activate_rows(a, block);
  }

  // Cuts n outputs into as few stretches of at most `room` vectors as there can be, of nearly equal width: f(vectors,
  // first output, lanes of the last vector).
  template <class F>
  [[gnu::always_inline]] static void each_stretch(std::size_t n, std::size_t room, F f) {
    const std::size_t vectors = (n + lanes - 1) / lanes;
    const std::size_t tiles = (vectors + room - 1) / room;
    for (std::size_t t = 0, vector = 0; t < tiles; ++t) {
      const std::size_t width = vectors / tiles + (t < vectors % tiles ? 1 : 0);
      const std::size_t end = (vector + width) * lanes;
      f(width, vector * lanes, lanes - (end > n ? end - n : 0));
      vector += width;
    }
  }

  static void across_outputs(const Args& a, const Block& block) {
    const std::size_t room = static_cast<std::size_t>(Isa::tile_columns[block.rows[0].count]);
    each_stretch(a.n, room, [&](std::size_t width, std::size_t column, std::size_t tail) {
      for (std::size_t i = 0; i < block.count; ++i)
        tile_table.at[block.rows[i].count][width](a, block.rows[i], column, tail);
    });
  }

 private:
  // `column`: the tile's first output; `tail`: how many lanes of its last vector exist.
  using Tile = void (*)(const Args&, const Rows&, std::size_t column, std::size_t tail);

  static constexpr std::size_t widest() {
    std::size_t most = 0;
    for (const int columns : Isa::tile_columns)
      most = static_cast<std::size_t>(columns) > most ? static_cast<std::size_t>(columns) : most;
    return most;
  }

  struct TileTable {
    Tile at[max_rows + 1][widest() + 1];
  };
  template <std::size_t R, std::size_t C>
  static constexpr void fill(TileTable& table) {
    if constexpr (Block::is_height(R)) table.at[R][C] = &Kernel::template tile<R, C>;
    if constexpr (C < static_cast<std::size_t>(Isa::tile_columns[R])) {
      fill<R, C + 1>(table);
    } else if constexpr (R < max_rows) {
      fill<R + 1, 1>(table);
    }
  }
  static constexpr TileTable make_tiles() {
    TileTable table{};
    fill<1, 1>(table);
    return table;
  }
  static constexpr TileTable tile_table = make_tiles();
};

}  // namespace clicklens::kernels
