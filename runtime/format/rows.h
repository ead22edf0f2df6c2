// Rows of embedding tables, number by number: what is stored, and how floats become it and come back. Kernels have
// their own vector forms (kernels/rows.h) with the same bits; lenses and writers use these.
//
//   f32           dim floats
//   f16, bf16     dim halves
//   i8_row        float32 scale, float32 bias, dim bytes q: the number is fma(q, scale, bias)
//   i4_row        the same, two q a byte, the low half first; of an odd dim the last high half means nothing
//
// Callers are in the canonical floating-point environment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "format/model_desc.h"

namespace clicklens::format {

// "f32", "f16", "bf16", "int8", "int4".
[[nodiscard]] const char* name_of(ElementType type) noexcept;
// Bytes that hold something. A row_stride is a multiple of row_alignment, and not less.
[[nodiscard]] std::uint64_t row_bytes(ElementType type, std::uint64_t dim) noexcept;
[[nodiscard]] std::uint32_t row_alignment(ElementType type) noexcept;

// The stride that writers choose. Random rows cost the cache lines they touch, so a row is padded where that keeps
// it from straddling one line more than it fills; against that a byte of padding counts half: of all strides, the one
// with the smallest (lines touched / lines filled) + (stride / bytes) / 2. So 24 bytes become 32 and 40 become 64,
// but 72, which touch two lines wherever they begin, stay. Floats are never padded.
[[nodiscard]] std::uint64_t padded_row_stride(ElementType type, std::uint64_t dim) noexcept;

// `out` is dim floats.
void decode_row(ElementType type, const std::byte* row, std::uint32_t dim, float* out) noexcept;

// A row as floats: itself, or decoded into `scratch` (dim floats).
[[nodiscard]] const float* read_row(ElementType type, const std::byte* row, std::uint32_t dim, float* scratch) noexcept;

// Fills row_bytes bytes. Halves are rounded to nearest even; quantised rows map [min, max] of the row to 0..255 or
// 0..15: scale = (max - min) / 255 in double, rounded to float, bias = min, q = (x - min) / scale in double, rounded
// to nearest even. The first number that the type cannot hold (a float that halves would make infinite, or one that
// is not finite in a quantised row), and then the row's bytes mean nothing; else none.
[[nodiscard]] std::optional<std::uint32_t> encode_row(ElementType type, const float* x, std::uint32_t dim,
                                                      std::byte* row) noexcept;

}  // namespace clicklens::format
