// Threads that score through a slot as fast as they can, and what their requests took, phase by phase.
#pragma once

#include <array>
#include <atomic>
#include <clicklens/slot.hpp>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "bench/swaps/versions.h"

namespace clicklens::bench {

// Counts of durations in bins of half a percent: as large after a minute as after a second, for memory is measured,
// too.
class Durations {
 public:
  void add(std::uint64_t nanoseconds) { ++counts_[bin_of(nanoseconds)]; }
  void merge(const Durations& other);
  [[nodiscard]] std::uint64_t count() const;
  // Microseconds that so large a share took no longer than, the bin's upper bound. 0: none were added.
  [[nodiscard]] double quantile(double share) const;

 private:
  static constexpr std::size_t per_octave = 128, octaves = 34;
  static std::size_t bin_of(std::uint64_t nanoseconds);
  std::array<std::uint32_t, per_octave * octaves> counts_{};
};

struct Phase {
  Durations requests, computing;              // as the wall's clock has it; processor time of their threads alone
  std::uint64_t failed = 0;                   // not CLENS_OK
  std::uint64_t mixed = 0;                    // not all scores those of the version that was entered
  std::uint64_t faults = 0, preemptions = 0;  // of the scoring threads
  void merge(const Phase& other);
};

class Load {
 public:
  // `first` is what the slot's version 1 is of; then versions come in turn.
  Load(Slot& slot, const Requests& requests, std::size_t versions, std::size_t threads, std::size_t phases);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() { stop(); }

  // Requests that begin from now on are of that phase; one that another begins in is of none.
  void enter(std::size_t phase) { phase_.store(phase, std::memory_order_relaxed); }
  void stop();
  // After stop().
  [[nodiscard]] Phase phase(std::size_t index) const;

 private:
  void score(std::size_t seat);
  void request(std::size_t seat, std::size_t number, std::vector<float>& scores, std::vector<Phase>& phases);

  Slot& slot_;
  const Requests& requests_;
  std::size_t versions_;
  std::atomic<std::size_t> phase_;
  std::atomic<bool> over_ = false;
  std::vector<std::vector<Phase>> phases_;  // by thread
  std::vector<std::thread> threads_;
};

}  // namespace clicklens::bench
