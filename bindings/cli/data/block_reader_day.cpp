// BlockReader: files that are kept in memory whole, and blocks cut out of them.
#include <algorithm>
#include <limits>

#include "data/block_reader.h"
#include "data/parsed_days.h"
#include "error.h"

namespace clicklens::cli {
namespace {

template <class T>
std::size_t bytes_of(const std::vector<T>& values) {
  return values.size() * sizeof(T);
}

template <class T>
void cut(const std::vector<T>& from, std::size_t begin, std::size_t end, std::vector<T>& to) {
  if (from.empty()) return;
  to.assign(from.begin() + static_cast<std::ptrdiff_t>(begin), from.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace

void BlockReader::keep_day() {
  bool is_parsed = false;
  day_ = options_.days->get(day_key(), [&] {
    is_parsed = true;
    return parse_day();
  });
  // A request that streaming would cut: these blocks must be the same.
  if (day_ && day_->longest_request > longest_request_blocks * options_.block_rows) day_ = nullptr;
  if (day_ || !is_parsed) return;
  csv_.emplace(path_);  // from the start
  rows_read_ = 0;
  pending_ = false;
  request_value_.clear();
}

std::string BlockReader::day_key() const {
  std::string key = join({path_, "\n", options_.only_column.empty() ? std::string_view() : options_.only_value, "\n"});
  for (const std::size_t column : {request_, label_, group_, cluster_, control_, text_, only_})
    key += std::to_string(column) + ' ';
  for (const Binding& b : bindings_) {
    const FeatureSpec& feature = features_[b.feature];
    key += join({"\n", std::to_string(b.column), " ", std::to_string(b.feature), " ", std::to_string(feature.kind), " ",
                 std::to_string(feature.width), feature.per_request ? " request" : "",
                 feature.weighted ? " weighted" : ""});
  }
  return key;
}

std::shared_ptr<const ParsedDay> BlockReader::parse_day() {
  constexpr std::size_t rows_between_claims = 1024;
  std::size_t claimed = 0;
  begin_block();
  while (next_record()) {
    add_row(begins_request());
    if (block_.rows % rows_between_claims != 0) continue;
    const std::size_t bytes = block_bytes();
    if (!options_.days->claim(bytes - claimed)) {
      options_.days->give_back(claimed);
      return nullptr;
    }
    claimed = bytes;
  }
  const std::size_t bytes = block_bytes();
  if (options_.days->claim(bytes - claimed)) return take_day();
  options_.days->give_back(claimed);
  return nullptr;
}

std::size_t BlockReader::block_bytes() const {
  std::size_t bytes = bytes_of(block_.request_offsets) + bytes_of(block_.request_keys) + bytes_of(block_.labels) +
                      bytes_of(block_.groups) + bytes_of(block_.clusters) + bytes_of(block_.controls);
  for (const std::string& text : block_.texts) bytes += sizeof text + text.size();
  for (const Binding& b : bindings_) bytes += b.data.bytes();
  return bytes;
}

std::shared_ptr<ParsedDay> BlockReader::take_day() {
  auto day = std::make_shared<ParsedDay>();
  block_.request_offsets.push_back(static_cast<std::int64_t>(block_.rows));
  day->request_offsets = std::move(block_.request_offsets);
  for (std::size_t r = 1; r < day->request_offsets.size(); ++r)
    day->longest_request =
        std::max(day->longest_request, static_cast<std::size_t>(day->request_offsets[r] - day->request_offsets[r - 1]));
  day->request_keys = std::move(block_.request_keys);
  day->labels = std::move(block_.labels);
  day->groups = std::move(block_.groups);
  day->clusters = std::move(block_.clusters);
  day->controls = std::move(block_.controls);
  day->texts = std::move(block_.texts);
  day->data.reserve(bindings_.size());
  for (Binding& b : bindings_) {
    b.data.shrink();
    day->data.push_back(std::move(b.data));
    day->columns.push_back(day->data.back().column(static_cast<std::uint32_t>(b.feature)));
    day->per_request.push_back(b.per_request ? 1 : 0);
  }
  rows_read_ = 0;
  block_ = {};
  return day;
}

const Block* BlockReader::next_of_day() {
  const auto& offsets = day_->request_offsets;
  if (next_request_ + 1 >= offsets.size()) return nullptr;
  const auto begin = static_cast<std::size_t>(offsets[next_request_]);
  const std::size_t most = std::min(options_.block_rows, std::numeric_limits<std::size_t>::max() / 2);
  const auto behind = std::lower_bound(offsets.begin() + static_cast<std::ptrdiff_t>(next_request_) + 1, offsets.end(),
                                       static_cast<std::int64_t>(begin + most));
  const auto last = static_cast<std::size_t>(std::min(behind, offsets.end() - 1) - offsets.begin());
  const auto end = static_cast<std::size_t>(offsets[last]);
  block_.first_row = begin;
  block_.rows = end - begin;
  block_.request_offsets.clear();
  for (std::size_t r = next_request_; r <= last; ++r)
    block_.request_offsets.push_back(offsets[r] - static_cast<std::int64_t>(begin));
  cut(day_->request_keys, next_request_, last, block_.request_keys);
  cut(day_->labels, begin, end, block_.labels);
  cut(day_->groups, begin, end, block_.groups);
  cut(day_->clusters, begin, end, block_.clusters);
  cut(day_->controls, begin, end, block_.controls);
  cut(day_->texts, begin, end, block_.texts);
  block_.columns = day_->columns;
  for (std::size_t c = 0; c < block_.columns.size(); ++c)
    block_.columns[c].first = day_->per_request[c] != 0 ? next_request_ : begin;
  rows_read_ = end;
  next_request_ = last;
  return &block_;
}

}  // namespace clicklens::cli
