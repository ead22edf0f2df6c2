// Kinds of options that CLI11 lacks or reads too generously.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace clicklens::cli {

struct WholeRange {
  std::uint64_t low = 0, high = std::numeric_limits<std::uint64_t>::max();
};

CLI::Validator whole_number(WholeRange range);
std::uint64_t to_whole(const std::string& text);  // of text that whole_number has passed
CLI::Validator not_empty();

// A whole number, in decimal digits alone: CLI11 itself also reads 010 and 0x8, as 8.
template <class T>
CLI::Option* add_whole(CLI::App& app, const char* option, T& value, WholeRange range, const char* help) {
  return app
      .add_option_function<std::string>(
          option, [&value](const std::string& text) { value = static_cast<T>(to_whole(text)); }, help)
      ->default_str(std::to_string(value))
      ->check(whole_number(range));
}

// 0 or 1, nothing else.
CLI::Option* add_switch(CLI::App& app, const char* option, bool& value, const char* help);

// An option that takes one of the names; `use` gets the place of the one taken.
template <class Use>
void add_choice(CLI::App& app, const char* option, const std::vector<std::string>& names, const char* help, Use use) {
  app.add_option_function<std::string>(
         option,
         [&names, use](const std::string& name) {
           use(static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()));
         },
         help)
      ->check(CLI::IsMember(&names));
}

}  // namespace clicklens::cli
