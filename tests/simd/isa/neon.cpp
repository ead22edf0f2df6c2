#include "kernels/isa/neon.h"

#include "simd/isa/make_probes.h"

namespace clicklens::kernels {
namespace {

struct Ops : NeonOps {};

}  // namespace

extern const ProbeTable probes_neon;
constinit const ProbeTable probes_neon = make_probes<Ops>();

}  // namespace clicklens::kernels
