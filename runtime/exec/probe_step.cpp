#include "exec/probe_step.h"

namespace clicklens::exec {
namespace {

constexpr std::size_t alignment = 16;  // floats: packed weights start on cache lines

}  // namespace

base::Result<std::unique_ptr<ProbeStep>> ProbeStep::make(const ProbeWeights& probe, std::span<const ops::Place> x,
                                                         const ops::Place& y, const kernels::Table& table,
                                                         bool always) {
  auto step = std::make_unique<ProbeStep>();
  step->bias_ = probe.bias;
  step->always_ = always;
  const auto room = [&](const ops::Place& place) {
    return (table.packed_floats(1, place.count) + alignment - 1) / alignment * alignment;
  };
  std::size_t floats = 0;
  for (const ops::Place& place : x) floats += room(place);
  auto block = base::AlignedBlock::allocate(sizeof(float) * floats);
  if (!block.ok()) return block.status();
  step->packed_ = std::move(*block);

  auto* at = reinterpret_cast<float*>(step->packed_.data());
  ops::LinearCall call;
  call.n = 1;
  call.bias = &step->bias_;
  call.y = y;
  for (const ops::Place& place : x) {
    kernels::PackArgs pack;
    pack.w = probe.weights.data() + place.column;
    pack.stride_out = place.count;
    pack.stride_reduction = 1;
    pack.n = 1;
    pack.k = place.count;
    pack.packed = at;
    table.pack_linear(pack);
    call.x = place;
    call.weights = at;
    call.k = place.count;
    step->chain_.emplace_back(call);
    call.bias = nullptr;
    call.seed = y;  // the chain goes on where it stopped
    at += room(place);
  }
  return step;
}

base::Status ProbeStep::run(const ops::StepContext& context) const noexcept {
  if (!always_ && !context.probes) return {};
  for (const ops::LinearStep& part : chain_) CLENS_TRY(part.run(context));
  return {};
}

}  // namespace clicklens::exec
