// Between the lens and the plain form of schemas/profile.fbs.
#include "lens/neurons_save.h"

#include <cstring>

#include "format/profile.h"
#include "lens/neurons.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

void append(std::vector<std::uint64_t>& to, const ExactSum& sum) {
  to.insert(to.end(), sum.words().begin(), sum.words().end());
}
void append(std::vector<std::uint64_t>& to, FixedSum sum) {
  to.push_back(static_cast<std::uint64_t>(sum));
  to.push_back(static_cast<std::uint64_t>(sum >> 64));
}

ExactSum sum_at(const std::vector<std::uint64_t>& from, std::size_t index) {
  ExactSum::Limbs words;
  std::memcpy(words.data(), &from[index * ExactSum::limbs], sizeof words);
  return ExactSum(words);
}
FixedSum fixed_at(const std::vector<std::uint64_t>& from, std::size_t index) {
  return FixedSum{from[2 * index + 1]} << 64 | from[2 * index];
}

void save_columns(const NeuronColumns& from, format::NeuronLayerDesc& to) {
  to.minimum = from.minimum;
  to.maximum = from.maximum;
  to.non_finite.resize(from.width());
  for (std::size_t i = 0; i < from.cells.size(); ++i) {
    to.non_finite[i % from.width()] += from.cells[i].non_finite;
    to.active.push_back(from.cells[i].active);
    append(to.sums, from.cells[i].sum);
    append(to.squares, from.cells[i].square);
  }
  std::uint64_t lone_rows = 0;
  for (std::size_t c = 0; c < from.cross.size(); ++c) {
    append(to.cross, from.cross[c]);
    lone_rows += from.lone[c].x_rows + from.lone[c].z_rows;
  }
  if (lone_rows == 0) return;
  for (const LoneRows& lone : from.lone) {
    to.lone.push_back(lone.x_rows);
    to.lone.push_back(lone.z_rows);
    for (const ExactSum* sum : {&lone.x, &lone.xx, &lone.z, &lone.zz}) append(to.lone, *sum);
  }
}

void save_buckets(const NeuronBuckets& from, format::NeuronLayerDesc& to) {
  for (const BucketCell& cell : from.cells) {
    to.bucket_rows.push_back(cell.rows);
    to.bucket_active.push_back(cell.active);
    append(to.bucket_sums, cell.sum);
    append(to.bucket_squares, cell.square);
  }
  for (const auto& bins : from.bins) to.bucket_counts.insert(to.bucket_counts.end(), bins.begin(), bins.end());
}

void restore_lone(const std::vector<std::uint64_t>& from, std::size_t column, LoneRows& to) {
  const std::uint64_t* numbers = &from[column * format::lone_numbers];
  to.x_rows = numbers[0];
  to.z_rows = numbers[1];
  ExactSum* const sums[] = {&to.x, &to.xx, &to.z, &to.zz};
  for (std::size_t i = 0; i < 4; ++i) {
    ExactSum::Limbs words;
    std::memcpy(words.data(), numbers + 2 + i * ExactSum::limbs, sizeof words);
    *sums[i] = ExactSum(words);
  }
}

// `rows_of[class]`: what the finite rows of a class are missing are the others.
void restore_columns(const format::NeuronLayerDesc& from, const std::uint64_t (&rows_of)[2], NeuronColumns& to) {
  to.minimum = from.minimum;
  to.maximum = from.maximum;
  for (std::size_t i = 0; i < to.cells.size(); ++i)
    to.cells[i] = {rows_of[i / to.width()] - from.rows[i], from.active[i], sum_at(from.sums, i),
                   sum_at(from.squares, i)};
  for (std::size_t c = 0; c < to.cross.size(); ++c) {
    to.cross[c] = sum_at(from.cross, c);
    if (!from.lone.empty()) restore_lone(from.lone, c, to.lone[c]);
  }
}

void restore_buckets(const format::NeuronLayerDesc& from, NeuronBuckets& to) {
  for (std::size_t i = 0; i < to.cells.size(); ++i) {
    to.cells[i] = {fixed_at(from.bucket_sums, i), fixed_at(from.bucket_squares, i), from.bucket_rows[i],
                   from.bucket_active[i]};
  }
  for (std::size_t i = 0; i < to.bins.size(); ++i)
    std::memcpy(to.bins[i].data(), &from.bucket_counts[i * neuron_octaves], sizeof to.bins[i]);
}

format::NeuronSampleDesc save_sample(const NeuronSample& from, bool scored) {
  format::NeuronSampleDesc to;
  to.values.reserve(from.size() * from.width());
  for (const std::uint32_t slot : from.order()) {
    to.hashes.push_back(from.hash(slot));
    to.labels.push_back(from.label(slot));
    if (scored) to.logits.push_back(from.logit(slot));
    const auto values = from.values(slot);
    to.values.insert(to.values.end(), values.begin(), values.end());
  }
  return to;
}

