#include "data/recorded_blocks.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "data/cell.h"
#include "error.h"

namespace clicklens::cli {
namespace {

constexpr std::uint32_t nobody = static_cast<std::uint32_t>(-1);

std::string last_message() {
  char message[1024];
  clens_last_error(message, sizeof message);
  return message;
}

}  // namespace

bool is_recording(const std::string& path) {
  constexpr char magic[] = {'C', 'L', 'N', 'S', 'R', 'E', 'C', 'D'};
  char begin[sizeof magic] = {};
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;  // whoever reads it says so
  const bool whole = std::fread(begin, 1, sizeof begin, file) == sizeof begin;
  std::fclose(file);
  return whole && std::memcmp(begin, magic, sizeof magic) == 0;
}

RecordedBlocks::RecordedBlocks(std::string path, const clens_model* model, std::span<const FeatureSpec> features,
                               const ReadOptions& options)
    : path_(std::move(path)), features_(features), options_(options), joiner_(features) {
  if (model == nullptr) fail("a recording, which this command does not read");
  if (!options_.only_column.empty()) fail("a recording, which has no column '" + options_.only_column + "'");
  if (options_.label_file) {
    labels_ = options_.label_file->table(options_);
  } else if (options_.labels && !options_.optional_labels) {
    fail("a recording has no labels of its own; --labels joins those that came later");
  }
  clens_recording* recording = nullptr;
  if (clens_recording_open(path_.c_str(), &recording) != CLENS_OK) throw Error(last_message());
  recording_.reset(recording);
  clens_inputs* inputs = nullptr;
  if (clens_recording_inputs(recording, &inputs) != CLENS_OK) fail(last_message());
  inputs_.reset(inputs);
  clens_session* session = nullptr;
  if (clens_session_create(model, inputs, nullptr, &session) != CLENS_OK) fail(last_message());
  session_.reset(session);
  bind();
}

RecordedBlocks::~RecordedBlocks() = default;

void RecordedBlocks::fail(const std::string& what) const {
  throw Error(join({path_, ": ", what}));
}

void RecordedBlocks::bind() {
  const std::size_t count = info().inputs;
  columns_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    clens_input_spec input = CLENS_INPUT_SPEC_INIT;
    clens_recording_input(recording_.get(), i, &input);
    const auto at =
        std::find_if(features_.begin(), features_.end(), [&](const auto& f) { return f.name == input.name; });
    feature_of_.push_back(at == features_.end() ? nobody : static_cast<std::uint32_t>(at - features_.begin()));
    if (at != features_.end() && at->kind != static_cast<clens_column_kind>(input.kind))
      fail(join({"feature '", at->name, "' was sent in another kind than in the other files"}));
  }
}

clens_recording_info RecordedBlocks::info() const {
  clens_recording_info info = CLENS_RECORDING_INFO_INIT;
  clens_recording_describe(recording_.get(), &info);
  return info;
}

std::string RecordedBlocks::cluster_column() const {
  if (!options_.labels) return {};
  return labels_ && !labels_->cluster_column().empty() ? labels_->cluster_column() : "request_key";
}

std::string RecordedBlocks::label_column() const {
  return labels_ ? labels_->label_column() : std::string();
}

const Block* RecordedBlocks::next() {
  return options_.block_rows > ReadOptions().block_rows ? next_joined() : next_of_record();
}

const Block* RecordedBlocks::next_joined() {
  joiner_.clear();
  const std::uint64_t first = rows_;
  while (joiner_.rows() < options_.block_rows) {
    const Block* part = next_of_record();
    if (part == nullptr) break;
    const std::string wrong = joiner_.add(*part);
    if (!wrong.empty()) fail(wrong);
  }
  if (joiner_.rows() == 0) return nullptr;
  block_ = joiner_.block();
  block_.first_row = first;
  return &block_;
}

const Block* RecordedBlocks::next_of_record() {
  while (!take_requests())
    if (!next_record()) return nullptr;
  return &block_;
}

bool RecordedBlocks::next_record() {
  record_ = CLENS_RECORD_INIT;
  const clens_status status = clens_recording_next(recording_.get(), &record_);
  if (status == CLENS_E_NOT_FOUND) {
    offsets_.clear();
    if (!told_) tell();
    return false;
  }
  if (status != CLENS_OK) fail(last_message());
  view_ = CLENS_BATCH_INIT;
  if (clens_flat_read(session_.get(), record_.flat, record_.flat_size, &view_, columns_.data(), columns_.size()) !=
      CLENS_OK)
    fail(last_message());
  // Offsets are used here before a run checks them.
  const auto candidates = static_cast<std::int64_t>(view_.candidates);
  offsets_.clear();
  if (view_.requests > 0)
    offsets_.assign(view_.request_offsets, view_.request_offsets + view_.requests + 1);
  else
    for (std::int64_t c = 0; c <= candidates; ++c) offsets_.push_back(c);
  if (offsets_.front() != 0 || offsets_.back() != candidates || !std::is_sorted(offsets_.begin(), offsets_.end()))
    fail("a record whose request_offsets are not in order");
  if (labels_ && view_.request_keys == nullptr) fail("a record without request keys: no labels can be joined");
  request_ = 0;
  join_labels();
  return true;
}

