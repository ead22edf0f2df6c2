#include "lens/neurons_tile.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "format/profile_desc.h"
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
  if (clustered) {
    buckets.resize(tile_rows);
    bucket_rows.reserve(std::min<std::size_t>(tile_rows, 2 * format::most_buckets));
    for (auto* rows_of : {&in_buckets.rows, &in_buckets.request_rows, &in_buckets.cached_rows})
      rows_of->reserve(tile_rows);
  }
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
  if (!buckets.empty()) sort_into_buckets();
}

// By counting.
void NeuronTile::sort_into_buckets() {
  std::array<std::uint32_t, 2 * std::size_t{format::most_buckets} + 1> begins{};
  const auto key = [this](std::size_t i) { return 2 * buckets[i] + classes[i]; };
  for (std::size_t i = 0; i < rows; ++i) ++begins[key(i) + 1];
  bucket_rows.clear();
  for (std::uint32_t k = 0; k + 1 < begins.size(); ++k) {
    begins[k + 1] += begins[k];
    if (begins[k + 1] > begins[k]) bucket_rows.push_back({k / 2, k % 2, begins[k], begins[k + 1]});
  }
  in_buckets.rows.resize(rows);
  in_buckets.request_rows.resize(context->request_of_row != nullptr ? rows : 0);
  in_buckets.cached_rows.resize(context->candidate_of_row != nullptr ? rows : 0);
  for (std::uint32_t i = 0; i < rows; ++i) {
    const std::uint32_t to = begins[key(i)]++;
    in_buckets.rows[to] = i;
    if (!in_buckets.request_rows.empty()) in_buckets.request_rows[to] = context->request_of_row[i];
    if (!in_buckets.cached_rows.empty()) in_buckets.cached_rows[to] = context->candidate_of_row[i];
  }
}

}  // namespace clicklens::lens
