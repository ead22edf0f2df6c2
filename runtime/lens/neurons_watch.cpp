#include "lens/neurons_watch.h"

#include <algorithm>
#include <cmath>

#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

// Fast sums of products take logits of an ordinary size; the others are few and go one by one.
bool is_ordinary(float z) {
  const float size = std::abs(z);
  return z == 0 || (size >= MomentBlock::least_logit && size < MomentBlock::most_logit);
}

}  // namespace

void NeuronTile::reserve(std::size_t tile_rows, bool scored, bool clustered) {
  hashes.resize(tile_rows);
  labels.resize(tile_rows);
  classes.resize(tile_rows);
  counted.reserve(tile_rows);
  if (clustered) buckets.resize(tile_rows);
  if (scored) logits.resize(tile_rows);
  for (ClassRows& rows_of : by_class) {
    rows_of.rows.reserve(tile_rows);
    rows_of.request_rows.reserve(tile_rows);
    rows_of.cached_rows.reserve(tile_rows);
    if (!scored) continue;
    rows_of.logits.reserve(tile_rows);
    rows_of.scores.reserve(tile_rows);
    rows_of.special.reserve(tile_rows);
  }
}

base::Result<NeuronWatch> NeuronWatch::over(Neurons& neurons, const exec::Session& session, const exec::Batch& batch,
                                            const NeuronRows& rows) {
  neurons.observed_.clear();
  const auto seen = session.observed();
  for (const NeuronLayer& layer : neurons.layers_) {
    neurons.kept_.reserve(layer.width);
    const auto found = std::find(seen.begin(), seen.end(), layer.value);
    if (found == seen.end())
      return Status::error(Code::bad_state, "neurons: the session does not observe value '%s'",
                           neurons.model().desc().values[layer.value].name.c_str());
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
  sort_rows();
  for (std::size_t i = 0; i < neurons_.layers_.size(); ++i) {
    NeuronLayer& layer = neurons_.layers_[i];
    const auto& places = plan.observed[neurons_.observed_[i]];
    for (std::size_t k = 0; k < layer.blocks.size(); ++k)
      layer.blocks[k].add(*context.kernels, places, tile, k, layer.columns, neurons_.kept_);
    layer.counts.add(places, tile);
    if (layer.buckets) layer.buckets->add(places, tile);
  }
  add_sample(plan);
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
  neurons_.rows_ += tile.rows;
  for (std::uint32_t i = 0; i < tile.rows; ++i) {
    const std::uint64_t candidate = context.first_candidate + i;
    tile.hashes[i] = hash_of(context, i);
    tile.labels[i] = rows_.labels != nullptr ? rows_.labels[candidate] : format::no_label;
    tile.classes[i] = tile.labels[i] == 1 ? 1 : 0;
    neurons_.clicks_ += tile.classes[i];
    if (clustered) tile.buckets[i] = bucket_of(rows_.clusters[candidate], neurons_.options_.buckets);
    if (tile.hashes[i] % neurons_.options_.count_every != 0) continue;
    tile.counted.push_back(i);
    ++neurons_.counted_;
    neurons_.counted_clicks_ += tile.classes[i];
  }
}

void NeuronWatch::read_logits(const exec::Plan& plan) {
  NeuronTile& tile = neurons_.tile_;
  for (std::uint32_t i = 0; i < tile.rows; ++i) {
    const float z = *tile.at(plan.logits[neurons_.options_.task], i);
    tile.logits[i] = z;
    if (!std::isfinite(z)) continue;
    ++neurons_.score_rows_;
    neurons_.score_sum_.add(double{z});
    neurons_.score_square_.add_product(z, z);
  }
}

void NeuronWatch::sort_rows() {
  NeuronTile& tile = neurons_.tile_;
  const bool scored = neurons_.options_.has(format::neurons_scores);
  for (ClassRows& of : tile.by_class) {
    of.rows.clear();
    of.request_rows.clear();
    of.cached_rows.clear();
    of.logits.clear();
    of.scores.clear();
    of.special.clear();
  }
  for (std::uint32_t i = 0; i < tile.rows; ++i) {
    ClassRows& of = tile.by_class[tile.classes[i]];
    if (scored) {
      const float z = tile.logits[i];
      if (!is_ordinary(z)) of.special.push_back(static_cast<std::uint32_t>(of.rows.size()));
      of.logits.push_back(z);
      of.scores.push_back(is_ordinary(z) ? double{z} : 0);
    }
    of.rows.push_back(i);
    of.request_rows.push_back(tile.context->request_of_row[i]);
    const std::uint32_t* candidates = tile.context->candidate_of_row;
    if (candidates != nullptr) of.cached_rows.push_back(candidates[i]);
  }
}

void NeuronWatch::add_sample(const exec::Plan& plan) {
  NeuronTile& tile = neurons_.tile_;
  const bool scored = neurons_.options_.has(format::neurons_scores);
  for (std::uint32_t i = 0; i < tile.rows; ++i) {
    const std::span<float> to = neurons_.sample_.offer(tile.hashes[i]);
    if (to.empty()) continue;
    for (std::size_t l = 0; l < neurons_.layers_.size(); ++l)
      for (const ops::Place& place : plan.observed[neurons_.observed_[l]])
        std::copy_n(tile.at(place, i), place.count, &to[neurons_.layers_[l].offset + place.column]);
    neurons_.sample_.keep(tile.hashes[i], scored ? tile.logits[i] : 0, tile.labels[i]);
  }
}

}  // namespace clicklens::lens
