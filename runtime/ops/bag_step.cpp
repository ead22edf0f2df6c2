#include "ops/bag_step.h"

#include "kernels/cpu.h"
#include "kernels/row_lines.h"
#include "ops/row_places.h"

namespace clicklens::ops {
namespace {

// Bytes of table rows that are asked for while later features are still being read: their addresses take as long to
// look up as the features to read. More, and they would push each other out of the first-level cache; then the kernel
// asks for them, a fixed number ahead.
constexpr std::size_t most_early = 16384, most_early_held_up = 2048;

}  // namespace

// The kernel call to come.
struct BagStep::Queue {
  kernels::BagJob* jobs = nullptr;
  std::uint64_t begin = 0;  // the level's first entry
  std::size_t count = 0;
  std::size_t share = 0;  // of most_early, for each target
  std::size_t early = 0;  // what is left of it so far, so that many rows a feature are noticed at the first
  bool fetched = true;

  // `bags`: what of a job belongs to the batch.
  void add(const Target& target, const kernels::BagJob& bags, std::uint64_t first_entry,
           const StepContext& context) noexcept {
    kernels::BagJob& job = jobs[count++];
    job.table = target.table.rows.data;
    job.row_stride = target.table.row_stride;
    job.type = target.table.type;
    job.pool = target.pool;
    job.dim = target.table.dim;
    job.ids = target.table.rows.map == nullptr ? bags.ids : places_of(target, bags, context);
    job.weights = bags.weights;
    job.offsets = bags.offsets;
    job.divisors = bags.divisors;
    job.bags = bags.bags;
    job.out = reinterpret_cast<float*>(context.block + target.offset) + (first_entry - begin) * target.ld;
    job.ld_out = target.ld;
    job.resume = bags.resume;
    job.lines = target.lines;
    fetch(target, job);
  }

  // Ids as the kernel counts rows, where some lie apart.
  static const std::uint32_t* places_of(const Target& target, const kernels::BagJob& bags,
                                        const StepContext& context) noexcept {
    auto* const places = reinterpret_cast<std::uint32_t*>(context.block + target.places);
    row_places(*context.kernels, *target.table.rows.map, bags.ids, bags.offsets[bags.bags], places);
    return places;
  }

  void fetch(const Target& target, const kernels::BagJob& bags) noexcept {
    const std::size_t ids = bags.offsets[bags.bags], stride = target.table.row_stride;
    early += share;
    fetched &= ids * stride <= early;
    if (!fetched) return;
    early -= ids * stride;
    const auto* const table = reinterpret_cast<const char*>(target.table.rows.data);
    for (std::size_t i = 0; i < ids; ++i) kernels::prefetch_row(table + bags.ids[i] * stride, target.lines);
  }

  void add(const Target* targets, std::size_t n, const encode::BagChunk& chunk, const StepContext& context) noexcept {
    kernels::BagJob bags;
    bags.ids = chunk.ids;
    bags.weights = chunk.has_weights ? chunk.weights : nullptr;
    bags.offsets = chunk.offsets;
    bags.divisors = chunk.has_divisors ? chunk.divisors : nullptr;
    bags.bags = chunk.bags;
    bags.resume = chunk.resumed;
    for (std::size_t i = 0; i < n; ++i) add(targets[i], bags, chunk.first_entry, context);
  }

