#pragma once

#include <limits>

namespace clicklens::lens {

// A figure that the rows at hand do not define: an AUC of one class, a deviation of one row.
inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace clicklens::lens
