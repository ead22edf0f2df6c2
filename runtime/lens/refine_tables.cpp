#include "lens/refine_tables.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

#include "base/fp_environment.h"
#include "exec/recommended_precision.h"
#include "format/requirements.h"
#include "format/rows.h"
#include "format/writer.h"
#include "lens/refine_rows.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;
using format::ElementType;

std::size_t users_of(const format::ModelDesc& desc, std::uint32_t segment) {
  std::size_t users = 0;
  for (const format::TableDesc& table : desc.tables) users += table.segment == segment ? 1u : 0u;
  for (const format::ConstantDesc& constant : desc.constants) users += constant.segment == segment ? 1u : 0u;
  for (const format::EncoderDesc& encoder : desc.encoders) {
    const auto* vocabulary = std::get_if<format::VocabularyEncoder>(&encoder.encoder);
    if (vocabulary == nullptr) continue;
    users += vocabulary->slot_segment == segment ? 1u : 0u;
    users += vocabulary->text_segment == segment ? 1u : 0u;
  }
  return users;
}

// One rewriting: the new description, and by segment of it the change it holds.
class Rewrite {
 public:
  Rewrite(const exec::Model& model, ElementType type) : model_(model), type_(type), desc_(model.desc()) {
    desc_.self_test = {};
    desc_.probes.clear();
    desc_.profile.clear();
    exec::forget_recommendation(desc_);
  }

  Status add(std::uint32_t table);
  Status write(const char* path);
  std::vector<TableChange> changes;

 private:
  void move_to_own_segment(format::TableDesc& table, std::uint64_t size);
  void tell_lineage();
  Status write_table(format::Writer& writer, TableChange& change);

  const exec::Model& model_;
  ElementType type_;
  format::ModelDesc desc_;
};

Status Rewrite::add(std::uint32_t index) {
  if (index >= desc_.tables.size())
    return Status::error(Code::invalid_argument, "tables: %u, the model has %zu", index, desc_.tables.size());
  for (const TableChange& change : changes)
    if (change.table == index) return Status::error(Code::invalid_argument, "tables: %u comes twice", index);
  format::TableDesc& table = desc_.tables[index];
  TableChange change{index, table.type, type_, table.rows * table.row_stride, table.rows * table.row_stride, 0, 0};
  if (table.type != type_) {
    const std::uint64_t stride = format::padded_row_stride(type_, table.dim);  // fits: dim is within the limits
    table.type = type_;
    table.row_stride = static_cast<std::uint32_t>(stride);
    change.bytes_after = table.rows * stride;
    move_to_own_segment(table, change.bytes_after);
  }
  changes.push_back(change);
  return {};
}

// In place of the old one, unless something else lies there too.
void Rewrite::move_to_own_segment(format::TableDesc& table, std::uint64_t size) {
  if (users_of(desc_, table.segment) > 1) {
    table.segment = static_cast<std::uint32_t>(desc_.segments.size());
    desc_.segments.emplace_back();
  }
  desc_.segments[table.segment].size = size;
}

void Rewrite::tell_lineage() {
  char text[96];
  const format::ModelId& id = model_.file().id();
  std::snprintf(text, sizeof text, "%zu tables as %s, from %016" PRIx64 "%016" PRIx64, changes.size(),
                format::name_of(type_), id.high, id.low);
  const auto known = std::ranges::find(desc_.metadata, std::string("refined"), &format::MetadataDesc::key);
  if (known == desc_.metadata.end())
    desc_.metadata.push_back({"refined", text});
  else
    known->value += std::string("; ") + text;
}

Status Rewrite::write_table(format::Writer& writer, TableChange& change) {
  const std::uint32_t stride = desc_.tables[change.table].row_stride;
  return encode_table(
      model_, change.table, type_, stride, [&writer](std::span<const std::byte> row) { return writer.append(row); },
      change);
}

Status Rewrite::write(const char* path) {
  tell_lineage();
  std::erase_if(desc_.requirements, [](const auto& r) { return r.name.starts_with("table."); });  // listed anew
  format::complete_requirements(desc_);
  auto writer = format::Writer::begin(path, desc_, model_.limits());
  if (!writer.ok()) return writer.status();
  for (std::uint32_t i = 0; i < desc_.segments.size(); ++i) {
    CLENS_TRY((*writer)->segment(i));
    const auto change = std::ranges::find_if(
        changes, [&](const TableChange& c) { return c.from != c.to && desc_.tables[c.table].segment == i; });
    const auto append = [&](std::span<const std::byte> bytes) { return (*writer)->append(bytes); };
    CLENS_TRY(change == changes.end() ? model_.file().each_piece(i, append) : write_table(**writer, *change));
  }
  return (*writer)->finish();
}

}  // namespace

base::Result<std::vector<TableChange>> refine_tables(const exec::Model& model, std::span<const std::uint32_t> tables,
                                                     ElementType type, const char* out_path) {
  const base::FpEnvironment canonical;
  CLENS_TRY(model.file().verify_segments());  // damage would come out with a checksum that holds
  Rewrite rewrite(model, type);
  for (const std::uint32_t table : tables) CLENS_TRY(rewrite.add(table));
  CLENS_TRY(rewrite.write(out_path));
  return std::move(rewrite.changes);
}

}  // namespace clicklens::lens
