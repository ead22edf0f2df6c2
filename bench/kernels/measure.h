// Ratios that a shared machine cannot spoil: both sides are timed in turns within one run, in the
// thread's own processor time, and the ratio of each turn is kept; medians and the best tenth of the
// turns are reported.
#pragma once

#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "kernels/dispatch.h"

namespace clicklens::bench {

inline double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

template <class F>
double seconds_of(F&& f) {
  const double start = cpu_seconds();
  f();
  return cpu_seconds() - start;
}

inline double quantile(std::vector<double> v, double q) {
  if (v.empty()) return 0;
  std::sort(v.begin(), v.end());
  return v[static_cast<std::size_t>(q * static_cast<double>(v.size() - 1))];
}

// The rate of independent fused multiply-adds of a set, one short sample; 0 where there is no loop for it.
double fma_peak_flops(kernels::Isa isa);

inline std::vector<const kernels::Table*> tables() {
  std::vector<const kernels::Table*> all;
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (const kernels::Table* table = kernels::table_for(isa)) all.push_back(table);
  }
  return all;
}

// Zeroed memory on huge pages where the system gives them.
class Pages {
 public:
  explicit Pages(std::size_t bytes);
  ~Pages();
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  float* floats() const { return static_cast<float*>(data_); }

 private:
  void* data_;
  std::size_t bytes_;
};

class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761u | 1u) {}
  std::uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  float weight() { return static_cast<float>(next() >> 8) * 0x1p-26f - 0.125f; }

 private:
  std::uint32_t state_;
};

}  // namespace clicklens::bench
