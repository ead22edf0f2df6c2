#include "encode/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace clicklens::encode {
namespace {

// Length of the leading run of ASCII, eight bytes at a time: most ids are nothing else.
std::size_t ascii_prefix(const char* text, std::size_t size) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text + i, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (i < size && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

// Bytes of the sequence at `text`, 0 when it is not well formed (Unicode 15, table 3-7: only the second
// byte's range depends on the first).
std::size_t sequence(const unsigned char* text, std::size_t size) noexcept {
  const unsigned lead = text[0];
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length > size) return 0;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (text[1] < low || text[1] > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((text[i] & 0xC0u) != 0x80u) return 0;
  }
  return length;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  std::size_t i = ascii_prefix(text.data(), text.size());
  while (i < text.size()) {
    const auto* rest = reinterpret_cast<const unsigned char*>(text.data()) + i;
    const std::size_t length = sequence(rest, text.size() - i);
    if (length == 0) return false;
    i += length;
    i += ascii_prefix(text.data() + i, text.size() - i);
  }
  return true;
}

}  // namespace clicklens::encode
