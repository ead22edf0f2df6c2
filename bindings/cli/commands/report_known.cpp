#include "commands/report_known.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clicklens::cli {

namespace {

std::vector<std::size_t> once(std::vector<std::size_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

}  // namespace

KnownSpread::KnownSpread(const Model& model, const std::vector<std::size_t>& values)
    : session_(model, Session::Options{.captures = once(values)}) {
  for (std::size_t f = 0; f < model.features().size(); ++f) sparse_.push_back(model.feature_info(f).dense == 0);
  const std::vector<std::size_t> all = once(values);
  for (const std::size_t index : all) {
    Value& value = values_.emplace_back();
    value.index = index;
    value.columns.resize(model.value_info(index).width);
  }
  for (const std::size_t index : values)
    value_.push_back(static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), index) - all.begin()));
}

void KnownSpread::run(const clens_batch& batch) {
  captures_.clear();
  for (Value& value : values_) {
    value.captured.resize(batch.candidates * value.columns.size());
    captures_.push_back({value.index, value.captured.data(), value.captured.size(), 0, 0, 0, 0});
  }
  clens_output output = CLENS_OUTPUT_INIT;
  output.captures = captures_.data();
  output.capture_count = captures_.size();
  session_.check(clens_session_run(session_.get(), &batch, &output));
}

void KnownSpread::add(const Block& block) {
  const std::size_t features = sparse_.size();
  const clens_batch batch = block.batch();
  covered_.resize(block.rows * features);
  session_.check(clens_saliency_coverage(session_.get(), &batch, covered_.data(), covered_.size()));
  const auto knows = [&](std::size_t row) {
    for (std::size_t f = 0; f < features; ++f)
      if (sparse_[f] && covered_[row * features + f] == 0) return false;
    return true;
  };
  std::vector<std::size_t> known;
  for (std::size_t row = 0; row < block.rows; ++row)
    if (knows(row)) known.push_back(row);
  if (known.empty()) return;  // such as all days that have ids of their own
  run(batch);
  for (const std::size_t row : known) count(block, row);
}

void KnownSpread::count(const Block& block, std::size_t row) {
  ++rows_;
  const auto& offsets = block.request_offsets;  // none: every row is a request
  const auto request = static_cast<std::size_t>(
      std::upper_bound(offsets.begin(), offsets.end(), static_cast<std::int64_t>(row)) - offsets.begin());
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const bool by_request = captures_[i].scope == CLENS_SCOPE_REQUEST && !offsets.empty();
    const std::size_t width = values_[i].columns.size();
    const float* values = values_[i].captured.data() + (by_request ? request - 1 : row) * width;
    for (std::size_t c = 0; c < width; ++c) {
      if (!std::isfinite(values[c])) continue;
      Column& column = values_[i].columns[c];
      const double x = static_cast<double>(values[c]), off = x - column.mean;
      column.count += 1;
      column.mean += off / column.count;
      column.squares += off * (x - column.mean);
    }
  }
}

std::vector<double> KnownSpread::sds(std::size_t layer) const {
  std::vector<double> all;
  for (const Column& column : values_[value_[layer]].columns)
    all.push_back(column.count < 2 ? std::numeric_limits<double>::quiet_NaN()
                                   : std::sqrt(column.squares / (column.count - 1)));
  return all;
}

}  // namespace clicklens::cli
