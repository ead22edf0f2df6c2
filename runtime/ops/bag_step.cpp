#include "ops/bag_step.h"

namespace clicklens::ops {
namespace {

void flush(const StepContext& context, kernels::BagJob* jobs, std::size_t& count) noexcept {
  if (count > 0) context.kernels->bags({jobs, count});
  count = 0;
}

}  // namespace

void BagStep::add(std::uint32_t feature, const encode::BagRules& rules, const Table& table, const Place& y,
                  Lowering& lowering) {
  const auto [known, is_new] = bag_of_.try_emplace(feature, bags_.size());
  if (is_new) bags_.push_back({BagSource(feature, rules, level_, lowering), {}});
  bags_[known->second].targets.push_back({table, y});
  ++targets_;
}

void BagStep::seal(Lowering& lowering) {
  jobs_ = lowering.scratch_bytes(sizeof(kernels::BagJob) * targets_);
}

base::Status BagStep::run(const StepContext& context) const noexcept {
  if (context.rows_at(level_) == 0) return {};
  auto* jobs = reinterpret_cast<kernels::BagJob*>(context.block + jobs_);
  std::size_t count = 0;
  for (const Bag& bag : bags_) CLENS_TRY(run_bag(bag, context, jobs, count));
  flush(context, jobs, count);
  return {};
}

base::Status BagStep::run_bag(const Bag& bag, const StepContext& context, kernels::BagJob* jobs,
                              std::size_t& count) const noexcept {
  encode::BagChunk chunk = bag.source.chunk(context);
  if (bag.source.is_dense()) {
    CLENS_TRY(bag.source.read_buckets(context, chunk));
    queue(bag, chunk, context, jobs, count);
    return {};
  }
  encode::BagRules rules = bag.source.rules();
  rules.strict = context.strict;
  encode::BagReader reader(rules, context.columns[bag.source.feature()], *context.counts);
  const std::uint64_t begin = context.first_entry(level_);
  reader.start(begin, begin + context.rows_at(level_));
  while (!reader.done()) {
    CLENS_TRY(reader.next(chunk));
    queue(bag, chunk, context, jobs, count);
    if (!reader.done()) flush(context, jobs, count);  // the chunk's memory is about to be used again
  }
  return {};
}

void BagStep::queue(const Bag& bag, const encode::BagChunk& chunk, const StepContext& context, kernels::BagJob* jobs,
                    std::size_t& count) const noexcept {
  const std::uint64_t begin = context.first_entry(level_);
  for (const Target& target : bag.targets) {
    kernels::BagJob& job = jobs[count++];
    job = {};
    job.table = target.table.data;
    job.row_stride = target.table.row_stride;
    job.type = target.table.type;
    job.pool = bag.source.rules().feature->pooling == format::Pooling::max ? kernels::Pool::max : kernels::Pool::sum;
    job.dim = target.table.dim;
    job.ids = chunk.ids;
    job.weights = chunk.has_weights ? chunk.weights : nullptr;
    job.offsets = chunk.offsets;
    job.divisors = chunk.has_divisors ? chunk.divisors : nullptr;
    job.bags = chunk.bags;
    job.out = context.at(target.y) + (chunk.first_entry - begin) * target.y.ld;
    job.ld_out = target.y.ld;
    job.resume = chunk.resumed;
  }
}

}  // namespace clicklens::ops
