#include "lens/profile_features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "encode/access.h"
#include "encode/elements.h"
#include "exec/model.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

using encode::Column;
using encode::Fault;

// Elements [begin, end) of an entry, and how long it was before it was cut.
struct Window {
  std::uint64_t begin = 0, end = 0, length = 0;
};

Window window_of(const format::FeatureDesc& feature, const Column* column, std::uint64_t entry) noexcept {
  if (column == nullptr || !encode::is_set(column->validity, column->first + entry)) return {};
  Window of = encode::with_offsets(*column, [&](const auto& offsets) -> Window {
    return {offsets[entry], offsets[entry + 1], offsets[entry + 1] - offsets[entry]};
  });
  if (feature.max_length == 0 || of.length <= feature.max_length) return of;
  (feature.keep_last ? of.begin : of.end) =
      feature.keep_last ? of.end - feature.max_length : of.begin + feature.max_length;
  return of;
}

std::uint32_t kind_of(const Column& column) noexcept {
  switch (column.kind) {
    case encode::ColumnKind::rows:
      return ids_are_rows;
    case encode::ColumnKind::strings:
      return ids_are_strings;
    default:
      return ids_are_keys;
  }
}

class IdCounter {
 public:
  IdCounter(const encode::Elements& elements, bool strings, std::uint32_t bucket, FeatureTraffic& to) noexcept
      : elements_(elements), strings_(strings), bucket_(bucket), to_(to) {}

  void add(std::uint64_t element, std::uint32_t row) noexcept {
    if (row >= encode::dropped_id) {
      const Fault fault = elements_.fault(element, row);
      if (fault == Fault::null) return;
      to_.bad += fault == Fault::weight || fault == Fault::text ? 1 : 0;
      if (fault == Fault::range || fault == Fault::unknown) {
        ++to_.unknown;
        ++to_.bucket_unknown[bucket_];
      }
    }
    const std::uint64_t hash = hash_of(element);
    ++to_.ids;
    ++to_.bucket_ids[bucket_];
    ++to_.histogram[bucket_ * id_bins + (hash >> 58)];
    to_.distinct.add(hash);
    any_ = true;
  }
  [[nodiscard]] bool any() const noexcept { return any_; }

 private:
  [[nodiscard]] std::uint64_t hash_of(std::uint64_t element) const noexcept {
    if (!strings_) return mix(elements_.number(element));
    const std::string_view id = elements_.text(element);
    return XXH3_64bits(id.data(), id.size());
  }

  const encode::Elements& elements_;
  bool strings_;
  std::uint32_t bucket_;
  FeatureTraffic& to_;
  bool any_ = false;
};
static_assert(id_bins == std::size_t{1} << (64 - 58));

void add_ids(const exec::Model& model, std::uint32_t index, const FeatureColumns& columns, std::uint64_t entry,
             std::uint32_t bucket, FeatureTraffic& to) noexcept {
  const Column* const column = columns.original;
  const format::FeatureDesc& feature = model.desc().features[index];
  const Window window = window_of(feature, column, entry);
  ++to.lengths[length_bin(window.length)];
  to.cut += window.length - (window.end - window.begin);
  bool any = false;
  if (window.length > 0) {
    const auto elements_of = [&](const Column* ids) {
      return encode::Elements(ids, model.encoder(feature.encoder), model.feature_rows(index), feature.weighted);
    };
    const encode::Elements elements = elements_of(column), read = elements_of(columns.read);
    IdCounter counter(elements, column->kind == encode::ColumnKind::strings, bucket, to);
    constexpr std::size_t block = 32;
    std::uint32_t rows[block];
    float weights[block];
    for (std::uint64_t at = window.begin; at < window.end; at += block) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(block, window.end - at));
      read.read(at, count, rows, weights);
      for (std::size_t i = 0; i < count; ++i) counter.add(at + i, rows[i]);
    }
    any = counter.any();
    if (any) to.id_kinds |= kind_of(*column);
  }
  to.missing += any ? 0 : 1;
  to.bucket_missing[bucket] += any ? 0 : 1;
}

