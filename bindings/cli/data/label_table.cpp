#include "data/label_table.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "data/block_reader.h"
#include "data/cell.h"
#include "data/csv_reader.h"
#include "error.h"

namespace clicklens::cli {
namespace {

std::size_t require(const CsvReader& csv, const std::string& column) {
  const std::size_t at = csv.find(column);
  if (at == no_column) csv.fail(no_column, join({"no column '", column, "'"}));
  return at;
}

std::size_t find_label(const CsvReader& csv, const ReadOptions& options) {
  if (!options.labels) return no_column;
  if (!options.label_column.empty()) return require(csv, options.label_column);
  const std::size_t label = csv.find("label") != no_column ? csv.find("label") : csv.find("click");
  if (label == no_column && !options.optional_labels)
    csv.fail(no_column, "no column 'label' or 'click'; --label names another");
  return label;
}

std::uint64_t whole_cell(const CsvReader& csv, std::size_t column) {
  const auto value = parse_key(csv.fields()[column]);
  if (!value) csv.fail(column, "not a 64-bit integer");
  return *value;
}

}  // namespace

LabelTable::LabelTable(const std::string& path, const ReadOptions& options) {
  CsvReader csv(path);
  const std::size_t key = require(csv, "request_key"), candidate = require(csv, "candidate");
  const std::size_t label = find_label(csv, options);
  const auto wanted = [&](const std::string& name) { return name.empty() ? no_column : require(csv, name); };
  const std::size_t group = wanted(options.group_column), control = wanted(options.control_column);
  const std::size_t text = wanted(options.text_column);
  const std::size_t cluster =
      options.cluster_column.empty() ? csv.find("user_id") : require(csv, options.cluster_column);
  if (label != no_column) label_ = csv.header()[label];
  if (cluster != no_column) cluster_ = csv.header()[cluster];
  while (csv.next()) {
    const auto fields = csv.fields();
    Row row{whole_cell(csv, key), whole_cell(csv, candidate), 0, 0, 0, 0};
    if (label != no_column && fields[label] != "0" && fields[label] != "1")
      csv.fail(label, join({"label '", fields[label], "' is neither 0 nor 1"}));
    if (label != no_column) row.label = fields[label] == "1" ? 1 : 0;
    if (group != no_column) row.group = group_key(fields[group]);
    if (control != no_column) row.control = group_key(fields[control]);
    row.cluster = cluster != no_column ? group_key(fields[cluster]) : row.key;
    rows_.push_back(row);
    if (text != no_column) texts_.emplace_back(fields[text]);
  }
  std::vector<std::size_t> order(rows_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto place = [&](std::size_t i) { return std::tuple(rows_[i].key, rows_[i].candidate); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
  for (std::size_t i = 1; i < order.size(); ++i)
    if (place(order[i]) == place(order[i - 1]))
      throw Error(join({path, ": request_key ", std::to_string(rows_[order[i]].key), ", candidate ",
                        std::to_string(rows_[order[i]].candidate), ": twice"}));
  std::vector<Row> sorted;
  sorted.reserve(rows_.size());
  for (const std::size_t i : order) sorted.push_back(rows_[i]);
  rows_ = std::move(sorted);
  if (text != no_column) text_of_ = std::move(order);
}

std::size_t LabelTable::find(std::uint64_t key, std::uint64_t candidate) const noexcept {
  const auto at =
      std::lower_bound(rows_.begin(), rows_.end(), std::tuple(key, candidate),
                       [](const Row& row, auto sought) { return std::tuple(row.key, row.candidate) < sought; });
  if (at == rows_.end() || at->key != key || at->candidate != candidate) return no_row;
  return static_cast<std::size_t>(at - rows_.begin());
}

}  // namespace clicklens::cli
