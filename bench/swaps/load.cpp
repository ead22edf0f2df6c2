#include "bench/swaps/load.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <numeric>

namespace clicklens::bench {
namespace {

std::uint64_t nanoseconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

struct ThreadUsage {
  std::uint64_t faults = 0, preemptions = 0;
  static ThreadUsage now() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return {static_cast<std::uint64_t>(usage.ru_minflt + usage.ru_majflt), static_cast<std::uint64_t>(usage.ru_nivcsw)};
  }
};

}  // namespace

std::size_t Durations::bin_of(std::uint64_t nanoseconds) {
  const std::uint64_t value = std::clamp<std::uint64_t>(nanoseconds, per_octave, (std::uint64_t{1} << octaves) - 1);
  const auto octave = static_cast<std::size_t>(std::bit_width(value)) - 1;
  const std::uint64_t within = octave >= 7 ? value >> (octave - 7) : value;
  return octave * per_octave + static_cast<std::size_t>(within - per_octave);
}

void Durations::merge(const Durations& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

std::uint64_t Durations::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

double Durations::quantile(double share) const {
  const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count()));
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    if (below > rank || (below == rank && below > 0 && share == 1.0)) {
      const double octave = static_cast<double>(std::uint64_t{1} << (i / per_octave));
      return octave * (1 + static_cast<double>(i % per_octave + 1) / per_octave) / 1e3;
    }
  }
  return 0;
}

void Phase::merge(const Phase& other) {
  requests.merge(other.requests);
  computing.merge(other.computing);
  failed += other.failed;
  mixed += other.mixed;
  faults += other.faults;
  preemptions += other.preemptions;
}

Load::Load(Slot& slot, const Requests& requests, std::size_t versions, std::size_t threads, std::size_t phases)
    : slot_(slot), requests_(requests), versions_(versions), phase_(phases), phases_(threads) {
  for (auto& mine : phases_) mine.resize(phases + 1);  // the last: before the first of the caller's
  for (std::size_t t = 0; t < threads; ++t) threads_.emplace_back([this, t] { score(t); });
}

void Load::stop() {
  over_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Phase Load::phase(std::size_t index) const {
  Phase all;
  for (const auto& mine : phases_) all.merge(mine[index]);
  return all;
}

void Load::score(std::size_t seat) {
  std::vector<Phase>& phases = phases_[seat];
  std::vector<float> scores(requests_.candidates());
  std::size_t phase = phases.size() - 1;
  ThreadUsage before = ThreadUsage::now();
  for (std::size_t number = seat; !over_.load(std::memory_order_relaxed); ++number) {
    const std::size_t now = phase_.load(std::memory_order_relaxed);
    if (now != phase) {
      const ThreadUsage usage = ThreadUsage::now();
      phases[phase].faults += usage.faults - before.faults;
      phases[phase].preemptions += usage.preemptions - before.preemptions;
      before = ThreadUsage::now();
      phase = now;
    }
    request(seat, number % requests_.count(), scores, phases);
  }
}

void Load::request(std::size_t seat, std::size_t number, std::vector<float>& scores, std::vector<Phase>& phases) {
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = scores.data();
  output.capacity = scores.size();
  const clens_batch batch = requests_.batch(number).view();
  const std::size_t phase = phase_.load(std::memory_order_relaxed);
  clens_seat now = CLENS_SEAT_INIT;

  const std::uint64_t computed = nanoseconds(CLOCK_THREAD_CPUTIME_ID), start = nanoseconds(CLOCK_MONOTONIC);
  clens_status status = clens_slot_enter(slot_.get(), seat, &now);
  if (status == CLENS_OK) {
    status = clens_session_run(now.session, &batch, &output);
    const clens_status left = clens_slot_leave(slot_.get(), seat);
    if (status == CLENS_OK) status = left;
  }
  const std::uint64_t taken = nanoseconds(CLOCK_MONOTONIC) - start;
  const std::uint64_t computing = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - computed;

  if (status != CLENS_OK)
    ++phases[phase].failed;
  else if (!requests_.are_of((now.version - 1) % versions_, number, scores))
    ++phases[phase].mixed;
  if (phase != phase_.load(std::memory_order_relaxed)) return;
  phases[phase].requests.add(taken);
  phases[phase].computing.add(computing);
}

}  // namespace clicklens::bench
