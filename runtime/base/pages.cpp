#include "base/pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace clicklens::base {
namespace {

#if !defined(MADV_POPULATE_READ)
constexpr int MADV_POPULATE_READ = 22;  // Linux 5.14; older ones answer EINVAL
#endif

struct PageRange {
  std::uintptr_t begin = 0, end = 0;
  [[nodiscard]] void* address() const noexcept { return reinterpret_cast<void*>(begin); }
  [[nodiscard]] std::size_t size() const noexcept { return end > begin ? end - begin : 0; }
};

std::uintptr_t page_bytes() noexcept {
  return static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
}

// Every page that holds a byte of the range.
PageRange pages_over(std::span<const std::byte> range, std::uintptr_t page) noexcept {
  const auto begin = reinterpret_cast<std::uintptr_t>(range.data());
  return {begin & ~(page - 1), (begin + range.size() + page - 1) & ~(page - 1)};
}

// Pages wholly inside the range.
PageRange pages_inside(std::span<const std::byte> range, std::uintptr_t page) noexcept {
  const auto begin = reinterpret_cast<std::uintptr_t>(range.data());
  return {(begin + page - 1) & ~(page - 1), (begin + range.size()) & ~(page - 1)};
}

Status page_error(const char* what, int error) noexcept {
  char reason[96] = "";
  return Status::error(Code::io_error, "%s: %s", what, strerror_r(error, reason, sizeof reason));
}

void touch_pages(std::span<const std::byte> range) noexcept {
  const volatile std::byte* bytes = range.data();
  for (std::size_t i = 0; i < range.size(); i += page_bytes()) static_cast<void>(bytes[i]);
  static_cast<void>(bytes[range.size() - 1]);
}

using FileHandle = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

}  // namespace

void welcome_huge_pages(std::span<const std::byte> range) noexcept {
  const PageRange pages = pages_inside(range, page_bytes());
  if (pages.size() >= huge_page_bytes) static_cast<void>(::madvise(pages.address(), pages.size(), MADV_HUGEPAGE));
}

Status warm_pages(std::span<const std::byte> range) noexcept {
  if (range.empty()) return {};
  const PageRange pages = pages_over(range, page_bytes());
  int result = 0;
  do {
    result = ::madvise(pages.address(), pages.size(), MADV_POPULATE_READ);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return page_error("cannot bring pages into memory", errno);
  touch_pages(range);
  return {};
}

bool has_huge_pages(std::span<const std::byte> range) noexcept {
  const PageRange wanted = pages_inside(range, huge_page_bytes);
  if (wanted.size() == 0) return true;
  const FileHandle maps(std::fopen("/proc/self/smaps", "re"), std::fclose);
  if (maps == nullptr) return false;
  char line[512];
  std::size_t kibibytes = 0;
  bool inside = false;
  while (std::fgets(line, sizeof line, maps.get()) != nullptr) {
    unsigned long begin = 0, end = 0, amount = 0;
    if (std::sscanf(line, "%lx-%lx ", &begin, &end) == 2)
      inside = begin < wanted.end && end > wanted.begin;
    else if (inside && (std::sscanf(line, "AnonHugePages: %lu", &amount) == 1 ||
                        std::sscanf(line, "ShmemPmdMapped: %lu", &amount) == 1 ||
                        std::sscanf(line, "FilePmdMapped: %lu", &amount) == 1))
      kibibytes += amount;
  }
  return kibibytes >= wanted.size() / 1024 / 10 * 9;
}

Result<LockedPages> LockedPages::lock(std::span<const std::byte> range) noexcept {
  LockedPages locked;
  if (range.empty()) return locked;
  if (::mlock(range.data(), range.size()) != 0) return page_error("cannot lock pages in memory", errno);
  locked.range_ = range;
  return locked;
}

LockedPages::LockedPages(LockedPages&& other) noexcept : range_(std::exchange(other.range_, {})) {}

LockedPages& LockedPages::operator=(LockedPages&& other) noexcept {
  std::swap(range_, other.range_);
  return *this;
}

LockedPages::~LockedPages() {
  if (!range_.empty()) ::munlock(range_.data(), range_.size());
}

}  // namespace clicklens::base
