// Which pooled inputs need no gradient by column when only sums of gradient x input over feature groups are wanted.
#pragma once

#include <span>
#include <vector>

#include "exec/model.h"

namespace clicklens::exec {

// Those of request scope that only linears read, through views or not, anywhere in the model: what a session leaves out
// must change no bit.
class GroupedInputs {
 public:
  explicit GroupedInputs(const Model& model);

  // By input block.
  [[nodiscard]] const std::vector<bool>& blocks() const noexcept { return blocks_; }
  // The columns of `value`, which lies at `places`, that belong to such inputs. A linear that reads it has weights for
  // each column, so their number bounds the walk.
  [[nodiscard]] std::vector<ops::GroupedColumns> columns(std::uint32_t value, std::span<const ops::Place> places) const;

 private:
  const Model& model_;
  std::vector<bool> blocks_;
  std::vector<std::uint32_t> block_of_;  // by value; no_index: none
};

}  // namespace clicklens::exec
