// The choice among the tables, each in a process of its own: it is made once.
#include "kernels/dispatch.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

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

bool tiles_are_granted() {
#if defined(__x86_64__) && defined(__linux__)
  std::uint64_t granted = 0;
  return syscall(SYS_arch_prctl, 0x1022 /* ARCH_GET_XCOMP_PERM */, &granted) == 0 && (granted >> 18 & 1) != 0;
#else
  return false;
#endif
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

// The table for reduced precision; AMX's registers are asked for when it is, not before, and not by who names a set.
// 0: as should be; 1: unlike Linux's own account of what was asked for; 2: another table.
[[noreturn]] void choose_reduced(const char* asked) {
  asked == nullptr ? unsetenv("CLICKLENS_ISA") : setenv("CLICKLENS_ISA", asked, 1);
  const auto table = active_table();
  if (!table.ok() || tiles_are_granted()) std::_Exit(1);
  const auto reduced = active_reduced_table();
  if (!reduced.ok()) std::_Exit(2);
  const bool amx = asked == nullptr && detect_cpu().avx512_amx && tiles_are_granted();
  if (tiles_are_granted() != amx) std::_Exit(1);
  std::_Exit(*reduced == (amx ? amx_table() : *table) && (*reduced)->isa == (*table)->isa ? 0 : 2);
}

TEST(DispatchDeathTest, AsksForTilesWhenReducedPrecisionDoes) {
  EXPECT_EXIT(choose_reduced(nullptr), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(choose_reduced("scalar"), testing::ExitedWithCode(0), "");
  if (supported(Isa::avx512)) {
    EXPECT_EXIT(choose_reduced("avx512"), testing::ExitedWithCode(0), "");
  }
}

#if defined(__x86_64__) && defined(__linux__)
// A refusal, as of a thread whose signal stack is too small for the tiles: VNNI goes on.
[[noreturn]] void choose_refused() {
  unsetenv("CLICKLENS_ISA");
  static char small[4096];
  const stack_t stack{small, 0, sizeof small};
  if (sigaltstack(&stack, nullptr) != 0) std::_Exit(3);
  const auto reduced = active_reduced_table();
  std::_Exit(reduced.ok() && *reduced == *active_table() && !tiles_are_granted() && amx_table() == nullptr ? 0 : 2);
}
TEST(DispatchDeathTest, GoesOnWithoutTilesWhereTheyAreRefused) {
  if (!detect_cpu().avx512_amx) GTEST_SKIP() << "no AMX here: its refusal was NOT tested";
  EXPECT_EXIT(choose_refused(), testing::ExitedWithCode(0), "");
}
#endif

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
  // What Linux says: it lists amx_tile only where it saves the tiles.
  std::string flags;
  std::ifstream cpuinfo("/proc/cpuinfo");
  while (std::getline(cpuinfo, flags) && flags.rfind("flags", 0) != 0) {
  }
  flags += " ";
  if (cpuinfo) {
    bool amx = cpu.avx512_vnni && cpu.avx512_bf16;
    for (const char* part : {" amx_tile ", " amx_int8 ", " amx_bf16 "}) amx &= flags.find(part) != std::string::npos;
    EXPECT_EQ(cpu.avx512_amx, amx);
  }
#elif defined(__aarch64__)
  EXPECT_TRUE(cpu.neon);
  EXPECT_FALSE(cpu.avx2 || cpu.avx512);
#endif
}

}  // namespace
}  // namespace clicklens::kernels
