#include "exec/session.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"
#include "base/fp_environment.h"
#include "exec/tile_rows.h"

namespace clicklens::exec {

using base::Code;
using base::Status;

struct Session::Shared {
  Session* session;
  StrandTask task;
  std::size_t strands;
  std::uint64_t tiles;
};

base::Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<const Model> model, const Inputs& inputs,
                                                       const SessionOptions& options) {
  CLENS_TRY(check_options(*model, options));
  const auto table = kernels_for(options.kernels, options.precision);
  if (!table.ok()) return table.status();
  base::Result<Binding> binding = Binding{};
  if (!options.given_inputs) binding = Binding::make(*model, inputs);
  if (!binding.ok()) return binding.status();

  auto session = std::make_unique<Session>();
  session->model_ = std::move(model);
  session->options_ = options;
  session->options_.strands = std::max<std::size_t>(options.strands, 1);
  session->options_.full_precision = spared_linears(*session->model_, options.precision, options.full_precision);
  session->kernels_ = *table;
  session->binding_ = std::move(*binding);
  session->columns_.resize(inputs.specs().size());
  session->sinks_.resize(options.captures.size());
  const std::size_t strands = session->options_.strands;
  session->statuses_.resize(strands);
  session->counts_.resize(strands);
  session->exited_.resize(strands);

  PlanOptions plan;
  plan.gradients = options.gradients;
  plan.group_gradients = options.group_gradients;
  plan.precision = options.precision;
  plan.full_precision = options.full_precision;
  plan.cache = options.cache;
  plan.given_inputs = options.given_inputs;
  plan.pairs = options.pairs;
  plan.exchanges = options.exchanges;
  plan.inputs_only = options.inputs_only;
  plan.captures = options.captures;
  plan.observed = options.observed;
  plan.observed_gradients = options.observed_gradients;
  plan.probes = session->options_.probes;
  plan.exit = options.exit;
  plan.tile_rows = options.tile_rows;
  // Backward reads weights as often as there are tiles, and its callers may count on the default.
  if (plan.tile_rows == 0)
    plan.tile_rows = options.gradients ? default_tile_rows : fitting_tile_rows(*session->model_, plan);
  auto made = make_plan(*session->model_, **table, plan);
  if (!made.ok()) return made.status();
  session->plan_ = std::move(*made);
  session->cache_offsets_.resize(session->plan_->cached.size());

  const auto bytes = base::checked_multiply(session->plan_->block_bytes, strands);
  if (!bytes || *bytes > session->model_->limits().session_bytes)
    return Status::error(Code::limit_exceeded, "session: needs more than %llu bytes",
                         static_cast<unsigned long long>(session->model_->limits().session_bytes));
  auto block = base::AlignedBlock::allocate(*bytes);
  if (!block.ok()) return block.status();
  session->block_ = std::move(*block);
  std::memset(session->block_.data(), 0, session->block_.size());  // touch every page now, not while serving
  if (strands > 1 && options.parallel_for == nullptr) session->helpers_ = std::make_unique<HelperThreads>(strands - 1);
  return session;
}

// Where the plan's places are in the rows of this cache; looked up anew only when the cache is another.
Status Session::bind_cache(const CandidateCache& cache) noexcept {
  if (cache_serial_ != cache.serial()) {
    CLENS_TRY(cache.check_fits(*model_, options_));
    cache_serial_ = 0;
    for (std::size_t i = 0; i < cache_offsets_.size(); ++i) {
      const auto offset = cache.offset_of(plan_->cached[i].key, plan_->cached[i].place.count);
      if (!offset)
        return Status::error(Code::bad_state,
                             "batch.cache: keeps too little for this session's gradients, captures, "
                             "probes or observed values; make it explainable");
      cache_offsets_[i] = *offset;
    }
    cache_serial_ = cache.serial();
  }
  cache_ = {cache.data(), cache.row_bytes(), cache.element(), cache_offsets_.data(), nullptr};
  return {};
}

Status Session::check_given(const Batch& batch) const noexcept {
  if (!options_.given_inputs) return Status::error(Code::bad_state, "batch.given: the session reads columns");
  if (batch.given == nullptr && batch.candidates > 0)
    return Status::error(Code::invalid_argument, "batch.given: missing; the session is one of given inputs");
  if (batch.requests != 0 || !batch.columns.empty() || batch.cache != nullptr)
    return Status::error(Code::invalid_argument, "batch.given: comes without columns, requests and cache");
  if (batch.given_stride < model_->input_width())
    return Status::error(Code::invalid_argument, "batch.given: rows of %zu floats for %zu input columns",
                         batch.given_stride, model_->input_width());
  if (options_.exchanges != (batch.exchanges != nullptr) || (options_.exchanges && batch.candidates > plan_->tile_rows))
    return Status::error(Code::invalid_argument,
                         "batch.exchanges: %llu rows; of a session made for them, %zu at a time",
                         static_cast<unsigned long long>(batch.candidates), plan_->tile_rows);
  // The two rows of a pair stay in one tile.
  if (options_.pairs && (batch.candidates % 2 != 0 || batch.candidates > plan_->tile_rows))
    return Status::error(Code::invalid_argument, "batch.given: %llu rows are no pairs of one tile of %zu",
                         static_cast<unsigned long long>(batch.candidates), plan_->tile_rows);
  return {};
}

