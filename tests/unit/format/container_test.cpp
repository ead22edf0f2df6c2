#include "format/container.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

namespace clicklens::format {
namespace {

using base::Code;

constexpr ContainerHeader sample{0x0102, 0x0180, 0x030405, 0x1122334455667788};

// The layout of every file ever written: this array must never change.
constexpr unsigned char sample_bytes[64] = {
    'C', 'L', 'I',  'C',  'K',  'L',  'N',  'S',  1,    0,    0,    0,    0, 0, 0, 0, 0x40, 0, 0,    0,    0,    0,
    0,   0,   0x02, 0x01, 0,    0,    0,    0,    0,    0,    0x80, 1,    0, 0, 0, 0, 0,    0, 0x05, 0x04, 0x03, 0,
    0,   0,   0,    0,    0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0, 0, 0, 0, 0,    0, 0,    0};

TEST(Header, BytesAreThoseOfTheFormat) {
  const HeaderBytes bytes = encode_header(sample);
  EXPECT_EQ(std::memcmp(bytes.data(), sample_bytes, sizeof sample_bytes), 0);
}

TEST(Header, ReadsWhatWasWritten) {
  const auto header = decode_header(encode_header(sample), sample.file_size, {});
  ASSERT_TRUE(header.ok()) << header.status().message();
  EXPECT_EQ(header->flatbuffer_size, sample.flatbuffer_size);
  EXPECT_EQ(header->segments_offset, sample.segments_offset);
  EXPECT_EQ(header->file_size, sample.file_size);
  EXPECT_EQ(header->checksum, sample.checksum);
}

Code decoded(const ContainerHeader& header, std::uint64_t actual_size) {
  return decode_header(encode_header(header), actual_size, {}).status().code();
}

TEST(Header, FieldsMustFitEachOther) {
  const std::uint64_t size = sample.file_size, largest = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(decoded(sample, size - 1), Code::bad_file);
  EXPECT_EQ(decoded({0x0102, 0x0181, size, 0}, size), Code::bad_file) << "segments not at a multiple of 64";
  EXPECT_EQ(decoded({0x0102, 0x0140, size, 0}, size), Code::bad_file) << "segments inside the FlatBuffer";
  EXPECT_EQ(decoded({0x0102, size + 59, size, 0}, size), Code::bad_file) << "segments behind the end";
  EXPECT_EQ(decoded({size, 0x0180, size, 0}, size), Code::bad_file) << "FlatBuffer behind the end";
  EXPECT_EQ(decoded({largest, 0x0180, size, 0}, size), Code::limit_exceeded);
  EXPECT_EQ(decoded({(64u << 20) + 1, 0x0180, largest, 0}, largest), Code::limit_exceeded);
  EXPECT_EQ(decoded({0x0102, 0xFFFFFFFFFFFFFFC0u, largest, 0}, largest), Code::ok);  // placement is checked later
}

TEST(Header, OtherMagicVersionAndReservedFieldsAreRefused) {
  const auto changed = [](std::size_t at) {
    HeaderBytes bytes = encode_header(sample);
    bytes[at] ^= std::byte{1};
    return decode_header(bytes, sample.file_size, {}).status().code();
  };
  for (std::size_t at = 0; at < 8; ++at) EXPECT_EQ(changed(at), Code::bad_file) << at;
  for (std::size_t at = 8; at < 12; ++at) EXPECT_EQ(changed(at), Code::unknown_requirement) << at;
  for (std::size_t at = 12; at < 24; ++at) EXPECT_EQ(changed(at), Code::bad_file) << at;
  for (std::size_t at = 56; at < 64; ++at) EXPECT_EQ(changed(at), Code::bad_file) << at;
}

TEST(Placement, LargeSegmentsStartPagesSmallOnesStartLines) {
  SegmentDesc segments[] = {{0, 10, 0}, {0, 65535, 0}, {0, 65536, 0}, {0, 0, 0}, {0, 1, 0}, {0, 200000, 0}};
  const auto header = place_segments(100, segments);
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->segments_offset, 192u);
  const std::uint64_t offsets[] = {192, 256, 131072, 196608, 196608, 262144};
  for (std::size_t i = 0; i < std::size(segments); ++i) EXPECT_EQ(segments[i].offset, offsets[i]) << i;
  EXPECT_EQ(header->file_size, 462144u);
  EXPECT_EQ(place_segments(100, {})->file_size, 192u);
}

TEST(Placement, SizesThatNoFileHasAreRefused) {
  SegmentDesc one[] = {{0, std::uint64_t{1} << 63, 0}};
  EXPECT_EQ(place_segments(100, one).status().code(), Code::limit_exceeded);
  SegmentDesc two[] = {{0, std::numeric_limits<std::uint64_t>::max() - 500, 0}, {0, 1000, 0}};
  EXPECT_EQ(place_segments(100, two).status().code(), Code::limit_exceeded);
}

}  // namespace
}  // namespace clicklens::format
