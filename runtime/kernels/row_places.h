// Ids of a table of which some rows lie apart, as rows of the memory that all of it is: a bit for each row, and its
// rank. Here for the sake of the instruction that counts bits, which the base processor lacks.
#pragma once

#include "kernels/args.h"

namespace clicklens::kernels {

template <class Isa>
struct RowPlaces {
  static void row_places(const RowPlacesArgs& args) {
    const RowBlock* const blocks = args.blocks;
    const std::uint32_t kept_at = args.kept_at, apart_at = args.apart_at;
    for (std::size_t i = 0; i < args.count; ++i) {
      const std::uint32_t row = args.rows[i];
      const RowBlock block = blocks[row / rows_per_block];
      const std::uint32_t bit = 1u << (row % rows_per_block);
      const auto before = block.before + static_cast<std::uint32_t>(__builtin_popcount(block.apart & (bit - 1)));
      args.places[i] = (block.apart & bit) != 0 ? apart_at + before : kept_at + row;
    }
  }
};

}  // namespace clicklens::kernels
