// Embedding bags of 3 ids, dim 16, against the loop one would write first, turn by turn.
#include <cstdlib>

#include "bench/kernels/measure.h"

namespace clicklens::bench {
namespace {

using kernels::BagJob;
using kernels::Element;
using kernels::Pool;
using kernels::Table;

constexpr std::size_t dim = 16, per_bag = 3, rows = 64, features = 24, batches = 32;

// One table per feature; many batches of ids, so that no batch finds its rows cached by the last.
class Lookups {
 public:
  explicit Lookups(std::size_t bytes)
      : table_rows_(bytes / features / (dim * sizeof(float))),
        memory_(features * table_rows_ * dim * sizeof(float)),
        ids_(batches * features * rows * per_bag),
        out_(rows * features * dim) {
    Random random(5);
    for (std::size_t i = 0; i < features * table_rows_ * dim; i += 16) memory_.floats()[i] = random.weight();
    for (auto& id : ids_) id = random.next() % static_cast<std::uint32_t>(table_rows_);
    for (std::uint32_t b = 0; b <= rows; ++b) offsets_.push_back(b * per_bag);
  }

  std::vector<BagJob> jobs(std::size_t batch) {
    std::vector<BagJob> all(features);
    for (std::size_t f = 0; f < features; ++f) {
      BagJob& job = all[f];
      job.table = memory_.floats() + f * table_rows_ * dim;
      job.row_stride = dim * sizeof(float);
      job.dim = dim;
      job.ids = ids_.data() + (batch % batches * features + f) * rows * per_bag;
      job.offsets = offsets_.data();
      job.bags = rows;
      job.out = out_.data() + f * dim;
      job.ld_out = features * dim;
    }
    return all;
  }

 private:
  std::size_t table_rows_;
  Pages memory_;
  std::vector<std::uint32_t> ids_, offsets_;
  std::vector<float> out_;
};

void plain_loop(const std::vector<BagJob>& jobs) {
  for (const BagJob& job : jobs) {
    for (std::size_t b = 0; b < job.bags; ++b) {
      float* const out = job.out + b * job.ld_out;
      for (std::size_t c = 0; c < dim; ++c) out[c] = 0;
      for (std::uint32_t i = job.offsets[b]; i < job.offsets[b + 1]; ++i) {
        const float* const row = static_cast<const float*>(job.table) + job.ids[i] * dim;
        for (std::size_t c = 0; c < dim; ++c) out[c] += row[c];
      }
    }
  }
}

void bags(benchmark::State& state, const Table* table) {
  Lookups lookups(static_cast<std::size_t>(state.range(0)) << 20);
  constexpr double count = features * rows * per_bag;
  std::vector<double> ours, ratios;
  std::size_t batch = 0;
  for ([[maybe_unused]] auto _ : state) {
    double seconds = 0, plain = 0;
    for (int turn = 0; turn < 4; ++turn) {
      const auto first = lookups.jobs(batch++), second = lookups.jobs(batch++);
      seconds += seconds_of([&] { table->bags({first.data(), first.size()}); });
      plain += seconds_of([&] { plain_loop(second); });
      benchmark::ClobberMemory();
    }
    state.SetIterationTime(seconds);
    ours.push_back(seconds / 4 / count);
    ratios.push_back(plain / seconds);
  }
  state.counters["ns_per_id"] = quantile(ours, 0.5) * 1e9;
  state.counters["plain_over_ours"] = quantile(ratios, 0.5);
}

const bool registered = [] {
  for (const Table* table : tables()) {
    auto* const bench = benchmark::RegisterBenchmark((std::string("bags_MiB/") + table->name).c_str(), bags, table);
    bench->Arg(6)->Arg(146);
    if (std::getenv("CLENS_BENCH_LARGE") != nullptr) bench->Arg(2048);
    bench->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(0.2);
  }
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
