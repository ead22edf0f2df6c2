#pragma once

#include <bit>

namespace clicklens::base {

// The one NaN that scores and gradients write: all NaNs count as one where bits are compared.
inline constexpr float canonical_nan = std::bit_cast<float>(0x7FC00000u);

}  // namespace clicklens::base
