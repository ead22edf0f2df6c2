// What reasons cost: saliency and capture on gwen-ref, in turns with the forward of the same candidates without any
// sharing, by a session that can do nothing else.
#include "lens/saliency.h"

#include "bench/kernels/measure.h"
#include "bench/models/network.h"

namespace clicklens::bench {
namespace {

struct SaliencyModel {
  Shape shape = load_shape("gwen-ref");
  std::shared_ptr<const exec::Model> model = make_model(shape);
};

const SaliencyModel& saliency_model() {
  static const SaliencyModel made;
  return made;
}

enum class Work { forward, full_group, gradient, full_dimension, groups, capture, capture_off };

// Scores, and what `work` asks for beside.
class Run {
 public:
  Run(Work work, const exec::Batch& batch) : batch_(batch), scores_(batch.candidates) {
    exec::SessionOptions options;
    options.gradients =
        work == Work::full_group || work == Work::gradient || work == Work::full_dimension || work == Work::groups;
    options.group_gradients = work == Work::groups;
    const exec::Model& model = *saliency_model().model;
    if (work == Work::capture || work == Work::capture_off)
      for (const format::LayerDesc& layer : model.desc().layers) options.captures.push_back(layer.value);
    session_ = make_session(saliency_model().model, saliency_model().shape, options);
    output_.values = scores_.data();
    output_.capacity = scores_.size();
    if (work == Work::capture) add_captures(options.captures);
    if (!options.gradients) return;
    means_.resize(model.input_width(), 0.01f);
    spec_.means = means_;
    if (work == Work::gradient) spec_.method = lens::SaliencyMethod::gradient_l2;
    spec_.level = work == Work::full_dimension ? lens::SaliencyLevel::dimension : lens::SaliencyLevel::group;
    saliency_.resize(require(lens::saliency_size(*session_, batch, spec_, {})));
  }
  void operator()() {
    require(saliency_.empty() ? session_->run(batch_, output_)
                              : lens::saliency(*session_, batch_, spec_, saliency_, output_));
  }

 private:
  void add_captures(const std::vector<std::uint32_t>& values) {
    for (const std::uint32_t value : values) {
      auto& room = captured_.emplace_back(batch_.candidates * saliency_model().model->graph().values[value].columns());
      buffers_.push_back({value, room.data(), room.size(), 0});
    }
    output_.captures = buffers_;
  }

  const exec::Batch& batch_;
  std::unique_ptr<exec::Session> session_;
  lens::SaliencySpec spec_;
  std::vector<float> means_, scores_, saliency_;
  std::vector<std::vector<float>> captured_;
  std::vector<exec::CaptureBuffer> buffers_;
  exec::Output output_;
};

// range(0): candidates; range(1): of each request, 0: requests of one, read as such.
void saliency_cost(benchmark::State& state, Work work) {
  const auto candidates = static_cast<std::size_t>(state.range(0));
  const auto each = static_cast<std::size_t>(state.range(1));
  const RandomBatch alone(saliency_model().shape, candidates, 0, 7);
  const RandomBatch given(saliency_model().shape, candidates, each == 0 ? 0 : candidates / each, 7);
  Run forward(Work::forward, alone.batch()), run(work, given.batch());
  const std::size_t repeats = std::max<std::size_t>(1, 256 / candidates);
  const auto timed = [&](Run& it) {
    return seconds_of([&] {
      for (std::size_t i = 0; i < repeats; ++i) it();
    });
  };
  timed(forward);
  timed(run);
  std::vector<double> ratios, alone_us;
  for ([[maybe_unused]] auto _ : state) {
    const double one = timed(forward), other = timed(run);
    alone_us.push_back(one / static_cast<double>(repeats * candidates) * 1e6);
    ratios.push_back(other / one);
    state.SetIterationTime(other);
  }
  state.counters["forward_us_per_row"] = quantile(alone_us, 0.5);
  state.counters["forwards"] = quantile(ratios, 0.5);
  state.counters["forwards_low10th"] = quantile(ratios, 0.1);
}

const bool saliency_registered = [] {
  const auto add = [](const char* name, Work work, std::initializer_list<std::pair<int, int>> shapes) {
    auto* const bench = benchmark::RegisterBenchmark(name, saliency_cost, work);
    for (const auto& [candidates, each] : shapes) bench->Args({candidates, each});
    bench->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(0.4);
  };
  const auto unshared = {std::pair{1, 0}, {8, 0}, {64, 0}, {256, 0}, {1024, 0}};
  const auto all = {std::pair{1, 0}, {8, 0}, {64, 0}, {256, 0}, {1024, 0}, {64, 64}, {256, 64}, {256, 256}};
  add("saliency/forward", Work::forward, {{1, 0}, {64, 64}, {256, 64}, {256, 256}});
  add("saliency/full/group", Work::full_group, all);
  add("saliency/full/gradient", Work::gradient, {{8, 0}, {64, 0}, {256, 0}});
  add("saliency/full/dimension", Work::full_dimension, all);
  add("saliency/groups", Work::groups, all);
  add("saliency/capture", Work::capture, unshared);
  add("saliency/capture/off", Work::capture_off, {{8, 0}, {256, 0}});
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
