#include "format/front.h"

#include "base/checksum.h"
#include "base/memory.h"
#include "format/verify.h"
#include "format/writer.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

base::Result<ContainerHeader> read_header(const Source& source, const base::Limits& limits, ContainerKind kind) {
  const auto size = source.size();
  if (!size.ok()) return size.status();
  if (*size < header_bytes)
    return Status::error(Code::bad_file, "header: %llu bytes are too few for a %s",
                         static_cast<unsigned long long>(*size), name_of(kind));
  HeaderBytes bytes;
  CLENS_TRY(source.read_at(0, bytes));
  return decode_header(bytes, *size, limits, kind);
}

}  // namespace

Status named(const char* name, const Status& status) noexcept {
  if (status.ok()) return status;
  return Status::error(status.code(), "%s: %s", base::ShownPath(name).text, status.message());
}

base::Result<RawFront> read_container(const Source& source, const char* name, const base::Limits& limits,
                                      ContainerKind kind) {
  const auto header = read_header(source, limits, kind);
  if (!header.ok()) return named(name, header.status());
  auto block = base::AlignedBlock::allocate(header->flatbuffer_size);
  if (!block.ok()) return named(name, block.status());
  const std::span<std::byte> flatbuffer(block->data(), block->size());
  CLENS_TRY(source.read_at(header_bytes, flatbuffer));
  if (container_checksum(*header, flatbuffer) != header->checksum)
    return named(name,
                 Status::error(Code::checksum_mismatch, "header: its checksum differs from header and FlatBuffer"));
  return RawFront{*header, std::move(*block)};
}

base::Result<Front> interpret_model(const ContainerHeader& header, std::span<const std::byte> flatbuffer,
                                    const base::Limits& limits) {
  auto desc = parse_model(flatbuffer, limits);
  if (!desc.ok()) return desc.status();
  CLENS_TRY(verify_description(*desc, limits));
  CLENS_TRY(verify_complete(*desc));
  CLENS_TRY(verify_placement(desc->segments, header));
  const base::Hash128 hash = base::xxh3_128(flatbuffer);
  return Front{header, std::move(*desc), ModelId{hash.low, hash.high}};
}

base::Result<Front> read_front(const Source& source, const char* name, const base::Limits& limits) {
  const auto raw = read_container(source, name, limits, ContainerKind::model);
  if (!raw.ok()) return raw.status();
  auto front = interpret_model(raw->header, {raw->flatbuffer.data(), raw->flatbuffer.size()}, limits);
  if (!front.ok()) return named(name, front.status());
  return front;
}

}  // namespace clicklens::format
