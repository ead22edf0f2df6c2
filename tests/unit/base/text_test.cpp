#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "base/checksum.h"
#include "base/status.h"
#include "base/utf8.h"

namespace clicklens::base {
namespace {

std::span<const std::byte> characters_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

TEST(Utf8, AcceptsWellFormedText) {
  for (const char* text : {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "gr\xC3\xBC\xC3\x9F"})
    EXPECT_TRUE(valid_utf8(text)) << text;
  EXPECT_TRUE(valid_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8, RefusesEverythingElse) {
  for (const char* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
                           "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "ok\xFE"})
    EXPECT_FALSE(valid_utf8(text)) << text;
}

TEST(Utf8, CutsBetweenCharacters) {
  EXPECT_EQ(utf8_cut("abc", 5), "abc");
  EXPECT_EQ(utf8_cut("ab\xC3\xBC", 3), "ab");
  EXPECT_EQ(utf8_cut("ab\xC3\xBC", 4), "ab\xC3\xBC");
  EXPECT_EQ(utf8_cut("\xF0\x90\x80\x80", 2), "");
}

// The published vectors of XXH3 for the empty input.
TEST(Checksum, KnownVectors) {
  EXPECT_EQ(xxh3_64({}), 0x2D06800538D394C2u);
  EXPECT_EQ(xxh3_128({}), (Hash128{0x6001C324468D497Fu, 0x99AA06D3014798D8u}));
}

TEST(Checksum, StreamEqualsWholeWhateverThePieces) {
  std::string text(100000, 'x');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 + i / 251);
  for (std::size_t piece : {std::size_t{1}, std::size_t{63}, std::size_t{256}, std::size_t{99999}}) {
    Xxh3Stream stream;
    stream.update(characters_of("forgotten"));
    stream.reset();
    for (std::size_t at = 0; at < text.size(); at += piece)
      stream.update(characters_of(std::string_view(text).substr(at, piece)));
    EXPECT_EQ(stream.digest(), xxh3_64(characters_of(text))) << piece;
  }
}

TEST(Status, MessagesAreFormattedAndCut) {
  EXPECT_TRUE(Status().ok());
  const Status status = Status::error(Code::bad_value, "feature '%s': %d", "user", 7);
  EXPECT_EQ(status.code(), Code::bad_value);
  EXPECT_STREQ(status.message(), "feature 'user': 7");
  const Status cut = Status::error(Code::internal, "%s", std::string(1000, 'a').c_str());
  EXPECT_EQ(std::strlen(cut.message()), 379u);
}

}  // namespace
}  // namespace clicklens::base
