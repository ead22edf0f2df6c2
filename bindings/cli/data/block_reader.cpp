#include "data/block_reader.h"

#include <algorithm>

#include "data/cell.h"
#include "data/parsed_days.h"
#include "data/recorded_blocks.h"
#include "error.h"

namespace clicklens::cli {
namespace {}  // namespace

std::shared_ptr<const LabelTable> LabelFile::table(const ReadOptions& options) {
  const std::string columns = join({options.labels ? "1" : "0", options.optional_labels ? "1" : "0", "\n",
                                    options.label_column, "\n", options.group_column, "\n", options.cluster_column,
                                    "\n", options.control_column, "\n", options.text_column});
  const std::lock_guard lock(mutex_);
  if (!table_ || columns != columns_) table_ = std::make_shared<LabelTable>(path_, options);
  columns_ = columns;
  return table_;
}

clens_batch Block::batch() const noexcept {
  clens_batch batch = CLENS_BATCH_INIT;
  batch.candidates = rows;
  batch.requests = request_offsets.size() - 1;
  batch.request_offsets = request_offsets.data();
  batch.columns = columns.data();
  batch.column_count = columns.size();
  if (keyed) batch.request_keys = request_keys.data();
  return batch;
}

BlockReader::BlockReader(std::string path, std::span<const FeatureSpec> features, ReadOptions options,
                         const clens_model* model)
    : path_(std::move(path)), features_(features), options_(std::move(options)) {
  if (is_recording(path_))
    recorded_ = std::make_unique<RecordedBlocks>(path_, model, features_, options_);
  else
    open_csv();
  if (csv_ && options_.days && !options_.keep_text) keep_day();
}

BlockReader::~BlockReader() = default;

void BlockReader::open_csv() {
  csv_.emplace(path_);
  bind_features();
  if (!options_.single_rows)
    request_ = options_.request_column.empty() ? csv_->find("request_id") : require(options_.request_column);
  if (!options_.control_column.empty()) control_ = require(options_.control_column);
  if (!options_.text_column.empty()) text_ = require(options_.text_column);
  if (!options_.only_column.empty()) only_ = require(options_.only_column);
  if (!options_.labels) return;
  label_ = options_.label_column.empty() ? find_label() : require(options_.label_column);
  if (!options_.group_column.empty()) group_ = require(options_.group_column);
  cluster_ = options_.cluster_column.empty() ? csv_->find("user_id") : require(options_.cluster_column);
  if (cluster_ == no_column) cluster_ = request_;
}

void BlockReader::bind_features() {
  binding_of_.assign(features_.size(), no_column);
  bindings_.reserve(features_.size());
  for (std::size_t f = 0; f < features_.size(); ++f) {
    const std::size_t column = csv_->find(features_[f].name);
    if (column == no_column && features_[f].required)
      csv_->fail(no_column, join({"no column '", features_[f].name, "', which the model requires"}));
    if (column == no_column) continue;
    if (features_[f].kind == CLENS_COLUMN_ROWS)
      csv_->fail(column, "table rows, as the recordings beside it hold, cannot be read from text");
    binding_of_[f] = bindings_.size();
    bindings_.push_back(Binding{column, f, features_[f].per_request, ColumnData(features_[f], options_.keep_text), {}});
  }
}

std::size_t BlockReader::require(const std::string& column) const {
  const std::size_t at = csv_->find(column);
  if (at == no_column) csv_->fail(no_column, join({"no column '", column, "'"}));
  return at;
}

std::size_t BlockReader::find_label() const {
  const std::size_t label = csv_->find("label");
  const std::size_t column = label != no_column ? label : csv_->find("click");
  if (column == no_column && !options_.optional_labels)
    csv_->fail(no_column, "no column 'label' or 'click'; --label names another");
  return column;
}

std::uint64_t BlockReader::position() const {
  return recorded_ ? recorded_->info().position : csv_->position();
}

std::string BlockReader::cluster_column() const {
  return recorded_ ? recorded_->cluster_column() : name_of(cluster_);
}

std::string BlockReader::label_column() const {
  return recorded_ ? recorded_->label_column() : name_of(label_);
}

std::string BlockReader::name_of(std::size_t column) const {
  return column == no_column ? std::string() : csv_->header()[column];
}

const ColumnData* BlockReader::data(std::size_t feature) const noexcept {
  if (recorded_ || day_) return nullptr;
  const std::size_t b = binding_of_[feature];
  return b == no_column ? nullptr : &bindings_[b].data;
}

std::size_t BlockReader::entry(std::size_t feature, std::size_t row) const noexcept {
  if (!features_[feature].per_request) return row;
  const auto& offsets = block_.request_offsets;
  const auto after = std::upper_bound(offsets.begin(), offsets.end(), static_cast<std::int64_t>(row));
  return static_cast<std::size_t>(after - offsets.begin()) - 1;
}

const Block* BlockReader::next() {
  if (recorded_) return recorded_->next();
  if (day_) return next_of_day();
  begin_block();
  for (;;) {
    if (!pending_ && !next_record()) break;
    const bool other = begins_request();
    pending_ =
        block_.rows >= options_.block_rows && (other || block_.rows >= longest_request_blocks * options_.block_rows);
    if (pending_) break;
    add_row(other);
  }
  if (block_.rows == 0) return nullptr;
  block_.request_offsets.push_back(static_cast<std::int64_t>(block_.rows));
  block_.columns.clear();
  for (Binding& b : bindings_) block_.columns.push_back(b.data.column(static_cast<std::uint32_t>(b.feature)));
  return &block_;
}

// The next that is not to be skipped.
bool BlockReader::next_record() {
  while (csv_->next())
    if (only_ == no_column || csv_->fields()[only_] == options_.only_value) return true;
  return false;
}

void BlockReader::begin_block() {
  block_.first_row = rows_read_;
  block_.rows = 0;
  block_.request_offsets.clear();
  block_.request_keys.clear();
  block_.labels.clear();
  block_.groups.clear();
  block_.clusters.clear();
  block_.controls.clear();
  block_.texts.clear();
  for (Binding& b : bindings_) b.data.clear();
}

bool BlockReader::begins_request() const {
  return request_ == no_column || rows_read_ == 0 || csv_->fields()[request_] != request_value_;
}

void BlockReader::add_row(bool other_request) {
  // After a forced cut the rest of a request is entered as one of its own.
  const bool new_entry = other_request || block_.rows == 0;
  if (new_entry) block_.request_offsets.push_back(static_cast<std::int64_t>(block_.rows));
  if (new_entry && request_ != no_column) block_.request_keys.push_back(group_key(csv_->fields()[request_]));
  if (other_request && request_ != no_column) request_value_ = csv_->fields()[request_];
  for (Binding& b : bindings_) {
    if (!b.per_request)
      add_cell(b);
    else
      add_request_cell(b, other_request, new_entry);
  }
  add_keys();
  ++block_.rows;
  ++rows_read_;
}

void BlockReader::add_cell(Binding& b) {
  const std::string wrong = b.data.add(csv_->fields()[b.column]);
  if (!wrong.empty()) csv_->fail(b.column, wrong);
}

void BlockReader::add_request_cell(Binding& b, bool other_request, bool new_entry) {
  const std::string_view cell = csv_->fields()[b.column];
  if (!other_request && cell != b.cell)
    csv_->fail(b.column, join({"differs within request '", request_value_, "', of which it is a feature"}));
  if (other_request && request_ != no_column) b.cell = cell;
  if (new_entry) add_cell(b);
}

void BlockReader::add_keys() {
  const auto fields = csv_->fields();
  if (label_ != no_column) {
    const std::string_view label = fields[label_];
    if (label != "0" && label != "1") csv_->fail(label_, join({"label '", label, "' is neither 0 nor 1"}));
    block_.labels.push_back(label == "1" ? 1 : 0);
  }
  if (control_ != no_column) block_.controls.push_back(group_key(fields[control_]));
  if (text_ != no_column) block_.texts.emplace_back(fields[text_]);
  if (group_ != no_column) block_.groups.push_back(group_key(fields[group_]));
  if (cluster_ != no_column) block_.clusters.push_back(group_key(fields[cluster_]));
}

}  // namespace clicklens::cli
