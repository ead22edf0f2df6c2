// The choice among the tables, each in a process of its own: it is made once.
#include "kernels/dispatch.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "kernels/cpu.h"

namespace clicklens::kernels {
namespace {

// 0: the table of that name is in force; 1: UNSUPPORTED_ISA (its message on stderr); 2: anything else.
[[noreturn]] void choose(const char* asked, const char* expected) {
  if (asked == nullptr) {
    unsetenv("CLICKLENS_ISA");
  } else {
    setenv("CLICKLENS_ISA", asked, 1);
  }
  const auto table = active_table();
  if (!table.ok()) {
    std::fputs(table.status().message(), stderr);
    std::_Exit(table.status().code() == base::Code::unsupported_isa ? 1 : 2);
  }
  std::_Exit(std::strcmp((*table)->name, expected) == 0 ? 0 : 2);
}

const char* best() {
  for (const Isa isa : compiled_isas()) {
    if (supported(isa)) return isa_name(isa);
  }
  return "none";
}

TEST(DispatchDeathTest, PicksTheBestByItself) {
  EXPECT_EXIT(choose(nullptr, best()), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(choose("", best()), testing::ExitedWithCode(0), "");
}

TEST(DispatchDeathTest, ObeysTheEnvironment) {
  for (const Isa isa : {Isa::avx512, Isa::avx2, Isa::neon, Isa::scalar}) {
    const char* const name = isa_name(isa);
    if (table_for(isa) != nullptr) {
      EXPECT_EXIT(choose(name, name), testing::ExitedWithCode(0), "");
    } else {
      EXPECT_EXIT(choose(name, name), testing::ExitedWithCode(1), "not supported");
    }
  }
}

TEST(DispatchDeathTest, RefusesUnknownNames) {
  EXPECT_EXIT(choose("sse9", ""), testing::ExitedWithCode(1), "CLICKLENS_ISA=sse9: unknown");
}

TEST(Dispatch, EveryTableIsFull) {
  for (const Isa isa : compiled_isas()) {
    const Table* const table = table_for(isa);
    ASSERT_EQ(table != nullptr, supported(isa));
    if (table == nullptr) continue;
    EXPECT_STREQ(table->name, isa_name(isa));
    const bool bf16 = table->linear_bf16 != nullptr;  // all or none
#define CLENS_KERNEL(family, name, ...) \
  EXPECT_EQ(table->name != nullptr, bf16 || std::strcmp(#family, "bf16") != 0) << #name;
#include "kernels/catalogue.inc"
#undef CLENS_KERNEL
  }
}

TEST(Dispatch, DetectionAgreesWithTheCompilers) {
  const CpuFeatures cpu = detect_cpu();
#if defined(__x86_64__)
  EXPECT_EQ(cpu.avx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
  EXPECT_EQ(cpu.avx512, __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd") &&
                            __builtin_cpu_supports("avx512vl"));
  EXPECT_EQ(cpu.avx512_vnni, __builtin_cpu_supports("avx512vnni") != 0);
  EXPECT_EQ(cpu.avx512_bf16, __builtin_cpu_supports("avx512bf16") != 0);
  EXPECT_FALSE(cpu.neon);
#elif defined(__aarch64__)
  EXPECT_TRUE(cpu.neon);
  EXPECT_FALSE(cpu.avx2 || cpu.avx512);
#endif
}

}  // namespace
}  // namespace clicklens::kernels
