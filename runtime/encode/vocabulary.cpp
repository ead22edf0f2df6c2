#include "encode/vocabulary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "encode/access.h"
#include "encode/vocabulary_hash.h"

namespace clicklens::encode {
namespace {

using format::KeyType;

// Slots as they lie in a file, and slots of which some lie apart.
struct PlainSlots {
  explicit PlainSlots(const format::TableRows& rows) noexcept : data(rows.data) {}
  [[nodiscard]] const std::byte* at(std::uint64_t slot) const noexcept { return data + slot * sizeof(VocabularySlot); }
  const std::byte* data;
};
struct OverlaidSlots {
  explicit OverlaidSlots(const format::TableRows& of) noexcept : rows(of) {}
  [[nodiscard]] const std::byte* at(std::uint64_t slot) const noexcept {
    return rows.row(slot, sizeof(VocabularySlot));
  }
  format::TableRows rows;
};

// Slots and text may change under the map: each is copied before it is judged, and judged at every use.
template <class Slots>
class Vocabulary final : public Encoder {
 public:
  Vocabulary(const format::VocabularyEncoder& desc, const VocabularyParts& parts) noexcept
      : type_(desc.key_type),
        size_(desc.size),
        slots_(parts.slots),
        mask_(desc.slots - 1),
        text_(parts.text),
        text_end_(parts.text_end) {}

  [[nodiscard]] KeyType key_type() const noexcept override { return type_; }
  [[nodiscard]] std::uint64_t rows() const noexcept override { return size_; }

  void encode(std::span<const std::uint64_t> keys, std::uint32_t* rows) const noexcept override {
    if (type_ != KeyType::u64) return void(std::fill_n(rows, keys.size(), unknown_row));
    look_up(keys, rows,
            [](std::uint64_t key, const VocabularySlot& slot, std::uint64_t) { return slot.key_or_hash == key; });
  }
  void encode(std::span<const std::string_view> keys, std::uint32_t* rows) const noexcept override {
    if (type_ != KeyType::string) return void(std::fill_n(rows, keys.size(), unknown_row));
    look_up(keys, rows, [this](std::string_view key, const VocabularySlot& slot, std::uint64_t hash) {
      return slot.key_or_hash == hash && text_is(slot.text_words, key);
    });
  }

 private:
  // In blocks: a large table's slots are cache misses, which overlap once they are all asked for.
  template <class Key, class Same>
  void look_up(std::span<const Key> keys, std::uint32_t* rows, Same same) const noexcept {
    std::array<std::uint64_t, 32> hashes;
    for (std::size_t begin = 0; begin < keys.size(); begin += hashes.size()) {
      const auto block = keys.subspan(begin, std::min(hashes.size(), keys.size() - begin));
      for (std::size_t i = 0; i < block.size(); ++i) {
        hashes[i] = vocabulary_hash(block[i]);
        __builtin_prefetch(slots_.at(hashes[i] & mask_));
      }
      for (std::size_t i = 0; i < block.size(); ++i) rows[begin + i] = find(block[i], hashes[i], same);
    }
  }

  template <class Key, class Same>
  [[nodiscard]] std::uint32_t find(Key key, std::uint64_t hash, Same same) const noexcept {
    const std::uint64_t probes = std::min(most_probes, mask_ + 1);
    for (std::uint64_t i = 0; i < probes; ++i) {
      const auto slot = load<VocabularySlot>(slots_.at((hash + i) & mask_), 0);
      if (slot.row_plus_one == 0) return unknown_row;
      if (same(key, slot, hash)) return slot.row_plus_one <= size_ ? slot.row_plus_one - 1 : unknown_row;
    }
    return unknown_row;
  }

  // The parts of the text are of whole words, unless there is but one.
  [[nodiscard]] bool text_is(std::uint32_t words, std::string_view key) const noexcept {
    const std::uint64_t at = std::uint64_t{words} * 4, size = text_.size() + text_end_.size();
    if (size < 4 || at > size - 4) return false;
    const std::byte* const start = at < text_.size() ? text_.data() + at : text_end_.data() + (at - text_.size());
    const auto length = load<std::uint32_t>(start, 0);
    if (length != key.size() || length > size - 4 - at) return false;
    const std::uint64_t behind = at + 4;
    const std::uint64_t first = behind < text_.size() ? std::min<std::uint64_t>(length, text_.size() - behind) : 0;
    if (first > 0 && std::memcmp(text_.data() + behind, key.data(), first) != 0) return false;
    if (first == length) return true;
    return std::memcmp(text_end_.data() + (behind + first - text_.size()), key.data() + first, length - first) == 0;
  }

  KeyType type_;
  std::uint64_t size_;
  Slots slots_;
  std::uint64_t mask_;
  std::span<const std::byte> text_, text_end_;
};

}  // namespace

base::Result<std::unique_ptr<Encoder>> make_vocabulary(const char* name, const format::VocabularyEncoder& desc,
                                                       const VocabularyParts& parts) {
  const auto bad = [&](const char* what) {
    return base::Status::error(base::Code::bad_file, "encoder '%s': %s", name, what);
  };
  if (desc.key_type > KeyType::string) return bad("unknown key_type");
  if (desc.size == 0 || desc.size > most_rows) return bad("size is not in 1 .. 2^32 - 2");
  if (!std::has_single_bit(desc.slots)) return bad("slots is not a power of two");
  if (desc.slots <= desc.size) return bad("slots is not above size");
  if (parts.slot_bytes % sizeof(VocabularySlot) != 0 || parts.slot_bytes / sizeof(VocabularySlot) != desc.slots) {
    return bad("the slot segment's size is not slots * 16");
  }
  if (desc.key_type == KeyType::u64 && !(parts.text.empty() && parts.text_end.empty()))
    return bad("64-bit keys have no text segment");
  if (parts.slots.map != nullptr)
    return std::unique_ptr<Encoder>(std::make_unique<Vocabulary<OverlaidSlots>>(desc, parts));
  return std::unique_ptr<Encoder>(std::make_unique<Vocabulary<PlainSlots>>(desc, parts));
}

}  // namespace clicklens::encode
