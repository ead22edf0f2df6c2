#include "unit/encode/sparse_data.h"

namespace clicklens::encode {

ArrowColumn::ArrowColumn(const std::vector<Entry>& entries, const Layout& layout) : layout_(layout) {
  const Entry junk = std::vector<Id>{{false, 77, "junk", 3.0f, false}};
  push_offset(0);
  for (std::uint64_t i = 0; i < layout.first; ++i) push(junk);
  for (const Entry& entry : entries) push(entry);
  // Vectors that stay empty must still be arrays.
  values_.reserve(1);
  column_.kind = layout.kind;
  column_.value_type = layout.type;
  column_.first = layout.first;
  column_.values = values_.data();
  column_.value_count = layout.kind == ColumnKind::strings ? values_.size() : elements_;
  if (layout.kind == ColumnKind::strings) {
    column_.value_offsets = value_offsets_.data();
    column_.string_count = elements_;
  }
  if (!layout.single) column_.row_offsets = row_offsets_.data();
  if (column_.row_offsets != nullptr || column_.value_offsets != nullptr) column_.offset_bits = layout.offset_bits;
  if (layout.weights) column_.weights = weights_.data();
  if (layout.validity) column_.validity = validity_.data();
  if (layout.value_validity) column_.value_validity = value_validity_.data();
}

void ArrowColumn::push(const Entry& entry) {
  static const std::vector<Id> hidden = {{false, -5, "\xFF", NAN, true}};  // behind a null: nobody may look
  for (const Id& id : entry.has_value() ? *entry : hidden) push_element(id);
  push_bit(validity_, entries_++, entry.has_value());
  push_offset_to(row_offsets_, elements_);
}

void ArrowColumn::push_element(const Id& id) {
  if (layout_.kind == ColumnKind::strings) {
    for (const char c : id.text) values_.push_back(static_cast<std::byte>(c));
    push_offset_to(value_offsets_, values_.size());
  } else {
    constexpr std::size_t sizes[] = {1, 2, 4, 8, 1, 2, 4, 8};
    append(values_, &id.number, sizes[static_cast<int>(layout_.type)]);
  }
  weights_.push_back(id.weight);
  push_bit(value_validity_, elements_++, !id.null);
}

void ArrowColumn::push_offset(std::uint64_t value) {
  push_offset_to(row_offsets_, value);
  push_offset_to(value_offsets_, value);
}

void ArrowColumn::push_offset_to(std::vector<std::byte>& offsets, std::uint64_t value) const {
  append(offsets, &value, layout_.offset_bits / 8);
}

void ArrowColumn::append(std::vector<std::byte>& to, const void* from, std::size_t size) {
  const auto* bytes = static_cast<const std::byte*>(from);
  to.insert(to.end(), bytes, bytes + size);
}

void ArrowColumn::push_bit(std::vector<std::uint8_t>& bits, std::uint64_t index, bool set) {
  if (index / 8 >= bits.size()) bits.push_back(0);
  if (set) bits[index / 8] = static_cast<std::uint8_t>(bits[index / 8] | 1u << index % 8);
}

std::vector<Bag> read_all(const BagRules& rules, const Column* column, std::uint64_t begin, std::uint64_t end,
                          std::size_t id_capacity, std::size_t bag_capacity, Counts& counts) {
  std::vector<std::uint32_t> ids(id_capacity), positions(id_capacity), offsets(bag_capacity + 1);
  std::vector<float> weights(id_capacity), divisors(bag_capacity);
  BagReader reader(rules, column, counts);
  reader.start(begin, end);
  std::vector<Bag> bags;
  bool open = false;
  while (!reader.done()) {
    BagChunk chunk;
    chunk.ids = ids.data();
    chunk.positions = positions.data();
    chunk.offsets = offsets.data();
    chunk.weights = weights.data();
    chunk.divisors = divisors.data();
    chunk.id_capacity = id_capacity;
    chunk.bag_capacity = bag_capacity;
    if (!reader.next(chunk).ok()) return {};
    if (chunk.bags == 0 || chunk.bags > bag_capacity || chunk.resumed != open) return {};
    if ((chunk.resumed || chunk.unfinished) && (chunk.bags != 1 || chunk.offsets[1] == 0)) return {};
    if (chunk.first_entry != begin + bags.size() - (open ? 1 : 0)) return {};
    for (std::size_t b = 0; b < chunk.bags; ++b) {
      if (!chunk.resumed) bags.emplace_back();
      Bag& bag = bags.back();
      for (std::uint32_t j = offsets[b]; j < offsets[b + 1]; ++j) {
        bag.ids.push_back(ids[j]);
        bag.positions.push_back(positions[j]);
        bag.weights.push_back(chunk.has_weights ? weights[j] : 1.0f);
      }
      if (chunk.has_divisors) bag.divisor = divisors[b];
    }
    open = chunk.unfinished;
  }
  return bags;
}

Bag reference_bag(const BagRules& rules, const Layout& layout, const Entry& entry,
                  const std::function<std::uint64_t(const Id&)>& row_of, Counts& counts) {
  const format::FeatureDesc& feature = *rules.feature;
  Bag bag;
  std::uint64_t nulls = 0;
  float sum = 0.0f;
  const bool weighted = layout.weights && feature.weighted;
  if (entry.has_value()) {
    const std::size_t length = entry->size();
    const std::size_t kept = feature.max_length == 0 ? length : std::min<std::size_t>(length, feature.max_length);
    const std::size_t from = feature.keep_last ? length - kept : 0;
    counts.cut += length - kept;
    for (std::size_t i = from; i < from + kept; ++i) {
      const Id& id = (*entry)[i];
      if (layout.value_validity && id.null) {
        ++nulls;
        continue;
      }
      if (weighted && !std::isfinite(id.weight)) {
        ++counts.bad_values;
        continue;
      }
      std::uint64_t row = unknown_row;
      if (layout.kind == ColumnKind::strings && id.bad_text) {
        ++counts.bad_values;
      } else {
        row = row_of(id);
        if (row >= rules.table_rows) ++counts.unknown;
      }
      if (row >= rules.table_rows) {
        if (feature.unknown_row < 0) continue;
        row = static_cast<std::uint64_t>(feature.unknown_row);
      }
      bag.ids.push_back(static_cast<std::uint32_t>(row));
      bag.positions.push_back(static_cast<std::uint32_t>(i));
      bag.weights.push_back(weighted ? id.weight : 1.0f);
    }
  }
  using format::Pooling;
  for (const float w : bag.weights) sum = feature.pooling == Pooling::sqrtn ? std::fma(w, w, sum) : sum + w;
  if (feature.pooling == Pooling::mean) bag.divisor = sum;
  if (feature.pooling == Pooling::sqrtn) bag.divisor = std::sqrt(sum);
  if (bag.ids.empty() || bag.divisor == 0.0f || !std::isfinite(bag.divisor)) {
    ++counts.missing;
    if (feature.missing_row < 0) return {};
    return {{static_cast<std::uint32_t>(feature.missing_row)}, {0xFFFFFFFFu}, {1.0f}, 1.0f};
  }
  counts.missing += nulls;
  return bag;
}

}  // namespace clicklens::encode
