#include "data/block_joiner.h"

#include <algorithm>
#include <cstring>

#include "error.h"

namespace clicklens::cli {
namespace {

bool is_set(const std::uint8_t* bitmap, std::uint64_t at) noexcept {
  return bitmap == nullptr || ((bitmap[at >> 3] >> (at & 7)) & 1) != 0;
}

// Bit `at` of a bitmap that ends there.
void push_bit(std::vector<std::uint8_t>& bitmap, std::size_t at, bool set) {
  if (at % 8 == 0) bitmap.push_back(0);
  if (set) bitmap.back() = static_cast<std::uint8_t>(bitmap.back() | 1u << (at % 8));
}

std::uint64_t offset_at(const void* offsets, std::uint32_t bits, std::uint64_t at) noexcept {
  if (bits == 64) {
    std::int64_t offset = 0;
    std::memcpy(&offset, static_cast<const char*>(offsets) + at * sizeof offset, sizeof offset);
    return static_cast<std::uint64_t>(offset);
  }
  std::int32_t offset = 0;
  std::memcpy(&offset, static_cast<const char*>(offsets) + at * sizeof offset, sizeof offset);
  return static_cast<std::uint64_t>(offset);
}

std::size_t bytes_of(std::uint32_t type) noexcept {
  switch (type) {
    case CLENS_TYPE_I8:
    case CLENS_TYPE_U8:
      return 1;
    case CLENS_TYPE_I16:
    case CLENS_TYPE_U16:
      return 2;
    case CLENS_TYPE_I64:
    case CLENS_TYPE_U64:
      return 8;
    default:
      return 4;
  }
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void BlockJoiner::Column::add_missing(std::size_t count, bool dense, std::size_t width) {
  for (std::size_t i = 0; i < count; ++i) {
    push_bit(present, entries++, false);
    if (dense) {
      values.append(width * sizeof(float), '\0');
      for (std::size_t d = 0; d < width; ++d) push_bit(value_present, elements++, true);
    }
    ends.push_back(static_cast<std::int64_t>(elements));
  }
}

void BlockJoiner::Column::add_element(const clens_column& from, std::uint64_t element) {
  const char* bytes = static_cast<const char*>(from.values);
  if (value_type == CLENS_TYPE_BYTES) {
    const std::uint64_t begin = offset_at(from.value_offsets, from.offset_bits, element),
                        end = offset_at(from.value_offsets, from.offset_bits, element + 1);
    values.append(bytes + begin, end - begin);
    value_ends.push_back(static_cast<std::int64_t>(values.size()));
  } else {
    const std::size_t size = bytes_of(value_type);
    values.append(bytes + element * size, size);
  }
  weights.push_back(from.weights == nullptr ? 1.0f : from.weights[element]);
  weighted = weighted || from.weights != nullptr;
  push_bit(value_present, elements++, is_set(from.value_validity, element));
}

void BlockJoiner::Column::add_entry(const clens_column& from, std::uint64_t entry, std::size_t width) {
  const std::uint64_t at = from.first + entry;
  const bool dense = kind == CLENS_COLUMN_FLOATS;
  if (!is_set(from.validity, at)) return add_missing(1, dense, width);
  std::uint64_t begin = dense ? at * width : at, end = dense ? begin + width : at + 1;
  if (!dense && from.row_offsets != nullptr) {
    begin = offset_at(from.row_offsets, from.offset_bits, at);
    end = offset_at(from.row_offsets, from.offset_bits, at + 1);
  }
  for (std::uint64_t element = begin; element < end; ++element) add_element(from, element);
  push_bit(present, entries++, true);
  ends.push_back(static_cast<std::int64_t>(elements));
}

clens_column BlockJoiner::Column::view(std::uint32_t input) const {
  clens_column column = CLENS_COLUMN_INIT;
  column.input = input;
  column.kind = kind;
  column.value_type = value_type;
  column.values = values.data();
  column.validity = present.data();
  column.value_validity = value_present.data();
  const bool strings = value_type == CLENS_TYPE_BYTES;
  column.value_count = strings ? values.size() : elements;
  if (kind == CLENS_COLUMN_FLOATS) return column;
  column.offset_bits = 64;
  column.row_offsets = ends.data();
  column.weights = weighted ? weights.data() : nullptr;
  if (!strings) return column;
  column.value_offsets = value_ends.data();
  column.string_count = elements;
  return column;
}

void BlockJoiner::clear() {
  columns_.assign(features_.size(), {});
  for (Column& column : columns_) column.ends = column.value_ends = {0};
  block_ = Block();
  block_.request_offsets = {0};
  block_.keyed = true;
  requests_ = 0;
}

std::string BlockJoiner::add(const Block& block) {
  const std::size_t requests = block.request_offsets.empty() ? 0 : block.request_offsets.size() - 1;
  for (const clens_column& from : block.columns) {
    const FeatureSpec& feature = features_[from.input];
    Column& to = columns_[from.input];
    if (to.seen && (to.kind != from.kind || to.value_type != from.value_type))
      return join({"feature '", feature.name, "' was sent in one type, then in another"});
    if (!to.seen) {
      to.seen = true;
      to.kind = from.kind;
      to.value_type = from.value_type;
      to.add_missing(feature.per_request ? requests_ : block_.rows, from.kind == CLENS_COLUMN_FLOATS, feature.width);
    }
    const std::size_t entries = feature.per_request ? requests : block.rows;
    for (std::size_t i = 0; i < entries; ++i) to.add_entry(from, i, feature.width);
  }
  block_.rows += block.rows;
  requests_ += requests;
  for (std::size_t f = 0; f < columns_.size(); ++f) {
    Column& column = columns_[f];
    const std::size_t entries = features_[f].per_request ? requests_ : block_.rows;
    if (column.seen)
      column.add_missing(entries - column.entries, column.kind == CLENS_COLUMN_FLOATS, features_[f].width);
  }
  const std::int64_t begin = block_.request_offsets.back();
  for (std::size_t r = 1; r <= requests; ++r) block_.request_offsets.push_back(begin + block.request_offsets[r]);
  block_.keyed = block_.keyed && block.keyed;
  append(block_.request_keys, block.request_keys);
  append(block_.labels, block.labels);
  append(block_.groups, block.groups);
  append(block_.clusters, block.clusters);
  append(block_.controls, block.controls);
  append(block_.texts, block.texts);
  return {};
}

const Block& BlockJoiner::block() {
  block_.columns.clear();
  for (std::size_t f = 0; f < columns_.size(); ++f)
    if (columns_[f].seen) block_.columns.push_back(columns_[f].view(static_cast<std::uint32_t>(f)));
  return block_;
}

}  // namespace clicklens::cli
