#include "lens/saliency_rows.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/canonical_nan.h"
#include "lens/saliency_products.h"

namespace clicklens::lens {
namespace {

struct Scopes {
  bool request = false, other = false;
};

Scopes scopes_of(const exec::Model& model, SaliencyLevel level, std::size_t column) noexcept {
  Scopes found;
  for (const exec::InputBlock& block : model.inputs()) {
    const bool here = level == SaliencyLevel::group     ? model.group_of(block.feature) == column
                      : level == SaliencyLevel::feature ? block.feature == column
                                                        : column >= block.begin && column < block.begin + block.width;
    if (!here) continue;
    (model.desc().features[block.feature].scope == format::Scope::request ? found.request : found.other) = true;
  }
  return found;
}

}  // namespace

std::size_t saliency_columns(const exec::Model& model, SaliencyLevel level) noexcept {
  switch (level) {
    case SaliencyLevel::group:
      return model.groups().size();
    case SaliencyLevel::feature:
      return model.desc().features.size();
    default:
      return model.input_width();
  }
}

struct RowSaliency::Block {
  const exec::InputBlock& input;
  const ops::StepContext& context;
  kernels::Operand pooled;
  kernels::Operand gradient;
  float* scratch;
  std::size_t scratch_ld;
  float* out;  // first row, first column of the tile
};

base::Status RowSaliency::tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept {
  const std::size_t begin = (context.first_candidate - first_) * columns_;
  float* out = values_ + begin;
  float* shared = shared_ == nullptr ? out : shared_ + begin;
  std::fill_n(out, context.rows * columns_, 0.0f);
  if (shared != out) std::fill_n(shared, context.rows * columns_, 0.0f);
  const bool is_centred = spec_.method == SaliencyMethod::centred;
  add_group_products(plan, *backward_, context, is_centred ? spec_.means : std::span<const float>(), shared, columns_);
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    if (plan.inputs[i].empty()) continue;  // reaches no output
    if (backward_->groups_inputs && plan.grouped[i]) continue;
    const ops::Place& gradient = plan.input_gradients[i];
    const bool is_shared = model_.desc().features[model_.inputs()[i].feature].scope == format::Scope::request;
    const Block block{model_.inputs()[i],
                      context,
                      context.operand(plan.inputs[i].front(), ops::Level::row),
                      {context.at(gradient), gradient.ld, nullptr},
                      context.at(plan.input_scratch),
                      plan.input_scratch.ld,
                      is_shared ? shared : out};
    if (spec_.level == SaliencyLevel::dimension)
      write_dimensions(block);
    else
      add_block(block);
  }
  const bool root = spec_.method == SaliencyMethod::gradient_l2 && spec_.level != SaliencyLevel::dimension;
  for (float* value = out; value != out + context.rows * columns_; ++value) {
    if (root) *value = std::sqrt(*value);
    if (std::isnan(*value)) *value = base::canonical_nan;
  }
  return {};
}

std::size_t RowSaliency::column_of(const exec::InputBlock& input) const noexcept {
  return spec_.level == SaliencyLevel::group ? model_.group_of(input.feature) : input.feature;
}

void RowSaliency::add_block(const Block& block) const noexcept {
  const kernels::Table& table = *block.context.kernels;
  kernels::ReduceArgs reduce;
  reduce.a = block.gradient;
  reduce.b = block.pooled;
  reduce.out = block.out + column_of(block.input);
  reduce.stride = columns_;
  reduce.rows = block.context.rows;
  reduce.cols = block.input.width;
  reduce.accumulate = true;
  switch (spec_.method) {
    case SaliencyMethod::gradient_l1:
      return table.sum_abs(reduce);
    case SaliencyMethod::gradient_l2:
      return table.sum_squares(reduce);
    case SaliencyMethod::gradient_x_input:
      return table.dot(reduce);
    case SaliencyMethod::centred: {
      kernels::MapArgs centre;
      centre.a = block.pooled;
      centre.b = {spec_.means.data() + block.input.begin, 0, nullptr};
      centre.y = block.scratch;
      centre.ldy = block.scratch_ld;
      centre.rows = block.context.rows;
      centre.cols = block.input.width;
      table.subtract(centre);
      reduce.b = {block.scratch, block.scratch_ld, nullptr};
      return table.dot(reduce);
    }
  }
}

void RowSaliency::write_dimensions(const Block& block) const noexcept {
  const kernels::Table& table = *block.context.kernels;
  kernels::MapArgs map;
  map.a = block.gradient;
  map.y = block.out + block.input.begin;
  map.ldy = columns_;
  map.rows = block.context.rows;
  map.cols = block.input.width;
  if (spec_.method == SaliencyMethod::gradient_l1 || spec_.method == SaliencyMethod::gradient_l2)
    return table.copy(map);  // the signed gradient itself
  map.b = block.pooled;
  if (spec_.method == SaliencyMethod::centred) {
    kernels::MapArgs centre = map;
    centre.a = block.pooled;
    centre.b = {spec_.means.data() + block.input.begin, 0, nullptr};
    centre.y = block.scratch;
    centre.ldy = block.scratch_ld;
    table.subtract(centre);
    map.b = {block.scratch, block.scratch_ld, nullptr};
  }
  table.multiply(map);
}

bool mixes_scopes(const exec::Model& model, SaliencyLevel level) noexcept {
  if (level != SaliencyLevel::group) return false;
  for (std::size_t column = 0; column < saliency_columns(model, level); ++column) {
    const Scopes scopes = scopes_of(model, level, column);
    if (scopes.request && scopes.other) return true;
  }
  return false;
}

void sum_per_request(const exec::Model& model, const exec::Batch& batch, SaliencyLevel level, float* values,
                     const float* shared) noexcept {
  const std::size_t columns = saliency_columns(model, level);
  for (std::size_t column = 0; column < columns; ++column) {
    if (!scopes_of(model, level, column).request) continue;
    for (std::uint64_t r = 0; r < batch.request_count(); ++r) {
      float sum = 0.0f;
      for (std::uint64_t c = batch.request_begin(r); c < batch.request_begin(r + 1); ++c)
        sum += (shared != nullptr ? shared : values)[c * columns + column];
      for (std::uint64_t c = batch.request_begin(r); c < batch.request_begin(r + 1); ++c) {
        float& value = values[c * columns + column];
        value = shared != nullptr ? value + sum : sum;
        if (std::isnan(value)) value = base::canonical_nan;
      }
    }
  }
}

}  // namespace clicklens::lens
