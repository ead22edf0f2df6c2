// FarmHash's portable 64-bit hash, written from Google's published algorithm (farmhash 1.1, namespace
// farmhashna). Seed 0 is farmhash::Fingerprint64, which TensorFlow's string_to_hash_bucket_fast uses;
// any other seed is farmhashna::Hash64WithSeed, a finishing mix on top of it.
#pragma once

#include <cstdint>
#include <string_view>

namespace clicklens::encode {

[[nodiscard]] std::uint64_t farmhash64(std::string_view bytes, std::uint64_t seed) noexcept;
// Of `head` followed by `tail`, any lengths.
[[nodiscard]] std::uint64_t farmhash64(std::string_view head, std::string_view tail, std::uint64_t seed) noexcept;

}  // namespace clicklens::encode
