// Verification of a description beyond what FlatBuffers checks, with overflow-checked arithmetic against
// the limits. Shapes of values, the order of nodes and the canonical order are for graph/ and ops/.
#pragma once

#include <cstdint>

#include "base/limits.h"
#include "base/status.h"
#include "format/model_desc.h"

namespace clicklens::format {

// Before anything is copied out of the FlatBuffer.
base::Status check_counts(std::uint64_t segments, std::uint64_t features, std::uint64_t nodes,
                          const base::Limits& limits) noexcept;

// Everything but where segments lie: names, references, sizes, extents, requirements. Shapes of values
// may still be zero, to be filled in.
base::Status verify_description(const ModelDesc& desc, const base::Limits& limits);

// Nothing is left to be filled in.
base::Status verify_complete(const ModelDesc& desc) noexcept;

// The parts of verify_description.
base::Status verify_names(const ModelDesc& desc);
base::Status verify_encoders(const ModelDesc& desc, const base::Limits& limits) noexcept;
base::Status verify_features(const ModelDesc& desc, const base::Limits& limits) noexcept;
base::Status verify_weights(const ModelDesc& desc, const base::Limits& limits) noexcept;
base::Status verify_nodes(const ModelDesc& desc, const base::Limits& limits);

}  // namespace clicklens::format