Status Session::bind(const Batch& batch) noexcept {
  cache_ = {};
  if (options_.given_inputs || batch.given != nullptr) return check_given(batch);
  if (batch.cache == nullptr) return binding_.bind(batch, batch.candidates);
  if (!plan_->caches)
    return Status::error(Code::bad_state, "batch.cache: the session was created without options.cache");
  CLENS_TRY(bind_cache(*batch.cache));
  if (batch.cache_rows == nullptr && batch.candidates > 0)
    return Status::error(Code::invalid_argument, "batch.cache: without cache_rows");
  if (batch.candidates >> 40 != 0) return binding_.bind(batch, batch.candidates);  // which refuses it
  std::uint64_t fresh = 0;
  for (std::uint64_t c = 0; c < batch.candidates; ++c) {
    const std::int64_t row = batch.cache_rows[c];
    if (row == -1)
      ++fresh;
    else if (!batch.cache->holds(static_cast<std::uint64_t>(row)))
      return Status::error(Code::bad_batch, "batch.cache_rows[%llu]: %lld is no row that was filled (of %llu)",
                           static_cast<unsigned long long>(c), static_cast<long long>(row),
                           static_cast<unsigned long long>(batch.cache->rows()));
  }
  cache_.rows = batch.cache_rows;
  return binding_.bind(batch, fresh);
}

Status Session::check_capture(const Batch& batch, const CaptureBuffer& buffer) noexcept {
  const auto& captures = plan_->captures;
  const auto found = std::find(captures.begin(), captures.end(), buffer.value);
  if (found == captures.end())
    return Status::error(Code::bad_state, "capture: value %u is not among the session's captures", buffer.value);
  if (buffer.data == nullptr) return {};
  const graph::Value& value = model_->graph().values[buffer.value];
  const std::uint64_t rows = value.scope() == graph::Scope::request ? batch.request_count() : batch.candidates;
  const std::size_t stride = buffer.row_stride == 0 ? value.columns() : buffer.row_stride;
  const auto needed = base::checked_multiply(rows, stride);
  // the last row needs its columns only
  if (stride < value.columns() || !needed || (rows > 0 && *needed - (stride - value.columns()) > buffer.capacity))
    return Status::error(Code::buffer_too_small,
                         "capture of '%s': %llu rows of %u floats, capacity %zu, row_stride %zu",
                         model_->desc().values[buffer.value].name.c_str(), static_cast<unsigned long long>(rows),
                         value.columns(), buffer.capacity, stride);
  sinks_[static_cast<std::size_t>(found - captures.begin())] = {buffer.data, stride};
  return {};
}

Status Session::check_probe_room(const Batch& batch, const Output& output) noexcept {
  if (output.probe_logits == nullptr) return {};
  const std::size_t probes = plan_->probes.size();
  if (probes == 0)
    return Status::error(Code::bad_state, "output.probe_logits: the session was created without a probe");
  const auto needed = base::checked_multiply<std::uint64_t>(batch.candidates, probes);
  if (needed && *needed <= output.probe_capacity) return {};
  return Status::error(Code::buffer_too_small, "output.probe_logits: %llu candidates x %zu probes, capacity %zu",
                       static_cast<unsigned long long>(batch.candidates), probes, output.probe_capacity);
}

Status Session::check_output(const Batch& batch, const Output& output) noexcept {
  std::fill(sinks_.begin(), sinks_.end(), ops::Sink{});
  for (const CaptureBuffer& buffer : output.captures) CLENS_TRY(check_capture(batch, buffer));
  CLENS_TRY(check_probe_room(batch, output));
  if (output.values == nullptr) return {};
  const std::size_t tasks = plan_->logits.size();
  const std::size_t stride = output.row_stride == 0 ? tasks : output.row_stride;
  const auto needed = base::checked_multiply(batch.candidates, stride);
  if (stride < tasks || !needed || (batch.candidates > 0 && *needed - (stride - tasks) > output.capacity))
    return Status::error(Code::buffer_too_small, "output: %llu candidates x %zu tasks, capacity %zu, row_stride %zu",
                         static_cast<unsigned long long>(batch.candidates), tasks, output.capacity, stride);
  return {};
}

