// Backward of a few rows, apart from the tiles whose forward made them: what it reads of each is copied out when its
// tile ends, and kept until the steps run over some of them as one tile. The bits are those that the tiles' own
// backward would give; each row brings its request along.
#pragma once

#include <vector>

#include "base/memory.h"
#include "exec/session.h"

namespace clicklens::exec {

class BackwardRows {
 public:
  // Keeps up to `capacity` rows. BAD_STATE: a session without gradients. LIMIT_EXCEEDED: they take more than
  // `most_bytes`.
  static base::Result<BackwardRows> make(const Session& session, std::size_t capacity, std::uint64_t most_bytes);

  // As many as can be run together.
  [[nodiscard]] std::size_t tile_rows() const noexcept { return rows_.size(); }
  // Ahead of copy().
  void fetch(std::size_t slot) noexcept {
    const std::byte* at = kept_.data() + slot * width_ * sizeof(float);
    for (std::size_t i = 0; i < width_ * sizeof(float); i += 64) __builtin_prefetch(at + i, 1);
  }
  // Row `row` of a tile that has just been run, to be row `slot`. Different slots may be written by different threads.
  void copy(const Plan& plan, const ops::StepContext& tile, std::size_t row, std::size_t slot) noexcept;
  // Gradients of column 0 of `value`, an output's logit, for `count` slots from `first` on. `after` is then what
  // observers of a tile of these rows get.
  base::Status run(const Plan& plan, const kernels::Table& kernels, std::uint32_t value, std::size_t first,
                   std::size_t count, ops::StepContext& after) noexcept;

 private:
  std::size_t width_ = 0;
  base::AlignedBlock kept_;          // [slot][width]: every place that a backward reads
  base::AlignedBlock block_;         // of the tile that runs
  std::vector<std::uint32_t> rows_;  // 0, 1, 2, ...
};

}  // namespace clicklens::exec
