#include "format/recording_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/checked.h"
#include "base/checksum.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Result;
using base::Status;

constexpr std::uint64_t largest_signature = 16ull << 20;
constexpr std::uint64_t largest_record = 1ull << 30;
constexpr std::uint32_t last_kind = 3;  // clens_column_kind
constexpr std::size_t looked_at_once = 64ull << 10;

}  // namespace

Status RecordingReader::bad(const char* what) const noexcept {
  return Status::error(Code::bad_file, "%s: %s", base::ShownPath(file_.path()).text, what);
}

Result<std::unique_ptr<RecordingReader>> RecordingReader::open(const char* path) {
  auto file = base::File::open(path);
  if (!file.ok()) return file.status();
  std::unique_ptr<RecordingReader> reader(new RecordingReader(std::move(*file)));
  CLENS_TRY(reader->refresh_size());
  CLENS_TRY(reader->read_header());
  return reader;
}

Status RecordingReader::refresh_size() {
  const auto size = file_.size();
  if (!size.ok()) return size.status();
  size_ = *size;
  return {};
}

Status RecordingReader::reserve(std::uint64_t bytes) {
  if (bytes <= block_.size()) return {};
  auto block = base::AlignedBlock::allocate(static_cast<std::size_t>(bytes + bytes / 2));
  if (!block.ok()) return block.status();
  block_ = std::move(*block);
  return {};
}

Status RecordingReader::read_header() {
  RecordingHeader header;
  if (size_ < sizeof header) return bad("shorter than a recording's header");
  CLENS_TRY(file_.read_at(0, std::as_writable_bytes(std::span(&header, 1))));
  if (header.magic != recording_magic) return bad("not a recording: does not start with CLNSRECD");
  if (header.version != recording_version)
    return Status::error(Code::unknown_requirement, "%s: recording of version %u, this library knows %u",
                         base::ShownPath(file_.path()).text, header.version, recording_version);
  if (header.flags != 0 || header.reserved != 0)
    return Status::error(Code::unknown_requirement, "%s: recording with flags that this version does not know",
                         base::ShownPath(file_.path()).text);
  if (header.signature_size > largest_signature || header.signature_size > size_ - sizeof header ||
      header.signature_size % recording_alignment != 0)
    return bad("signature_size: reaches behind the file");
  file_checksum_ = header.checksum;
  header.checksum = 0;
  CLENS_TRY(reserve(sizeof header + header.signature_size));
  const std::span<std::byte> all(block_.data(), sizeof header + header.signature_size);
  std::memcpy(all.data(), &header, sizeof header);
  CLENS_TRY(file_.read_at(sizeof header, all.subspan(sizeof header)));
  if (base::xxh3_64(all) != file_checksum_) return bad("header: checksum mismatch");
  offset_ = all.size();
  return read_signature(header);
}

Status RecordingReader::read_signature(const RecordingHeader& header) {
  info_.model = {header.model_low, header.model_high};
  info_.tasks = header.tasks;
  info_.arithmetic_version = header.arithmetic_version;
  info_.sample_rate = header.sample_rate;
  if (header.tasks == 0) return bad("tasks: 0");
  if (!(header.sample_rate > 0 && header.sample_rate <= 1)) return bad("sample_rate: not in (0, 1]");
  std::span<const std::byte> rest(block_.data() + sizeof header, header.signature_size);
  for (std::uint64_t i = 0; i < header.inputs; ++i) {
    std::uint32_t words[2];  // kind, length
    if (rest.size() < sizeof words) return bad("signature: ends early");
    std::memcpy(words, rest.data(), sizeof words);
    const std::uint64_t bytes = padded(sizeof words + std::uint64_t{words[1]});
    if (bytes > rest.size()) return bad("signature: a name reaches behind it");
    const std::string name(reinterpret_cast<const char*>(rest.data()) + sizeof words, words[1]);
    if (words[0] > last_kind) return bad("signature: a kind that is no clens_column_kind");
    if (name.find('\0') != std::string::npos) return bad("signature: a name with a zero byte");
    info_.inputs.push_back({name, words[0]});
    rest = rest.subspan(bytes);
  }
  return rest.empty() ? Status{} : bad("signature: longer than its inputs");
}

