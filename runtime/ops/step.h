// A step: one piece of work of a plan, fixed when a session is made and run once per tile (or once per
// batch of requests). Steps hold offsets into a strand's block, never pointers, so one plan serves
// every strand.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.h"
#include "encode/column.h"
#include "kernels/args.h"
#include "kernels/table.h"

namespace clicklens::ops {

struct Exchanges;
struct ExchangeSet;

// Which rows a matrix has: one per request of the batch at hand, or one per candidate of the tile. Sessions that
// read a candidate cache tell candidates apart: at that level only those are computed that no cache holds, the
// `fresh` ones, and rows of the cache are copied behind them.
enum class Level : std::uint8_t { request = 0, row = 1, candidate = 2 };
constexpr std::size_t level_count = 3;

// `count` columns of some value, as a row-major float matrix inside the strand's block.
struct Place {
  std::uint32_t column = 0, count = 0;  // columns of the value it holds
  Level level = Level::row;
  std::size_t offset = 0;  // bytes from the block's start
  std::size_t ld = 0;      // floats
};

// Where a captured value goes: row r of the value's own scope to data + r * ld. Null data: nowhere.
struct Sink {
  float* data = nullptr;
  std::size_t ld = 0;
};

// Rows of a candidate cache, one for each row of the tile, where none has to be computed.
struct CachedRows {
  const std::byte* data = nullptr;
  std::size_t row_stride = 0;
  kernels::Element type = kernels::Element::f32;
  const std::size_t* offsets = nullptr;  // by CachedSum::number: bytes from the start of a row
  const std::uint32_t* rows = nullptr;   // by row of the tile
};

// What a step may see while it runs.
struct StepContext {
  std::byte* block = nullptr;  // this strand's scratch
  std::byte* work = nullptr;   // in it: what Lowering::need_work asked for, each step's own while it runs
  const kernels::Table* kernels = nullptr;
  std::size_t requests = 0;                         // rows at request level
  std::size_t rows = 0;                             // rows at row level
  std::size_t fresh = 0;                            // rows to be computed at candidate level
  const std::uint32_t* request_of_row = nullptr;    // row -> row at request level
  const std::uint32_t* candidate_of_row = nullptr;  // row -> row at candidate level
  std::uint64_t first_request = 0, first_candidate = 0, first_fresh = 0;
  const CachedRows* cached = nullptr;              // null: some row was computed, or there is no cache
  const encode::Column* const* columns = nullptr;  // by feature; null: absent
  const float* given = nullptr;                    // pooled inputs by candidate, where the session is given them
  std::size_t given_ld = 0;
  const Exchanges* exchanges = nullptr;       // in sessions of exchanges, and
  const ExchangeSet* exchange_set = nullptr;  // the one at hand; null: the rows as given
  const Sink* sinks = nullptr;                // by capture of the session; null: nothing is captured
  bool probes = false;                        // probes' logits are wanted
  bool strict = false;
  encode::Counts* counts = nullptr;

  [[nodiscard]] float* at(const Place& place) const noexcept { return reinterpret_cast<float*>(block + place.offset); }
  // Rows that steps of a level compute, and the batch's entry that the first of them is.
  [[nodiscard]] std::size_t rows_at(Level level) const noexcept {
    return level == Level::request ? requests : level == Level::row ? rows : fresh;
  }
  [[nodiscard]] std::uint64_t first_entry(Level level) const noexcept {
    return level == Level::request ? first_request : level == Level::row ? first_candidate : first_fresh;
  }
  // From the tile's rows to those of a matrix at `level`; null: they are the same.
  [[nodiscard]] const std::uint32_t* rows_of(Level level) const noexcept {
    return level == Level::request ? request_of_row : level == Level::row ? nullptr : candidate_of_row;
  }
  // `place` read by a step that runs at `level`.
  [[nodiscard]] kernels::Operand operand(const Place& place, Level level) const noexcept {
    return {at(place), place.ld, level == Level::row ? rows_of(place.level) : nullptr};
  }
};

// Memory of the strand that a step asked for.
template <class T>
T* at(const StepContext& context, std::size_t offset) noexcept {
  return reinterpret_cast<T*>(context.block + offset);
}

class Step {
 public:
  virtual ~Step() = default;
  virtual base::Status run(const StepContext&) const noexcept = 0;
};

}  // namespace clicklens::ops
