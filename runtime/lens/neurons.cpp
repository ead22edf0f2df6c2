#include "lens/neurons.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/fp_environment.h"
#include "kernels/dispatch.h"
#include "lens/bounds.h"
#include "lens/labels.h"
#include "lens/neurons_watch.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr std::uint32_t most_sample_rows = 1u << 20;

Status refuse(const char* option, unsigned long long value, const char* allowed) {
  return Status::error(Code::invalid_argument, "options.%s: %llu; %s", option, value, allowed);
}

std::vector<std::uint32_t> layer_values(const exec::Model& model) {
  std::vector<std::uint32_t> values;
  for (const format::LayerDesc& layer : model.desc().layers)
    if (std::find(values.begin(), values.end(), layer.value) == values.end()) values.push_back(layer.value);
  return values;
}

Status check_values(const exec::Model& model, const std::vector<std::uint32_t>& values) {
  if (values.empty())
    return Status::error(Code::invalid_argument, "options.values: none, and the model names no layer");
  std::set<std::uint32_t> seen;
  for (const std::uint32_t value : values) {
    if (value >= model.desc().values.size()) return refuse("values", value, "the model has no such value");
    if (!seen.insert(value).second) return refuse("values", value, "a second time");
  }
  return {};
}

Status check_options(const exec::Model& model, const NeuronsOptions& options) {
  constexpr std::uint32_t known = format::neurons_scores | format::neurons_clustered | format::neurons_prove;
  CLENS_TRY(check_values(model, options.values));
  if (options.task >= model.desc().outputs.size()) return refuse("task", options.task, "the model has no such output");
  if (options.count_every == 0) return refuse("count_every", 0, "from 1");
  if (options.sample_rows == 0 || options.sample_rows > most_sample_rows)
    return refuse("sample_rows", options.sample_rows, "1 to 1048576");
  if (options.buckets < format::least_buckets || options.buckets > format::most_buckets)
    return refuse("buckets", options.buckets, "64 to 200");
  if ((options.flags & ~known) != 0) return refuse("flags", options.flags, "unknown ones");
  return {};
}

std::size_t columns_of(const std::vector<NeuronLayer>& layers) {
  std::size_t columns = 0;
  for (const NeuronLayer& layer : layers) columns += layer.width;
  return columns;
}

// In double: what overflows is too much anyway.
double bytes_needed(double columns, const NeuronsOptions& options) {
  double of_column = 2.0 * (sizeof(ColumnCell) + 400 + 8.0 * neuron_bins) + sizeof(LoneRows);
  if (options.has(format::neurons_clustered))
    of_column += 2.0 * options.buckets * (NeuronBuckets::column_bytes + 4.0 * neuron_octaves);
  return columns * of_column + (options.sample_rows + 1.0) * (4 * columns + 16);
}

// A parsed description is as large as what is made of it: no further bound.
std::vector<NeuronLayer> layers_of(const format::NeuronsDesc& desc) {
  std::vector<NeuronLayer> layers;
  for (const format::NeuronLayerDesc& layer : desc.layers) {
    layers.emplace_back(layer.value, layer.width, static_cast<NeuronKind>(layer.kind), desc.flags, desc.buckets);
    layers.back().name = layer.name;
  }
  return layers;
}

Status check_bytes(double columns, const NeuronsOptions& options, const base::Limits& limits) {
  const double bytes = bytes_needed(columns, options);
  if (bytes <= static_cast<double>(limits.session_bytes)) return {};
  return Status::error(Code::limit_exceeded, "neurons: about %.0f bytes are above the model's session_bytes", bytes);
}

}  // namespace

base::Result<std::unique_ptr<Neurons>> Neurons::create(std::shared_ptr<const exec::Model> model,
                                                       const NeuronsOptions& given) {
  NeuronsOptions options = given;
  if (options.values.empty()) options.values = layer_values(*model);
  CLENS_TRY(check_options(*model, options));
  double columns = 0;
  for (const std::uint32_t value : options.values) columns += model->graph().values[value].columns();
  CLENS_TRY(check_bytes(columns, options, model->limits()));  // before any of them is taken
  std::vector<NeuronLayer> layers;
  for (const std::uint32_t value : options.values) layers.emplace_back(*model, value, options.flags, options.buckets);
  const format::ModelId id = model->file().id();
  return make(std::move(model), id, options, std::move(layers));
}

