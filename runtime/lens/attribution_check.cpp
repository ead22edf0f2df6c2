#include "lens/attribution_check.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "lens/attribution_run.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr std::uint32_t most_draws = 1u << 20;

bool is_layer(std::span<const std::uint32_t> layers, std::size_t value) noexcept {
  return std::find(layers.begin(), layers.end(), value) != layers.end();
}

bool is_logit(const exec::Model& model, std::size_t value) noexcept {
  const auto& outputs = model.desc().outputs;
  return std::any_of(outputs.begin(), outputs.end(), [value](const auto& output) { return output.logit == value; });
}

Status check_target(const exec::Model& model, std::span<const std::uint32_t> layers,
                    const AttributionSpec& spec) noexcept {
  if (spec.target != SaliencyTarget::neuron) {
    if (spec.task < model.desc().outputs.size()) return {};
    return Status::error(Code::invalid_argument, "spec.task: %zu of %zu", spec.task, model.desc().outputs.size());
  }
  if (spec.value >= model.desc().values.size() || spec.column >= model.graph().values[spec.value].columns())
    return Status::error(Code::invalid_argument, "spec.value: the model has no value %zu with a column %zu", spec.value,
                         spec.column);
  if (is_layer(layers, spec.value) || is_logit(model, spec.value)) return {};
  return Status::error(Code::bad_state, "spec.value: '%s' is neither a task's logit nor among the explainer's layers",
                       model.desc().values[spec.value].name.c_str());
}

Status check_layer(const exec::Model& model, std::span<const std::uint32_t> layers,
                   const AttributionSpec& spec) noexcept {
  if (spec.method != AttributionMethod::conductance && spec.method != AttributionMethod::neuron_gradients) return {};
  if (spec.layer >= model.desc().values.size())
    return Status::error(Code::invalid_argument, "spec.layer: value %zu of %zu", spec.layer,
                         model.desc().values.size());
  if (is_layer(layers, spec.layer)) return {};
  return Status::error(Code::bad_state, "spec.layer: '%s' is not among the explainer's layers",
                       model.desc().values[spec.layer].name.c_str());
}

Status check_baselines(const exec::Model& model, std::uint64_t candidates, const AttributionSpec& spec) noexcept {
  const std::size_t width = model.input_width();
  if (width == 0 || spec.baselines.size() % width != 0)
    return Status::error(Code::invalid_argument, "spec.baselines: %zu floats are no rows of %zu", spec.baselines.size(),
                         width);
  const std::size_t rows = spec.baselines.size() / width;
  if (spec.method == AttributionMethod::expected_gradients) {
    if (rows > 0 && rows <= UINT32_MAX) return {};
    return Status::error(Code::invalid_argument, "spec.baselines: expected gradients need reference rows");
  }
  if (rows <= 1 || rows == candidates) return {};
  return Status::error(Code::invalid_argument,
                       "spec.baselines: %zu rows; none, one, or one for each of %llu candidates", rows,
                       static_cast<unsigned long long>(candidates));
}

Status check_numbers(const AttributionSpec& spec) noexcept {
  if (spec.steps > most_attribution_steps || spec.most_steps > most_attribution_steps)
    return Status::error(Code::invalid_argument, "spec.steps: %u and at most %u, allowed %u", spec.steps,
                         spec.most_steps, most_attribution_steps);
  if (!(spec.tolerance >= 0) || !std::isfinite(spec.tolerance))
    return Status::error(Code::invalid_argument, "spec.tolerance: must be 0 or more");
  if (spec.draws > most_draws)
    return Status::error(Code::invalid_argument, "spec.draws: %u, allowed %u", spec.draws, most_draws);
  if (!(spec.noise >= 0) || !std::isfinite(spec.noise))
    return Status::error(Code::invalid_argument, "spec.noise: must be 0 or more");
  return {};
}

