#include "data/cell.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace clicklens::cli {
namespace {

template <class T>
std::optional<T> parse_whole(std::string_view text) noexcept {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Power of ten of the first digit that is not 0, plus one; kept within what an int64 holds.
std::int64_t magnitude(std::string_view number) noexcept {
  const std::size_t end = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, end);
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const std::int64_t places = point > first ? point - first : point - first + 1;
  std::int64_t exponent = 0;
  if (end < number.size()) {
    std::string_view text = number.substr(end + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    constexpr std::int64_t beyond = std::int64_t{1} << 62;
    if (failed != std::errc()) exponent = text.starts_with('-') ? -beyond : beyond;
  }
  return std::clamp(exponent, -(std::int64_t{1} << 62), std::int64_t{1} << 62) + places;
}

// from_chars leaves out numbers beyond double's range; rounded correctly they are infinite or 0.
double beyond_range(std::string_view number) noexcept {
  const bool negative = number.starts_with('-');
  const double size = magnitude(number.substr(negative ? 1 : 0)) > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  return negative ? -size : size;
}

}  // namespace

std::optional<std::uint64_t> parse_key(std::string_view text) noexcept {
  if (!text.starts_with('-')) return parse_whole<std::uint64_t>(text);
  const auto value = parse_whole<std::int64_t>(text);
  if (!value) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<float> parse_float(std::string_view text) noexcept {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  if (stop != end || failed == std::errc::invalid_argument || text.ends_with(')')) return std::nullopt;  // nan(7)
  return static_cast<float>(failed == std::errc() ? value : beyond_range(text));
}

std::uint64_t group_key(std::string_view text) noexcept {
  if (const auto key = parse_key(text)) return *key;
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a, 64 bits
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return hash;
}

}  // namespace clicklens::cli
