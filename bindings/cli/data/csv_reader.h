// Records of a CSV or TSV file (plain or gzip), one at a time, in bounded memory. CSV has the quotes of
// RFC 4180, TSV none. The delimiter comes from the file's extension, else from its header line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/gzip_stream.h"

namespace clicklens::cli {

inline constexpr std::size_t no_column = static_cast<std::size_t>(-1);

class CsvReader {
 public:
  // Reads the header. Files without one, and headers naming a column twice, are Errors.
  explicit CsvReader(std::string path);

  // The next record's fields, one per header column, valid until the next call. False at the end.
  bool next();
  [[nodiscard]] std::span<const std::string_view> fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<std::string>& header() const noexcept { return header_; }
  [[nodiscard]] std::size_t find(std::string_view column) const noexcept;  // no_column when absent
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }      // where the record begins, from 1
  [[nodiscard]] std::uint64_t position() const noexcept { return stream_.position(); }
  [[nodiscard]] const std::string& path() const noexcept { return stream_.path(); }

  // "file:line: column 'name': message"
  [[noreturn]] void fail(std::size_t column, std::string_view message) const;

 private:
  void read_header();
  void choose_delimiter();
  bool read_record();
  bool scan(bool at_end);
  const char* scan_quoted(const char* begin, const char* end, bool at_end);
  void finish_record(const char* next) noexcept;
  bool fill();
  static constexpr std::size_t header_bytes = std::size_t{1} << 16;  // read at first: some want no more than the header

  GzipStream stream_;
  std::vector<char> buffer_;  // one byte longer than what may be filled: room for a sentinel
  std::size_t begin_ = 0, end_ = 0;
  bool at_end_ = false;
  char delimiter_ = ',';
  bool quotes_ = true;
  std::uint64_t line_ = 1, next_line_ = 1;
  std::uint64_t newlines_ = 0;        // inside quotes, in the record being scanned
  std::vector<std::size_t> escaped_;  // fields of the record that hold doubled quotes
  std::vector<std::string_view> fields_;
  std::vector<std::string> header_;
};

}  // namespace clicklens::cli
