// A tile of a run as the parts of the neuron lens see it: where each row's values are, and what is known of the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "exec/batch.h"
#include "kernels/args.h"

namespace clicklens::lens {

// Rows of one class.
struct ClassRows {
  std::vector<std::uint32_t> rows;          // of the tile
  std::vector<std::uint32_t> request_rows;  // their rows at request level
  std::vector<std::uint32_t> cached_rows;   // and at candidate level, in sessions that read a cache
  std::vector<float> logits;                // with scores
  std::vector<double> scores;               // the same, 0 where fast sums do not take it
  std::vector<std::uint32_t> special;       // positions in `rows` of the logits they do not take
};

// Rows of one bucket and class: positions [begin, end) of NeuronTile::in_buckets.
struct BucketRows {
  std::uint32_t bucket, class_index, begin, end;
};

struct NeuronTile {
  const ops::StepContext* context = nullptr;
  std::size_t rows = 0;
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint8_t> labels;    // 255: none
  std::vector<std::uint8_t> classes;   // of each row
  std::vector<std::uint32_t> buckets;  // clustered
  std::vector<float> logits;           // with scores
  std::vector<std::uint32_t> counted;  // rows drawn for counts
  ClassRows by_class[2];
  ClassRows in_buckets;  // every row, rows of a bucket side by side; clustered, without logits
  std::vector<BucketRows> bucket_rows;

  void reserve(std::size_t tile_rows, bool scored, bool clustered);
  // by_class and, where clustered, in_buckets of what the other fields say, but for `counted`; `scored`: with logits.
  void sort_rows(bool scored);

  // Row `row` of a place that runs at row or request level.
  [[nodiscard]] const float* at(const ops::Place& place, std::uint32_t row) const {
    const std::uint32_t* rows = context->rows_of(place.level);
    const std::size_t index = rows != nullptr ? rows[row] : row;
    return context->at(place) + index * place.ld;
  }
  // What says where the rows of a list lie in a place.
  [[nodiscard]] static const std::vector<std::uint32_t>& map_of(const ClassRows& rows, ops::Level level) {
    if (level == ops::Level::request) return rows.request_rows;
    return level == ops::Level::row ? rows.rows : rows.cached_rows;
  }

 private:
  void sort_into_buckets();
};

}  // namespace clicklens::lens
