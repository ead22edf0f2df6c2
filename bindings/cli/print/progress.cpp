#include "print/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "data/gzip_stream.h"

namespace clicklens::cli {
namespace {

constexpr auto first_after = std::chrono::milliseconds(500);
constexpr auto then_every = std::chrono::milliseconds(100);
constexpr int width = 40;

std::uint64_t total_size(std::span<const std::string> files) {
  std::uint64_t total = 0;
  for (const std::string& file : files) total += file_size(file);
  return total;
}

}  // namespace

thread_local int Progress::silences = 0;

Progress::Progress(std::uint64_t total)
    : enabled_(total > 0 && silences == 0 && isatty(STDERR_FILENO) == 1),
      total_(total),
      next_(Clock::now() + first_after) {}

Progress::Progress(std::span<const std::string> files) : Progress(total_size(files)) {}

Progress::~Progress() {
  if (shown_) std::fprintf(stderr, "\r\033[K");
}

void Progress::update(std::uint64_t done) {
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + then_every;
  shown_ = true;
  const double share = std::min(1.0, static_cast<double>(before_ + done) / static_cast<double>(total_));
  const int full = static_cast<int>(share * width);
  std::fprintf(stderr, "\r[%.*s%*s] %3.0f %%", full, "########################################", width - full, "",
               100.0 * share);
}

}  // namespace clicklens::cli
