#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <vector>

#include "commands/commands.h"
#include "engine/engine.h"
#include "synth/counter_rng.h"

namespace clicklens::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t batches = 16;  // in turn, so that no run finds the rows of the one before in cache

// One request with made-up table rows and numbers for every feature.
class RandomRequest {
 public:
  RandomRequest(const Model& model, const BenchOptions& options, std::uint64_t number) {
    for (std::size_t f = 0; f < model.features().size(); ++f) {
      const FeatureSpec& feature = model.features()[f];
      const std::size_t entries = feature.per_request ? 1 : options.candidates;
      if (feature.kind == CLENS_COLUMN_FLOATS)
        add_numbers(f, entries, feature.width, number);
      else
        add_rows(f, entries, options.ids, model.feature_info(f).rows, number);
    }
    offsets_ = {0, static_cast<std::int64_t>(options.candidates)};
    batch_.candidates = options.candidates;
    batch_.requests = 1;
    batch_.request_offsets = offsets_.data();
    batch_.columns = columns_.data();
    batch_.column_count = columns_.size();
  }
  RandomRequest(const RandomRequest&) = delete;
  RandomRequest& operator=(const RandomRequest&) = delete;
  [[nodiscard]] const clens_batch& batch() const noexcept { return batch_; }

 private:
  void add_numbers(std::size_t feature, std::size_t entries, std::size_t width, std::uint64_t number) {
    const CounterRng draws(number, 0, feature);
    auto& values = numbers_.emplace_back();
    for (std::size_t i = 0; i < entries * width; ++i) values.push_back(static_cast<float>(draws.uniform(i)));
    clens_column& column = add_column(feature, CLENS_COLUMN_FLOATS, CLENS_TYPE_F32);
    column.values = values.data();
    column.value_count = values.size();
  }

  void add_rows(std::size_t feature, std::size_t entries, std::size_t ids, std::uint64_t rows, std::uint64_t number) {
    const CounterRng draws(number, 0, feature);
    const std::uint64_t bound = std::clamp<std::uint64_t>(rows, 1, 0xFFFFFFFFu);
    auto& values = rows_.emplace_back();
    for (std::size_t i = 0; i < entries * ids; ++i) values.push_back(draws.below(i, bound));
    auto& ends = rows_.emplace_back();
    for (std::size_t i = 0; i <= entries; ++i) ends.push_back(i * ids);
    clens_column& column = add_column(feature, CLENS_COLUMN_ROWS, CLENS_TYPE_U64);
    column.values = values.data();
    column.value_count = values.size();
    column.row_offsets = ends.data();
    column.offset_bits = 64;
  }

  clens_column& add_column(std::size_t feature, clens_column_kind kind, clens_value_type type) {
    clens_column column = CLENS_COLUMN_INIT;
    column.input = static_cast<std::uint32_t>(feature);
    column.kind = static_cast<std::uint32_t>(kind);
    column.value_type = static_cast<std::uint32_t>(type);
    return columns_.emplace_back(column);
  }

  std::deque<std::vector<float>> numbers_;  // columns point into these: no element may move
  std::deque<std::vector<std::uint64_t>> rows_;
  std::vector<clens_column> columns_;
  std::vector<std::int64_t> offsets_;
  clens_batch batch_ = CLENS_BATCH_INIT;
};

double quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

BenchReport bench(const BenchOptions& options) {
  const Model model(options.model);
  Session session(model, {.table_rows = true});
  std::vector<std::unique_ptr<RandomRequest>> requests;
  for (std::uint64_t i = 0; i < batches; ++i) requests.push_back(std::make_unique<RandomRequest>(model, options, i));
  std::vector<float> scores;
  clens_counts counts = {0, 0, 0, 0, 0};
  std::vector<double> times;
  const std::size_t warm_up = batches + options.runs / 10;
  for (std::size_t i = 0; i < warm_up + options.runs; ++i) {
    const auto start = Clock::now();
    session.run(requests[i % batches]->batch(), CLENS_OUTPUT_PROBABILITY, scores, counts);
    const std::chrono::duration<double, std::micro> time = Clock::now() - start;
    if (i >= warm_up) times.push_back(time.count());
  }
  double total = 0;
  for (double time : times) total += time;
  std::sort(times.begin(), times.end());
  BenchReport report;
  const char* isa = nullptr;
  check(clens_isa(&isa));
  report.isa = isa;
  report.candidates = options.candidates;
  report.ids = options.ids;
  report.runs = options.runs;
  report.session_bytes = clens_session_bytes(session.get());
  report.p50_us = quantile(times, 0.5);
  report.p99_us = quantile(times, 0.99);
  report.rows_per_second = 1e6 * static_cast<double>(options.candidates * options.runs) / total;
  return report;
}

}  // namespace clicklens::cli
