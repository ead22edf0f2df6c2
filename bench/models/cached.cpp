// What a candidate cache saves: one request's candidates read from a cache of many ads, against the same session
// without it and against candidates that all are requests of their own, turn by turn; in reduced precision also against
// float32 from a cache.
#include "bench/kernels/measure.h"
#include "bench/models/network.h"
#include "exec/candidate_cache.h"

namespace clicklens::bench {
namespace {

constexpr std::size_t ads = 20'000, batch_count = 32;

struct Cached {
  Shape shape = load_shape("gwen-ref");
  std::shared_ptr<const exec::Model> model = make_model(shape);

  [[nodiscard]] std::unique_ptr<exec::CandidateCache> cache(bool half, ops::Precision precision) const {
    exec::CacheOptions options;
    options.precision = precision;
    options.rows = ads;
    options.half = half;
    auto made = exec::CandidateCache::create(model, make_inputs(shape), options);
    if (!made.ok()) fail(made.status());
    const RandomBatch all(shape, ads, 0, 99);
    encode::Counts counts;
    if (const auto status = (*made)->fill(all.batch(), nullptr, counts); !status.ok()) fail(status);
    return std::move(*made);
  }
};

void cached(benchmark::State& state, bool half, ops::Precision precision) {
  static const Cached given;
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto cache = given.cache(half, precision), full_cache = given.cache(half, ops::Precision::f32);
  exec::SessionOptions options;
  options.cache = true;
  const auto full = make_session(given.model, given.shape, options);
  options.precision = precision;
  options.cache = false;
  const auto plain = make_session(given.model, given.shape, options);
  options.cache = true;
  const auto reading = make_session(given.model, given.shape, options);
  Random random(5);
  std::vector<std::unique_ptr<RandomBatch>> shared, alone;
  std::vector<std::vector<std::int64_t>> named;
  std::vector<std::vector<encode::Column>> columns;
  for (std::uint32_t i = 0; i < batch_count; ++i) {
    shared.push_back(std::make_unique<RandomBatch>(given.shape, rows, 1, i));
    alone.push_back(std::make_unique<RandomBatch>(given.shape, rows, 0, i));
    auto& of = named.emplace_back();
    while (of.size() < rows) of.push_back(random.next() % ads);
    auto& left = columns.emplace_back();
    for (const encode::Column& column : shared[i]->batch().columns)
      if (given.model->desc().features[column.input].scope != format::Scope::candidate) left.push_back(column);
  }
  std::vector<float> scores(rows);
  const auto run = [&](exec::Session& session, const exec::Batch& batch) {
    exec::Output output;
    output.values = scores.data();
    output.capacity = rows;
    if (const auto status = session.run(batch, output); !status.ok()) fail(status);
  };
  const std::size_t repeats = std::max<std::size_t>(1, 2048 / rows);
  std::size_t next = 0;
  std::vector<double> to_shared, to_alone, to_full, times;
  for ([[maybe_unused]] auto _ : state) {
    double seconds[4] = {0, 0, 0, 0};
    for (std::size_t r = 0; r < repeats; ++r, ++next) {
      const std::size_t i = next % batch_count;
      exec::Batch batch = shared[i]->batch();
      seconds[0] += seconds_of([&] { run(*plain, alone[i]->batch()); });
      seconds[1] += seconds_of([&] { run(*plain, batch); });
      batch.columns = columns[i];
      batch.cache = cache.get();
      batch.cache_rows = named[i].data();
      seconds[2] += seconds_of([&] { run(*reading, batch); });
      batch.cache = full_cache.get();
      seconds[3] += seconds_of([&] { run(*full, batch); });
    }
    state.SetIterationTime(seconds[2]);
    to_alone.push_back(seconds[0] / seconds[2]);
    to_full.push_back(seconds[3] / seconds[2]);
    to_shared.push_back(seconds[1] / seconds[2]);
    times.push_back(seconds[2] / static_cast<double>(repeats * rows));
  }
  state.counters["us_per_row"] = quantile(times, 0.5) * 1e6;
  state.counters["unshared/cached"] = quantile(to_alone, 0.5);
  state.counters["shared/cached"] = quantile(to_shared, 0.5);
  state.counters["f32/this"] = quantile(to_full, 0.5);
  state.counters["bytes_per_ad"] = static_cast<double>(cache->row_bytes());
}

using ops::Precision;
void sizes(benchmark::internal::Benchmark* bench) {
  bench->Arg(64)->Arg(256)->Arg(1024)->UseManualTime()->MinTime(0.3);
}
BENCHMARK_CAPTURE(cached, f32, false, Precision::f32)->Arg(8)->Apply(sizes);
BENCHMARK_CAPTURE(cached, f16, true, Precision::f32)->Apply(sizes);
BENCHMARK_CAPTURE(cached, int8, false, Precision::int8)->Apply(sizes);
BENCHMARK_CAPTURE(cached, bf16, false, Precision::bf16)->Apply(sizes);

}  // namespace
}  // namespace clicklens::bench
