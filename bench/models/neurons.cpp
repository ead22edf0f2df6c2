// What watching neurons costs: a tower of 960 hidden neurons over 24 bags, every candidate its own request, scored and
// watched turn by turn, as a share of the forward alone.
#include "lens/neurons.h"

#include <sstream>

#include "bench/kernels/measure.h"
#include "bench/models/network.h"

namespace clicklens::bench {
namespace {

constexpr std::size_t rows = 1920;

class Tower {
 public:
  Tower() : shape_(described()), model_(make_model(shape_)), batch_(shape_, rows, 0, 2) {}

  [[nodiscard]] std::unique_ptr<exec::Session> session() const {
    exec::SessionOptions options;
    for (const format::LayerDesc& layer : model_->desc().layers) options.observed.push_back(layer.value);
    return make_session(model_, shape_, options);
  }
  [[nodiscard]] std::unique_ptr<lens::Neurons> neurons(std::uint32_t count_every, std::uint32_t flags) const {
    auto made = lens::Neurons::create(model_, {{}, 0, count_every, 4096, 64, flags});
    if (!made.ok()) fail(made.status());
    return std::move(*made);
  }
  [[nodiscard]] const exec::Batch& batch() const { return batch_.batch(); }

 private:
  static Shape described() {
    std::istringstream text("name neurons\ndim 16\nrows 2000\nsparse candidate 24 1\ntower 512 256 128 64\n");
    return parse_shape(text);
  }

  Shape shape_;
  std::shared_ptr<const exec::Model> model_;
  RandomBatch batch_;
};

void watching(benchmark::State& state, std::uint32_t count_every, std::uint32_t flags, bool labelled) {
  static const Tower tower;
  const auto session = tower.session();
  const auto neurons = tower.neurons(count_every, flags);
  std::vector<float> scores(rows);
  std::vector<std::uint8_t> labels(rows);
  std::vector<std::uint64_t> clusters(rows);
  for (std::size_t i = 0; i < rows; ++i) labels[i] = i % 20 == 0, clusters[i] = i / 3;
  const lens::NeuronRows about{labelled ? labels.data() : nullptr, clusters.data(), nullptr, {}};
  const auto watch = [&] {
    if (const auto status = neurons->add(*session, tower.batch(), about); !status.ok()) fail(status);
  };
  const auto forward = [&] {
    exec::Output output;
    output.values = scores.data();
    output.capacity = rows;
    if (const auto status = session->run(tower.batch(), output); !status.ok()) fail(status);
  };
  for (int i = 0; i < 10; ++i) watch();  // the sample is full, and few rows enter it from now on
  std::vector<double> shares, alone;
  for ([[maybe_unused]] auto _ : state) {
    alone.push_back(seconds_of(forward));
    const double watched = seconds_of(watch);
    shares.push_back(100 * (watched / alone.back() - 1));
    state.SetIterationTime(watched);
  }
  state.counters["forward_us_per_row"] = quantile(alone, 0.5) / rows * 1e6;
  state.counters["cost_pct"] = quantile(shares, 0.5);
  state.counters["cost_pct_best10th"] = quantile(shares, 0.1);
}

const bool neurons_registered = [] {
  constexpr std::uint32_t never = 0x80000000u;
  const auto add = [](const char* name, std::uint32_t every, std::uint32_t flags, bool labelled) {
    benchmark::RegisterBenchmark(name, watching, every, flags, labelled)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->MinTime(2);
  };
  add("neurons/moments", never, 0, false);
  add("neurons/moments/labels", never, 0, true);
  add("neurons/moments/labels/scores", never, format::neurons_scores, true);
  add("neurons/counts4", 4, 0, false);
  add("neurons/counts4/labels", 4, 0, true);
  add("neurons/counts4/labels/scores", 4, format::neurons_scores, true);
  add("neurons/counts4/labels/clustered", 4, format::neurons_clustered, true);
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
