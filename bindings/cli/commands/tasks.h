// Work that does not depend on each other, shared out among threads in the order in which it was added.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "print/progress.h"

namespace clicklens::cli {

class Tasks {
 public:
  // `measure`: of how long it takes, for the bar.
  void add(std::uint64_t measure, std::function<void()> work) {
    tasks_.push_back({measure, std::move(work)});
    total_ += measure;
  }
  [[nodiscard]] std::size_t size() const noexcept { return tasks_.size(); }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

  // All of them, on this thread and `workers` - 1 others; their own bars are not shown. Throws what the first to fail
  // threw; then no more are begun.
  void run(unsigned workers, Progress& progress) const;

 private:
  struct Task {
    std::uint64_t measure;
    std::function<void()> work;
  };
  std::vector<Task> tasks_;
  std::uint64_t total_ = 0;
};

}  // namespace clicklens::cli
