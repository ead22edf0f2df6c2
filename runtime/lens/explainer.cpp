#include "lens/explainer.h"

#include <algorithm>

#include "base/checked.h"
#include "base/fp_environment.h"
#include "lens/attribution_check.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr std::size_t default_rows = 96;

}  // namespace

base::Result<std::unique_ptr<Explainer>> Explainer::create(const std::shared_ptr<const exec::Model>& model,
                                                           const exec::Inputs& inputs, const Options& options) {
  auto explainer = std::make_unique<Explainer>();
  explainer->layers_ = options.layers;
  const std::size_t rows = options.rows == 0 ? default_rows : options.rows;
  if (rows % 2 != 0) return Status::error(Code::invalid_argument, "explainer: %zu rows, an odd number", rows);

  exec::SessionOptions pooling;
  pooling.tile_rows = rows;
  pooling.inputs_only = true;
  for (const exec::InputBlock& block : model->inputs()) pooling.observed.push_back(block.value);
  auto session = exec::Session::create(model, inputs, pooling);
  if (!session.ok()) return session.status();
  explainer->session_ = std::move(*session);

  auto network = PooledNetwork::create(model, {rows, options.layers, false});
  if (!network.ok()) return network.status();
  explainer->network_ = std::move(*network);
  auto pairs = PooledNetwork::create(model, {rows, options.layers, true});
  if (pairs.ok())
    explainer->pairs_ = std::move(*pairs);
  else if (pairs.status().code() == Code::unsupported)
    explainer->pairs_status_ = pairs.status();
  else
    return pairs.status();
  auto exchanged = ExchangedNetwork::create(model, rows, options.layers);
  if (exchanged.ok())
    explainer->exchanged_ = std::move(*exchanged);
  else if (exchanged.status().code() != Code::unsupported)
    return exchanged.status();
  for (const format::OutputDesc& output : model->desc().outputs)
    explainer->piecewise_.emplace_back(output.logit, check_piecewise_linear(*model, output.logit));
  for (const std::uint32_t layer : options.layers)
    explainer->piecewise_.emplace_back(layer, check_piecewise_linear(*model, layer));
  explainer->make_room(rows);
  return explainer;
}

void Explainer::make_room(std::size_t rows) {
  for (const SaliencyLevel level : {SaliencyLevel::group, SaliencyLevel::feature, SaliencyLevel::dimension})
    columns_.emplace_back(model(), level);
  std::size_t layer = 0;
  for (const std::uint32_t value : layers_)
    layer = std::max<std::size_t>(layer, model().graph().values[value].columns());
  const std::size_t width = std::max({model().input_width(), model().desc().features.size(), model().groups().size()});
  inputs_.resize(rows * model().input_width());
  for (auto* floats : {&room_.zeros, &room_.spreads}) floats->resize(width);
  for (auto* doubles : {&room_.sums, &room_.means, &room_.squares, &room_.draw}) doubles->resize(width);
  for (auto* doubles : {&room_.nodes, &room_.weights}) doubles->resize(most_attribution_steps);
  for (auto* floats : {&room_.layer, &room_.layer_gradient}) floats->resize(layer);
  room_.layer_sums.resize(layer);
  room_.infos.resize(rows);
  for (auto* indices : {&room_.again, &room_.columns}) indices->resize(rows);
  faithfulness_room_.make(rows, model().input_width());
  faithfulness_room_.network = network_.get();
  ids_ = std::make_unique<IdShares>(model(), rows);
}

base::Result<std::size_t> Explainer::stride(const AttributionSpec& spec) const noexcept {
  AttributionSpec checked = spec;
  const std::size_t rows = model().input_width() == 0 ? 0 : spec.baselines.size() / model().input_width();
  CLENS_TRY(check_attribution(model(), layers_, rows, checked));
  if (spec.level == SaliencyLevel::id)
    return Status::error(Code::unsupported,
                         "spec.level: by id a candidate has as many values as ids; clens_saliency_size counts them");
  const std::size_t level = columns(spec.level).count();
  if (spec.method == AttributionMethod::conductance) return model().graph().values[spec.layer].columns();
  if (spec.method == AttributionMethod::neuron_gradients) return model().graph().values[spec.layer].columns() * level;
  return level;
}

exec::GradientTarget Explainer::target(const AttributionSpec& spec) const noexcept {
  if (spec.method == AttributionMethod::neuron_gradients)
    return {static_cast<std::uint32_t>(spec.layer), 0, false, nullptr};
  if (spec.target == SaliencyTarget::neuron)
    return {static_cast<std::uint32_t>(spec.value), static_cast<std::uint32_t>(spec.column), false, nullptr};
  return {model().desc().outputs[spec.task].logit, 0, spec.target == SaliencyTarget::probability, nullptr};
}

