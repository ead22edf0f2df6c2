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

// Slots and text may change under the map: each is copied before it is judged, and judged at every use.
class Vocabulary final : public Encoder {
 public:
  Vocabulary(const format::VocabularyEncoder& desc, std::span<const std::byte> slots,
             std::span<const std::byte> text) noexcept
      : type_(desc.key_type), size_(desc.size), slots_(slots.data()), mask_(desc.slots - 1), text_(text) {}

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
        __builtin_prefetch(slots_ + (hashes[i] & mask_) * sizeof(VocabularySlot));
      }
      for (std::size_t i = 0; i < block.size(); ++i) rows[begin + i] = find(block[i], hashes[i], same);
    }
  }

  template <class Key, class Same>
  [[nodiscard]] std::uint32_t find(Key key, std::uint64_t hash, Same same) const noexcept {
    const std::uint64_t probes = std::min(most_probes, mask_ + 1);
    for (std::uint64_t i = 0; i < probes; ++i) {
      const auto slot = load<VocabularySlot>(slots_, (hash + i) & mask_);
      if (slot.row_plus_one == 0) return unknown_row;
      if (same(key, slot, hash)) return slot.row_plus_one <= size_ ? slot.row_plus_one - 1 : unknown_row;
    }
    return unknown_row;
  }

  [[nodiscard]] bool text_is(std::uint32_t words, std::string_view key) const noexcept {
    const std::uint64_t at = std::uint64_t{words} * 4;
    if (text_.size() < 4 || at > text_.size() - 4) return false;
    const auto length = load<std::uint32_t>(text_.data() + at, 0);
    if (length != key.size() || length > text_.size() - 4 - at) return false;
    return length == 0 || std::memcmp(text_.data() + at + 4, key.data(), length) == 0;
  }

  KeyType type_;
  std::uint64_t size_;
  const std::byte* slots_;
  std::uint64_t mask_;
  std::span<const std::byte> text_;
};

}  // namespace

base::Result<std::unique_ptr<Encoder>> make_vocabulary(const char* name, const format::VocabularyEncoder& desc,
                                                       std::span<const std::byte> slots,
                                                       std::span<const std::byte> text) {
  const auto bad = [&](const char* what) {
    return base::Status::error(base::Code::bad_file, "encoder '%s': %s", name, what);
  };
  if (desc.key_type > KeyType::string) return bad("unknown key_type");
  if (desc.size == 0 || desc.size > most_rows) return bad("size is not in 1 .. 2^32 - 2");
  if (!std::has_single_bit(desc.slots)) return bad("slots is not a power of two");
  if (desc.slots <= desc.size) return bad("slots is not above size");
  if (slots.size() % sizeof(VocabularySlot) != 0 || slots.size() / sizeof(VocabularySlot) != desc.slots) {
    return bad("the slot segment's size is not slots * 16");
  }
  if (desc.key_type == KeyType::u64 && !text.empty()) return bad("64-bit keys have no text segment");
  return std::unique_ptr<Encoder>(std::make_unique<Vocabulary>(desc, slots, text));
}

}  // namespace clicklens::encode
