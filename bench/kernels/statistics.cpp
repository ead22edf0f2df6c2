// What watching a network costs: moments of its 960 hidden columns over a tile of 96 rows against the
// forward of that tile, turn by turn; and the kernels of double that fits are made of.
#include <limits>

#include "bench/kernels/tower.h"

namespace clicklens::bench {
namespace {

using kernels::MomentsArgs;
using kernels::Table;

constexpr std::size_t tile = 96, watched = Tower::layers - 1;

// The sums of every hidden column.
class Sums {
 public:
  explicit Sums(std::size_t cols) : floats_(5 * cols), doubles_(5 * cols), cols_(cols) { reset(); }

  void reset() {
    const float infinity = std::numeric_limits<float>::infinity();
    const float floats[] = {infinity, 0, infinity, -infinity, 0};
    const double doubles[] = {0, 0x1p40, 0, 0x1.8p40, 0};
    for (std::size_t i = 0; i < 5; ++i) {
      std::fill_n(floats_.data() + i * cols_, cols_, floats[i]);
      std::fill_n(doubles_.data() + i * cols_, cols_, doubles[i]);
    }
  }
  void point(MomentsArgs& a, std::size_t column) {
    float** const floats[] = {&a.low, &a.high, &a.minimum, &a.maximum, &a.active};
    double** const doubles[] = {&a.sum, &a.square_high, &a.square_low, &a.cross_high, &a.cross_low};
    for (std::size_t i = 0; i < 5; ++i) {
      *floats[i] = floats_.data() + i * cols_ + column;
      *doubles[i] = doubles_.data() + i * cols_ + column;
    }
  }

 private:
  std::vector<float> floats_;
  std::vector<double> doubles_;
  std::size_t cols_;
};

constexpr std::size_t columns() {
  std::size_t sum = 0;
  for (std::size_t l = 0; l < watched; ++l) sum += Tower::widths[l + 1];
  return sum;
}

// `scored`: with the products for correlations. `mapped`: rows by map, two classes of 3 and 93.
void moments(benchmark::State& state, const Table* table, bool scored, bool mapped) {
  Tower network(*table, tile);
  std::vector<double> scores(tile, 0.25);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < tile; ++r) rows.push_back(r);
  for (std::size_t click = 0; click < 3; ++click) std::swap(rows[click], rows[17 + 30 * click]);
  Sums sums[] = {Sums(columns()), Sums(columns())};
  const auto watch = [&](Sums& to, std::size_t first, std::size_t count) {
    for (std::size_t l = 0, column = 0; l < watched; column += Tower::widths[++l]) {
      MomentsArgs a;
      a.x = network.values(l);
      if (mapped) a.x.rows = rows.data() + first;
      a.score = scored ? scores.data() + first : nullptr;
      a.rows = count, a.cols = Tower::widths[l + 1];
      to.point(a, column);
      table->moments(a);
    }
  };
  std::vector<double> shares, times;
  for ([[maybe_unused]] auto _ : state) {
    sums[0].reset(), sums[1].reset();
    double forward = 0, watching = 0;
    for (int turn = 0; turn < 4; ++turn) {
      forward += seconds_of([&] { network.run(tile); });
      watching += seconds_of([&] {
        if (mapped) watch(sums[1], 0, 3);
        watch(sums[0], mapped ? 3 : 0, mapped ? tile - 3 : tile);
      });
    }
    state.SetIterationTime(watching + forward);
    shares.push_back(100 * watching / forward);
    times.push_back(watching / (4 * tile));
  }
  state.counters["ns_per_row"] = quantile(times, 0.5) * 1e9;
  state.counters["forward_pct"] = quantile(shares, 0.5);
  state.counters["forward_pct_best10th"] = quantile(shares, 0.1);
}

// Runs `work` in turns with the peak loop; a double has half the lanes of a float.
template <class F>
void rate(benchmark::State& state, const Table* table, double flops, F&& work) {
  const int repeats = std::max(1, static_cast<int>(1e7 / flops));
  std::vector<double> rates, shares;
  for ([[maybe_unused]] auto _ : state) {
    const double peak = fma_peak_flops(table->isa) / 2;
    const double seconds = seconds_of([&] {
      for (int i = 0; i < repeats; ++i) work();
    });
    state.SetIterationTime(seconds);
    rates.push_back(flops * repeats / seconds);
    if (peak > 0) shares.push_back(100 * rates.back() / peak);
  }
  state.counters["GFLOPs"] = quantile(rates, 0.5) * 1e-9;
  if (shares.empty()) return;
  state.counters["peak_pct"] = quantile(shares, 0.5);
  state.counters["peak_pct_best10th"] = quantile(shares, 0.9);
}

void gram(benchmark::State& state, const Table* table) {
  const std::size_t cols = static_cast<std::size_t>(state.range(0)), rows = 256;
  Random random(2);
  std::vector<double> x(rows * cols), g(cols * cols);
  for (double& v : x) v = static_cast<double>(random.weight());
  // Of the upper triangle alone, the diagonal with it.
  const double work = static_cast<double>(rows * cols * (cols + 1));
  rate(state, table, work, [&] { table->gram({x.data(), cols, rows, cols, g.data(), cols}); });
}

struct Products {
  static constexpr std::size_t rows = 256;
  std::size_t cols;
  std::vector<float> x;
  std::vector<double> columns, of_rows;

  explicit Products(const benchmark::State& state)
      : cols(static_cast<std::size_t>(state.range(0))), x(rows * cols), columns(cols, 0.001), of_rows(rows, 0.001) {
    Random random(3);
    for (float& v : x) v = random.weight();
  }
  kernels::Operand operand() const { return {x.data(), cols, nullptr}; }
  double flops() const { return 2.0 * static_cast<double>(rows * cols); }
};

void project(benchmark::State& state, const Table* table) {
  Products p(state);
  rate(state, table, p.flops(), [&] {
    table->project({p.operand(), p.columns.data(), 0.5, p.of_rows.data(), p.rows, p.cols});
  });
}
void add_scaled_rows(benchmark::State& state, const Table* table) {
  Products p(state);
  rate(state, table, p.flops(), [&] {
    table->add_scaled_rows({p.operand(), p.of_rows.data(), p.columns.data(), p.rows, p.cols});
  });
}

const bool statistics_registered = [] {
  for (const Table* table : tables()) {
    const std::string name = table->name;
    const bool scalar = table->isa == kernels::Isa::scalar;
    const auto settle = [scalar](benchmark::internal::Benchmark* bench, std::initializer_list<int> columns) {
      for (const int c : columns) {
        if (!scalar || c == 128) bench->Arg(c);
      }
      bench->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(scalar ? 0.05 : 0.3);
    };
    settle(benchmark::RegisterBenchmark(("moments/" + name).c_str(), moments, table, false, false), {});
    settle(benchmark::RegisterBenchmark(("moments_scored/" + name).c_str(), moments, table, true, false), {});
    settle(benchmark::RegisterBenchmark(("moments_scored_classes/" + name).c_str(), moments, table, true, true), {});
    settle(benchmark::RegisterBenchmark(("gram/" + name).c_str(), gram, table), {64, 128, 512, 960});
    settle(benchmark::RegisterBenchmark(("project/" + name).c_str(), project, table), {64, 128, 512});
    settle(benchmark::RegisterBenchmark(("add_scaled_rows/" + name).c_str(), add_scaled_rows, table), {64, 128, 512});
  }
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
