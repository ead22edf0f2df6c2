// All embedding bags of one level in one step: every feature is read once, then one kernel call pools
// all of them, so that prefetching crosses features.
#pragma once

#include <unordered_map>
#include <vector>

#include "ops/bag_source.h"
#include "ops/step.h"

namespace clicklens::ops {

class BagStep final : public Step {
 public:
  explicit BagStep(Level level) : level_(level) {}

  struct Table {
    const std::byte* data = nullptr;
    std::uint32_t row_stride = 0, dim = 0;
    kernels::Element type = kernels::Element::f32;
  };
  // Pools `feature` from `table` into `y`. A feature pooled from several tables is read once.
  void add(std::uint32_t feature, const encode::BagRules& rules, const Table& table, const Place& y, Lowering&);

  base::Status run(const StepContext&) const noexcept override;

 private:
  struct Target {
    kernels::BagJob job;  // what of it no batch changes
    Place y;
  };
  struct Bag {
    BagSource source;
    std::vector<Target> targets;
  };
  struct Queue;
  base::Status read_bag(const Bag&, const StepContext&, std::size_t rows, Queue&) const noexcept;

  Level level_;
  std::vector<Bag> bags_;
  std::unordered_map<std::uint32_t, std::size_t> bag_of_;  // by feature
  std::size_t targets_ = 0;
  std::size_t jobs_ = 0;  // offset of targets_ BagJobs in the block; reserved by seal()

 public:
  // Reserves the memory the step needs; called once, after the last add.
  void seal(Lowering&);
  [[nodiscard]] bool empty() const noexcept { return bags_.empty(); }
};

}  // namespace clicklens::ops
