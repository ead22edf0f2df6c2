// ProbeSet (schemas/probe.fbs) as plain structs, and its bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "format/model_desc.h"
#include "format/model_file.h"

namespace clicklens::format {

enum class ProbeTarget : std::uint8_t { label = 0, number = 1 };

struct ProbeDesc {
  std::string name;
  std::uint32_t value = no_index;
  ProbeTarget target = ProbeTarget::label;
  bool converged = false;
  std::uint32_t iterations = 0;
  std::uint64_t rows = 0, clicks = 0;
  double lambda = 0, negative_rate = 1, objective = 0, gradient = 0, intercept = 0;
  std::vector<double> mean, sd, coefficients;
  bool operator==(const ProbeDesc&) const = default;
};

struct ProbeSetDesc {
  ModelId model;
  std::vector<ProbeDesc> probes;
  bool operator==(const ProbeSetDesc&) const = default;
};

// The id of all that a model's values depend on: its description without name, metadata, self test, requirements,
// probes, profile and where segments lie. So a model that probes are attached to is still the one they were fitted to.
ModelId probed_model_id(const ModelDesc& desc);

std::vector<std::byte> pack_probes(const ProbeSetDesc& set);
// Total: any bytes give a status. What is read is whole, finite and consistent in itself.
base::Result<ProbeSetDesc> parse_probes(std::span<const std::byte> bytes, const base::Limits& limits);
// BAD_STATE: of another model. BAD_FILE: does not fit its own.
base::Status check_probes(const ProbeSetDesc& set, const ModelDesc& desc);

}  // namespace clicklens::format
