#include "lens/roofline.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/memory.h"

namespace clicklens::lens {
namespace {

constexpr std::uint64_t kib = 1024, mib = 1024 * kib;
constexpr std::uint32_t row_floats = 16;

double cpu_seconds() noexcept {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// The least time of one unit of `work`, which does `units` of them a call.
template <class Work>
double best(const RooflineOptions& options, double units, Work&& work) {
  double least = 0;
  work();
  for (std::uint32_t sample = 0; sample < options.samples; ++sample) {
    const double start = cpu_seconds();
    double spent = 0, calls = 0;
    do {
      work();
      ++calls;
      spent = cpu_seconds() - start;
    } while (spent < options.seconds);
    const double each = spent / (calls * units);
    least = least == 0 ? each : std::min(least, each);
  }
  return least;
}

std::uint64_t cache_bytes(int name) noexcept {
  const long size = sysconf(name);
  return size > 0 ? static_cast<std::uint64_t>(size) : 0;
}

class Random {
 public:
  std::uint32_t below(std::uint64_t n) noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>(state_ % n);
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15u;
};

class Measuring {
 public:
  Measuring(const kernels::Table& table, const RooflineOptions& options, base::AlignedBlock block)
      : table_(table), options_(options), block_(std::move(block)), floats_(reinterpret_cast<float*>(block_.data())) {
    madvise(block_.data(), block_.size(), MADV_HUGEPAGE);  // as tables are where the system gives them
    std::memset(block_.data(), 0, block_.size());
  }

  double flops() {
    std::size_t done = 0;
    float sum = 0;
    const double seconds = best(options_, 1, [&] { done = table_.fma_chains(4096, &sum); });
    return static_cast<double>(done) / seconds;
  }

  double bytes_per_second(std::uint64_t bytes) {
    const std::size_t n = std::min<std::uint64_t>(bytes, block_.size()) / 512 * 128;
    const std::size_t times = std::max<std::size_t>(1, 65536 / n);  // a call is not what is measured
    float sum = 0;
    return 1 / best(options_, static_cast<double>(n * times) * sizeof(float), [&] {
             for (std::size_t i = 0; i < times; ++i) table_.read_floats(floats_, n, &sum);
           });
  }

  RowSpeed rows(std::uint64_t bytes) {
    RowSpeed speed;
    speed.table_bytes = std::min<std::uint64_t>(bytes, block_.size());
    const std::uint64_t count = speed.table_bytes / 64;
    speed.nanoseconds = 1e9 * pooled(count);
    speed.latency = 1e9 * chased(count);
    return speed;
  }

 private:
  double pooled(std::uint64_t count) {
    constexpr std::size_t bags = 512, ids_each = 3, batches = 32;
    std::vector<std::uint32_t> ids(bags * ids_each * batches), offsets(bags + 1);
    for (std::uint32_t& id : ids) id = random_.below(count);
    for (std::size_t b = 0; b <= bags; ++b) offsets[b] = static_cast<std::uint32_t>(b * ids_each);
    std::vector<float> out(bags * row_floats);
    std::size_t batch = 0;
    return best(options_, bags * ids_each, [&] {
      kernels::BagJob job;
      job.table = floats_;
      job.row_stride = 64;
      job.dim = row_floats;
      job.ids = ids.data() + batch++ % batches * bags * ids_each;
      job.offsets = offsets.data();
      job.bags = bags;
      job.out = out.data();
      job.ld_out = row_floats;
      table_.bags({&job, 1});
    });
  }

  // Sattolo's shuffle: one cycle through all rows, each of which names the next.
  double chased(std::uint64_t count) {
    auto* const next = reinterpret_cast<std::uint32_t*>(floats_);
    for (std::uint64_t i = 0; i < count; ++i) next[i * row_floats] = static_cast<std::uint32_t>(i);
    for (std::uint64_t i = count - 1; i > 0; --i) std::swap(next[i * row_floats], next[random_.below(i) * row_floats]);
    constexpr std::size_t steps = 4096;
    std::uint32_t at = 0;
    const double seconds = best(options_, steps, [&] {
      for (std::size_t i = 0; i < steps; ++i) at = next[std::size_t{at} * row_floats];
      asm volatile("" : "+r"(at));
    });
    std::memset(block_.data(), 0, count * 64);
    return seconds;
  }

  const kernels::Table& table_;
  const RooflineOptions& options_;
  base::AlignedBlock block_;
  float* floats_;
  Random random_;
};

}  // namespace

CacheSizes cache_sizes(const Roofline& roofline) noexcept {
  return {roofline.l1_bytes != 0 ? roofline.l1_bytes : 32 * kib, roofline.l2_bytes != 0 ? roofline.l2_bytes : mib,
          roofline.l3_bytes != 0 ? roofline.l3_bytes : 32 * mib};
}

base::Result<Roofline> measure_roofline(const kernels::Table& table, const RooflineOptions& options) {
  Roofline found;
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  found.l1_bytes = cache_bytes(_SC_LEVEL1_DCACHE_SIZE);
  found.l2_bytes = cache_bytes(_SC_LEVEL2_CACHE_SIZE);
  found.l3_bytes = cache_bytes(_SC_LEVEL3_CACHE_SIZE);
#endif
  const auto [l1, l2, l3] = cache_sizes(found);
  std::uint64_t most = options.memory_bytes;
  if (most == 0) most = std::clamp(2 * l3, 256 * mib, 1024 * mib);
  auto block = base::AlignedBlock::allocate((most + 2 * mib - 1) / (2 * mib) * (2 * mib), 2 * mib);
  if (!block.ok()) return block.status();
  Measuring measuring(table, options, std::move(*block));
  found.flops = measuring.flops();
  found.l1 = measuring.bytes_per_second(l1 / 2);
  found.l2 = measuring.bytes_per_second(l2 / 4 * 3);
  const std::uint64_t outer = std::min({4 * l2, l3, most});
  found.l3 = measuring.bytes_per_second(outer);
  found.memory = measuring.bytes_per_second(most);
  found.near = measuring.rows(outer);
  found.far = measuring.rows(most);
  return found;
}

}  // namespace clicklens::lens
