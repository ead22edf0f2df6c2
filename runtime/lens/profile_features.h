// What came as a feature's raw values: entries, missing and unknown ones, lengths of bags, which ids. Counts alone, so
// parts add up; an entry of a request counts once for each of the request's profiled candidates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "encode/column.h"
#include "encode/encoder.h"
#include "format/profile_desc.h"
#include "lens/distinct.h"

namespace clicklens::exec {
class Model;
}

namespace clicklens::lens {

// Bins of ids per entry, as the caller wrote them: 0 to 15 one by one, then [2^k, 2^(k + 1)), the last one open.
inline constexpr std::size_t length_bins = format::length_bins, id_bins = format::id_bins;
constexpr std::size_t length_bin(std::uint64_t length) {
  if (length < 16) return static_cast<std::size_t>(length);
  const auto bin = static_cast<std::size_t>(11 + std::bit_width(length));
  return bin < length_bins ? bin : length_bins - 1;
}

// What ids are depends on how the host sends them: histograms and distinct ids of two profiles can be compared only
// where this is equal.
inline constexpr std::uint32_t ids_are_rows = 1, ids_are_keys = 2, ids_are_strings = 4;

struct FeatureTraffic {
  // What the model says of it
  std::string name, group;
  bool dense = false, hashed = false;         // hashed: its encoder lets ids share rows
  std::uint64_t table_rows = 0;               // that its ids can be; 0: dense
  std::uint32_t first_input = 0, inputs = 0;  // its columns in Profile::pooled()
  std::uint32_t first_raw = 0, width = 0;     // dense: its columns in Profile::raw()

  std::uint64_t missing = 0, bad = 0;  // entries without a value; elements that are no value (NaN, no UTF-8, weights)
  // Sparse
  std::uint32_t id_kinds = 0;                   // ids_are_*, of all that came
  std::uint64_t ids = 0, unknown = 0, cut = 0;  // ids: those left after cutting, nulls not counted
  std::array<std::uint64_t, length_bins> lengths{};
  std::vector<std::uint64_t> histogram;       // [bucket][id_bins]: ids by the highest bits of their hash
  std::vector<std::uint64_t> bucket_missing;  // [bucket]
  std::vector<std::uint64_t> bucket_unknown, bucket_ids;
  DistinctKeys distinct;

  // Of n distinct ids thrown at random into the table's rows, the share that is expected to share a row with another:
  // 1 - (1 - 1 / rows)^(n - 1). 0 where nothing is hashed.
  [[nodiscard]] double expected_collisions() const;

  // What the model says of both is the same.
  [[nodiscard]] bool is_alike(const FeatureTraffic& other) const;
  void clear() noexcept;
  void merge(const FeatureTraffic& other) noexcept;
};

// The features of a model, nothing counted.
std::vector<FeatureTraffic> feature_traffic(const exec::Model& model, std::uint32_t buckets);

// A feature's column as it came, and as the run reads it: the same, or table rows made of it (exec::Batch::encoded).
// Null: missing.
struct FeatureColumns {
  const encode::Column* original = nullptr;
  const encode::Column* read = nullptr;
};

// One entry of a feature. `raw`: dense, where its elements go; NaN for those that are none.
void add_entry(const exec::Model& model, std::uint32_t feature, const FeatureColumns& columns, std::uint64_t entry,
               std::uint32_t bucket, FeatureTraffic& to, float* raw) noexcept;

}  // namespace clicklens::lens
