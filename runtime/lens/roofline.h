// What one core of this machine can do, measured with the kernels' own instructions and nothing else: the bounds
// that costs (cost.h) are predicted from. Each figure is the best of several samples, in the thread's processor time.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "kernels/table.h"

namespace clicklens::lens {

// How fast random rows of 64 bytes come out of a table.
struct RowSpeed {
  std::uint64_t table_bytes = 0;
  double nanoseconds = 0;  // a row, many at a time, as embedding bags of three read them
  double latency = 0;      // nanoseconds, one after another
};

struct Roofline {
  double flops = 0;                                        // fused multiply-adds of float32, each two, per second
  double l1 = 0, l2 = 0, l3 = 0, memory = 0;               // bytes read per second
  std::uint64_t l1_bytes = 0, l2_bytes = 0, l3_bytes = 0;  // sizes the system tells; 0: it does not
  RowSpeed near, far;                                      // a table that fits the outer cache, and the largest one
};

// What the system tells, or else usual sizes.
struct CacheSizes {
  std::uint64_t l1 = 0, l2 = 0, l3 = 0;
};
[[nodiscard]] CacheSizes cache_sizes(const Roofline& roofline) noexcept;

struct RooflineOptions {
  // Of the largest table; 0: twice the outer cache, 256 MiB to 1 GiB. Less than a cache: no figure is beyond it.
  std::uint64_t memory_bytes = 0;
  double seconds = 0.02;  // of one sample
  std::uint32_t samples = 5;
};

// OUT_OF_MEMORY.
base::Result<Roofline> measure_roofline(const kernels::Table& table, const RooflineOptions& options);

}  // namespace clicklens::lens
