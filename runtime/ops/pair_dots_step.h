// Dots of a value's fields, two by two, all of one level in one step.
#pragma once

#include <span>
#include <vector>

#include "ops/lowering.h"

namespace clicklens::ops {

// Of fields [0, count) in the order (0, 1), (0, 2), .. (1, 2), ..
[[nodiscard]] constexpr std::uint32_t pair_of(std::uint32_t count, std::uint32_t i, std::uint32_t j) noexcept {
  return i < j ? i * (2 * count - i - 1) / 2 + j - i - 1 : pair_of(count, j, i);
}

class PairDotsStep final : public Step {
 public:
  // The pairs that `y` has at `level`, where some are. The step works in StepContext::work.
  PairDotsStep(std::span<const Place> fields, std::span<const Place> y, Level level);
  [[nodiscard]] bool empty() const noexcept { return runs_.empty(); }
  [[nodiscard]] std::size_t work_bytes() const noexcept { return sizeof(kernels::Operand) * fields_.size(); }
  base::Status run(const StepContext&) const noexcept override;

 private:
  struct Dot {
    std::uint32_t partner, place, to;  // place: in the block
  };
  void add_block(std::uint32_t first, std::uint32_t count, std::vector<Dot>& dots);

  std::vector<Place> fields_;
  Place y_;
  std::vector<std::uint32_t> members_;  // fields that make blocks, block after block
  std::vector<kernels::DotPartner> partners_;
  std::vector<kernels::DotRun> runs_;
  std::vector<kernels::DotBlock> blocks_;
};

// The gradient of all fields, one behind the other, from that of the dots.
class PairDotsBackwardStep final : public Step {
 public:
  PairDotsBackwardStep(std::span<const Place> fields, const Place& dy, const Place& y)
      : fields_(fields.begin(), fields.end()), dy_(dy), y_(y) {}
  [[nodiscard]] std::size_t work_bytes() const noexcept { return sizeof(kernels::Operand) * fields_.size(); }
  base::Status run(const StepContext&) const noexcept override;

 private:
  std::vector<Place> fields_;
  Place dy_, y_;
};

}  // namespace clicklens::ops
