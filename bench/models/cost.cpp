// How well costs are predicted (lens/cost.h): time foretold from a roofline measured in the same minute against the
// best tenth of measured times, since a roofline's figures are the best of their samples.
#include "lens/cost.h"

#include "bench/kernels/measure.h"
#include "bench/models/network.h"
#include "kernels/dispatch.h"

namespace clicklens::bench {
namespace {

const lens::Roofline& roofline() {
  static const lens::Roofline measured = [] {
    const auto table = kernels::active_table();
    if (!table.ok()) fail(table.status());
    auto found = lens::measure_roofline(**table, {});
    if (!found.ok()) fail(found.status());
    const lens::Roofline& r = *found;
    std::printf(
        "roofline: %.0f GFLOP/s; L1 %.0f, L2 %.0f, L3 %.0f, memory %.0f GB/s; rows %.2f and %.2f ns (alone %.1f and "
        "%.1f)\n",
        r.flops * 1e-9, r.l1 * 1e-9, r.l2 * 1e-9, r.l3 * 1e-9, r.memory * 1e-9, r.near.nanoseconds, r.far.nanoseconds,
        r.near.latency, r.far.latency);
    return *found;
  }();
  return measured;
}

void predicted(benchmark::State& state, const std::string& name, bool shared) {
  const Shape shape = load_shape(name);
  const auto model = make_model(shape);
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
    if (const auto status = session->run(batches[next++ % batches.size()]->batch(), output); !status.ok()) fail(status);
  };
  for (std::size_t i = 0; i < batches.size(); ++i) run();
  lens::CostOptions options;
  options.candidates = static_cast<double>(rows);
  options.requests = shared ? 1.0 : options.candidates;
  options.ids = static_cast<double>(shape.fields.front().ids);
  options.roofline = &roofline();
  const lens::Cost cost = lens::cost_of(*model, options);
  const int repeats = std::max(1, static_cast<int>(1000 / cost.us()));
  std::vector<double> times;
  for ([[maybe_unused]] auto _ : state) {
    const double seconds = seconds_of([&] {
      for (int i = 0; i < repeats; ++i) run();
    });
    state.SetIterationTime(seconds);
    times.push_back(1e6 * seconds / repeats);
  }
  const double measured = quantile(times, 0.1);
  state.counters["dense_us"] = cost.dense_us;
  state.counters["rows_us"] = cost.rows_us;
  state.counters["call_us"] = cost.call_us;
  state.counters["predicted_us"] = cost.us();
  state.counters["measured_us"] = measured;
  state.counters["ratio"] = cost.us() / measured;
}

const bool cost_registered = [] {
  for (const char* name : {"gwen-ref", "criteo-like", "avazu-like"}) {
    for (const bool shared : {false, true}) {
      const std::string title = std::string("cost/") + name + (shared ? "/request_of" : "/batch");
      auto* const bench = benchmark::RegisterBenchmark(
          title.c_str(), [name, shared](benchmark::State& state) { predicted(state, name, shared); });
      for (const int rows : {1, 64, 256}) bench->Arg(rows);
      bench->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(300);
    }
  }
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
