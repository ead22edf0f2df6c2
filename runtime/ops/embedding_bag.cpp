// embedding_bag: pools the table rows of a feature's ids: sum, mean, sqrtn (a chain of fma(w, v, acc)
// from +0 in the caller's order, then one division) or max. An empty bag gives the feature's missing
// rule: a row, or zeros. Backward: features receive the gradient; there is nothing further back.
// Rows of narrow types are widened first.
// NaN: a NaN in a table row shows in the bag (max: a NaN wins).
#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/bag_rules.h"
#include "ops/bag_step.h"
#include "ops/check.h"
#include "ops/factories.h"

namespace clicklens::ops {
namespace {

using base::Code;
using base::Status;

// Kernels name element types as the file does.
constexpr bool same(kernels::Element a, format::ElementType b) {
  return static_cast<unsigned>(a) == static_cast<unsigned>(b);
}
static_assert(same(kernels::Element::f32, format::ElementType::f32));
static_assert(same(kernels::Element::f16, format::ElementType::f16));
static_assert(same(kernels::Element::bf16, format::ElementType::bf16));
static_assert(same(kernels::Element::i8_row, format::ElementType::i8_row));
static_assert(same(kernels::Element::i4_row, format::ElementType::i4_row));

class EmbeddingBag final : public Operator {
 public:
  EmbeddingBag(std::uint32_t feature, std::uint32_t index, const encode::BagRules& rules, const BagStep::Table& table)
      : feature_(feature), index_(index), rules_(rules), table_(table) {}

  [[nodiscard]] const char* name() const noexcept override { return "embedding_bag"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
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
  void count(const graph::Value&, Work& work) const override;
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override;

 private:
  std::uint32_t feature_, index_;
  encode::BagRules rules_;
  BagStep::Table table_;
};

void EmbeddingBag::count(const graph::Value&, Work& work) const {
  const format::FeatureDesc& feature = *rules_.feature;
  const bool is_dense = feature.kind == format::FeatureKind::dense;
  double ids = is_dense ? feature.width : work.ids;
  if (feature.max_length != 0) ids = std::min<double>(ids, feature.max_length);
  const double entries = work.rows_of(feature.scope);
  work.entries += entries;
  work.rows.push_back({entries * ids, (table_.row_stride + 63) / 64, rules_.table_rows * table_.row_stride});
}

// Up to `most` rows a bag (0: any number), or `most` of them in a bucketised feature. Rows are all that ids may name,
// missing and unknown ones among them; the zero vector stands for an empty bag without a row for it.
Bounds EmbeddingBag::bounds(BoundsOf, const graph::Value& output) const {
  const format::FeatureDesc& feature = *rules_.feature;
  const bool is_dense = feature.kind == format::FeatureKind::dense;
  const std::uint32_t most = is_dense ? feature.width : feature.max_length;
  const bool has_missing_row =
      feature.missing_row >= 0 && static_cast<std::uint64_t>(feature.missing_row) < rules_.table_rows;
  Points points;
  points.rows = table_.rows;
  points.row_stride = table_.row_stride;
  points.type = static_cast<format::ElementType>(table_.type);
  points.count = is_dense ? DenseTransform(feature).buckets() : rules_.table_rows;
  points.zero = !is_dense && !has_missing_row;
  if (most != 1 && feature.pooling != format::Pooling::max && most != 0) {
    const double n = most;
    points.most = feature.pooling == format::Pooling::sum     ? n
                  : feature.pooling == format::Pooling::sqrtn ? std::sqrt(n)
                                                              : 1;
    points.least = is_dense ? points.most : 1;
    points.slack = rounding_of(n + 3);
  }
  Bounds rows{{{output.columns(), {}, points}}};
  const bool any_weights = feature.weighted && !is_dense;
  if (!any_weights && (most == 1 || (most != 0 && feature.pooling != format::Pooling::max))) return rows;
  // Column by column: the largest of several rows; any multiple of a number, of either sign where weights are.
  const double infinity = std::numeric_limits<double>::infinity();
  const bool is_max = feature.pooling == format::Pooling::max;
  // A float sum moves by at most twice what is added, since staying would be off by no more than that.
  const double many = feature.pooling == format::Pooling::mean ? 2.001 : infinity;
  return mapped(rows, [&](const Interval& x, std::size_t) {
    if (is_max) return x;
    if (any_weights) return x.low == 0 && x.high == 0 ? x : Interval{};
    return Interval{times(many, std::min(x.low, 0.0)), times(many, std::max(x.high, 0.0))};
  });
}

}  // namespace

Made make(const format::EmbeddingBagOp& op, const char* node, const ModelView& model) {
  const format::ModelDesc& desc = model.desc();
  const format::FeatureDesc& feature = desc.features[op.feature];
  const format::TableDesc& table = desc.tables[op.table];

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
  CLENS_TRY(expect_rows(desc, op.feature, named, op.table, node));
  if (feature.pooling == format::Pooling::max && feature.weighted)
    return Status::error(Code::bad_file, "node '%s': feature '%s' is weighted, max pooling takes no weights", node,
                         feature.name.c_str());
  const BagStep::Table view{model.table(op.table), table.row_stride, table.dim,
                            static_cast<kernels::Element>(table.type)};
  return std::unique_ptr<Operator>(std::make_unique<EmbeddingBag>(op.feature, op.table, rules, view));
}

}  // namespace clicklens::ops
