// What stands behind the handles of probes.
#pragma once

#include <atomic>

#include "handles.h"
#include "lens/probe.h"

struct clens_probe_rows {
  clicklens::lens::ProbeRows rows;
};

struct clens_probe {
  explicit clens_probe(clicklens::lens::Probe fitted) : probe(std::move(fitted)) {}
  std::atomic<std::uint32_t> references{1};
  const clicklens::lens::Probe probe;
};

namespace clicklens::capi {

// A zero in the C struct is the default.
base::Status read_metrics_options(const clens_metrics_options* given, lens::MetricsOptions& options) noexcept;
clens_metrics_result metrics_to_c(const lens::MetricsResult& from) noexcept;

}  // namespace clicklens::capi
