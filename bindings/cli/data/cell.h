// Text of a cell to numbers: exact, independent of the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace clicklens::cli {

// A whole decimal integer of [-2^63, 2^64); negative ones as two's complement.
std::optional<std::uint64_t> parse_key(std::string_view text) noexcept;

// Text to double (correctly rounded: 1e400 is infinite, 1e-400 is 0), then to float. "nan" and "inf" are
// numbers.
std::optional<float> parse_float(std::string_view text) noexcept;

// A key for grouping: the integer where the text is one, else a hash of its bytes.
std::uint64_t group_key(std::string_view text) noexcept;

}  // namespace clicklens::cli
