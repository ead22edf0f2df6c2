#include "alloc_each.h"

#include <gtest/gtest.h>

#include "alloc_heap.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

// A sanitizer takes ten times as long, and after the first some dozen finds in every seventh what it finds in all;
// without one every allocation fails.
std::int64_t after(std::int64_t refused) {
#ifdef CLENS_SANITIZED
  return refused + (refused < 64 ? 1 : 7);
#else
  return refused + 1;
#endif
}

}  // namespace

void fail_each(const char* name, std::int64_t least, const std::function<clens_status()>& call, bool counts_blocks) {
  if (under_tsan) GTEST_SKIP() << "ThreadSanitizer keeps operator new to itself";
  ASSERT_EQ(call(), CLENS_OK) << name << ": " << last_error();  // what is made once per process is made now
  std::int64_t refused = 0, tried = 0;
  std::int64_t survived = 0;  // std::stable_sort asks for a buffer that it can do without
  for (;; refused = after(refused), ++tried) {
    const std::int64_t before = blocks_in_use();
    clens_status status;
    bool has_refused;
    {
      const ArmedHeap heap(refused);
      status = call();
      has_refused = ArmedHeap::has_refused();
    }
    if (!has_refused) {
      EXPECT_EQ(status, CLENS_OK) << name << ": " << last_error();
      break;
    }
    if (status == CLENS_OK) {
      ++survived;
      continue;
    }
    ASSERT_EQ(status, CLENS_E_OUT_OF_MEMORY) << name << ", allocation " << refused << ": " << last_error();
    ASSERT_FALSE(last_error().empty());
    ASSERT_TRUE(!counts_blocks || blocks_in_use() == before) << name << " leaks after allocation " << refused;
  }
  EXPECT_GE(refused, least) << name;
  EXPECT_LE(survived, tried / 10) << name;
}

}  // namespace clicklens::testing
