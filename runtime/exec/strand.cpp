#include "exec/strand.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/canonical_nan.h"

namespace clicklens::exec {
namespace {

base::Status run_all(const Steps& steps, const ops::StepContext& context) noexcept {
  for (const auto& step : steps) CLENS_TRY(step->run(context));
  return {};
}

}  // namespace

Strand::Strand(const StrandTask& task, std::byte* block, std::size_t index) noexcept
    : task_(task),
      index_(index),
      request_of_row_(reinterpret_cast<std::uint32_t*>(block + task.plan->request_of_row)),
      scores_(reinterpret_cast<float*>(block + task.plan->scores)) {
  context_.block = block;
  context_.work = block + task.plan->work;
  context_.kernels = task.kernels;
  context_.request_of_row = request_of_row_;
  if (task.plan->caches)
    candidate_of_row_ = reinterpret_cast<std::uint32_t*>(block + task.plan->cache_room.candidate_of_row);
  context_.candidate_of_row = candidate_of_row_;
  next_fresh_ = task.first_fresh;
  context_.columns = task.columns;
  context_.strict = task.batch->strict;
  context_.given = task.batch->given;
  context_.given_ld = task.batch->given_stride;
  context_.exchanges = task.batch->exchanges;
  context_.probes = task.output->probe_logits != nullptr;
}

base::Status Strand::run(std::uint64_t begin, std::uint64_t end, encode::Counts& counts,
                         std::uint64_t& exited) noexcept {
  begin_ = begin;
  end_ = end;
  counts_ = &counts;
  exited_ = &exited;
  const Batch& batch = *task_.batch;
  const bool last = end == batch.candidates;  // empty requests at the very end belong to the last strand
  const std::uint64_t stop = last ? batch.request_count() : batch.first_request_from(end);
  std::uint64_t first = batch.first_request_from(begin);
  if (batch.request_begin(first) > begin) CLENS_TRY(run_requests(first - 1, first, false));
  // batches of nearly equal size: 100 requests go as 50 + 50, not 96 + 4
  const std::uint64_t most = task_.plan->tile_rows;
  for (std::uint64_t left = (stop - std::min(first, stop) + most - 1) / most; left > 0; --left) {
    const std::uint64_t next = first + (stop - first + left - 1) / left;
    CLENS_TRY(run_requests(first, next, true));
    first = next;
  }
  return {};
}

base::Status Strand::run_requests(std::uint64_t first, std::uint64_t last, bool owned) noexcept {
  context_.first_request = first;
  context_.requests = last - first;
  context_.counts = owned ? counts_ : &ignored_;
  context_.sinks = owned ? task_.sinks : nullptr;
  context_.rows = 0;
  CLENS_TRY(run_all(task_.plan->per_requests, context_));
  context_.counts = counts_;
  context_.sinks = task_.sinks;
  return run_candidates(first, last);
}

base::Status Strand::run_candidates(std::uint64_t first_request, std::uint64_t last_request) noexcept {
  const std::uint64_t begin = std::max(begin_, task_.batch->request_begin(first_request));
  const std::uint64_t end = std::min(end_, task_.batch->request_begin(last_request));
  if (begin >= end) return {};
  const std::uint64_t most = task_.plan->tile_rows;
  std::uint64_t at = begin;
  for (std::uint64_t left = (end - begin + most - 1) / most; left > 0; --left) {
    const std::uint64_t rows = (end - at + left - 1) / left;
    CLENS_TRY(run_tile(at, static_cast<std::size_t>(rows)));
    at += rows;
  }
  return {};
}

base::Status Strand::run_tile(std::uint64_t candidate, std::size_t rows) noexcept {
  map_rows(candidate, rows);
  context_.first_candidate = candidate;
  context_.rows = tile_rows_ = rows;
  if (task_.plan->caches) CLENS_TRY(run_candidate_level(candidate, rows));
  CLENS_TRY(run_all(task_.plan->per_tile, context_));
  if (task_.plan->exchanges) return run_exchanges();
  if (task_.plan->exit) CLENS_TRY(run_after_exit(*task_.plan->exit));
  if (context_.probes) write_probes();
  if (task_.output->values != nullptr) write_scores();
  if (task_.target != nullptr) CLENS_TRY(run_backward());
  return task_.observer != nullptr ? task_.observer->tile(*task_.plan, context_, index_) : base::Status{};
}

base::Status Strand::run_exchanges() noexcept {
  const std::size_t sets = context_.exchanges->sets.size();
  for (std::size_t i = 0; i <= sets; ++i) {
    context_.exchange_set = i == 0 ? nullptr : &context_.exchanges->sets[i - 1];
    CLENS_TRY(run_all(task_.plan->per_exchange, context_));
    if (task_.observer != nullptr) CLENS_TRY(task_.observer->tile(*task_.plan, context_, index_));
  }
  return {};
}

base::Status Strand::run_after_exit(const ExitPlan& exit) noexcept {
  auto* row_of = reinterpret_cast<std::uint32_t*>(context_.block + exit.row_of);
  row_of_ = row_of;
  const ops::Place& logit = task_.plan->probes[exit.rule.probe].logit;
  context_.rows = drop_rows(context_, logit, exit.rule.bound, exit.live, request_of_row_, candidate_of_row_, row_of);
  *exited_ += tile_rows_ - context_.rows;
  return context_.rows == 0 ? base::Status{} : run_all(exit.after, context_);
}

// Rows that no cache holds are computed side by side, in their order; those of the cache are copied behind them. Where
// the cache holds all, joined sums are left where they are.
base::Status Strand::run_candidate_level(std::uint64_t candidate, std::size_t rows) noexcept {
  const CacheRoom& room = task_.plan->cache_room;
  auto* cached_rows = reinterpret_cast<std::uint32_t*>(context_.block + room.rows);
  const std::int64_t* of = task_.cache.rows == nullptr ? nullptr : task_.cache.rows + candidate;
  std::uint32_t fresh = 0;
  for (std::size_t i = 0; i < rows; ++i)
    if (of == nullptr || of[i] < 0) candidate_of_row_[i] = fresh++;
  std::size_t cached = 0;
  for (std::size_t i = 0; cached < rows - fresh; ++i) {
    if (of[i] < 0) continue;
    candidate_of_row_[i] = fresh + static_cast<std::uint32_t>(cached);
    cached_rows[cached++] = static_cast<std::uint32_t>(of[i]);
  }
  context_.fresh = fresh;
  context_.first_fresh = next_fresh_;
  next_fresh_ += fresh;
  cached_ = {task_.cache.data, task_.cache.row_stride, task_.cache.type, nullptr, cached_rows};
  if (fresh == 0) cached_.offsets = task_.cache.offsets + task_.plan->first_sum;
  context_.cached = fresh == 0 ? &cached_ : nullptr;
  if (fresh > 0) CLENS_TRY(run_all(task_.plan->per_candidates, context_));
  if (cached > 0) copy_cached(cached_rows, cached);
  return {};
}

void Strand::copy_cached(const std::uint32_t* rows, std::size_t count) noexcept {
  const CachedPlaces& places = task_.plan->cached;
  auto* stretches = reinterpret_cast<kernels::CopyStretch*>(context_.block + task_.plan->cache_room.stretches);
  std::size_t copied = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].joined && context_.cached != nullptr) continue;
    const ops::Place& to = places[i].place;
    stretches[copied++] = {
        task_.cache.offsets[i], to.count, {}, false, context_.at(to) + context_.fresh * to.ld, to.ld};
  }
  if (copied > 0)
    context_.kernels->copy_rows(
        {task_.cache.data, task_.cache.row_stride, task_.cache.type, rows, count, stretches, copied});
}

