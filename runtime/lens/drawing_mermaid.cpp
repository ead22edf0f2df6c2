// Mermaid flowcharts: https://mermaid.js.org/syntax/flowchart.html
#include <string_view>

#include "base/utf8.h"
#include "lens/drawing_labels.h"

namespace clicklens::lens {
namespace {

// Within double quotes, where nothing but '#' begins an escape, yet HTML, markdown and '%%{' directives are read by
// stages before and after: all but plain text goes by its code.
void append_mermaid(std::string& text, std::string_view name) {
  constexpr std::string_view plain = " _-.,:/()[]+=@";
  for (std::size_t i = 0; i < name.size();) {
    const auto lead = static_cast<unsigned char>(name[i]);
    const bool letter = (lead >= '0' && lead <= '9') || (lead >= 'A' && lead <= 'Z') || (lead >= 'a' && lead <= 'z');
    if (lead >= 0x80u) {
      const std::size_t length = base::utf8_sequence(name.substr(i));
      text.append(name.substr(i, length));
      i += length == 0 ? 1 : length;
      continue;
    }
    if (letter || plain.find(name[i]) != std::string_view::npos)
      text.append(1, name[i]);
    else
      text.append("#").append(std::to_string(lead)).append(";");
    ++i;
  }
}

void append_mermaid_box(std::string& text, const char* indent, const DrawnBox& box, const char* open,
                        const char* close) {
  text.append(indent).append(box.id).append(open).append("\"");
  for (std::size_t i = 0; i < box.lines.size(); ++i) {
    if (i != 0) text.append("<br/>");
    append_mermaid(text, box.lines[i]);
  }
  text.append("\"").append(close).append("\n");
}

// Subgraphs without boxes would be drawn as boxes themselves.
void append_mermaid_scope(std::string& text, const Drawing& drawing, std::size_t scope) {
  std::string boxes;
  for (const DrawnBox& feature : drawing.features)
    if (static_cast<std::size_t>(feature.scope) == scope) append_mermaid_box(boxes, "    ", feature, "([", "])");
  for (const DrawnNode& node : drawing.nodes)
    if (static_cast<std::size_t>(node.scope) == scope) append_mermaid_box(boxes, "    ", node, "[", "]");
  if (boxes.empty()) return;
  text.append("  subgraph ").append(scope_names[scope]).append("[\"").append(scope_titles[scope]).append("\"]\n");
  text.append(boxes).append("  end\n");
}

}  // namespace

std::string to_mermaid(const Drawing& drawing) {
  std::string text = "flowchart TB\n";
  for (std::size_t scope = 0; scope < scope_names.size(); ++scope) append_mermaid_scope(text, drawing, scope);
  for (const DrawnBox& output : drawing.outputs) append_mermaid_box(text, "  ", output, "{{", "}}");
  for (const DrawnEdge& edge : drawing.edges) {
    text.append("  ").append(edge.from).append(" -->");
    if (!edge.shape.empty()) text.append("|\"").append(edge.shape).append("\"|");
    text.append(" ").append(edge.to).append("\n");
  }
  text.append("  classDef layer stroke-width:3px\n");
  for (const DrawnNode& node : drawing.nodes)
    if (node.is_layer) text.append("  class ").append(node.id).append(" layer\n");
  return text;
}

}  // namespace clicklens::lens
