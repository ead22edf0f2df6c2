#include "encode/murmurhash.h"

#include <bit>
#include <cstddef>
#include <cstring>

#include "encode/access.h"
#include "encode/pieces.h"

namespace clicklens::encode {
namespace {

using u64 = std::uint64_t;

constexpr u64 c1 = 0x87C37B91114253D5u;
constexpr u64 c2 = 0x4CF5AD432745937Fu;

u64 scramble_first(u64 k) noexcept {
  return std::rotl(k * c1, 31) * c2;
}
u64 scramble_second(u64 k) noexcept {
  return std::rotl(k * c2, 33) * c1;
}

u64 avalanche(u64 k) noexcept {
  k = (k ^ (k >> 33)) * 0xFF51AFD7ED558CCDu;
  k = (k ^ (k >> 33)) * 0xC4CEB9FE1A85EC53u;
  return k ^ (k >> 33);
}

template <class Source>
u64 hash(const Source& source, std::uint32_t seed) noexcept {
  const std::size_t size = source.size(), whole = size / 16 * 16;
  u64 h1 = seed, h2 = seed;
  char scratch[16];
  for (std::size_t i = 0; i < whole; i += 16) {
    const char* block = source.block(i, 16, scratch);
    h1 = (std::rotl(h1 ^ scramble_first(load<u64>(block, 0)), 27) + h2) * 5 + 0x52DCE729u;
    h2 = (std::rotl(h2 ^ scramble_second(load<u64>(block, 1)), 31) + h1) * 5 + 0x38495AB5u;
  }
  // The rest, padded with zeros: a zero word scrambles to zero and leaves its half alone.
  char rest[16] = {};
  if (size > whole) std::memcpy(rest, source.block(whole, size - whole, scratch), size - whole);
  h1 ^= scramble_first(load<u64>(rest, 0)) ^ size;
  h2 ^= scramble_second(load<u64>(rest, 1)) ^ size;
  h1 += h2;
  h2 += h1;
  // h1 = avalanche(h1) and h2 = avalanche(h2), of which the low half is the sum.
  return avalanche(h1) + avalanche(h2);
}

}  // namespace

u64 murmurhash3(std::string_view bytes, std::uint32_t seed) noexcept {
  return hash(OnePiece(bytes), seed);
}

u64 murmurhash3(std::string_view head, std::string_view tail, std::uint32_t seed) noexcept {
  return hash(TwoPieces(head, tail), seed);
}

}  // namespace clicklens::encode
