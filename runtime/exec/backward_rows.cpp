#include "exec/backward_rows.h"

#include <cstring>
#include <numeric>

#include "base/checked.h"

namespace clicklens::exec {
namespace {

// Touched now, not by a run.
base::Status make_block(std::size_t bytes, base::AlignedBlock& to) {
  auto block = base::AlignedBlock::allocate(bytes);
  if (!block.ok()) return block.status();
  to = std::move(*block);
  std::memset(to.data(), 0, to.size());
  return {};
}

}  // namespace

base::Result<BackwardRows> BackwardRows::make(const Session& session, std::size_t capacity, std::uint64_t most_bytes) {
  using base::Code;
  using base::Status;
  if (!session.gradients()) return Status::error(Code::bad_state, "session: was created without gradients");
  BackwardRows made;
  for (const ops::Place& place : session.plan().read_by_backward) made.width_ += place.count;
  const auto floats = base::checked_multiply(capacity, made.width_);
  if (!floats || *floats > most_bytes / sizeof(float))
    return Status::error(Code::limit_exceeded,
                         "gradients of %zu waiting rows of %zu numbers: above %llu bytes, of limits.session_bytes",
                         capacity, made.width_, static_cast<unsigned long long>(most_bytes));
  CLENS_TRY(make_block(*floats * sizeof(float), made.kept_));
  CLENS_TRY(make_block(session.plan().block_bytes, made.block_));
  made.rows_.resize(session.plan().tile_rows);
  std::iota(made.rows_.begin(), made.rows_.end(), 0u);
  return made;
}

void BackwardRows::copy(const Plan& plan, const ops::StepContext& tile, std::size_t row, std::size_t slot) noexcept {
  float* to = reinterpret_cast<float*>(kept_.data()) + slot * width_;
  for (const ops::Place& place : plan.read_by_backward) {
    const std::uint32_t* rows = tile.rows_of(place.level);
    const float* from = tile.at(place) + (rows != nullptr ? rows[row] : row) * place.ld;
    std::memcpy(to, from, sizeof(float) * place.count);
    to += place.count;
  }
}

base::Status BackwardRows::run(const Plan& plan, const kernels::Table& kernels, std::uint32_t value, std::size_t first,
                               std::size_t count, ops::StepContext& after) noexcept {
  const float* from = reinterpret_cast<const float*>(kept_.data()) + first * width_;
  for (std::size_t i = 0; i < count; ++i)
    for (const ops::Place& place : plan.read_by_backward) {
      std::memcpy(reinterpret_cast<float*>(block_.data() + place.offset) + i * place.ld, from,
                  sizeof(float) * place.count);
      from += place.count;
    }
  const BackwardPlan& backward = *plan.backward_from(value);
  after = {};
  after.block = block_.data();
  after.work = block_.data() + plan.work;
  after.kernels = &kernels;
  after.requests = after.rows = after.fresh = count;
  after.request_of_row = rows_.data();
  after.candidate_of_row = plan.caches ? rows_.data() : nullptr;
  float* seed = after.at(backward.seed);
  for (std::size_t i = 0; i < count; ++i) {
    std::memset(seed + i * backward.seed.ld, 0, sizeof(float) * backward.seed.count);
    seed[i * backward.seed.ld] = 1.0f;
  }
  for (const auto& step : backward.steps) CLENS_TRY(step->run(after));
  return {};
}

}  // namespace clicklens::exec
