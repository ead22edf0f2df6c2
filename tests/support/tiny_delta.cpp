#include "support/tiny_delta.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "base/checksum.h"
#include "format/delta_make.h"
#include "format/writer.h"
#include "support/files.h"

namespace clicklens::testing {
namespace {

std::unique_ptr<format::ModelFile> opened(const std::vector<std::byte>& bytes) {
  format::OpenOptions options;
  options.access = format::OpenOptions::Access::copy;
  auto file = format::ModelFile::from_memory(bytes, options);
  if (!file.ok()) throw std::runtime_error(file.status().message());
  return std::move(*file);
}

}  // namespace

TinyModel tiny_next() {
  TinyModel model = tiny_model();
  const format::TableDesc users = model.desc.tables[0];
  for (const std::uint64_t row : {3u, 4u, 77u})
    model.segments[users.segment][row * users.row_stride + 1] ^= std::byte{0x10};
  format::TableDesc& ads = model.desc.tables[1];
  std::vector<std::byte>& rows = model.segments[ads.segment];
  const std::vector<std::byte> first(rows.begin(), rows.begin() + ads.row_stride);
  rows.insert(rows.end(), first.begin(), first.end());
  model.desc.segments[ads.segment].size = rows.size();
  ++ads.rows;
  model.segments[model.desc.constants[1].segment][1] ^= std::byte{0x10};
  return model;
}

LooseDelta LooseDelta::of(std::span<const std::byte> file) {
  const auto delta = format::Delta::from_memory(file, {});
  if (!delta.ok()) throw std::runtime_error(delta.status().message());
  LooseDelta loose;
  loose.desc = (*delta)->desc();
  for (const format::SegmentDesc& stretch : loose.desc.stretches) {
    const auto bytes = file.subspan(stretch.offset, stretch.size);
    loose.stretches.emplace_back(bytes.begin(), bytes.end());
  }
  return loose;
}

std::vector<std::byte> LooseDelta::sealed() const {
  format::DeltaDesc whole = desc;
  whole.stretches.resize(stretches.size());
  for (std::size_t i = 0; i < stretches.size(); ++i)
    whole.stretches[i] = {0, stretches[i].size(), base::xxh3_64(stretches[i])};
  auto header = format::place_segments(format::pack_delta(whole).size(), whole.stretches);
  if (!header.ok()) throw std::runtime_error(header.status().message());
  header->kind = format::ContainerKind::delta;
  const std::vector<std::byte> flatbuffer = format::pack_delta(whole);
  header->checksum = format::container_checksum(*header, flatbuffer);
  const format::HeaderBytes front = format::encode_header(*header);
  std::vector<std::byte> file(header->file_size);
  std::copy(front.begin(), front.end(), file.begin());
  std::copy(flatbuffer.begin(), flatbuffer.end(), file.begin() + format::header_bytes);
  for (std::size_t i = 0; i < stretches.size(); ++i)
    std::copy(stretches[i].begin(), stretches[i].end(),
              file.begin() + static_cast<std::ptrdiff_t>(whole.stretches[i].offset));
  return file;
}

bool LooseDelta::describe(format::ModelDesc result) {
  const auto header = format::place_segments(format::pack_model(result).size(), result.segments);
  if (!header.ok() || desc.result_bytes >= stretches.size()) return false;
  std::vector<std::byte> flatbuffer = format::pack_model(result);
  const base::Hash128 hash = base::xxh3_128(flatbuffer);
  desc.result = {hash.low, hash.high};
  desc.result_segments_offset = header->segments_offset;
  stretches[desc.result_bytes] = std::move(flatbuffer);
  return true;
}

std::vector<std::byte> tiny_delta() {
  const TemporaryPath path("tiny.clensd");
  const base::Status made =
      format::make_delta(*opened(model_bytes(tiny_model())), *opened(model_bytes(tiny_next())), path.c_str(), 1.0);
  if (!made.ok()) throw std::runtime_error(made.message());
  return read_bytes(path.str());
}

}  // namespace clicklens::testing
