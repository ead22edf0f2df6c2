#include "kernels/cpu.h"

#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace clicklens::kernels {

#if defined(__x86_64__)
namespace {

struct Leaf {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Leaf cpuid(unsigned leaf, unsigned part = 0) noexcept {
  Leaf r;
  if (__get_cpuid_count(leaf, part, &r.eax, &r.ebx, &r.ecx, &r.edx) == 0) return {};
  return r;
}

// The register states that the operating system saves. Only legal when OSXSAVE is set.
std::uint64_t enabled_states() noexcept {
  std::uint32_t low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
}

constexpr bool has(unsigned long long word, unsigned long long bits) noexcept {
  return (word & bits) == bits;
}

}  // namespace

CpuFeatures detect_cpu() noexcept {
  constexpr unsigned fma = 1u << 12, osxsave = 1u << 27, avx = 1u << 28, f16c = 1u << 29;
  constexpr unsigned avx2 = 1u << 5, f = 1u << 16, dq = 1u << 17, cd = 1u << 28, bw = 1u << 30, vl = 1u << 31;
  constexpr unsigned vnni = 1u << 11, bf16 = 1u << 5;
  constexpr unsigned amx = 1u << 22 | 1u << 24 | 1u << 25;  // BF16, TILE, INT8
  constexpr std::uint64_t ymm = 0x6, zmm = 0xe6, tiles = 0x60000;
  CpuFeatures features;
  const Leaf one = cpuid(1), seven = cpuid(7);
  if (!has(one.ecx, osxsave | avx)) return features;
  const std::uint64_t states = enabled_states();
  features.avx2 = has(states, ymm) && has(one.ecx, fma | f16c) && has(seven.ebx, avx2);
  features.avx512 = features.avx2 && has(states, zmm) && has(seven.ebx, f | dq | cd | bw | vl);
  features.avx512_vnni = features.avx512 && has(seven.ecx, vnni);
  features.avx512_bf16 = features.avx512 && seven.eax >= 1 && has(cpuid(7, 1).eax, bf16);
  features.avx512_amx = features.avx512_vnni && features.avx512_bf16 && has(states, tiles) && has(seven.edx, amx);
  return features;
}

bool prefetches_hold_up() noexcept {
  static const bool amd = [] {
    const Leaf zero = cpuid(0);
    return zero.ebx == signature_AMD_ebx && zero.ecx == signature_AMD_ecx && zero.edx == signature_AMD_edx;
  }();
  return amd;
}

#else

bool prefetches_hold_up() noexcept {
  return false;
}

CpuFeatures detect_cpu() noexcept {
  CpuFeatures features;
#if defined(__aarch64__)
  features.neon = true;  // part of the base architecture
#endif
  return features;
}

#endif

bool request_amx() noexcept {
#if defined(__x86_64__) && defined(__linux__)
  constexpr long request = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, of a state of XCR0
  return syscall(SYS_arch_prctl, request, tile_data) == 0;
#else
  return false;
#endif
}

}  // namespace clicklens::kernels
