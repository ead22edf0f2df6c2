// An open model: file, encoders, checked graph. Immutable and shared by threads and sessions, but for
// the cache of packed weights, which locks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "encode/encoder.h"
#include "exec/build.h"
#include "exec/packed_weights.h"
#include "format/model_file.h"

namespace clicklens::exec {

// What one feature gives one node: a block of columns of dimension-level saliency.
struct InputBlock {
  std::uint32_t feature = 0, value = 0;
  std::size_t begin = 0;  // first column among all inputs
  std::uint32_t width = 0;
};

class Model final : public ops::ModelView {
 public:
  static base::Result<std::shared_ptr<Model>> open(const char* path, const format::OpenOptions&);
  static base::Result<std::shared_ptr<Model>> from_memory(std::span<const std::byte>, const format::OpenOptions&);
  static base::Result<std::shared_ptr<Model>> adopt(base::AlignedBlock, const format::OpenOptions&);
  // Of a file that is open already.
  static base::Result<std::shared_ptr<Model>> make(std::unique_ptr<format::ModelFile>, const base::Limits&);

  [[nodiscard]] const format::ModelFile& file() const noexcept { return *file_; }
  [[nodiscard]] const format::ModelDesc& desc() const noexcept override { return file_->desc(); }
  [[nodiscard]] const encode::Encoder* encoder(std::uint32_t index) const noexcept override;
  [[nodiscard]] const float* constant(std::uint32_t index) const noexcept override;
  [[nodiscard]] format::TableRows table(std::uint32_t index) const noexcept override { return tables_[index]; }

  [[nodiscard]] std::uint64_t feature_rows(std::uint32_t feature) const noexcept override {
    return feature_rows_[feature];
  }

  [[nodiscard]] const graph::Graph& graph() const noexcept { return built_.graph; }
  [[nodiscard]] const ops::Operator& op(std::uint32_t node) const noexcept { return *built_.operators[node]; }
  [[nodiscard]] const base::Limits& limits() const noexcept { return limits_; }

  // By feature, then by node.
  [[nodiscard]] const std::vector<InputBlock>& inputs() const noexcept { return inputs_; }
  [[nodiscard]] std::size_t input_width() const noexcept;
  // The table a block's rows come from; no_index: none.
  [[nodiscard]] std::uint32_t table_index(const InputBlock& block) const noexcept;
  [[nodiscard]] const format::TableDesc& table_of(const InputBlock& block) const noexcept {
    return desc().tables[table_index(block)];
  }
  // How the block keeps its feature's ids apart; null: it does not.
  [[nodiscard]] const ops::SequenceRules* sequence(const InputBlock& block) const noexcept;
  // Groups in order of first appearance, and each feature's.
  [[nodiscard]] const std::vector<std::string>& groups() const noexcept { return groups_; }
  [[nodiscard]] std::uint32_t group_of(std::uint32_t feature) const noexcept { return group_of_[feature]; }

  [[nodiscard]] PackedWeights& packed() const noexcept { return packed_; }

 private:
  base::Status make_encoders();
  void find_tables();
  [[nodiscard]] base::Status check_overlays() const;
  [[nodiscard]] format::TableRows rows_of(std::uint32_t segment) const;
  [[nodiscard]] encode::VocabularyParts vocabulary_parts(const format::VocabularyEncoder& encoder) const;
  void list_inputs();
  void list_groups();

  std::unique_ptr<format::ModelFile> file_;
  base::Limits limits_;
  std::vector<std::unique_ptr<encode::Encoder>> encoders_;
  std::vector<format::TableRows> tables_;
  std::vector<std::uint64_t> feature_rows_;
  Built built_;
  std::vector<InputBlock> inputs_;
  std::vector<std::string> groups_;
  std::vector<std::uint32_t> group_of_;
  mutable PackedWeights packed_;
};

}  // namespace clicklens::exec
