// Structs of other versions, over a struct that has had two.
#include "../../../capi/src/sized.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

namespace clicklens::capi {

struct Grown {
  std::size_t struct_size;
  std::uint64_t first;
  std::uint32_t second, third;  // appended together
};

template <>
struct Released<Grown> {
  static constexpr std::size_t sizes[] = {offsetof(Grown, second), sizeof(Grown)};
};

namespace {

struct Newer {
  Grown known;
  std::uint64_t added;
};

TEST(Sized, EndsAtReleasedFieldsOnly) {
  for (std::size_t size = 0; size <= sizeof(Grown); ++size) {
    Newer given{{size, 1, 2, 3}, 0};
    Grown known{0, 10, 20, 30};
    const bool released = size == 16 || size == 24;
    EXPECT_EQ(read_sized(&given.known, "given", known).ok(), released) << size;
    EXPECT_EQ(known.first, released ? 1u : 10u) << size;
    EXPECT_EQ(known.second, size == 24 ? 2u : 20u) << size;
    EXPECT_EQ(known.third, size == 24 ? 3u : 30u) << size;
    const Grown answer{0, 4, 5, 6};
    EXPECT_EQ(write_sized(answer, "given", &given.known).ok(), released) << size;
    EXPECT_EQ(given.known.struct_size, size);
    EXPECT_EQ(given.known.first, released ? 4u : 1u) << size;
    EXPECT_EQ(given.known.third, size == 24 ? 6u : 3u) << size;
    EXPECT_EQ(check_stride<Grown>(size, "stride").ok(), released) << size;
  }
}

TEST(Sized, NewerStructsMaySetOnlyWhatIsKnown) {
  Newer given{{sizeof(Newer), 1, 2, 3}, 0};
  Grown known{};
  ASSERT_TRUE(read_sized(&given.known, "given", known).ok());
  EXPECT_EQ(known.third, 3u);
  EXPECT_EQ(known.struct_size, sizeof(Grown));
  given.added = std::uint64_t{1} << 63;
  EXPECT_EQ(read_sized(&given.known, "given", known).code(), base::Code::invalid_argument);
  given.known.struct_size = sizeof(Newer) - 4;  // would not be aligned
  EXPECT_FALSE(read_sized(&given.known, "given", known).ok());
  given.known.struct_size = largest_struct + 8;
  EXPECT_FALSE(read_sized(&given.known, "given", known).ok());
}

TEST(Sized, ElementsAreAsLongAsTheirStride) {
  const std::uint64_t older[] = {1, 2, 3, 4};  // two elements that end before `second`
  Grown known{0, 0, 20, 30};
  ASSERT_TRUE(read_element(reinterpret_cast<const Grown*>(older), 1, 16, "older", known).ok());
  EXPECT_EQ(known.first, 4u);
  EXPECT_EQ(known.second, 20u);
  const std::uint64_t newer[] = {1, 2, 3, 0, 5, 6, 7, 8};
  ASSERT_TRUE(read_element(reinterpret_cast<const Grown*>(newer), 0, 32, "newer", known).ok());
  EXPECT_EQ(known.second, 3u);
  EXPECT_FALSE(read_element(reinterpret_cast<const Grown*>(newer), 1, 32, "newer", known).ok());
}

TEST(Sized, APaddingThatBecameAFieldIsNoVersion) {
  constexpr std::size_t growing[] = {16, 24};
  constexpr std::size_t filled[] = {24, 24};
  static_assert(is_ascending(growing) && !is_ascending(filled));
  static_assert(first_size<clens_output> == 104 && first_size<clens_session_options> == 56);
}

}  // namespace
}  // namespace clicklens::capi
