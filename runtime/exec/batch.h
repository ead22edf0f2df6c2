// A batch, what comes back, and who watches: the executor's side of the C ABI's structs.
#pragma once

#include <cstdint>
#include <span>

#include "encode/column.h"
#include "exec/plan.h"
#include "ops/exchange.h"

namespace clicklens::exec {

class CandidateCache;

struct Batch {
  std::uint64_t candidates = 0;
  std::uint64_t requests = 0;                     // 0: every candidate is its own request
  const std::int64_t* request_offsets = nullptr;  // requests + 1
  std::span<const encode::Column> columns;
  // Sparse columns are table rows, whatever the inputs' kinds; `originals` are those that they were made of, for lenses
  // that look at ids as they came. Of a batch that was bound before.
  bool encoded = false;
  std::span<const encode::Column> originals;
  bool strict = false;
  // Sessions of given inputs: pooled inputs by candidate, in the order of Model::inputs, instead of columns.
  const float* given = nullptr;
  std::size_t given_stride = 0;               // floats
  const ops::Exchanges* exchanges = nullptr;  // sessions of exchanges: what each given row takes on
  const CandidateCache* cache = nullptr;
  const std::int64_t* cache_rows = nullptr;  // with cache: by candidate, its row there or -1

  [[nodiscard]] std::uint64_t request_count() const noexcept { return requests == 0 ? candidates : requests; }
  // First candidate of request r (r up to request_count()).
  [[nodiscard]] std::uint64_t request_begin(std::uint64_t r) const noexcept {
    return requests == 0 ? r : static_cast<std::uint64_t>(request_offsets[r]);
  }
  // The request that holds candidate c.
  [[nodiscard]] std::uint64_t request_of(std::uint64_t c) const noexcept;
  // The first request, empty or not, that begins at candidate c or later.
  [[nodiscard]] std::uint64_t first_request_from(std::uint64_t c) const noexcept;
};

enum class OutputKind : std::uint32_t { probability = 0, logit = 1 };

struct CaptureBuffer {
  std::uint32_t value = 0;
  float* data = nullptr;
  std::size_t capacity = 0;    // floats
  std::size_t row_stride = 0;  // floats; 0: the value's width
};

struct Output {
  OutputKind kind = OutputKind::probability;
  float* values = nullptr;  // null: scores are not wanted
  std::size_t capacity = 0;
  std::size_t row_stride = 0;  // 0: the number of tasks
  std::span<const CaptureBuffer> captures;
  float* probe_logits = nullptr;  // probe_logits[candidate * probes + i]; null: not wanted
  std::size_t probe_capacity = 0;
  encode::Counts counts;     // out
  std::uint64_t exited = 0;  // out: candidates that stopped early
};

// What gradients are taken of: column `column` of `value`; `probability` multiplies by p (1 - p).
struct GradientTarget {
  std::uint32_t value = 0, column = 0;
  bool probability = false;
  const std::uint32_t* columns = nullptr;  // by candidate, each its own column; null: all of them `column`
};

// Called after each tile (of a session of exchanges: for the rows as given, then for each set); rows are candidates
// [context.first_candidate, + context.rows). `gradients` says whether backward ran: then plan.input_gradients hold
// d(target)/d(input). Different tiles may be reported by different threads at the same time; `strand` tells them apart.
class TileObserver {
 public:
  virtual ~TileObserver() = default;
  // Before the first tile, when the batch's structure has been checked.
  virtual void begin(const Batch&) noexcept {}
  virtual base::Status tile(const Plan& plan, const ops::StepContext& context, std::size_t strand) noexcept = 0;
};

}  // namespace clicklens::exec
