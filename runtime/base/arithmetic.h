// The arithmetic version: bits are promised within one. Raised by any change of a kernel's order of
// operations, polynomials or rounding.
#pragma once

#include <cstdint>

namespace clicklens::base {

inline constexpr std::uint32_t arithmetic_version = 1;

}  // namespace clicklens::base
