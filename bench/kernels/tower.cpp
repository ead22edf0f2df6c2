// The dense tower 384 -> 512 -> 256 -> 128 -> 64 -> 1 (relu, sigmoid) as a share of the machine's rate
// of fused multiply-adds, measured in the same turns.
#include <array>

#include "bench/kernels/measure.h"

namespace clicklens::bench {
namespace {

using kernels::Act;
using kernels::LinearArgs;
using kernels::PackArgs;
using kernels::Table;

constexpr std::array<std::size_t, 6> widths = {384, 512, 256, 128, 64, 1};
constexpr std::size_t layers = widths.size() - 1, tile = 64;

constexpr double flops_per_row() {
  double sum = 0;
  for (std::size_t l = 0; l < layers; ++l) sum += 2.0 * static_cast<double>(widths[l] * widths[l + 1]);
  return sum;
}

class Tower {
 public:
  explicit Tower(const Table& table) : table_(table), memory_(8u << 20) {
    Random random(1);
    float* next = memory_.floats();
    const auto reserve = [&next](std::size_t n) {
      float* const p = next;
      next += (n + 15) / 16 * 16;
      return p;
    };
    for (std::size_t l = 0; l < layers; ++l) {
      const std::size_t k = widths[l], n = widths[l + 1];
      std::vector<float> w(n * k);
      for (float& v : w) v = random.weight();
      weights_[l] = reserve(table.packed_floats(n, k));
      table.pack_linear({w.data(), k, 1, nullptr, n, k, weights_[l]});
      bias_[l] = reserve(n);
      values_[l] = reserve(tile * n);
    }
    input_ = reserve(tile * widths[0]);
    for (std::size_t i = 0; i < tile * widths[0]; ++i) input_[i] = random.weight();
  }

  void run(std::size_t rows) {
    for (std::size_t first = 0; first < rows; first += tile) run_tile(std::min(tile, rows - first));
  }

 private:
  void run_tile(std::size_t rows) {
    for (std::size_t l = 0; l < layers; ++l) {
      LinearArgs a;
      a.x = {l == 0 ? input_ : values_[l - 1], widths[l], nullptr};
      a.weights = weights_[l];
      a.m = rows, a.k = widths[l], a.n = widths[l + 1];
      a.seed = {bias_[l], 0, nullptr};
      a.act = l + 1 < layers ? Act::relu : Act::sigmoid;
      a.y = values_[l], a.ldy = a.n;
      table_.linear_f32(a);
    }
  }

  const Table& table_;
  Pages memory_;
  std::array<float*, layers> weights_{}, bias_{}, values_{};
  float* input_ = nullptr;
};

void tower(benchmark::State& state, const Table* table) {
  Tower network(*table);
  const std::size_t rows = static_cast<std::size_t>(state.range(0));
  const double work = flops_per_row() * static_cast<double>(rows);
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
  state.counters["us_per_row"] = flops_per_row() / quantile(rates, 0.5) * 1e6;
  state.counters["GFLOPs"] = quantile(rates, 0.5) * 1e-9;
  if (shares.empty()) return;
  state.counters["peak_pct"] = quantile(shares, 0.5);
  state.counters["peak_pct_best10th"] = quantile(shares, 0.9);
}

const bool registered = [] {
  for (const Table* table : tables()) {
    auto* const bench = benchmark::RegisterBenchmark((std::string("tower/") + table->name).c_str(), tower, table);
    const bool scalar = table->isa == kernels::Isa::scalar;
    for (const int rows : {1, 2, 4, 8, 16, 64, 256, 1024}) {
      if (!scalar || rows == 8) bench->Arg(rows);
    }
    bench->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(scalar ? 0.05 : 0.3);
  }
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
