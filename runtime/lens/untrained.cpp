#include "lens/untrained.h"

#include <cmath>
#include <cstring>
#include <utility>

#include "base/fp_environment.h"
#include "format/image.h"
#include "format/rows.h"
#include "ops/initial.h"

namespace clicklens::lens {
namespace {

using ops::Initial;

constexpr double table_sd = 0.01;
constexpr std::uint64_t golden = 0x9E3779B97F4A7C15u;

// The output function of splitmix64 (Steele, Lea and Flood 2014): a counter goes in, a draw comes out.
std::uint64_t mix(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// On (-1, 1), an odd multiple of 2^-32: never 0, exact in double.
double symmetric(std::uint32_t draw) noexcept {
  return (2.0 * draw + 1.0) * 0x1p-32 - 1.0;
}

// ln s for s in (0, 1), to 1e-13, from operations that round alike everywhere (the C library's do not):
// s = 2^e m with m in [sqrt(1/2), sqrt(2)), ln m = 2 artanh((m - 1) / (m + 1)).
double log_of(double s) noexcept {
  int e = 0;
  double m = std::frexp(s, &e);
  if (m < 0.70710678118654752) {
    m *= 2;
    --e;
  }
  const double f = (m - 1) / (m + 1);
  double series = 0;
  for (int k = 17; k > 0; k -= 2) series = series * f * f + 1.0 / k;
  return e * 0.69314718055994531 + 2 * f * series;
}

// Draws of one segment, by the number's place in it.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint32_t segment) noexcept
      : stream_(mix(mix(seed + golden) + golden * (std::uint64_t{segment} + 1))) {}

  [[nodiscard]] float uniform(std::uint64_t place, float size) const noexcept {
    return static_cast<float>(symmetric(static_cast<std::uint32_t>(at(place) >> 32)) * double{size});
  }
  // Marsaglia and Bray's polar method.
  [[nodiscard]] float normal(std::uint64_t place, double sd) const noexcept {
    for (std::uint64_t state = at(place);; state = mix(state + golden)) {
      const double x = symmetric(static_cast<std::uint32_t>(state));
      const double y = symmetric(static_cast<std::uint32_t>(state >> 32));
      const double s = x * x + y * y;
      if (s < 1) return static_cast<float>(sd * x * std::sqrt(-2 * log_of(s) / s));
    }
  }

 private:
  [[nodiscard]] std::uint64_t at(std::uint64_t place) const noexcept { return mix(stream_ + golden * (place + 1)); }
  std::uint64_t stream_;
};

void fill_table(const format::TableDesc& table, const Draws& draws, std::span<std::byte> bytes) {
  std::vector<float> drawn(table.dim);
  for (std::uint64_t row = 0; row < table.rows; ++row) {
    for (std::uint32_t d = 0; d < table.dim; ++d) drawn[d] = draws.normal(row * table.dim + d, table_sd);
    // no type is too narrow for these
    static_cast<void>(format::encode_row(table.type, drawn.data(), table.dim, bytes.data() + row * table.row_stride));
  }
}

// Segments begin at multiples of 64: floats are written in place.
void fill_constant(const Initial& initial, const Draws& draws, std::span<std::byte> bytes) noexcept {
  auto* out = reinterpret_cast<float*>(bytes.data());
  for (std::size_t i = 0; i < bytes.size() / sizeof(float); ++i)
    out[i] = initial.kind == Initial::Kind::same ? initial.size : draws.uniform(i, initial.size);
}

// What each segment is drawn as: a table's, a constant's, or (neither) kept.
struct Role {
  const format::TableDesc* table = nullptr;
  Initial constant;
};

std::vector<Role> roles_of(const format::ModelDesc& desc) {
  std::vector<Role> roles(desc.segments.size());
  for (const format::TableDesc& table : desc.tables) roles[table.segment].table = &table;
  const std::vector<Initial> constants = ops::initial_constants(desc);
  for (std::size_t i = 0; i < constants.size(); ++i)
    if (constants[i].kind != Initial::Kind::kept) roles[desc.constants[i].segment] = {nullptr, constants[i]};
  for (const format::EncoderDesc& encoder : desc.encoders) {
    const auto* vocabulary = std::get_if<format::VocabularyEncoder>(&encoder.encoder);
    if (vocabulary == nullptr) continue;
    roles[vocabulary->slot_segment] = {};
    if (vocabulary->text_segment != format::no_index) roles[vocabulary->text_segment] = {};
  }
  return roles;
}

}  // namespace

base::Result<std::shared_ptr<exec::Model>> untrained(const exec::Model& model, std::uint64_t seed) {
  const base::FpEnvironment canonical;
  format::ModelDesc desc = model.desc();
  desc.self_test = {};
  const std::vector<Role> roles = roles_of(model.desc());
  auto image = format::make_image(std::move(desc), model.limits(), [&](std::uint32_t i, std::span<std::byte> bytes) {
    const Role& role = roles[i];
    const Draws draws(seed, i);
    const bool whole = role.table == nullptr && role.constant.kind != Initial::Kind::kept;
    if (!whole && !bytes.empty()) std::memcpy(bytes.data(), model.file().segment(i).data(), bytes.size());
    if (role.table != nullptr) fill_table(*role.table, draws, bytes);
    if (whole) fill_constant(role.constant, draws, bytes);
  });
  if (!image.ok()) return image.status();
  format::OpenOptions options;
  options.limits = model.limits();
  return exec::Model::adopt(std::move(*image), options);
}

}  // namespace clicklens::lens
