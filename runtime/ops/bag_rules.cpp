#include "ops/bag_rules.h"

#include <algorithm>

namespace clicklens::ops {

base::Status expect_rows(const format::ModelDesc& desc, std::uint32_t feature, std::uint64_t named,
                         std::uint32_t table_index, const char* node) {
  const format::TableDesc& table = desc.tables[table_index];
  if (named <= table.rows) return {};
  return base::Status::error(base::Code::bad_file, "node '%s': feature '%s' names %llu rows, table '%s' has %llu", node,
                             desc.features[feature].name.c_str(), static_cast<unsigned long long>(named),
                             table.name.c_str(), static_cast<unsigned long long>(table.rows));
}

std::vector<std::uint64_t> feature_rows(const format::ModelDesc& desc) {
  std::vector<std::uint64_t> rows(desc.features.size(), UINT64_MAX);
  const auto reads = [&](std::uint32_t feature, std::uint32_t table) {
    rows[feature] = std::min(rows[feature], desc.tables[table].rows);
  };
  for (const format::NodeDesc& node : desc.nodes) {
    if (const auto* bag = std::get_if<format::EmbeddingBagOp>(&node.op)) reads(bag->feature, bag->table);
    if (const auto* sequence = std::get_if<format::SequenceOp>(&node.op)) reads(sequence->feature, sequence->table);
  }
  for (std::size_t f = 0; f < rows.size(); ++f)
    if (rows[f] == UINT64_MAX && desc.features[f].kind == format::FeatureKind::sparse)
      rows[f] = rows_named_by(desc.encoders[desc.features[f].encoder]);
  return rows;
}

}  // namespace clicklens::ops
