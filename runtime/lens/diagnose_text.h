// Sentences of findings.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace clicklens::lens {

// As std::printf.
[[gnu::format(printf, 1, 2)]] std::string sentence(const char* format, ...);
// "3, 7, 12", at most `most` of them and then how many more there are.
std::string listed(const std::vector<std::uint32_t>& columns, std::size_t most = 12);
// "a, b": all, or `most` of them and how many more.
std::string listed_names(std::span<const std::string> names, std::size_t most = SIZE_MAX);
// Names as words of a shell.
std::string words(std::span<const std::string> names);
// The name as one word of a shell: in quotes where it needs them.
std::string quoted(const std::string& name);
// ... as the value of the option before it: " name", or "=name" where it would be taken for an option.
std::string value_word(const std::string& name);

}  // namespace clicklens::lens
