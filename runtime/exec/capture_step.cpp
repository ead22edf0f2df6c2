#include "exec/capture_step.h"

namespace clicklens::exec {

base::Status CaptureStep::run(const ops::StepContext& context) const noexcept {
  if (context.sinks == nullptr || context.sinks[index_].data == nullptr) return {};
  const ops::Sink& sink = context.sinks[index_];
  const std::uint64_t first = context.first_entry(level_);
  kernels::MapArgs copy;
  copy.rows = context.rows_at(level_);
  copy.ldy = sink.ld;
  for (const ops::Place& place : places_) {
    copy.a = context.operand(place, level_);
    copy.cols = place.count;
    copy.y = sink.data + first * sink.ld + place.column;
    context.kernels->copy(copy);
  }
  return {};
}

}  // namespace clicklens::exec
