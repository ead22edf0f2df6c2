#include "commands/replay_scores.h"

#include <array>
#include <charconv>

#include "error.h"

namespace clicklens::cli {

ReplayScores::ReplayScores(const std::string& path, const std::vector<std::string>& tasks)
    : file_(path), tasks_(tasks.size()) {
  text_ = "request_key,candidate";
  for (const std::string& task : tasks) text_ += ',' + task;
  file_.write(text_ + '\n');
}

void ReplayScores::write(const Block& block, const std::vector<float>& scores) {
  text_.clear();
  for (std::size_t r = 0; r + 1 < block.request_offsets.size(); ++r)
    for (std::int64_t c = block.request_offsets[r]; c < block.request_offsets[r + 1]; ++c) {
      text_ += (block.keyed ? std::to_string(block.request_keys[r]) : std::string()) + ',' +
               std::to_string(c - block.request_offsets[r]);
      for (std::size_t t = 0; t < tasks_; ++t) {
        std::array<char, 32> digits{};
        const float score = scores[static_cast<std::size_t>(c) * tasks_ + t];
        text_ += ',';
        text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), score).ptr);
      }
      text_ += '\n';
    }
  file_.write(text_);
}

}  // namespace clicklens::cli
