// Which features say something of a candidate: its scores rest on those, the others are stood in for.
#pragma once

#include <cstdint>
#include <span>

#include "exec/session.h"

namespace clicklens::lens {

// covered[candidate * features + feature] = 1 where the feature has an id of the caller's with a table row
// (a row that stands in for missing or unknown ids is none; neither are ids beyond max_length), or, dense,
// a finite value; else 0. Allocates nothing. BUFFER_TOO_SMALL, BAD_BATCH.
base::Status coverage(exec::Session&, const exec::Batch&, std::span<std::uint8_t> covered) noexcept;

}  // namespace clicklens::lens
