// The constants that a node's operator names, and their sizes.
#pragma once

#include <cstdint>
#include <vector>

#include "format/model_desc.h"

namespace clicklens::format {

// Weights before biases; one that the operator names twice is there twice.
std::vector<std::uint32_t> node_constants(const NodeDesc& node);

// Numbers of a constant of a verified model.
inline std::uint64_t count_numbers(const ConstantDesc& constant) noexcept {
  std::uint64_t numbers = 1;
  for (const std::uint64_t extent : constant.shape) numbers *= extent;
  return numbers;
}

}  // namespace clicklens::format
