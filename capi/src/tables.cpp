// Rows of embedding tables: how they are written.
#include <cinttypes>
#include <cstring>

#include "base/checked.h"
#include "format/rows.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;
using format::ElementType;

static_assert(static_cast<unsigned>(ElementType::f32) == CLENS_ROW_F32);
static_assert(static_cast<unsigned>(ElementType::f16) == CLENS_ROW_F16);
static_assert(static_cast<unsigned>(ElementType::bf16) == CLENS_ROW_BF16);
static_assert(static_cast<unsigned>(ElementType::i8_row) == CLENS_ROW_INT8);
static_assert(static_cast<unsigned>(ElementType::i4_row) == CLENS_ROW_INT4);

Status check_dim(std::uint64_t dim) noexcept {
  if (dim > 0 && dim <= std::uint64_t{1} << 24) return {};
  return Status::error(Code::invalid_argument, "dim: %" PRIu64 " is not of 1 to 2^24", dim);
}

Status check_row_stride(ElementType type, std::uint64_t dim, std::uint64_t stride) noexcept {
  if (stride >= format::row_bytes(type, dim) && stride % format::row_alignment(type) == 0) return {};
  return Status::error(Code::invalid_argument, "row_stride: %" PRIu64 ", a row has %" PRIu64 " bytes, aligned to %u",
                       stride, format::row_bytes(type, dim), format::row_alignment(type));
}

Status encode(ElementType type, const float* values, std::uint64_t rows, std::uint32_t dim, std::uint64_t stride,
              std::byte* out) noexcept {
  for (std::uint64_t row = 0; row < rows; ++row, values += dim, out += stride) {
    std::memset(out, 0, stride);
    const auto odd = format::encode_row(type, values, dim, out);
    if (odd)
      return Status::error(Code::bad_value, "values: row %" PRIu64 ", column %u: the type cannot hold %g", row, *odd,
                           double{values[*odd]});
  }
  return {};
}

}  // namespace

Status read_row_type(std::uint32_t row_type, ElementType& type) noexcept {
  if (row_type > CLENS_ROW_INT4)
    return Status::error(Code::invalid_argument, "row_type: %u is no clens_row_type", row_type);
  type = static_cast<ElementType>(row_type);
  return {};
}

}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;
using clicklens::format::ElementType;

clens_status clens_table_row_stride(uint32_t row_type, uint64_t dim, uint64_t* row_stride) {
  return guard([&]() -> Status {
    ElementType type{};
    CLENS_TRY(clicklens::capi::read_row_type(row_type, type));
    CLENS_TRY(clicklens::capi::check_dim(dim));
    CLENS_TRY(require(row_stride, "row_stride"));
    *row_stride = clicklens::format::padded_row_stride(type, dim);
    return {};
  });
}

clens_status clens_table_encode(uint32_t row_type, const float* values, uint64_t rows, uint64_t dim,
                                uint64_t row_stride, void* out, size_t capacity) {
  return guard([&]() -> Status {
    ElementType type{};
    CLENS_TRY(clicklens::capi::read_row_type(row_type, type));
    CLENS_TRY(clicklens::capi::check_dim(dim));
    CLENS_TRY(clicklens::capi::check_row_stride(type, dim, row_stride));
    if (rows == 0) return {};
    CLENS_TRY(require(values, "values"));
    CLENS_TRY(require(out, "out"));
    const auto bytes = clicklens::base::checked_multiply<std::uint64_t>(rows, row_stride);
    if (!bytes || *bytes > capacity)
      return Status::error(Code::buffer_too_small, "capacity: %zu, rows * row_stride bytes are needed", capacity);
    return clicklens::capi::encode(type, values, rows, static_cast<std::uint32_t>(dim), row_stride,
                                   static_cast<std::byte*>(out));
  });
}
