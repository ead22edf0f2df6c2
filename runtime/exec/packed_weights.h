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

 private:
  using Key = std::tuple<const kernels::Table*, const float*, std::size_t, std::size_t, std::size_t, std::size_t,
                         std::vector<std::uint32_t>>;
  struct Block {
    base::AlignedBlock floats;
    bool finite;
  };
  std::mutex mutex_;
  std::map<Key, Block> blocks_;
};

}  // namespace clicklens::exec
