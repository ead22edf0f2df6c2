// Random requests for a made model, as the rows a reference reads and as the columns a session reads.
#pragma once

#include "exec/candidate_cache.h"
#include "exec/session.h"
#include "support/reference.h"

namespace clicklens::testing {

class RandomBatch {
 public:
  // Requests of `sizes` candidates each; empty ones are allowed.
  RandomBatch(ModelMaker& maker, const format::ModelDesc& desc, const std::vector<std::uint32_t>& sizes);

  // Every candidate its own request, request features repeated: the same rows, unshared.
  [[nodiscard]] RandomBatch unshared() const { return RandomBatch(*this); }

  // The same rows; those with a row of `cache` bring no candidate columns of their own.
  [[nodiscard]] RandomBatch cached(const exec::CandidateCache& cache, const std::vector<std::int64_t>& rows) const;
  // The candidates alone, for a cache to be filled with.
  [[nodiscard]] exec::Batch ads() const;

  [[nodiscard]] exec::Batch batch() const;
  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(offsets_.back()); }
  [[nodiscard]] std::size_t requests() const { return repeated_ ? rows() : offsets_.size() - 1; }
  [[nodiscard]] std::size_t request_of(std::size_t row) const;
  [[nodiscard]] Row row(std::size_t index) const;

  static exec::Inputs inputs(const format::ModelDesc& desc);

 private:
  struct Column {
    std::vector<Entry> entries;
    std::vector<std::uint32_t> ids;
    std::vector<float> floats;  // weights, or dense values
    std::vector<std::int64_t> offsets;
  };

  RandomBatch(const RandomBatch& other);

  RandomBatch(const RandomBatch& other, const exec::CandidateCache& cache, const std::vector<std::int64_t>& rows);

  [[nodiscard]] bool is_shared(std::uint32_t f) const { return desc_.features[f].scope == format::Scope::request; }

  void add_entry(ModelMaker& maker, std::uint32_t f);

  void make_column(std::uint32_t f);

  const format::ModelDesc& desc_;
  std::vector<std::int64_t> offsets_;
  std::vector<Column> columns_;
  std::vector<encode::Column> views_;
  const exec::CandidateCache* cache_ = nullptr;
  std::vector<std::int64_t> cache_rows_;
  bool repeated_ = false;
};

}  // namespace clicklens::testing
