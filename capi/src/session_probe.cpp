// Probes have no handle yet that could hold one.
#include "handles.h"

namespace clicklens::capi {

base::Result<std::vector<exec::ProbeWeights>> session_probes(const clens_probe&, const exec::Model&) {
  return base::Status::error(base::Code::unsupported, "options.probe: this version has no probes");
}

}  // namespace clicklens::capi
