// MurmurHash3 x64_128, the low 64 bits of its result (h1), written from Austin Appleby's published
// algorithm. The seed is 32-bit, as there.
#pragma once

#include <cstdint>
#include <string_view>

namespace clicklens::encode {

[[nodiscard]] std::uint64_t murmurhash3(std::string_view bytes, std::uint32_t seed) noexcept;
// Of `head` followed by `tail`, any lengths.
[[nodiscard]] std::uint64_t murmurhash3(std::string_view head, std::string_view tail, std::uint32_t seed) noexcept;

}  // namespace clicklens::encode