PooledNetwork& Explainer::network(const AttributionSpec& spec) noexcept {
  return spec.method == AttributionMethod::deeplift ? *pairs_ : *network_;
}

Status Explainer::check_method(const exec::Batch& batch, const AttributionSpec& spec) const noexcept {
  if (batch.cache != nullptr)
    return Status::error(Code::unsupported, "attribution: a candidate cache keeps no pooled inputs; run them uncached");
  if (spec.method == AttributionMethod::deeplift && pairs_ == nullptr) return pairs_status_;
  if (spec.method == AttributionMethod::additive)
    for (const auto& [value, status] : piecewise_)
      if (value == target(spec).value) CLENS_TRY(status);
  return {};
}

base::Result<std::size_t> Explainer::size(const exec::Batch& batch, const AttributionSpec& spec) {
  if (spec.level != SaliencyLevel::id) {
    const auto each = stride(spec);
    if (!each.ok()) return each.status();
    const auto needed = base::checked_multiply<std::uint64_t>(batch.candidates, *each);
    if (needed && *needed <= SIZE_MAX) return static_cast<std::size_t>(*needed);
    return Status::error(Code::buffer_too_small, "attribution: %llu candidates of %zu floats",
                         static_cast<unsigned long long>(batch.candidates), *each);
  }
  CLENS_TRY(session_->bind(batch));
  const auto ids = ids_->make_room(*session_, batch);
  if (!ids.ok()) return ids.status();
  for (auto* doubles : {&room_.means, &room_.squares, &room_.draw})
    doubles->resize(std::max(doubles->size(), ids_->most() + 1));
  const auto needed = base::checked_multiply<std::size_t>(*ids, id_stride(spec));
  if (needed) return *needed;
  return Status::error(Code::buffer_too_small, "attribution: %zu ids of %zu floats", *ids, id_stride(spec));
}

std::size_t Explainer::id_stride(const AttributionSpec& spec) const noexcept {
  return spec.method == AttributionMethod::neuron_gradients ? model().graph().values[spec.layer].columns() : 1;
}

Status Explainer::check(const exec::Batch& batch, AttributionSpec& spec, const AttributionOutput& output) {
  CLENS_TRY(check_attribution(model(), layers_, batch.candidates, spec));
  CLENS_TRY(check_method(batch, spec));
  const auto needed = size(batch, spec);
  if (!needed.ok()) return needed.status();
  if (*needed > output.values.size() || (!output.errors.empty() && *needed > output.errors.size()))
    return Status::error(Code::buffer_too_small, "attribution: %llu candidates need %zu floats, capacity %zu",
                         static_cast<unsigned long long>(batch.candidates), *needed, output.values.size());
  const bool has_errors =
      spec.method == AttributionMethod::expected_gradients || spec.method == AttributionMethod::smoothgrad;
  if (!output.errors.empty() && !has_errors)
    return Status::error(Code::unsupported, "attribution: standard errors of a method that draws nothing");
  if (output.infos != nullptr && output.info_capacity < batch.candidates)
    return Status::error(Code::buffer_too_small, "attribution: %zu infos for %llu candidates", output.info_capacity,
                         static_cast<unsigned long long>(batch.candidates));
  return {};
}

Status Explainer::run(const exec::Batch& batch, const AttributionSpec& given, const AttributionOutput& output,
                      encode::Counts& counts) {
  const base::FpEnvironment canonical;
  AttributionSpec spec = given;
  CLENS_TRY(check(batch, spec, output));
  faithfulness_ = nullptr;
  return start(batch, spec, output, counts);
}

Status Explainer::start(const exec::Batch& batch, const AttributionSpec& spec, const AttributionOutput& output,
                        encode::Counts& counts) noexcept {
  spec_ = &spec;
  output_ = &output;
  pooled_ = nullptr;
  batch_ = &batch;
  next_id_ = 0;
  stride_ = spec.level == SaliencyLevel::id ? id_stride(spec) : *stride(spec);
  PooledNetwork& over = network(spec);
  over.aim(target(spec));
  if (faithfulness_ != nullptr) network_->aim(target(spec));
  if (exchanged_ != nullptr) exchanged_->aim(target(spec));
  over.watch(spec.method == AttributionMethod::conductance ? static_cast<std::uint32_t>(spec.layer) : format::no_index);
  return session_->observe(batch, *this, &counts);
}

Status Explainer::pool(const exec::Batch& batch, std::span<float> inputs, encode::Counts& counts) noexcept {
  const auto needed = base::checked_multiply<std::uint64_t>(batch.candidates, model().input_width());
  if (!needed || *needed > inputs.size())
    return Status::error(Code::buffer_too_small, "inputs: %llu candidates of %zu floats, capacity %zu",
                         static_cast<unsigned long long>(batch.candidates), model().input_width(), inputs.size());
  const base::FpEnvironment canonical;
  pooled_ = inputs.data();
  return session_->observe(batch, *this, &counts);
}

