#include "commands/diagnose_command.h"

#include <string_view>
#include <utility>
#include <vector>

namespace clicklens::cli {
namespace {

// As one word of a shell, in quotes where it needs them: as the library's findings quote other names.
std::string shell_word(const std::string& name) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
  if (!name.empty() && name.find_first_not_of(plain) == std::string::npos) return name;
  std::string word = "'";
  for (const char c : name) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

// A text at its blanks, but for those in quotes; words keep their quotes.
std::vector<std::string> shell_words(const std::string& text) {
  std::vector<std::string> words(1);
  bool quotes = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!quotes && text[i] == ' ') {
      words.emplace_back();
      continue;
    }
    if (!quotes && text[i] == '\\' && i + 1 < text.size())
      words.back() += text[i++];
    else if (text[i] == '\'')
      quotes = !quotes;
    words.back() += text[i];
  }
  return words;
}

// What a verb takes of the options that `diagnose` was given.
std::string reading_options(const std::string& verb, const DiagnoseOptions& options) {
  std::string text;
  const auto add = [&text](const char* option, const std::string& value) {
    if (!value.empty()) text += std::string(" ") + option + "=" + shell_word(value);
  };
  if (verb == "drift") return text;  // reads profiles
  add("--task", options.task);
  add("--request", options.read.request_column);
  if (options.read.single_rows) text += " --single-rows";
  add("--label", options.read.label_column);
  add("--cluster", options.read.cluster_column);
  if (options.read.label_file != nullptr) add("--labels", options.read.label_file->path());
  return text;
}

}  // namespace

std::string complete_command(const std::string& text, const DiagnoseOptions& options) {
  const std::vector<std::string> words = shell_words(text);
  std::string command, behind;  // what goes to the end of the command at hand
  const auto begins = [&](std::size_t i) {
    return words[i] == "clicklens" && (i == 0 || words[i - 1] == "&&" || words[i - 1].ends_with(':'));
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "&&") command += std::exchange(behind, {});
    if (i > 0) command += ' ';
    // Days and groups may be called MODEL, too.
    const bool model = words[i] == "MODEL" && i > 1 && (begins(i - 2) || words[i - 1] == "--model");
    command += model ? shell_word(options.model) : words[i];
    if (begins(i) && i + 1 < words.size()) behind = reading_options(words[i + 1], options);
  }
  return command + behind;
}

}  // namespace clicklens::cli