void Strand::map_rows(std::uint64_t candidate, std::size_t rows) noexcept {
  std::uint64_t request = task_.batch->request_of(candidate);
  for (std::size_t i = 0; i < rows; ++i) {
    while (task_.batch->request_begin(request + 1) <= candidate + i) ++request;
    request_of_row_[i] = static_cast<std::uint32_t>(request - context_.first_request);
  }
}

void Strand::write_scores() noexcept {
  for (std::size_t task = 0; task < task_.plan->logits.size(); ++task) write_task(task);
}

// One column, side by side.
void Strand::gather(const ops::Place& column, std::size_t rows) noexcept {
  const kernels::Operand from = context_.operand(column, ops::Level::row);
  for (std::size_t i = 0; i < rows; ++i) scores_[i] = from.data[(from.rows != nullptr ? from.rows[i] : i) * from.ld];
}

// By row of the tile; a row that stopped early has its probe's logit.
void Strand::gather_score(const ops::Place& logit) noexcept {
  gather(logit, context_.rows);
  if (context_.rows == tile_rows_) return;
  const ops::Place& probe = task_.plan->probes[task_.plan->exit->rule.probe].logit;
  const float* logits = context_.at(probe);
  spread_rows(scores_, context_.rows, tile_rows_, row_of_, [&](std::size_t row) { return logits[row * probe.ld]; });
}

