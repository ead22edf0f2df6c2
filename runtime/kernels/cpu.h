// What the processor and the operating system support. Our own detection: xsimd's does not ask
// whether the system saves the wide registers.
#pragma once

namespace clicklens::kernels {

struct CpuFeatures {
  bool avx2 = false;                              // AVX2 + FMA + F16C
  bool avx512 = false;                            // F + BW + DQ + VL
  bool avx512_vnni = false, avx512_bf16 = false;  // with avx512
  bool avx512_amx = false;  // AMX TILE + INT8 + BF16, with all of the above; its registers are to be asked for
  bool neon = false;
};

CpuFeatures detect_cpu() noexcept;

// Prefetches that wait for the page table hold up what follows them, as measured on Zen 4 and not on Sapphire Rapids:
// many in a row then cost more than they save. Found out once per process.
bool prefetches_hold_up() noexcept;

// Asks the system to let this process use AMX's registers. Granted, it holds until the process ends; refused on systems
// that know of no such asking, or where a thread's alternate signal stack has no room for the registers.
bool request_amx() noexcept;

}  // namespace clicklens::kernels
