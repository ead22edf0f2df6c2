// A whole model file in private memory, for models that are made from others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/limits.h"
#include "base/memory.h"
#include "format/model_desc.h"

namespace clicklens::format {

// Writes segment `index`, which is zero before.
using FillSegment = std::function<void(std::uint32_t index, std::span<std::byte> bytes)>;

// `desc` is complete; offsets and checksums of its segments are filled in. The block can be opened as a file's bytes.
base::Result<base::AlignedBlock> make_image(ModelDesc desc, const base::Limits& limits, const FillSegment& fill);

}  // namespace clicklens::format
