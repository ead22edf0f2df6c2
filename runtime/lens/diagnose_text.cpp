#include "lens/diagnose_text.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <string_view>

namespace clicklens::lens {

std::string sentence(const char* format, ...) {
  std::va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  std::string text(static_cast<std::size_t>(std::max(length, 0)), '\0');
  std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  return text;
}

std::string listed(const std::vector<std::uint32_t>& columns, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < columns.size() && i < most; ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(columns[i]);
  }
  if (columns.size() > most) text += sentence(" and %zu more", columns.size() - most);
  return text;
}

std::string listed_names(std::span<const std::string> names, std::size_t most) {
  std::string text;
  for (const std::string& name : names.first(std::min(most, names.size()))) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  if (names.size() > most) text += sentence(" and %zu more", names.size() - most);
  return text;
}

std::string quoted(const std::string& name) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
  if (!name.empty() && name.find_first_not_of(plain) == std::string::npos) return name;
  std::string text = "'";
  for (const char c : name) {
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  }
  text += '\'';
  return text;
}

std::string value_word(const std::string& name) {
  return (name.starts_with('-') ? "=" : " ") + quoted(name);
}

std::string words(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + quoted(name);
  return text;
}

}  // namespace clicklens::lens
