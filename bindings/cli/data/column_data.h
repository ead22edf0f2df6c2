// One feature's cells of a block of rows, gathered in the layout that clens_column describes.
#pragma once

#include <clicklens/clicklens.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clicklens::cli {

// What the model says about a feature, as far as reading its cells goes.
struct FeatureSpec {
  std::string name, group;
  std::size_t group_index = 0;
  clens_column_kind kind = CLENS_COLUMN_KEYS;
  bool per_request = false;  // request scope
  bool required = true;
  bool weighted = false;
  std::size_t width = 1;  // floats per entry of a dense feature
};

class ColumnData {
 public:
  // keep_text: texts() gives integer ids as they were written.
  explicit ColumnData(const FeatureSpec& feature, bool keep_text = false);

  void clear();
  // Many-valued cells are separated by '|', empty pieces are skipped, an empty cell is missing. Returns
  // what is wrong with the cell, empty when nothing is.
  [[nodiscard]] std::string add(std::string_view cell);

  [[nodiscard]] std::size_t entries() const noexcept { return present_.size(); }
  [[nodiscard]] bool present(std::size_t entry) const noexcept { return present_[entry] != 0; }
  // Ids (or numbers) of an entry as text, for people.
  [[nodiscard]] std::vector<std::string> texts(std::size_t entry) const;
  // Memory in use; shrink() gives back what is held beyond it.
  [[nodiscard]] std::size_t bytes() const noexcept;
  void shrink();
  // A view of this object, valid until it changes.
  [[nodiscard]] clens_column column(std::uint32_t input);

 private:
  std::string add_dense(std::string_view cell);
  std::string add_ids(std::string_view cell);
  std::string add_id(std::string_view piece);

  clens_column_kind kind_;
  bool weighted_, keep_text_;
  std::size_t width_;
  std::vector<std::uint64_t> keys_;
  std::string bytes_;                       // of all strings, and of integers whose text is kept
  std::vector<std::uint64_t> string_ends_;  // from 0, one more than strings
  std::vector<std::uint64_t> row_ends_;     // from 0, one more than entries
  std::vector<float> floats_, weights_;
  std::vector<std::uint8_t> present_;   // one byte per entry
  std::vector<std::uint8_t> validity_;  // the same as a bitmap
};

}  // namespace clicklens::cli
