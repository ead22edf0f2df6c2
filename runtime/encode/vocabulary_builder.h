// Keys to the segments of a vocabulary (vocabulary.h). The same keys in the same order give the same
// bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace clicklens::encode {

struct VocabularySegments {
  std::uint64_t size = 0, slots = 0;  // of format::VocabularyEncoder
  std::vector<std::byte> slot_bytes;
  std::vector<std::byte> text_bytes;  // empty for 64-bit keys
};

// keys[i] becomes row rows[i], or i when `rows` is empty; every row is below the number of keys (two keys
// may share one). INVALID_ARGUMENT: no keys, two equal keys, a row out of range, a string that is not
// UTF-8 (no column could ever send it). LIMIT_EXCEEDED: above 2^32 - 2 keys, above 16 GiB of text.
base::Result<VocabularySegments> build_vocabulary(std::span<const std::uint64_t> keys,
                                                  std::span<const std::uint32_t> rows);
base::Result<VocabularySegments> build_vocabulary(std::span<const std::string_view> keys,
                                                  std::span<const std::uint32_t> rows);

}  // namespace clicklens::encode
