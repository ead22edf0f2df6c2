// Any bytes as a model file: as they are, and with the header's sizes and checksum made right so that
// the verifiers behind it are reached. What parses must survive a round trip.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/utf8.h"
#include "format/container.h"
#include "format/model_file.h"
#include "format/writer.h"
#include "lens/drawing.h"
#include "lens/node_cost.h"
#include "support/exercise.h"

namespace {

using namespace clicklens;

// What is told of any model that opens.
void describe(std::span<const std::byte> bytes) {
  format::OpenOptions options;
  options.access = format::OpenOptions::Access::copy;
  options.limits = testing::small_limits();
  const auto model = exec::Model::from_memory(bytes, options);
  if (!model.ok()) return;
  const auto nodes = lens::node_costs(**model, {});
  if (nodes.size() != (*model)->desc().nodes.size()) std::abort();
  for (const lens::DrawingFormat format : {lens::DrawingFormat::dot, lens::DrawingFormat::mermaid})
    if (!base::valid_utf8(lens::draw(**model, format))) std::abort();
}

void open(std::span<const std::byte> bytes) {
  format::OpenOptions options;
  options.access = format::OpenOptions::Access::copy;
  const auto model = format::ModelFile::from_memory(bytes, options);
  if (!model.ok()) {
    if (model.status().message()[0] == '\0') std::abort();
    return;
  }
  static_cast<void>((*model)->verify_segments());
  const auto again = format::parse_model(format::pack_model((*model)->desc()), {});
  if (!again.ok()) std::abort();
  // NaN never equals itself, and only a verified description holds none.
  if (!(*again == (*model)->desc())) std::abort();
  static_cast<void>(testing::exercise(bytes));
  describe(bytes);
}

std::vector<std::byte> sealed(std::span<const std::byte> bytes) {
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  format::ContainerHeader header;
  std::memcpy(&header.flatbuffer_size, copy.data() + 24, 8);
  header.flatbuffer_size %= copy.size() - format::header_bytes + 1;
  std::memcpy(&header.segments_offset, copy.data() + 32, 8);
  header.segments_offset %= copy.size() + 1;
  header.file_size = copy.size();
  header.checksum = format::container_checksum(
      header, std::span<const std::byte>(copy).subspan(format::header_bytes, header.flatbuffer_size));
  const format::HeaderBytes front = format::encode_header(header);
  std::memcpy(copy.data(), front.data(), front.size());
  return copy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes{reinterpret_cast<const std::byte*>(data), size};
  open(bytes);
  if (size >= format::header_bytes) open(sealed(bytes));
  static_cast<void>(format::parse_model(bytes, {}));
  return 0;
}
