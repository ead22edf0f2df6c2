// What the processor and the operating system support. Our own detection: xsimd's does not ask
// whether the system saves the wide registers.
#pragma once

namespace clicklens::kernels {

struct CpuFeatures {
  bool avx2 = false;                              // AVX2 + FMA + F16C
  bool avx512 = false;                            // F + BW + DQ + VL
  bool avx512_vnni = false, avx512_bf16 = false;  // with avx512
  bool neon = false;
};

CpuFeatures detect_cpu() noexcept;

}  // namespace clicklens::kernels
