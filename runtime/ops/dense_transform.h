// A dense feature's transforms, prepared: log1p and standardise in place, then perhaps bucketise to rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "format/model_desc.h"
#include "kernels/table.h"

namespace clicklens::ops {

class DenseTransform {
 public:
  explicit DenseTransform(const format::FeatureDesc& feature);

  // Everything but bucketise, in place on rows x width.
  void apply(float* x, std::size_t ld, std::size_t rows, const kernels::Table&) const noexcept;

  [[nodiscard]] bool bucketises() const noexcept { return bucketises_; }
  [[nodiscard]] std::size_t buckets() const noexcept { return boundaries_.size() + 1; }
  // Number of boundaries <= x, at most buckets() - 1.
  [[nodiscard]] std::uint32_t bucket(float x) const noexcept;

 private:
  struct Element {  // empty vectors: log1p
    std::vector<float> mean, inverse_sd;
  };
  std::uint32_t width_;
  std::vector<Element> elements_;
  bool bucketises_ = false;
  std::span<const float> boundaries_;
};

}  // namespace clicklens::ops
