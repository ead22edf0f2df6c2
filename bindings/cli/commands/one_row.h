// One row of data files, by its number over all of them, and the cells that are in it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "commands/reports.h"
#include "data/block_reader.h"
#include "engine/engine.h"

namespace clicklens::cli {

// Calls with the block that has row `row` (from 1) and the row's place in it; the file, and the row's number there.
// Error: there are fewer rows.
std::pair<std::string, std::uint64_t> use_row(
    const Model& model, const std::vector<std::string>& files, ReadOptions read, std::uint64_t row,
    const std::function<void(const BlockReader&, const Block&, std::size_t)>& use);

// The model's features with the cells of a block's row.
void add_features(const Model& model, const BlockReader& reader, std::size_t row,
                  std::vector<ExplainReport::Feature>& features);
// The row's ids, as the C ABI orders them.
void add_ids(const Model& model, const std::vector<double>& values, std::vector<ExplainReport::Feature>& features);

}  // namespace clicklens::cli
