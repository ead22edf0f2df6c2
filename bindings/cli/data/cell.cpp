#include "data/cell.h"

#include <charconv>

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

}  // namespace

std::optional<std::uint64_t> parse_key(std::string_view text) noexcept {
  if (!text.starts_with('-')) return parse_whole<std::uint64_t>(text);
  const auto value = parse_whole<std::int64_t>(text);
  if (!value) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<float> parse_float(std::string_view text) noexcept {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto value = parse_whole<double>(text);
  if (!value) return std::nullopt;
  return static_cast<float>(*value);
}

std::uint64_t group_key(std::string_view text) noexcept {
  if (const auto key = parse_key(text)) return *key;
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a, 64 bits
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return hash;
}

std::uint64_t mix_key(std::uint64_t key) noexcept {
  key += 0x9E3779B97F4A7C15ull;
  key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9ull;
  key = (key ^ (key >> 27)) * 0x94D049BB133111EBull;
  return key ^ (key >> 31);
}

}  // namespace clicklens::cli
