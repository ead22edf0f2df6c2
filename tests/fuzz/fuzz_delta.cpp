// Any bytes as a delta of the tiny model: as they are, with a sound header before them, or as changes to a sound delta
// whose checksums are made right again, of the tiny model or of what came of a first delta. A status or a model, never
// a crash; a model scores.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "format/delta_make.h"
#include "support/exercise.h"
#include "support/files.h"
#include "support/tiny_delta.h"

namespace {

using namespace clicklens;
using testing::LooseDelta;

std::unique_ptr<format::ModelFile> opened(const std::vector<std::byte>& bytes) {
  format::OpenOptions options;
  options.access = format::OpenOptions::Access::copy;
  auto file = format::ModelFile::from_memory(bytes, options);
  if (!file.ok()) std::abort();
  return std::move(*file);
}

struct Target {
  std::vector<std::byte> delta;
  std::unique_ptr<format::ModelFile> base;
};

struct Host {
  Target first{testing::tiny_delta(), opened(testing::model_bytes(testing::tiny_model()))}, second;
  Host() {
    const auto delta = format::Delta::from_memory(first.delta, {});
    auto applied = (*delta)->apply(*first.base, 0);
    if (!applied.ok()) std::abort();
    second.base = std::move(*applied);
    testing::TinyModel last = testing::tiny_next();
    last.segments[last.desc.tables[0].segment][5] ^= std::byte{1};
    const testing::TemporaryPath path("second.clensd");
    if (!format::make_delta(*second.base, *opened(testing::model_bytes(last)), path.c_str(), 1.0).ok()) std::abort();
    second.delta = testing::read_bytes(path.str());
  }
};

// Every row of every table, and what becomes of some keys.
void read_all(const exec::Model& model) {
  unsigned sum = 0;
  for (std::uint32_t t = 0; t < model.desc().tables.size(); ++t) {
    const format::TableDesc& table = model.desc().tables[t];
    for (std::uint64_t row = 0; row < table.rows; ++row)
      for (std::uint32_t i = 0; i < table.row_stride; ++i)
        sum += std::to_integer<unsigned>(model.table(t).row(row, table.row_stride)[i]);
  }
  for (std::uint32_t e = 0; e < model.desc().encoders.size(); ++e) {
    const std::uint64_t keys[] = {0, 1, 77, ~std::uint64_t{0}};
    std::uint32_t rows[4];
    model.encoder(e)->encode(keys, rows);
    sum += rows[0];
  }
  asm volatile("" : : "r"(sum));  // or nothing would be read
}

void try_all(const Target& target, std::span<const std::byte> bytes) {
  const auto delta = format::Delta::from_memory(bytes, testing::small_limits());
  if (!delta.ok()) {
    if (delta.status().message()[0] == '\0') std::abort();
    return;
  }
  for (const std::uint64_t copied_below : {std::uint64_t{0}, format::least_overlaid_bytes}) {
    auto file = (*delta)->apply(*target.base, copied_below);
    if (!file.ok()) continue;
    static_cast<void>((*file)->verify_segments());
    auto model = exec::Model::make(std::move(*file), testing::small_limits());
    if (!model.ok()) continue;
    read_all(**model);
    static_cast<void>(testing::exercise(*model));
  }
}

// The sealed file that these bytes would be behind a header.
std::vector<std::byte> with_header(std::span<const std::byte> bytes) {
  format::ContainerHeader header;
  header.kind = format::ContainerKind::delta;
  std::uint32_t size = 0;
  std::memcpy(&size, bytes.data(), std::min(sizeof size, bytes.size()));
  header.flatbuffer_size = size % (bytes.size() + 1);
  header.segments_offset = (format::header_bytes + header.flatbuffer_size + 63) / 64 * 64;
  header.file_size = std::max<std::uint64_t>(header.segments_offset, format::header_bytes + bytes.size());
  header.checksum = format::container_checksum(header, bytes.first(header.flatbuffer_size));
  std::vector<std::byte> file(header.file_size);
  const format::HeaderBytes front = format::encode_header(header);
  std::copy(front.begin(), front.end(), file.begin());
  std::copy(bytes.begin(), bytes.end(), file.begin() + format::header_bytes);
  return file;
}

// What the result reads, and as what.
void change(format::ModelDesc& result, std::size_t where, std::uint32_t value) {
  format::TableDesc& table = result.tables[where % result.tables.size()];
  const std::uint32_t number = value / 8, segment = number % static_cast<std::uint32_t>(result.segments.size());
  switch (value % 8) {
    case 0:
      table.segment = segment;
      break;
    case 1:
      table.type = format::ElementType::f16;
      table.row_stride = number % 64;
      break;
    case 2:
      table.rows = number % 400;
      break;
    case 3:
      result.constants[where % result.constants.size()].segment = segment;
      break;
    case 4:
      result.segments[segment].size = number % 4096;
      break;
    case 5:
      result.segments[segment] = result.segments[where % result.segments.size()];
      break;
    case 6:
      result.encoders[where % result.encoders.size()].encoder = format::IdentityEncoder{number % 400};
      break;
    default:
      result.encoders[where % result.encoders.size()].encoder = format::VocabularyEncoder{
          static_cast<format::KeyType>(number % 2), 1 + number % 64, 64, segment, format::no_index};
      break;
  }
}

// Takes the input for changes, six bytes each: what is changed, where, and to what.
std::vector<std::byte> changed(const Target& target, std::span<const std::byte> input) {
  LooseDelta delta = LooseDelta::of(target.delta);
  format::ModelDesc result = (*format::Delta::from_memory(target.delta, {}))->result();
  for (; input.size() >= 6; input = input.subspan(6)) {
    const auto what = std::to_integer<unsigned>(input[0]);
    const std::size_t where = std::to_integer<std::size_t>(input[1]) + 256 * std::to_integer<std::size_t>(input[5]);
    std::uint32_t value = 0;
    std::memcpy(&value, input.data() + 2, 3);
    if (value == 0xFFFFFF) value = format::no_index;
    format::SegmentChange& segment = delta.desc.segments[where % delta.desc.segments.size()];
    std::vector<std::byte>& stretch = delta.stretches[what / 8 % delta.stretches.size()];
    switch (what % 8) {
      case 0:
        segment.change = static_cast<format::Change>(value % 4);
        break;
      case 1:
        segment.base_segment = value;
        break;
      case 2:
        segment.stride = value;
        break;
      case 3:
        segment.bytes = value;
        break;
      case 4:
        segment.rows = value;
        break;
      case 5:
        stretch.resize(value % 4096);
        break;
      case 6:
        change(result, where, value);
        static_cast<void>(delta.describe(result));
        break;
      default:
        if (!stretch.empty()) stretch[where % stretch.size()] = static_cast<std::byte>(value);
        break;
    }
  }
  return delta.sealed();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Host host;
  if (size == 0) return 0;
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0:
      try_all(host.first, bytes);
      break;
    case 1:
      try_all(host.first, with_header(bytes));
      break;
    case 2:
      try_all(host.first, changed(host.first, bytes));
      break;
    default:
      try_all(host.second, changed(host.second, bytes));
      break;
  }
  return 0;
}
