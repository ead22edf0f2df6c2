// The probe table of each instruction set.
#pragma once

#include "simd/inputs.h"
#include "simd/probe.h"

namespace clicklens::kernels {

extern const ProbeTable probes_avx512, probes_avx2, probes_neon, probes_scalar;

inline const ProbeTable& probes(Isa isa) {
  switch (isa) {
#ifdef CLENS_HAVE_AVX512
    case Isa::avx512:
      return probes_avx512;
#endif
#ifdef CLENS_HAVE_AVX2
    case Isa::avx2:
      return probes_avx2;
#endif
#ifdef CLENS_HAVE_NEON
    case Isa::neon:
      return probes_neon;
#endif
    default:
      return probes_scalar;
  }
}

}  // namespace clicklens::kernels
