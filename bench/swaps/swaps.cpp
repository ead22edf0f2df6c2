// Versions of a model swapped under load: bench_swaps [--swaps N] [--threads N] ... Phases with swaps and without take
// turns, so that what else the machine does is in both. Exit status 1: a request failed, or its scores were not all of
// the version that it entered. bench/NOTES.md has figures and says what the options are for.
#include <malloc.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/models/network.h"
#include "bench/swaps/load.h"

namespace {

using namespace clicklens;
using namespace clicklens::bench;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string shape = "gwen-ref";
  std::size_t swaps = 10'000, rounds = 20, versions = 3;  // a round: a phase without swaps, and one with
  std::size_t threads = std::max(1u, std::thread::hardware_concurrency() - 1);
  std::size_t requests = 32, candidates = 100;
  std::size_t rows = 0;  // of every table; 0: the shape's
  double rate = 0;       // swaps a second; 0: one after the other
  bool idle = false;     // the loader runs when no other thread wants its processor (SCHED_IDLE)
  bool verify = true;    // as clens_slot_publish does unless told otherwise
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto value = [&]() -> std::string {
      if (++i == argc) throw std::invalid_argument(name + ": no value");
      return argv[i];
    };
    const auto count = [&](std::size_t& out, std::size_t least) {
      const std::string text = value();
      char* end = nullptr;
      out = std::strtoul(text.c_str(), &end, 10);
      if (*end != '\0' || out < least || out > 1'000'000'000) throw std::invalid_argument(name + ": " + text);
    };
    if (name == "--shape")
      options.shape = value();
    else if (name == "--swaps")
      count(options.swaps, 1);
    else if (name == "--rounds")
      count(options.rounds, 1);
    else if (name == "--versions")
      count(options.versions, 2);
    else if (name == "--threads")
      count(options.threads, 1);
    else if (name == "--candidates")
      count(options.candidates, 1);
    else if (name == "--rows")
      count(options.rows, 1);
    else if (name == "--rate")
      options.rate = std::stod(value());
    else if (name == "--idle-loader")
      options.idle = true;
    else if (name == "--skip-verify")
      options.verify = false;
    else
      throw std::invalid_argument(name + ": no such option");
  }
  options.rounds = std::min(options.rounds, options.swaps);
  return options;
}

struct Memory {
  double resident_mib = 0, malloc_mib = 0;
  std::size_t mappings = 0;
  static Memory now() {
    Memory memory;
    std::ifstream pages("/proc/self/statm");
    std::size_t size = 0, resident = 0;
    pages >> size >> resident;
    memory.resident_mib = static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
    const struct mallinfo2 info = ::mallinfo2();
    memory.malloc_mib = static_cast<double>(info.uordblks + info.hblkhd) / (1 << 20);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) ++memory.mappings;
    return memory;
  }
};

class Loader {
 public:
  Loader(Slot& slot, const Versions& versions, const Options& options)
      : slot_(slot), versions_(versions), flags_(options.verify ? 0 : CLENS_PUBLISH_SKIP_VERIFY), rate_(options.rate) {
    publish();
  }
  // Each file over the model before, as a server reloads.
  void swap() {
    const auto start = Clock::now();
    publish();
    const auto end = Clock::now();
    swaps_.add(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count()));
    if (rate_ > 0) std::this_thread::sleep_until(start + std::chrono::duration<double>(1 / rate_));
  }
  [[nodiscard]] const Durations& swaps() const { return swaps_; }

 private:
  void publish() {
    Model next = versions_.open(number_ % versions_.count(), serving_.empty() ? nullptr : &serving_.front());
    if (slot_.publish(next, nullptr, flags_) != ++number_)
      throw std::runtime_error("versions are not numbered in turn");
    serving_ = {std::move(next)};
  }

  Slot& slot_;
  const Versions& versions_;
  std::uint32_t flags_;
  double rate_;
  std::size_t number_ = 0;
  std::vector<Model> serving_;
  Durations swaps_;
};

void print(const char* name, const char* clock, const Durations& d) {
  std::printf("%-14s %-10s us: p50 %.1f, p99 %.1f, p99.9 %.1f, max %.0f\n", name, clock, d.quantile(.5),
              d.quantile(.99), d.quantile(.999), d.quantile(1));
}

void print(const char* name, const Phase& phase, double seconds) {
  const std::uint64_t count = phase.requests.count();
  std::printf("%-14s %llu requests, %.1f/s; %llu page faults, %llu preemptions\n", name,
              static_cast<unsigned long long>(count), static_cast<double>(count) / seconds,
              static_cast<unsigned long long>(phase.faults), static_cast<unsigned long long>(phase.preemptions));
  print("", "wall", phase.requests);
  print("", "processor", phase.computing);
}