Status set_draws(std::size_t count, AttributionSpec& spec) noexcept {
  if (count > most_draws || (spec.draws != 0 && spec.draws != count))
    return Status::error(Code::invalid_argument, "spec.draws: %u, but %zu explicit ones", spec.draws, count);
  spec.draws = static_cast<std::uint32_t>(count);
  return {};
}

Status check_draws(const exec::Model& model, AttributionSpec& spec) noexcept {
  const std::size_t width = model.input_width();
  if (spec.method == AttributionMethod::expected_gradients) {
    if (spec.draw_rows.size() != spec.draw_fractions.size())
      return Status::error(Code::invalid_argument, "spec.draw_rows: %zu, but %zu draw_fractions", spec.draw_rows.size(),
                           spec.draw_fractions.size());
    for (std::size_t i = 0; i < spec.draw_rows.size(); ++i)
      if (spec.draw_rows[i] >= spec.baselines.size() / width)
        return Status::error(Code::invalid_argument, "spec.draw_rows[%zu]: %u of %zu references", i, spec.draw_rows[i],
                             spec.baselines.size() / width);
    return spec.draw_rows.empty() ? Status{} : set_draws(spec.draw_rows.size(), spec);
  }
  if (spec.method != AttributionMethod::smoothgrad) return {};
  if (spec.spreads.size() != width)
    return Status::error(Code::invalid_argument, "spec.spreads: %zu for %zu input columns", spec.spreads.size(), width);
  if (spec.draw_noise.size() % width != 0)
    return Status::error(Code::invalid_argument, "spec.draw_noise: %zu floats are no rows of %zu",
                         spec.draw_noise.size(), width);
  return spec.draw_noise.empty() ? Status{} : set_draws(spec.draw_noise.size() / width, spec);
}

Status check_level(const AttributionSpec& spec) noexcept {
  if (spec.level == SaliencyLevel::id && spec.method == AttributionMethod::conductance)
    return Status::error(Code::unsupported, "spec.level: conductance is by a layer's neurons, not by ids");
  const bool may = spec.method == AttributionMethod::smoothgrad || spec.method == AttributionMethod::neuron_gradients;
  if (spec.gradients_only && !may)
    return Status::error(Code::unsupported,
                         "spec.flags: gradients alone are what SmoothGrad and neuron gradients give");
  if (spec.method == AttributionMethod::additive && spec.target == SaliencyTarget::probability)
    return Status::error(Code::unsupported, "spec.target: a probability is not piecewise linear; use the logit");
  return {};
}

}  // namespace

Status check_attribution(const exec::Model& model, std::span<const std::uint32_t> layers, std::uint64_t candidates,
                         AttributionSpec& spec) noexcept {
  if (spec.method > AttributionMethod::neuron_gradients || spec.level > SaliencyLevel::dimension ||
      spec.target > SaliencyTarget::neuron)
    return Status::error(Code::invalid_argument, "spec: unknown method, level or target");
  CLENS_TRY(check_level(spec));
  CLENS_TRY(check_target(model, layers, spec));
  CLENS_TRY(check_layer(model, layers, spec));
  CLENS_TRY(check_numbers(spec));
  CLENS_TRY(check_baselines(model, candidates, spec));
  return check_draws(model, spec);
}

Status check_piecewise_linear(const exec::Model& model, std::uint32_t value) {
  std::vector<bool> reached(model.desc().nodes.size());
  reached[model.graph().values[value].producer] = true;
  for (auto node = static_cast<std::uint32_t>(reached.size()); node-- > 0;) {
    if (!reached[node]) continue;
    const format::NodeDesc& desc = model.desc().nodes[node];
    const ops::Response response = model.op(node).response();
    if (response != ops::Response::affine && response != ops::Response::bend)
      return Status::error(Code::unsupported,
                           "attribution: '%s' is not piecewise linear in the inputs, for operator %s (node '%s'); use "
                           "integrated gradients",
                           model.desc().values[value].name.c_str(), model.op(node).name(), desc.name.c_str());
    for (const std::uint32_t input : desc.inputs) reached[model.graph().values[input].producer] = true;
  }
  return {};
}

}  // namespace clicklens::lens
