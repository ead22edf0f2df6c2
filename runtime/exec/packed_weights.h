// Packed weights of a model: made when the first session that needs them is created, shared by all.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <tuple>
#include <vector>

#include "base/memory.h"
#include "base/status.h"
#include "kernels/table.h"
#include "ops/lowering.h"

namespace clicklens::exec {

class PackedWeights {
 public:
  // Thread-safe. The floats live as long as this object.
  base::Result<const float*> get(const kernels::PackArgs& args, const kernels::Table& table);
  // By input; null where a weight is not finite.
  base::Result<const float*> get_by_input(const kernels::PackArgs& args, const kernels::Table& table);
  // int8 or bf16; `args.packed` is ignored.
  base::Result<const std::byte*> get(ops::Precision, const kernels::PackReducedArgs& args, const kernels::Table& table);
  // Of all of them.
  [[nodiscard]] std::size_t bytes() const;

 private:
  // By the kernel that packed them, which several tables may share. width: of reduced precisions
  using Key = std::tuple<std::uintptr_t, ops::Precision, const float*, std::size_t, std::size_t, std::size_t,
                         std::size_t, std::size_t, std::vector<std::uint32_t>>;
  struct Block {
    std::byte* data = nullptr;
    std::size_t bytes = 0;
    bool usable = false;
  };
  // `pack` fills the block and says whether that can be used.
  template <class Pack>
  base::Result<const Block*> find(Key key, std::size_t bytes, Pack pack);

  template <class Pack>
  base::Result<const float*> floats(std::uintptr_t kernel, std::size_t count, const kernels::PackArgs& args, Pack pack);

  base::Result<std::byte*> reserve(std::size_t bytes);

  mutable std::mutex mutex_;
  std::map<Key, Block> blocks_;
  std::vector<base::AlignedBlock> memory_;
  std::byte* free_ = nullptr;  // in the last huge page
  std::size_t free_bytes_ = 0;
};

}  // namespace clicklens::exec
