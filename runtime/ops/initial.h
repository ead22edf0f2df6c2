// What the constants of a fresh model hold before it is trained: how the operators that read them begin.
#pragma once

#include <vector>

#include "format/model_desc.h"

namespace clicklens::ops {

struct Initial {
  enum class Kind { kept, same, uniform };
  Kind kind = Kind::kept;
  float size = 0.0f;  // same: every element; uniform: on (-size, size)
};

// By constant, as its first reader wants it; what no operator trains is kept. A linear layer begins as PyTorch's
// does, uniform on +-1/sqrt(inputs), its bias too. Constants of nodes before `first_node` are kept.
std::vector<Initial> initial_constants(const format::ModelDesc& desc, std::size_t first_node = 0);

}  // namespace clicklens::ops
