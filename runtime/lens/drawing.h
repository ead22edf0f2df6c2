// A model's graph as text that other programs draw: features, nodes by scope, edges with the shapes of what passes,
// layers and outputs marked. Names come from the file and are escaped.
#pragma once

#include <cstdint>
#include <string>

#include "exec/model.h"

namespace clicklens::lens {

enum class DrawingFormat : std::uint8_t { dot = 0, mermaid = 1 };

// Lines end in '\n'. Grows with nodes, edges and the lengths of their names.
std::string draw(const exec::Model& model, DrawingFormat format);

}  // namespace clicklens::lens
