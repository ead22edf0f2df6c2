#include "ops/sequence_read.h"

#include <algorithm>

#include "kernels/row_lines.h"
#include "ops/row_places.h"

namespace clicklens::ops {
namespace {

// Ids of one chunk: room for a tile of short entries, and for any one.
std::size_t capacity_for(const SequenceRules& rules, std::size_t rows) {
  constexpr std::size_t ids_per_row = 8, least_ids = 64;
  return std::max({least_ids, rows * ids_per_row, std::size_t{rules.places()}});
}

}  // namespace

SequenceRead::SequenceRead(std::uint32_t feature, const SequenceRules& rules, Level level, Lowering& lowering)
    : feature_(feature),
      level_(level),
      rules_(rules.bags),
      plain_(rules.bags),
      id_capacity_(capacity_for(rules, lowering.tile_rows())),
      ids_(lowering.scratch_bytes(sizeof(std::uint32_t) * id_capacity_)),
      weights_(lowering.scratch_bytes(sizeof(float) * id_capacity_)),
      positions_(lowering.scratch_bytes(sizeof(std::uint32_t) * id_capacity_)),
      offsets_(lowering.scratch_bytes(sizeof(std::uint32_t) * (lowering.tile_rows() + 1))),
      places_(lowering.scratch_bytes(sizeof(std::uint32_t) * (lowering.tile_rows() * rules.places() + 1))),
      jobs_(lowering.scratch_bytes(sizeof(kernels::BagJob) * lowering.tile_rows())) {}

void SequenceRead::add(const SequenceRules& rules, const Table& table, const Place& y, Lowering& lowering) {
  targets_.push_back({rules, table, y, 0});
  if (table.rows.map != nullptr) targets_.back().ids = lowering.scratch_bytes(sizeof(std::uint32_t) * id_capacity_);
}
void SequenceRead::add_mask(const SequenceRules& rules, const Place& y) {
  targets_.push_back({rules, {}, y, 0});
}

base::Status SequenceRead::run(const StepContext& context) const noexcept {
  const std::size_t rows = context.rows_at(level_);
  if (rows == 0) return {};
  const std::uint64_t begin = context.first_entry(level_);
  const encode::Column* const column = context.columns[feature_];
  auto* const ids = at<std::uint32_t>(context, ids_);
  auto* const offsets = at<std::uint32_t>(context, offsets_);
  auto* const weights = at<float>(context, weights_);
  const encode::PlainRoom room{ids, offsets, nullptr, id_capacity_};
  if (column != nullptr && encode::read_plain(plain_, *column, begin, rows, room)) {
    write(context, {ids, nullptr, offsets, nullptr, 0, rows},
          [offsets](std::size_t e) { return std::uint64_t{offsets[e + 1] - offsets[e]}; });
    return {};
  }
  encode::BagChunk chunk;
  chunk.ids = ids;
  chunk.weights = weights;
  chunk.positions = at<std::uint32_t>(context, positions_);
  chunk.offsets = offsets;
  chunk.id_capacity = id_capacity_;
  chunk.bag_capacity = rows;
  encode::BagRules rules = rules_;
  rules.strict = context.strict;
  encode::Counts ignored;
  encode::BagReader reader(rules, column, counts_ ? *context.counts : ignored);
  for (reader.start(begin, begin + rows); !reader.done();) {
    CLENS_TRY(reader.next(chunk));  // no entry comes in pieces: any fits
    const auto first = static_cast<std::size_t>(chunk.first_entry - begin);
    write(context, {ids, chunk.has_weights ? weights : nullptr, offsets, chunk.positions, first, chunk.bags},
          [&](std::size_t e) { return reader.entry_length(chunk.first_entry + e); });
  }
  return {};
}

template <class Length>
void SequenceRead::write(const StepContext& context, const Read& read, Length length) const noexcept {
  auto* const places = at<std::uint32_t>(context, places_);
  for (const Target& target : targets_) {
    const std::uint32_t count = target.rules.places();
    std::uint32_t next = read.offsets[0];
    for (std::size_t e = 0; e < read.entries; ++e) {
      const std::uint64_t ids = length(e);
      for (std::uint32_t place = 0; place < count; ++place) {
        places[e * count + place] = next;
        if (next == read.offsets[e + 1]) continue;
        const std::uint32_t position = read.positions != nullptr ? read.positions[next] : next - read.offsets[e];
        if (target.rules.place(position, ids) == place) ++next;
      }
    }
    places[read.entries * count] = next;
    write_rows(context, read, target);
  }
}

void SequenceRead::write_rows(const StepContext& context, const Read& read, const Target& target) const noexcept {
  const std::uint32_t count = target.rules.places();
  const auto* const places = at<std::uint32_t>(context, places_);
  auto* const jobs = at<kernels::BagJob>(context, jobs_);
  const SequenceRead::Table& table = target.table;
  const std::uint32_t* ids = read.ids;
  if (table.rows.map != nullptr) {
    auto* const apart = at<std::uint32_t>(context, target.ids);
    row_places(*context.kernels, *table.rows.map, ids, read.offsets[read.entries], apart);
    ids = apart;
  }
  for (std::size_t e = 0; e < read.entries; ++e) {
    float* const y = context.at(target.y) + (read.first + e) * target.y.ld;
    const std::uint32_t* const offsets = places + e * count;
    if (table.rows.data == nullptr) {
      for (std::uint32_t place = 0; place < count; ++place)
        y[place] = offsets[place + 1] > offsets[place] ? 1.0f : 0.0f;
      continue;
    }
    kernels::BagJob& job = jobs[e];
    job = {};
    job.table = table.rows.data;
    job.row_stride = table.row_stride;
    job.type = table.type;
    job.dim = table.dim;
    job.ids = ids;
    job.weights = read.weights;
    job.offsets = offsets;
    job.bags = count;
    job.out = y;
    job.ld_out = table.dim;
    job.lines = kernels::row_lines(table.rows.data, table.row_stride, table.type, table.dim);
  }
  if (table.rows.data != nullptr) context.kernels->bags({jobs, read.entries, false});
}

}  // namespace clicklens::ops
