// A data file (CSV, TSV, or a recording) as batches for a model: blocks of whole requests, with labels and keys beside
// them.
#pragma once

#include <clicklens/clicklens.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/column_data.h"
#include "data/csv_reader.h"

namespace clicklens::cli {

class LabelTable;
class ParsedDays;
struct ParsedDay;
class RecordedBlocks;
struct ReadOptions;

// The file that recordings take their labels from; read once. Any thread may ask.
class LabelFile {
 public:
  explicit LabelFile(std::string path) : path_(std::move(path)) {}
  std::shared_ptr<const LabelTable> table(const ReadOptions& options);
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  std::mutex mutex_;     // of what follows
  std::string columns_;  // that were asked for
  std::shared_ptr<const LabelTable> table_;
};

struct ReadOptions {
  std::string request_column = {};  // rows with equal values in a row are one request; empty: "request_id" if there
  bool single_rows = false;         // every row is its own request, whatever the columns
  bool keep_text = false;           // ColumnData::texts() gives ids as they were written
  bool labels = false;
  bool optional_labels = false;     // with labels: a file without a column of them is read all the same
  std::string label_column = {};    // empty: "label", else "click"
  std::string group_column = {};    // keys for GAUC; empty: none
  std::string cluster_column = {};  // keys for standard errors; empty: "user_id", else the request
  std::string control_column = {};  // ids of a probe's control task; empty: none
  std::string text_column = {};     // cells to keep as they are; empty: none
  std::string only_column = {};     // rows with another cell than only_value there are skipped; empty: none are
  std::string only_value = {};
  std::size_t block_rows = 2048;
  std::shared_ptr<LabelFile> label_file = {};  // for recordings
  std::shared_ptr<ParsedDays> days = {};       // where files of text are kept, for commands that read them many times
};

struct Block {
  std::uint64_t first_row = 0;  // of the file, from 0
  std::size_t rows = 0;
  std::vector<std::int64_t> request_offsets;
  std::vector<clens_column> columns;
  std::vector<std::uint64_t> request_keys;      // the request column's, or those recorded; empty: there are none
  bool keyed = false;                           // they are the batch's, too
  std::vector<std::uint8_t> labels;             // with ReadOptions::labels and where there is such a column
  std::vector<std::uint64_t> groups, clusters;  // with ReadOptions::labels and where there is such a column
  std::vector<std::uint64_t> controls;          // with a control column
  std::vector<std::string> texts;               // with a text column

  [[nodiscard]] clens_batch batch() const noexcept;
};

// A request longer than this many blocks is cut in two: the same scores, bounded memory.
inline constexpr std::size_t longest_request_blocks = 16;

class BlockReader {
 public:
  // Errors: a required feature, the label or a column asked for is not in the header.
  // `model`: whose features they are; without it recordings are refused.
  BlockReader(std::string path, std::span<const FeatureSpec> features, ReadOptions options,
              const clens_model* model = nullptr);
  ~BlockReader();

  // The next block, valid until the next call; null at the end.
  const Block* next();
  // The cells of feature f in the current block, null where the file has no such column, or is kept among `days`.
  [[nodiscard]] const ColumnData* data(std::size_t feature) const noexcept;
  // Entry of a feature's data that row r of the block uses.
  [[nodiscard]] std::size_t entry(std::size_t feature, std::size_t row) const noexcept;

  [[nodiscard]] std::uint64_t position() const;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Null where the file is no recording.
  [[nodiscard]] const RecordedBlocks* recording() const noexcept { return recorded_.get(); }
  // Names of the columns in use, empty where there is none.
  [[nodiscard]] std::string request_column() const { return name_of(request_); }
  [[nodiscard]] std::string cluster_column() const;
  [[nodiscard]] std::string label_column() const;

 private:
  struct Binding {
    std::size_t column;  // of the file
    std::size_t feature;
    bool per_request;
    ColumnData data;
    std::string cell;  // of the current request
  };
  void open_csv();
  void bind_features();
  std::size_t require(const std::string& column) const;
  std::size_t find_label() const;
  [[nodiscard]] std::string name_of(std::size_t column) const;
  [[nodiscard]] bool begins_request() const;
  bool next_record();
  void begin_block();
  // A file that is kept: all of it, or null where there is no room for it.
  void keep_day();
  [[nodiscard]] std::string day_key() const;
  std::shared_ptr<const ParsedDay> parse_day();
  std::shared_ptr<ParsedDay> take_day();
  [[nodiscard]] std::size_t block_bytes() const;
  const Block* next_of_day();
  void add_row(bool other_request);
  void add_cell(Binding& b);
  void add_request_cell(Binding& b, bool other_request, bool new_entry);
  void add_keys();

  std::string path_;
  std::unique_ptr<RecordedBlocks> recorded_;  // in place of all below
  std::optional<CsvReader> csv_;
  std::span<const FeatureSpec> features_;
  ReadOptions options_;
  std::vector<Binding> bindings_;
  std::vector<std::size_t> binding_of_;  // by feature
  std::size_t request_ = no_column, label_ = no_column;
  std::size_t group_ = no_column, cluster_ = no_column;
  std::size_t control_ = no_column, text_ = no_column, only_ = no_column;
  std::string request_value_;
  std::uint64_t rows_read_ = 0;
  bool pending_ = false;                  // the CSV reader's record is not yet in a block
  std::shared_ptr<const ParsedDay> day_;  // in place of the CSV reader's records
  std::size_t next_request_ = 0;          // of day_
  Block block_;
};

}  // namespace clicklens::cli