// What was left out, for people; figures that others read are in replay's report.
void RecordedBlocks::tell() {
  told_ = true;
  const clens_recording_info seen = info();
  if (seen.corrupted > 0)
    std::fprintf(stderr, "%s: left out %llu bytes of damaged records\n", path_.c_str(),
                 static_cast<unsigned long long>(seen.skipped_bytes));
  if (seen.torn_bytes > 0)
    std::fprintf(stderr, "%s: ends in an unfinished record of %llu bytes\n", path_.c_str(),
                 static_cast<unsigned long long>(seen.torn_bytes));
  if (unlabelled_ > 0)
    std::fprintf(stderr, "%s: left out %llu rows of requests without all their labels\n", path_.c_str(),
                 static_cast<unsigned long long>(unlabelled_));
}

void RecordedBlocks::join_labels() {
  label_rows_.assign(static_cast<std::size_t>(view_.candidates), LabelTable::no_row);
  if (!labels_) return;
  for (std::size_t r = 0; r + 1 < offsets_.size(); ++r)
    for (std::int64_t c = offsets_[r]; c < offsets_[r + 1]; ++c)
      label_rows_[static_cast<std::size_t>(c)] =
          labels_->find(view_.request_keys[r], static_cast<std::uint64_t>(c - offsets_[r]));
}

// The next stretch of requests that have candidates, all of them labelled where there are labels.
bool RecordedBlocks::take_requests() {
  const std::size_t requests = offsets_.empty() ? 0 : offsets_.size() - 1;
  const auto is_whole = [&](std::size_t r) {
    const auto begin = label_rows_.begin() + offsets_[r], end = label_rows_.begin() + offsets_[r + 1];
    return begin != end && (!labels_ || std::find(begin, end, LabelTable::no_row) == end);
  };
  for (; request_ < requests && !is_whole(request_); ++request_)
    unlabelled_ += static_cast<std::uint64_t>(offsets_[request_ + 1] - offsets_[request_]);
  if (request_ >= requests) return false;
  std::size_t end = request_ + 1;
  while (end < requests && is_whole(end)) ++end;
  fill(request_, end);
  request_ = end;
  return true;
}

void RecordedBlocks::fill(std::size_t begin, std::size_t end) {
  const auto first = static_cast<std::size_t>(offsets_[begin]), last = static_cast<std::size_t>(offsets_[end]);
  block_ = Block();
  block_.first_row = rows_;
  block_.rows = last - first;
  rows_ += block_.rows;
  for (std::size_t r = begin; r <= end; ++r) block_.request_offsets.push_back(offsets_[r] - offsets_[begin]);
  block_.keyed = view_.request_keys != nullptr;
  if (block_.keyed) block_.request_keys.assign(view_.request_keys + begin, view_.request_keys + end);
  for (std::size_t i = 0; i < view_.column_count; ++i) {
    clens_column column = columns_[i];
    const std::uint32_t feature = column.input < feature_of_.size() ? feature_of_[column.input] : nobody;
    if (feature == nobody) continue;
    column.input = feature;
    column.first += features_[feature].per_request ? begin : first;
    block_.columns.push_back(column);
  }
  if (!options_.labels) return;
  for (std::size_t r = begin; r < end; ++r)
    for (auto c = static_cast<std::size_t>(offsets_[r]); c < static_cast<std::size_t>(offsets_[r + 1]); ++c) {
      if (!labels_) {
        if (block_.keyed) block_.clusters.push_back(view_.request_keys[r]);
        continue;
      }
      const LabelTable::Row& row = labels_->row(label_rows_[c]);
      if (labels_->has_labels()) block_.labels.push_back(row.label);
      block_.clusters.push_back(row.cluster);
      if (!options_.group_column.empty()) block_.groups.push_back(row.group);
      if (!options_.control_column.empty()) block_.controls.push_back(row.control);
      if (!options_.text_column.empty()) block_.texts.push_back(labels_->text(label_rows_[c]));
    }
}

}  // namespace clicklens::cli
