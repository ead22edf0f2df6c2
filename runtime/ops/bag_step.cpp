#include "ops/bag_step.h"

#include "kernels/row_lines.h"

namespace clicklens::ops {
namespace {

// Bytes of table rows that are asked for while later features are still being read. More, and they would push each
// other out of the first-level cache; then the kernel asks for them, a fixed number ahead.
constexpr std::size_t most_early = 8192;

kernels::BagJob job_of(const BagStep::Table& table, format::Pooling pooling, const Place& y) {
  kernels::BagJob job;
  job.table = table.data;
  job.row_stride = table.row_stride;
  job.type = table.type;
  job.pool = pooling == format::Pooling::max ? kernels::Pool::max : kernels::Pool::sum;
  job.dim = table.dim;
  job.ld_out = y.ld;
  job.lines = kernels::row_lines(table.data, table.row_stride, table.type, table.dim);
  return job;
}

}  // namespace

class BagStep::Queue {
 public:
  Queue(const StepContext& context, kernels::BagJob* jobs, std::uint64_t begin) noexcept
      : context_(context), jobs_(jobs), begin_(begin) {}

  void add(const Bag& bag, const encode::BagChunk& chunk) noexcept {
    for (const Target& target : bag.targets) {
      kernels::BagJob& job = jobs_[count_++];
      job = target.job;
      job.ids = chunk.ids;
      job.weights = chunk.has_weights ? chunk.weights : nullptr;
      job.offsets = chunk.offsets;
      job.divisors = chunk.has_divisors ? chunk.divisors : nullptr;
      job.bags = chunk.bags;
      job.out = context_.at(target.y) + (chunk.first_entry - begin_) * target.y.ld;
      job.resume = chunk.resumed;
      fetch(job);
    }
  }

  void flush() noexcept {
    if (count_ > 0) context_.kernels->bags({jobs_, count_, fetched_});
    count_ = 0;
    early_ = most_early;
    fetched_ = true;
  }

 private:
  void fetch(const kernels::BagJob& job) noexcept {
    const std::size_t ids = job.offsets[job.bags], bytes = ids * job.row_stride;
    if (bytes > early_) {
      early_ = 0;
      fetched_ = false;
      return;
    }
    early_ -= bytes;
    const auto* const table = static_cast<const char*>(job.table);
    for (std::size_t i = 0; i < ids; ++i) kernels::prefetch_row(table + job.ids[i] * job.row_stride, job.lines);
  }

  const StepContext& context_;
  kernels::BagJob* jobs_;
  std::uint64_t begin_;
  std::size_t count_ = 0;
  std::size_t early_ = most_early;
  bool fetched_ = true;
};

void BagStep::add(std::uint32_t feature, const encode::BagRules& rules, const Table& table, const Place& y,
                  Lowering& lowering) {
  const auto [known, is_new] = bag_of_.try_emplace(feature, bags_.size());
  if (is_new) bags_.push_back({BagSource(feature, rules, level_, lowering), {}});
  bags_[known->second].targets.push_back({job_of(table, rules.feature->pooling, y), y});
  ++targets_;
}

void BagStep::seal(Lowering& lowering) {
  jobs_ = lowering.scratch_bytes(sizeof(kernels::BagJob) * targets_);
}

base::Status BagStep::run(const StepContext& context) const noexcept {
  const std::size_t rows = context.rows_at(level_);
  if (rows == 0) return {};
  const std::uint64_t begin = context.first_entry(level_);
  Queue queue(context, reinterpret_cast<kernels::BagJob*>(context.block + jobs_), begin);
  for (const Bag& bag : bags_) {
    encode::BagChunk chunk = bag.source.chunk(context);
    const encode::Column* const column = context.columns[bag.source.feature()];
    if (column != nullptr && !bag.source.is_dense() &&
        encode::read_plain(bag.source.plain(), *column, begin, rows, chunk))
      queue.add(bag, chunk);
    else
      CLENS_TRY(read_bag(bag, context, begin, rows, chunk, queue));
  }
  queue.flush();
  return {};
}

base::Status BagStep::read_bag(const Bag& bag, const StepContext& context, std::uint64_t begin, std::size_t rows,
                               encode::BagChunk& chunk, Queue& queue) const noexcept {
  if (bag.source.is_dense()) {
    CLENS_TRY(bag.source.read_buckets(context, chunk));
    queue.add(bag, chunk);
    return {};
  }
  encode::BagRules rules = bag.source.rules();
  rules.strict = context.strict;
  encode::BagReader reader(rules, context.columns[bag.source.feature()], *context.counts);
  reader.start(begin, begin + rows);
  while (!reader.done()) {
    CLENS_TRY(reader.next(chunk));
    queue.add(bag, chunk);
    if (!reader.done()) queue.flush();  // the chunk's memory is about to be used again
  }
  return {};
}

}  // namespace clicklens::ops
