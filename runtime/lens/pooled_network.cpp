#include "lens/pooled_network.h"

#include <algorithm>

#include "base/checked.h"
#include "lens/target_scores.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

// All columns of a value, row by row of the tile.
void copy_value(std::span<const ops::Place> places, const ops::StepContext& context, float* to, std::size_t ld) {
  for (const ops::Place& place : places) {
    kernels::MapArgs copy;
    copy.a = context.operand(place, ops::Level::row);
    copy.rows = context.rows;
    copy.cols = place.count;
    copy.y = to + place.column;
    copy.ldy = ld;
    context.kernels->copy(copy);
  }
}

}  // namespace

base::Result<std::unique_ptr<PooledNetwork>> PooledNetwork::create(const std::shared_ptr<const exec::Model>& model,
                                                                   const Options& options) {
  auto network = std::make_unique<PooledNetwork>();
  network->model_ = model;
  network->layers_ = options.layers;
  network->rows_ = options.rows;
  network->width_ = model->input_width();
  network->list_offsets();

  exec::SessionOptions session;
  session.given_inputs = true;
  session.gradients = true;
  session.pairs = options.pairs;
  session.tile_rows = options.rows;
  session.captures = options.layers;
  session.observed = options.layers;
  session.observed_gradients = network->observed_gradients_;
  auto inputs = exec::Inputs::make({});
  if (!inputs.ok()) return inputs.status();
  auto made = exec::Session::create(model, *inputs, session);
  if (!made.ok()) return made.status();
  network->session_ = std::move(*made);

  std::size_t widest = 0;
  for (const std::uint32_t layer : options.layers)
    widest = std::max<std::size_t>(widest, model->graph().values[layer].columns());
  const auto floats = base::checked_multiply<std::uint64_t>(options.rows, 2 * (network->width_ + widest));
  if (!floats || *floats > model->limits().session_bytes / sizeof(float))
    return Status::error(Code::limit_exceeded, "explainer: %zu rows would need more than %llu bytes", options.rows,
                         static_cast<unsigned long long>(model->limits().session_bytes));
  network->inputs_.resize(options.rows * network->width_);
  network->gradients_.resize(options.rows * network->width_);
  network->layer_.resize(options.rows * widest);
  network->layer_gradients_.resize(options.rows * widest);
  network->slopes_.resize(options.rows);
  network->scores_.resize(options.rows);
  network->offsets_.resize(options.rows);
  network->aim({model->desc().outputs[0].logit, 0, false, nullptr});
  return network;
}

void PooledNetwork::list_offsets() {
  observed_gradients_ = layers_;
  for (std::uint32_t node = 0; node < model_->desc().nodes.size(); ++node) {
    const float* offsets = model_->op(node).offsets();
    if (offsets == nullptr) continue;
    const std::uint32_t value = model_->desc().nodes[node].outputs[0];
    auto found = std::find(observed_gradients_.begin(), observed_gradients_.end(), value);
    offset_list_.push_back({offsets, static_cast<std::size_t>(found - observed_gradients_.begin())});
    if (found == observed_gradients_.end()) observed_gradients_.push_back(value);
  }
}

void PooledNetwork::aim(const exec::GradientTarget& target) noexcept {
  target_ = target;
}

void PooledNetwork::watch(std::uint32_t layer) noexcept {
  watched_ = format::no_index;
  layer_width_ = 0;
  const auto found = std::find(layers_.begin(), layers_.end(), layer);
  if (found == layers_.end()) return;
  watched_ = static_cast<std::size_t>(found - layers_.begin());
  layer_width_ = model_->graph().values[layer].columns();
}

exec::Batch PooledNetwork::batch(std::size_t rows) const noexcept {
  exec::Batch batch;
  batch.candidates = rows;
  batch.given = inputs_.data();
  batch.given_stride = width_;
  return batch;
}

Status PooledNetwork::scores(std::size_t rows) noexcept {
  backward_ = false;
  return session_->observe(batch(rows), *this);
}

Status PooledNetwork::gradients(std::size_t rows) noexcept {
  backward_ = true;
  exec::Output nothing;
  return session_->explain(batch(rows), target_, nothing, *this, true);
}

Status PooledNetwork::tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept {
  read_scores(*model_, layers_, target_, plan, context, slopes_.data(), scores_.data());
  if (backward_) read_gradients(plan, context);
  if (backward_ && wants_offsets_) read_offsets(plan, context);
  if (watched_ != format::no_index) read_layer(plan, context);
  return {};
}

void PooledNetwork::read_gradients(const exec::Plan& plan, const ops::StepContext& context) noexcept {
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    const exec::InputBlock& block = model_->inputs()[i];
    ops::Place place = plan.input_gradients[i];
    if (plan.inputs[i].empty()) {  // reaches no output
      for (std::size_t row = 0; row < context.rows; ++row)
        std::fill_n(gradients_.data() + row * width_ + block.begin, block.width, 0.0f);
      continue;
    }
    place.column = static_cast<std::uint32_t>(block.begin);
    copy_value({&place, 1}, context, gradients_.data(), width_);
  }
}

void PooledNetwork::read_layer(const exec::Plan& plan, const ops::StepContext& context) noexcept {
  copy_value(plan.observed[watched_], context, layer_.data(), layer_width_);
  if (!backward_) return;
  ops::Place place = plan.observed_gradients[watched_];
  place.column = 0;
  copy_value({&place, 1}, context, layer_gradients_.data(), layer_width_);
}

void PooledNetwork::read_offsets(const exec::Plan& plan, const ops::StepContext& context) noexcept {
  std::fill_n(offsets_.begin(), context.rows, 0.0);
  for (const Offset& offset : offset_list_) {
    const ops::Place& place = plan.observed_gradients[offset.observed];
    for (std::size_t row = 0; row < context.rows; ++row) {
      const float* gradient = context.at(place) + row * place.ld;
      double sum = 0;
      for (std::uint32_t c = 0; c < place.count; ++c) sum += double{gradient[c]} * double{offset.values[c]};
      offsets_[row] += sum;
    }
  }
}

}  // namespace clicklens::lens
