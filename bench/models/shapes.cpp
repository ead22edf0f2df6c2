// Whole models of bench/models/*.txt: time per row, and how much of the machine's rate of fused multiply-adds, measured
// in the same turns, the tower's work takes. Every call has other ids.
#include <map>

#include "bench/kernels/measure.h"
#include "bench/models/network.h"
#include "kernels/dispatch.h"

namespace clicklens::bench {
namespace {

struct Model {
  Shape shape;
  std::shared_ptr<const exec::Model> model;
};

const Model& model_of(const std::string& name) {
  static std::map<std::string, Model> made;
  if (made.find(name) == made.end()) {
    made.clear();  // one at a time in memory
    const Shape shape = load_shape(name);
    made.emplace(name, Model{shape, make_model(shape)});
  }
  return made.at(name);
}

void whole(benchmark::State& state, const std::string& name, bool shared) {
  const auto& [shape, model] = model_of(name);
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto session = make_session(model, shape, {});
  std::vector<std::unique_ptr<RandomBatch>> batches;
  for (std::uint32_t i = 0; i < std::max<std::size_t>(8, std::min<std::size_t>(512, 8192 / rows)); ++i)
    batches.push_back(std::make_unique<RandomBatch>(shape, rows, shared ? 1 : 0, i + 1));
  std::vector<float> scores(rows);
  std::size_t next = 0;
  const auto run = [&] {
    exec::Output output;
    output.values = scores.data();
    output.capacity = rows;
    const auto status = session->run(batches[next++ % batches.size()]->batch(), output);
    if (!status.ok()) fail(status);
  };
  for (std::size_t i = 0; i < batches.size(); ++i) run();
  const double work = shape.flops(static_cast<double>(rows), shared ? 1.0 : static_cast<double>(rows));
  const int repeats = std::max(1, static_cast<int>(3e8 / work));
  const auto table = kernels::active_table();
  if (!table.ok()) fail(table.status());
  const kernels::Isa isa = (*table)->isa;
  std::vector<double> shares, times;
  for ([[maybe_unused]] auto _ : state) {
    const double peak = fma_peak_flops(isa);
    const double seconds = seconds_of([&] {
      for (int i = 0; i < repeats; ++i) run();
    });
    state.SetIterationTime(seconds);
    times.push_back(seconds / repeats);
    if (peak > 0) shares.push_back(100 * work * repeats / seconds / peak);
  }
  state.counters["us_per_row"] = quantile(times, 0.5) / static_cast<double>(rows) * 1e6;
  if (shares.empty()) return;
  state.counters["peak_pct"] = quantile(shares, 0.5);
  state.counters["peak_pct_best10th"] = quantile(shares, 0.9);
}

const bool shapes_registered = [] {
  for (const char* name : {"gwen-ref", "criteo-like", "avazu-like"}) {
    for (const bool shared : {false, true}) {
      const std::string title = std::string(name) + (shared ? "/request_of" : "/batch");
      auto* const bench = benchmark::RegisterBenchmark(
          title.c_str(), [name, shared](benchmark::State& state) { whole(state, name, shared); });
      for (const int rows : {1, 8, 64, 256, 1024}) {
        if (!shared || rows >= 64) bench->Arg(rows);
      }
      bench->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(0.5);
    }
  }
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
