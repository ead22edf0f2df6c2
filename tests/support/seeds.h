// Seeds of parametrised tests: all of them, or a quarter under sanitizers, which look for faults of memory that the
// first models meet as well as the last and take ten times as long.
#pragma once

#include <gtest/gtest.h>

namespace clicklens::testing {

#ifdef CLENS_SANITIZED
inline constexpr unsigned seed_share = 4;
#else
inline constexpr unsigned seed_share = 1;
#endif

// first, first + 1, .. below `end`.
inline auto seeds(unsigned first, unsigned end) {
  return ::testing::Range(first, first + (end - first + seed_share - 1) / seed_share);
}

}  // namespace clicklens::testing
