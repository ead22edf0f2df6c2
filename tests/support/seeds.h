// Seeds of parametrised tests: all of them, or a quarter under sanitizers and emulators, which take ten times as long;
// what they look for, faults of memory or of another processor's kernels, the first models meet as well as the last.
#pragma once

#include <gtest/gtest.h>

namespace clicklens::testing {

#if defined(CLENS_SANITIZED) || defined(CLENS_EMULATED)
inline constexpr unsigned seed_share = 4;
#else
inline constexpr unsigned seed_share = 1;
#endif

// first, first + 1, .. below `end`.
inline auto seeds(unsigned first, unsigned end) {
  return ::testing::Range(first, first + (end - first + seed_share - 1) / seed_share);
}

}  // namespace clicklens::testing
