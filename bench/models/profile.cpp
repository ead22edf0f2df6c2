// What a profile costs a session that serves gwen-ref, by the share of rows profiled: runs of watched and plain
// sessions in turns. `cost_pct` is the median over rounds of the sum over a round's runs, so that the runs in which
// staged rows are added up count; `forwards` are the same in forwards of these candidates without sharing; `p99_us` are
// the runs' own.
#include <algorithm>

#include "bench/kernels/measure.h"
#include "bench/models/network.h"
#include "lens/collector.h"

namespace clicklens::bench {
namespace {

constexpr std::size_t runs = 24;

struct Served {
  Shape shape = load_shape("gwen-ref");
  std::shared_ptr<const exec::Model> model = make_model(shape);
};

const Served& served() {
  static const Served made;
  return made;
}

lens::ProfileOptions options_of(std::uint32_t sections, std::uint32_t every) {
  lens::ProfileOptions options;
  options.sections = sections;
  options.every = every;
  if (options.has(format::profile_saliency)) options.means.resize(served().model->input_width(), 0.01f);
  return options;
}

void profiling(benchmark::State& state, std::uint32_t sections, std::uint32_t every, std::size_t candidates) {
  const RandomBatch request(served().shape, candidates, 1, 3), unshared(served().shape, candidates, 0, 3);
  const lens::ProfileOptions options = options_of(sections, every);
  exec::SessionOptions plain, watched;
  plain.gradients = watched.gradients = options.has(format::profile_saliency);
  watched.observed = lens::Profile::wanted_values(*served().model, options);
  const auto without = make_session(served().model, served().shape, plain);
  const auto with = make_session(served().model, served().shape, watched);
  const std::size_t rows = options.has(format::profile_saliency) ? std::min<std::size_t>(96, candidates) : candidates;
  const auto collector = require(lens::Collector::create(served().model, *with, options, rows));
  std::vector<float> scores(candidates);
  exec::Output output;
  output.values = scores.data();
  output.capacity = scores.size();
  std::uint64_t key = 0;
  std::vector<double> shares, forwards, own, alone;
  for ([[maybe_unused]] auto _ : state) {
    double sum_alone = 0, sum_own = 0;
    for (std::size_t i = 0; i < runs; ++i) {
      alone.push_back(seconds_of([&] { require(without->run(request.batch(), output)); }));
      ++key;  // other rows each time
      own.push_back(seconds_of([&] { require(collector->run(request.batch(), &key, output)); }));
      sum_alone += alone.back();
      sum_own += own.back();
    }
    shares.push_back(100 * (sum_own / sum_alone - 1));
    const double forward = seconds_of([&] { require(without->run(unshared.batch(), output)); });
    forwards.push_back((sum_own - sum_alone) / runs / forward);
    state.SetIterationTime(sum_own);
  }
  state.counters["run_us"] = quantile(alone, 0.5) * 1e6;
  state.counters["cost_pct"] = quantile(shares, 0.5);
  state.counters["cost_pct_best10th"] = quantile(shares, 0.1);
  state.counters["forwards"] = quantile(forwards, 0.5);
  state.counters["p99_us"] = quantile(own, 0.99) * 1e6;
  state.counters["p99_plain_us"] = quantile(alone, 0.99) * 1e6;
}

const bool profile_registered = [] {
  const auto add = [](const char* name, std::uint32_t sections, std::uint32_t every, std::size_t candidates = 500) {
    benchmark::RegisterBenchmark(name, profiling, sections, every, candidates)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->MinTime(2);
  };
  constexpr std::uint32_t light = format::profile_scores | format::profile_features;
  constexpr std::uint32_t neurons = light | format::profile_neurons, all = format::profile_sections;
  add("profile/scores+features/100", light, 100);
  add("profile/scores+features+neurons/100", neurons, 100);
  add("profile/all/100", all, 100);
  add("profile/scores+features/1", light, 1);
  add("profile/scores+features+neurons/1", neurons, 1);
  add("profile/all/1", all, 1, 96);  // as many rows as one run can explain
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
