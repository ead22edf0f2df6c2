#include "exec/candidate_cache.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

#include "base/checked.h"
#include "base/fp_environment.h"
#include "base/half.h"

namespace clicklens::exec {
namespace {

using base::Code;
using base::Status;

constexpr std::uint64_t most_rows = 0x7FFFFFFF;
constexpr std::size_t tile_rows = 96;
constexpr std::size_t line = 64;  // parts of a row start on cache lines of their own

Status check_options(const CacheOptions& options) {
  if (options.rows == 0 || options.rows > most_rows)
    return Status::error(Code::invalid_argument, "cache: %llu rows, allowed 1 to %llu",
                         static_cast<unsigned long long>(options.rows), static_cast<unsigned long long>(most_rows));
  if (options.strands <= most_strands) return {};
  return Status::error(Code::invalid_argument, "cache: %zu strands, allowed %zu", options.strands, most_strands);
}

// Of finite values none becomes infinite: a score that is off beats one that is NaN.
std::uint16_t to_half(float value) noexcept {
  constexpr float most = 65504.0f;
  return base::f32_to_f16(std::isfinite(value) ? std::clamp(value, -most, most) : value);
}

}  // namespace

struct CandidateCache::Filling {
  CandidateCache* cache;
  const Batch* ads;
  const std::int64_t* rows;
  std::size_t strands;

  [[nodiscard]] std::uint64_t row(std::uint64_t ad) const noexcept {
    return rows == nullptr ? ad : static_cast<std::uint64_t>(rows[ad]);
  }
};

base::Result<std::unique_ptr<CandidateCache>> CandidateCache::create(std::shared_ptr<const Model> model,
                                                                     const Inputs& inputs,
                                                                     const CacheOptions& options) {
  CLENS_TRY(check_options(options));
  SessionOptions session;
  session.precision = options.precision;
  session.full_precision = options.full_precision;
  CLENS_TRY(exec::check_options(*model, session));
  const auto table = kernels_for(options.kernels, options.precision);
  if (!table.ok()) return table.status();
  auto binding = Binding::make(*model, inputs, BindingScope::candidates);
  if (!binding.ok()) return binding.status();

  static std::atomic<std::uint64_t> serials{0};
  auto cache = std::make_unique<CandidateCache>();
  cache->model_ = std::move(model);
  cache->options_ = options;
  cache->options_.strands = std::max<std::size_t>(options.strands, 1);
  cache->options_.full_precision = spared_linears(*cache->model_, options.precision, options.full_precision);
  cache->kernels_ = *table;
  cache->binding_ = std::move(*binding);
  cache->columns_.resize(inputs.specs().size());
  cache->statuses_.resize(cache->options_.strands);
  cache->counts_.resize(cache->options_.strands);
  cache->serial_ = ++serials;
  CLENS_TRY(cache->lay_out());
  if (cache->options_.strands > 1 && options.parallel_for == nullptr)
    cache->helpers_ = std::make_unique<HelperThreads>(cache->options_.strands - 1);
  return cache;
}

Status CandidateCache::lay_out() {
  PlanOptions plan;
  plan.tile_rows = tile_rows;
  plan.precision = options_.precision;
  plan.full_precision = options_.full_precision;
  plan.cache = true;
  plan.every_candidate = options_.explainable;
  auto made = make_plan(*model_, *kernels_, plan);
  if (!made.ok()) return made.status();
  plan_ = std::move(*made);
  const std::size_t element = options_.half ? sizeof(std::uint16_t) : sizeof(float);
  for (const CachedPlace& cached : plan_->cached) {
    offsets_.push_back(row_bytes_);
    row_bytes_ += (cached.place.count * element + line - 1) / line * line;
  }
  const auto bytes = base::checked_multiply<std::uint64_t>(row_bytes_, options_.rows);
  const auto block_bytes = base::checked_multiply(plan_->block_bytes, options_.strands);
  if (!bytes) return Status::error(Code::out_of_memory, "cache: larger than memory can be");
  if (!block_bytes || *block_bytes > model_->limits().session_bytes)  // it is touched at once, unlike the rows
    return Status::error(Code::limit_exceeded, "cache: its strands would need more than %llu bytes",
                         static_cast<unsigned long long>(model_->limits().session_bytes));
  auto data = base::AlignedBlock::allocate_hot(*bytes);
  if (!data.ok()) return data.status();
  data_ = std::move(*data);
  auto block = base::AlignedBlock::allocate(*block_bytes);
  if (!block.ok()) return block.status();
  block_ = std::move(*block);
  std::memset(block_.data(), 0, block_.size());
  filled_.resize(options_.rows);
  return {};
}

Status CandidateCache::check_fits(const Model& model, const SessionOptions& session) const noexcept {
  if (&model != model_.get() && model.file().id() != model_->file().id())
    return Status::error(Code::stale, "batch.cache: its rows are of another model than the session's");
  if (session.precision != options_.precision || session.full_precision != options_.full_precision)
    return Status::error(Code::stale, "batch.cache: its rows are of another precision than the session's");
  return {};
}

std::optional<std::size_t> CandidateCache::offset_of(const CacheKey& key, std::uint32_t columns) const noexcept {
  const auto found = std::lower_bound(plan_->cached.begin(), plan_->cached.end(), key,
                                      [](const CachedPlace& cached, const CacheKey& k) { return cached.key < k; });
  if (found == plan_->cached.end() || found->key != key || found->place.count != columns) return std::nullopt;
  return offsets_[static_cast<std::size_t>(found - plan_->cached.begin())];
}

Status CandidateCache::check_rows(const Batch& ads, const std::int64_t* rows) const {
  if (ads.requests != 0 || ads.cache != nullptr)
    return Status::error(Code::invalid_argument, "ads: a batch of candidates has neither requests nor a cache");
  if (rows == nullptr) {
    if (ads.candidates <= filled_.size()) return {};
    return Status::error(Code::invalid_argument, "ads: %llu candidates, the cache has %zu rows",
                         static_cast<unsigned long long>(ads.candidates), filled_.size());
  }
  for (std::uint64_t i = 0; i < ads.candidates; ++i) {
    if (static_cast<std::uint64_t>(rows[i]) < filled_.size()) continue;
    return Status::error(Code::invalid_argument, "rows[%llu]: %lld, the cache has %zu rows",
                         static_cast<unsigned long long>(i), static_cast<long long>(rows[i]), filled_.size());
  }
  return {};
}

bool CandidateCache::names_a_row_twice(const Batch& ads, const std::int64_t* rows) const {
  if (rows == nullptr) return false;
  std::vector<bool> named(filled_.size());
  for (std::uint64_t i = 0; i < ads.candidates; ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);
    if (named[row]) return true;
    named[row] = true;
  }
  return false;
}

