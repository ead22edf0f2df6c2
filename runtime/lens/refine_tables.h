// Embedding tables stored in fewer bytes: the same graph in a new file, with the error that it costs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exec/model.h"

namespace clicklens::lens {

struct TableChange {
  std::uint32_t table = 0;
  format::ElementType from = format::ElementType::f32, to = format::ElementType::f32;
  std::uint64_t bytes_before = 0, bytes_after = 0;
  double largest_error = 0;  // of one number; where both are infinite with one sign, or NaN: 0
  std::uint64_t largest_error_row = 0;
};

// Writes the model to out_path, which may be its own file, with the rows of `tables` in another type. Of a file that
// has them, self-test rows and probes are left out: they belong to the old numbers. BAD_VALUE: a number that the type
// cannot hold; INVALID_ARGUMENT: a table that is not there, or twice;
// CHECKSUM_MISMATCH: a segment of the model that is damaged.
base::Result<std::vector<TableChange>> refine_tables(const exec::Model& model, std::span<const std::uint32_t> tables,
                                                     format::ElementType type, const char* out_path);

}  // namespace clicklens::lens
