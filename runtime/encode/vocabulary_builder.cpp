#include "encode/vocabulary_builder.h"

#include <bit>
#include <cinttypes>
#include <cstring>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "encode/access.h"
#include "encode/encoder.h"
#include "encode/vocabulary.h"
#include "encode/vocabulary_hash.h"

namespace clicklens::encode {
namespace {

using base::Code;
using base::Status;

constexpr std::uint64_t most_text = std::uint64_t{1} << 34;  // what 32 bits of 4-byte words reach

// At most 2/3 full, which also leaves an empty slot.
std::uint64_t first_slots(std::uint64_t keys) noexcept {
  return std::bit_ceil(keys + keys / 2 + 1);
}

Status check_arguments(std::uint64_t keys, std::span<const std::uint32_t> rows) noexcept {
  if (keys == 0) return Status::error(Code::invalid_argument, "keys: a vocabulary needs at least one");
  if (keys > most_rows) return Status::error(Code::limit_exceeded, "keys: above 2^32 - 2");
  if (!rows.empty() && rows.size() != keys) return Status::error(Code::invalid_argument, "rows: not one per key");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < keys) continue;
    return Status::error(Code::invalid_argument, "rows[%zu]: %" PRIu32 " is not below the %" PRIu64 " keys", i, rows[i],
                         keys);
  }
  return {};
}

// Texts of the keys, each at a multiple of 4; words[i] is where key i starts.
struct Texts {
  std::vector<std::byte> bytes;
  std::vector<std::uint32_t> words;
};

base::Result<Texts> write_texts(std::span<const std::string_view> keys) {
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!base::valid_utf8(keys[i])) return Status::error(Code::invalid_argument, "keys[%zu]: not UTF-8", i);
    if (keys[i].size() > 0xFFFFFFFFu) return Status::error(Code::limit_exceeded, "keys[%zu]: above 4 GiB", i);
    size += 4 + (keys[i].size() + 3) / 4 * 4;
    if (size > most_text) return Status::error(Code::limit_exceeded, "keys: above 16 GiB of text");
  }
  Texts texts;
  texts.bytes.resize(size);
  texts.words.reserve(keys.size());
  std::byte* at = texts.bytes.data();
  for (const std::string_view key : keys) {
    texts.words.push_back(static_cast<std::uint32_t>((at - texts.bytes.data()) / 4));
    const auto length = static_cast<std::uint32_t>(key.size());
    std::memcpy(at, &length, sizeof length);
    if (length > 0) std::memcpy(at + sizeof length, key.data(), length);
    at += 4 + (key.size() + 3) / 4 * 4;
  }
  return texts;
}

std::uint64_t stored(std::uint64_t key, std::uint64_t) noexcept {
  return key;
}
std::uint64_t stored(std::string_view, std::uint64_t hash) noexcept {
  return hash;
}

// The table while it is filled: `owners` tells which key a slot belongs to.
template <class Key>
class Filling {
 public:
  Filling(std::span<const Key> keys, std::uint64_t slots)
      : keys_(keys), mask_(slots - 1), table_(slots), owners_(slots) {}

  // False when a key's probes run out. INVALID_ARGUMENT when two keys are equal.
  base::Result<bool> fill(std::span<const std::uint32_t> rows, std::span<const std::uint32_t> words) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto slot = place(i);
      if (!slot.ok()) return slot.status();
      if (!slot->has_value()) return false;
      VocabularySlot& chosen = table_[**slot];
      owners_[**slot] = static_cast<std::uint32_t>(i);
      chosen.key_or_hash = stored(keys_[i], vocabulary_hash(keys_[i]));
      chosen.row_plus_one = (rows.empty() ? static_cast<std::uint32_t>(i) : rows[i]) + 1;
      chosen.text_words = words.empty() ? 0 : words[i];
    }
    return true;
  }

  [[nodiscard]] std::vector<std::byte> bytes() const {
    const auto* begin = reinterpret_cast<const std::byte*>(table_.data());
    return {begin, begin + table_.size() * sizeof(VocabularySlot)};
  }

 private:
  // The slot for key i; nothing when `most_probes` are taken.
  base::Result<std::optional<std::uint64_t>> place(std::size_t i) const {
    const std::uint64_t hash = vocabulary_hash(keys_[i]);
    for (std::uint64_t probe = 0; probe < most_probes; ++probe) {
      const std::uint64_t at = (hash + probe) & mask_;
      if (table_[at].row_plus_one == 0) return std::optional(at);
      if (keys_[owners_[at]] == keys_[i]) {
        return Status::error(Code::invalid_argument, "keys[%zu] and keys[%" PRIu32 "] are equal", i, owners_[at]);
      }
    }
    return std::optional<std::uint64_t>();
  }

  std::span<const Key> keys_;
  std::uint64_t mask_;
  std::vector<VocabularySlot> table_;
  std::vector<std::uint32_t> owners_;
};

template <class Key>
base::Result<VocabularySegments> build(std::span<const Key> keys, std::span<const std::uint32_t> rows, Texts texts) {
  VocabularySegments segments;
  segments.size = keys.size();
  // Chosen keys can collide on purpose; more slots help unless the full hashes are equal.
  for (int doubling = 0; doubling < 4; ++doubling) {
    segments.slots = first_slots(keys.size()) << doubling;
    Filling<Key> filling(keys, segments.slots);
    const auto filled = filling.fill(rows, texts.words);
    if (!filled.ok()) return filled.status();
    if (!*filled) continue;
    segments.slot_bytes = filling.bytes();
    segments.text_bytes = std::move(texts.bytes);
    return segments;
  }
  return Status::error(Code::unsupported, "keys: more than %" PRIu64 " hash to one place", most_probes);
}

}  // namespace

base::Result<VocabularySegments> build_vocabulary(std::span<const std::uint64_t> keys,
                                                  std::span<const std::uint32_t> rows) {
  CLENS_TRY(check_arguments(keys.size(), rows));
  return build(keys, rows, {});
}

base::Result<VocabularySegments> build_vocabulary(std::span<const std::string_view> keys,
                                                  std::span<const std::uint32_t> rows) {
  CLENS_TRY(check_arguments(keys.size(), rows));
  auto texts = write_texts(keys);
  if (!texts.ok()) return texts.status();
  return build(keys, rows, std::move(*texts));
}

}  // namespace clicklens::encode