void add_elements(const format::FeatureDesc& feature, const Column* column, std::uint64_t entry, std::uint32_t bucket,
                  FeatureTraffic& to, float* raw) noexcept {
  std::fill_n(raw, feature.width, std::numeric_limits<float>::quiet_NaN());
  bool any = false;
  if (column != nullptr && encode::is_set(column->validity, column->first + entry)) {
    const std::uint64_t first = (column->first + entry) * feature.width;
    for (std::uint32_t c = 0; c < feature.width; ++c) {
      if (!encode::is_set(column->value_validity, first + c)) continue;
      any = true;
      const auto x = encode::load<float>(column->values, first + c);
      if (encode::is_finite(x))
        raw[c] = x + 0.0f;  // -0 and 0 would make a minimum depend on the order
      else
        ++to.bad;
    }
  }
  to.missing += any ? 0 : 1;
  to.bucket_missing[bucket] += any ? 0 : 1;
}

void add_counts(std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& from) noexcept {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

double FeatureTraffic::expected_collisions() const {
  if (!hashed || table_rows == 0) return 0;
  const double others = std::max(distinct.estimate() - 1, 0.0);
  return -std::expm1(others * std::log1p(-1 / static_cast<double>(table_rows)));
}

bool FeatureTraffic::is_alike(const FeatureTraffic& other) const {
  return name == other.name && group == other.group && dense == other.dense && hashed == other.hashed &&
         table_rows == other.table_rows && inputs == other.inputs && width == other.width;
}

void FeatureTraffic::clear() noexcept {
  missing = bad = ids = unknown = cut = 0;
  id_kinds = 0;
  lengths.fill(0);
  for (auto* counts : {&histogram, &bucket_missing, &bucket_unknown, &bucket_ids})
    std::fill(counts->begin(), counts->end(), 0);
  distinct.clear();
}

void FeatureTraffic::merge(const FeatureTraffic& other) noexcept {
  missing += other.missing;
  bad += other.bad;
  id_kinds |= other.id_kinds;
  ids += other.ids;
  unknown += other.unknown;
  cut += other.cut;
  for (std::size_t i = 0; i < lengths.size(); ++i) lengths[i] += other.lengths[i];
  add_counts(histogram, other.histogram);
  add_counts(bucket_missing, other.bucket_missing);
  add_counts(bucket_unknown, other.bucket_unknown);
  add_counts(bucket_ids, other.bucket_ids);
  distinct.merge(other.distinct);
}

std::vector<FeatureTraffic> feature_traffic(const exec::Model& model, std::uint32_t buckets) {
  std::vector<FeatureTraffic> all;
  std::uint32_t raw = 0;
  for (std::uint32_t f = 0; f < model.desc().features.size(); ++f) {
    const format::FeatureDesc& feature = model.desc().features[f];
    FeatureTraffic& to = all.emplace_back();
    to.name = feature.name;
    to.group = feature.group;
    to.dense = feature.kind == format::FeatureKind::dense;
    to.first_raw = raw;
    to.width = to.dense ? feature.width : 0;
    raw += to.width;
    to.bucket_missing.resize(buckets);
    if (to.dense) continue;
    to.table_rows = model.feature_rows(f);
    to.hashed = feature.encoder != format::no_index &&
                std::holds_alternative<format::HashEncoder>(model.desc().encoders[feature.encoder].encoder);
    to.histogram.resize(std::size_t{buckets} * id_bins);
    to.bucket_unknown.resize(buckets);
    to.bucket_ids.resize(buckets);
  }
  for (const exec::InputBlock& block : model.inputs()) {
    FeatureTraffic& to = all[block.feature];
    if (to.inputs == 0) to.first_input = static_cast<std::uint32_t>(block.begin);
    to.inputs += block.width;
  }
  return all;
}

void add_entry(const exec::Model& model, std::uint32_t feature, const FeatureColumns& columns, std::uint64_t entry,
               std::uint32_t bucket, FeatureTraffic& to, float* raw) noexcept {
  if (to.dense)
    add_elements(model.desc().features[feature], columns.original, entry, bucket, to, raw + to.first_raw);
  else
    add_ids(model, feature, columns, entry, bucket, to);
}

}  // namespace clicklens::lens
