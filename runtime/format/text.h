// Text from a model file: what is accepted, and how names appear in messages.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/utf8.h"

namespace clicklens::format {

inline constexpr std::size_t name_bytes = 255;

// UTF-8 without control characters: a name may be printed to a terminal or a log line as it is.
constexpr bool valid_name(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20u || byte == 0x7Fu) return false;
    if (byte == 0xC2u && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0u) return false;
  }
  return text.size() <= name_bytes && base::valid_utf8(text);
}

// Metadata values and salts: any length, tabs and line ends too.
constexpr bool valid_free_text(std::string_view text) noexcept {
  const auto control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20u && c != '\t' && c != '\n' && c != '\r') || byte == 0x7Fu;
  };
  return std::none_of(text.begin(), text.end(), control) && base::valid_utf8(text);
}

// A name in a message: at most 80 bytes, never cut within a character.
struct ShownName {
  explicit ShownName(std::string_view name) noexcept {
    const std::string_view cut = base::utf8_cut(name, sizeof text - 1);
    text[cut.copy(text, cut.size())] = '\0';
  }
  char text[81];
};

}  // namespace clicklens::format
