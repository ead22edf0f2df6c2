#include "encode/bag_reader.h"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <limits>

namespace clicklens::encode {
namespace {

using format::Pooling;

std::uint32_t rule_row(std::int64_t row, std::uint64_t table_rows) noexcept {
  const bool named = row >= 0 && static_cast<std::uint64_t>(row) < std::min(table_rows, most_rows);
  return named ? static_cast<std::uint32_t>(row) : unknown_row;
}

}  // namespace

BagReader::BagReader(const BagRules& rules, const Column* column, Counts& counts) noexcept
    : rules_(&rules),
      column_(column),
      counts_(&counts),
      elements_(column, rules.encoder, rules.table_rows, rules.feature->weighted),
      pooling_(rules.feature->pooling),
      divides_(pooling_ == Pooling::mean || pooling_ == Pooling::sqrtn),
      longest_(rules.feature->max_length != 0 ? rules.feature->max_length : std::numeric_limits<std::uint64_t>::max()),
      missing_id_(rules.stand_ins ? rule_row(rules.feature->missing_row, rules.table_rows) : unknown_row),
      unknown_id_(rules.stand_ins ? rule_row(rules.feature->unknown_row, rules.table_rows) : unknown_row) {}

void BagReader::start(std::uint64_t begin, std::uint64_t end) noexcept {
  next_ = begin;
  end_ = end;
  left_ = 0;
}

bool BagReader::done() const noexcept {
  return next_ >= end_;
}

base::Status BagReader::next(BagChunk& chunk) noexcept {
  chunk.first_entry = next_;
  chunk.bags = 0;
  chunk.offsets[0] = 0;
  chunk.has_weights = elements_.weighted();
  chunk.has_divisors = divides_;
  chunk.resumed = chunk.unfinished = false;
  if (left_ > 0) {
    chunk.resumed = true;
    next_piece(chunk);
    return {};
  }
  while (next_ < end_ && chunk.bags < chunk.bag_capacity) {
    const Run run = find_run(chunk);
    if (run.too_long && chunk.bags == 0) return open_long(run, chunk);
    if (run.entries == 0) break;
    CLENS_TRY(take(run, chunk));
  }
  return {};
}

std::uint64_t BagReader::entry_length(std::uint64_t entry) const noexcept {
  if (column_ == nullptr || !is_set(column_->validity, column_->first + entry)) return 0;
  return with_offsets(*column_, [&](const auto& offsets) { return offsets[entry + 1] - offsets[entry]; });
}

base::Status BagReader::take(const Run& run, BagChunk& chunk) noexcept {
  counts_->cut += run.cut;
  const std::uint32_t used = chunk.offsets[chunk.bags];
  const auto count = static_cast<std::size_t>(run.end - run.begin);
  const bool clean = count == 0 || elements_.read(run.begin, count, chunk.ids + used,
                                                  elements_.weighted() ? chunk.weights + used : nullptr);
  const bool empty = count == 0 && missing_id_ != unknown_row;
  if (clean && !empty && (!divides_ || divide_clean(run, chunk))) {
    take_clean(run, chunk);
  } else {
    CLENS_TRY(settle(run, chunk));
  }
  chunk.bags += static_cast<std::size_t>(run.entries);
  next_ += run.entries;
  return {};
}

// Divisors of entries as long as their offsets say. False: one of them has none, and settle() must apply
// the missing rule.
bool BagReader::divide_clean(const Run& run, BagChunk& chunk) const noexcept {
  const std::uint32_t* offsets = chunk.offsets + chunk.bags;
  float* divisors = chunk.divisors + chunk.bags;
  const bool weighted = elements_.weighted();
  for (std::uint64_t i = 0; i < run.entries; ++i) {
    BagTally tally;
    tally.kept = offsets[i + 1] - offsets[i];
    if (weighted) {
      for (std::uint32_t j = offsets[i]; j < offsets[i + 1]; ++j) tally.weigh(chunk.weights[j], pooling_);
    }
    if (tally.kept > 0 && !tally.has_divisor(weighted)) return false;
    divisors[i] = tally.kept > 0 ? tally.divisor(pooling_, weighted) : 1.0f;
  }
  return true;
}

// Every id is a row, every entry is as long as its offsets say.
void BagReader::take_clean(const Run& run, BagChunk& chunk) noexcept {
  const std::uint32_t* offsets = chunk.offsets + chunk.bags;
  std::uint64_t missing = 0;
  for (std::uint64_t i = 0; i < run.entries; ++i) missing += offsets[i] == offsets[i + 1] ? 1 : 0;
  counts_->missing += missing;
  if (chunk.positions == nullptr) return;
  for (std::uint64_t i = 0; i < run.entries; ++i) {
    auto position = static_cast<std::uint32_t>(run.skip);
    for (std::uint32_t j = offsets[i]; j < offsets[i + 1]; ++j) chunk.positions[j] = position++;
  }
}

// Entry by entry: closes the gaps that dropped ids leave and applies the missing rule.
base::Status BagReader::settle(const Run& run, BagChunk& chunk) noexcept {
  std::uint32_t* offsets = chunk.offsets + chunk.bags;
  std::uint32_t from = offsets[0], to = from;
  std::uint64_t element = run.begin;
  for (std::uint64_t i = 0; i < run.entries; ++i) {
    const std::uint32_t length = offsets[i + 1] - from;
    const std::uint32_t start = to;
    BagTally tally;
    to = compact(chunk, from, length, to, element, run.skip, tally);
    if (tally.refused && rules_->strict) return refusal(tally, next_ + i);
    const bool present = count(tally);
    if (!present) to = append_missing(chunk, start);
    if (divides_) {
      chunk.divisors[chunk.bags + i] = present ? tally.divisor(pooling_, elements_.weighted()) : 1.0f;
    }
    from = offsets[i + 1];
    offsets[i + 1] = to;
    element += length;
  }
  return {};
}

// Moves the ids of elements [element, element + count), read at `from`, to `to` and returns where they
// end. `position` is that of the first.
std::uint32_t BagReader::compact(BagChunk& chunk, std::uint32_t from, std::uint32_t count, std::uint32_t to,
                                 std::uint64_t element, std::uint64_t position, BagTally& tally) const noexcept {
  const bool weighted = elements_.weighted(), weighs = weighted && divides_;
  const std::uint32_t start = to;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t id = chunk.ids[from + i];
    if (id >= dropped_id && !admit(id, element + i, position + i, tally)) continue;
    chunk.ids[to] = id;
    if (weighted) chunk.weights[to] = chunk.weights[from + i];
    if (weighs) tally.weigh(chunk.weights[to], pooling_);
    if (chunk.positions != nullptr) chunk.positions[to] = static_cast<std::uint32_t>(position + i);
    ++to;
  }
  tally.kept += to - start;
  return to;
}

