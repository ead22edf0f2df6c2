#include "support/sparse_model.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/checksum.h"
#include "format/container.h"
#include "format/writer.h"
#include "support/tiny_model.h"

namespace clicklens::testing {

void write_sparse_model(const std::string& path, std::uint64_t rows) {
  TinyModel model = tiny_model();
  auto& desc = model.desc;
  desc.tables[0].rows = rows;
  desc.encoders[0].encoder = format::IdentityEncoder{rows};
  const std::uint32_t large = desc.tables[0].segment;
  desc.segments[large].size = rows * desc.tables[0].row_stride;
  const std::size_t size = format::pack_model(desc).size();
  auto header = format::place_segments(size, desc.segments);
  ASSERT_TRUE(header.ok()) << header.status().message();
  for (std::uint32_t i = 0; i < desc.segments.size(); ++i)
    if (i != large) desc.segments[i].xxh3 = base::xxh3_64(model.segments[i]);
  const std::vector<std::byte> flatbuffer = format::pack_model(desc);
  ASSERT_EQ(flatbuffer.size(), size);
  header->checksum = format::container_checksum(*header, flatbuffer);

  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  const auto write_at = [&](std::uint64_t offset, std::span<const std::byte> bytes) {
    file.seekp(static_cast<std::streamoff>(offset));
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  };
  write_at(0, format::encode_header(*header));
  write_at(format::header_bytes, flatbuffer);
  for (std::uint32_t i = 0; i < desc.segments.size(); ++i)
    if (i != large) write_at(desc.segments[i].offset, model.segments[i]);
  file.close();
  ASSERT_TRUE(file.good()) << path;
  std::filesystem::resize_file(path, header->file_size);
}

}  // namespace clicklens::testing
