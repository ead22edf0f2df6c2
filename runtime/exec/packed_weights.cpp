#include "exec/packed_weights.h"

namespace clicklens::exec {

base::Result<ops::PackedWeights> PackedWeights::get(const kernels::PackArgs& args, const kernels::Table& table) {
  std::vector<std::uint32_t> columns;
  if (args.reduction_index != nullptr) columns.assign(args.reduction_index, args.reduction_index + args.k);
  Key key{&table, args.w, args.stride_out, args.stride_reduction, args.n, args.k, std::move(columns)};
  const std::lock_guard lock(mutex_);
  auto found = blocks_.find(key);
  if (found == blocks_.end()) {
    auto block = base::AlignedBlock::allocate(sizeof(float) * table.packed_floats(args.n, args.k));
    if (!block.ok()) return block.status();
    kernels::PackArgs pack = args;
    pack.packed = reinterpret_cast<float*>(block->data());
    const bool finite = table.pack_linear(pack);
    found = blocks_.emplace(std::move(key), Block{std::move(*block), finite}).first;
  }
  return ops::PackedWeights{reinterpret_cast<const float*>(found->second.floats.data()), found->second.finite};
}

}  // namespace clicklens::exec
