#include "data/csv_reader.h"

#include <algorithm>
#include <cstring>

#include "error.h"

namespace clicklens::cli {
namespace {

constexpr std::size_t first_buffer = std::size_t{1} << 20;
constexpr std::size_t longest_record = std::size_t{1} << 26;

// "a""b" to a"b, in place.
std::string_view unescape(std::string_view field) noexcept {
  char* const begin = const_cast<char*>(field.data());
  char* out = begin;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] == '"') ++i;
    *out++ = field[i];
  }
  return {begin, static_cast<std::size_t>(out - begin)};
}

}  // namespace

CsvReader::CsvReader(std::string path) : stream_(std::move(path)), buffer_(header_bytes + 1) {
  read_header();
}

void CsvReader::read_header() {
  fill();
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (std::string_view(buffer_.data(), end_).starts_with(byte_order_mark)) begin_ = byte_order_mark.size();
  choose_delimiter();
  if (!read_record()) throw Error(join({path(), ":1: no header line"}));
  header_.assign(fields_.begin(), fields_.end());
  for (std::size_t i = 0; i < header_.size(); ++i) {
    // the end of a line to some programs: what follows would be read as names of columns
    if (header_[i].find('\r') != std::string::npos) fail(no_column, "a carriage return within the header line");
    if (find(header_[i]) != i) fail(i, "appears twice in the header");
  }
}

void CsvReader::choose_delimiter() {
  std::string_view name = path();
  if (name.ends_with(".gz")) name.remove_suffix(3);
  const std::string_view text(buffer_.data() + begin_, end_ - begin_);
  const std::string_view first = text.substr(0, text.find('\n'));
  const bool csv = name.ends_with(".csv");
  const bool tsv = name.ends_with(".tsv") || name.ends_with(".tab");
  if (tsv || (!csv && first.find('\t') != std::string_view::npos)) {
    delimiter_ = '\t';
    quotes_ = false;
  }
}

std::size_t CsvReader::find(std::string_view column) const noexcept {
  const auto at = std::find(header_.begin(), header_.end(), column);
  return at == header_.end() ? no_column : static_cast<std::size_t>(at - header_.begin());
}

bool CsvReader::next() {
  if (!read_record()) return false;
  if (fields_.size() != header_.size()) {
    const std::size_t column = fields_.size() < header_.size() ? fields_.size() : no_column;
    fail(column, join({"row has ", std::to_string(fields_.size()), " columns, the header has ",
                       std::to_string(header_.size())}));
  }
  return true;
}

bool CsvReader::read_record() {
  line_ = next_line_;
  while (!scan(at_end_)) {
    if (!fill() && begin_ == end_) return false;
  }
  return true;
}

// One record from begin_ on. False: it does not end in the buffer (nothing is consumed).
bool CsvReader::scan(bool at_end) {
  if (begin_ == end_) return false;
  fields_.clear();
  escaped_.clear();
  newlines_ = 0;
  const char* const end = buffer_.data() + end_;
  buffer_[end_] = '\n';
  const char* p = buffer_.data() + begin_;
  for (;;) {
    if (quotes_ && *p == '"') {
      p = scan_quoted(p + 1, end, at_end);
      if (p == nullptr) return false;
    } else {
      const char* const start = p;
      while (*p != delimiter_ && *p != '\n') ++p;
      if (p == end && !at_end) return false;
      const char* const stop = *p == '\n' && p != start && p[-1] == '\r' ? p - 1 : p;
      fields_.emplace_back(start, static_cast<std::size_t>(stop - start));
    }
    if (*p == '\n') break;
    ++p;
  }
  finish_record(p == end ? end : p + 1);
  return true;
}

// The field whose opening quote precedes `begin`; where it ends, or null when that is beyond the buffer.
const char* CsvReader::scan_quoted(const char* begin, const char* end, bool at_end) {
  bool doubled = false;
  const char* p = begin;
  for (;;) {
    p = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end - p)));
    if (p == nullptr && at_end) fail(fields_.size(), "a quoted cell does not end");
    if (p == nullptr || (end - p < 3 && !at_end)) return nullptr;
    if (p[1] != '"' || p + 1 == end) break;
    doubled = true;
    p += 2;
  }
  if (doubled) escaped_.push_back(fields_.size());
  fields_.emplace_back(begin, static_cast<std::size_t>(p - begin));
  newlines_ += static_cast<std::uint64_t>(std::count(begin, p, '\n'));
  ++p;
  if (p < end && *p == '\r' && p[1] == '\n') ++p;
  if (*p != delimiter_ && *p != '\n') fail(fields_.size() - 1, "text after the closing quote");
  return p;
}

void CsvReader::finish_record(const char* next) noexcept {
  for (std::size_t i : escaped_) fields_[i] = unescape(fields_[i]);
  begin_ = static_cast<std::size_t>(next - buffer_.data());
  next_line_ += newlines_ + 1;
}

// More bytes behind those not yet consumed; false when there are none left.
bool CsvReader::fill() {
  if (at_end_) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (buffer_.size() <= header_bytes + 1 && stream_.position() > 0) buffer_.resize(first_buffer + 1);
  if (end_ + 1 == buffer_.size()) {
    if (end_ >= longest_record) fail(no_column, "record longer than 64 MiB");
    buffer_.resize(2 * end_ + 1);
  }
  try {
    const std::size_t got = stream_.read(buffer_.data() + end_, buffer_.size() - 1 - end_);
    end_ += got;
    at_end_ = got == 0;
  } catch (const Error& broken) {
    fail(no_column, broken.what());
  }
  return !at_end_;
}

void CsvReader::fail(std::size_t column, std::string_view message) const {
  const std::string where = join({path(), ":", std::to_string(line_), ": "});
  if (column >= header_.size()) throw Error(join({where, message}));
  throw Error(join({where, "column '", header_[column], "': ", message}));
}

}  // namespace clicklens::cli
