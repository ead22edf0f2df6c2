// Whether the checksum of a segment's bytes held when it was compared, where they lie. It is kept by what keeps the
// bytes, so that every version that shares them knows, and the next one need not read them again.
#pragma once

#include <atomic>

namespace clicklens::format {

class Verified {
 public:
  explicit Verified(bool holds = false) noexcept : holds_(holds) {}

  [[nodiscard]] bool holds() const noexcept { return holds_.load(std::memory_order_acquire); }
  void set(bool holds) noexcept { holds_.store(holds, std::memory_order_release); }

 private:
  std::atomic<bool> holds_;
};

}  // namespace clicklens::format
