#include "lens/probe_data.h"

#include <cmath>

#include "base/checked.h"
#include "lens/labels.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr std::size_t block_bytes = std::size_t{4} << 20, fewest_rows = 16, most_block_rows = 8192;
constexpr std::uint64_t most_rows = 0xFFFFFFFF;  // ranks are 32-bit
// Labels and keys; charged whether they come or not, so that a limit means one number of rows.
constexpr std::uint64_t info_bytes = 32;

Status check_targets(const float* targets, std::size_t n) {
  for (std::size_t i = 0; targets != nullptr && i < n; ++i)
    if (!std::isfinite(targets[i])) return Status::error(Code::bad_value, "targets[%zu] is not finite", i);
  return {};
}

bool all_finite(const float* x, std::size_t n) noexcept {
  bool finite = true;
  for (std::size_t i = 0; i < n; ++i) finite &= std::isfinite(x[i]);
  return finite;
}

template <class T>
void reserve_more(std::vector<T>& list, const T* given, std::size_t rows) {
  if (given != nullptr && rows > list.capacity()) list.reserve(std::max(rows, 2 * list.capacity()));
}

template <class T>
void cut(std::vector<T>& list, std::size_t rows) noexcept {
  if (list.size() > rows) list.resize(rows);
}

}  // namespace

ProbeData::ProbeData(std::vector<std::size_t> widths, std::uint64_t memory_bytes)
    : widths_(std::move(widths)), memory_bytes_(memory_bytes) {
  for (const std::size_t width : widths_) {
    begins_.push_back(columns_);
    columns_ += width;
  }
  const std::size_t bytes = sizeof(float) * std::max<std::size_t>(columns_, 1);
  block_rows_ = std::clamp(block_bytes / bytes, fewest_rows, most_block_rows);
}

std::uint64_t ProbeData::row_bytes() const noexcept {
  return sizeof(float) * columns_ + info_bytes;
}

Status ProbeData::reserve(std::uint64_t rows, const RowInfo& info) {
  const auto all = base::checked_add<std::uint64_t>(rows_, rows);
  const auto bytes = all ? base::checked_multiply(*all, row_bytes()) : std::nullopt;
  if (!bytes || *bytes > memory_bytes_ || *all > most_rows)
    return Status::error(Code::limit_exceeded, "probe rows: %llu of %llu bytes are above memory_bytes, %llu",
                         static_cast<unsigned long long>(all.value_or(rows)),
                         static_cast<unsigned long long>(row_bytes()), static_cast<unsigned long long>(memory_bytes_));
  while (blocks_.size() * block_rows_ < *all) {
    auto block = base::AlignedBlock::allocate(sizeof(float) * block_rows_ * columns_);
    if (!block.ok()) return block.status();
    blocks_.push_back(std::move(*block));
  }
  reserve_more(labels_, info.labels, *all);
  reserve_more(clusters_, info.clusters, *all);
  reserve_more(groups_, info.groups, *all);
  reserve_more(controls_, info.controls, *all);
  reserve_more(targets_, info.targets, *all);
  return {};
}

ProbeData::Kinds ProbeData::kinds_of(const RowInfo& info) noexcept {
  return {info.labels != nullptr, info.clusters != nullptr, info.groups != nullptr, info.controls != nullptr,
          info.targets != nullptr};
}

Status ProbeData::check(const RowInfo& info, std::size_t rows) const {
  if (started_ && kinds_of(info) != kinds_)
    return Status::error(Code::bad_state,
                         "rows: labels, targets, clusters, groups and controls must be given alike"
                         " in all adds");
  CLENS_TRY(check_labels("labels", info.labels, rows));
  return check_targets(info.targets, rows);
}

float* ProbeData::next(std::size_t value) noexcept {
  return const_cast<float*>(row(value, rows_));
}

const float* ProbeData::row(std::size_t value, std::size_t row) const noexcept {
  const auto* block = reinterpret_cast<const float*>(blocks_[row / block_rows_].data());
  return block + block_rows_ * begins_[value] + row % block_rows_ * widths_[value];
}

void ProbeData::push(const RowInfo& info, std::size_t entry) noexcept {
  for (std::size_t v = 0; v < widths_.size(); ++v) {
    if (all_finite(next(v), widths_[v])) continue;
    ++non_finite_;
    return;
  }
  if (!started_) {
    started_ = true;
    kinds_ = kinds_of(info);
  }
  if (info.labels != nullptr) labels_.push_back(info.labels[entry]);
  if (info.clusters != nullptr) clusters_.push_back(info.clusters[entry]);
  if (info.groups != nullptr) groups_.push_back(info.groups[entry]);
  if (info.controls != nullptr) controls_.push_back(info.controls[entry]);
  if (info.targets != nullptr) targets_.push_back(info.targets[entry]);
  ++rows_;
}

void ProbeData::truncate(std::size_t rows, std::uint64_t non_finite) noexcept {
  rows_ = rows;
  non_finite_ = non_finite;
  cut(labels_, rows);
  cut(clusters_, rows);
  cut(groups_, rows);
  cut(controls_, rows);
  cut(targets_, rows);
  if (rows == 0) started_ = false;
}

Status ProbeData::append(std::span<const float* const> values, std::size_t n, const RowInfo& info) {
  CLENS_TRY(check(info, n));
  CLENS_TRY(reserve(n, info));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t v = 0; v < widths_.size(); ++v) std::copy_n(values[v] + i * widths_[v], widths_[v], next(v));
    push(info, i);
  }
  return {};
}

Status ProbeData::relabel(const std::uint8_t* labels, const float* targets, std::size_t count) {
  if (count != rows_) return Status::error(Code::invalid_argument, "count: %zu, there are %zu rows", count, rows_);
  CLENS_TRY(check_labels("labels", labels, count));
  CLENS_TRY(check_targets(targets, count));
  if (count == 0) return {};
  if (labels != nullptr) labels_.assign(labels, labels + count);
  if (targets != nullptr) targets_.assign(targets, targets + count);
  kinds_.labels |= labels != nullptr;
  kinds_.targets |= targets != nullptr;
  return {};
}

std::uint64_t ProbeData::clicks() const noexcept {
  std::uint64_t clicks = 0;
  for (const std::uint8_t label : labels_) clicks += label;
  return clicks;
}

}  // namespace clicklens::lens
