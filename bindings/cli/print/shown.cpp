#include "print/shown.h"

#include <array>

namespace clicklens::cli {
namespace {

void append_escaped(std::string& to, unsigned char byte) {
  constexpr std::array digits = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
  to += "\\x";
  to += digits[byte >> 4];
  to += digits[byte & 15];
}

}  // namespace

std::string shown(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) {
      append_escaped(safe, byte);
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      append_escaped(safe, static_cast<unsigned char>(next));
      ++i;
    } else if (byte >= 0x80 && byte < 0xA0 && (i == 0 || static_cast<unsigned char>(text[i - 1]) < 0x80)) {
      append_escaped(safe, byte);  // no UTF-8: a terminal of 8 bits would obey it
    } else {
      safe += text[i];
    }
  }
  return safe;
}

}  // namespace clicklens::cli
