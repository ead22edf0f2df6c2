// A recording as blocks for a model: what was sent, bound by name, joined with labels that came later. Requests of
// which some candidate has no label are left out and counted.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/block_joiner.h"
#include "data/block_reader.h"
#include "data/label_table.h"

namespace clicklens::cli {

// Whether the file begins as recordings do.
bool is_recording(const std::string& path);

struct ReleaseRecording {
  void operator()(clens_recording* handle) const noexcept { clens_recording_release(handle); }
  void operator()(clens_inputs* handle) const noexcept { clens_inputs_release(handle); }
  void operator()(clens_session* handle) const noexcept { clens_session_release(handle); }
};

class RecordedBlocks {
 public:
  // `model`: the one the features are of.
  RecordedBlocks(std::string path, const clens_model* model, std::span<const FeatureSpec> features,
                 const ReadOptions& options);
  ~RecordedBlocks();

  // Of one record; of more where the options ask for larger blocks than usual.
  const Block* next();
  [[nodiscard]] clens_recording_info info() const;
  [[nodiscard]] std::uint64_t unlabelled() const noexcept { return unlabelled_; }  // candidates left out
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string cluster_column() const;
  [[nodiscard]] std::string label_column() const;

 private:
  void bind();
  const Block* next_of_record();
  const Block* next_joined();
  bool next_record();
  void join_labels();
  bool take_requests();
  void tell();
  void fill(std::size_t begin, std::size_t end);
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  std::span<const FeatureSpec> features_;
  ReadOptions options_;
  std::shared_ptr<const LabelTable> labels_;
  std::unique_ptr<clens_recording, ReleaseRecording> recording_;
  std::unique_ptr<clens_inputs, ReleaseRecording> inputs_;
  std::unique_ptr<clens_session, ReleaseRecording> session_;
  std::vector<std::uint32_t> feature_of_;  // by input
  clens_record record_ = CLENS_RECORD_INIT;
  clens_batch view_ = CLENS_BATCH_INIT;  // of the record
  std::vector<clens_column> columns_;
  std::vector<std::int64_t> offsets_;    // of its requests
  std::vector<std::size_t> label_rows_;  // by candidate of it
  std::size_t request_ = 0;              // of it, the first not yet in a block
  std::uint64_t rows_ = 0, unlabelled_ = 0;
  bool told_ = false;
  Block block_;
  BlockJoiner joiner_;
};

}  // namespace clicklens::cli
