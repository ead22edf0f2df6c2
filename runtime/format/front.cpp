#include "format/front.h"

#include "base/checksum.h"
#include "base/memory.h"
#include "format/verify.h"
#include "format/writer.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

base::Result<ContainerHeader> read_header(const Source& source, const char* name, const base::Limits& limits) {
  const auto size = source.size();
  if (!size.ok()) return size.status();
  if (*size < header_bytes)
    return named(name, Status::error(Code::bad_file, "header: %llu bytes are too few for a model",
                                     static_cast<unsigned long long>(*size)));
  HeaderBytes bytes;
  CLENS_TRY(source.read_at(0, bytes));
  auto header = decode_header(bytes, *size, limits);
  if (!header.ok()) return named(name, header.status());
  return header;
}

base::Result<Front> interpret(const ContainerHeader& header, std::span<const std::byte> flatbuffer,
                              const base::Limits& limits) {
  if (container_checksum(header, flatbuffer) != header.checksum)
    return Status::error(Code::checksum_mismatch, "header: its checksum differs from header and FlatBuffer");
  auto desc = parse_model(flatbuffer, limits);
  if (!desc.ok()) return desc.status();
  CLENS_TRY(verify_description(*desc, limits));
  CLENS_TRY(verify_complete(*desc));
  CLENS_TRY(verify_placement(*desc, header));
  const base::Hash128 hash = base::xxh3_128(flatbuffer);
  return Front{header, std::move(*desc), ModelId{hash.low, hash.high}};
}

}  // namespace

Status named(const char* name, const Status& status) noexcept {
  if (status.ok()) return status;
  return Status::error(status.code(), "%s: %s", base::ShownPath(name).text, status.message());
}

base::Result<Front> read_front(const Source& source, const char* name, const base::Limits& limits) {
  const auto header = read_header(source, name, limits);
  if (!header.ok()) return header.status();
  auto block = base::AlignedBlock::allocate(header->flatbuffer_size);
  if (!block.ok()) return named(name, block.status());
  CLENS_TRY(source.read_at(header_bytes, {block->data(), block->size()}));
  auto front = interpret(*header, {block->data(), block->size()}, limits);
  if (!front.ok()) return named(name, front.status());
  return front;
}

}  // namespace clicklens::format
