#include "lens/collector.h"

#include <algorithm>
#include <limits>
#include <thread>

#include "base/fp_environment.h"
#include "lens/saliency_rows.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

// Added up together, so that a batch's fixed costs are small beside the rows, but the run they fall into is not much
// longer than others where no one settles. Sums alone cost less a row than backwards, and gain more by being together.
constexpr std::size_t backward_rows = 32, sum_rows = 64;

// More would push each other, or what the run reads, out of the cache.
constexpr std::size_t fetched_rows = 16;

}  // namespace

Collector::Collector(exec::Session& of, const ProfileOptions& options, std::size_t rows)
    : session_(of), options_(options), most_(rows) {
  picked_.reserve(rows);
  spec_.task = options_.task;
  spec_.means = options_.means;
}

base::Result<std::unique_ptr<Collector>> Collector::create(const std::shared_ptr<const exec::Model>& model,
                                                           exec::Session& of, const ProfileOptions& options,
                                                           std::size_t rows, std::size_t waiting) {
  if (rows == 0 || rows > most_rows)
    return Status::error(Code::invalid_argument, "options.profile.most_rows: %zu; 1 to %u", rows, most_rows);
  if (waiting == 0 || waiting > most_waiting)
    return Status::error(Code::invalid_argument, "options.profile.waiting_rows: %zu; 1 to %u", waiting, most_waiting);
  if (of.plan().exit)
    return Status::error(Code::unsupported, "options.profile: rows that stop early cannot be profiled");
  if (of.plan().caches && options.has(format::profile_features))
    return Status::error(Code::unsupported,
                         "options.profile.sections: FEATURES, of which a candidate cache keeps nothing");
  const bool saliency = options.has(format::profile_saliency);
  if (saliency && !of.gradients())
    return Status::error(Code::invalid_argument, "options.profile.sections: SALIENCY needs options.gradients");
  std::unique_ptr<Collector> made(new Collector(of, options, rows));
  const std::size_t capacity = std::max(rows, waiting);
  const std::uint64_t most_bytes = model->limits().session_bytes / 4;  // two blocks, of rows and of what backwards read
  for (Block& block : made->blocks_) {
    auto profile = Profile::create(model, options);
    if (!profile.ok()) return profile.status();
    block.profile = std::move(*profile);
    block.profile->set_classes(1);
    if (saliency) {
      auto backward = exec::BackwardRows::make(of, capacity, most_bytes);
      if (!backward.ok()) return backward.status();
      block.backward.emplace(std::move(*backward));
    }
    auto staged = ProfileRows::make(*block.profile, of, capacity, most_bytes);
    if (!staged.ok()) return staged.status();
    block.rows.emplace(std::move(*staged));
  }
  return made;
}

Collector::Block* Collector::take_block() noexcept {
  const std::uint32_t first = preferred_.load(std::memory_order_relaxed);
  // Collections hold one block at a time; one that goes on to the other between two attempts hides both, once.
  for (const std::uint32_t i : {first, 1 - first, first, 1 - first}) {
    std::uint32_t free = nobody;
    if (blocks_[i].owner.compare_exchange_strong(free, session, std::memory_order_acquire)) return &blocks_[i];
  }
  return nullptr;  // several collections began and ended meanwhile: this run is not profiled
}

base::Status Collector::run(const exec::Batch& batch, const std::uint64_t* request_keys,
                            exec::Output& output) noexcept {
  const base::FpEnvironment canonical;  // of what is added up, and counted, beside the run
  current_ = take_block();
  if (current_ == nullptr) return session_.run(batch, output);
  NeuronRows rows;
  rows.request_keys = request_keys;
  const RowPicker picker(batch, rows, next_row_, options_.buckets);
  picker_ = &picker;
  const Status status = session_.run(batch, output, *this);
  if (status.ok()) finish(batch, picker, *current_);
  current_->owner.store(nobody, std::memory_order_release);
  current_ = nullptr;
  return status;
}

void Collector::begin(const exec::Batch&) noexcept {
  Block& block = *current_;
  picked_.clear();
  skipped_ = 0;
  const std::uint64_t room = std::numeric_limits<std::uint32_t>::max() - block.profile->rows_ - block.rows->size();
  const std::uint64_t most = std::min<std::uint64_t>(most_, room);
  picker_->pick(options_.every, [&](std::uint64_t request, std::uint64_t candidate) {
    if (picked_.size() < most)
      picked_.push_back({request, candidate});
    else
      ++skipped_;
  });
  make_room(block);
  // Who settled last has the lines of these slots; they come back while the run computes.
  const std::size_t first = block.rows->size();
  for (std::size_t slot = first; slot < first + std::min(picked_.size(), fetched_rows); ++slot) {
    block.rows->fetch(slot);
    if (block.backward) block.backward->fetch(slot);
  }
}

