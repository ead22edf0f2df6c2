// All embedding bags and sequences of one level in one step: every feature is read once, then one kernel call pools
// all of them, so that prefetching crosses features.
#pragma once

#include <unordered_map>
#include <vector>

#include "ops/bag_source.h"
#include "ops/sequence_read.h"
#include "ops/step.h"

namespace clicklens::ops {

class BagStep final : public Step {
 public:
  explicit BagStep(Level level) : level_(level) {}

  struct Table {
    format::TableRows rows;
    std::uint32_t row_stride = 0, dim = 0;
    kernels::Element type = kernels::Element::f32;
  };
  // Pools `feature` from `table` into `y`. A feature pooled from several tables is read once.
  void add(std::uint32_t feature, const encode::BagRules& rules, const Table& table, const Place& y, Lowering&);

  // The reading of a feature that is kept as a sequence, whatever is wanted of it.
  SequenceRead& sequence(std::uint32_t feature, const SequenceRules& rules, Lowering&);

  base::Status run(const StepContext&) const noexcept override;

 private:
  struct Target {
    Table table;
    kernels::RowLines lines;
    kernels::Pool pool = kernels::Pool::sum;
    std::size_t offset = 0, ld = 0;  // of its Place
    std::size_t places = 0;          // where the ids' places go if rows of the table lie apart: offset into the block
  };
  // What every run reads of a feature is kept small and in one array: at one row the weights have pushed it out of the
  // first-level cache since the run before.
  struct Bag {
    BagSource::Plain plain;
    std::uint32_t targets = 0;  // how many of targets_, which have the bags' order
  };
  struct Queue;
  base::Status run_bags(const StepContext&) const noexcept;
  base::Status read_bag(std::size_t bag, const Target* targets, const StepContext&, Queue&) const noexcept;

  Level level_;
  std::vector<Bag> bags_;
  std::vector<BagSource> sources_;  // by bag
  std::vector<Target> targets_;
  std::unordered_map<std::uint32_t, std::size_t> bag_of_;  // by feature
  std::vector<SequenceRead> sequences_;
  std::unordered_map<std::uint32_t, std::size_t> sequence_of_;  // by feature
  std::size_t jobs_ = 0;         // offset of a BagJob per target in the block, from seal()
  std::size_t early_share_ = 0;  // bytes of table rows, for each target, that may be asked for before the kernel call

 public:
  // Reserves the memory the step needs; called once, after the last add.
  void seal(Lowering&);
  [[nodiscard]] bool empty() const noexcept { return bags_.empty() && sequences_.empty(); }
};

}  // namespace clicklens::ops
