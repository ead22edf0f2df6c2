// A vocabulary on disk: an open-addressed table, looked up where it is mapped.
//
// Slot segment: `slots` (a power of two) of the struct below. A key's probes start at
// hash & (slots - 1) and go up by one, wrapping; the first empty slot ends them, and so do
// `most_probes` slots. Text segment (string keys): at text_words * 4 a u32 length, then the bytes; the
// next string starts at the next multiple of 4. Everything little-endian.
//
// The hash is XXH3_64bits (seed 0) of the key's bytes, a 64-bit key being its 8 little-endian bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/status.h"
#include "encode/encoder.h"

namespace clicklens::encode {

struct VocabularySlot {
  std::uint64_t key_or_hash = 0;   // 64-bit keys: the key itself; strings: the hash
  std::uint32_t row_plus_one = 0;  // 0: empty
  std::uint32_t text_words = 0;
};
static_assert(sizeof(VocabularySlot) == 16);

// At the builder's load factor the longest cluster among 2^30 random keys is near 300: a lookup costs
// the same whatever the file says, and the builder never needs more.
inline constexpr std::uint64_t most_probes = 1024;

base::Result<std::unique_ptr<Encoder>> make_vocabulary(const char* name, const format::VocabularyEncoder& desc,
                                                       const VocabularyParts& parts);

}  // namespace clicklens::encode