base::Result<std::unique_ptr<Neurons>> Neurons::make(std::shared_ptr<const exec::Model> model,
                                                     const format::ModelId& id, const NeuronsOptions& options,
                                                     std::vector<NeuronLayer> layers) {
  const auto kernels = kernels::active_table();
  if (!kernels.ok()) return kernels.status();
  const bool proves = options.has(format::neurons_prove) && model != nullptr;
  std::unique_ptr<Neurons> made(new Neurons(std::move(model), id, options, std::move(layers), **kernels));
  if (proves) CLENS_TRY(made->prove());
  return made;
}

base::Result<std::unique_ptr<Neurons>> Neurons::restore(std::shared_ptr<const exec::Model> model,
                                                        const format::ModelId& id, const format::NeuronsDesc& desc) {
  NeuronsOptions options{{}, desc.task, desc.count_every, desc.sample_rows, desc.buckets, desc.flags};
  for (const format::NeuronLayerDesc& layer : desc.layers) options.values.push_back(layer.value);
  auto made = model != nullptr ? create(std::move(model), options) : make(nullptr, id, options, layers_of(desc));
  if (!made.ok()) {
    if (made.status().code() != Code::invalid_argument) return made.status();
    return Status::error(Code::bad_file, "neurons: %s", made.status().message());
  }
  CLENS_TRY((*made)->read(desc));
  return made;
}

Neurons::Neurons(std::shared_ptr<const exec::Model> model, const format::ModelId& id, const NeuronsOptions& options,
                 std::vector<NeuronLayer> layers, const kernels::Table& kernels)
    : model_(std::move(model)),
      id_(id),
      options_(options),
      kernels_(&kernels),
      layers_(std::move(layers)),
      sample_(options.sample_rows, columns_of(layers_)) {
  std::size_t offset = 0;
  for (NeuronLayer& layer : layers_) {
    layer.offset = offset;
    offset += layer.width;
  }
  analyses_.resize(layers_.size());
}

Status Neurons::prove() {
  for (NeuronLayer& layer : layers_) {
    if (layer.kind != NeuronKind::rectified) continue;
    layer.provably_dead.resize(layer.width);
    CLENS_TRY(provably_dead(*model_, layer.value, layer.provably_dead));
  }
  return {};
}

Status Neurons::check_rows(const exec::Session& session, const exec::Batch& batch, const NeuronRows& rows) const {
  if (broken_) return Status::error(Code::bad_state, "neurons: an add failed half way; nothing more can be added");
  if (model_ == nullptr) return Status::error(Code::bad_state, "neurons: read without their model");
  if (id_ != session.model().file().id())
    return Status::error(Code::bad_state, "neurons: the session is of another model");
  if (batch.candidates == 0) return {};
  if (options_.has(format::neurons_clustered)) {
    if (rows.clusters == nullptr)
      return Status::error(Code::invalid_argument, "rows.clusters: NULL; CLUSTERED needs them");
    if (batch.candidates > std::numeric_limits<std::uint32_t>::max() - rows_)
      return Status::error(Code::limit_exceeded, "neurons: clustered counts end at 2^32 - 1 rows");
  }
  if (classes_ != 0 && (classes_ == 2) != (rows.labels != nullptr))
    return Status::error(Code::bad_state, "rows.labels: rows with and without labels do not mix");
  return check_labels("rows.labels", rows.labels, batch.candidates);
}

Status Neurons::add(exec::Session& session, const exec::Batch& batch, const NeuronRows& rows) {
  CLENS_TRY(check_rows(session, batch, rows));
  CLENS_TRY(session.bind(batch));  // structure, before anything counts on it
  auto watch = NeuronWatch::over(*this, session, batch, rows);
  if (!watch.ok()) return watch.status();
  const bool first = classes_ == 0 && batch.candidates > 0;
  if (first) set_classes(rows.labels != nullptr ? 2 : 1);
  changed();
  const base::FpEnvironment canonical;
  if (const Status status = session.observe(batch, *watch); !status.ok()) {
    broken_ = watch->has_added();
    if (first && !broken_) set_classes(0);
    return status;
  }
  next_row_ = rows.first_row.value_or(next_row_) + batch.candidates;
  return {};
}