Status Explainer::mean(const exec::Batch& batch, std::span<float> means, encode::Counts& counts) noexcept {
  if (means.size() < model().input_width())
    return Status::error(Code::buffer_too_small, "means: %zu input columns, capacity %zu", model().input_width(),
                         means.size());
  const base::FpEnvironment canonical;
  std::fill(room_.sums.begin(), room_.sums.end(), 0.0);
  pooled_ = nullptr;
  adds_ = true;
  const Status done = session_->observe(batch, *this, &counts);
  adds_ = false;
  for (std::size_t c = 0; c < model().input_width(); ++c)
    means[c] = batch.candidates == 0 ? 0.0f : static_cast<float>(room_.sums[c] / static_cast<double>(batch.candidates));
  return done;
}

Status Explainer::faithfulness(const exec::Batch& batch, const AttributionSpec& given, const FaithfulnessSpec& check_by,
                               std::span<float> values) noexcept {
  const base::FpEnvironment canonical;
  AttributionSpec spec = given;
  spec.level = SaliencyLevel::dimension;
  FaithfulnessSpec by = check_by;
  CLENS_TRY(check_faithfulness(model().input_width(), spec, by));
  if (values.size() < batch.candidates)
    return Status::error(Code::buffer_too_small, "faithfulness: %llu candidates, capacity %zu",
                         static_cast<unsigned long long>(batch.candidates), values.size());
  AttributionSpec sized = spec;
  CLENS_TRY(check_attribution(model(), layers_, batch.candidates, sized));
  spec = sized;
  CLENS_TRY(check_method(batch, spec));
  AttributionOutput output;
  output.values = values;
  encode::Counts counts;
  faithfulness_ = &by;
  const Status done = start(batch, spec, output, counts);
  faithfulness_ = nullptr;
  return done;
}

Status Explainer::tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept {
  const std::size_t width = model().input_width();
  float* to = pooled_ == nullptr ? inputs_.data() : pooled_ + context.first_candidate * width;
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    kernels::MapArgs copy;
    copy.a = context.operand(plan.inputs[i].front(), ops::Level::row);
    copy.rows = context.rows;
    copy.cols = model().inputs()[i].width;
    copy.y = to + model().inputs()[i].begin;
    copy.ldy = width;
    context.kernels->copy(copy);
  }
  if (adds_)
    for (std::size_t i = 0; i < context.rows * width; ++i) room_.sums[i % width] += double{inputs_[i]};
  if (adds_ || pooled_ != nullptr) return {};
  const std::uint64_t first = context.first_candidate;
  AttributionRun run{
      network(*spec_), *spec_, columns(spec_->level), room_, first, context.rows, inputs_.data(), nullptr, nullptr,
      nullptr,         width};
  const bool exchanges = exchanged_ != nullptr && exchanged_->reaches(target(*spec_).value);
  // Scores are for ranking: rows that differ in what is ablated alone must tie to the last bit.
  if (exchanges && !spec_->ablated_scores) run.exchanged = exchanged_.get();
  if (faithfulness_ != nullptr) {
    run.values = faithfulness_room_.attributions.data();
    const auto explain_rows = [this](const AttributionRun& rows) noexcept { return explain(rows); };
    return measure_faithfulness(*faithfulness_, columns_[0], faithfulness_room_, run, explain_rows,
                                output_->values.data() + first);
  }
  run.request_of_row = context.request_of_row;
  run.output = output_;
  run.stride = stride_;
  std::size_t begin = first;
  if (spec_->level == SaliencyLevel::id) {  // tiles come in order
    const bool fits = ids_->start_tile(*batch_, context, inputs_.data());
    run.ids = ids_.get();
    begin = next_id_;
    next_id_ += ids_->begin(context.rows);
    if (!fits || next_id_ * stride_ > output_->values.size())
      return Status::error(Code::bad_batch, "attribution: ids came while they were looked at");
  }
  run.values = output_->values.data() + begin * stride_;
  if (!output_->errors.empty()) run.errors = output_->errors.data() + begin * stride_;
  return explain(run);
}

Status Explainer::explain(const AttributionRun& run) noexcept {
  switch (run.spec.method) {
    case AttributionMethod::integrated_gradients:
      return integrated_gradients(run);
    case AttributionMethod::expected_gradients:
      return expected_gradients(run);
    case AttributionMethod::smoothgrad:
      return smoothgrad(run, columns_[0]);
    case AttributionMethod::deeplift:
      return deeplift(run);
    case AttributionMethod::ablation:
      return ablation(run);
    case AttributionMethod::additive:
      return additive(run);
    case AttributionMethod::conductance:
      return conductance(run);
    case AttributionMethod::neuron_gradients:
      return neuron_gradients(run);
  }
  return Status::error(Code::invalid_argument, "attribution: unknown method");
}

}  // namespace clicklens::lens
