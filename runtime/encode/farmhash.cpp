#include "encode/farmhash.h"

#include <bit>
#include <cstddef>
#include <utility>

#include "encode/access.h"
#include "encode/pieces.h"

namespace clicklens::encode {
namespace {

using u64 = std::uint64_t;

// Primes between 2^63 and 2^64, and the multiplier of the 128-to-64-bit mix.
constexpr u64 k0 = 0xC3A5C85C97CB3127u;
constexpr u64 k1 = 0xB492B66FBE98F273u;
constexpr u64 k2 = 0x9AE16A3B2F90404Fu;
constexpr u64 mix_multiplier = 0x9DDFEA08EB382D69u;

u64 word(const char* at) noexcept {
  return load<u64>(at, 0);
}
u64 half(const char* at) noexcept {
  return load<std::uint32_t>(at, 0);
}
u64 fold(u64 v) noexcept {
  return v ^ (v >> 47);
}

u64 mix(u64 u, u64 v, u64 multiplier) noexcept {
  const u64 a = fold((u ^ v) * multiplier);
  return fold((v ^ a) * multiplier) * multiplier;
}

u64 up_to_16(const char* s, std::size_t n) noexcept {
  if (n == 0) return k2;
  if (n < 4) {
    const auto byte = [&](std::size_t i) { return u64{static_cast<unsigned char>(s[i])}; };
    const u64 y = byte(0) + (byte(n / 2) << 8);
    const u64 z = n + (byte(n - 1) << 2);
    return fold(y * k2 ^ z * k0) * k2;
  }
  const u64 multiplier = k2 + n * 2;
  if (n < 8) return mix(n + (half(s) << 3), half(s + n - 4), multiplier);
  const u64 a = word(s) + k2, b = word(s + n - 8);
  return mix(std::rotr(b, 37) * multiplier + a, (std::rotr(a, 25) + b) * multiplier, multiplier);
}

// The first and last 16 bytes of 17 to 64: the pair that is mixed for up to 32 and goes on for more.
struct Ends {
  u64 a, multiplier, first, second;
  Ends(const char* s, std::size_t n, u64 prime) noexcept : a(word(s) * prime), multiplier(k2 + n * 2) {
    const u64 b = word(s + 8), c = word(s + n - 8) * multiplier, d = word(s + n - 16) * k2;
    first = std::rotr(a + b, 43) + std::rotr(c, 30) + d;
    second = a + std::rotr(b + k2, 18) + c;
  }
};

u64 up_to_32(const char* s, std::size_t n) noexcept {
  const Ends ends(s, n, k1);
  return mix(ends.first, ends.second, ends.multiplier);
}

u64 up_to_64(const char* s, std::size_t n) noexcept {
  const Ends ends(s, n, k2);
  const u64 y = ends.first, z = mix(y, ends.second, ends.multiplier);
  const u64 e = word(s + 16) * ends.multiplier, f = word(s + 24);
  const u64 g = (y + word(s + n - 32)) * ends.multiplier, h = (z + word(s + n - 24)) * ends.multiplier;
  return mix(std::rotr(e + f, 43) + std::rotr(g, 30) + h, e + std::rotr(f + ends.a, 18) + g, ends.multiplier);
}

// 56 bytes of state for inputs above 64 bytes.
struct State {
  struct Pair {
    u64 first = 0, second = 0;
  };
  u64 x, y, z;
  Pair v, w;

  // Folds 32 bytes into a pair.
  static Pair absorb(const char* s, u64 a, u64 b) noexcept {
    a += word(s);
    const u64 start = a;
    b = std::rotr(b + a + word(s + 24), 21);
    a += word(s + 8) + word(s + 16);
    return {a + word(s + 24), b + std::rotr(a, 44) + start};
  }

  // One block of 64 bytes; the last one has its own multiplier and a spread of 9.
  void step(const char* s, u64 multiplier, u64 spread) noexcept {
    x = std::rotr(x + y + v.first + word(s + 8), 37) * multiplier;
    y = std::rotr(y + v.second + word(s + 48), 42) * multiplier;
    x ^= w.second * spread;
    y += v.first * spread + word(s + 40);
    z = std::rotr(z + w.first, 33) * multiplier;
    v = absorb(s, v.second * multiplier, x + w.first);
    w = absorb(s + 32, z + w.second, y + word(s + 16));
    std::swap(z, x);
  }
};

template <class Source>
u64 above_64(const Source& source) noexcept {
  const std::size_t size = source.size();
  char scratch[64];
  constexpr u64 start = 81;
  const u64 y = start * k1 + 113;
  State state{start * k2, y, fold(y * k2 + 113) * k2, {}, {}};
  state.x += word(source.block(0, 8, scratch));
  const std::size_t whole = (size - 1) / 64 * 64;
  for (std::size_t i = 0; i < whole; i += 64) state.step(source.block(i, 64, scratch), k1, 1);

  const u64 multiplier = k1 + ((state.z & 0xFF) << 1);
  state.w.first += (size - 1) & 63;
  state.v.first += state.w.first;
  state.w.first += state.v.first;
  state.step(source.block(size - 64, 64, scratch), multiplier, 9);
  return mix(mix(state.v.first, state.w.first, multiplier) + fold(state.y) * k0 + state.z,
             mix(state.v.second, state.w.second, multiplier) + state.x, multiplier);
}

template <class Source>
u64 fingerprint(const Source& source) noexcept {
  const std::size_t size = source.size();
  if (size > 64) return above_64(source);
  char scratch[64];
  const char* bytes = source.block(0, size, scratch);
  if (size <= 16) return up_to_16(bytes, size);
  return size <= 32 ? up_to_32(bytes, size) : up_to_64(bytes, size);
}

u64 finish(u64 hash, u64 seed) noexcept {
  return seed == 0 ? hash : mix(hash - k2, seed, mix_multiplier);
}

}  // namespace

u64 farmhash64(std::string_view bytes, u64 seed) noexcept {
  return finish(fingerprint(OnePiece(bytes)), seed);
}

u64 farmhash64(std::string_view head, std::string_view tail, u64 seed) noexcept {
  return finish(fingerprint(TwoPieces(head, tail)), seed);
}

}  // namespace clicklens::encode
