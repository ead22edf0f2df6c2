#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "format/text.h"
#include "format/verify.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

Status bad(const FeatureDesc& feature, const char* field, const char* why) noexcept {
  return Status::error(Code::bad_file, "feature '%s': %s: %s", ShownName(feature.name).text, field, why);
}

Status above(const FeatureDesc& feature, const char* field, std::uint64_t value, std::uint64_t limit) noexcept {
  return Status::error(Code::limit_exceeded, "feature '%s': %s: %llu is above the limit of %llu",
                       ShownName(feature.name).text, field, static_cast<unsigned long long>(value),
                       static_cast<unsigned long long>(limit));
}

bool all_finite(std::span<const float> numbers) noexcept {
  return std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); });
}

// Numbers given once for the feature, or once per element.
bool one_or_each(std::span<const float> numbers, std::uint32_t width) noexcept {
  return (numbers.size() == 1 || numbers.size() == width) && all_finite(numbers);
}

Status check_row(const FeatureDesc& feature, const char* field, std::int64_t row, const base::Limits& limits) noexcept {
  if (row < -1) return bad(feature, field, "neither a row nor -1");
  const auto rows = static_cast<std::uint64_t>(row) + 1;  // of -1: none
  return rows <= limits.table_rows ? Status() : above(feature, field, rows, limits.table_rows);
}

Status check_sparse(const FeatureDesc& feature, std::size_t encoders, const base::Limits& limits) noexcept {
  if (feature.encoder >= encoders) return bad(feature, "encoder", "no such encoder");
  if (!feature.transforms.empty()) return bad(feature, "transforms", "for dense features only");
  if (!feature.missing_value.empty()) return bad(feature, "missing_value", "for dense features only");
  if (feature.max_length > limits.sequence_length)
    return above(feature, "max_length", feature.max_length, limits.sequence_length);
  CLENS_TRY(check_row(feature, "missing_row", feature.missing_row, limits));
  return check_row(feature, "unknown_row", feature.unknown_row, limits);
}

struct TransformCheck {
  const FeatureDesc& feature;
  const base::Limits& limits;
  bool last;

  Status operator()(const Log1pTransform&) const noexcept { return {}; }
  Status operator()(const StandardiseTransform& transform) const noexcept {
    if (!one_or_each(transform.mean, feature.width) || !one_or_each(transform.inverse_sd, feature.width))
      return bad(feature, "standardise", "wants finite mean and inverse_sd, one each or one per element");
    return {};
  }
  Status operator()(const BucketiseTransform& transform) const noexcept {
    const auto& boundaries = transform.boundaries;
    if (!last) return bad(feature, "bucketise", "must be the last transform");
    if (boundaries.empty() || !all_finite(boundaries) ||
        std::adjacent_find(boundaries.begin(), boundaries.end(), std::greater_equal<>()) != boundaries.end())
      return bad(feature, "bucketise", "boundaries must be finite and strictly ascending");
    if (boundaries.size() >= limits.table_rows)
      return above(feature, "bucketise", boundaries.size() + 1, limits.table_rows);
    return {};
  }
};

Status check_dense(const FeatureDesc& feature, const base::Limits& limits) noexcept {
  if (feature.encoder != no_index) return bad(feature, "encoder", "for sparse features only");
  if (feature.width == 0) return bad(feature, "width", "zero");
  if (feature.width > limits.columns) return above(feature, "width", feature.width, limits.columns);
  if (!feature.missing_value.empty() && !one_or_each(feature.missing_value, feature.width))
    return bad(feature, "missing_value", "wants finite numbers, one or one per element");
  for (const TransformDesc& transform : feature.transforms) {
    const bool last = &transform == &feature.transforms.back();
    CLENS_TRY(std::visit(TransformCheck{feature, limits, last}, transform));
  }
  return {};
}

}  // namespace

Status verify_features(const ModelDesc& desc, const base::Limits& limits) noexcept {
  if (desc.features.empty()) return Status::error(Code::bad_file, "features: none");
  for (const FeatureDesc& feature : desc.features) {
    if (feature.group.empty()) return bad(feature, "group", "empty");
    CLENS_TRY(feature.kind == FeatureKind::sparse ? check_sparse(feature, desc.encoders.size(), limits)
                                                  : check_dense(feature, limits));
  }
  return {};
}

}  // namespace clicklens::format
