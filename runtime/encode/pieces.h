// What a hash reads: bytes in one piece, or a salt followed by a key that are never joined in memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace clicklens::encode {

class OnePiece {
 public:
  explicit OnePiece(std::string_view bytes) noexcept : bytes_(bytes) {}
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  // `count` bytes from `offset` on, in one piece. `scratch` holds as many.
  [[nodiscard]] const char* block(std::size_t offset, std::size_t, char*) const noexcept {
    return bytes_.data() + offset;
  }

 private:
  std::string_view bytes_;
};

class TwoPieces {
 public:
  TwoPieces(std::string_view head, std::string_view tail) noexcept : head_(head), tail_(tail) {}
  [[nodiscard]] std::size_t size() const noexcept { return head_.size() + tail_.size(); }
  [[nodiscard]] const char* block(std::size_t offset, std::size_t count, char* scratch) const noexcept {
    if (offset >= head_.size()) return tail_.data() + (offset - head_.size());
    const std::size_t front = std::min(count, head_.size() - offset);
    if (front == count) return head_.data() + offset;
    std::memcpy(scratch, head_.data() + offset, front);
    std::memcpy(scratch + front, tail_.data(), count - front);
    return scratch;
  }

 private:
  std::string_view head_, tail_;
};

}  // namespace clicklens::encode
