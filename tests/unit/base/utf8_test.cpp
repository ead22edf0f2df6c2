#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace clicklens::base {
namespace {

// Decodes one code point the plain way: length from the lead byte, value from the bits, then the value
// is judged. Returns the bytes used, 0 when ill-formed.
std::size_t decode(const std::string& s, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(s[i])); };
  const unsigned lead = byte(at);
  if (lead < 0x80) return 1;
  const std::size_t n = (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : (lead >> 3) == 30 ? 4 : 0;
  if (n == 0 || at + n > s.size()) return 0;
  unsigned value = lead & (0xFFu >> (n + 1));
  for (std::size_t i = 1; i < n; ++i) {
    if ((byte(at + i) >> 6) != 2) return 0;
    value = value << 6 | (byte(at + i) & 63);
  }
  const unsigned least = n == 2 ? 0x80 : n == 3 ? 0x800 : 0x10000;
  return value < least || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000) ? 0 : n;
}

bool reference(const std::string& s) {
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t used = decode(s, at);
    if (used == 0) return false;
    at += used;
  }
  return true;
}

TEST(Utf8, EveryPairOfBytesAndMostTriples) {
  std::size_t good = 0;
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string two = {static_cast<char>(a), static_cast<char>(b)};
      ASSERT_EQ(valid_utf8(two), reference(two)) << a << " " << b;
      for (unsigned c = 0x3F; c < 256; c += 0x20) {
        const std::string three = two + static_cast<char>(c);
        ASSERT_EQ(valid_utf8(three), reference(three)) << a << " " << b << " " << c;
        good += valid_utf8(three) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(good, 10000u);
}

TEST(Utf8, EdgesOfFourByteSequences) {
  const std::vector<unsigned> edges = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0xBF, 0xC0, 0xFF};
  for (unsigned a = 0xEF; a < 256; ++a) {
    for (unsigned b = 0x70; b < 0xD0; ++b) {
      for (const unsigned c : edges) {
        for (const unsigned d : edges) {
          const std::string four = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c),
                                    static_cast<char>(d)};
          ASSERT_EQ(valid_utf8(four), reference(four));
        }
      }
    }
  }
}

// The eight-at-a-time path must see a bad byte at any place, and must not read behind the end.
TEST(Utf8, BadByteAnywhereInAnyLength) {
  for (std::size_t n = 0; n < 40; ++n) {
    const std::vector<char> ascii(n, 'x');
    EXPECT_TRUE(valid_utf8({ascii.data(), n}));
    for (std::size_t at = 0; at < n; ++at) {
      std::vector<char> bytes = ascii;
      bytes[at] = static_cast<char>(0xFF);
      EXPECT_FALSE(valid_utf8({bytes.data(), n}));
      bytes[at] = static_cast<char>(0xC3);
      EXPECT_FALSE(valid_utf8({bytes.data(), n}));
      if (at + 1 == n) continue;
      bytes[at + 1] = static_cast<char>(0xA9);
      EXPECT_TRUE(valid_utf8({bytes.data(), n}));
    }
  }
}

}  // namespace
}  // namespace clicklens::base
