// What watching neurons costs: a tower of 960 hidden neurons over 24 bags, every candidate its own request, scored and
// watched turn by turn, as a share of the forward alone.
#include "lens/neurons.h"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "bench/kernels/measure.h"
#include "exec/compose.h"
#include "format/writer.h"

namespace clicklens::bench {
namespace {

constexpr std::uint32_t features = 24, dim = 16, table_rows = 2000;
constexpr std::size_t rows = 1920;

[[noreturn]] void fail(const base::Status& status) {
  std::fprintf(stderr, "%s\n", status.message());
  std::exit(1);
}

class Tower {
 public:
  Tower() : model_(make()) {
    std::mt19937 random(2);
    std::vector<exec::InputSpec> specs;
    for (std::uint32_t f = 0; f < features; ++f) {
      specs.push_back({"f" + std::to_string(f), encode::ColumnKind::rows});
      auto& ids = ids_.emplace_back(rows);
      for (std::uint32_t& id : ids) id = static_cast<std::uint32_t>(random() % table_rows);
    }
    for (std::uint32_t f = 0; f < features; ++f) {
      encode::Column column;
      column.input = f;
      column.value_type = encode::ValueType::u32;
      column.values = ids_[f].data();
      column.value_count = rows;
      columns_.push_back(column);
    }
    inputs_.emplace(*exec::Inputs::make(std::move(specs)));
  }

  [[nodiscard]] std::unique_ptr<exec::Session> session() const {
    exec::SessionOptions options;
    for (const format::LayerDesc& layer : model_->desc().layers) options.observed.push_back(layer.value);
    auto made = exec::Session::create(model_, *inputs_, options);
    if (!made.ok()) fail(made.status());
    return std::move(*made);
  }
  [[nodiscard]] std::unique_ptr<lens::Neurons> neurons(std::uint32_t count_every, std::uint32_t flags) const {
    auto made = lens::Neurons::create(model_, {{}, 0, count_every, 4096, 64, flags});
    if (!made.ok()) fail(made.status());
    return std::move(*made);
  }
  [[nodiscard]] exec::Batch batch() const {
    exec::Batch batch;
    batch.candidates = rows;
    batch.columns = columns_;
    return batch;
  }

 private:
  std::uint32_t constant(std::vector<std::uint64_t> shape, float scale) {
    std::uint64_t count = 1;
    for (const std::uint64_t n : shape) count *= n;
    desc_.constants.push_back({"c" + std::to_string(desc_.constants.size()), std::move(shape), segment(count, scale)});
    return static_cast<std::uint32_t>(desc_.constants.size() - 1);
  }
  std::uint32_t segment(std::uint64_t count, float scale) {
    std::uniform_real_distribution<float> uniform(-scale, scale);
    std::vector<float>& values = segments_.emplace_back(count);
    for (float& v : values) v = uniform(random_);
    desc_.segments.push_back({0, sizeof(float) * count, 0});
    return static_cast<std::uint32_t>(segments_.size() - 1);
  }
  std::uint32_t node(format::OperatorDesc op, std::vector<std::uint32_t> inputs) {
    const auto value = static_cast<std::uint32_t>(desc_.values.size());
    desc_.values.push_back({"v" + std::to_string(value), 1, 0});
    desc_.nodes.push_back({"n" + std::to_string(value), std::move(op), std::move(inputs), {value}, {}});
    return value;
  }
  std::uint32_t linear(std::uint32_t x, std::uint32_t in, std::uint32_t out) {
    const std::uint32_t weight = constant({out, in}, 2 / std::sqrt(static_cast<float>(in)));
    return node(format::LinearOp{weight, constant({out}, 0.1f)}, {x});
  }
  void describe() {
    desc_.name = "bench";
    std::vector<std::uint32_t> bags;
    for (std::uint32_t f = 0; f < features; ++f) {
      const std::string name = "f" + std::to_string(f);
      desc_.encoders.push_back({name, format::IdentityEncoder{table_rows}});
      format::FeatureDesc feature;
      feature.name = feature.group = name;
      feature.encoder = f;
      desc_.features.push_back(feature);
      desc_.tables.push_back(
          {name, table_rows, dim, format::ElementType::f32, segment(std::uint64_t{table_rows} * dim, 1.0f), dim * 4});
      bags.push_back(node(format::EmbeddingBagOp{f, f}, {}));
    }
    std::uint32_t x = node(format::ConcatOp{}, bags), in = features * dim;
    for (const std::uint32_t out : {512u, 256u, 128u, 64u}) {
      x = node(format::ActivationOp{}, {linear(x, in, out)});
      desc_.layers.push_back({"l" + std::to_string(out), x});
      in = out;
    }
    desc_.outputs = {{"click", linear(x, in, 1)}};
  }
  std::shared_ptr<exec::Model> make() {
    describe();
    const auto path = std::filesystem::temp_directory_path() / ("clicklens-bench-" + std::to_string(::getpid()));
    auto complete = exec::complete(desc_, {});
    if (!complete.ok()) fail(complete.status());
    auto writer = format::Writer::begin(path.c_str(), *complete, {});
    if (!writer.ok()) fail(writer.status());
    for (std::uint32_t i = 0; i < segments_.size(); ++i) {
      if (auto status = (*writer)->segment(i); !status.ok()) fail(status);
      if (auto status = (*writer)->append(std::as_bytes(std::span(segments_[i]))); !status.ok()) fail(status);
    }
    if (auto status = (*writer)->finish(); !status.ok()) fail(status);
    auto model = exec::Model::open(path.c_str(), {});
    std::filesystem::remove(path);
    if (!model.ok()) fail(model.status());
    return *model;
  }

  std::mt19937 random_{1};
  format::ModelDesc desc_;
  std::vector<std::vector<float>> segments_;
  std::shared_ptr<const exec::Model> model_;
  std::optional<exec::Inputs> inputs_;
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<encode::Column> columns_;
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

const bool registered = [] {
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
