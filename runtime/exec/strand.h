// A strand: one thread's walk over its part of a batch. For at most a tile of requests at a time it
// computes what depends on the request alone, then takes their candidates tile by tile through the whole
// network. Its memory is one part of the session's block.
#pragma once

#include <cstdint>
#include <optional>

#include "exec/batch.h"
#include "exec/candidate_cache.h"

namespace clicklens::exec {

struct StrandTask {
  const Plan* plan = nullptr;
  const kernels::Table* kernels = nullptr;
  const Batch* batch = nullptr;
  const encode::Column* const* columns = nullptr;  // by feature
  const Output* output = nullptr;
  std::size_t row_stride = 0;              // of output->values
  const ops::Sink* sinks = nullptr;        // by capture; null: none
  const GradientTarget* target = nullptr;  // null: no backward
  TileObserver* observer = nullptr;
  CacheView cache;
  std::uint64_t first_fresh = 0;  // of the strand: candidates before it that no cache holds
};

class Strand {
 public:
  Strand(const StrandTask& task, std::byte* block, std::size_t index) noexcept;

  // Candidates [begin, end). Adds what it met to `counts`, and those that stopped early to `exited`. A request is
  // counted and captured by the strand that has its first candidate.
  base::Status run(std::uint64_t begin, std::uint64_t end, encode::Counts& counts, std::uint64_t& exited) noexcept;

 private:
  base::Status run_requests(std::uint64_t first, std::uint64_t last, bool owned) noexcept;
  base::Status run_candidates(std::uint64_t first_request, std::uint64_t last_request) noexcept;
  base::Status run_tile(std::uint64_t candidate, std::size_t rows) noexcept;
  base::Status run_candidate_level(std::uint64_t candidate, std::size_t rows) noexcept;
  void copy_cached(const std::uint32_t* rows, std::size_t count) noexcept;
  base::Status run_backward() noexcept;
  void map_rows(std::uint64_t candidate, std::size_t rows) noexcept;
  base::Status run_exchanges() noexcept;
  base::Status run_after_exit(const ExitPlan& exit) noexcept;
  void write_scores() noexcept;
  void write_task(std::size_t task) noexcept;
  void write_probes() noexcept;
  void gather(const ops::Place& column, std::size_t rows) noexcept;
  void gather_score(const ops::Place& logit) noexcept;
  void gather_probe(const ProbePlan& probe) noexcept;
  void sigmoid_scores() noexcept;
  void read_slopes(const ops::Place& logit) noexcept;

  StrandTask task_;
  ops::StepContext context_;
  ops::CachedRows cached_;
  std::size_t index_;
  std::uint32_t* request_of_row_;
  std::uint32_t* candidate_of_row_ = nullptr;  // null: the plan has no candidate level
  float* scores_;
  const std::uint32_t* row_of_ = nullptr;  // with early exit: by row that went on, its row of the tile
  std::size_t tile_rows_ = 0;              // of the tile at hand, those that stopped early too
  std::uint64_t begin_ = 0, end_ = 0, next_fresh_ = 0;
  encode::Counts ignored_;
  encode::Counts* counts_ = nullptr;
  std::uint64_t* exited_ = nullptr;
};

}  // namespace clicklens::exec
