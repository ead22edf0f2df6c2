#include "lens/attribution_run.h"

#include <cmath>

#include "base/canonical_nan.h"
#include "lens/saliency_rows.h"

namespace clicklens::lens {

AttributionColumns::AttributionColumns(const exec::Model& model, SaliencyLevel level)
    : count_(saliency_columns(model, level)), of_input_(model.input_width()) {
  for (const exec::InputBlock& block : model.inputs())
    for (std::size_t c = block.begin; c < block.begin + block.width; ++c)
      of_input_[c] = level == SaliencyLevel::group     ? model.group_of(block.feature)
                     : level == SaliencyLevel::feature ? block.feature
                                                       : static_cast<std::uint32_t>(c);
}

void write_attributions(const AttributionRun& run, std::span<const double> dimensions, float* out,
                        AttributionInfo& info) {
  std::span<double> level(run.room.draw.data(), run.columns.count());
  std::fill(level.begin(), level.end(), 0.0);
  double sum = 0, size = 0;
  for (std::size_t c = 0; c < dimensions.size(); ++c) {
    level[run.columns.of_input()[c]] += dimensions[c];
    sum += dimensions[c];
    size += std::abs(dimensions[c]);
  }
  for (std::size_t c = 0; c < level.size(); ++c)
    out[c] = std::isnan(level[c]) ? base::canonical_nan : static_cast<float>(level[c]);
  info.sum = sum;
  const double left = info.score - info.baseline - sum;
  info.gap = left == 0 ? 0 : std::abs(left) / size;
}

}  // namespace clicklens::lens
