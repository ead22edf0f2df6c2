// The flat form of a batch, version 1: little-endian, every array at a multiple of 8, padding zero, offsets
// from the start of the buffer, offset 0 for an absent array.
//
//   FlatHeader, FlatColumn[column_count], then the arrays in any order
//
// Written, it is normalised - slices are cut out, offsets start at 0, columns follow the model's features -
// so that equal batches give equal bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "exec/batch.h"
#include "handles.h"

namespace clicklens::capi {

inline constexpr std::uint64_t flat_magic = 0x54414C46534E4C43ull;  // "CLNSFLAT"
inline constexpr std::uint32_t flat_version = 1;
inline constexpr std::uint64_t flat_alignment = 8;

struct FlatHeader {
  std::uint64_t magic = flat_magic;
  std::uint32_t version = flat_version;
  std::uint32_t flags = 0;  // CLENS_BATCH_*
  std::uint64_t size = 0;   // bytes in all
  std::uint64_t candidates = 0;
  std::uint64_t requests = 0;
  std::uint64_t request_offsets = 0;  // i64[requests + 1], where requests > 0
  std::uint64_t request_keys = 0;     // u64, one per request; or absent
  std::uint64_t column_count = 0;
};
static_assert(sizeof(FlatHeader) == 64 && std::is_trivially_copyable_v<FlatHeader>);

// As clens_column, with first = 0.
struct FlatColumn {
  std::uint32_t input = 0, kind = 0, value_type = 0, offset_bits = 0;
  std::uint64_t entries = 0;
  std::uint64_t values = 0, value_count = 0;
  std::uint64_t value_offsets = 0, string_count = 0;  // string_count + 1 offsets
  std::uint64_t row_offsets = 0;                      // entries + 1 offsets
  std::uint64_t weights = 0;                          // f32, one per integer or string
  std::uint64_t validity = 0;                         // bits, one per entry
  std::uint64_t value_validity = 0;                   // bits, one per integer, string or float
};
static_assert(sizeof(FlatColumn) == 88 && std::is_trivially_copyable_v<FlatColumn>);

[[nodiscard]] constexpr std::uint64_t bytes_of(encode::ValueType type) noexcept {
  constexpr std::uint64_t sizes[] = {1, 2, 4, 8, 1, 2, 4, 8, 4, 1};
  return sizes[static_cast<std::uint32_t>(type)];
}

// Writes the batch that the session has just bound. Null `buffer`: only measures. Returns the size.
std::uint64_t write_flat(const clens_session& session, const exec::Batch& batch, const std::uint64_t* request_keys,
                         std::byte* buffer) noexcept;

// Makes a batch whose arrays lie inside `buffer`, all of it checked but what Session::bind checks.
// BAD_BATCH names the field. `out` refers to the session's column room.
base::Status read_flat(clens_session& session, std::span<const std::byte> buffer, exec::Batch& out) noexcept;

// Those of a buffer that read_flat took; null where there are none, or none that can be read as an array.
const std::uint64_t* request_keys_of(std::span<const std::byte> buffer) noexcept;

}  // namespace clicklens::capi
