// row = offset + hash(salt bytes, then key bytes; seed) % modulus. 64-bit keys are hashed as their 8
// little-endian bytes. The hashes: XXH3_64bits_withSeed, farmhash.h, murmurhash.h.
#pragma once

#include <memory>

#include "base/status.h"
#include "encode/encoder.h"

namespace clicklens::encode {

base::Result<std::unique_ptr<Encoder>> make_hash_encoder(const char* name, const format::HashEncoder& desc);

}  // namespace clicklens::encode
