// The tower in int8 and bf16: how many times as fast as in float32, both timed in the same turns.
#include "bench/kernels/tower_reduced.h"

namespace clicklens::bench {
namespace {

using kernels::Table;

void reduced(benchmark::State& state, const Table* table, bool int8) {
  Tower full(*table);
  ReducedTower network(*table, int8);
  const std::size_t rows = static_cast<std::size_t>(state.range(0));
  const int repeats = std::max(1, static_cast<int>(3e7 / (Tower::flops_per_row() * static_cast<double>(rows))));
  const auto seconds = [&](auto& tower) {
    return seconds_of([&] {
      for (int i = 0; i < repeats; ++i) tower.run(rows);
    });
  };
  full.run(rows);
  network.run(rows);
  std::vector<double> ratios, times;
  for ([[maybe_unused]] auto _ : state) {
    const double before = seconds(full), time = seconds(network), after = seconds(full);
    state.SetIterationTime(time);
    times.push_back(time / repeats / static_cast<double>(rows));
    ratios.push_back(std::min(before, after) / time);
  }
  state.counters["us_per_row"] = quantile(times, 0.5) * 1e6;
  state.counters["times_f32"] = quantile(ratios, 0.5);
  state.counters["times_f32_best10th"] = quantile(ratios, 0.9);
}

void add(const char* name, const Table* table, bool int8) {
  if (table == nullptr || (!int8 && table->linear_bf16 == nullptr)) return;
  auto* const bench = benchmark::RegisterBenchmark(name, reduced, table, int8);
  for (const int rows : {1, 2, 4, 8, 16, 64, 256, 1024}) bench->Arg(rows);
  bench->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(0.2);
}

const bool tower_reduced_registered = [] {
  for (const Table* table : tables()) {
    if (table->isa == kernels::Isa::scalar) continue;
    const std::string name = table->name;
    add(("tower_int8/" + name).c_str(), table, true);
    add(("tower_bf16/" + name).c_str(), table, false);
  }
  add("tower_int8/avx512_amx", kernels::amx_table(), true);
  add("tower_bf16/avx512_amx", kernels::amx_table(), false);
  add("tower_int8/avx512_without_vnni", kernels::plain_table_for(kernels::Isa::avx512), true);
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
