// References between nodes, values, outputs and layers, and what an operator carries itself.
#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "base/checked.h"
#include "format/text.h"
#include "format/verify.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

bool finite(const std::vector<float>& numbers) noexcept {
  return std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); });
}

struct OperatorCheck {
  const ModelDesc& desc;
  const base::Limits& limits;
  const NodeDesc& node;

  [[nodiscard]] Status bad(const char* field, const char* why) const noexcept {
    return Status::error(Code::bad_file, "node '%s': %s: %s", ShownName(node.name).text, field, why);
  }
  [[nodiscard]] Status check_constant(const char* field, std::uint32_t index) const noexcept {
    return index < desc.constants.size() ? Status() : bad(field, "no such constant");
  }
  [[nodiscard]] Status check_optional(const char* field, std::uint32_t index) const noexcept {
    return index == no_index ? Status() : check_constant(field, index);
  }
  [[nodiscard]] Status check_weight(const char* field, std::uint32_t index) const noexcept {
    CLENS_TRY(check_constant(field, index));
    const auto& shape = desc.constants[index].shape;
    if (shape.size() != 2) return bad(field, "not of 2 dimensions");
    if (shape[1] <= limits.reduction) return {};
    return Status::error(Code::limit_exceeded, "node '%s': %llu inputs are above the limit of %llu",
                         ShownName(node.name).text, static_cast<unsigned long long>(shape[1]),
                         static_cast<unsigned long long>(limits.reduction));
  }
  [[nodiscard]] Status check_feature(std::uint32_t index) const noexcept {
    return index < desc.features.size() ? Status() : bad("feature", "no such feature");
  }

  [[nodiscard]] Status check_rows(std::uint32_t index, std::uint32_t table) const noexcept {
    CLENS_TRY(check_feature(index));
    if (table >= desc.tables.size()) return bad("table", "no such table");
    const auto rows = static_cast<std::int64_t>(std::min<std::uint64_t>(desc.tables[table].rows, INT64_MAX));
    const FeatureDesc& feature = desc.features[index];
    if (feature.missing_row >= rows || feature.unknown_row >= rows)
      return bad("table", "too short for the feature's missing_row or unknown_row");
    return {};
  }

  Status operator()(const EmbeddingBagOp& op) const noexcept { return check_rows(op.feature, op.table); }
  Status operator()(const SequenceOp& op) const noexcept { return check_rows(op.feature, op.table); }
  Status operator()(const SequenceMaskOp& op) const noexcept { return check_feature(op.feature); }
  Status operator()(const DenseInputOp& op) const noexcept { return check_feature(op.feature); }
  Status operator()(const LinearOp& op) const noexcept {
    CLENS_TRY(check_weight("weight", op.weight));
    return check_optional("bias", op.bias);
  }
  Status operator()(const FieldLinearOp& op) const noexcept { return (*this)(LinearOp{op.weight, op.bias}); }
  Status operator()(const FieldMixOp& op) const noexcept { return (*this)(LinearOp{op.weight, op.bias}); }
  Status operator()(const SelectOp& op) const noexcept {
    if (op.columns.empty()) return bad("columns", "none");
    if (op.columns.size() <= limits.columns) return {};
    return Status::error(Code::limit_exceeded, "node '%s': %zu columns are above the limit of %llu",
                         ShownName(node.name).text, op.columns.size(), static_cast<unsigned long long>(limits.columns));
  }
  Status operator()(const GruOp& op) const noexcept {
    CLENS_TRY(check_weight("weight_ih", op.weight_ih));
    CLENS_TRY(check_weight("weight_hh", op.weight_hh));
    CLENS_TRY(check_optional("bias_ih", op.bias_ih));
    return check_optional("bias_hh", op.bias_hh);
  }
  Status operator()(const LayerNormOp& op) const noexcept {
    if (!std::isfinite(op.eps) || op.eps < 0) return bad("eps", "not a number from 0 on");
    CLENS_TRY(check_optional("scale", op.scale));
    return check_optional("shift", op.shift);
  }
  Status operator()(const BatchNormOp& op) const noexcept {
    CLENS_TRY(check_constant("scale", op.scale));
    return check_constant("shift", op.shift);
  }
  Status operator()(const ActivationOp& op) const noexcept {
    if (!std::isfinite(op.slope)) return bad("slope", "not finite");
    return op.kind == ActivationKind::prelu ? check_constant("slopes", op.slopes) : check_optional("slopes", op.slopes);
  }
  Status operator()(const ClipOp& op) const noexcept {
    return op.low <= op.high ? Status() : bad("low", "not at most high");  // nor is a NaN
  }
  Status operator()(const CalibrationOp& op) const noexcept {
    const auto &x = op.knots_x, &y = op.knots_y;
    if (!std::isfinite(op.scale) || !std::isfinite(op.shift) || !finite(x) || !finite(y))
      return bad("calibration", "not finite");
    if (x.size() != y.size() || x.size() == 1) return bad("knots", "want two or more, as many y as x");
    if (std::adjacent_find(x.begin(), x.end(), std::greater_equal<>()) != x.end())
      return bad("knots_x", "not strictly ascending");
    if (!std::is_sorted(y.begin(), y.end())) return bad("knots_y", "falling");
    for (std::size_t i = 1; i < x.size(); ++i) {
      const float dx = x[i] - x[i - 1], dy = y[i] - y[i - 1];
      if (!std::isfinite(dx) || !std::isfinite(dy) || !std::isfinite(dy / dx))
        return bad("knots", "too far apart, or too steep, for a float");
    }
    return {};
  }
  template <class WithoutParts>
  Status operator()(const WithoutParts&) const noexcept {
    return {};
  }
};

