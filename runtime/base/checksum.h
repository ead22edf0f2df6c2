// xxHash behind one translation unit: XXH3 of 64 bits for segments and headers, of 128 bits for model ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace clicklens::base {

struct Hash128 {
  std::uint64_t low = 0, high = 0;
  bool operator==(const Hash128&) const = default;
};

std::uint64_t xxh3_64(std::span<const std::byte> bytes) noexcept;
Hash128 xxh3_128(std::span<const std::byte> bytes) noexcept;

// The same 64-bit hash of bytes that come in pieces.
class Xxh3Stream {
 public:
  Xxh3Stream() noexcept;
  void reset() noexcept;
  void update(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] std::uint64_t digest() const noexcept;

 private:
  static constexpr std::size_t state_bytes = 576;
  alignas(64) std::byte state_[state_bytes];
};

}  // namespace clicklens::base
