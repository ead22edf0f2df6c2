#include "kernels/isa/scalar.h"

#include "simd/isa/make_probes.h"

namespace clicklens::kernels {
namespace {

struct Ops : ScalarOps {};

}  // namespace

extern const ProbeTable probes_scalar;
constinit const ProbeTable probes_scalar = make_probes<Ops>();

}  // namespace clicklens::kernels
