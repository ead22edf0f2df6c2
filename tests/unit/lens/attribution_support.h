// An explainer of a model and what it finds, as tests of attribution use it.
#pragma once

#include "lens/explainer.h"
#include "support/made.h"

namespace clicklens::testing {

using lens::AttributionInfo;
using lens::AttributionMethod;
using lens::AttributionSpec;
using lens::SaliencyLevel;

struct Found {
  base::Status status;
  std::vector<float> values, errors;
  std::vector<AttributionInfo> infos;
};

struct Explained {
  explicit Explained(const std::shared_ptr<exec::Model>& model, std::size_t rows = 0);
  std::vector<float> pool(const exec::Batch& batch);
  std::vector<float> mean(const exec::Batch& batch);
  // Where each candidate's ids begin.
  std::vector<std::uint64_t> ids(const exec::Batch& batch);
  Found run(const exec::Batch& batch, const AttributionSpec& spec, bool errors = false);
  std::unique_ptr<lens::Explainer> explainer;
};

AttributionSpec spec_of(AttributionMethod method, SaliencyLevel level, std::span<const float> baselines);

}  // namespace clicklens::testing
