// A candidate cache: what depends on the candidate alone, computed once per ad and kept as rows that batches name.
// One thread at a time fills it, while no session reads the rows being filled; else it is shared by sessions.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/memory.h"
#include "exec/inputs.h"
#include "exec/plan.h"
#include "exec/session_options.h"
#include "exec/threads.h"

namespace clicklens::exec {

struct CacheOptions {
  std::uint64_t rows = 0;
  ops::Precision precision = ops::Precision::f32;
  std::vector<std::uint32_t> full_precision;
  bool half = false;         // rows of fp16: lossy
  bool explainable = false;  // every value of candidate scope is kept
  std::size_t strands = 1;
  ParallelFor parallel_for = nullptr;
  void* host = nullptr;
  const kernels::Table* kernels = nullptr;  // null: the set in force
};

// A cache as a run reads it.
struct CacheView {
  const std::byte* data = nullptr;
  std::size_t row_stride = 0;
  kernels::Element type = kernels::Element::f32;
  const std::size_t* offsets = nullptr;  // by Plan::cached: bytes from the start of a row
  const std::int64_t* rows = nullptr;    // by candidate; null: no cache
};

class CandidateCache {
 public:
  static base::Result<std::unique_ptr<CandidateCache>> create(std::shared_ptr<const Model>, const Inputs&,
                                                              const CacheOptions&);

  // Candidate i of `ads` goes to rows[i], or, with rows null, to row i; of two for one row the later stays.
  base::Status fill(const Batch& ads, const std::int64_t* rows, encode::Counts& counts);

  [[nodiscard]] std::uint64_t rows() const noexcept { return filled_.size(); }
  [[nodiscard]] bool holds(std::uint64_t row) const noexcept { return row < filled_.size() && filled_[row] != 0; }
  [[nodiscard]] std::uint64_t filled() const noexcept { return filled_count_; }
  [[nodiscard]] std::size_t row_bytes() const noexcept { return row_bytes_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return data_.size() + filled_.size() + block_.size(); }
  [[nodiscard]] const Model& model() const noexcept { return *model_; }
  [[nodiscard]] std::size_t inputs() const noexcept { return columns_.size(); }
  // Room for one batch's columns.
  [[nodiscard]] std::span<encode::Column> column_room() noexcept { return columns_; }

  // STALE: its rows are of another model or precision than those of a session that was created with these options.
  [[nodiscard]] base::Status check_fits(const Model& model, const SessionOptions& session) const noexcept;
  // Where rows hold so many columns of a key, in bytes. (Files of one id could be made to differ.)
  [[nodiscard]] std::optional<std::size_t> offset_of(const CacheKey& key, std::uint32_t columns) const noexcept;
  [[nodiscard]] const std::byte* data() const noexcept { return data_.data(); }
  [[nodiscard]] kernels::Element element() const noexcept {
    return options_.half ? kernels::Element::f16 : kernels::Element::f32;
  }
  // Differs between all caches of the process, dead ones too.
  [[nodiscard]] std::uint64_t serial() const noexcept { return serial_; }

 private:
  struct Filling;  // one call of fill, as all strands see it
  base::Status lay_out();
  base::Status check_rows(const Batch& ads, const std::int64_t* rows) const;
  [[nodiscard]] bool names_a_row_twice(const Batch& ads, const std::int64_t* rows) const;
  base::Status spread(Filling& filling);
  base::Status fill_part(const Filling& filling, std::size_t index) noexcept;
  void store(const Filling& filling, const std::byte* block, std::uint64_t first, std::size_t count) noexcept;
  static void run_strand(void* filling, std::size_t index) noexcept;

  std::shared_ptr<const Model> model_;
  CacheOptions options_;
  const kernels::Table* kernels_ = nullptr;
  std::unique_ptr<Plan> plan_;
  Binding binding_;
  std::vector<encode::Column> columns_;
  std::vector<std::size_t> offsets_;  // by Plan::cached
  std::size_t row_bytes_ = 0;
  base::AlignedBlock data_, block_;
  std::vector<std::uint8_t> filled_;            // by row
  std::atomic<std::uint64_t> filled_count_{0};  // may be asked for while rows are filled
  std::uint64_t serial_ = 0;
  std::vector<base::Status> statuses_;  // by strand
  std::vector<encode::Counts> counts_;  // by strand
  std::unique_ptr<HelperThreads> helpers_;
};

}  // namespace clicklens::exec