// For the rows picked. Rows add up in any order: the latest are still in the cache.
void Collector::make_room(Block& block) noexcept {
  const std::size_t staged = block.rows->size(), capacity = block.rows->capacity();
  if (staged + picked_.size() <= capacity) return;
  const std::size_t least = staged + picked_.size() - capacity, batch = block.backward ? backward_rows : sum_rows;
  settle(block, staged - std::min(staged, std::max(least, batch)));
}

Status Collector::tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept {
  const std::uint64_t begin = context.first_candidate, end = begin + context.rows;
  auto at =
      std::partition_point(picked_.begin(), picked_.end(), [&](const PickedRow& row) { return row.candidate < begin; });
  for (; at != picked_.end() && at->candidate < end; ++at) {
    const auto row = static_cast<std::size_t>(at->candidate - begin);
    const std::size_t slot = current_->rows->size() + static_cast<std::size_t>(at - picked_.begin());
    current_->rows->copy(plan, context, row, slot, nullptr);
    if (current_->backward) current_->backward->copy(plan, context, row, slot);
  }
  return {};
}

void Collector::finish(const exec::Batch& batch, const RowPicker& picker, Block& block) noexcept {
  const std::size_t staged = block.rows->size();
  for (std::size_t i = 0; i < picked_.size(); ++i)
    block.rows->set_facts(staged + i, picker.facts(picked_[i].request, picked_[i].candidate));
  block.rows->add_features(session_, picked_, staged, *block.profile);
  block.rows->set_size(staged + picked_.size());
  block.profile->seen_ += batch.candidates;
  block.profile->skipped_ += skipped_;
  next_row_ += batch.candidates;
}

// Rows from `first` on.
void Collector::settle(Block& block, std::size_t first) noexcept {
  const exec::Plan& plan = session_.plan();
  const std::size_t end = block.rows->size();
  if (block.backward) {
    const std::uint32_t logit = session_.model().desc().outputs[spec_.task].logit;
    const std::size_t batch = std::min(backward_rows, block.backward->tile_rows());
    ops::StepContext context;
    for (std::size_t at = first; at < end; at += batch)
      // Steps of a backward do not fail, nor does the saliency of a tile.
      if (block.backward->run(plan, session_.kernels(), logit, at, std::min(batch, end - at), context).ok())
        block.rows->explain(session_.model(), plan, context, spec_, at);
  }
  block.rows->settle(*block.profile, first);
}

bool Collector::take(Block& block, std::chrono::microseconds patience) noexcept {
  constexpr std::chrono::microseconds look(50);
  for (std::chrono::microseconds waited(0);; waited += look) {
    std::uint32_t free = nobody;
    if (block.owner.compare_exchange_strong(free, collection, std::memory_order_acquire)) return true;
    if (waited >= patience) return false;
    std::this_thread::sleep_for(look);
  }
}

// Runs go on in the block that they are in: collections alone send them to the other one for good, or one would find
// the same block held each time.
std::uint64_t Collector::settle() noexcept {
  const base::FpEnvironment canonical;  // as runs have
  const std::lock_guard<std::mutex> turn(collecting_);
  std::uint64_t rows = 0;
  const auto settle_all = [&](Block& block, std::chrono::microseconds patience) {
    if (!take(block, patience)) return;
    rows += block.rows->size();
    settle(block, 0);
    block.owner.store(nobody, std::memory_order_release);
  };
  const std::uint32_t used = preferred_.load(std::memory_order_relaxed);
  settle_all(blocks_[1 - used], {});
  preferred_.store(1 - used, std::memory_order_relaxed);
  settle_all(blocks_[used], std::chrono::milliseconds(20));
  preferred_.store(used, std::memory_order_relaxed);
  return rows;
}

base::Result<std::uint64_t> Collector::collect(Profile& into) {
  const base::FpEnvironment canonical;  // as runs have
  const std::lock_guard<std::mutex> turn(collecting_);
  std::uint64_t rows = 0;
  const std::uint32_t used = preferred_.load(std::memory_order_relaxed);
  preferred_.store(1 - used, std::memory_order_relaxed);
  for (Block* block : {&blocks_[1 - used], &blocks_[used]}) {
    if (!take(*block, {})) continue;
    settle(*block, 0);
    const std::uint64_t here = block->profile->rows();
    const Status merged = into.merge(*block->profile);
    if (merged.ok()) {
      rows += here;
      block->profile->clear();
    }
    block->owner.store(nobody, std::memory_order_release);
    CLENS_TRY(merged);
  }
  return rows;
}

}  // namespace clicklens::lens
