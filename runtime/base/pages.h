// What can be asked of the pages under a range of memory, mapped or allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/status.h"

namespace clicklens::base {

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

// Says that huge pages are welcome; constant time, no effect where the system has none. (Random access
// advice is never given: it stops read-ahead and made cold tables several times slower.)
void welcome_huge_pages(std::span<const std::byte> range) noexcept;

// Brings every page in. IO when one cannot be read.
Status warm_pages(std::span<const std::byte> range) noexcept;

// True when nearly all of what could be huge pages is: call after warm_pages. A range that holds no
// whole huge page has nothing to gain and counts as true. Reads /proc; false where that says nothing.
bool has_huge_pages(std::span<const std::byte> range) noexcept;

// Keeps a range in memory for as long as it lives.
class LockedPages {
 public:
  static Result<LockedPages> lock(std::span<const std::byte> range) noexcept;

  LockedPages() noexcept = default;
  LockedPages(LockedPages&& other) noexcept;
  LockedPages& operator=(LockedPages&& other) noexcept;
  ~LockedPages();

 private:
  std::span<const std::byte> range_;
};

}  // namespace clicklens::base