// Applies the unknown rule to an id that is no row. False: it is dropped.
bool BagReader::admit(std::uint32_t& id, std::uint64_t element, std::uint64_t position,
                      BagTally& tally) const noexcept {
  const Fault fault = elements_.fault(element, id);
  id = unknown_id_;
  switch (fault) {
    case Fault::null:
      ++tally.nulls;
      return false;
    case Fault::weight:
      ++tally.bad_values;
      tally.refuse(position, fault);
      return false;
    case Fault::text:
      ++tally.bad_values;
      tally.refuse(position, fault);
      break;
    case Fault::range:
      ++tally.unknown;
      tally.refuse(position, fault);
      break;
    case Fault::unknown:
      ++tally.unknown;
      break;
  }
  return id != unknown_row;
}

bool BagReader::count(const BagTally& tally) noexcept {
  counts_->unknown += tally.unknown;
  counts_->bad_values += tally.bad_values;
  const bool present = tally.kept > 0 && (!divides_ || tally.has_divisor(elements_.weighted()));
  counts_->missing += present ? tally.nulls : 1;
  return present;
}

std::uint32_t BagReader::append_missing(BagChunk& chunk, std::uint32_t to) noexcept {
  if (missing_id_ == unknown_row) return to;
  chunk.ids[to] = missing_id_;
  if (elements_.weighted()) chunk.weights[to] = 1.0f;
  if (chunk.positions != nullptr) chunk.positions[to] = 0xFFFFFFFFu;
  return to + 1;
}

base::Status BagReader::refusal(const BagTally& tally, std::uint64_t entry) const noexcept {
  const char* why = tally.refused_for == Fault::weight ? "weight is not finite"
                    : tally.refused_for == Fault::text ? "string is not UTF-8"
                                                       : "row is out of range";
  return base::Status::error(base::Code::bad_value, "feature '%s', entry %" PRIu64 ", id %" PRIu64 ": %s",
                             rules_->feature->name.c_str(), entry, tally.refused_at, why);
}

}  // namespace clicklens::encode
