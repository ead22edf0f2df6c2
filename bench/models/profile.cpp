// What a profile costs a session that serves gwen-ref, by the share of rows profiled: runs of watched and plain
// sessions in turns, their thread's processor time. `cost_pct` is the median over rounds of the sum over a round's
// runs, so that the runs in which rows are added up count; `forwards` are the same in forwards of these candidates
// without sharing; `p99_us` are the runs' own. "settled": a thread settles 20 times a second, on another processor
// where there is one; its time, in the same measure, is `elsewhere_pct`.
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <optional>
#include <thread>

#include "bench/kernels/measure.h"
#include "bench/models/network.h"
#include "lens/collector.h"

namespace clicklens::bench {
namespace {

// Of a round: more than come between two that add rows up.
constexpr std::size_t runs = 104;

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

// A host's thread beside the one that serves.
class Settler {
 public:
  explicit Settler(lens::Collector& collector)
      : thread_([this, &collector] {
          leave(sched_getcpu());
          while (!over_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            seconds_ = seconds_ + seconds_of([&] { collector.settle(); });
          }
        }) {}
  ~Settler() { stop(); }
  // The processor time that settling took.
  double stop() {
    over_ = true;
    if (thread_.joinable()) thread_.join();
    return seconds_;
  }

 private:
  // To any other processor: the thread was just made, where its maker runs.
  static void leave(int processor) {
    cpu_set_t all;
    CPU_ZERO(&all);
    const unsigned count = std::min<unsigned>(std::thread::hardware_concurrency(), CPU_SETSIZE);
    for (unsigned i = 0; i < std::max(count, 2u); ++i)
      if (i != static_cast<unsigned>(processor)) CPU_SET(i, &all);
    sched_setaffinity(0, sizeof all, &all);
  }

  std::atomic<bool> over_ = false;
  double seconds_ = 0;  // the thread's until it is joined
  std::thread thread_;
};

void profiling(benchmark::State& state, std::uint32_t sections, std::uint32_t every, std::size_t candidates,
               bool settled) {
  const RandomBatch request(served().shape, candidates, 1, 3), unshared(served().shape, candidates, 0, 3);
  const lens::ProfileOptions options = options_of(sections, every);
  exec::SessionOptions plain, watched;
  plain.gradients = watched.gradients = options.has(format::profile_saliency);
  watched.observed = lens::Profile::wanted_values(*served().model, options);
  const auto without = make_session(served().model, served().shape, plain);
  const auto with = make_session(served().model, served().shape, watched);
  const auto collector = require(lens::Collector::create(served().model, *with, options, candidates));
  std::vector<float> scores(candidates);
  exec::Output output;
  output.values = scores.data();
  output.capacity = scores.size();
  std::uint64_t key = 0;
  std::vector<double> shares, forwards, own, alone;
  std::optional<Settler> settler;
  if (settled) settler.emplace(*collector);
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
  if (settler)
    state.counters["elsewhere_pct"] = 100 * settler->stop() / std::accumulate(alone.begin(), alone.end(), 0.0);
  state.counters["run_us"] = quantile(alone, 0.5) * 1e6;
  state.counters["cost_pct"] = quantile(shares, 0.5);
  state.counters["cost_pct_best10th"] = quantile(shares, 0.1);
  state.counters["forwards"] = quantile(forwards, 0.5);
  state.counters["p99_us"] = quantile(own, 0.99) * 1e6;
  state.counters["p99_plain_us"] = quantile(alone, 0.99) * 1e6;
}

const bool profile_registered = [] {
  const auto add = [](const char* name, std::uint32_t sections, std::uint32_t every, std::size_t candidates = 500,
                      bool settled = false) {
    benchmark::RegisterBenchmark(name, profiling, sections, every, candidates, settled)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->MinTime(5);
  };
  constexpr std::uint32_t light = format::profile_scores | format::profile_features;
  constexpr std::uint32_t neurons = light | format::profile_neurons, all = format::profile_sections;
  add("profile/scores+features/100", light, 100);
  add("profile/scores+features+neurons/100", neurons, 100);
  add("profile/all/100", all, 100);
  add("profile/settled/scores+features/100", light, 100, 500, true);
  add("profile/settled/scores+features+neurons/100", neurons, 100, 500, true);
  add("profile/settled/all/100", all, 100, 500, true);
  add("profile/scores+features/1", light, 1);
  add("profile/scores+features+neurons/1", neurons, 1);
  add("profile/all/1", all, 1);
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
