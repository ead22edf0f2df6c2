#include "lens/exchanged_network.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/checked.h"
#include "exec/exchanged_inputs.h"
#include "lens/target_scores.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

// The largest |x| for which bias + sum |w| (|x| + |x'| + |x' - x|) stays finite. Not finite weights: 0.
double largest_summed(const exec::Model& model, const exec::ExchangedInputs& inputs) {
  double largest = std::numeric_limits<double>::infinity();
  for (const std::uint32_t node : inputs.linears()) {
    const auto& op = std::get<format::LinearOp>(model.desc().nodes[node].op);
    const auto& shape = model.desc().constants[op.weight].shape;
    const float* weight = model.constant(op.weight);
    const float* bias = op.bias == format::no_index ? nullptr : model.constant(op.bias);
    for (std::size_t out = 0; out < shape[0]; ++out) {
      double sum = 0;
      for (std::size_t in = 0; in < shape[1]; ++in) sum += std::abs(double{weight[out * shape[1] + in]});
      const double left = 1e38 - (bias == nullptr ? 0 : std::abs(double{bias[out]}));
      const double bound = left / (4 * sum);
      largest = std::isnan(bound) ? 0 : std::min(largest, bound);
      if (largest == 0) return 0;
    }
  }
  return largest;
}

}  // namespace

base::Result<std::unique_ptr<ExchangedNetwork>> ExchangedNetwork::create(
    const std::shared_ptr<const exec::Model>& model, std::size_t rows, std::span<const std::uint32_t> layers) {
  const exec::ExchangedInputs exchanged(*model);
  CLENS_TRY(exchanged.check());
  auto network = std::make_unique<ExchangedNetwork>();
  network->model_ = model;
  network->width_ = model->input_width();
  network->largest_ = largest_summed(*model, exchanged);
  for (const std::uint32_t layer : layers)
    if (!exchanged.holds_inputs(layer)) network->layers_.push_back(layer);

  exec::SessionOptions options;
  options.given_inputs = true;
  options.exchanges = true;
  options.tile_rows = rows;
  options.observed = network->layers_;
  auto inputs = exec::Inputs::make({});
  if (!inputs.ok()) return inputs.status();
  auto made = exec::Session::create(model, *inputs, options);
  if (!made.ok()) return made.status();
  network->session_ = std::move(*made);
  const auto floats = base::checked_multiply<std::uint64_t>(rows, network->width_);
  if (!floats || *floats > model->limits().session_bytes / sizeof(float))
    return Status::error(Code::limit_exceeded, "explainer: %zu rows would need more than %llu bytes", rows,
                         static_cast<unsigned long long>(model->limits().session_bytes));
  network->changes_.resize(*floats);
  network->scratch_.resize(rows);
  network->scores_.resize(rows);
  network->distinct_.resize(rows);
  network->distinct_of_row_.resize(rows);
  network->aim({model->desc().outputs[0].logit, 0, false, nullptr});
  return network;
}

bool ExchangedNetwork::reaches(std::uint32_t value) const noexcept {
  const auto& outputs = model_->desc().outputs;
  const auto is_it = [value](const auto& output) { return output.logit == value; };
  return std::any_of(outputs.begin(), outputs.end(), is_it) ||
         std::find(layers_.begin(), layers_.end(), value) != layers_.end();
}

Status ExchangedNetwork::run(const float* inputs, std::size_t rows, std::span<const ops::ExchangeSet> sets,
                             const std::uint32_t* request_of_row, ExchangeScores& to) noexcept {
  std::uint32_t kinds = 0;
  for (std::uint32_t row = 0; request_of_row != nullptr && row < rows; ++row) {
    if (row == 0 || request_of_row[row] != request_of_row[row - 1]) distinct_[kinds++] = row;
    distinct_of_row_[row] = kinds - 1;
  }
  ops::Exchanges exchanges;
  exchanges.changes = changes_.data();
  exchanges.changes_ld = width_;
  exchanges.sets = sets;
  exchanges.distinct = {distinct_.data(), kinds};
  exchanges.distinct_of_row = distinct_of_row_.data();
  exec::Batch batch;
  batch.candidates = rows;
  batch.given = inputs;
  batch.given_stride = width_;
  batch.exchanges = &exchanges;
  to_ = &to;
  set_ = 0;
  return session_->observe(batch, *this);
}

Status ExchangedNetwork::tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept {
  read_scores(*model_, layers_, target_, plan, context, scratch_.data(), scores_.data());
  to_->scores(set_++, {scores_.data(), context.rows});
  return {};
}

}  // namespace clicklens::lens
