// The heap of this test program: counts what the armed thread asks of it, may refuse one request, and knows
// how many blocks are in use. Everything the library takes goes through here: operator new, malloc and
// the blocks of clens_set_allocator. Under a sanitizer malloc is the sanitizer's, so there only operator
// new and the hook are counted, and leaks are the sanitizer's to find.
#pragma once

#include <cstdint>

namespace clicklens::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool under_sanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define CLENS_UNDER_SANITIZER 1
inline constexpr bool under_sanitizer = true;
#else
inline constexpr bool under_sanitizer = false;
#endif
#else
inline constexpr bool under_sanitizer = false;
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLENS_UNDER_SANITIZER 1
#endif

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
