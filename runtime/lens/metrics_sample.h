// What every metric is computed from: rows in ascending order of logit, equal logits together. Exact rows
// and binned counts both present themselves so.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace clicklens::lens {

struct Cell {
  double logit = 0;
  std::uint64_t clicks = 0, others = 0;
  std::uint32_t bucket = 0;  // of the jackknife
};

// Receives the cells of one logit; a bucket may come up more than once.
using TieVisitor = std::function<void(std::span<const Cell>)>;

class Sample {
 public:
  Sample() = default;
  Sample(Sample&&) = default;  // moves, never copies: a sample may hold every row
  Sample& operator=(Sample&&) = default;
  virtual ~Sample() = default;

  [[nodiscard]] virtual std::uint32_t buckets() const = 0;
  virtual void visit(const TieVisitor& tie) const = 0;  // ascending, each logit once
};

}  // namespace clicklens::lens
