// What became known of recorded candidates after they were scored: a CSV file with columns request_key and candidate
// (its position in the request), the label, and whatever else a command asks for by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace clicklens::cli {

struct ReadOptions;

class LabelTable {
 public:
  struct Row {
    std::uint64_t key = 0, candidate = 0;
    std::uint64_t group = 0, cluster = 0, control = 0;
    std::uint8_t label = 0;
  };

  // Reads all of it. Error: a column asked for is not there, a candidate comes twice.
  LabelTable(const std::string& path, const ReadOptions& options);

  // Index of a candidate's row; no_row where there is none.
  static constexpr std::size_t no_row = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t find(std::uint64_t key, std::uint64_t candidate) const noexcept;
  [[nodiscard]] const Row& row(std::size_t index) const noexcept { return rows_[index]; }
  [[nodiscard]] const std::string& text(std::size_t index) const noexcept { return texts_[text_of_[index]]; }

  [[nodiscard]] bool has_labels() const noexcept { return !label_.empty(); }
  [[nodiscard]] const std::string& label_column() const noexcept { return label_; }
  // Empty: standard errors go by the request.
  [[nodiscard]] const std::string& cluster_column() const noexcept { return cluster_; }

 private:
  std::vector<Row> rows_;             // ascending by key and candidate
  std::vector<std::string> texts_;    // of the text column
  std::vector<std::size_t> text_of_;  // by row
  std::string label_, cluster_;
};

}  // namespace clicklens::cli
