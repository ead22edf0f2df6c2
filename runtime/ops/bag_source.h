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
  [[nodiscard]] const encode::PlainRules& plain() const noexcept { return plain_; }

  // Scratch for one chunk, in this strand's block.
  [[nodiscard]] encode::BagChunk chunk(const StepContext&) const noexcept;
  [[nodiscard]] encode::PlainRoom plain_room(const StepContext& context) const noexcept {
    return {reinterpret_cast<std::uint32_t*>(context.block + ids_),
            reinterpret_cast<std::uint32_t*>(context.block + offsets_),
            reinterpret_cast<float*>(context.block + divisors_), id_capacity_};
  }
  // All of the level's entries of a bucketised feature: always one chunk.
  base::Status read_buckets(const StepContext&, encode::BagChunk&) const noexcept;
  [[nodiscard]] bool is_dense() const noexcept { return is_dense_; }

 private:
  std::uint32_t feature_;
  Level level_;
  bool is_dense_;
  encode::PlainRules plain_;
  std::size_t id_capacity_, bag_capacity_;
  std::size_t ids_, weights_, offsets_, divisors_, floats_ = 0;  // offsets into the block
  encode::BagRules rules_;
  DenseTransform transform_;
};

}  // namespace clicklens::ops
