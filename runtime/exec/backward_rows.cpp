#include "exec/backward_rows.h"

#include <cstring>
#include <numeric>

namespace clicklens::exec {

base::Result<BackwardRows> BackwardRows::make(const Session& session) {
  if (!session.gradients()) return base::Status::error(base::Code::bad_state, "session: was created without gradients");
  BackwardRows made;
  auto block = base::AlignedBlock::allocate(session.plan().block_bytes);
  if (!block.ok()) return block.status();
  made.block_ = std::move(*block);
  std::memset(made.block_.data(), 0, made.block_.size());
  made.rows_.resize(session.plan().tile_rows);
  std::iota(made.rows_.begin(), made.rows_.end(), 0u);
  return made;
}

void BackwardRows::copy(const Plan& plan, const ops::StepContext& tile, std::size_t row, std::size_t slot) noexcept {
  for (const ops::Place& place : plan.read_by_backward) {
    const std::uint32_t* rows = tile.rows_of(place.level);
    const float* from = tile.at(place) + (rows != nullptr ? rows[row] : row) * place.ld;
    std::memcpy(reinterpret_cast<float*>(block_.data() + place.offset) + slot * place.ld, from,
                sizeof(float) * place.count);
  }
}

base::Status BackwardRows::run(const Plan& plan, const kernels::Table& kernels, std::uint32_t value, std::size_t count,
                               ops::StepContext& after) noexcept {
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