Result<RecordingReader::Found> RecordingReader::look(std::uint64_t offset, RecordHeader& header) {
  if (!base::range_within<std::uint64_t>(offset, sizeof header, size_)) return Found::none;
  CLENS_TRY(file_.read_at(offset, std::as_writable_bytes(std::span(&header, 1))));
  if (!is_sound(header, file_checksum_) || header.size > largest_record) return Found::none;
  return header.size <= size_ - offset ? Found::record : Found::torn;
}

Result<bool> RecordingReader::next(Record& out) {
  tally_.torn_bytes = 0;
  for (;;) {
    RecordHeader header;
    if (!base::range_within<std::uint64_t>(offset_, sizeof header, size_)) CLENS_TRY(refresh_size());
    auto found = look(offset_, header);
    if (!found.ok()) return found.status();
    if (*found == Found::torn) {
      CLENS_TRY(refresh_size());
      found = look(offset_, header);
      if (!found.ok()) return found.status();
    }
    if (*found == Found::none && size_ - std::min(offset_, size_) >= sizeof header) {
      CLENS_TRY(step_over());
      continue;
    }
    if (*found != Found::record) {
      tally_.torn_bytes = size_ - std::min(offset_, size_);
      return false;
    }
    const auto taken = take(header, out);
    if (!taken.ok() || *taken) return taken;
  }
}

Result<bool> RecordingReader::take(const RecordHeader& header, Record& out) {
  const auto body_size = static_cast<std::size_t>(header.size - sizeof header);
  CLENS_TRY(reserve(body_size));
  const std::span<std::byte> body(block_.data(), body_size);
  CLENS_TRY(file_.read_at(offset_ + sizeof header, body));
  offset_ += header.size;
  last_size_ = header.size;
  ++tally_.records;
  if (base::xxh3_64(body) != header.body_checksum) {
    disown();
    return false;
  }
  out.flat = body.first(static_cast<std::size_t>(header.flat_size));
  out.scores = {reinterpret_cast<const float*>(body.data() + padded(header.flat_size)),
                static_cast<std::size_t>(header.score_count)};
  out.score_kind = header.score_kind;
  out.precision = header.precision;
  out.flags = header.flags;
  return true;
}

void RecordingReader::disown() noexcept {
  --tally_.records;
  ++tally_.corrupted;
  tally_.skipped_bytes += last_size_;
}

// From bytes that are no sound header to the next one, or to the end.
Status RecordingReader::step_over() {
  const auto at = find_header(offset_ + recording_alignment);
  if (!at.ok()) return at.status();
  ++tally_.corrupted;
  tally_.skipped_bytes += *at - offset_;
  offset_ = *at;
  return {};
}

Result<std::uint64_t> RecordingReader::find_header(std::uint64_t from) {
  std::byte window[looked_at_once];
  while (base::range_within<std::uint64_t>(from, sizeof(RecordHeader), size_)) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(sizeof window, size_ - from));
    CLENS_TRY(file_.read_at(from, std::span(window, size)));
    for (std::size_t i = 0; i + sizeof record_magic <= size; i += recording_alignment) {
      std::uint64_t magic = 0;
      std::memcpy(&magic, window + i, sizeof magic);
      if (magic != record_magic) continue;
      RecordHeader header;
      const auto found = look(from + i, header);
      if (!found.ok()) return found.status();
      if (*found != Found::none) return from + i;
    }
    from += size / recording_alignment * recording_alignment;
    if (size < sizeof window) break;
  }
  return size_;
}

}  // namespace clicklens::format
