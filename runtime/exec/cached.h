// What of a plan comes from a candidate cache: matrices at candidate level that row-level steps, or whoever looks at
// the tile, read. Keys name them whatever plan they are in, so that the rows of a cache, made by one plan, fit all
// plans of the same model and precision.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "exec/placement.h"

namespace clicklens::exec {

struct CacheKey {
  enum class Kind : std::uint32_t { value = 0, sum = 1 };  // sum: a node's part of a sum over candidate columns
  Kind kind = Kind::value;
  std::uint32_t index = 0;  // value or node
  std::uint32_t part = 0;   // of the value: its run; of the node: which of its sums

  friend auto operator<=>(const CacheKey&, const CacheKey&) = default;
};

struct CachedPlace {
  CacheKey key;
  ops::Place place;
  bool joined = false;  // where a whole tile is of a cache nobody reads the place
};

// In ascending order of keys.
using CachedPlaces = std::vector<CachedPlace>;

// Collects them while nodes are lowered.
class CachedCollector {
 public:
  explicit CachedCollector(const Model& model) : model_(model), wanted_(model.desc().values.size()) {}

  // A node is being lowered: what it reads at row level must be there for cached rows too.
  void lower(std::uint32_t node);
  // `place`: of the node being lowered. Returns its number.
  std::size_t add_sum(const ops::Place& place, bool joined) {
    sums_.push_back({{CacheKey::Kind::sum, node_, next_sum_++}, place, joined});
    return sums_.size() - 1;
  }
  void want(std::uint32_t value) { wanted_[value] = true; }
  // Values, then sums by their numbers.
  CachedPlaces collect(const Placement& placement);
  [[nodiscard]] std::size_t sums() const { return sums_.size(); }

 private:
  [[nodiscard]] bool reads_candidates_as_pairs(std::uint32_t node) const;

  const Model& model_;
  std::vector<bool> wanted_;  // by value
  CachedPlaces sums_;
  std::uint32_t node_ = 0, next_sum_ = 0;
};

}  // namespace clicklens::exec
