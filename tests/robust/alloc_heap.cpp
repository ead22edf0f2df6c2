#include "alloc_heap.h"

#include <clicklens/clicklens.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace clicklens::testing {
namespace {

struct Armed {
  bool on = false;
  std::int64_t requests = 0, refused = ArmedHeap::none, locks = 0;
  bool has_refused = false;
};
constinit thread_local Armed armed;
constinit std::atomic<std::int64_t> in_use{0};

// Whether a request may be served.
bool take() noexcept {
  if (!armed.on) return true;
  const bool refuse = armed.requests++ == armed.refused;
  armed.has_refused |= refuse;
  if (refuse) errno = ENOMEM;
  return !refuse;
}

}  // namespace

ArmedHeap::ArmedHeap(std::int64_t refused) noexcept {
  armed = {};
  armed.refused = refused;
  armed.on = true;
}
ArmedHeap::~ArmedHeap() {
  armed.on = false;
}
std::int64_t ArmedHeap::requests() noexcept {
  return armed.requests;
}
bool ArmedHeap::has_refused() noexcept {
  return armed.has_refused;
}
std::int64_t blocks_in_use() noexcept {
  return in_use.load();
}
std::int64_t locks_taken() noexcept {
  return armed.locks;
}

}  // namespace clicklens::testing

using clicklens::testing::armed;
using clicklens::testing::in_use;
using clicklens::testing::take;

#if !defined(CLENS_UNDER_SANITIZER)

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

static void* counted(void* block) noexcept {
  if (block != nullptr) ++in_use;
  return block;
}

void* malloc(std::size_t size) {
  return take() ? counted(__libc_malloc(size)) : nullptr;
}
void* calloc(std::size_t count, std::size_t size) {
  return take() ? counted(__libc_calloc(count, size)) : nullptr;
}
void* realloc(void* block, std::size_t size) {
  if (!take()) return nullptr;
  void* moved = __libc_realloc(block, size);
  return block == nullptr ? counted(moved) : moved;
}
void* memalign(std::size_t alignment, std::size_t size) {
  return take() ? counted(__libc_memalign(alignment, size)) : nullptr;
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  *out = memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}
void free(void* block) {
  if (block != nullptr) --in_use;
  __libc_free(block);
}

#define CLENS_COUNT_LOCK(name, type)                                              \
  int name(type* lock) {                                                          \
    using Function = int (*)(type*);                                              \
    static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, #name)); \
    if (armed.on) ++armed.locks;                                                  \
    return real(lock);                                                            \
  }
CLENS_COUNT_LOCK(pthread_mutex_lock, pthread_mutex_t)
CLENS_COUNT_LOCK(pthread_mutex_trylock, pthread_mutex_t)
CLENS_COUNT_LOCK(pthread_rwlock_rdlock, pthread_rwlock_t)
CLENS_COUNT_LOCK(pthread_rwlock_wrlock, pthread_rwlock_t)
#undef CLENS_COUNT_LOCK
}

#elif !defined(CLENS_UNDER_TSAN)

void* operator new(std::size_t size) {
  void* block = take() ? std::malloc(size == 0 ? 1 : size) : nullptr;
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return take() ? std::malloc(size == 0 ? 1 : size) : nullptr;
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}

#endif

namespace clicklens::testing {
namespace {

void* hook_allocate(void*, std::size_t size, std::size_t alignment) {
  const std::size_t whole = (size + alignment - 1) / alignment * alignment;
#if defined(CLENS_UNDER_SANITIZER)
  if (!take()) return nullptr;
#endif
  return std::aligned_alloc(alignment, whole);
}
void hook_deallocate(void*, void* block, std::size_t, std::size_t) {
  std::free(block);
}

// Before any test makes a block.
class Hook : public ::testing::Environment {
 public:
  void SetUp() override {
    clens_allocator hook = CLENS_ALLOCATOR_INIT;
    hook.allocate = hook_allocate;
    hook.deallocate = hook_deallocate;
    ASSERT_EQ(clens_set_allocator(&hook), CLENS_OK);
  }
};
const auto* const hook = ::testing::AddGlobalTestEnvironment(new Hook);

}  // namespace
}  // namespace clicklens::testing
