#include <algorithm>
#include <cinttypes>

#include "encode/access.h"
#include "encode/bag_reader.h"

namespace clicklens::encode {
namespace {

float missing_value(const format::FeatureDesc& feature, std::uint32_t c) noexcept {
  const auto& values = feature.missing_value;
  if (values.empty()) return 0.0f;
  return values[c < values.size() ? c : 0] + 0.0f;
}

bool is_missing(const Column* column, std::uint64_t entry) noexcept {
  return column == nullptr || !is_set(column->validity, column->first + entry);
}

// Null elements of a present entry, replaced; counted like those of a list.
void fill_nulls(const format::FeatureDesc& feature, const std::uint8_t* validity, std::uint64_t element, float* row,
                Counts& counts) noexcept {
  std::uint64_t nulls = 0;
  for (std::uint32_t c = 0; c < feature.width; ++c) {
    if (is_set(validity, element + c)) continue;
    row[c] = missing_value(feature, c);
    ++nulls;
  }
  counts.missing += nulls == feature.width ? 1 : nulls;
}

base::Status replace_bad(const format::FeatureDesc& feature, std::uint64_t entry, bool strict, float* row,
                         Counts& counts) noexcept {
  for (std::uint32_t c = 0; c < feature.width; ++c) {
    if (is_finite(row[c])) continue;
    if (strict) {
      return base::Status::error(base::Code::bad_value, "feature '%s', entry %" PRIu64 ", element %" PRIu32 ": %s",
                                 feature.name.c_str(), entry, c, "value is not finite");
    }
    row[c] = missing_value(feature, c);
    ++counts.bad_values;
  }
  return {};
}

}  // namespace

base::Status read_dense(const format::FeatureDesc& feature, const Column* column, std::uint64_t begin,
                        std::uint64_t end, bool strict, float* out, std::size_t ld_out, Counts& counts) noexcept {
  const std::uint32_t width = feature.width;
  for (std::uint64_t entry = begin; entry < end; ++entry, out += ld_out) {
    if (is_missing(column, entry)) {
      for (std::uint32_t c = 0; c < width; ++c) out[c] = missing_value(feature, c);
      ++counts.missing;
      continue;
    }
    const std::uint64_t element = (column->first + entry) * width;
    std::memcpy(out, static_cast<const char*>(column->values) + element * sizeof(float), width * sizeof(float));
    if (column->value_validity != nullptr) fill_nulls(feature, column->value_validity, element, out, counts);
    bool finite = true;
    for (std::uint32_t c = 0; c < width; ++c) {
      finite &= is_finite(out[c]);
      out[c] += 0.0f;  // no value of the graph is -0
    }
    if (!finite) CLENS_TRY(replace_bad(feature, entry, strict, out, counts));
  }
  return {};
}

bool has_dense_value(const format::FeatureDesc& feature, const Column* column, std::uint64_t entry) noexcept {
  if (is_missing(column, entry)) return false;
  const std::uint64_t element = (column->first + entry) * feature.width;
  for (std::uint32_t c = 0; c < feature.width; ++c)
    if (is_set(column->value_validity, element + c) && is_finite(load<float>(column->values, element + c))) return true;
  return false;
}

}  // namespace clicklens::encode
