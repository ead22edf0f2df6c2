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

// Which rows a matrix has: one per request of the batch at hand, or one per candidate of the tile.
enum class Level : std::uint8_t { request = 0, row = 1 };

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

// What a step may see while it runs.
struct StepContext {
  std::byte* block = nullptr;  // this strand's scratch
  std::byte* work = nullptr;   // in it: what Lowering::need_work asked for, each step's own while it runs
  const kernels::Table* kernels = nullptr;
  std::size_t requests = 0;                       // rows at request level
  std::size_t rows = 0;                           // rows at row level
  const std::uint32_t* request_of_row = nullptr;  // row -> row at request level
  std::uint64_t first_request = 0, first_candidate = 0;
  const encode::Column* const* columns = nullptr;  // by feature; null: absent
  const Sink* sinks = nullptr;                     // by capture of the session; null: nothing is captured
  bool probes = false;                             // probes' logits are wanted
  bool strict = false;
  encode::Counts* counts = nullptr;

  [[nodiscard]] float* at(const Place& place) const noexcept { return reinterpret_cast<float*>(block + place.offset); }
  [[nodiscard]] std::size_t rows_at(Level level) const noexcept { return level == Level::request ? requests : rows; }
  // `place` read by a step that runs at `level`: request rows are mapped to the tile's rows.
  [[nodiscard]] kernels::Operand operand(const Place& place, Level level) const noexcept {
    const bool mapped = place.level == Level::request && level == Level::row;
    return {at(place), place.ld, mapped ? request_of_row : nullptr};
  }
};

class Step {
 public:
  virtual ~Step() = default;
  virtual base::Status run(const StepContext&) const noexcept = 0;
};

}  // namespace clicklens::ops
