#include "format/delta_diff.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace clicklens::format {
namespace {

using base::Status;

template <class Descs>
auto named_as(const Descs& descs, const std::string& name) {
  return std::find_if(descs.begin(), descs.end(), [&name](const auto& desc) { return desc.name == name; });
}

std::uint32_t table_counterpart(const ModelDesc& base, const TableDesc& table) {
  const auto found = named_as(base.tables, table.name);
  const bool is_alike = found != base.tables.end() && found->type == table.type && found->dim == table.dim &&
                        found->row_stride == table.row_stride;
  return is_alike ? found->segment : no_index;
}

const VocabularyEncoder* vocabulary_counterpart(const ModelDesc& base, const EncoderDesc& encoder) {
  const auto found = named_as(base.encoders, encoder.name);
  if (found == base.encoders.end()) return nullptr;
  const auto* there = std::get_if<VocabularyEncoder>(&found->encoder);
  return there != nullptr && there->key_type == std::get<VocabularyEncoder>(encoder.encoder).key_type ? there : nullptr;
}

std::uint32_t segment_of_equal_bytes(const ModelDesc& base, const SegmentDesc& segment) {
  for (std::uint32_t i = 0; i < base.segments.size(); ++i)
    if (base.segments[i].size == segment.size && base.segments[i].xxh3 == segment.xxh3) return i;
  return no_index;
}

}  // namespace

std::uint32_t counterpart(const ModelDesc& base, const ModelDesc& result, std::uint32_t index) {
  for (const TableDesc& table : result.tables)
    if (table.segment == index) return table_counterpart(base, table);
  for (const EncoderDesc& encoder : result.encoders) {
    const auto* here = std::get_if<VocabularyEncoder>(&encoder.encoder);
    if (here == nullptr || (here->slot_segment != index && here->text_segment != index)) continue;
    const VocabularyEncoder* const there = vocabulary_counterpart(base, encoder);
    if (there == nullptr) return no_index;
    return here->slot_segment == index ? there->slot_segment : there->text_segment;
  }
  return no_index;
}

base::Result<SegmentRows> SegmentRows::of(const ModelFile& file, std::uint32_t index, std::uint64_t stride) {
  SegmentRows made;
  made.stride_ = stride;
  made.count_ = file.desc().segments[index].size / stride;
  made.overlay_ = file.overlay(index);
  if (made.overlay_ == nullptr) {
    made.rows_.data = file.segment(index).data();
  } else if (made.overlay_->is_indexed() && made.overlay_->stride() == stride) {
    made.rows_ = made.overlay_->rows();
  } else {
    auto copy = file.copy_segment(index);
    if (!copy.ok()) return copy.status();
    made.copy_ = std::move(*copy);
    made.rows_.data = made.copy_.data();
  }
  return made;
}

base::Result<SegmentDiff> diff_segment(const ModelFile& base, const ModelFile& result, std::uint32_t index,
                                       const SegmentUse& use) {
  const SegmentDesc& segment = result.desc().segments[index];
  SegmentDiff diff;
  diff.change.base_segment = segment_of_equal_bytes(base.desc(), segment);
  if (diff.change.base_segment != no_index) return diff;
  diff.change.change = Change::replaced;
  const std::uint32_t from = counterpart(base.desc(), result.desc(), index);
  const bool is_text = use.kind == SegmentUse::Kind::text;
  if (from == no_index || !(is_text || use.kind == SegmentUse::Kind::rows)) return diff;
  const std::uint32_t stride = is_text ? 4 : use.stride;  // texts begin at words
  if (segment.size % stride != 0) return diff;

  const auto before = SegmentRows::of(base, from, stride);
  if (!before.ok()) return before.status();
  const auto after = SegmentRows::of(result, index, stride);
  if (!after.ok()) return after.status();
  const std::uint64_t covered = std::min(before->count(), after->count());
  const std::uint64_t most = after->count();  // rows worth carrying apart
  std::vector<std::uint32_t> changed;
  for (std::uint64_t row = 0; row < covered; ++row) {
    if (std::memcmp((*before)[row], (*after)[row], stride) == 0) continue;
    if (is_text || changed.size() * (stride + sizeof(std::uint32_t)) >= most * stride) return diff;
    changed.push_back(static_cast<std::uint32_t>(row));
  }
  diff.change = {Change::overlaid, from, stride, no_index, no_index};
  diff.changed = std::move(changed);
  diff.appended_at = covered * stride;
  return diff;
}

namespace {

struct Key {
  std::uint64_t key = 0;
  std::uint32_t row = 0;
  bool operator<(const Key& other) const noexcept { return key != other.key ? key < other.key : row < other.row; }
};

// Keys (of strings: their hashes) in slots that the other table does not have in the same place.
std::vector<Key> keys_apart(const SegmentRows& of, const SegmentRows& other) {
  std::vector<Key> keys;
  for (std::uint64_t slot = 0; slot < of.count(); ++slot) {
    Key key;
    std::memcpy(&key.key, of[slot], sizeof key.key);
    std::memcpy(&key.row, of[slot] + sizeof key.key, sizeof key.row);
    if (key.row == 0) continue;
    const std::size_t compared = sizeof key.key + sizeof key.row;
    if (slot < other.count() && std::memcmp(of[slot], other[slot], compared) == 0) continue;
    keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

base::Result<KeyChanges> diff_keys(const ModelFile& base, const ModelFile& result, std::uint32_t base_slots,
                                   std::uint32_t result_slots) {
  const auto before = SegmentRows::of(base, base_slots, slot_bytes);
  if (!before.ok()) return before.status();
  const auto after = SegmentRows::of(result, result_slots, slot_bytes);
  if (!after.ok()) return after.status();
  const std::vector<Key> gone = keys_apart(*before, *after), come = keys_apart(*after, *before);
  KeyChanges changes;
  auto a = gone.begin();
  auto b = come.begin();
  while (a != gone.end() || b != come.end()) {
    if (b == come.end() || (a != gone.end() && a->key < b->key)) {
      ++changes.removed;
      ++a;
    } else if (a == gone.end() || b->key < a->key) {
      ++changes.added;
      ++b;
    } else {
      changes.moved += a->row != b->row ? 1 : 0;
      ++a;
      ++b;
    }
  }
  return changes;
}

}  // namespace clicklens::format
