// Graphviz: https://graphviz.org/doc/info/lang.html
#include <string_view>

#include "lens/drawing_labels.h"

namespace clicklens::lens {
namespace {

constexpr std::array<const char*, 3> dot_fills = {"#e3eefb", "#fdf0dc", "#f0e9f7"};  // by scope

// Within double quotes. A backslash begins an escape there, and '&' one of HTML.
void append_dot(std::string& text, std::string_view name) {
  for (const char c : name) {
    if (c == '"' || c == '\\') text.append(1, '\\');
    text.append(1, c);
    if (c == '&') text.append("amp;");
  }
}

void append_dot_label(std::string& text, const LabelLines& lines) {
  text.append("[label=\"");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i != 0) text.append("\\n");
    append_dot(text, lines[i]);
  }
  text.append("\"");
}

void append_dot_box(std::string& text, const char* indent, const DrawnBox& box, const char* attributes) {
  text.append(indent).append(box.id).append(" ");
  append_dot_label(text, box.lines);
  text.append(attributes).append("];\n");
}

void append_dot_scope(std::string& text, const Drawing& drawing, std::size_t scope) {
  const auto is_here = [scope](const DrawnBox& box) { return static_cast<std::size_t>(box.scope) == scope; };
  std::string boxes;
  for (const DrawnBox& feature : drawing.features)
    if (is_here(feature)) append_dot_box(boxes, "    ", feature, ", shape=ellipse");
  for (const DrawnNode& node : drawing.nodes)
    if (is_here(node)) append_dot_box(boxes, "    ", node, node.is_layer ? ", penwidth=3" : "");
  if (boxes.empty()) return;
  text.append("  subgraph cluster_").append(scope_names[scope]).append(" {\n");
  text.append("    label=\"").append(scope_titles[scope]).append("\";\n");
  text.append("    style=\"rounded,filled\"; color=\"").append(dot_fills[scope]).append("\";\n");
  text.append(boxes).append("  }\n");
}

}  // namespace

std::string to_dot(const Drawing& drawing) {
  std::string text = "digraph \"";
  append_dot(text, drawing.name);
  text.append("\" {\n");
  text.append("  graph [rankdir=TB, fontname=\"Helvetica\"];\n");
  text.append("  node [shape=box, style=filled, fillcolor=white, fontname=\"Helvetica\"];\n");
  text.append("  edge [fontname=\"Helvetica\", fontsize=10];\n");
  for (std::size_t scope = 0; scope < scope_names.size(); ++scope) append_dot_scope(text, drawing, scope);
  for (const DrawnBox& output : drawing.outputs) append_dot_box(text, "  ", output, ", shape=doubleoctagon");
  for (const DrawnEdge& edge : drawing.edges) {
    text.append("  ").append(edge.from).append(" -> ").append(edge.to);
    if (!edge.shape.empty()) text.append(" [label=\"").append(edge.shape).append("\"]");
    text.append(";\n");
  }
  text.append("}\n");
  return text;
}

}  // namespace clicklens::lens