Status CandidateCache::fill(const Batch& ads, const std::int64_t* rows, encode::Counts& counts) {
  CLENS_TRY(check_rows(ads, rows));
  CLENS_TRY(binding_.bind(ads, ads.candidates));
  Filling filling{this, &ads, rows, 1};
  const std::uint64_t tiles = (ads.candidates + tile_rows - 1) / tile_rows;
  filling.strands = static_cast<std::size_t>(std::clamp<std::uint64_t>(tiles, 1, options_.strands));
  if (filling.strands > 1 && names_a_row_twice(ads, rows)) filling.strands = 1;  // no two may write one row
  const auto mark = [&](std::uint8_t state) {
    for (std::uint64_t i = 0; i < ads.candidates; ++i) {
      std::uint8_t& row = filled_[filling.row(i)];
      filled_count_ += std::uint64_t{state} - row;
      row = state;
    }
  };
  mark(0);
  CLENS_TRY(spread(filling));
  counts = {};
  for (std::size_t i = 0; i < filling.strands; ++i) {
    CLENS_TRY(statuses_[i]);
    counts.add(counts_[i]);
  }
  mark(1);
  return {};
}

Status CandidateCache::spread(Filling& filling) {
  if (filling.strands == 1) {
    run_strand(&filling, 0);
    return {};
  }
  if (helpers_ != nullptr) return helpers_->run(&run_strand, &filling, filling.strands);
  for (std::size_t i = 0; i < filling.strands; ++i)  // a host may leave one out
    statuses_[i] = Status::error(Code::bad_state, "cache: parallel_for did not run task %zu", i);
  options_.parallel_for(options_.host, filling.strands, &run_strand, &filling);
  return {};
}

void CandidateCache::run_strand(void* opaque, std::size_t index) noexcept {
  const base::FpEnvironment canonical;
  const Filling& filling = *static_cast<const Filling*>(opaque);
  filling.cache->statuses_[index] = filling.cache->fill_part(filling, index);
}

Status CandidateCache::fill_part(const Filling& filling, std::size_t index) noexcept {
  const std::uint64_t ads = filling.ads->candidates;
  const std::uint64_t end = ads * (index + 1) / filling.strands;
  counts_[index] = {};
  ops::StepContext context;
  context.block = block_.data() + index * plan_->block_bytes;
  context.work = context.block + plan_->work;
  context.kernels = kernels_;
  context.columns = binding_.columns();
  context.strict = filling.ads->strict;
  context.counts = &counts_[index];
  for (std::uint64_t at = ads * index / filling.strands; at < end; at += context.fresh) {
    context.first_fresh = at;
    context.fresh = static_cast<std::size_t>(std::min<std::uint64_t>(end - at, tile_rows));
    for (const auto& step : plan_->per_candidates) CLENS_TRY(step->run(context));
    store(filling, context.block, at, context.fresh);
  }
  return {};
}

void CandidateCache::store(const Filling& filling, const std::byte* block, std::uint64_t first,
                           std::size_t count) noexcept {
  if (offsets_.empty()) return;  // nothing in the model depends on the candidate alone
  for (std::size_t i = 0; i < count; ++i) {
    std::byte* const row = data_.data() + filling.row(first + i) * row_bytes_;
    std::memset(row, 0, row_bytes_);
    for (std::size_t k = 0; k < offsets_.size(); ++k) {
      const ops::Place& place = plan_->cached[k].place;
      const auto* from = reinterpret_cast<const float*>(block + place.offset) + i * place.ld;
      if (!options_.half) {
        std::memcpy(row + offsets_[k], from, sizeof(float) * place.count);
        continue;
      }
      auto* halves = reinterpret_cast<std::uint16_t*>(row + offsets_[k]);
      std::transform(from, from + place.count, halves, to_half);
    }
  }
}

}  // namespace clicklens::exec
