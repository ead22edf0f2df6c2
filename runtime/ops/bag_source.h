// Where a bag step gets a feature's table rows from: a sparse column through its encoder, or a dense
// column through bucketise.
#pragma once

#include "encode/plain_bags.h"
#include "ops/dense_transform.h"
#include "ops/lowering.h"

namespace clicklens::ops {

class BagSource {
 public:
  // `rules` apply to sparse features; a dense one must bucketise.
  BagSource(std::uint32_t feature, const encode::BagRules& rules, Level level, Lowering& lowering);

  [[nodiscard]] std::uint32_t feature() const noexcept { return feature_; }
  [[nodiscard]] const encode::BagRules& rules() const noexcept { return rules_; }

  // Scratch for one chunk, in this strand's block.
  [[nodiscard]] encode::BagChunk chunk(const StepContext&) const noexcept;
  // What a plain column of it needs to be read, with the same scratch: offsets into the block.
  struct Plain {
    std::uint32_t feature = 0;
    encode::PlainRules rules;
    std::size_t ids = 0, offsets = 0, divisors = 0, id_capacity = 0;
  };
  [[nodiscard]] Plain plain() const noexcept {
    return {feature_, encode::PlainRules(rules_), ids_, offsets_, divisors_, id_capacity_};
  }
  // All of the level's entries of a bucketised feature: always one chunk.
  base::Status read_buckets(const StepContext&, encode::BagChunk&) const noexcept;
  [[nodiscard]] bool is_dense() const noexcept { return rules_.feature->kind == format::FeatureKind::dense; }

 private:
  std::uint32_t feature_;
  encode::BagRules rules_;
  Level level_;
  DenseTransform transform_;
  std::size_t id_capacity_, bag_capacity_;
  std::size_t ids_, weights_, offsets_, divisors_, floats_ = 0;  // offsets into the block
};

}  // namespace clicklens::ops
