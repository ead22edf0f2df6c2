#include "ops/bag_source.h"

#include <algorithm>
#include <cmath>

namespace clicklens::ops {
namespace {

// Ids of one chunk: room for a tile of short bags; longer ones come in several chunks.
constexpr std::size_t ids_per_row = 8;
constexpr std::size_t least_ids = 64;

std::size_t capacity_for(const encode::BagRules& rules, std::size_t rows) {
  if (rules.feature->kind == format::FeatureKind::dense) return rows * rules.feature->width;
  return std::max(least_ids, rows * ids_per_row);
}

}  // namespace

BagSource::BagSource(std::uint32_t feature, const encode::BagRules& rules, Level level, Lowering& lowering)
    : feature_(feature),
      rules_(rules),
      level_(level),
      transform_(*rules.feature),
      id_capacity_(capacity_for(rules, lowering.tile_rows())),
      bag_capacity_(lowering.tile_rows()),
      ids_(lowering.scratch_bytes(sizeof(std::uint32_t) * id_capacity_)),
      weights_(lowering.scratch_bytes(sizeof(float) * id_capacity_)),
      offsets_(lowering.scratch_bytes(sizeof(std::uint32_t) * (bag_capacity_ + 1))),
      divisors_(lowering.scratch_bytes(sizeof(float) * bag_capacity_)) {
  if (is_dense()) floats_ = lowering.scratch_bytes(sizeof(float) * id_capacity_);
}

encode::BagChunk BagSource::chunk(const StepContext& context) const noexcept {
  encode::BagChunk chunk;
  chunk.ids = at<std::uint32_t>(context, ids_);
  chunk.weights = at<float>(context, weights_);
  chunk.offsets = at<std::uint32_t>(context, offsets_);
  chunk.divisors = at<float>(context, divisors_);
  chunk.id_capacity = id_capacity_;
  chunk.bag_capacity = bag_capacity_;
  return chunk;
}

base::Status BagSource::read_buckets(const StepContext& context, encode::BagChunk& chunk) const noexcept {
  const std::size_t rows = context.rows_at(level_);
  const std::uint32_t width = rules_.feature->width;
  const std::uint64_t begin = context.first_entry(level_);
  float* floats = at<float>(context, floats_);
  CLENS_TRY(encode::read_dense(*rules_.feature, context.columns[feature_], begin, begin + rows, context.strict, floats,
                               width, *context.counts));
  transform_.apply(floats, width, rows, *context.kernels);
  for (std::size_t i = 0; i < rows * width; ++i) chunk.ids[i] = transform_.bucket(floats[i]);
  for (std::size_t i = 0; i <= rows; ++i) chunk.offsets[i] = static_cast<std::uint32_t>(i * width);
  chunk.first_entry = begin;
  chunk.bags = rows;
  const format::Pooling pooling = rules_.feature->pooling;
  chunk.has_divisors = pooling == format::Pooling::mean || pooling == format::Pooling::sqrtn;
  const float count = static_cast<float>(width);
  if (chunk.has_divisors)
    std::fill_n(chunk.divisors, rows, pooling == format::Pooling::mean ? count : std::sqrt(count));
  return {};
}

}  // namespace clicklens::ops
