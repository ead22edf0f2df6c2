#include "kernels/isa/avx2.h"

#include "simd/isa/make_probes.h"

namespace clicklens::kernels {
namespace {

struct Ops : Avx2Ops {};

}  // namespace

extern const ProbeTable probes_avx2;
constinit const ProbeTable probes_avx2 = make_probes<Ops>();

}  // namespace clicklens::kernels
