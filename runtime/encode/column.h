// A batch's column as encode/ and exec/ see it: the C ABI's clens_column with checked enums.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.h"

namespace clicklens::encode {

enum class ColumnKind : std::uint32_t { rows = 0, keys = 1, strings = 2, floats = 3 };
enum class ValueType : std::uint32_t { i8 = 0, i16, i32, i64, u8, u16, u32, u64, f32, bytes };

// Field for field the clens_column of capi/include/clicklens/clicklens.h; see there.
struct Column {
  std::uint32_t input = 0;
  ColumnKind kind = ColumnKind::rows;
  ValueType value_type = ValueType::i64;
  std::uint32_t offset_bits = 0;
  std::uint64_t first = 0;
  const void* values = nullptr;
  std::uint64_t value_count = 0;
  const void* value_offsets = nullptr;
  std::uint64_t string_count = 0;
  const void* row_offsets = nullptr;
  const float* weights = nullptr;
  const std::uint8_t* validity = nullptr;
  const std::uint8_t* value_validity = nullptr;
};

// What a run met. Added up over features and strands. `missing` counts entries that end without a value,
// and null list elements of entries that keep another one.
struct Counts {
  std::uint64_t missing = 0, unknown = 0, cut = 0, bad_values = 0, non_finite = 0;

  void add(const Counts& more) noexcept {
    missing += more.missing;
    unknown += more.unknown;
    cut += more.cut;
    bad_values += more.bad_values;
    non_finite += more.non_finite;
  }
};

// Structure only: kinds and types fit together, pointers present, every offset that `entries` entries
// need is ascending and inside its array. After this every access of the readers is in bounds, provided
// the memory does not change. `width` is the floats per entry of a dense feature, else 0; `weighted` says
// whether the feature may carry weights. BAD_BATCH names the feature and the field.
base::Status check_column(const Column&, std::uint64_t entries, std::uint32_t width, const char* feature,
                          bool weighted = false) noexcept;

// A quick look at the usual column: true only where check_column finds nothing wrong; false says nothing.
[[nodiscard]] bool passes_plainly(const Column&, std::uint64_t entries, std::uint32_t width) noexcept;

}  // namespace clicklens::encode
