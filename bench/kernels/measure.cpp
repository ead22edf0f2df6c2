#include "bench/kernels/measure.h"

#include <sys/mman.h>

namespace clicklens::bench {
namespace {

// Twelve chains of fused multiply-adds on registers; enough for a latency of four or five on two ports.
#if defined(__x86_64__)
#define CLENS_CHAINS(r)                                                            \
  "vfmadd231ps %%" r "14,%%" r "15,%%" r "0\nvfmadd231ps %%" r "14,%%" r "15,%%" r \
  "1\n"                                                                            \
  "vfmadd231ps %%" r "14,%%" r "15,%%" r "2\nvfmadd231ps %%" r "14,%%" r "15,%%" r \
  "3\n"                                                                            \
  "vfmadd231ps %%" r "14,%%" r "15,%%" r "4\nvfmadd231ps %%" r "14,%%" r "15,%%" r \
  "5\n"                                                                            \
  "vfmadd231ps %%" r "14,%%" r "15,%%" r "6\nvfmadd231ps %%" r "14,%%" r "15,%%" r \
  "7\n"                                                                            \
  "vfmadd231ps %%" r "14,%%" r "15,%%" r "8\nvfmadd231ps %%" r "14,%%" r "15,%%" r \
  "9\n"                                                                            \
  "vfmadd231ps %%" r "14,%%" r "15,%%" r "10\nvfmadd231ps %%" r "14,%%" r "15,%%" r "11\n"
#define CLENS_CLOBBERED                                                                                            \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "cc", "xmm14", \
      "xmm15"
void chains_512(long n) {
  __asm__ volatile("vpxord %%zmm14,%%zmm14,%%zmm14\nvpxord %%zmm15,%%zmm15,%%zmm15\n1:\n" CLENS_CHAINS("zmm")
                       CLENS_CHAINS("zmm") "dec %0\njnz 1b\nvzeroupper\n"
                   : "+r"(n)
                   :
                   : CLENS_CLOBBERED);
}
void chains_256(long n) {
  __asm__ volatile("vxorps %%ymm14,%%ymm14,%%ymm14\nvxorps %%ymm15,%%ymm15,%%ymm15\n1:\n" CLENS_CHAINS("ymm")
                       CLENS_CHAINS("ymm") "dec %0\njnz 1b\nvzeroupper\n"
                   : "+r"(n)
                   :
                   : CLENS_CLOBBERED);
}
#endif

}  // namespace

double fma_peak_flops(kernels::Isa isa) {
  constexpr long rounds = 8000;
  [[maybe_unused]] const auto rate = [](void (*chains)(long), double lanes) {
    return static_cast<double>(rounds) * 24 * lanes * 2 / seconds_of([=] { chains(rounds); });
  };
#if defined(__x86_64__)
  if (isa == kernels::Isa::avx512) return rate(chains_512, 16);
  if (isa == kernels::Isa::avx2) return rate(chains_256, 8);
#endif
  static_cast<void>(isa);
  return 0;
}

Pages::Pages(std::size_t bytes) : bytes_(bytes) {
  data_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data_ == MAP_FAILED) throw std::bad_alloc();
  madvise(data_, bytes, MADV_HUGEPAGE);
}
Pages::~Pages() {
  munmap(data_, bytes_);
}

}  // namespace clicklens::bench
