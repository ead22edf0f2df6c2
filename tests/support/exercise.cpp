#include "support/exercise.h"

namespace clicklens::testing {

base::Limits small_limits() {
  base::Limits limits;
  limits.nodes = 256;
  limits.columns = 4096;
  limits.session_bytes = std::uint64_t{64} << 20;
  return limits;
}

std::unique_ptr<exec::CandidateCache> filled_cache(const std::shared_ptr<exec::Model>& model,
                                                   const exec::Inputs& inputs, const exec::Batch& ads,
                                                   const exec::SessionOptions& session) {
  exec::CacheOptions options;
  options.rows = ads.candidates;
  options.precision = session.precision;
  options.half = true;
  options.explainable = true;
  auto cache = exec::CandidateCache::create(model, inputs, options);
  encode::Counts counts;
  if (!cache.ok() || !(*cache)->fill(ads, nullptr, counts).ok()) return nullptr;
  return std::move(*cache);
}

bool exercise(std::span<const std::byte> bytes) {
  format::OpenOptions open;
  open.access = format::OpenOptions::Access::copy;
  open.limits = small_limits();
  const auto model = exec::Model::from_memory(bytes, open);
  return model.ok() && exercise(*model);
}

bool exercise(const std::shared_ptr<exec::Model>& model) {
  exec::SessionOptions options;
  options.gradients = true;
  for (std::uint32_t value = 0; value < model->graph().values.size(); ++value) options.captures.push_back(value);
  std::vector<exec::InputSpec> specs;
  for (const format::FeatureDesc& feature : model->desc().features) {
    const bool dense = feature.kind == format::FeatureKind::dense;
    specs.push_back({feature.name, dense ? encode::ColumnKind::floats : encode::ColumnKind::rows});
  }
  const auto inputs = exec::Inputs::make(std::move(specs));
  if (!inputs.ok()) return false;
  exec::Batch batch;
  batch.candidates = 3;
  std::vector<float> scores(batch.candidates * model->desc().outputs.size());
  exec::Output output;
  output.values = scores.data();
  output.capacity = scores.size();
  const auto runs = [&] {
    const auto session = exec::Session::create(model, *inputs, options);
    return session.ok() && (*session)->run(batch, output).ok();
  };
  const bool scored = runs();
  options.gradients = false;
  options.precision = ops::Precision::int8;
  static_cast<void>(runs());
  options.cache = true;
  const auto cache = filled_cache(model, *inputs, batch, options);
  const std::int64_t rows[] = {2, -1, 0};
  batch.cache = cache.get();
  batch.cache_rows = rows;
  if (cache != nullptr) static_cast<void>(runs());
  return scored;
}

}  // namespace clicklens::testing
