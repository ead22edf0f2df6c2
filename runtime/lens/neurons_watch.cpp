#include "lens/neurons_watch.h"

#include <algorithm>
#include <cmath>

#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

}  // namespace

base::Result<NeuronWatch> NeuronWatch::over(Neurons& neurons, const exec::Session& session, const exec::Batch& batch,
                                            const NeuronRows& rows) {
  neurons.observed_.clear();
  const auto seen = session.observed();
  for (const NeuronLayer& layer : neurons.layers_) {
    neurons.kept_.reserve(layer.width);
    const auto found = std::find(seen.begin(), seen.end(), layer.value);
    if (found == seen.end())
      return Status::error(Code::bad_state, "neurons: the session does not observe value '%s'", layer.name.c_str());
    neurons.observed_.push_back(static_cast<std::uint32_t>(found - seen.begin()));
  }
  const NeuronsOptions& options = neurons.options_;
  neurons.tile_.reserve(session.plan().tile_rows, options.has(format::neurons_scores),
                        options.has(format::neurons_clustered));
  neurons.sample_.reserve_more(batch.candidates);
  return NeuronWatch(neurons, batch, rows);
}

Status NeuronWatch::tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept {
  NeuronTile& tile = neurons_.tile_;
  added_ = true;
  tile.context = &context;
  tile.rows = context.rows;
  read_rows(context);
  if (neurons_.options_.has(format::neurons_scores)) read_logits(plan);
  tile.sort_rows(neurons_.options_.has(format::neurons_scores));
  neurons_.take(tile, plan.observed, neurons_.observed_);
  return {};
}

// A row's number, or its request's key and its place in the request.
std::uint64_t NeuronWatch::hash_of(const ops::StepContext& context, std::size_t row) const {
  const std::uint64_t candidate = context.first_candidate + row;
  if (rows_.request_keys == nullptr) return mix(rows_.first_row.value_or(neurons_.next_row_) + candidate);
  constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ull;
  const std::uint64_t request = context.first_request + context.request_of_row[row];
  return mix(rows_.request_keys[request] + golden * (candidate - batch_.request_begin(request)));
}

void NeuronWatch::read_rows(const ops::StepContext& context) {
  NeuronTile& tile = neurons_.tile_;
  const bool clustered = neurons_.options_.has(format::neurons_clustered);
  tile.counted.clear();
  for (std::uint32_t i = 0; i < tile.rows; ++i) {
    const std::uint64_t candidate = context.first_candidate + i;
    tile.hashes[i] = hash_of(context, i);
    tile.labels[i] = rows_.labels != nullptr ? rows_.labels[candidate] : format::no_label;
    tile.classes[i] = tile.labels[i] == 1 ? 1 : 0;
    if (clustered) tile.buckets[i] = bucket_of(rows_.clusters[candidate], neurons_.options_.buckets);
    if (tile.hashes[i] % neurons_.options_.count_every == 0) tile.counted.push_back(i);
  }
}

void NeuronWatch::read_logits(const exec::Plan& plan) {
  NeuronTile& tile = neurons_.tile_;
  for (std::uint32_t i = 0; i < tile.rows; ++i) tile.logits[i] = *tile.at(plan.logits[neurons_.options_.task], i);
}

}  // namespace clicklens::lens
