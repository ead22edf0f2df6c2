#include "format/rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/half.h"

namespace clicklens::format {
namespace {

constexpr std::uint64_t line = 64;
constexpr std::size_t affine_bytes = 2 * sizeof(float);  // scale and bias

bool is_quantised(ElementType type) noexcept {
  return type == ElementType::i8_row || type == ElementType::i4_row;
}

// Lines that rows `stride` apart touch, in 64ths: the sum over where a row can begin in its line.
std::uint64_t lines_touched(std::uint64_t bytes, std::uint64_t stride) noexcept {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < line; ++i) sum += (i * stride % line + bytes + line - 1) / line;
  return sum;
}

float f32_at(const std::byte* p) noexcept {
  float v = 0;
  std::memcpy(&v, p, sizeof v);
  return v;
}

std::uint16_t half_at(const std::byte* row, std::uint32_t i) noexcept {
  std::uint16_t v = 0;
  std::memcpy(&v, row + sizeof v * i, sizeof v);
  return v;
}

std::uint32_t code_at(ElementType type, const std::byte* row, std::uint32_t i) noexcept {
  const std::byte* codes = row + affine_bytes;
  if (type == ElementType::i8_row) return std::to_integer<std::uint32_t>(codes[i]);
  return (std::to_integer<std::uint32_t>(codes[i / 2]) >> (i % 2 * 4)) & 15u;
}

template <class Narrow, class Widen>
std::optional<std::uint32_t> encode_halves(const float* x, std::uint32_t dim, std::byte* row, Narrow&& narrow,
                                           Widen&& widen) noexcept {
  for (std::uint32_t i = 0; i < dim; ++i) {
    const std::uint16_t half = narrow(x[i]);
    if (std::isfinite(x[i]) && !std::isfinite(widen(half))) return i;
    std::memcpy(row + sizeof half * i, &half, sizeof half);
  }
  return {};
}

// The row's own grid. The largest code of an extreme row would be infinite: the scale gives way.
float scale_of(float low, float high, float levels) noexcept {
  auto scale = static_cast<float>((double{high} - double{low}) / double{levels});
  while (!std::isfinite(std::fma(levels, scale, low))) scale = std::nextafter(scale, 0.0f);
  return scale;
}

std::optional<std::uint32_t> encode_quantised(ElementType type, const float* x, std::uint32_t dim,
                                              std::byte* row) noexcept {
  const auto* odd = std::find_if(x, x + dim, [](float v) { return !std::isfinite(v); });
  if (odd != x + dim) return static_cast<std::uint32_t>(odd - x);
  const float levels = type == ElementType::i8_row ? 255.0f : 15.0f;
  const float low = *std::min_element(x, x + dim) + 0.0f, high = *std::max_element(x, x + dim);
  const float scale = scale_of(low, high, levels);
  std::memcpy(row, &scale, sizeof scale);
  std::memcpy(row + sizeof scale, &low, sizeof low);
  std::byte* codes = row + affine_bytes;
  std::memset(codes, 0, row_bytes(type, dim) - affine_bytes);
  if (scale == 0) return {};
  for (std::uint32_t i = 0; i < dim; ++i) {
    const double q = std::nearbyint((double{x[i]} - double{low}) / double{scale});
    const auto code = static_cast<std::uint32_t>(std::min(q, double{levels}));
    if (type == ElementType::i8_row)
      codes[i] = static_cast<std::byte>(code);
    else
      codes[i / 2] |= static_cast<std::byte>(code << (i % 2 * 4));
  }
  return {};
}

}  // namespace

const char* name_of(ElementType type) noexcept {
  constexpr const char* names[] = {"f32", "f16", "bf16", "int8", "int4"};
  return names[static_cast<std::size_t>(type)];
}

std::uint64_t row_bytes(ElementType type, std::uint64_t dim) noexcept {
  switch (type) {
    case ElementType::f32:
      return 4 * dim;
    case ElementType::f16:
    case ElementType::bf16:
      return 2 * dim;
    case ElementType::i8_row:
      return affine_bytes + dim;
    case ElementType::i4_row:
      return affine_bytes + (dim + 1) / 2;
  }
  return 4 * dim;
}

std::uint32_t row_alignment(ElementType type) noexcept {
  return type == ElementType::f16 || type == ElementType::bf16 ? 2 : 4;
}

std::uint64_t padded_row_stride(ElementType type, std::uint64_t dim) noexcept {
  const std::uint64_t bytes = row_bytes(type, dim), step = row_alignment(type);
  const std::uint64_t tight = (bytes + step - 1) / step * step;
  if (type == ElementType::f32) return tight;
  const std::uint64_t filled = (bytes + line - 1) / line;
  std::uint64_t best = tight;
  double least = INFINITY;
  for (std::uint64_t stride = tight; stride <= filled * line; stride += step) {
    const double cost = static_cast<double>(lines_touched(bytes, stride)) / static_cast<double>(line * filled) +
                        static_cast<double>(stride) / static_cast<double>(2 * bytes);
    if (!(cost < least)) continue;
    best = stride;
    least = cost;
  }
  return best;
}

void decode_row(ElementType type, const std::byte* row, std::uint32_t dim, float* out) noexcept {
  if (type == ElementType::f32) std::memcpy(out, row, sizeof(float) * dim);
  if (type == ElementType::f16)
    for (std::uint32_t i = 0; i < dim; ++i) out[i] = base::f16_to_f32(half_at(row, i));
  if (type == ElementType::bf16)
    for (std::uint32_t i = 0; i < dim; ++i) out[i] = base::bf16_to_f32(half_at(row, i));
  if (!is_quantised(type)) return;
  const float scale = f32_at(row), bias = f32_at(row + sizeof(float));
  for (std::uint32_t i = 0; i < dim; ++i) out[i] = std::fma(static_cast<float>(code_at(type, row, i)), scale, bias);
}

const float* read_row(ElementType type, const std::byte* row, std::uint32_t dim, float* scratch) noexcept {
  if (type == ElementType::f32) return reinterpret_cast<const float*>(row);
  decode_row(type, row, dim, scratch);
  return scratch;
}

std::optional<std::uint32_t> encode_row(ElementType type, const float* x, std::uint32_t dim, std::byte* row) noexcept {
  if (type == ElementType::f16) return encode_halves(x, dim, row, base::f32_to_f16, base::f16_to_f32);
  if (type == ElementType::bf16) return encode_halves(x, dim, row, base::f32_to_bf16, base::bf16_to_f32);
  if (is_quantised(type)) return encode_quantised(type, x, dim, row);
  std::memcpy(row, x, sizeof(float) * dim);
  return {};
}

}  // namespace clicklens::format