// Of all phases together, and round by round.
void print_ratio(const char* clock, Durations Phase::*of, const Load& load, std::size_t rounds) {
  Durations without, with;
  std::vector<double> ratios;
  for (std::size_t round = 0; round < rounds; ++round) {
    const Phase quiet = load.phase(2 * round), swapping = load.phase(2 * round + 1);
    ratios.push_back((swapping.*of).quantile(.99) / (quiet.*of).quantile(.99));
    without.merge(quiet.*of);
    with.merge(swapping.*of);
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("p99 with / without, %s: %.3f; of rounds: median %.3f, best %.3f, worst %.3f\n", clock,
              with.quantile(.99) / without.quantile(.99), ratios[rounds / 2], ratios.front(), ratios.back());
}

void print(const char* name, const Memory& memory) {
  std::printf("%-14s %.1f MiB resident, %.2f MiB by malloc, %zu mappings\n", name, memory.resident_mib,
              memory.malloc_mib, memory.mappings);
}

int run(const Options& options) {
  Shape shape = load_shape(options.shape);
  if (options.rows > 0) shape.rows = static_cast<std::uint32_t>(options.rows);
  const Versions versions(shape, options.versions);
  const Requests requests(shape, versions, options.requests, options.candidates);
  Slot slot(requests.inputs(), options.threads);
  if (options.idle) {
    const sched_param none{};
    if (::sched_setscheduler(0, SCHED_IDLE, &none) != 0) throw std::runtime_error("SCHED_IDLE is refused");
  }
  Loader loader(slot, versions, options);
  std::printf("%s, %zu candidates a request, %zu threads score on %u processors, %zu versions%s%s\n",
              shape.name.c_str(), options.candidates, options.threads, std::thread::hardware_concurrency(),
              options.versions, options.idle ? ", the loader is SCHED_IDLE" : "",
              options.verify ? "" : ", checksums are not verified");

  Memory after_tenth, after_all;
  std::vector<double> quiet_seconds, swap_seconds;
  Load load(slot, requests, options.versions, options.threads, 2 * options.rounds);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  for (std::size_t i = 0; i < 3; ++i) loader.swap();  // says how long the first phase without has to be
  double length = 3 * loader.swaps().quantile(.5) / 1e6;
  std::size_t done = 0;
  for (std::size_t round = 0; round < options.rounds; ++round) {
    const std::size_t until = options.swaps * (round + 1) / options.rounds;
    if (round == 0) length = length / 3 * static_cast<double>(until);
    load.enter(2 * round);
    auto start = Clock::now();
    std::this_thread::sleep_for(std::chrono::duration<double>(length));
    load.enter(2 * round + 1);
    const auto middle = Clock::now();
    for (; done < until; ++done) {
      if (done == options.swaps / 10) after_tenth = Memory::now();
      loader.swap();
    }
    const auto end = Clock::now();
    quiet_seconds.push_back(std::chrono::duration<double>(middle - start).count());
    swap_seconds.push_back(length = std::chrono::duration<double>(end - middle).count());
  }
  after_all = Memory::now();
  load.stop();

  Phase quiet, swapping;
  for (std::size_t round = 0; round < options.rounds; ++round) {
    quiet.merge(load.phase(2 * round));
    swapping.merge(load.phase(2 * round + 1));
  }
  double quiet_sum = 0, swap_sum = 0;
  for (const double s : quiet_seconds) quiet_sum += s;
  for (const double s : swap_seconds) swap_sum += s;
  print("without swaps", quiet, quiet_sum);
  print("with swaps", swapping, swap_sum);
  std::printf("%zu swaps, %.1f/s; ms: p50 %.2f, p99 %.2f, max %.1f\n", done, static_cast<double>(done) / swap_sum,
              loader.swaps().quantile(.5) / 1e3, loader.swaps().quantile(.99) / 1e3, loader.swaps().quantile(1) / 1e3);
  print_ratio("wall", &Phase::requests, load, options.rounds);
  print_ratio("processor", &Phase::computing, load, options.rounds);
  print("after a tenth", after_tenth);
  print("after all", after_all);
  const clens_slot_info info = slot.describe();
  Phase all = load.phase(2 * options.rounds);
  all.merge(quiet);
  all.merge(swapping);
  std::printf("%llu failed, %llu mixed, %zu versions still held, %llu publications refused\n",
              static_cast<unsigned long long>(all.failed), static_cast<unsigned long long>(all.mixed), info.draining,
              static_cast<unsigned long long>(info.refused));
  return all.failed == 0 && all.mixed == 0 && info.draining == 0 && info.refused == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_swaps: %s\n", error.what());
    return 2;
  }
}
