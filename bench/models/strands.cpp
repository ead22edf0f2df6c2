// Two strands against one, in wall time, turn by turn; and what a session of a model takes once the first is made.
#include <chrono>

#include "bench/kernels/measure.h"
#include "bench/models/network.h"

namespace clicklens::bench {
namespace {

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void strands(benchmark::State& state) {
  constexpr std::size_t rows = 1920;
  const Shape shape = load_shape("gwen-ref");
  const auto model = make_model(shape);
  exec::SessionOptions options;
  const auto one = make_session(model, shape, options);
  options.strands = 2;
  const auto two = make_session(model, shape, options);
  const RandomBatch batch(shape, rows, 0, 1);
  std::vector<float> scores(rows);
  const auto seconds = [&](exec::Session& session) {
    exec::Output output;
    output.values = scores.data();
    output.capacity = rows;
    const double start = wall_seconds();
    if (const auto status = session.run(batch.batch(), output); !status.ok()) fail(status);
    return wall_seconds() - start;
  };
  std::vector<double> gains;
  for ([[maybe_unused]] auto _ : state) {
    const double alone = seconds(*one), both = seconds(*two);
    state.SetIterationTime(both);
    gains.push_back(alone / both);
  }
  state.counters["one/two"] = quantile(gains, 0.5);
  state.counters["one/two_best10th"] = quantile(gains, 0.9);
  state.counters["session_bytes"] = static_cast<double>(one->block_bytes());
}

BENCHMARK(strands)->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(1);

}  // namespace
}  // namespace clicklens::bench
