#include "base/fp_environment.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <limits>
#include <stdexcept>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace clicklens::base {
namespace {

constexpr float smallest_normal = std::numeric_limits<float>::min();

// What a host built with -ffast-math does at start-up.
void flush_to_zero() {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040u);
#else
  asm volatile("msr fpcr, %0" ::"r"(FpEnvironment::read() | (std::uint64_t{1} << 24)));
#endif
}

float halved_smallest_normal() {
  volatile float x = smallest_normal;
  volatile float y = x * 0.5f;
  return y;
}

float one_plus_tiny() {
  volatile float x = 1.0f, tiny = 1e-10f;
  volatile float y = x + tiny;
  return y;
}

// Each test starts from the process's own environment and leaves it as it was.
class FpEnvironmentTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(std::fegetenv(&before_), 0); }
  void TearDown() override { std::fesetenv(&before_); }

 private:
  std::fenv_t before_{};
};

TEST_F(FpEnvironmentTest, UnderflowIsGradualInside) {
  flush_to_zero();
  ASSERT_EQ(halved_smallest_normal(), 0.0f) << "the host's setting is not in force, nothing is tested";
  {
    const FpEnvironment guard;
    EXPECT_EQ(halved_smallest_normal(), smallest_normal / 2);
  }
  EXPECT_EQ(halved_smallest_normal(), 0.0f);
}

TEST_F(FpEnvironmentTest, RoundsToNearestInside) {
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  ASSERT_GT(one_plus_tiny(), 1.0f);
  {
    const FpEnvironment guard;
    EXPECT_EQ(one_plus_tiny(), 1.0f);
  }
  EXPECT_GT(one_plus_tiny(), 1.0f);
}

TEST_F(FpEnvironmentTest, RestoredWhenAnExceptionPasses) {
  flush_to_zero();
  const auto host = FpEnvironment::read();
  try {
    const FpEnvironment guard;
    EXPECT_EQ(FpEnvironment::read(), FpEnvironment::canonical);
    throw std::runtime_error("out");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(FpEnvironment::read(), host);
}

TEST_F(FpEnvironmentTest, Nests) {
  flush_to_zero();
  const FpEnvironment outer;
  {
    const FpEnvironment inner;
    EXPECT_EQ(FpEnvironment::read(), FpEnvironment::canonical);
  }
  EXPECT_EQ(FpEnvironment::read(), FpEnvironment::canonical);
}

TEST_F(FpEnvironmentTest, TrapsAreMaskedInside) {
  if (feenableexcept(FE_DIVBYZERO) == -1) GTEST_SKIP() << "this CPU has no floating-point traps";
  const FpEnvironment guard;
  volatile float zero = 0.0f;
  volatile float quotient = 1.0f / zero;  // SIGFPE if it were not masked
  EXPECT_EQ(quotient, std::numeric_limits<float>::infinity());
}

#if defined(__x86_64__)
TEST_F(FpEnvironmentTest, StickyFlagsOfTheHostAreKept) {
  std::feclearexcept(FE_ALL_EXCEPT);
  {
    const FpEnvironment guard;
    volatile float zero = 0.0f;
    volatile float quotient = 1.0f / zero;
    static_cast<void>(quotient);
  }
  EXPECT_EQ(std::fetestexcept(FE_DIVBYZERO), 0);
}
#endif

}  // namespace
}  // namespace clicklens::base
