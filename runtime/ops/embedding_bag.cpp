// embedding_bag: pools the table rows of a feature's ids: sum, mean, sqrtn (a chain of fma(w, v, acc)
// from +0 in the caller's order, then one division) or max. An empty bag gives the feature's missing
// rule: a row, or zeros. Backward: features receive the gradient; there is nothing further back.
// NaN: a NaN in a table row shows in the bag (max: a NaN wins).
#include <algorithm>

#include "ops/bag_step.h"
#include "ops/check.h"
#include "ops/factories.h"

namespace clicklens::ops {
namespace {

using base::Code;
using base::Status;

class EmbeddingBag final : public Operator {
 public:
  EmbeddingBag(std::uint32_t feature, std::uint32_t index, const encode::BagRules& rules, const BagStep::Table& table)
      : feature_(feature), index_(index), rules_(rules), table_(table) {}

  [[nodiscard]] const char* name() const noexcept override { return "embedding_bag"; }
  [[nodiscard]] std::uint32_t feature() const noexcept override { return feature_; }
  [[nodiscard]] std::uint32_t table() const noexcept override { return index_; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 0, node));
    return ValueShape{1, table_.dim, graph::uniform(table_.dim, rules_.feature->scope)};
  }

  Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place& y = lowering.places(node.result).front();
    lowering.bags(y.level).add(feature_, rules_, table_, y, lowering);
    return {};
  }

  Status backward(const NodeView&, BackwardLowering&) const override { return {}; }

 private:
  std::uint32_t feature_, index_;
  encode::BagRules rules_;
  BagStep::Table table_;
};

std::uint64_t rows_named_by(const format::EncoderDesc& encoder) {
  if (const auto* identity = std::get_if<format::IdentityEncoder>(&encoder.encoder)) return identity->rows;
  if (const auto* hash = std::get_if<format::HashEncoder>(&encoder.encoder)) return hash->offset + hash->modulus;
  return std::get<format::VocabularyEncoder>(encoder.encoder).size;
}

}  // namespace

std::vector<std::uint64_t> feature_rows(const format::ModelDesc& desc) {
  std::vector<std::uint64_t> rows(desc.features.size(), UINT64_MAX);
  for (const format::NodeDesc& node : desc.nodes)
    if (const auto* bag = std::get_if<format::EmbeddingBagOp>(&node.op))
      rows[bag->feature] = std::min(rows[bag->feature], desc.tables[bag->table].rows);
  return rows;
}

Made make(const format::EmbeddingBagOp& op, const char* node, const ModelView& model) {
  const format::ModelDesc& desc = model.desc();
  const format::FeatureDesc& feature = desc.features[op.feature];
  const format::TableDesc& table = desc.tables[op.table];
  if (table.type != format::ElementType::f32)
    return Status::error(Code::unsupported, "node '%s': table '%s' is not float32", node, table.name.c_str());

  encode::BagRules rules;
  rules.feature = &feature;
  rules.table_rows = model.feature_rows(op.feature);
  std::uint64_t named = 0;
  if (feature.kind == format::FeatureKind::sparse) {
    rules.encoder = model.encoder(feature.encoder);
    named = rows_named_by(desc.encoders[feature.encoder]);
  } else {
    const DenseTransform transform(feature);
    if (!transform.bucketises())
      return Status::error(Code::bad_file, "node '%s': feature '%s' gives floats, not table rows", node,
                           feature.name.c_str());
    named = transform.buckets();
  }
  if (named > table.rows)
    return Status::error(Code::bad_file, "node '%s': feature '%s' names %llu rows, table '%s' has %llu", node,
                         feature.name.c_str(), static_cast<unsigned long long>(named), table.name.c_str(),
                         static_cast<unsigned long long>(table.rows));
  if (feature.pooling == format::Pooling::max && feature.weighted)
    return Status::error(Code::bad_file, "node '%s': feature '%s' is weighted, max pooling takes no weights", node,
                         feature.name.c_str());
  const BagStep::Table view{model.table(op.table), table.row_stride, table.dim, kernels::Element::f32};
  return std::unique_ptr<Operator>(std::make_unique<EmbeddingBag>(op.feature, op.table, rules, view));
}

}  // namespace clicklens::ops
