// Encoders: a raw feature value (64-bit key or string) to a table row. Immutable, shared by threads;
// encoding allocates nothing. Everything read from a segment is bounds-checked where it is used: a file
// that changes under the map can change rows, never memory safety.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/status.h"
#include "format/model_desc.h"
#include "format/row_map.h"

namespace clicklens::encode {

inline constexpr std::uint32_t unknown_row = 0xFFFFFFFFu;
inline constexpr std::uint64_t most_rows = 0xFFFFFFFEu;  // an encoder can name, a table can have

// Where a vocabulary's segments lie.
struct VocabularyParts {
  format::TableRows slots;
  std::uint64_t slot_bytes = 0;               // of all slots
  std::span<const std::byte> text, text_end;  // one behind the other: text may have been appended elsewhere
};

class Encoder {
 public:
  // Segments are those the desc names (empty when it names none). BAD_FILE names the encoder.
  static base::Result<std::unique_ptr<Encoder>> make(const format::EncoderDesc&, std::span<const std::byte> slots,
                                                     std::span<const std::byte> text);
  static base::Result<std::unique_ptr<Encoder>> make(const format::EncoderDesc&, const VocabularyParts&);
  virtual ~Encoder() = default;

  [[nodiscard]] virtual format::KeyType key_type() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t rows() const noexcept = 0;  // every row it gives is below this

  // Whether keys below rows() are the rows themselves, and others none.
  [[nodiscard]] virtual bool is_identity() const noexcept { return false; }

  // rows[i] = row of keys[i], or unknown_row. An encoder of the other key type gives unknown_row.
  virtual void encode(std::span<const std::uint64_t> keys, std::uint32_t* rows) const noexcept = 0;
  virtual void encode(std::span<const std::string_view> keys, std::uint32_t* rows) const noexcept = 0;
};

}  // namespace clicklens::encode
