#include "exec/packed_weights.h"

#include <algorithm>

#include "base/checked.h"
#include "base/fp_environment.h"
#include "base/pages.h"

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
    const auto data = reserve(bytes);
    if (!data.ok()) return data.status();
    found = blocks_.emplace(std::move(key), Block{*data, bytes, pack(*data)}).first;
  }
  return &found->second;
}

// Layers beside each other in huge pages. What is small begins none, but goes into one that is there.
base::Result<std::byte*> PackedWeights::reserve(std::size_t bytes) {
  const auto rounded = base::checked_round_up(bytes, std::size_t{64});
  if (!rounded || *rounded > free_bytes_) {
    const bool large = bytes >= base::huge_page_bytes / 16;
    auto block = large ? base::AlignedBlock::allocate_hot(std::max(bytes, base::huge_page_bytes))
                       : base::AlignedBlock::allocate(bytes);
    if (!block.ok()) return block.status();
    std::byte* const data = block->data();
    const std::size_t left = large ? block->size() - *rounded : 0;
    memory_.push_back(std::move(*block));
    if (left > free_bytes_) {
      free_ = data + *rounded;
      free_bytes_ = left;
    }
    return data;
  }
  std::byte* const data = free_;
  free_ += *rounded;
  free_bytes_ -= *rounded;
  return data;
}

template <class Pack>
base::Result<const float*> PackedWeights::floats(std::uintptr_t kernel, std::size_t count,
                                                 const kernels::PackArgs& args, Pack pack) {
  Key key{kernel,
          ops::Precision::f32,
          args.w,
          args.stride_out,
          args.stride_reduction,
          args.n,
          args.k,
          0,
          columns(args.reduction_index, args.k)};
  const auto block = find(std::move(key), sizeof(float) * count, [&](std::byte* to) {
    kernels::PackArgs with_room = args;
    with_room.packed = reinterpret_cast<float*>(to);
    return pack(with_room);
  });
  if (!block.ok()) return block.status();
  return (*block)->usable ? reinterpret_cast<const float*>((*block)->data) : nullptr;
}

base::Result<const float*> PackedWeights::get(const kernels::PackArgs& args, const kernels::Table& table) {
  return floats(reinterpret_cast<std::uintptr_t>(table.pack_linear), table.packed_floats(args.n, args.k), args,
                [&](const kernels::PackArgs& pack) {
                  table.pack_linear(pack);
                  return true;
                });
}

base::Result<const float*> PackedWeights::get_by_input(const kernels::PackArgs& args, const kernels::Table& table) {
  return floats(reinterpret_cast<std::uintptr_t>(table.pack_by_input), table.by_input_floats(args.n, args.k), args,
                table.pack_by_input);
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
    return true;
  });
  if (!block.ok()) return block.status();
  return static_cast<const std::byte*>((*block)->data);
}

std::size_t PackedWeights::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t bytes = 0;
  for (const auto& [key, block] : blocks_) bytes += block.bytes;
  return bytes;
}

}  // namespace clicklens::exec