Status Session::run(const Batch& batch, Output& output) noexcept {
  return run_all(batch, nullptr, output, nullptr, options_.strands);
}

Status Session::explain(const Batch& batch, const GradientTarget& target, Output& output, TileObserver& observer,
                        bool in_order) noexcept {
  if (!options_.gradients) return Status::error(Code::bad_state, "session: was created without gradients");
  if (plan_->backward_from(target.value) == nullptr)
    return Status::error(Code::bad_state, "saliency: value %u is neither an output nor captured by the session",
                         target.value);
  if (target.column >= model_->graph().values[target.value].columns())
    return Status::error(Code::invalid_argument, "saliency: column %u of value '%s', which has %u", target.column,
                         model_->desc().values[target.value].name.c_str(),
                         model_->graph().values[target.value].columns());
  for (std::uint64_t c = 0; target.columns != nullptr && c < batch.candidates; ++c)
    if (target.columns[c] >= model_->graph().values[target.value].columns())
      return Status::error(Code::invalid_argument, "saliency: column %u of value '%s', which has %u", target.columns[c],
                           model_->desc().values[target.value].name.c_str(),
                           model_->graph().values[target.value].columns());
  return run_all(batch, &target, output, &observer, in_order ? 1 : options_.strands);
}

Status Session::observe(const Batch& batch, TileObserver& observer, encode::Counts* counts) noexcept {
  if (plan_->exit)
    return Status::error(Code::unsupported, "session: rows that stop early cannot be observed to the end");
  Output nothing;
  CLENS_TRY(run_all(batch, nullptr, nothing, &observer, 1));
  if (counts != nullptr) *counts = nothing.counts;
  return {};
}

Status Session::run_all(const Batch& batch, const GradientTarget* target, Output& output, TileObserver* observer,
                        std::size_t strands) noexcept {
  CLENS_TRY(check_output(batch, output));
  CLENS_TRY(bind(batch));
  if (observer != nullptr) observer->begin(batch);
  output.counts = {};
  output.exited = 0;
  Shared shared{};
  shared.session = this;
  shared.tiles = (batch.candidates + plan_->tile_rows - 1) / plan_->tile_rows;
  shared.strands = static_cast<std::size_t>(std::clamp<std::uint64_t>(shared.tiles, 1, strands));
  shared.task = {plan_.get(),
                 kernels_,
                 &batch,
                 binding_.columns(),
                 &output,
                 output.row_stride == 0 ? plan_->logits.size() : output.row_stride,
                 output.captures.empty() ? nullptr : sinks_.data(),
                 target,
                 observer,
                 cache_,
                 0};
  CLENS_TRY(spread(shared));
  for (std::size_t i = 0; i < shared.strands; ++i) {
    CLENS_TRY(statuses_[i]);
    output.counts.add(counts_[i]);
    output.exited += exited_[i];
  }
  return {};
}

Status Session::spread(Shared& shared) noexcept {
  if (shared.strands == 1) {
    run_strand(&shared, 0);
    return {};
  }
  if (helpers_ != nullptr) return helpers_->run(&run_strand, &shared, shared.strands);
  for (std::size_t i = 0; i < shared.strands; ++i)  // a host may leave one out
    statuses_[i] = Status::error(Code::bad_state, "session: parallel_for did not run task %zu", i);
  options_.parallel_for(options_.host, shared.strands, &run_strand, &shared);
  return {};
}

void Session::run_strand(void* opaque, std::size_t index) noexcept {
  const base::FpEnvironment canonical;
  const Shared& shared = *static_cast<const Shared*>(opaque);
  Session& session = *shared.session;
  const std::uint64_t rows = session.plan_->tile_rows;
  const std::uint64_t candidates = shared.task.batch->candidates;
  // whole tiles each
  const std::uint64_t begin = std::min(candidates, shared.tiles * index / shared.strands * rows);
  const std::uint64_t end = std::min(candidates, shared.tiles * (index + 1) / shared.strands * rows);
  session.counts_[index] = {};
  session.exited_[index] = 0;
  StrandTask task = shared.task;
  const std::int64_t* cached = task.cache.rows;
  task.first_fresh = cached == nullptr ? begin : static_cast<std::uint64_t>(std::count(cached, cached + begin, -1));
  Strand strand(task, session.block_.data() + index * session.plan_->block_bytes, index);
  session.statuses_[index] = strand.run(begin, end, session.counts_[index], session.exited_[index]);
}

}  // namespace clicklens::exec
