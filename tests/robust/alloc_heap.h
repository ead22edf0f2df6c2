// The heap of this test program: counts what the armed thread asks of it, may refuse one request, and knows
// how many blocks are in use. Everything the library takes goes through here: operator new, malloc and
// the blocks of clens_set_allocator. Under a sanitizer malloc is the sanitizer's, so there only operator
// new and the hook are counted (ThreadSanitizer: only the hook), and leaks are the sanitizer's to find.
#pragma once

#include <cstdint>

#include "support/sanitizer.h"

namespace clicklens::testing {

// While it lives, this thread's requests are counted and the one with number `refused` fails.
class ArmedHeap {
 public:
  static constexpr std::int64_t none = -1;
  explicit ArmedHeap(std::int64_t refused = none) noexcept;
  ~ArmedHeap();
  ArmedHeap(const ArmedHeap&) = delete;
  ArmedHeap& operator=(const ArmedHeap&) = delete;

  [[nodiscard]] static std::int64_t requests() noexcept;
  [[nodiscard]] static bool has_refused() noexcept;
};

// Blocks in use, by all threads; not counted under a sanitizer.
std::int64_t blocks_in_use() noexcept;
// Locks taken by the armed thread: mutexes and read-write locks; not counted under a sanitizer.
std::int64_t locks_taken() noexcept;

}  // namespace clicklens::testing
