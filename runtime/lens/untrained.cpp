#include "lens/untrained.h"

#include <algorithm>
#include <utility>

#include "base/fp_environment.h"
#include "format/image.h"
#include "format/rows.h"
#include "lens/draws.h"
#include "ops/initial.h"

namespace clicklens::lens {
namespace {

using ops::Initial;

constexpr double table_sd = 0.01;
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

// The first node that is drawn anew; behind all: none.
std::size_t first_drawn(const format::ModelDesc& desc, std::size_t layers) {
  if (layers == 0) return desc.nodes.size();
  for (std::size_t node = desc.nodes.size(); node-- > 0;)
    if (std::holds_alternative<format::LinearOp>(desc.nodes[node].op) && --layers == 0) return node;
  return 0;
}

std::vector<Role> roles_of(const format::ModelDesc& desc, std::size_t first_node) {
  std::vector<Role> roles(desc.segments.size());
  for (const format::TableDesc& table : desc.tables)
    if (first_node == 0) roles[table.segment].table = &table;
  const std::vector<Initial> constants = ops::initial_constants(desc, first_node);
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

base::Result<std::shared_ptr<exec::Model>> draw_from(const exec::Model& model, std::uint64_t seed,
                                                     std::size_t first_node) {
  const base::FpEnvironment canonical;
  format::ModelDesc desc = model.desc();
  desc.self_test = {};
  const std::vector<Role> roles = roles_of(model.desc(), first_node);
  base::Status copied;
  auto image = format::make_image(std::move(desc), model.limits(), [&](std::uint32_t i, std::span<std::byte> bytes) {
    const Role& role = roles[i];
    const Draws draws(seed, i);
    const bool whole = role.table == nullptr && role.constant.kind != Initial::Kind::kept;
    if (!whole && copied.ok()) copied = model.file().copy_segment(i, bytes);
    if (role.table != nullptr) fill_table(*role.table, draws, bytes);
    if (whole) fill_constant(role.constant, draws, bytes);
  });
  CLENS_TRY(copied);
  if (!image.ok()) return image.status();
  format::OpenOptions options;
  options.limits = model.limits();
  return exec::Model::adopt(std::move(*image), options);
}

}  // namespace

base::Result<std::shared_ptr<exec::Model>> untrained(const exec::Model& model, std::uint64_t seed) {
  return draw_from(model, seed, 0);
}

base::Result<std::shared_ptr<exec::Model>> randomised(const exec::Model& model, std::uint64_t seed,
                                                      std::size_t layers) {
  return draw_from(model, seed, first_drawn(model.desc(), layers));
}

}  // namespace clicklens::lens
