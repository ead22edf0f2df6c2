// What a drawing says of each of its boxes, before any format's escapes.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "exec/model.h"

namespace clicklens::lens {

using LabelLines = std::vector<std::string>;

inline constexpr std::array<const char*, 3> scope_names = {"request", "candidate", "pair"};  // by format::Scope
inline constexpr std::array<const char*, 3> scope_titles = {
    "request: computed once a request", "candidate: computed once a candidate, or kept", "pair: of both"};

struct DrawnBox {
  std::string id;  // letters and digits
  LabelLines lines;
  graph::Scope scope = graph::Scope::pair;
};
struct DrawnNode : DrawnBox {
  bool is_layer = false;
};

struct DrawnEdge {
  std::string from, to;
  std::string shape;  // "[fields, width]"; empty: what passes are ids, or numbers as they came
};

struct Drawing {
  std::string name;
  std::vector<DrawnBox> features, outputs;
  std::vector<DrawnNode> nodes;
  std::vector<DrawnEdge> edges;
};

Drawing drawing_of(const exec::Model& model);

std::string to_dot(const Drawing& drawing);
std::string to_mermaid(const Drawing& drawing);

}  // namespace clicklens::lens
