// The rows of one synthetic day, each on its own: row i says the same in a day of any length (but for
// memo, whose ids are half as many as the rows).
#pragma once

#include <cstdint>

#include "synth/counter_rng.h"
#include "synth/world.h"

namespace clicklens::cli {

struct SynthRow {
  std::uint64_t request;  // of the day, from 0; 4 rows each
  std::uint32_t user, topic, hour, ad, position, noise;
  std::uint64_t memo;  // below rows / 2, private to the day
  double probability;  // true
  bool label;
};

class Day {
 public:
  // Days count from 1; 0 is the day that c0 is fitted on.
  Day(const World& world, std::uint64_t day, std::uint64_t rows, bool drifted) noexcept;

  [[nodiscard]] SynthRow row(std::uint64_t index) const noexcept;
  [[nodiscard]] double logit(std::uint64_t index) const noexcept;  // without c0
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  [[nodiscard]] SynthRow draw(std::uint64_t index) const noexcept;
  [[nodiscard]] double logit_of(const SynthRow& row) const noexcept;

  const World* world_;
  std::uint64_t rows_;
  bool drifted_;
  CounterRng user_, topic_, hour_, ad_, noise_, memo_, label_;
};

}  // namespace clicklens::cli
