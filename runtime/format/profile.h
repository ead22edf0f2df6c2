// FlatBuffer <-> ProfileDesc. Packing is deterministic: equal descriptions give equal bytes. Parsing is total: any
// bytes give a status, or a description whose every list has the length that the others call for and whose counts
// agree with each other.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/status.h"
#include "format/profile_desc.h"

namespace clicklens::format {

// LIMIT_EXCEEDED: FlatBuffers end at 2 GiB.
base::Result<std::vector<std::byte>> pack_profile(const ProfileDesc& desc);
base::Result<ProfileDesc> parse_profile(std::span<const std::byte> bytes);

// What parse_profile checks once the fields are read.
base::Status verify_neurons(const NeuronsDesc& desc);
// Of a profile: that its neurons are those of the same rows, too.
base::Status verify_traffic(const TrafficDesc& desc, const NeuronsDesc* neurons);

}  // namespace clicklens::format
