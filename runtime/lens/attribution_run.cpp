#include "lens/attribution_run.h"

#include <cmath>

#include "base/canonical_nan.h"
#include "lens/saliency_rows.h"

namespace clicklens::lens {

AttributionColumns::AttributionColumns(const exec::Model& model, SaliencyLevel level)
    : count_(saliency_columns(model, level)), of_input_(model.input_width()) {
  for (const exec::InputBlock& block : model.inputs())
    for (std::size_t c = block.begin; c < block.begin + block.width; ++c)
      of_input_[c] = level == SaliencyLevel::group     ? model.group_of(block.feature)
                     : level == SaliencyLevel::feature ? block.feature
                                                       : static_cast<std::uint32_t>(c);
  list_sets(model);
}

void AttributionColumns::list_sets(const exec::Model& model) {
  std::vector<std::vector<ops::ColumnRange>> ranges(count_);
  std::vector<bool> shared(count_, true);
  for (const exec::InputBlock& block : model.inputs()) {
    for (std::size_t c = block.begin; c < block.begin + block.width; ++c) {
      auto& of_column = ranges[of_input_[c]];
      if (of_column.empty() || of_column.back().begin + of_column.back().count != c)
        of_column.push_back({static_cast<std::uint32_t>(c), 0});
      ++of_column.back().count;
      if (model.graph().values[block.value].scope() != graph::Scope::request) shared[of_input_[c]] = false;
    }
  }
  ranges_.reserve(model.input_width());  // sets point into it
  for (std::size_t column = 0; column < count_; ++column) {
    const std::size_t first = ranges_.size();
    ranges_.insert(ranges_.end(), ranges[column].begin(), ranges[column].end());
    sets_.push_back({std::span(ranges_).subspan(first), shared[column]});
  }
}

void add_up(std::span<const double> dimensions, AttributionInfo& info) noexcept {
  double sum = 0, size = 0;
  for (const double dimension : dimensions) {
    sum += dimension;
    size += std::abs(dimension);
  }
  info.sum = sum;
  const double left = info.score - info.baseline - sum;
  info.gap = left == 0 ? 0 : std::abs(left) / size;
}

void write_level(const AttributionRun& run, std::size_t row, const double* level, float* out,
                 AttributionInfo& info) noexcept {
  const std::size_t count = run.level_count(row) - (run.ids != nullptr ? 1 : 0);
  for (std::size_t c = 0; c < count; ++c)
    out[c] = std::isnan(level[c]) ? base::canonical_nan : static_cast<float>(level[c]);
  info.rest = run.ids != nullptr ? level[count] : 0;
}

void write_attributions(const AttributionRun& run, std::size_t row, const float* base, std::span<double> gradient,
                        AttributionInfo& info) noexcept {
  std::span<double> level(run.room.draw.data(), run.level_count(row));
  std::fill(level.begin(), level.end(), 0.0);
  run.add_level(row, base, gradient.data(), level.data());
  write_level(run, row, level.data(), run.out(row), info);
  const float* x = run.input(row);
  for (std::size_t c = 0; c < gradient.size(); ++c) gradient[c] *= double{x[c]} - double{base[c]};
  add_up(gradient, info);
}

}  // namespace clicklens::lens