void Neurons::take(const NeuronTile& tile, std::span<const std::vector<ops::Place>> places,
                   std::span<const std::uint32_t> place_of) noexcept {
  rows_ += tile.rows;
  for (std::size_t i = 0; i < tile.rows; ++i) clicks_ += tile.classes[i];
  counted_ += tile.counted.size();
  for (const std::uint32_t row : tile.counted) counted_clicks_ += tile.classes[row];
  for (std::size_t i = 0; options_.has(format::neurons_scores) && i < tile.rows; ++i) {
    const float z = tile.logits[i];
    if (!std::isfinite(z)) continue;
    ++score_rows_;
    score_sum_.add(double{z});
    score_square_.add_product(z, z);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i)
    layers_[i].add(*tile.context->kernels, places[place_of[i]], tile, kept_);
  take_sample(tile, places, place_of);
}

void Neurons::take_sample(const NeuronTile& tile, std::span<const std::vector<ops::Place>> places,
                          std::span<const std::uint32_t> place_of) noexcept {
  const bool scored = options_.has(format::neurons_scores);
  for (std::uint32_t i = 0; i < tile.rows; ++i) {
    const std::span<float> to = sample_.offer(tile.hashes[i]);
    if (to.empty()) continue;
    for (std::size_t l = 0; l < layers_.size(); ++l)
      for (const ops::Place& place : places[place_of[l]])
        std::copy_n(tile.at(place, i), place.count, &to[layers_[l].offset + place.column]);
    sample_.keep(tile.hashes[i], scored ? tile.logits[i] : 0, tile.labels[i]);
  }
}

void Neurons::set_classes(std::size_t classes) {
  for (NeuronLayer& layer : layers_) layer.set_classes(classes);
  classes_ = classes;
}

Status Neurons::check_alike(const Neurons& other) const {
  if (id_ != other.id_ || options_ != other.options_)
    return Status::error(Code::invalid_argument, "other: its model or options differ");
  // Of one model they are; files that are read without it may say otherwise.
  for (std::size_t i = 0; i < layers_.size(); ++i)
    if (layers_[i].width != other.layers_[i].width || layers_[i].kind != other.layers_[i].kind)
      return Status::error(Code::invalid_argument, "other: layer %zu has other columns", i);
  return {};
}

void Neurons::clear() {
  set_classes(classes_);
  sample_.clear();
  changed();
  rows_ = clicks_ = counted_ = counted_clicks_ = next_row_ = score_rows_ = 0;
  score_sum_ = score_square_ = ExactSum();
  broken_ = false;
}

Status Neurons::merge(const Neurons& other) {
  if (broken_ || other.broken_) return Status::error(Code::bad_state, "neurons: an add failed half way");
  CLENS_TRY(check_alike(other));
  if (other.classes_ == 0) return {};
  if (classes_ != 0 && classes_ != other.classes_)
    return Status::error(Code::bad_state, "other: rows with and without labels do not mix");
  if (options_.has(format::neurons_clustered) && other.rows_ > std::numeric_limits<std::uint32_t>::max() - rows_)
    return Status::error(Code::limit_exceeded, "neurons: clustered counts end at 2^32 - 1 rows");
  if (classes_ == 0) set_classes(other.classes_);
  changed();
  settle();
  other.settle();
  sample_.merge(other.sample_);
  for (std::size_t i = 0; i < layers_.size(); ++i) layers_[i].merge(other.layers_[i]);
  rows_ += other.rows_;
  clicks_ += other.clicks_;
  counted_ += other.counted_;
  counted_clicks_ += other.counted_clicks_;
  score_rows_ += other.score_rows_;
  score_sum_.merge(other.score_sum_);
  score_square_.merge(other.score_square_);
  return {};
}

void Neurons::changed() {
  for (auto& analysis : analyses_) analysis.reset();
}

void Neurons::settle() const {
  for (NeuronLayer& layer : layers_) layer.settle();
}

const std::vector<NeuronLayer>& Neurons::layers() const {
  settle();
  return layers_;
}

}  // namespace clicklens::lens
