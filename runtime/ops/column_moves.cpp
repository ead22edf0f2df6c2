#include "ops/column_moves.h"

#include <algorithm>
#include <cstring>

#include "base/stable_order.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

// Of one place of the output: moves count its columns from 0, and read columns of `x` from 0.
struct PlaceMoves {
  Place x;
  std::vector<ColumnMove> moves;
};

constexpr std::size_t moves_a_step = 4;  // that take the memory of a step where each reads its own place

void take(const float* x, const ColumnMove& move, float* y) noexcept {
  if (move.stride == 1) {
    std::memcpy(y + move.to, x + move.from, sizeof(float) * move.count);
    return;
  }
  const float* from = x + move.from;
  for (float *to = y + move.to, *end = to + move.count; to != end; ++to, from += move.stride) *to = *from;
}

class GatherStep final : public Step {
 public:
  GatherStep(std::vector<PlaceMoves> from, const Place& y) : from_(std::move(from)), y_(y) {}
  base::Status run(const StepContext& context) const noexcept override {
    const std::size_t rows = context.rows_at(y_.level);
    float* const y = context.at(y_);
    for (const PlaceMoves& from : from_) {
      const kernels::Operand x = context.operand(from.x, y_.level);
      for (std::size_t r = 0; r < rows; ++r) {
        const float* const row = x.data + (x.rows != nullptr ? x.rows[r] : r) * x.ld;
        for (const ColumnMove& move : from.moves) take(row, move, y + r * y_.ld);
      }
    }
    return {};
  }

 private:
  std::vector<PlaceMoves> from_;
  Place y_;
};

class ScatterStep final : public Step {
 public:
  ScatterStep(const Place& dy, std::span<const ColumnMove> moves, const Place& dx) : moves_(moves), dy_(dy), dx_(dx) {}
  base::Status run(const StepContext& context) const noexcept override {
    for (std::size_t r = 0; r < context.rows; ++r) {
      const float* const dy = context.at(dy_) + r * dy_.ld;
      float* const dx = context.at(dx_) + r * dx_.ld;
      std::memset(dx, 0, sizeof(float) * dx_.count);
      for (const ColumnMove& move : moves_) give(dy + move.to, move, dx + move.from);
    }
    return {};
  }

 private:
  static void give(const float* dy, const ColumnMove& move, float* dx) noexcept {
    if (move.stride == 1) {
      for (std::uint32_t i = 0; i < move.count; ++i) dx[i] += dy[i];
      return;
    }
    for (std::uint32_t i = 0; i < move.count; ++i, dx += move.stride) *dx += dy[i];
  }

  std::span<const ColumnMove> moves_;
  Place dy_, dx_;
};

// A part of a move that reads one place of the input.
struct Part {
  std::size_t place = 0;
  ColumnMove move;
};

// In the order of the places; of each, in the order of the parts.
std::vector<PlaceMoves> by_place(std::span<const Place> x, std::vector<Part>& parts) {
  base::stable_sort(parts, [](const Part& a, const Part& b) { return a.place < b.place; });
  std::vector<PlaceMoves> moves;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == 0 || parts[i].place != parts[i - 1].place) moves.push_back({x[parts[i].place], {}});
    moves.back().moves.push_back(parts[i].move);
  }
  return moves;
}

// How many of the move's columns lie in the place of the first.
std::uint32_t count_in_place(const ColumnMove& move, const Place& place) noexcept {
  const std::int64_t first = move.from, begin = place.column, last = begin + place.count - 1;
  std::int64_t count = move.count;
  if (move.stride > 0) count = std::min(count, (last - first) / move.stride + 1);
  if (move.stride < 0) count = std::min(count, (first - begin) / -move.stride + 1);
  return static_cast<std::uint32_t>(count);
}

// The move's columns from its n-th on.
ColumnMove rest_of(const ColumnMove& move, std::uint32_t n) noexcept {
  const auto from = static_cast<std::uint32_t>(move.from + n * move.stride);
  return {from, move.to + n, move.count - n, move.stride};
}

}  // namespace

std::vector<ColumnMove> moves_of(std::span<const std::uint32_t> columns) {
  std::vector<ColumnMove> moves;
  for (std::uint32_t i = 0; i < columns.size();) {
    ColumnMove move{columns[i], i, 1, 1};
    if (i + 1 < columns.size()) move.stride = std::int64_t{columns[i + 1]} - columns[i];
    while (i + move.count < columns.size() &&
           std::int64_t{columns[i + move.count]} - columns[i + move.count - 1] == move.stride)
      ++move.count;
    if (move.count == 1) move.stride = 1;
    i += move.count;
    moves.push_back(move);
  }
  return moves;
}

base::Status emit_gather(Lowering& lowering, std::span<const Place> x, std::span<const ColumnMove> moves,
                         std::span<const Place> y) {
  std::size_t next = 0;
  ColumnMove rest = moves.front();
  for (const Place& to : y) {
    std::vector<Part> parts;
    while (rest.count > 0 && rest.to < to.column + to.count) {
      const auto place = static_cast<std::size_t>(&place_of(x, rest.from) - x.data());
      ColumnMove part = rest;
      part.count = std::min(count_in_place(rest, x[place]), to.column + to.count - rest.to);
      rest = rest_of(rest, part.count);
      part.from -= x[place].column;
      part.to -= to.column;
      parts.push_back({place, part});
      if (rest.count == 0 && ++next < moves.size()) rest = moves[next];
    }
    CLENS_TRY(lowering.charge(parts.size() / moves_a_step));
    lowering.emit(to.level, std::make_unique<GatherStep>(by_place(x, parts), to));
  }
  return {};
}

void emit_scatter(Lowering& lowering, const Place& dy, std::span<const ColumnMove> moves, const Place& dx) {
  lowering.emit(Level::row, std::make_unique<ScatterStep>(dy, moves, dx));
}

}  // namespace clicklens::ops
