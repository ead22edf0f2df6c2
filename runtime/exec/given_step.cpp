#include "exec/given_step.h"

namespace clicklens::exec {

base::Status GivenStep::run(const ops::StepContext& context) const noexcept {
  kernels::MapArgs copy;
  copy.rows = context.rows_at(y_.level);
  if (copy.rows == 0) return {};
  copy.cols = y_.count;
  copy.a = {context.given + context.first_entry(y_.level) * context.given_ld + first_, context.given_ld, nullptr};
  copy.y = context.at(y_);
  copy.ldy = y_.ld;
  context.kernels->copy(copy);
  return {};
}

}  // namespace clicklens::exec
