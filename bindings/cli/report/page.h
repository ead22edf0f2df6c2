// The page that a report's figures are put into: template.html with its styles and scripts, by cmake/report_page.cmake.
#pragma once

#include <string_view>

namespace clicklens::cli {

// Holds @TITLE@, for HTML text, and after it @FIGURES@, for JSON in a script element, once each.
std::string_view report_page() noexcept;

}  // namespace clicklens::cli
