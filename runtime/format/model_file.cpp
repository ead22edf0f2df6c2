#include "format/model_file.h"

#include <algorithm>
#include <utility>

#include "base/checksum.h"
#include "base/pages.h"
#include "format/front.h"
#include "format/text.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

std::string_view segment_owner(const ModelDesc& desc, std::size_t index) noexcept {
  for (const TableDesc& table : desc.tables)
    if (table.segment == index) return table.name;
  for (const ConstantDesc& constant : desc.constants)
    if (constant.segment == index) return constant.name;
  for (const EncoderDesc& encoder : desc.encoders)
    if (const auto* vocabulary = std::get_if<VocabularyEncoder>(&encoder.encoder);
        vocabulary != nullptr && (vocabulary->slot_segment == index || vocabulary->text_segment == index))
      return encoder.name;
  return "";
}

Status check_padding(std::span<const std::byte> padding, std::uint64_t offset) noexcept {
  if (std::ranges::all_of(padding, [](std::byte byte) { return byte == std::byte{0}; })) return {};
  return Status::error(Code::checksum_mismatch, "padding at offset %llu is not zero",
                       static_cast<unsigned long long>(offset));
}

}  // namespace

std::span<const std::byte> ModelFile::segment(std::uint32_t index) const noexcept {
  if (index >= desc_.segments.size()) return {};
  return bytes_.subspan(desc_.segments[index].offset, desc_.segments[index].size);
}

Status ModelFile::verify_segments() const {
  std::uint64_t end = flatbuffer_end_;
  const auto check_gap = [&](std::uint64_t next) -> Status {
    if (bytes_.empty()) return {};
    return named(name_.c_str(), check_padding(bytes_.subspan(end, next - end), end));
  };
  for (std::uint32_t i = 0; i < desc_.segments.size(); ++i) {
    const SegmentDesc& segment = desc_.segments[i];
    CLENS_TRY(check_gap(segment.offset));
    if (base::xxh3_64(this->segment(i)) != segment.xxh3)
      return named(name_.c_str(), Status::error(Code::checksum_mismatch, "segments[%u] ('%s'): its checksum differs", i,
                                                ShownName(segment_owner(desc_, i)).text));
    end = segment.offset + segment.size;
  }
  return check_gap(file_size_);
}

Status ModelFile::warm() const {
  return bytes_.empty() ? Status() : named(name_.c_str(), base::warm_pages(segments()));
}

}  // namespace clicklens::format
