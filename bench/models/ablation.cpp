// Exact ablation of gwen-ref's 24 groups: what it costs in forwards of the same candidates without any sharing, by
// exchanges and by whole network rows, in turns. `f1` is the first linear's share of that forward, `target`
// 1 + 1.05 x 24 x (1 - f1). Arguments: candidates, requests (0: each its own).
#include <variant>

#include "bench/kernels/measure.h"
#include "bench/models/network.h"
#include "lens/explainer.h"

namespace clicklens::bench {
namespace {

constexpr std::size_t rows_at_once = 96;

struct Ablated {
  Ablated(const std::shared_ptr<const exec::Model>& model, const Shape& shape, const exec::Batch& given)
      : batch(given), columns(*model, lens::SaliencyLevel::group) {
    explainer = require(lens::Explainer::create(model, make_inputs(shape), {}));
    network = require(lens::PooledNetwork::create(model, {rows_at_once, {}, false}));
    pooled.resize(batch.candidates * model->input_width());
    require(explainer->pool(batch, pooled, counts));
    baseline.assign(pooled.end() - static_cast<std::ptrdiff_t>(model->input_width()), pooled.end());
    spec.method = lens::AttributionMethod::ablation;
    spec.baselines = baseline;
    values.resize(batch.candidates * columns.count());
  }
  void by_exchanges() {
    lens::AttributionOutput output;
    output.values = values;
    require(explainer->run(batch, spec, output, counts));
  }
  void by_rows() {
    require(explainer->pool(batch, pooled, counts));
    lens::AttributionRun run{*network,      spec,    columns, room,           0, batch.candidates, pooled.data(),
                             values.data(), nullptr, nullptr, columns.count()};
    require(lens::ablation_by_rows(run));
  }

  const exec::Batch& batch;
  lens::AttributionColumns columns;
  std::unique_ptr<lens::Explainer> explainer;
  std::unique_ptr<lens::PooledNetwork> network;
  lens::AttributionRoom room;
  lens::AttributionSpec spec;
  std::vector<float> pooled, baseline, values;
  encode::Counts counts;
};

// The first linear with its bias and activation, over tiles as the session has them.
class FirstLinear {
 public:
  FirstLinear(const exec::Model& model, std::size_t rows) : table_(*require(kernels::active_table())), rows_(rows) {
    const auto is_linear = [](const format::NodeDesc& node) {
      return std::holds_alternative<format::LinearOp>(node.op);
    };
    const auto& nodes = model.desc().nodes;
    const auto& op = std::get<format::LinearOp>(std::find_if(nodes.begin(), nodes.end(), is_linear)->op);
    const auto& shape = model.desc().constants[op.weight].shape;
    kernels::PackArgs pack;
    pack.w = model.constant(op.weight);
    pack.stride_out = shape[1];
    pack.stride_reduction = 1;
    pack.n = shape[0];
    pack.k = shape[1];
    call_.weights = require(model.packed().get(pack, table_));
    call_.n = shape[0];
    call_.k = shape[1];
    call_.seed = {model.constant(op.bias), 0, nullptr};
    call_.act = kernels::Act::relu;
    x_.assign(128 * call_.k, 0.25f);
    y_.resize(128 * call_.n);
    call_.x = {x_.data(), call_.k, nullptr};
    call_.y = y_.data();
    call_.ldy = call_.n;
  }
  void operator()() {
    const std::size_t tiles = (rows_ + 127) / 128;
    for (std::size_t i = 0, at = 0; i < tiles; ++i) {
      call_.m = (rows_ - at) / (tiles - i);
      at += call_.m;
      table_.linear_f32(call_);
    }
  }

 private:
  const kernels::Table& table_;
  std::size_t rows_;
  kernels::LinearArgs call_;
  std::vector<float> x_, y_;
};

void ablation(benchmark::State& state) {
  static const Shape shape = load_shape("gwen-ref");
  static const std::shared_ptr<const exec::Model> model = make_model(shape);
  const auto candidates = static_cast<std::size_t>(state.range(0));
  const RandomBatch own(shape, candidates, 0, 7);
  const RandomBatch batch(shape, candidates, static_cast<std::size_t>(state.range(1)), 7);
  const auto session = make_session(model, shape, {});
  std::vector<float> scores(candidates);
  exec::Output output;
  output.values = scores.data();
  output.capacity = scores.size();
  Ablated ablated(model, shape, batch.batch());
  FirstLinear first(*model, candidates);
  const auto forward = [&] { require(session->run(own.batch(), output)); };
  constexpr int repeats = 12;
  std::vector<double> exchanges, rows, share, over;
  for ([[maybe_unused]] auto _ : state) {
    const double one = seconds_of([&] {
                         for (int i = 0; i < repeats; ++i) forward();
                       }) /
                       repeats;
    const double f1 = seconds_of([&] {
                        for (int i = 0; i < repeats; ++i) first();
                      }) /
                      repeats / one;
    const double fast = seconds_of([&] { ablated.by_exchanges(); });
    const double slow = seconds_of([&] { ablated.by_rows(); });
    const double target = 1 + 1.05 * static_cast<double>(ablated.columns.count()) * (1 - f1);
    exchanges.push_back(fast / one);
    rows.push_back(slow / one);
    share.push_back(f1);
    over.push_back(fast / one / target);
    state.SetIterationTime(fast);
  }
  state.counters["forwards"] = quantile(exchanges, 0.5);
  state.counters["by_rows"] = quantile(rows, 0.5);
  state.counters["f1"] = quantile(share, 0.5);
  state.counters["of_target"] = quantile(over, 0.5);
}
BENCHMARK(ablation)
    ->Args({64, 0})
    ->Args({64, 1})
    ->Args({256, 0})
    ->Args({256, 4})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->MinTime(0.5);

}  // namespace
}  // namespace clicklens::bench
