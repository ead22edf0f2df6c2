// The dense tower as a share of the machine's rate of fused multiply-adds, measured in the same turns.
#include "bench/kernels/tower.h"

namespace clicklens::bench {
namespace {

using kernels::Table;

void tower(benchmark::State& state, const Table* table) {
  Tower network(*table);
  const std::size_t rows = static_cast<std::size_t>(state.range(0));
  const double work = Tower::flops_per_row() * static_cast<double>(rows);
  const int repeats = std::max(1, static_cast<int>(3e7 / work));
  std::vector<double> shares, rates;
  network.run(rows);
  for ([[maybe_unused]] auto _ : state) {
    const double peak = fma_peak_flops(table->isa);
    const double seconds = seconds_of([&] {
      for (int i = 0; i < repeats; ++i) network.run(rows);
    });
    state.SetIterationTime(seconds);
    rates.push_back(work * repeats / seconds);
    if (peak > 0) shares.push_back(100 * rates.back() / peak);
  }
  state.counters["us_per_row"] = Tower::flops_per_row() / quantile(rates, 0.5) * 1e6;
  state.counters["GFLOPs"] = quantile(rates, 0.5) * 1e-9;
  if (shares.empty()) return;
  state.counters["peak_pct"] = quantile(shares, 0.5);
  state.counters["peak_pct_best10th"] = quantile(shares, 0.9);
}

// One row with its zeros left out, in turns with all of it.
void skipping(benchmark::State& state, const Table* table) {
  Tower network(*table);
  std::vector<double> gains;
  network.run(1);
  for ([[maybe_unused]] auto _ : state) {
    const auto timed = [&](bool skip) {
      return seconds_of([&] {
        for (int i = 0; i < 100; ++i) network.run(1, skip);
      });
    };
    const double all = timed(false), some = timed(true);
    state.SetIterationTime(some);
    gains.push_back(100 * (all / some - 1));
  }
  state.counters["gain_pct"] = quantile(gains, 0.5);
  state.counters["gain_pct_low10th"] = quantile(gains, 0.1);
}

const bool tower_registered = [] {
  for (const Table* table : tables()) {
    auto* const bench = benchmark::RegisterBenchmark((std::string("tower/") + table->name).c_str(), tower, table);
    const bool scalar = table->isa == kernels::Isa::scalar;
    for (const int rows : {1, 2, 4, 8, 16, 64, 256, 1024}) {
      if (!scalar || rows == 8) bench->Arg(rows);
    }
    bench->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(scalar ? 0.05 : 0.3);
    if (scalar) continue;
    benchmark::RegisterBenchmark((std::string("tower_zeros/") + table->name).c_str(), skipping, table)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond)
        ->MinTime(0.3);
  }
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
