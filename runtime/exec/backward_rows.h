// Backward of a few rows, apart from the tiles whose forward made them: what it reads of each is copied out when its
// tile ends, and when there are enough rows the steps run over all of them as one tile. The bits are those that the
// tiles' own backward would give; each row brings its request along.
#pragma once

#include <vector>

#include "base/memory.h"
#include "exec/session.h"

namespace clicklens::exec {

class BackwardRows {
 public:
  // BAD_STATE: a session without gradients. Room for a tile of rows.
  static base::Result<BackwardRows> make(const Session& session);

  [[nodiscard]] std::size_t capacity() const noexcept { return rows_.size(); }
  // Row `row` of a tile that has just been run, to be row `slot`. Different slots may be written by different threads.
  void copy(const Plan& plan, const ops::StepContext& tile, std::size_t row, std::size_t slot) noexcept;
  // Gradients of column 0 of `value`, an output's logit, for rows [0, count). `after` is then what observers of a tile
  // get.
  base::Status run(const Plan& plan, const kernels::Table& kernels, std::uint32_t value, std::size_t count,
                   ops::StepContext& after) noexcept;

 private:
  base::AlignedBlock block_;
  std::vector<std::uint32_t> rows_;  // 0, 1, 2, ...
};

}  // namespace clicklens::exec
