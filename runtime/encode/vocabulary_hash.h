// The hash that places a key in a vocabulary; reader and builder must agree on it.
#pragma once

#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace clicklens::encode {

[[nodiscard]] inline std::uint64_t vocabulary_hash(std::uint64_t key) noexcept {
  return XXH3_64bits(&key, sizeof key);
}
[[nodiscard]] inline std::uint64_t vocabulary_hash(std::string_view key) noexcept {
  return XXH3_64bits(key.data(), key.size());
}

}  // namespace clicklens::encode
