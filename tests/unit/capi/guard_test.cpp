// What the boundary makes of exceptions.
#include "../../../capi/src/guard.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace clicklens::capi {
namespace {

template <class Throw>
base::Code code_of(Throw thrower) {
  return contain([&]() -> base::Status {
           thrower();
           return {};
         })
      .code();
}

TEST(Guard, ExceptionsAreStatuses) {
  using base::Code;
  EXPECT_EQ(code_of([] {}), Code::ok);
  EXPECT_EQ(code_of([] { throw std::bad_alloc(); }), Code::out_of_memory);
  EXPECT_EQ(code_of([] { throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again)); }),
            Code::out_of_memory);
  EXPECT_EQ(code_of([] { throw std::runtime_error("x"); }), Code::internal);
  EXPECT_EQ(code_of([] { throw 7; }), Code::internal);
}

TEST(Guard, TooLongAContainerIsALimit) {
  EXPECT_EQ(code_of([] { std::vector<std::string>().reserve(~std::size_t{0}); }), base::Code::limit_exceeded);
}

}  // namespace
}  // namespace clicklens::capi
