#include "lens/saliency_products.h"

#include <algorithm>

namespace clicklens::lens {
namespace {

// Some requests of the tile, and the rows that are theirs.
struct Part {
  std::uint32_t first_request, requests;
  std::size_t first_row, rows;
  const std::uint32_t* request_of_row;  // counted from first_request
};

class Products {
 public:
  Products(const exec::Plan& plan, const ops::StepContext& context, std::span<const float> means, float* out,
           std::size_t stride) noexcept
      : scratch_(plan.product_scratch), context_(context), means_(means), out_(out), stride_(stride) {}

  void add(const ops::GroupProduct& product, const Part& part) const noexcept {
    bool begun = false;
    for (const auto& stretch : product.stretches) {
      continue_sums(stretch, product.gradient.count, part, begun);
      begun = true;
    }
    kernels::ReduceArgs dot;
    dot.a = {context_.at(product.gradient) + part.first_row * product.gradient.ld, product.gradient.ld, nullptr};
    dot.b = {context_.at(scratch_.sums), scratch_.sums.ld, part.request_of_row};
    dot.out = out_ + part.first_row * stride_ + product.group;
    dot.stride = stride_;
    dot.rows = part.rows;
    dot.cols = product.gradient.count;
    dot.accumulate = true;
    context_.kernels->dot(dot);
  }

 private:
  void continue_sums(const ops::GroupProduct::Stretch& stretch, std::size_t outputs, const Part& part,
                     bool begun) const noexcept {
    kernels::LinearArgs chain;
    chain.x = {context_.at(stretch.x) + part.first_request * stretch.x.ld, stretch.x.ld, nullptr};
    chain.m = part.requests;
    chain.k = stretch.x.count;
    chain.n = outputs;
    if (!means_.empty()) chain.x = centre(chain, means_.data() + stretch.input);
    chain.weights = stretch.weights;
    chain.packed_k = stretch.packed_k;
    chain.first = stretch.first;
    chain.y = context_.at(scratch_.sums);
    chain.ldy = scratch_.sums.ld;
    if (begun) chain.seed = {chain.y, chain.ldy, nullptr};
    context_.kernels->linear_f32(chain);
  }
  [[nodiscard]] kernels::Operand centre(const kernels::LinearArgs& chain, const float* means) const noexcept {
    kernels::MapArgs map;
    map.a = chain.x;
    map.b = {means, 0, nullptr};
    map.y = context_.at(scratch_.columns);
    map.ldy = scratch_.columns.ld;
    map.rows = chain.m;
    map.cols = chain.k;
    context_.kernels->subtract(map);
    return {map.y, map.ldy, nullptr};
  }

  const exec::ProductScratch& scratch_;
  const ops::StepContext& context_;
  std::span<const float> means_;
  float* out_;
  std::size_t stride_;
};

}  // namespace

void add_group_products(const exec::Plan& plan, const exec::BackwardPlan& backward, const ops::StepContext& context,
                        std::span<const float> means, float* out, std::size_t stride) noexcept {
  if (backward.products.empty()) return;
  const Products products(plan, context, means, out, stride);
  auto* local = reinterpret_cast<std::uint32_t*>(context.block + plan.product_scratch.request_of_row);
  for (std::size_t row = 0; row < context.rows;) {
    const std::uint32_t first = context.request_of_row[row];
    Part part{first, 0, row, 0, local};
    for (; row < context.rows && context.request_of_row[row] - first < exec::product_rows; ++row)
      local[part.rows++] = context.request_of_row[row] - first;
    part.requests = local[part.rows - 1] + 1;
    for (const ops::GroupProduct& product : backward.products) products.add(product, part);
  }
}

}  // namespace clicklens::lens
