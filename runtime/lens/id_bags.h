// Bags read once more for what single ids had to do with them.
#pragma once

#include "encode/bag_reader.h"
#include "exec/model.h"
#include "format/rows.h"

namespace clicklens::lens {

constexpr std::uint32_t no_position = 0xFFFFFFFFu;  // of a missing rule's row: no id of the caller's

[[nodiscard]] inline bool is_sparse(const format::FeatureDesc& feature) noexcept {
  return feature.kind == format::FeatureKind::sparse;
}

[[nodiscard]] inline encode::BagRules bag_rules(const exec::Model& model, std::uint32_t feature) noexcept {
  encode::BagRules rules;
  rules.feature = &model.desc().features[feature];
  rules.encoder = model.encoder(rules.feature->encoder);
  rules.table_rows = model.feature_rows(feature);
  return rules;
}

// The row of an id, where it lies or in `widened` (of the table's dim).
[[nodiscard]] inline const float* id_row(const exec::Model& model, const exec::InputBlock& block, std::uint32_t id,
                                         float* widened) noexcept {
  const format::TableDesc& table = model.table_of(block);
  const std::byte* stored = model.table(model.table_index(block)).row(id, table.row_stride);
  return format::read_row(table.type, stored, table.dim, widened);
}

// A chunk in the caller's stack frame.
struct StackChunk {
  static constexpr std::size_t capacity = 64;
  std::uint32_t ids[capacity], positions[capacity], offsets[2];
  float weights[capacity], divisors[1];
  encode::BagChunk view;

  StackChunk() noexcept {
    view.ids = ids;
    view.weights = weights;
    view.positions = positions;
    view.offsets = offsets;
    view.divisors = divisors;
    view.id_capacity = capacity;
    view.bag_capacity = 1;
  }
};

}  // namespace clicklens::lens
