// Ablation: the drop of the score by each of the level's columns alone. Drops need not add up to anything.
#include <algorithm>
#include <cmath>

#include "lens/attribution_run.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

class Drops final : public ExchangeScores {
 public:
  explicit Drops(const AttributionRun& run) noexcept : run_(run) {}
  void scores(std::size_t set, std::span<const double> by_row) noexcept override {
    for (std::size_t row = 0; row < by_row.size(); ++row) {
      AttributionInfo& info = run_.room.infos[row];
      if (set == 0) {
        info = {};
        info.baseline = info.bias = info.gap = undefined;
        info.score = by_row[row];
        continue;
      }
      const double drop = info.score - by_row[row];
      info.sum += drop;
      run_.out(row)[set - 1] = static_cast<float>(drop);
    }
  }

 private:
  const AttributionRun& run_;
};

// Writes what the baseline's columns are more than the row's. False: too large, or not finite.
bool write_changes(const AttributionRun& run, std::size_t row) noexcept {
  const float *x = run.input(row), *base = run.baseline(row);
  float* to = run.exchanged->changes(row);
  const auto largest = static_cast<float>(std::min(run.exchanged->largest(), 1e38));
  bool fits = true;
  for (std::size_t c = 0; c < run.width(); ++c) {
    to[c] = base[c] - x[c];
    fits &= std::abs(x[c]) <= largest && std::abs(base[c]) <= largest;
  }
  return fits;
}

AttributionRun one_row(const AttributionRun& run, std::size_t row) noexcept {
  AttributionRun one = run;
  one.first = run.first + row;
  one.rows = 1;
  one.inputs = run.input(row);
  one.values = run.out(row);
  return one;
}

}  // namespace

base::Status ablation_by_rows(const AttributionRun& run) noexcept {
  const std::size_t columns = run.columns.count();
  AttributionInfo info;
  info.baseline = info.bias = info.gap = undefined;
  const auto go = [&](std::size_t count) { return run.network.scores(count); };
  const auto fill = [&](std::size_t row, std::size_t k, float* to) {
    const float *x = run.input(row), *base = run.baseline(row);
    for (std::size_t c = 0; c < run.width(); ++c) to[c] = k > 0 && run.columns.of_input()[c] == k - 1 ? base[c] : x[c];
  };
  const auto use = [&](std::size_t row, std::size_t k, std::size_t at) {
    if (k == 0) {
      info.score = run.network.score(at);
      info.sum = 0;
    } else {
      const double drop = info.score - run.network.score(at);
      info.sum += drop;
      run.out(row)[k - 1] = static_cast<float>(run.spec.ablated_scores ? run.network.score(at) : drop);
    }
    if (k == columns) run.report(row, info);
  };
  return sweep(run.network, run.rows, columns + 1, go, fill, use);
}

// An id's own: the score less that without what it brought to its bag. What no id carries stays.
base::Status ablation_by_ids(const AttributionRun& run) noexcept {
  AttributionInfo info;
  info.baseline = info.bias = info.gap = info.rest = undefined;
  const auto go = [&](std::size_t count) { return run.network.scores(count); };
  for (std::size_t row = 0; row < run.rows; ++row) {
    const auto fill = [&](std::size_t, std::size_t k, float* to) {
      if (k == 0) return static_cast<void>(std::copy_n(run.input(row), run.width(), to));
      run.ids->leave_out(row, k - 1, run.baseline(row), to);
    };
    const auto use = [&](std::size_t, std::size_t k, std::size_t at) {
      if (k == 0) {
        info.score = run.network.score(at);
        info.sum = 0;
        return;
      }
      const double drop = info.score - run.network.score(at);
      info.sum += drop;
      run.out(row)[k - 1] = static_cast<float>(run.spec.ablated_scores ? run.network.score(at) : drop);
    };
    CLENS_TRY(sweep(run.network, 1, run.ids->count(row) + 1, go, fill, use));
    run.report(row, info);
  }
  return {};
}

base::Status ablation(const AttributionRun& run) noexcept {
  if (run.ids != nullptr) return ablation_by_ids(run);
  if (run.exchanged == nullptr) return ablation_by_rows(run);
  std::size_t unfit = 0;
  for (std::size_t row = 0; row < run.rows; ++row)
    if (!write_changes(run, row)) run.room.again[unfit++] = static_cast<std::uint32_t>(row);
  const bool one_baseline = run.spec.baselines.size() <= run.width();
  Drops drops(run);
  CLENS_TRY(
      run.exchanged->run(run.inputs, run.rows, run.columns.sets(), one_baseline ? run.request_of_row : nullptr, drops));
  for (std::size_t row = 0; row < run.rows; ++row) run.report(row, run.room.infos[row]);
  for (std::size_t i = 0; i < unfit; ++i) CLENS_TRY(ablation_by_rows(one_row(run, run.room.again[i])));
  return {};
}

}  // namespace clicklens::lens
