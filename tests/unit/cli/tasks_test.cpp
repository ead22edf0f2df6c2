#include "commands/tasks.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <string>

#include "scratch.h"

namespace clicklens::cli {
namespace {

TEST(Tasks, AllAreDoneOnceWhateverTheThreads) {
  for (const unsigned workers : {1u, 2u, 5u}) {
    std::array<std::atomic<int>, 50> done{};
    Tasks tasks;
    for (auto& each : done) tasks.add(2, [&each] { ++each; });
    EXPECT_EQ(tasks.size(), 50u);
    EXPECT_EQ(tasks.total(), 100u);
    Progress progress(tasks.total());
    tasks.run(workers, progress);
    for (const auto& each : done) EXPECT_EQ(each, 1);
  }
}

TEST(Tasks, TheFirstFailureEndsThem) {
  for (const unsigned workers : {1u, 3u}) {
    std::atomic<int> begun{0};
    Tasks tasks;
    tasks.add(1, [] { throw std::runtime_error("the first"); });
    for (int i = 0; i < 1000; ++i)
      tasks.add(1, [&begun] {
        ++begun;
        throw std::logic_error("another");
      });
    Progress progress(tasks.total());
    const std::string error = error_of([&] { tasks.run(workers, progress); });
    EXPECT_TRUE(error == "the first" || (workers > 1 && error == "another")) << error;
    EXPECT_LT(begun, static_cast<int>(workers));
  }
}

}  // namespace
}  // namespace clicklens::cli
