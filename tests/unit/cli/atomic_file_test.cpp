// Files that appear whole or not at all, and what is left beside them when something fails.
#include "data/atomic_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "error.h"
#include "scratch.h"

namespace clicklens::cli {
namespace {

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

class AtomicFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string folder() const { return std::filesystem::path(path_).parent_path().string(); }
  Scratch scratch_;
  std::string path_ = scratch_.path("out");
};

TEST_F(AtomicFileTest, AppearsWithCommit) {
  {
    AtomicFile file(path_);
    file.write("whole");
    EXPECT_FALSE(std::filesystem::exists(path_));
    file.commit();
  }
  EXPECT_EQ(Scratch::read(path_), "whole");
  EXPECT_EQ(names_in(folder()), std::set<std::string>{"out"});
}

TEST_F(AtomicFileTest, LeavesNothingWithoutCommit) {
  { AtomicFile(path_).write("half"); }
  EXPECT_TRUE(names_in(folder()).empty());
}

TEST_F(AtomicFileTest, LeavesNothingWhenItCannotBeRenamed) {
  {
    AtomicFile file(path_);
    file.write("whole");
    std::filesystem::create_directory(path_);
    EXPECT_THROW(file.commit(), Error);
  }
  EXPECT_EQ(names_in(folder()), std::set<std::string>{"out"});
}

TEST_F(AtomicFileTest, WritesThroughNoLinkThatWaitsForIt) {
  const std::string victim = scratch_.path("victim");
  scratch_.write("victim", "kept");
  std::filesystem::create_symlink(victim, path_ + "." + std::to_string(getpid()) + ".tmp");
  AtomicFile file(path_);
  file.write("whole");
  file.commit();
  EXPECT_EQ(Scratch::read(victim), "kept");
  EXPECT_FALSE(std::filesystem::is_symlink(path_));
}

TEST_F(AtomicFileTest, TwoAtATimeAreTwo) {
  AtomicFile a(path_), b(path_);
  a.write("a");
  b.write("b");
  EXPECT_EQ(names_in(folder()).size(), 2u);
  b.commit();
  a.commit();
  EXPECT_EQ(Scratch::read(path_), "a");
  EXPECT_EQ(names_in(folder()).size(), 1u);
}

}  // namespace
}  // namespace clicklens::cli
