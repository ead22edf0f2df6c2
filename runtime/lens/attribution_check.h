// What is refused of a spec before any work; the message names the field.
#pragma once

#include "exec/model.h"
#include "lens/attribution.h"

namespace clicklens::lens {

// `draws` becomes the number of explicit ones. `layers`: values of the explainer.
base::Status check_attribution(const exec::Model&, std::span<const std::uint32_t> layers, std::uint64_t candidates,
                               AttributionSpec&) noexcept;

// Whether `value` is piecewise linear in the pooled inputs. UNSUPPORTED names an operator between them.
base::Status check_piecewise_linear(const exec::Model&, std::uint32_t value);

}  // namespace clicklens::lens
