// Attribution by single ids. A pooled input is linear in the rows of the ids it is made of, e = sum of s_k row_k with
// s_k the id's weight by the bag's divisor, so what attributes (x - x') . g to an input column divides among ids:
//
//   part of id k     (s_k row_k - c_k x') . g,    c_k = |s_k| / sum of |s|; all s 0: 1 / ids
//
// The c_k add up to 1: the ids of a bag have together what its feature has, whatever the baseline. Maximum: a dimension
// is its winner's, with the baseline's there. Sequences: a place (and its place in the mask) is the id's that is in it.
// The rest, which no id carries: dense features, bags without ids, empty places, rows that stand in for missing ids.
#pragma once

#include <span>
#include <vector>

#include "exec/session.h"

namespace clicklens::lens {

class IdShares {
 public:
  // `rows`: of a tile.
  IdShares(const exec::Model& model, std::size_t rows) : model_(model), starts_(rows + 1) {}

  // Ids of a batch that `session` is bound to, and room for its largest candidate. LIMIT_EXCEEDED. May throw bad_alloc.
  base::Result<std::size_t> make_room(const exec::Session& session, const exec::Batch& batch);
  // Ids of the largest candidate.
  [[nodiscard]] std::size_t most() const noexcept { return most_; }

  // `inputs`: pooled, of the tile's rows. False: a candidate has more ids than there is room for.
  [[nodiscard]] bool start_tile(const exec::Batch&, const ops::StepContext&, const float* inputs) noexcept;
  // Of the tile's row, as saliency's: sparse features in order, ids as the caller wrote them.
  [[nodiscard]] std::size_t begin(std::size_t row) const noexcept { return starts_[row]; }
  [[nodiscard]] std::size_t count(std::size_t row) const noexcept { return starts_[row + 1] - starts_[row]; }

  // Adds the parts of a row to out[count + 1], the rest last. `plain`: of s_k g alone.
  template <class Gradient>
  void add(std::size_t row, const float* base, const Gradient* gradient, bool plain, std::span<double> out) noexcept {
    take(row);
    for (const Part& part : parts_) {
      const float* values = floats_.data() + part.values;
      double sum = 0;
      for (std::uint32_t d = 0; d < part.count; ++d)
        sum += (plain ? part.scale : part.of(values, base, d)) * double{gradient[part.begin + d]};
      out[part.id] += sum;
    }
  }
  // The row's pooled inputs without what its id `id` brought: x - (s_k row_k - c_k x').
  void leave_out(std::size_t row, std::size_t id, const float* base, float* to) noexcept;

 private:
  struct Part {  // of the input columns from `begin`
    std::size_t id, begin, values;
    std::uint32_t count;
    double scale, share;

    [[nodiscard]] double of(const float* row, const float* base, std::uint32_t d) const noexcept {
      return scale * double{row[d]} - share * double{base[begin + d]};
    }
  };
  struct Bag;  // one block of the row at hand

  void take(std::size_t row) noexcept;
  void take_bag(const Bag&) noexcept;
  void take_maximum(const Bag&) noexcept;
  void take_sequence(const Bag&) noexcept;
  void push(Part part, const float* values) noexcept;
  void push_rest(std::size_t begin, std::uint32_t count) noexcept;

  const exec::Model& model_;
  const exec::Batch* batch_ = nullptr;
  const ops::StepContext* context_ = nullptr;
  const float* inputs_ = nullptr;
  std::size_t most_ = 0, row_ = 0;
  bool taken_ = false;
  std::vector<std::size_t> starts_, of_feature_;  // of_feature_: the first id of each, in the row at hand
  std::vector<Part> parts_;
  std::vector<float> floats_, widened_;
  std::vector<std::uint8_t> filled_;  // dimensions won, places taken
};

}  // namespace clicklens::lens