// Of a feature whose ids are only told from none, rows are what its encoder names.
Status check_masks(const ModelDesc& desc) {
  std::vector<bool> has_table(desc.features.size());
  for (const NodeDesc& node : desc.nodes) {
    if (const auto* bag = std::get_if<EmbeddingBagOp>(&node.op)) has_table[bag->feature] = true;
    if (const auto* sequence = std::get_if<SequenceOp>(&node.op)) has_table[sequence->feature] = true;
  }
  for (const NodeDesc& node : desc.nodes) {
    const auto* mask = std::get_if<SequenceMaskOp>(&node.op);
    if (mask == nullptr || has_table[mask->feature]) continue;
    const FeatureDesc& feature = desc.features[mask->feature];
    if (feature.kind != FeatureKind::sparse) continue;  // is refused where operators are made
    const auto rows = static_cast<std::int64_t>(rows_named_by(desc.encoders[feature.encoder]));
    for (const auto& [field, row] :
         {std::pair("missing_row", feature.missing_row), std::pair("unknown_row", feature.unknown_row)})
      if (row >= rows)
        return Status::error(Code::bad_file, "feature '%s': %s: row %lld, its encoder names %lld",
                             ShownName(feature.name).text, field, static_cast<long long>(row),
                             static_cast<long long>(rows));
  }
  return {};
}

Status check_values(const OperatorCheck& check, std::size_t values) noexcept {
  const auto absent = [&](std::uint32_t index) { return index >= values; };
  if (std::ranges::any_of(check.node.inputs, absent)) return check.bad("inputs", "no such value");
  if (std::ranges::any_of(check.node.outputs, absent)) return check.bad("outputs", "no such value");
  if (check.node.outputs.empty()) return check.bad("outputs", "none");
  return {};
}

Status check_columns(const ValueDesc& value, const base::Limits& limits) noexcept {
  const auto columns = base::checked_multiply<std::uint64_t>(value.fields, value.width);
  if (columns && *columns <= limits.columns) return {};
  return Status::error(Code::limit_exceeded, "value '%s': %u * %u columns are above the limit of %llu",
                       ShownName(value.name).text, value.fields, value.width,
                       static_cast<unsigned long long>(limits.columns));
}

}  // namespace

Status verify_complete(const ModelDesc& desc) noexcept {
  for (const ValueDesc& value : desc.values)
    if (value.fields == 0 || value.width == 0)
      return Status::error(Code::bad_file, "value '%s': has no columns", ShownName(value.name).text);
  return {};
}

Status verify_nodes(const ModelDesc& desc, const base::Limits& limits) {
  for (const ValueDesc& value : desc.values) CLENS_TRY(check_columns(value, limits));
  for (const NodeDesc& node : desc.nodes) {
    const OperatorCheck check{desc, limits, node};
    CLENS_TRY(check_values(check, desc.values.size()));
    CLENS_TRY(std::visit(check, node.op));
  }
  CLENS_TRY(check_masks(desc));
  if (desc.outputs.empty()) return Status::error(Code::bad_file, "outputs: none");
  for (const OutputDesc& output : desc.outputs)
    if (output.logit >= desc.values.size())
      return Status::error(Code::bad_file, "output '%s': logit: no such value", ShownName(output.name).text);
  for (const LayerDesc& layer : desc.layers)
    if (layer.value >= desc.values.size())
      return Status::error(Code::bad_file, "layer '%s': value: no such value", ShownName(layer.name).text);
  return {};
}

}  // namespace clicklens::format
