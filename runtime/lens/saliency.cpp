#include "lens/saliency.h"

#include <limits>
#include <memory>
#include <new>

#include "base/checked.h"
#include "base/fp_environment.h"
#include "lens/saliency_ids.h"
#include "lens/saliency_rows.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

Status check_spec(const exec::Session& session, const SaliencySpec& spec) noexcept {
  const exec::Model& model = session.model();
  if (spec.method > SaliencyMethod::gradient_l2 || spec.level > SaliencyLevel::dimension ||
      spec.target > SaliencyTarget::neuron)
    return Status::error(Code::invalid_argument, "saliency: unknown method, level or target");
  if (spec.target != SaliencyTarget::neuron && spec.task >= model.desc().outputs.size())
    return Status::error(Code::invalid_argument, "saliency: task %zu of %zu", spec.task, model.desc().outputs.size());
  if (spec.target == SaliencyTarget::neuron &&
      (spec.value >= model.desc().values.size() || spec.column >= model.graph().values[spec.value].columns()))
    return Status::error(Code::invalid_argument, "saliency: the model has no value %zu with a column %zu", spec.value,
                         spec.column);
  if (spec.method == SaliencyMethod::centred && spec.level == SaliencyLevel::id)
    return Status::error(Code::unsupported, "saliency: ids have no mean to be centred on; use gradient x input");
  if (spec.method == SaliencyMethod::centred && spec.means.size() != model.input_width())
    return Status::error(Code::invalid_argument, "saliency: %zu means for %zu input columns", spec.means.size(),
                         model.input_width());
  const bool is_norm = spec.method == SaliencyMethod::gradient_l1 || spec.method == SaliencyMethod::gradient_l2;
  if (spec.per_request && (spec.level == SaliencyLevel::id || (is_norm && spec.level != SaliencyLevel::dimension)))
    return Status::error(Code::unsupported, "saliency: per_request adds signed scores; norms and ids have none");
  return {};
}

exec::GradientTarget target_of(const exec::Model& model, const SaliencySpec& spec) noexcept {
  if (spec.target == SaliencyTarget::neuron)
    return {static_cast<std::uint32_t>(spec.value), static_cast<std::uint32_t>(spec.column), false};
  return {model.desc().outputs[spec.task].logit, 0, spec.target == SaliencyTarget::probability};
}

class InputSums final : public exec::TileObserver {
 public:
  InputSums(const exec::Model& model, std::span<double> sums) noexcept : model_(model), sums_(sums) {}

  Status tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept override {
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
      if (plan.inputs[i].empty()) continue;
      const exec::InputBlock& block = model_.inputs()[i];
      const kernels::Operand pooled = context.operand(plan.inputs[i].front(), ops::Level::row);
      for (std::size_t row = 0; row < context.rows; ++row) {
        const float* e = pooled.data + (pooled.rows != nullptr ? pooled.rows[row] : row) * pooled.ld;
        for (std::size_t d = 0; d < block.width; ++d) sums_[block.begin + d] += double{e[d]};
      }
    }
    return {};
  }

 private:
  const exec::Model& model_;
  std::span<double> sums_;
};

}  // namespace

base::Result<std::size_t> saliency_size(exec::Session& session, const exec::Batch& batch, const SaliencySpec& spec,
                                        std::span<std::uint64_t> offsets) noexcept {
  CLENS_TRY(check_spec(session, spec));
  if (spec.level == SaliencyLevel::id && batch.cache != nullptr)
    return Status::error(Code::unsupported, "saliency: a candidate cache keeps no ids; run them uncached");
  CLENS_TRY(session.bind(batch));
  if (!offsets.empty() && offsets.size() <= batch.candidates)
    return Status::error(Code::buffer_too_small, "saliency: %zu offsets for %llu candidates + 1", offsets.size(),
                         static_cast<unsigned long long>(batch.candidates));
  if (spec.level == SaliencyLevel::id) return id_saliency_size(session, batch, offsets);
  const std::size_t columns = saliency_columns(session.model(), spec.level);
  const auto count = base::checked_multiply<std::uint64_t>(batch.candidates, columns);
  if (!count || *count > std::numeric_limits<std::size_t>::max() / sizeof(float))
    return Status::error(Code::limit_exceeded, "saliency: %llu candidates of %zu floats",
                         static_cast<unsigned long long>(batch.candidates), columns);
  if (!offsets.empty())
    for (std::uint64_t c = 0; c <= batch.candidates; ++c) offsets[c] = c * columns;
  return static_cast<std::size_t>(*count);
}

Status saliency(exec::Session& session, const exec::Batch& batch, const SaliencySpec& spec, std::span<float> values,
                exec::Output& scores) noexcept {
  const base::FpEnvironment canonical;
  const auto needed = saliency_size(session, batch, spec, {});
  if (!needed.ok()) return needed.status();
  if (values.size() < *needed)
    return Status::error(Code::buffer_too_small, "saliency: %zu floats, capacity %zu", *needed, values.size());
  const bool is_product = spec.method == SaliencyMethod::centred || spec.method == SaliencyMethod::gradient_x_input;
  if (session.group_gradients() && (spec.level != SaliencyLevel::group || !is_product))
    return Status::error(Code::unsupported,
                         "saliency: the session has gradients of groups alone (options.gradients GROUPS): level GROUP "
                         "by CENTRED or GRADIENT_X_INPUT");
  const exec::GradientTarget target = target_of(session.model(), spec);
  if (spec.level == SaliencyLevel::id) {
    IdSaliency ids(session, batch, spec, values.data());
    return session.explain(batch, target, scores, ids, true);
  }
  std::unique_ptr<float[]> shared;
  if (spec.per_request && mixes_scopes(session.model(), spec.level)) {
    shared.reset(new (std::nothrow) float[*needed]);
    if (shared == nullptr) return Status::error(Code::out_of_memory, "saliency: %zu floats per request", *needed);
  }
  RowSaliency rows(session.model(), session.plan().backward_from(target.value), spec, values.data(), 0, shared.get());
  CLENS_TRY(session.explain(batch, target, scores, rows, false));
  if (spec.per_request) sum_per_request(session.model(), batch, spec.level, values.data(), shared.get());
  return {};
}

Status add_input_sums(exec::Session& session, const exec::Batch& batch, std::span<double> sums) noexcept {
  if (!session.gradients())
    return Status::error(Code::bad_state, "means: the session was created without gradients; set options.gradients");
  if (sums.size() < session.model().input_width())
    return Status::error(Code::buffer_too_small, "means: %zu sums for %zu input columns", sums.size(),
                         session.model().input_width());
  InputSums observer(session.model(), sums);
  return session.observe(batch, observer);
}

}  // namespace clicklens::lens
