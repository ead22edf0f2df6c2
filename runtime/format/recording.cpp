#include "format/recording.h"

#include <cstring>

#include "base/checked.h"
#include "base/checksum.h"

namespace clicklens::format {
namespace {

std::uint64_t header_checksum(const RecordHeader& header) noexcept {
  return base::xxh3_64(std::as_bytes(std::span(&header, 1)).first(offsetof(RecordHeader, checksum)));
}

void append(std::vector<std::byte>& to, const void* bytes, std::size_t size) {
  const auto* begin = static_cast<const std::byte*>(bytes);
  to.insert(to.end(), begin, begin + size);
}

}  // namespace

std::vector<std::byte> encode_recording(const RecordingInfo& info) {
  std::vector<std::byte> bytes(sizeof(RecordingHeader));
  for (const RecordedInput& input : info.inputs) {
    const auto length = static_cast<std::uint32_t>(input.name.size());
    append(bytes, &input.kind, sizeof input.kind);
    append(bytes, &length, sizeof length);
    append(bytes, input.name.data(), input.name.size());
    bytes.resize(padded(bytes.size()));
  }
  RecordingHeader header;
  header.tasks = info.tasks;
  header.model_low = info.model.low;
  header.model_high = info.model.high;
  header.arithmetic_version = info.arithmetic_version;
  header.inputs = info.inputs.size();
  header.signature_size = bytes.size() - sizeof header;
  header.sample_rate = info.sample_rate;
  std::memcpy(bytes.data(), &header, sizeof header);
  header.checksum = base::xxh3_64(bytes);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

void seal_record(std::span<std::byte> record, std::uint64_t file) noexcept {
  RecordHeader header;
  std::memcpy(&header, record.data(), sizeof header);
  header.file = file;
  header.body_checksum = base::xxh3_64(record.subspan(sizeof header));
  header.checksum = header_checksum(header);
  std::memcpy(record.data(), &header, sizeof header);
}

bool is_sound(const RecordHeader& header, std::uint64_t file) noexcept {
  if (header.magic != record_magic || header.file != file || header.checksum != header_checksum(header)) return false;
  const auto scores = base::checked_multiply<std::uint64_t>(header.score_count, sizeof(float));
  if (!scores || header.size < sizeof header) return false;
  const std::uint64_t body = header.size - sizeof header;
  if (header.flat_size > body || *scores > body) return false;
  return padded(header.flat_size) + padded(*scores) == body;
}

}  // namespace clicklens::format
