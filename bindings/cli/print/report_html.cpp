#include "print/report_html.h"

#include <array>
#include <string_view>

#include "print/format.h"
#include "print/json.h"
#include "report/page.h"

namespace clicklens::cli {
namespace {

// Names of files, models and features are untrusted. As text of HTML:
std::string escaped_text(std::string_view text) {
  std::string html;
  for (const char c : text) switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  return html;
}

// As JSON in a script element, which ends at the first "</script": no < is left. JSON has them in strings alone.
std::string escaped_json(const Json& json) {
  const std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);  // ASCII
  std::string html;
  html.reserve(text.size());
  for (const char c : text) switch (c) {
      case '<':
        html += "\\u003c";
        break;
      case '>':
        html += "\\u003e";
        break;
      case '&':
        html += "\\u0026";
        break;
      default:
        html += c;
    }
  return html;
}

std::string title(const Json& json) {
  std::string names;
  for (const Json& checkpoint : json["checkpoints"]) {
    if (!names.empty()) names += ", ";
    names += Json(checkpoint["name"]).get<std::string>();
  }
  return names;
}

}  // namespace

std::string report_html(const ReportFigures& figures) {
  // what is put in is not looked at again
  const Json json = Json::parse(to_json(figures).dump(-1, ' ', true, Json::error_handler_t::replace));  // valid UTF-8
  const std::array<std::pair<std::string_view, std::string>, 3> parts = {
      {{"@TITLE@", escaped_text(title(json))}, {"@FIGURES@", escaped_json(json)}, {"", ""}}};
  std::string html;
  std::string_view page = report_page();
  for (const auto& [mark, text] : parts) {
    const std::size_t at = mark.empty() ? page.size() : page.find(mark);
    html.append(page.substr(0, at)).append(text);
    page.remove_prefix(at + mark.size());
  }
  return html;
}

}  // namespace clicklens::cli
