// The constants, features and tables that a node's operator names, and the sizes of constants.
#pragma once

#include <cstdint>
#include <vector>

#include "format/model_desc.h"

namespace clicklens::format {

// Weights before biases; one that the operator names twice is there twice.
std::vector<std::uint32_t> node_constants(const NodeDesc& node);

// Gives every constant that the operator names, and the feature and table it reads, another index: to[old].
struct Renumbered {
  const std::vector<std::uint32_t>&constants, &features, &tables;
};
void renumber(NodeDesc& node, const Renumbered& to);

// The feature and the table that the operator reads; no_index: none.
struct NodeReads {
  std::uint32_t feature = no_index, table = no_index;
};
NodeReads node_reads(const NodeDesc& node);

// Numbers of a constant of a verified model.
inline std::uint64_t count_numbers(const ConstantDesc& constant) noexcept {
  std::uint64_t numbers = 1;
  for (const std::uint64_t extent : constant.shape) numbers *= extent;
  return numbers;
}

}  // namespace clicklens::format
