#include "lens/neurons_tile.h"

#include <cmath>

#include "lens/neurons_moments.h"

namespace clicklens::lens {
namespace {

// Fast sums of products take logits of an ordinary size; the others are few and go one by one.
bool is_ordinary(float z) {
  const float size = std::abs(z);
  return z == 0 || (size >= MomentBlock::least_logit && size < MomentBlock::most_logit);
}

}  // namespace

void NeuronTile::reserve(std::size_t tile_rows, bool scored, bool clustered) {
  hashes.resize(tile_rows);
  labels.resize(tile_rows);
  classes.resize(tile_rows);
  counted.reserve(tile_rows);
  if (clustered) buckets.resize(tile_rows);
  if (scored) logits.resize(tile_rows);
  for (ClassRows& rows_of : by_class) {
    rows_of.rows.reserve(tile_rows);
    rows_of.request_rows.reserve(tile_rows);
    rows_of.cached_rows.reserve(tile_rows);
    if (!scored) continue;
    rows_of.logits.reserve(tile_rows);
    rows_of.scores.reserve(tile_rows);
    rows_of.special.reserve(tile_rows);
  }
}

void NeuronTile::sort_rows(bool scored) {
  for (ClassRows& of : by_class) {
    of.rows.clear();
    of.request_rows.clear();
    of.cached_rows.clear();
    of.logits.clear();
    of.scores.clear();
    of.special.clear();
  }
  for (std::uint32_t i = 0; i < rows; ++i) {
    ClassRows& of = by_class[classes[i]];
    if (scored) {
      const float z = logits[i];
      if (!is_ordinary(z)) of.special.push_back(static_cast<std::uint32_t>(of.rows.size()));
      of.logits.push_back(z);
      of.scores.push_back(is_ordinary(z) ? double{z} : 0);
    }
    of.rows.push_back(i);
    if (context->request_of_row != nullptr) of.request_rows.push_back(context->request_of_row[i]);
    if (context->candidate_of_row != nullptr) of.cached_rows.push_back(context->candidate_of_row[i]);
  }
}

}  // namespace clicklens::lens
