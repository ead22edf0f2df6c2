#include "kernels/isa/avx512.h"

#include "simd/isa/make_probes.h"

namespace clicklens::kernels {
namespace {

struct Ops : Avx512Ops {};

}  // namespace

extern const ProbeTable probes_avx512;
constinit const ProbeTable probes_avx512 = make_probes<Ops>();

}  // namespace clicklens::kernels
