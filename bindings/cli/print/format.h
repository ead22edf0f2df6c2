// Figures and names as people read them.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace clicklens::cli {

inline std::string base_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

inline std::string number(double value, int decimals = 4) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value, decimals);
}

inline std::string with_error(double value, double error) {
  return std::isnan(error) ? number(value) : fmt::format("{} +-{}", number(value), number(error));
}

inline std::string list(const std::vector<std::string>& texts, std::string_view separator) {
  std::string line;
  for (const std::string& text : texts) line.append(line.empty() ? "" : separator).append(text);
  return line;
}

inline std::string bar(double share) {
  constexpr double width = 30;
  return std::string(static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * width + 0.5), '#');
}

template <class Rows, class Name>
std::size_t widest(const Rows& rows, Name&& name, std::size_t least) {
  for (const auto& row : rows) least = std::max(least, std::string_view(name(row)).size());
  return least;
}

}  // namespace clicklens::cli