void restore_sample(const format::NeuronSampleDesc& from, NeuronSample& to) {
  to.reserve_more(from.hashes.size());
  for (std::size_t i = 0; i < from.hashes.size(); ++i) {
    const auto values = to.offer(from.hashes[i]);
    if (values.empty()) return;  // no more than there is room for, so none
    std::memcpy(values.data(), &from.values[i * to.width()], sizeof(float) * to.width());
    to.keep(from.hashes[i], from.logits.empty() ? 0 : from.logits[i], from.labels[i]);
  }
}

}  // namespace

format::NeuronLayerDesc save_layer(const NeuronLayer& layer, const std::uint64_t (&rows_of)[2]) {
  format::NeuronLayerDesc to;
  to.value = layer.value;
  to.width = layer.width;
  to.kind = static_cast<std::uint8_t>(layer.kind);
  to.name = layer.name;
  save_columns(layer.columns, to);
  for (std::size_t i = 0; i < layer.columns.cells.size(); ++i)
    to.rows.push_back(rows_of[i / layer.width] - layer.columns.cells[i].non_finite);
  to.saturated = layer.counts.saturated;
  to.counts = layer.counts.counts;
  if (layer.buckets) save_buckets(*layer.buckets, to);
  return to;
}

void restore_layer(const format::NeuronLayerDesc& from, const std::uint64_t (&rows_of)[2], NeuronLayer& layer) {
  restore_columns(from, rows_of, layer.columns);
  layer.counts.counts = from.counts;
  layer.counts.saturated = from.saturated;
  if (layer.buckets) restore_buckets(from, *layer.buckets);
}

base::Result<format::NeuronsDesc> Neurons::describe() const {
  if (broken_) return Status::error(Code::bad_state, "neurons: an add failed half way");
  settle();
  const bool scored = options_.has(format::neurons_scores);
  format::NeuronsDesc desc;
  desc.task = options_.task;
  desc.count_every = options_.count_every;
  desc.sample_rows = options_.sample_rows;
  desc.buckets = options_.buckets;
  desc.flags = options_.flags;
  desc.classes = static_cast<std::uint32_t>(classes_);
  desc.rows = rows_;
  desc.clicks = clicks_;
  desc.counted = counted_;
  desc.counted_clicks = counted_clicks_;
  desc.score_rows = score_rows_;
  if (scored)
    for (const ExactSum* sum : {&score_sum_, &score_square_}) append(desc.scores, *sum);
  for (const NeuronLayer& layer : layers_) desc.layers.push_back(save_layer(layer, {rows_of(0), rows_of(1)}));
  desc.sample = save_sample(sample_, scored);
  return desc;
}

base::Result<std::vector<std::byte>> Neurons::save() const {
  auto desc = describe();
  if (!desc.ok()) return desc.status();
  return format::pack_profile({id_.low, id_.high, std::move(*desc), {}});
}

base::Result<std::unique_ptr<Neurons>> Neurons::load(std::shared_ptr<const exec::Model> model,
                                                     std::span<const std::byte> bytes) {
  const auto profile = format::parse_profile(bytes);
  if (!profile.ok()) return profile.status();
  const format::ModelId& id = model->file().id();
  if (profile->model_low != id.low || profile->model_high != id.high)
    return Status::error(Code::bad_state, "profile: of another model");
  if (!profile->neurons) return Status::error(Code::bad_file, "profile: holds no neurons");
  return restore(std::move(model), id, *profile->neurons);
}

Status Neurons::read(const format::NeuronsDesc& desc) {
  for (std::size_t i = 0; i < layers_.size(); ++i)
    if (layers_[i].width != desc.layers[i].width ||
        desc.layers[i].saturated.size() != layers_[i].counts.saturated.size())
      return Status::error(Code::bad_file, "neurons.layers[%zu]: not the value's columns", i);
  set_classes(desc.classes);
  rows_ = next_row_ = desc.rows;
  clicks_ = desc.clicks;
  counted_ = desc.counted;
  counted_clicks_ = desc.counted_clicks;
  score_rows_ = desc.score_rows;
  if (!desc.scores.empty()) {
    score_sum_ = sum_at(desc.scores, 0);
    score_square_ = sum_at(desc.scores, 1);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) restore_layer(desc.layers[i], {rows_of(0), rows_of(1)}, layers_[i]);
  restore_sample(desc.sample, sample_);
  return {};
}

}  // namespace clicklens::lens
