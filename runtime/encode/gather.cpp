#include "encode/gather.h"

#include <cstring>

#include "encode/access.h"

namespace clicklens::encode {
namespace {

std::uint64_t size_of(ValueType type) noexcept {
  constexpr std::uint64_t sizes[] = {1, 2, 4, 8, 1, 2, 4, 8, 4, 1};
  return sizes[static_cast<std::uint32_t>(type)];
}

std::uint64_t string_offset(const Column& column, std::uint64_t index) noexcept {
  return static_cast<std::uint64_t>(column.offset_bits == 64 ? load<std::int64_t>(column.value_offsets, index)
                                                             : load<std::int32_t>(column.value_offsets, index));
}

void append(std::vector<std::uint8_t>& to, const void* from, std::uint64_t begin, std::uint64_t count) {
  const auto* bytes = static_cast<const std::uint8_t*>(from) + begin;
  to.insert(to.end(), bytes, bytes + count);
}

}  // namespace

GatheredColumn::GatheredColumn(const Column& from, std::span<const std::uint64_t> order, std::uint32_t width)
    : view_(from) {
  const bool dense = from.kind == ColumnKind::floats;
  row_offsets_.push_back(0);
  value_offsets_.push_back(0);
  for (std::uint64_t i = 0; i < order.size(); ++i) {
    if (from.validity != nullptr) add_bit(validity_, i, is_set(from.validity, from.first + order[i]));
    if (dense) {
      add_dense(from, order[i], width);
      continue;
    }
    with_offsets(from, [&](const auto& offsets) { add_list(from, offsets[order[i]], offsets[order[i] + 1]); });
    row_offsets_.push_back(static_cast<std::int64_t>(elements_));
  }
  // Arrays must not be null where nothing is in them.
  values_.resize(values_.size() + 8);
  view_.first = 0;
  view_.values = values_.data();
  view_.value_count = from.kind == ColumnKind::strings ? values_.size() - 8 : elements_;
  view_.offset_bits = dense ? from.offset_bits : 64;
  view_.row_offsets = dense ? nullptr : row_offsets_.data();
  view_.value_offsets = from.kind == ColumnKind::strings ? value_offsets_.data() : nullptr;
  view_.string_count = from.kind == ColumnKind::strings ? elements_ : 0;
  weights_.resize(weights_.size() + 1);
  value_validity_.resize(value_validity_.size() + 1);
  validity_.resize(validity_.size() + 1);
  view_.weights = from.weights == nullptr ? nullptr : weights_.data();
  view_.validity = from.validity == nullptr ? nullptr : validity_.data();
  view_.value_validity = from.value_validity == nullptr ? nullptr : value_validity_.data();
}

void GatheredColumn::add_bit(std::vector<std::uint8_t>& bits, std::uint64_t index, bool value) {
  if (index % 8 == 0) bits.push_back(0);
  if (value) bits.back() = static_cast<std::uint8_t>(bits.back() | 1u << index % 8);
}

void GatheredColumn::add_dense(const Column& from, std::uint64_t entry, std::uint32_t width) {
  const std::uint64_t begin = (from.first + entry) * width;
  append(values_, from.values, begin * sizeof(float), width * sizeof(float));
  for (std::uint64_t k = begin; k < begin + width; ++k, ++elements_)
    if (from.value_validity != nullptr) add_bit(value_validity_, elements_, is_set(from.value_validity, k));
}

void GatheredColumn::add_list(const Column& from, std::uint64_t begin, std::uint64_t end) {
  for (std::uint64_t k = begin; k < end; ++k) {
    if (from.value_validity != nullptr) add_bit(value_validity_, elements_, is_set(from.value_validity, k));
    if (from.weights != nullptr) weights_.push_back(load<float>(from.weights, k));
    if (from.kind == ColumnKind::strings)
      add_string(from, k);
    else
      append(values_, from.values, k * size_of(from.value_type), size_of(from.value_type));
    ++elements_;
  }
}

void GatheredColumn::add_string(const Column& from, std::uint64_t element) {
  const std::uint64_t begin = string_offset(from, element);
  append(values_, from.values, begin, string_offset(from, element + 1) - begin);
  value_offsets_.push_back(static_cast<std::int64_t>(values_.size()));
}

}  // namespace clicklens::encode