  void flush(const StepContext& context) noexcept {
    if (count > 0) context.kernels->bags({jobs, count, fetched});
    count = 0;
    early = 0;
    fetched = true;
  }
};

void BagStep::add(std::uint32_t feature, const encode::BagRules& rules, const Table& table, const Place& y,
                  Lowering& lowering) {
  const auto [known, is_new] = bag_of_.try_emplace(feature, bags_.size());
  const std::size_t bag = known->second;
  if (is_new) {
    sources_.emplace_back(feature, rules, level_, lowering);
    bags_.push_back({sources_.back().plain(), 0});
  }
  Target target{table,
                kernels::row_lines(table.rows.data, table.row_stride, table.type, table.dim),
                kernels::Pool::sum,
                y.offset,
                y.ld,
                0};
  if (table.rows.map != nullptr)
    target.places = lowering.scratch_bytes(sizeof(std::uint32_t) * sources_[bag].plain().id_capacity);
  if (rules.feature->pooling == format::Pooling::max) target.pool = kernels::Pool::max;
  std::size_t behind = ++bags_[bag].targets - 1;
  for (std::size_t i = 0; i < bag; ++i) behind += bags_[i].targets;
  targets_.insert(targets_.begin() + static_cast<std::ptrdiff_t>(behind), target);
}

SequenceRead& BagStep::sequence(std::uint32_t feature, const SequenceRules& rules, Lowering& lowering) {
  const auto [known, is_new] = sequence_of_.try_emplace(feature, sequences_.size());
  if (is_new) sequences_.emplace_back(feature, rules, level_, lowering);
  return sequences_[known->second];
}

void BagStep::seal(Lowering& lowering) {
  for (const auto& [feature, index] : sequence_of_)
    if (bag_of_.contains(feature)) sequences_[index].count_nothing();
  jobs_ = lowering.scratch_bytes(sizeof(kernels::BagJob) * targets_.size());
  const std::size_t most = kernels::prefetches_hold_up() ? most_early_held_up : most_early;
  if (!targets_.empty()) early_share_ = most / targets_.size();
}

base::Status BagStep::run(const StepContext& context) const noexcept {
  if (!bags_.empty()) CLENS_TRY(run_bags(context));
  for (const SequenceRead& sequence : sequences_) CLENS_TRY(sequence.run(context));
  return {};
}

base::Status BagStep::run_bags(const StepContext& context) const noexcept {
  const std::size_t rows = context.rows_at(level_);
  if (rows == 0) return {};
  Queue queue;
  queue.jobs = reinterpret_cast<kernels::BagJob*>(context.block + jobs_);
  queue.begin = context.first_entry(level_);
  queue.share = early_share_;
  const Target* target = targets_.data();
  for (const Bag& bag : bags_) {
    const BagSource::Plain& plain = bag.plain;
    const encode::Column* const column = context.columns[plain.feature];
    const encode::PlainRoom room{reinterpret_cast<std::uint32_t*>(context.block + plain.ids),
                                 reinterpret_cast<std::uint32_t*>(context.block + plain.offsets),
                                 reinterpret_cast<float*>(context.block + plain.divisors), plain.id_capacity};
    if (column != nullptr && encode::read_plain(plain.rules, *column, queue.begin, rows, room)) {
      kernels::BagJob bags;
      bags.ids = room.ids;
      bags.offsets = room.offsets;
      bags.divisors = plain.rules.divides ? room.divisors : nullptr;
      bags.bags = rows;
      for (std::size_t i = 0; i < bag.targets; ++i) queue.add(target[i], bags, queue.begin, context);
    } else {
      Queue copy = queue;  // one whose address nothing takes stays in registers
      CLENS_TRY(read_bag(static_cast<std::size_t>(&bag - bags_.data()), target, context, copy));
      queue = copy;
    }
    target += bag.targets;
  }
  queue.flush(context);
  return {};
}

base::Status BagStep::read_bag(std::size_t bag, const Target* targets, const StepContext& context,
                               Queue& queue) const noexcept {
  const BagSource& source = sources_[bag];
  encode::BagChunk chunk = source.chunk(context);
  if (source.is_dense()) {
    CLENS_TRY(source.read_buckets(context, chunk));
    queue.add(targets, bags_[bag].targets, chunk, context);
    return {};
  }
  encode::BagRules rules = source.rules();
  rules.strict = context.strict;
  encode::BagReader reader(rules, context.columns[source.feature()], *context.counts);
  reader.start(queue.begin, queue.begin + context.rows_at(level_));
  while (!reader.done()) {
    CLENS_TRY(reader.next(chunk));
    queue.add(targets, bags_[bag].targets, chunk, context);
    if (!reader.done()) queue.flush(context);  // the chunk's memory is about to be used again
  }
  return {};
}

}  // namespace clicklens::ops
