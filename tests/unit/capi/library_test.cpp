// The library as a whole: versions, statuses, instruction sets, the allocator hook.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/arithmetic.h"
#include "support/emulated.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

TEST(Library, VersionsAgreeWithTheHeader) {
  const std::string text = std::to_string(CLENS_VERSION_MAJOR) + "." + std::to_string(CLENS_VERSION_MINOR) + "." +
                           std::to_string(CLENS_VERSION_PATCH);
  EXPECT_EQ(clens_version_string(), text);
  EXPECT_EQ(clens_version_number(), CLENS_VERSION_MAJOR * 1000000u + CLENS_VERSION_MINOR * 1000u + CLENS_VERSION_PATCH);
  EXPECT_EQ(clens_arithmetic_version(), 1u);
}

TEST(Library, EveryStatusHasItsNameAndBand) {
  EXPECT_STREQ(clens_status_name(CLENS_OK), "CLENS_OK");
  EXPECT_STREQ(clens_status_name(static_cast<clens_status>(203)), "CLENS_E_LIMIT_EXCEEDED");
  EXPECT_STREQ(clens_status_name(static_cast<clens_status>(900)), "CLENS_E_INTERNAL");
  EXPECT_STREQ(clens_status_name(static_cast<clens_status>(901)), "CLENS_E_?");
  int named = 0;
  for (int value = 0; value < 1000; ++value)
    named += clens_status_name(static_cast<clens_status>(value)) != std::string("CLENS_E_?") ? 1 : 0;
  EXPECT_EQ(named, 17);
}

TEST(Library, TheInstructionSetInForceIsOneOfThoseSupported) {
  const char* name = nullptr;
  ASSERT_EQ(clens_isa(&name), CLENS_OK) << last_error();
  const std::string all = std::string(",") + clens_supported_isas() + ",";
  EXPECT_NE(all.find("," + std::string(name) + ","), std::string::npos) << all << " has no " << name;
  EXPECT_NE(all.find(",scalar,"), std::string::npos);
  EXPECT_EQ(clens_isa(nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "name: NULL");
}

bool refuses_mmx() {
  setenv("CLICKLENS_ISA", "mmx", 1);
  const char* name = nullptr;
  const clens_status status = clens_isa(&name);
  return status == CLENS_E_UNSUPPORTED_ISA && last_error().find("mmx") != std::string::npos && name == nullptr;
}

// A process of its own, since the choice is made once.
TEST(LibraryDeathTest, AnUnknownInstructionSetIsAStatus) {
  if (testing::emulated()) GTEST_SKIP() << "the program cannot start itself again under an emulator";
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(std::_Exit(refuses_mmx() ? 0 : 1), ::testing::ExitedWithCode(0), "");
}

int blocks = 0;
void* count_allocate(void* context, std::size_t size, std::size_t alignment) {
  ++*static_cast<int*>(context);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}
void count_deallocate(void* context, void* block, std::size_t, std::size_t) {
  --*static_cast<int*>(context);
  std::free(block);
}

bool hook_serves() {
  clens_allocator hook = CLENS_ALLOCATOR_INIT;
  hook.context = &blocks;
  hook.allocate = count_allocate;
  hook.deallocate = count_deallocate;
  bool good = clens_set_allocator(&hook) == CLENS_OK;
  {
    const TinyHost host;
    const auto session = host.session();
    good = good && blocks > 0 && host.run(session.get()).size() == host.candidates();
    good = good && clens_set_allocator(&hook) == CLENS_E_BAD_STATE;
  }
  return good && blocks == 0;
}

TEST(LibraryDeathTest, TheAllocatorHookServesModelsAndSessions) {
  if (testing::emulated()) GTEST_SKIP() << "the program cannot start itself again under an emulator";
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(std::_Exit(hook_serves() ? 0 : 1), ::testing::ExitedWithCode(0), "");
}

TEST(Library, TheAllocatorHookIsCheckedAndComesFirst) {
  EXPECT_EQ(clens_set_allocator(nullptr), CLENS_E_INVALID_ARGUMENT);
  const clens_allocator empty = CLENS_ALLOCATOR_INIT;
  EXPECT_EQ(clens_set_allocator(&empty), CLENS_E_INVALID_ARGUMENT);
  const TinyHost host;
  const auto session = host.session();
  clens_allocator late = {sizeof(clens_allocator), &blocks, count_allocate, count_deallocate};
  EXPECT_EQ(clens_set_allocator(&late), CLENS_E_BAD_STATE);
}

}  // namespace
}  // namespace clicklens::testing
