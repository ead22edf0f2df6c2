// A sample of whole rows that does not depend on how they came: the `most` rows with the smallest (hash, bits). A row's
// hash is of its number, or of its request's key and its place in the request, so two lenses that saw the same rows
// sampled the same ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "format/profile_desc.h"

namespace clicklens::lens {

class NeuronSample {
 public:
  NeuronSample(std::size_t most, std::size_t width) : most_(most), width_(width) {}

  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] std::size_t width() const { return width_; }
  // Room for `rows` more, so that adding them allocates nothing.
  void reserve_more(std::uint64_t rows);

  // Where a row goes that could be among the smallest: its values are to be written there, then keep(). Empty: it is
  // not needed.
  [[nodiscard]] std::span<float> offer(std::uint64_t hash);
  void keep(std::uint64_t hash, float logit, std::uint8_t label);

  void merge(const NeuronSample& other);  // of equal width
  void clear() { heap_.clear(); }         // room is kept

  // Rows in ascending order; `order()[i]` is what the accessors take.
  [[nodiscard]] std::vector<std::uint32_t> order() const;
  [[nodiscard]] std::uint64_t hash(std::uint32_t row) const { return rows_[row].hash; }
  [[nodiscard]] float logit(std::uint32_t row) const { return rows_[row].logit; }
  [[nodiscard]] std::uint8_t label(std::uint32_t row) const { return rows_[row].label; }
  [[nodiscard]] std::span<const float> values(std::uint32_t row) const { return {&values_[row * width_], width_}; }

 private:
  struct Row {
    std::uint64_t hash;
    float logit;
    std::uint8_t label;
  };
  [[nodiscard]] bool less(std::uint32_t a, std::uint32_t b) const;

  std::size_t most_, width_;
  std::vector<Row> rows_;            // by slot
  std::vector<float> values_;        // [slot][column]
  std::vector<std::uint32_t> heap_;  // slots, the largest row on top
  std::uint32_t free_ = 0;           // the slot that offer() gave out
};

}  // namespace clicklens::lens
