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

// The kernel call to come.
struct BagStep::Queue {
  kernels::BagJob* jobs = nullptr;
  std::uint64_t begin = 0;  // the level's first entry
  std::size_t count = 0;
  std::size_t early = most_early;
  bool fetched = true;

  void add(const Target& target, const kernels::BagJob& batch, const StepContext& context) noexcept {
    const kernels::BagJob& fixed = target.job;
    kernels::BagJob& job = jobs[count++];
    job.table = fixed.table;
    job.row_stride = fixed.row_stride;
    job.type = fixed.type;
    job.pool = fixed.pool;
    job.dim = fixed.dim;
    job.ids = batch.ids;
    job.weights = batch.weights;
    job.offsets = batch.offsets;
    job.divisors = batch.divisors;
    job.bags = batch.bags;
    job.out = context.at(target.y);
    job.ld_out = fixed.ld_out;
    job.resume = batch.resume;
    job.lines = fixed.lines;
    fetch(job);
  }

  void fetch(const kernels::BagJob& job) noexcept {
    const std::size_t ids = job.offsets[job.bags], bytes = ids * job.row_stride;
    fetched &= bytes <= early;
    early = fetched ? early - bytes : 0;
    if (!fetched) return;
    const auto* const table = static_cast<const char*>(job.table);
    for (std::size_t i = 0; i < ids; ++i) kernels::prefetch_row(table + job.ids[i] * job.row_stride, job.lines);
  }

  void add(const Bag& bag, const encode::BagChunk& chunk, const StepContext& context) noexcept {
    kernels::BagJob batch;
    batch.ids = chunk.ids;
    batch.weights = chunk.has_weights ? chunk.weights : nullptr;
    batch.offsets = chunk.offsets;
    batch.divisors = chunk.has_divisors ? chunk.divisors : nullptr;
    batch.bags = chunk.bags;
    batch.resume = chunk.resumed;
    for (const Target& target : bag.targets) {
      add(target, batch, context);
      jobs[count - 1].out += (chunk.first_entry - begin) * target.y.ld;
    }
  }

  void flush(const StepContext& context) noexcept {
    if (count > 0) context.kernels->bags({jobs, count, fetched});
    count = 0;
    early = most_early;
    fetched = true;
  }
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
  Queue queue;
  queue.jobs = reinterpret_cast<kernels::BagJob*>(context.block + jobs_);
  queue.begin = context.first_entry(level_);
  for (const Bag& bag : bags_) {
    const encode::Column* const column = context.columns[bag.source.feature()];
    const encode::PlainRoom room = bag.source.plain_room(context);
    if (column != nullptr && encode::read_plain(bag.source.plain(), *column, queue.begin, rows, room)) {
      kernels::BagJob batch;
      batch.ids = room.ids;
      batch.offsets = room.offsets;
      batch.divisors = bag.source.plain().divides ? room.divisors : nullptr;
      batch.bags = rows;
      for (const Target& target : bag.targets) queue.add(target, batch, context);
      continue;
    }
    Queue copy = queue;  // one whose address nothing takes stays in registers
    CLENS_TRY(read_bag(bag, context, rows, copy));
    queue = copy;
  }
  queue.flush(context);
  return {};
}

base::Status BagStep::read_bag(const Bag& bag, const StepContext& context, std::size_t rows,
                               Queue& queue) const noexcept {
  encode::BagChunk chunk = bag.source.chunk(context);
  if (bag.source.is_dense()) {
    CLENS_TRY(bag.source.read_buckets(context, chunk));
    queue.add(bag, chunk, context);
    return {};
  }
  encode::BagRules rules = bag.source.rules();
  rules.strict = context.strict;
  encode::BagReader reader(rules, context.columns[bag.source.feature()], *context.counts);
  reader.start(queue.begin, queue.begin + rows);
  while (!reader.done()) {
    CLENS_TRY(reader.next(chunk));
    queue.add(bag, chunk, context);
    if (!reader.done()) queue.flush(context);  // the chunk's memory is about to be used again
  }
  return {};
}

}  // namespace clicklens::ops
