// Entries of a sparse column to chunks of table rows, with the feature's rules applied: validity,
// max_length, encoding, missing and unknown, weights, divisors. Works in the caller's scratch memory;
// allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.h"
#include "encode/access.h"
#include "encode/bag_tally.h"
#include "encode/column.h"
#include "encode/elements.h"
#include "encode/encoder.h"
#include "format/model_desc.h"

namespace clicklens::encode {

struct BagRules {
  const format::FeatureDesc* feature = nullptr;  // pooling, weighted, max_length, keep_last, missing, unknown
  const Encoder* encoder = nullptr;              // of KEYS and STRINGS columns
  std::uint64_t table_rows = 0;                  // ids handed out are below this
  bool strict = false;                           // a bad value is BAD_VALUE instead of being counted
  bool stand_ins = true;                         // missing_row and unknown_row are followed; else only rows of
                                                 // the caller's own ids come out
};

// Caller's scratch, then what next() put there.
struct BagChunk {
  std::uint32_t* ids = nullptr;                   // id_capacity
  float* weights = nullptr;                       // id_capacity
  std::uint32_t* positions = nullptr;             // id_capacity or null: the id's place in its entry as the caller
                                                  // wrote it; 0xFFFFFFFF for a missing rule's row
  std::uint32_t* offsets = nullptr;               // bag_capacity + 1
  float* divisors = nullptr;                      // bag_capacity
  std::size_t id_capacity = 0, bag_capacity = 0;  // id_capacity >= 16

  std::uint64_t first_entry = 0;  // entry of bag 0
  std::size_t bags = 0;
  bool has_weights = false;   // else every weight is 1 and `weights` is not written
  bool has_divisors = false;  // mean and sqrtn, and the last bag is complete
  bool resumed = false;       // bag 0 continues the previous chunk's last bag (then bags == 1)
  bool unfinished = false;    // the last bag goes on in the next chunk (then bags == 1)
};

class BagReader {
 public:
  // `column` null: every entry is missing. It must have passed check_column for `end` entries.
  BagReader(const BagRules& rules, const Column* column, Counts& counts) noexcept;

  void start(std::uint64_t begin, std::uint64_t end) noexcept;
  [[nodiscard]] bool done() const noexcept;
  // Fills the chunk with as many whole entries as fit; an entry longer than id_capacity comes alone, in
  // pieces. Not ok only under `strict`.
  base::Status next(BagChunk& chunk) noexcept;

  // Ids the caller wrote for this entry (before cut, missing and unknown); 0 when missing.
  [[nodiscard]] std::uint64_t entry_length(std::uint64_t entry) const noexcept;

 private:
  // Entries whose elements [begin, end) lie one behind the other and fit the chunk. None: the chunk is
  // full, or (`too_long`) one entry must come in pieces.
  struct Run {
    std::uint64_t entries = 0, begin = 0, end = 0;
    std::uint64_t skip = 0, cut = 0;  // of a lone entry: ids before `begin`, ids left out
    bool too_long = false;
  };
  [[nodiscard]] Run find_run(const BagChunk&) const noexcept;
  template <class Offsets>
  [[nodiscard]] Run find_run(const Offsets&, const BagChunk&) const noexcept;
  [[nodiscard]] Run find_run(const OneEach&, const BagChunk&) const noexcept;
  template <class Offsets>
  [[nodiscard]] Run lone_entry(const Offsets&, const BagChunk&) const noexcept;

  base::Status take(const Run&, BagChunk&) noexcept;
  bool divide_clean(const Run&, BagChunk&) const noexcept;
  void take_clean(const Run&, BagChunk&) noexcept;
  base::Status settle(const Run&, BagChunk&) noexcept;
  base::Status open_long(const Run&, BagChunk&) noexcept;
  void next_piece(BagChunk&) noexcept;
  std::uint32_t compact(BagChunk&, std::uint32_t from, std::uint32_t count, std::uint32_t to, std::uint64_t element,
                        std::uint64_t position, BagTally&) const noexcept;
  bool admit(std::uint32_t& id, std::uint64_t element, std::uint64_t position, BagTally&) const noexcept;
  std::uint32_t append_missing(BagChunk&, std::uint32_t to) noexcept;
  // Counts what the entry met; false: it goes by the missing rule.
  bool count(const BagTally&) noexcept;
  [[nodiscard]] base::Status refusal(const BagTally&, std::uint64_t entry) const noexcept;

  const BagRules* rules_;
  const Column* column_;
  Counts* counts_;
  Elements elements_;
  format::Pooling pooling_;
  bool divides_;
  std::uint64_t longest_;                  // max_length
  std::uint32_t missing_id_, unknown_id_;  // unknown_row: none
  std::uint64_t next_ = 0, end_ = 0;

  // The entry that comes in pieces: elements not yet read, position of the first, ids not yet handed out.
  std::uint64_t element_ = 0, element_end_ = 0, position_ = 0, left_ = 0;
  float divisor_ = 1.0f;
};

// Dense entries [begin, end) to out[(entry - begin) * ld_out + c], raw: missing entries and non-finite
// values replaced by the feature's missing_value and counted. Not ok only under `strict`.
base::Status read_dense(const format::FeatureDesc& feature, const Column* column, std::uint64_t begin,
                        std::uint64_t end, bool strict, float* out, std::size_t ld_out, Counts& counts) noexcept;

// Whether a dense entry has an element that read_dense would not replace.
[[nodiscard]] bool has_dense_value(const format::FeatureDesc& feature, const Column* column,
                                   std::uint64_t entry) noexcept;

}  // namespace clicklens::encode
