// What the methods of attribution share: one tile's pooled rows under one spec, and memory that an explainer keeps.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "lens/attribution.h"
#include "lens/attribution_ids.h"
#include "lens/exchanged_network.h"
#include "lens/pooled_network.h"

namespace clicklens::lens {

constexpr std::uint32_t most_attribution_steps = 1024;

// Input columns to columns of a level.
class AttributionColumns {
 public:
  AttributionColumns(AttributionColumns&&) noexcept = default;  // sets point into ranges: moved, never copied
  AttributionColumns(const AttributionColumns&) = delete;
  AttributionColumns& operator=(const AttributionColumns&) = delete;
  AttributionColumns(const exec::Model& model, SaliencyLevel level);
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::span<const std::uint32_t> of_input() const noexcept { return of_input_; }
  // By column of the level, its input columns; shared where all of them are of request scope.
  [[nodiscard]] std::span<const ops::ExchangeSet> sets() const noexcept { return sets_; }

 private:
  void list_sets(const exec::Model& model);

  std::size_t count_;
  std::vector<std::uint32_t> of_input_;
  std::vector<ops::ColumnRange> ranges_;
  std::vector<ops::ExchangeSet> sets_;
};

struct AttributionRoom {
  std::vector<float> zeros, spreads;               // by input column
  std::vector<double> sums, means, squares, draw;  // by input column or the level's
  std::vector<double> nodes, weights;              // of most_attribution_steps
  std::vector<float> layer, layer_gradient;        // of the widest layer
  std::vector<double> layer_sums;
  std::vector<std::uint32_t> again, columns;  // by row
  std::vector<AttributionInfo> infos;         // by row
};

struct AttributionRun {
  PooledNetwork& network;
  const AttributionSpec& spec;
  const AttributionColumns& columns;
  AttributionRoom& room;
  std::uint64_t first = 0;  // candidate
  std::size_t rows = 0;
  const float* inputs = nullptr;  // pooled, rows x width
  float* values = nullptr;        // of the first row
  float* errors = nullptr;        // likewise, or null
  const AttributionOutput* output = nullptr;
  std::size_t stride = 0;                         // values of a row; with ids: of an id
  ExchangedNetwork* exchanged = nullptr;          // null: the model or the target has none
  const std::uint32_t* request_of_row = nullptr;  // null: every row is its own request
  IdShares* ids = nullptr;                        // of level id alone

  [[nodiscard]] std::size_t width() const noexcept { return network.width(); }
  [[nodiscard]] const float* input(std::size_t row) const noexcept { return inputs + row * width(); }
  [[nodiscard]] const float* baseline(std::size_t row) const noexcept {
    const std::size_t count = spec.baselines.size() / width();
    if (count == 0) return room.zeros.data();
    return spec.baselines.data() + (count == 1 ? 0 : (first + row) * width());
  }
  [[nodiscard]] std::size_t first_value(std::size_t row) const noexcept {
    return (ids != nullptr ? ids->begin(row) : row) * stride;
  }
  [[nodiscard]] float* out(std::size_t row) const noexcept { return values + first_value(row); }
  // Columns of the level, and with ids the rest.
  [[nodiscard]] std::size_t level_count(std::size_t row) const noexcept {
    return ids != nullptr ? ids->count(row) + 1 : columns.count();
  }
  // Adds what (x - base) . gradient gives the level's columns, or with spec.gradients_only the gradient alone.
  template <class Gradient>
  void add_level(std::size_t row, const float* base, const Gradient* gradient, double* level) const noexcept {
    const bool plain = spec.gradients_only;
    if (ids != nullptr) return ids->add(row, base, gradient, plain, {level, level_count(row)});
    const float* x = input(row);
    for (std::size_t c = 0; c < width(); ++c)
      level[columns.of_input()[c]] += (plain ? 1.0 : double{x[c]} - double{base[c]}) * double{gradient[c]};
  }
  void report(std::size_t row, const AttributionInfo& info) const noexcept {
    if (output == nullptr || output->infos == nullptr) return;
    std::memcpy(output->infos + (first + row) * output->info_stride, &info,
                std::min(output->info_stride, sizeof(info)));
  }
};

// Runs `per` network rows for each of `rows` rows, as many as the network takes at a time: fill(row, k, to) writes
// the k-th of a row, use(row, k, at) reads what came of it; both see all of them in order.
template <class Go, class Fill, class Use>
base::Status sweep(PooledNetwork& network, std::size_t rows, std::size_t per, Go go, Fill fill, Use use) noexcept {
  const std::size_t total = rows * per;
  for (std::size_t begin = 0; begin < total; begin += network.capacity()) {
    const std::size_t count = std::min(network.capacity(), total - begin);
    for (std::size_t i = 0; i < count; ++i) fill((begin + i) / per, (begin + i) % per, network.row(i));
    CLENS_TRY(go(count));
    for (std::size_t i = 0; i < count; ++i) use((begin + i) / per, (begin + i) % per, i);
  }
  return {};
}

// to = a + t (b - a)
inline void blend(const float* a, const float* b, double t, std::size_t width, float* to) noexcept {
  for (std::size_t c = 0; c < width; ++c) to[c] = static_cast<float>(double{a[c]} + t * (double{b[c]} - double{a[c]}));
}

// Sum and gap of attributions by input column, of an `info` whose score and baseline are known.
void add_up(std::span<const double> dimensions, AttributionInfo& info) noexcept;
// The level's sums as values of the row; the rest, which no id carries, to `info`.
void write_level(const AttributionRun&, std::size_t row, const double* level, float* out,
                 AttributionInfo& info) noexcept;
// Of a method whose attributions are (x - base) . gradient: all of that. `gradient` becomes the attributions.
void write_attributions(const AttributionRun&, std::size_t row, const float* base, std::span<double> gradient,
                        AttributionInfo& info) noexcept;

// To room.spreads, by input column: the root of its group's mean square of AttributionSpec::spreads.
void group_spreads(const AttributionRun&, const AttributionColumns& groups) noexcept;

base::Status integrated_gradients(const AttributionRun&) noexcept;
base::Status expected_gradients(const AttributionRun&) noexcept;
// `groups`: columns of level group.
base::Status smoothgrad(const AttributionRun&, const AttributionColumns& groups) noexcept;
base::Status deeplift(const AttributionRun&) noexcept;
base::Status ablation(const AttributionRun&) noexcept;
// All of the network for each column: what ablation() is where the model has no exchanges, and for rows whose numbers
// are not finite or too large for them.
base::Status ablation_by_rows(const AttributionRun&) noexcept;
// Of level id.
base::Status ablation_by_ids(const AttributionRun&) noexcept;
base::Status additive(const AttributionRun&) noexcept;
base::Status conductance(const AttributionRun&) noexcept;
base::Status neuron_gradients(const AttributionRun&) noexcept;

}  // namespace clicklens::lens
