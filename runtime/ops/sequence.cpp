// sequence: the table rows of a feature's ids, kept apart in the entry's order: [max_length, dim], beginning at the
// first place, or ending at the last. A row is fma(w, v, +0). Places without an id are zeros, and so are those of ids
// that name no row, unless the feature's unknown_row stands in for them; an empty entry's missing_row takes the first
// place (aligned to the end, the last). sequence_mask: [1, max_length], 1 where the sequence has a row.
// Backward: features receive the gradient; there is nothing further back. NaN: a NaN in a table row shows in its place.
#include "ops/sequence.h"

#include <limits>

#include "ops/bag_rules.h"
#include "ops/bag_step.h"
#include "ops/check.h"
#include "ops/factories.h"

namespace clicklens::ops {
namespace {

using base::Code;
using base::Status;

// A feature as sequences read it, and their rules of it.
struct KeptFeature {
  format::FeatureDesc feature;
  SequenceRules rules;
};

base::Result<std::unique_ptr<KeptFeature>> keep(std::uint32_t index, format::Align align, const char* node,
                                                const ModelView& model) {
  const format::FeatureDesc& feature = model.desc().features[index];
  if (feature.kind != format::FeatureKind::sparse)
    return Status::error(Code::bad_file, "node '%s': feature '%s' has no ids to keep as a sequence", node,
                         feature.name.c_str());
  if (feature.max_length == 0)
    return Status::error(Code::bad_file, "node '%s': feature '%s' has no max_length: a sequence needs one", node,
                         feature.name.c_str());
  auto kept = std::make_unique<KeptFeature>();
  kept->feature = feature;
  kept->feature.pooling = format::Pooling::sum;
  kept->rules.bags.feature = &kept->feature;
  kept->rules.bags.encoder = model.encoder(feature.encoder);
  kept->rules.bags.table_rows = model.feature_rows(index);
  kept->rules.last = align == format::Align::last;
  return kept;
}

class Sequence final : public Operator {
 public:
  Sequence(std::uint32_t feature, std::uint32_t index, std::unique_ptr<KeptFeature> kept,
           const SequenceRead::Table& table)
      : feature_(feature), index_(index), kept_(std::move(kept)), table_(table) {}

  [[nodiscard]] const char* name() const noexcept override { return "sequence"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] std::uint32_t feature() const noexcept override { return feature_; }
  [[nodiscard]] std::uint32_t table() const noexcept override { return index_; }
  [[nodiscard]] const SequenceRules* sequence() const noexcept override { return &kept_->rules; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 0, node));
    const std::uint32_t places = kept_->rules.places();
    if (std::uint64_t{places} * table_.dim > (1u << 24))
      return Status::error(Code::limit_exceeded, "node '%s': more than 2^24 columns", node);
    return ValueShape{places, table_.dim, graph::uniform(places * table_.dim, kept_->feature.scope)};
  }

  Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place& y = lowering.places(node.result).front();
    lowering.bags(y.level).sequence(feature_, kept_->rules, lowering).add(kept_->rules, table_, y, lowering);
    return {};
  }
  Status backward(const NodeView&, BackwardLowering&) const override { return {}; }

  void count(const graph::Value&, Work& work) const override {
    const double entries = work.rows_of(kept_->feature.scope);
    const double ids = std::min<double>(work.ids, kept_->rules.places());
    work.entries += entries;
    work.rows.push_back(
        {entries * ids, (table_.row_stride + 63) / 64, kept_->rules.bags.table_rows * table_.row_stride});
  }
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    Points points;
    points.rows = table_.rows;
    points.row_stride = table_.row_stride;
    points.type = static_cast<format::ElementType>(table_.type);
    points.count = kept_->rules.bags.table_rows;
    points.zero = true;
    Bounds places;
    places.factors.assign(output.fields, {table_.dim, {}, points});
    if (!kept_->feature.weighted) return places;
    return mapped(places, [](const Interval& x, std::size_t) { return x.low == 0 && x.high == 0 ? x : Interval{}; });
  }

 private:
  std::uint32_t feature_, index_;
  std::unique_ptr<KeptFeature> kept_;
  SequenceRead::Table table_;
};

class SequenceMask final : public Operator {
 public:
  SequenceMask(std::uint32_t feature, std::unique_ptr<KeptFeature> kept) : feature_(feature), kept_(std::move(kept)) {}

  [[nodiscard]] const char* name() const noexcept override { return "sequence_mask"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] std::uint32_t feature() const noexcept override { return feature_; }

  [[nodiscard]] const SequenceRules* sequence() const noexcept override { return &kept_->rules; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 0, node));
    const std::uint32_t places = kept_->rules.places();
    return ValueShape{1, places, graph::uniform(places, kept_->feature.scope)};
  }
  Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place& y = lowering.places(node.result).front();
    lowering.bags(y.level).sequence(feature_, kept_->rules, lowering).add_mask(kept_->rules, y);
    return {};
  }
  Status backward(const NodeView&, BackwardLowering&) const override { return {}; }
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    return boxed(std::vector<Interval>(output.columns(), Interval{0, 1}));
  }

 private:
  std::uint32_t feature_;
  std::unique_ptr<KeptFeature> kept_;
};

}  // namespace

Made make(const format::SequenceOp& op, const char* node, const ModelView& model) {
  auto kept = keep(op.feature, op.align, node, model);
  if (!kept.ok()) return kept.status();
  const format::ModelDesc& desc = model.desc();
  CLENS_TRY(
      expect_rows(desc, op.feature, rows_named_by(desc.encoders[desc.features[op.feature].encoder]), op.table, node));
  const format::TableDesc& table = desc.tables[op.table];
  const SequenceRead::Table view{model.table(op.table), table.row_stride, table.dim,
                                 static_cast<kernels::Element>(table.type)};
  return std::unique_ptr<Operator>(std::make_unique<Sequence>(op.feature, op.table, std::move(*kept), view));
}

Made make(const format::SequenceMaskOp& op, const char* node, const ModelView& model) {
  auto kept = keep(op.feature, op.align, node, model);
  if (!kept.ok()) return kept.status();
  return std::unique_ptr<Operator>(std::make_unique<SequenceMask>(op.feature, std::move(*kept)));
}

}  // namespace clicklens::ops
