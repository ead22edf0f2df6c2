#include "exec/packed_weights.h"

#include "base/fp_environment.h"

namespace clicklens::exec {
namespace {

std::vector<std::uint32_t> columns(const std::uint32_t* index, std::size_t k) {
  return index == nullptr ? std::vector<std::uint32_t>() : std::vector<std::uint32_t>(index, index + k);
}

}  // namespace

template <class Pack>
auto PackedWeights::find(Key key, std::size_t bytes, Pack pack) -> base::Result<const Block*> {
  const std::lock_guard lock(mutex_);
  auto found = blocks_.find(key);
  if (found == blocks_.end()) {
    auto block = base::AlignedBlock::allocate(bytes);
    if (!block.ok()) return block.status();
    const bool finite = pack(block->data());
    found = blocks_.emplace(std::move(key), Block{std::move(*block), finite}).first;
  }
  return &found->second;
}

base::Result<ops::PackedWeights> PackedWeights::get(const kernels::PackArgs& args, const kernels::Table& table) {
  Key key{reinterpret_cast<std::uintptr_t>(table.pack_linear),
          ops::Precision::f32,
          args.w,
          args.stride_out,
          args.stride_reduction,
          args.n,
          args.k,
          0,
          columns(args.reduction_index, args.k)};
  const auto block = find(std::move(key), sizeof(float) * table.packed_floats(args.n, args.k), [&](std::byte* to) {
    kernels::PackArgs pack = args;
    pack.packed = reinterpret_cast<float*>(to);
    return table.pack_linear(pack);
  });
  if (!block.ok()) return block.status();
  return ops::PackedWeights{reinterpret_cast<const float*>((*block)->bytes.data()), (*block)->finite};
}

base::Result<const std::byte*> PackedWeights::get(ops::Precision precision, const kernels::PackReducedArgs& args,
                                                  const kernels::Table& table) {
  const bool int8 = precision == ops::Precision::int8;
  const auto pack_reduced = int8 ? table.pack_int8 : table.pack_bf16;
  Key key{reinterpret_cast<std::uintptr_t>(pack_reduced),
          precision,
          args.w,
          args.stride_out,
          args.stride_reduction,
          args.n,
          args.k,
          args.width,
          columns(args.reduction_index, args.k)};
  const std::size_t bytes = (int8 ? table.packed_int8_bytes : table.packed_bf16_bytes)(args.n, args.k);
  const auto block = find(std::move(key), bytes, [&](std::byte* to) {
    const base::FpEnvironment canonical;  // weights are rounded: to nearest, whatever the host does
    kernels::PackReducedArgs pack = args;
    pack.packed = to;
    pack_reduced(pack);
    return false;
  });
  if (!block.ok()) return block.status();
  return static_cast<const std::byte*>((*block)->bytes.data());
}

std::size_t PackedWeights::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t bytes = 0;
  for (const auto& [key, block] : blocks_) bytes += block.bytes.size();
  return bytes;
}

}  // namespace clicklens::exec
