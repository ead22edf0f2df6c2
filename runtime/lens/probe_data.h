// Activations of some values for some rows, in memory as fp32, with what is known of the rows: what probes are
// fitted to and evaluated on. Blocks of rows, so that growing copies nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/memory.h"
#include "base/status.h"
#include "lens/row_products.h"

namespace clicklens::lens {

// One entry per row in every array; null: not known.
struct RowInfo {
  const std::uint8_t* labels = nullptr;  // 0 or 1
  const std::uint64_t* clusters = nullptr;
  const std::uint64_t* groups = nullptr;
  const std::uint64_t* controls = nullptr;
  const float* targets = nullptr;  // finite
};

class ProbeData {
 public:
  ProbeData() = default;
  ProbeData(std::vector<std::size_t> widths, std::uint64_t memory_bytes);

  // LIMIT_EXCEEDED when `rows` more would not fit; else there is room for them: push() allocates nothing.
  base::Status reserve(std::uint64_t rows, const RowInfo& info);
  // BAD_VALUE: a label above 1 or a target that is not finite. BAD_STATE: knows other things than the rows here.
  [[nodiscard]] base::Status check(const RowInfo& info, std::size_t rows) const;

  // Where the next row's value goes; valid after reserve(). push() makes it a row unless a number is not finite.
  [[nodiscard]] float* next(std::size_t value) noexcept;
  void push(const RowInfo& info, std::size_t entry) noexcept;
  // Takes back all rows from `rows` on.
  void truncate(std::size_t rows, std::uint64_t non_finite) noexcept;
  // reserve, check and push of n rows: values[i] is n x width(i).
  base::Status append(std::span<const float* const> values, std::size_t n, const RowInfo& info);

  // New labels or targets for all rows; null: stays.
  base::Status relabel(const std::uint8_t* labels, const float* targets, std::size_t count);

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t non_finite() const noexcept { return non_finite_; }
  [[nodiscard]] std::size_t values() const noexcept { return widths_.size(); }
  [[nodiscard]] std::size_t width(std::size_t value) const noexcept { return widths_[value]; }
  [[nodiscard]] const float* row(std::size_t value, std::size_t row) const noexcept;

  // Empty: not known.
  [[nodiscard]] std::span<const std::uint8_t> labels() const noexcept { return labels_; }
  [[nodiscard]] std::span<const std::uint64_t> clusters() const noexcept { return clusters_; }
  [[nodiscard]] std::span<const std::uint64_t> groups() const noexcept { return groups_; }
  [[nodiscard]] std::span<const std::uint64_t> controls() const noexcept { return controls_; }
  [[nodiscard]] std::span<const float> targets() const noexcept { return targets_; }
  [[nodiscard]] std::uint64_t clicks() const noexcept;

  // visit(rows of the value, number of the first) over all rows in order, at most `most` together.
  template <class Visit>
  void for_each_block(std::size_t value, std::size_t most, Visit visit) const {
    for (std::size_t first = 0; first < rows_;) {
      const std::size_t count = std::min({most, rows_ - first, block_rows_ - first % block_rows_});
      visit(FloatRows{row(value, first), count, widths_[value]}, first);
      first += count;
    }
  }

 private:
  [[nodiscard]] std::uint64_t row_bytes() const noexcept;

  std::vector<std::size_t> widths_, begins_;  // by value; begins: columns before it
  std::size_t columns_ = 0, block_rows_ = 0;
  std::uint64_t memory_bytes_ = 0;
  std::vector<base::AlignedBlock> blocks_;  // value by value, each block_rows_ x width
  std::size_t rows_ = 0;
  std::uint64_t non_finite_ = 0;
  bool started_ = false;  // the kinds of information are settled
  std::vector<std::uint8_t> labels_;
  std::vector<std::uint64_t> clusters_, groups_, controls_;
  std::vector<float> targets_;
  struct Kinds {
    bool labels = false, clusters = false, groups = false, controls = false, targets = false;
    bool operator==(const Kinds&) const = default;
  };
  static Kinds kinds_of(const RowInfo& info) noexcept;
  Kinds kinds_;
};

}  // namespace clicklens::lens
