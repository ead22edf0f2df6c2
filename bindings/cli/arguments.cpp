#include "arguments.h"

#include <charconv>
#include <optional>

#include "error.h"

namespace clicklens::cli {
namespace {

std::optional<std::uint64_t> parse(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace

CLI::Validator whole_number(WholeRange range) {
  const std::string interval = join({"[", std::to_string(range.low), ", ", std::to_string(range.high), "]"});
  const auto wrong = [range, interval](const std::string& text) {
    const auto number = parse(text);
    const bool fits = number && range.low <= *number && *number <= range.high;
    return fits ? std::string() : join({"'", text, "' is not a whole number of ", interval});
  };
  return {wrong, "NUMBER"};
}

std::uint64_t to_whole(const std::string& text) {
  return parse(text).value_or(0);
}

CLI::Validator not_empty() {
  return {[](const std::string& text) { return text.empty() ? std::string("must not be empty") : std::string(); }, ""};
}

CLI::Option* add_switch(CLI::App& app, const char* option, bool& value, const char* help) {
  return app
      .add_option_function<std::string>(
          option, [&value](const std::string& text) { value = text == "1"; }, help)
      ->default_str(value ? "1" : "0")
      ->check(CLI::IsMember(std::vector<std::string>{"0", "1"}));
}

}  // namespace clicklens::cli