void Strand::gather_probe(const ProbePlan& probe) noexcept {
  gather(probe.logit, probe.late ? context_.rows : tile_rows_);
  if (probe.late && context_.rows < tile_rows_)
    spread_rows(scores_, context_.rows, tile_rows_, row_of_, [](std::size_t) { return base::canonical_nan; });
}

void Strand::write_probes() noexcept {
  const std::size_t probes = task_.plan->probes.size();
  for (std::size_t probe = 0; probe < probes; ++probe) {
    gather_probe(task_.plan->probes[probe]);
    float* out = task_.output->probe_logits + context_.first_candidate * probes + probe;
    for (std::size_t i = 0; i < tile_rows_; ++i)
      out[i * probes] = std::isnan(scores_[i]) ? base::canonical_nan : scores_[i];
  }
}

void Strand::sigmoid_scores() noexcept {
  kernels::MapArgs sigmoid;
  sigmoid.a = {scores_, tile_rows_, nullptr};
  sigmoid.y = scores_;
  sigmoid.ldy = tile_rows_;
  sigmoid.rows = 1;
  sigmoid.cols = tile_rows_;
  context_.kernels->sigmoid(sigmoid);
}

void Strand::write_task(std::size_t task) noexcept {
  gather_score(task_.plan->logits[task]);
  for (std::size_t i = 0; i < tile_rows_; ++i)
    if (!std::isfinite(scores_[i])) ++counts_->non_finite;
  if (task_.output->kind == OutputKind::probability) sigmoid_scores();
  float* out = task_.output->values + context_.first_candidate * task_.row_stride + task;
  for (std::size_t i = 0; i < tile_rows_; ++i) {
    const float score = scores_[i];
    out[i * task_.row_stride] = std::isnan(score) ? base::canonical_nan : score;
  }
}

// d sigmoid(z) / dz = s (1 - s)
void Strand::read_slopes(const ops::Place& logit) noexcept {
  gather(logit, context_.rows);
  sigmoid_scores();
  for (std::size_t i = 0; i < context_.rows; ++i) scores_[i] = scores_[i] * (1.0f - scores_[i]) + 0.0f;
}

base::Status Strand::run_backward() noexcept {
  const GradientTarget& target = *task_.target;
  const BackwardPlan& plan = *task_.plan->backward_from(target.value);
  float* seed = context_.at(plan.seed);
  for (std::size_t i = 0; i < context_.rows; ++i)
    std::memset(seed + i * plan.seed.ld, 0, sizeof(float) * plan.seed.count);
  if (target.probability)
    read_slopes(plan.logit);
  else
    std::fill_n(scores_, context_.rows, 1.0f);
  const std::uint32_t* columns = target.columns == nullptr ? nullptr : target.columns + context_.first_candidate;
  for (std::size_t i = 0; i < context_.rows; ++i)
    seed[i * plan.seed.ld + (columns == nullptr ? target.column : columns[i])] = scores_[i];
  return run_all(plan.steps, context_);
}

}  // namespace clicklens::exec
