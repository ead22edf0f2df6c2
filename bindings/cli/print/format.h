// Figures and names as people read them.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "print/shown.h"

namespace clicklens::cli {

// What an argument of say() is printed as: texts, which may be of a file, as shown() has them.
template <class T>
auto printable(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>)
    return shown(std::string_view(value));
  else
    return value;
}
template <class T>
using Printable = decltype(printable(std::declval<const T&>()));

// fmt::print to standard output. All that people read goes through it: names and values of files must not drive their
// terminals.
template <class... T>
void say(fmt::format_string<Printable<T>...> format, const T&... values) {
  fmt::print(format, printable(values)...);
}

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
