#include "unit/lens/attribution_support.h"

#include "lens/saliency_ids.h"

namespace clicklens::testing {

Explained::Explained(const std::shared_ptr<exec::Model>& model, std::size_t rows) {
  lens::Explainer::Options options;
  options.rows = rows;
  for (const format::LayerDesc& layer : model->desc().layers) options.layers.push_back(layer.value);
  auto made = lens::Explainer::create(model, RandomBatch::inputs(model->desc()), options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  explainer = std::move(*made);
}

std::vector<float> Explained::pool(const exec::Batch& batch) {
  std::vector<float> rows(batch.candidates * explainer->model().input_width());
  encode::Counts counts;
  EXPECT_TRUE(explainer->pool(batch, rows, counts).ok());
  return rows;
}

std::vector<float> Explained::mean(const exec::Batch& batch) {
  const std::vector<float> rows = pool(batch);
  const std::size_t width = explainer->model().input_width();
  std::vector<float> means;
  for (std::size_t c = 0; c < width; ++c) {
    double sum = 0;
    for (std::size_t i = c; i < rows.size(); i += width) sum += double{rows[i]};
    means.push_back(static_cast<float>(sum / static_cast<double>(batch.candidates)));
  }
  return means;
}

std::vector<std::uint64_t> Explained::ids(const exec::Batch& batch) {
  std::vector<std::uint64_t> offsets(batch.candidates + 1);
  EXPECT_TRUE(explainer->session().bind(batch).ok());
  lens::id_saliency_size(explainer->session(), batch, offsets);
  return offsets;
}

Found Explained::run(const exec::Batch& batch, const AttributionSpec& spec, bool errors) {
  Found found;
  std::size_t count = 0;
  if (spec.level == SaliencyLevel::id) {
    count = ids(batch).back();
    if (spec.method == AttributionMethod::neuron_gradients)
      count *= explainer->model().graph().values[spec.layer].columns();
  } else {
    const auto stride = explainer->stride(spec);
    if (!stride.ok()) return {stride.status(), {}, {}, {}};
    count = batch.candidates * *stride;
  }
  found.values.assign(count, -99.0f);
  if (errors) found.errors.assign(found.values.size(), -99.0f);
  found.infos.resize(batch.candidates);
  encode::Counts counts;
  lens::AttributionOutput output;
  output.values = found.values;
  output.errors = found.errors;
  output.infos = reinterpret_cast<std::byte*>(found.infos.data());
  output.info_stride = sizeof(AttributionInfo);
  output.info_capacity = found.infos.size();
  found.status = explainer->run(batch, spec, output, counts);
  return found;
}

AttributionSpec spec_of(AttributionMethod method, SaliencyLevel level, std::span<const float> baselines) {
  AttributionSpec spec;
  spec.method = method;
  spec.level = level;
  spec.baselines = baselines;
  return spec;
}

}  // namespace clicklens::testing
