#include "print/shown.h"

#include <gtest/gtest.h>

namespace clicklens::cli {
namespace {

TEST(Shown, TextStaysAsItIs) {
  for (const char* text : {"", "day=01.tsv", "Zürich, 東京, 😀", "two\nlines", "\xC2\xA0", "à"})
    EXPECT_EQ(shown(text), text);
}

TEST(Shown, ControlCharactersAreSpelt) {
  EXPECT_EQ(shown("a\x1b[31mred\x1b]0;title\x07"), "a\\x1b[31mred\\x1b]0;title\\x07");
  EXPECT_EQ(shown("\r\t\x7f"), "\\x0d\\x09\\x7f");
  EXPECT_EQ(shown(std::string_view("\0b", 2)), "\\x00b");
  EXPECT_EQ(shown("\xC2\x9B\x33m"), "\\x9b3m");  // C1's control sequence introducer, as UTF-8
  EXPECT_EQ(shown("a\x9B\x33m"), "a\\x9b3m");    // and as a byte of its own
}

}  // namespace
}  // namespace clicklens::cli
