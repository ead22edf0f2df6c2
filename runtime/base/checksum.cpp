#include "base/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <new>

namespace clicklens::base {

std::uint64_t xxh3_64(std::span<const std::byte> bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

Hash128 xxh3_128(std::span<const std::byte> bytes) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

// The state lives inside Xxh3Stream so that its header needs no xxHash.
Xxh3Stream::Xxh3Stream() noexcept {
  static_assert(sizeof(XXH3_state_t) <= state_bytes && alignof(XXH3_state_t) <= 64);
  XXH3_INITSTATE(new (state_) XXH3_state_t);
  reset();
}

void Xxh3Stream::reset() noexcept {
  XXH3_64bits_reset(std::launder(reinterpret_cast<XXH3_state_t*>(state_)));
}

void Xxh3Stream::update(std::span<const std::byte> bytes) noexcept {
  XXH3_64bits_update(std::launder(reinterpret_cast<XXH3_state_t*>(state_)), bytes.data(), bytes.size());
}

std::uint64_t Xxh3Stream::digest() const noexcept {
  return XXH3_64bits_digest(std::launder(reinterpret_cast<const XXH3_state_t*>(state_)));
}

}  // namespace clicklens::base
