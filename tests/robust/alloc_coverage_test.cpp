// Every public function is called by a test that fails its allocations, or is excused here with a reason. A new one in
// the header is neither, and fails this.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace clicklens::testing {
namespace {

const std::map<std::string, std::string> excused = {
    {"clens_version_number", "a constant"},
    {"clens_version_string", "a constant"},
    {"clens_arithmetic_version", "a constant"},
    {"clens_status_name", "a constant"},
    {"clens_supported_isas", "made once a process, in static memory"},
    {"clens_isa", "chosen once a process"},
    {"clens_last_error", "copies from the thread's buffer; every failure here reads it"},
    {"clens_session_error", "copies from the session's buffer"},
    {"clens_session_bytes", "reads a number"},
    {"clens_model_retain", "counts"},
    {"clens_inputs_retain", "counts"},
    {"clens_probe_retain", "counts"},
};

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

TEST(AllocCoverage, NoPublicFunctionIsForgotten) {
  const std::filesystem::path root(CLENS_SOURCE_DIR);
  const std::set<std::string> declared =
      matches(text_of(root / "capi/include/clicklens/clicklens.h"), std::regex(R"(CLENS_API [^;(]*?\b(clens_\w+)\()"));
  ASSERT_GT(declared.size(), 150u);
  std::set<std::string> called;
  for (const auto& entry : std::filesystem::directory_iterator(root / "tests/robust")) {
    const std::string name = entry.path().filename().string();
    // A release stands as the argument of Held.
    if (name.starts_with("alloc_") && name != "alloc_coverage_test.cpp")
      called.merge(matches(text_of(entry.path()), std::regex(R"(\b(clens_\w+)[(>])")));
  }
  std::size_t covered = 0;
  for (const std::string& function : declared) {
    const bool is_called = called.contains(function), is_excused = excused.contains(function);
    covered += is_called;
    EXPECT_TRUE(is_called || is_excused) << function << ": no test fails its allocations";
    EXPECT_FALSE(is_called && is_excused) << function << ": is covered, and needs no excuse";
  }
  for (const auto& [function, reason] : excused)
    EXPECT_TRUE(declared.contains(function)) << function << " is no function of the header";
  std::printf("%zu of %zu public functions are covered, %zu excused\n", covered, declared.size(), excused.size());
}

}  // namespace
}  // namespace clicklens::testing
