#include "format/image.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/checksum.h"
#include "format/container.h"
#include "format/writer.h"

namespace clicklens::format {

using base::Code;
using base::Status;

base::Result<base::AlignedBlock> make_image(ModelDesc desc, const base::Limits& limits, const FillSegment& fill) {
  const std::size_t size = pack_model(desc).size();
  if (size > limits.flatbuffer_bytes)
    return Status::error(Code::limit_exceeded, "FlatBuffer: %zu bytes are above the limit", size);
  auto header = place_segments(size, desc.segments);
  if (!header.ok()) return header.status();
  auto block = base::AlignedBlock::allocate(header->file_size, large_alignment);
  if (!block.ok()) return block.status();
  std::memset(block->data(), 0, block->size());
  for (std::uint32_t i = 0; i < desc.segments.size(); ++i) {
    const std::span<std::byte> bytes(block->data() + desc.segments[i].offset, desc.segments[i].size);
    fill(i, bytes);
    desc.segments[i].xxh3 = base::xxh3_64(bytes);
  }
  const std::vector<std::byte> flatbuffer = pack_model(desc);
  if (flatbuffer.size() != size)
    return Status::error(Code::internal, "FlatBuffer: %zu bytes, %zu were set aside", flatbuffer.size(), size);
  header->checksum = container_checksum(*header, flatbuffer);
  const HeaderBytes front = encode_header(*header);
  std::copy(front.begin(), front.end(), block->data());
  std::copy(flatbuffer.begin(), flatbuffer.end(), block->data() + header_bytes);
  return block;
}

}  // namespace clicklens::format
