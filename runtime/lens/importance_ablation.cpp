#include "lens/importance_ablation.h"

#include "lens/explainer.h"

namespace clicklens::lens {

base::Status ablated_logits(exec::Session& session, const exec::Batch& batch, std::size_t task,
                            std::span<float> logits) {
  auto model = session.shared_model();
  auto inputs = exec::Inputs::make(session.input_specs());
  if (!inputs.ok()) return inputs.status();
  auto explainer = Explainer::create(model, *inputs, {});
  if (!explainer.ok()) return explainer.status();
  encode::Counts counts;
  std::vector<float> means(model->input_width());
  CLENS_TRY((*explainer)->mean(batch, means, counts));

  const std::size_t groups = model->groups().size();
  std::vector<float> without(batch.candidates * groups);
  std::vector<AttributionInfo> infos(batch.candidates);
  AttributionSpec spec;
  spec.method = AttributionMethod::ablation;
  spec.task = task;
  spec.baselines = means;
  spec.ablated_scores = true;
  AttributionOutput output;
  output.values = without;
  output.infos = reinterpret_cast<std::byte*>(infos.data());
  output.info_stride = sizeof(AttributionInfo);
  output.info_capacity = infos.size();
  CLENS_TRY((*explainer)->run(batch, spec, output, counts));
  for (std::size_t row = 0; row < infos.size(); ++row) {
    float* to = logits.data() + row * (groups + 1);
    *to = static_cast<float>(infos[row].score);
    std::copy_n(without.data() + row * groups, groups, to + 1);
  }
  return {};
}

}  // namespace clicklens::lens
