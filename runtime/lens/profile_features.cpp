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

encode::Elements elements_of(const exec::Model& model, std::uint32_t index, const Column* column) noexcept {
  const format::FeatureDesc& feature = model.desc().features[index];
  const bool dense = feature.kind == format::FeatureKind::dense;
  return {column, dense ? nullptr : model.encoder(feature.encoder), dense ? 0 : model.feature_rows(index),
          feature.weighted};
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

void WaitingIds::count() noexcept {
  constexpr std::size_t ahead = 16;
  for (std::size_t i = 0; i < size_; ++i) {
    if (i + ahead < size_) {
      const Id& later = ids_[i + ahead];
      __builtin_prefetch(&later.bin(), 1);
      later.to->distinct.fetch(later.hash);
    }
    const Id& id = ids_[i];
    id.bin() += id.times;
    id.to->distinct.add(id.hash);
  }
  size_ = 0;
}

EntryCounter::EntryCounter(const exec::Model& model, std::uint32_t feature, const FeatureColumns& columns,
                           FeatureTraffic& to, WaitingIds& waiting) noexcept
    : feature_(model.desc().features[feature]),
      column_(columns.original),
      original_(elements_of(model, feature, columns.original)),
      read_(elements_of(model, feature, columns.read)),
      to_(to),
      waiting_(waiting) {}

EntryCounter::Window EntryCounter::window_of(std::uint64_t entry) const noexcept {
  if (column_ == nullptr || !encode::is_set(column_->validity, column_->first + entry)) return {};
  Window of = encode::with_offsets(*column_, [&](const auto& offsets) -> Window {
    return {offsets[entry], offsets[entry + 1], offsets[entry + 1] - offsets[entry]};
  });
  if (feature_.max_length == 0 || of.length <= feature_.max_length) return of;
  (feature_.keep_last ? of.begin : of.end) =
      feature_.keep_last ? of.end - feature_.max_length : of.begin + feature_.max_length;
  return of;
}

void EntryCounter::add_ids(std::uint64_t entry, std::uint32_t bucket, std::uint32_t times) noexcept {
  const Window window = window_of(entry);
  to_.lengths[length_bin(window.length)] += times;
  to_.cut += times * (window.length - (window.end - window.begin));
  const std::uint64_t ids = add_window(window, bucket, times);
  if (ids == 0) return add_missing(bucket, times);
  to_.id_kinds |= kind_of(*column_);
  to_.ids += times * ids;
  to_.bucket_ids[bucket] += times * ids;
}

// How many ids it has.
std::uint64_t EntryCounter::add_window(const Window& window, std::uint32_t bucket, std::uint32_t times) noexcept {
  constexpr std::size_t block = 32;
  std::uint32_t rows[block];
  float weights[block];
  std::uint64_t ids = 0;
  for (std::uint64_t at = window.begin; at < window.end; at += block) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(block, window.end - at));
    const bool clean = read_.read(at, count, rows, weights);
    for (std::size_t i = 0; i < count; ++i) {
      if (!clean && rows[i] >= encode::dropped_id && !add_fault(at + i, rows[i], bucket, times)) continue;
      waiting_.add(hash_of(at + i), bucket, times, to_);
      ++ids;
    }
  }
  return ids;
}

// Whether it is an id all the same.
bool EntryCounter::add_fault(std::uint64_t element, std::uint32_t row, std::uint32_t bucket,
                             std::uint32_t times) noexcept {
  const Fault fault = original_.fault(element, row);
  if (fault == Fault::null) return false;
  if (fault == Fault::weight || fault == Fault::text) to_.bad += times;
  if (fault == Fault::range || fault == Fault::unknown) {
    to_.unknown += times;
    to_.bucket_unknown[bucket] += times;
  }
  return true;
}

std::uint64_t EntryCounter::hash_of(std::uint64_t element) const noexcept {
  if (column_->kind != encode::ColumnKind::strings) return mix(original_.number(element));
  const std::string_view id = original_.text(element);
  return XXH3_64bits(id.data(), id.size());
}

void EntryCounter::add_missing(std::uint32_t bucket, std::uint32_t times) noexcept {
  to_.missing += times;
  to_.bucket_missing[bucket] += times;
}

void EntryCounter::add_elements(std::uint64_t entry, std::uint32_t bucket, float* raw) noexcept {
  std::fill_n(raw, feature_.width, std::numeric_limits<float>::quiet_NaN());
  bool any = false;
  if (column_ != nullptr && encode::is_set(column_->validity, column_->first + entry)) {
    const std::uint64_t first = (column_->first + entry) * feature_.width;
    for (std::uint32_t c = 0; c < feature_.width; ++c) {
      if (!encode::is_set(column_->value_validity, first + c)) continue;
      any = true;
      const auto x = encode::load<float>(column_->values, first + c);
      if (encode::is_finite(x))
        raw[c] = x + 0.0f;  // -0 and 0 would make a minimum depend on the order
      else
        ++to_.bad;
    }
  }
  if (!any) add_missing(bucket, 1);
}

}  // namespace clicklens::lens
