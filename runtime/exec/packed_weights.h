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
  base::Result<ops::PackedWeights> get(const kernels::PackArgs& args, const kernels::Table& table);
  // int8 or bf16; `args.packed` is ignored.
  base::Result<const std::byte*> get(ops::Precision, const kernels::PackReducedArgs& args, const kernels::Table& table);
  // Of all of them.
  [[nodiscard]] std::size_t bytes() const;

 private:
  // By the kernel that packed them, which several tables may share. width: of reduced precisions
  using Key = std::tuple<std::uintptr_t, ops::Precision, const float*, std::size_t, std::size_t, std::size_t,
                         std::size_t, std::size_t, std::vector<std::uint32_t>>;
  struct Block {
    base::AlignedBlock bytes;
    bool finite = false;  // all weights, in float32
  };
  // `pack` fills the block and says whether all weights are finite.
  template <class Pack>
  base::Result<const Block*> find(Key key, std::size_t bytes, Pack pack);

  mutable std::mutex mutex_;
  std::map<Key, Block> blocks_;
};

}  // namespace clicklens::exec
