// What attribution costs: each method on gwen-ref with its usual steps and draws, by groups, in turns with the forward
// of the same candidates without any sharing.
#include "bench/kernels/measure.h"
#include "bench/models/network.h"
#include "lens/explainer.h"

namespace clicklens::bench {
namespace {

using lens::AttributionMethod;

struct Gwen {
  Shape shape = load_shape("gwen-ref");
  std::shared_ptr<const exec::Model> model = make_model(shape);
};

const Gwen& gwen() {
  static const Gwen made;
  return made;
}

class Explained {
 public:
  Explained(AttributionMethod method, const exec::Batch& batch) : batch_(batch) {
    const exec::Model& model = *gwen().model;
    lens::Explainer::Options options;
    options.layers = {model.desc().layers.back().value};
    explainer_ = require(lens::Explainer::create(gwen().model, make_inputs(gwen().shape), options));
    spec_.method = method;
    spec_.layer = options.layers[0];
    rows_.resize(batch.candidates * model.input_width());
    require(explainer_->pool(batch, rows_, counts_));
    spreads_.assign(model.input_width(), 0.1f);
    spec_.spreads = spreads_;
    const bool many = method == AttributionMethod::expected_gradients;
    spec_.baselines = std::span<const float>(rows_).first(many ? rows_.size() : model.input_width());
    values_.resize(batch.candidates * require(explainer_->stride(spec_)));
  }
  void operator()() {
    lens::AttributionOutput output;
    output.values = values_;
    require(explainer_->run(batch_, spec_, output, counts_));
  }

 private:
  const exec::Batch& batch_;
  std::unique_ptr<lens::Explainer> explainer_;
  lens::AttributionSpec spec_;
  std::vector<float> rows_, spreads_, values_;
  encode::Counts counts_;
};

class Forward {
 public:
  explicit Forward(const exec::Batch& batch)
      : batch_(batch), session_(make_session(gwen().model, gwen().shape, {})), scores_(batch.candidates) {
    output_.values = scores_.data();
    output_.capacity = scores_.size();
  }
  void operator()() { require(session_->run(batch_, output_)); }

 private:
  const exec::Batch& batch_;
  std::unique_ptr<exec::Session> session_;
  std::vector<float> scores_;
  exec::Output output_;
};

void cost(benchmark::State& state, AttributionMethod method) {
  const auto candidates = static_cast<std::size_t>(state.range(0));
  const RandomBatch batch(gwen().shape, candidates, 0, 7);
  Forward forward(batch.batch());
  Explained explained(method, batch.batch());
  forward();
  explained();
  constexpr int repeats = 40;  // of the forward, which is the shorter one
  std::vector<double> ratios;
  for ([[maybe_unused]] auto _ : state) {
    const double one = seconds_of([&] {
      for (int i = 0; i < repeats; ++i) forward();
    });
    const double other = seconds_of([&] { explained(); });
    ratios.push_back(other / one * repeats);
    state.SetIterationTime(other);
  }
  state.counters["forwards"] = quantile(ratios, 0.5);
  state.counters["forwards_low10th"] = quantile(ratios, 0.1);
}

const bool attribution_registered = [] {
  const auto add = [](const char* name, AttributionMethod method) {
    auto* const bench = benchmark::RegisterBenchmark(name, cost, method);
    bench->Arg(8)->Arg(64)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(0.5);
  };
  add("attribution/additive", AttributionMethod::additive);
  add("attribution/deeplift", AttributionMethod::deeplift);
  add("attribution/ablation", AttributionMethod::ablation);
  add("attribution/integrated_gradients", AttributionMethod::integrated_gradients);
  add("attribution/expected_gradients", AttributionMethod::expected_gradients);
  add("attribution/smoothgrad", AttributionMethod::smoothgrad);
  add("attribution/conductance", AttributionMethod::conductance);
  add("attribution/neuron_gradients", AttributionMethod::neuron_gradients);
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
