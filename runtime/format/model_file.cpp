#include "format/model_file.h"

#include <algorithm>
#include <utility>

#include "base/checksum.h"
#include "base/pages.h"
#include "format/front.h"
#include "format/segment_use.h"
#include "format/text.h"
#include "format/writer.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

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

base::Result<base::AlignedBlock> ModelFile::copy_segment(std::uint32_t index) const {
  auto block = base::AlignedBlock::allocate(desc_.segments[index].size, segment_alignment(desc_.segments[index].size));
  if (!block.ok()) return block.status();
  CLENS_TRY(copy_segment(index, {block->data(), block->size()}));
  return block;
}

Status ModelFile::copy_segment(std::uint32_t index, std::span<std::byte> to) const {
  auto at = to.begin();
  return each_piece(index, [&at](std::span<const std::byte> bytes) {
    at = std::copy(bytes.begin(), bytes.end(), at);
    return Status();
  });
}

base::Result<ModelFile::FrontBytes> ModelFile::front() const {
  FrontBytes front{segments_offset_, {}};
  if (bytes_.empty())
    front.flatbuffer = pack_model(desc_);
  else
    front.flatbuffer.assign(bytes_.begin() + header_bytes,
                            bytes_.begin() + static_cast<std::ptrdiff_t>(flatbuffer_end_));
  const base::Hash128 hash = base::xxh3_128(front.flatbuffer);
  if (ModelId{hash.low, hash.high} != id_)
    return named(name_.c_str(), Status::error(Code::checksum_mismatch, "FlatBuffer: changed since it was opened"));
  return front;
}

Status ModelFile::verify_segments(Verify which) const {
  std::uint64_t end = flatbuffer_end_;
  const auto check_gap = [&](std::uint64_t next) -> Status {
    if (bytes_.empty()) return {};
    return named(name_.c_str(), check_padding(bytes_.subspan(end, next - end), end));
  };
  for (std::uint32_t i = 0; i < desc_.segments.size(); ++i) {
    CLENS_TRY(check_gap(desc_.segments[i].offset));
    CLENS_TRY(named(name_.c_str(), verify_segment(i, which)));
    end = desc_.segments[i].offset + desc_.segments[i].size;
  }
  return check_gap(file_size_);
}

Status ModelFile::verify_segment(std::uint32_t index, Verify which) const {
  const std::shared_ptr<Verified> known = verified(index);
  if (which == Verify::unverified && known != nullptr && known->holds()) return {};
  base::Xxh3Stream hash;
  CLENS_TRY(each_piece(index, [&hash](std::span<const std::byte> bytes) {
    hash.update(bytes);
    return Status();
  }));
  const bool holds = hash.digest() == desc_.segments[index].xxh3;
  if (known != nullptr) known->set(holds);
  if (holds) return {};
  return Status::error(Code::checksum_mismatch, "segments[%u] ('%s'): its checksum differs", index,
                       ShownName(segment_owner(desc_, index)).text);
}

Status ModelFile::warm() const {
  return named(name_.c_str(), base::warm_pages(segments()));
}

}  // namespace clicklens::format
