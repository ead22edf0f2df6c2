#include "lens/neurons_sample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace clicklens::lens {
namespace {

// All NaNs are one: which one comes out of a kernel is no property of the row.
float canonical(float x) {
  return std::isnan(x) ? std::numeric_limits<float>::quiet_NaN() : x;
}

}  // namespace

void NeuronSample::reserve_more(std::uint64_t rows) {
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(most_, heap_.size() + std::min<std::uint64_t>(rows, most_)));
  if (wanted + 1 <= rows_.size()) return;  // one slot is for the row at hand
  const std::size_t slots = std::min(most_, std::max(wanted, 2 * heap_.size())) + 1;
  heap_.reserve(slots);
  values_.resize(slots * width_);
  rows_.resize(slots);
}

std::span<float> NeuronSample::offer(std::uint64_t hash) {
  if (heap_.size() == most_ && hash > rows_[heap_.front()].hash) return {};
  // While there is room slots are used in order; then the free one is what the last exchange left.
  if (heap_.size() < most_) free_ = static_cast<std::uint32_t>(heap_.size());
  return {&values_[free_ * width_], width_};
}

void NeuronSample::keep(std::uint64_t hash, float logit, std::uint8_t label) {
  rows_[free_] = {hash, canonical(logit), label};
  for (std::size_t c = 0; c < width_; ++c) values_[free_ * width_ + c] = canonical(values_[free_ * width_ + c]);
  const auto by_row = [this](std::uint32_t a, std::uint32_t b) { return less(a, b); };
  if (heap_.size() < most_) {
    heap_.push_back(free_);
    std::push_heap(heap_.begin(), heap_.end(), by_row);
    free_ = static_cast<std::uint32_t>(most_);  // the last slot, once all others are used
    return;
  }
  if (!less(free_, heap_.front())) return;
  std::pop_heap(heap_.begin(), heap_.end(), by_row);
  std::swap(heap_.back(), free_);
  std::push_heap(heap_.begin(), heap_.end(), by_row);
}

bool NeuronSample::less(std::uint32_t a, std::uint32_t b) const {
  const Row &x = rows_[a], &y = rows_[b];
  if (x.hash != y.hash) return x.hash < y.hash;
  if (x.label != y.label) return x.label < y.label;
  if (const int order = std::memcmp(&x.logit, &y.logit, sizeof(float)); order != 0) return order < 0;
  return std::memcmp(&values_[a * width_], &values_[b * width_], sizeof(float) * width_) < 0;
}

void NeuronSample::merge(const NeuronSample& other) {
  const std::vector<std::uint32_t> theirs = other.order();  // `other` may be this
  const std::vector<Row> rows = other.rows_;
  const std::vector<float> values = other.values_;
  reserve_more(theirs.size());
  for (const std::uint32_t slot : theirs) {
    const std::span<float> to = offer(rows[slot].hash);
    if (to.empty()) break;
    std::copy_n(&values[slot * width_], width_, to.begin());
    keep(rows[slot].hash, rows[slot].logit, rows[slot].label);
  }
}

std::vector<std::uint32_t> NeuronSample::order() const {
  std::vector<std::uint32_t> slots = heap_;
  std::sort(slots.begin(), slots.end(), [this](std::uint32_t a, std::uint32_t b) { return less(a, b); });
  return slots;
}

}  // namespace clicklens::lens
