// Scores of recorded requests as CSV: request_key, candidate, a column a task.
#pragma once

#include <string>
#include <vector>

#include "data/atomic_file.h"
#include "data/block_reader.h"

namespace clicklens::cli {

class ReplayScores {
 public:
  ReplayScores(const std::string& path, const std::vector<std::string>& tasks);
  void write(const Block& block, const std::vector<float>& scores);
  void commit() { file_.commit(); }

 private:
  AtomicFile file_;
  std::size_t tasks_;
  std::string text_;
};

}  // namespace clicklens::cli
