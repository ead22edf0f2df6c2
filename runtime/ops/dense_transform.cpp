#include "ops/dense_transform.h"

#include <algorithm>

namespace clicklens::ops {
namespace {

std::vector<float> spread(const std::vector<float>& values, std::uint32_t width) {
  return values.size() == 1 ? std::vector<float>(width, values[0]) : values;
}

}  // namespace

DenseTransform::DenseTransform(const format::FeatureDesc& feature) : width_(feature.width) {
  for (const format::TransformDesc& transform : feature.transforms) {
    if (const auto* standardise = std::get_if<format::StandardiseTransform>(&transform)) {
      elements_.push_back({spread(standardise->mean, width_), spread(standardise->inverse_sd, width_)});
    } else if (const auto* bucketise = std::get_if<format::BucketiseTransform>(&transform)) {
      bucketises_ = true;
      boundaries_ = bucketise->boundaries;
    } else {
      elements_.push_back({});
    }
  }
}

void DenseTransform::apply(float* x, std::size_t ld, std::size_t rows, const kernels::Table& table) const noexcept {
  kernels::MapArgs args;
  args.a = {x, ld, nullptr};
  args.y = x;
  args.ldy = ld;
  args.rows = rows;
  args.cols = width_;
  for (const Element& element : elements_) {
    args.shift = element.mean.data();
    args.scale = element.inverse_sd.data();
    (element.mean.empty() ? table.log1p : table.standardise)(args);
  }
}

std::uint32_t DenseTransform::bucket(float x) const noexcept {
  const auto above = std::upper_bound(boundaries_.begin(), boundaries_.end(), x);
  return static_cast<std::uint32_t>(above - boundaries_.begin());
}

}  // namespace clicklens::ops
