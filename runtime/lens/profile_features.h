// What came as a feature's raw values: entries, missing and unknown ones, lengths of bags, which ids. Counts alone, so
// parts add up; an entry of a request counts once for each of the request's profiled candidates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "encode/column.h"
#include "encode/elements.h"
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

// Ids on their way into histograms and distinct keys: of either, an id meets a line anywhere in a megabyte. So they
// wait as long as there is room, and what a run that serves needs stays in the cache.
class WaitingIds {
 public:
  void reserve(std::size_t ids) { ids_.resize(ids); }
  void add(std::uint64_t hash, std::uint32_t bucket, std::uint32_t times, FeatureTraffic& to) noexcept {
    if (size_ == ids_.size()) count();
    ids_[size_++] = {hash, &to, bucket, times};
  }
  // Before anyone reads what they go to.
  void count() noexcept;

 private:
  struct Id {
    std::uint64_t hash;
    FeatureTraffic* to;
    std::uint32_t bucket, times;

    [[nodiscard]] std::uint64_t& bin() const noexcept { return to->histogram[bucket * id_bins + (hash >> 58)]; }
  };
  std::vector<Id> ids_;
  std::size_t size_ = 0;
};
static_assert(id_bins == std::size_t{1} << (64 - 58));

// Counts entries of one feature.
class EntryCounter {
 public:
  EntryCounter(const exec::Model& model, std::uint32_t feature, const FeatureColumns& columns, FeatureTraffic& to,
               WaitingIds& waiting) noexcept;

  // `times`: profiled candidates that an entry of ids is met by.
  void add_ids(std::uint64_t entry, std::uint32_t bucket, std::uint32_t times) noexcept;
  // Of a dense feature. `raw`: where its elements go; NaN for those that are none.
  void add_elements(std::uint64_t entry, std::uint32_t bucket, float* raw) noexcept;

 private:
  // Elements [begin, end) of an entry, and how long it was before it was cut.
  struct Window {
    std::uint64_t begin = 0, end = 0, length = 0;
  };

  [[nodiscard]] Window window_of(std::uint64_t entry) const noexcept;
  std::uint64_t add_window(const Window& window, std::uint32_t bucket, std::uint32_t times) noexcept;
  bool add_fault(std::uint64_t element, std::uint32_t row, std::uint32_t bucket, std::uint32_t times) noexcept;
  void add_missing(std::uint32_t bucket, std::uint32_t times) noexcept;
  [[nodiscard]] std::uint64_t hash_of(std::uint64_t element) const noexcept;

  const format::FeatureDesc& feature_;
  const encode::Column* column_;      // as it came; null: missing
  encode::Elements original_, read_;  // likewise, and as the run reads it
  FeatureTraffic& to_;
  WaitingIds& waiting_;
};

}  // namespace clicklens::lens
