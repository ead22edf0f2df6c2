#include "exec/packed_weights.h"

namespace clicklens::exec {

base::Result<const float*> PackedWeights::get(const kernels::PackArgs& args, const kernels::Table& table) {
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
    table.pack_linear(pack);
    found = blocks_.emplace(std::move(key), std::move(*block)).first;
  }
  return reinterpret_cast<const float*>(found->second.data());
}

}  // namespace clicklens::exec
