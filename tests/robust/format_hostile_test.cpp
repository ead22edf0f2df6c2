// Hostile model files: whatever the bytes, opening gives a status or a model whose every segment can be
// read; with verify_segments no damage anywhere goes unseen.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "format/container.h"
#include "format/image.h"
#include "format/model_file.h"
#include "format/requirements.h"
#include "format/writer.h"
#include "support/exercise.h"
#include "support/model_maker.h"
#include "support/tiny_model.h"

namespace clicklens::format {
namespace {

using base::Code;
using testing::Random;
using testing::tiny_model;

class HostileFile : public ::testing::Test {
 protected:
  void SetUp() override {
    bytes_ = testing::model_bytes(tiny_model());
    HeaderBytes front;
    std::memcpy(front.data(), bytes_.data(), front.size());
    const auto header = decode_header(front, bytes_.size(), {});
    ASSERT_TRUE(header.ok());
    header_ = *header;
    flatbuffer_end_ = header_bytes + header->flatbuffer_size;
  }

  // Touches every byte of every segment of what opens.
  static base::Status open(std::span<const std::byte> bytes, bool verify_segments) {
    OpenOptions options;
    options.access = OpenOptions::Access::copy;
    options.verify_segments = verify_segments;
    const auto model = ModelFile::from_memory(bytes, options);
    if (!model.ok()) return model.status();
    unsigned sum = 0;
    for (std::uint32_t i = 0; i < (*model)->desc().segments.size(); ++i)
      for (std::byte byte : (*model)->segment(i)) sum += std::to_integer<unsigned>(byte);
    EXPECT_LE(sum, 255 * bytes.size());
    return {};
  }

  // Header fields as given, checksum made right: only verification can refuse it.
  std::vector<std::byte> sealed(ContainerHeader header, std::vector<std::byte> bytes) const {
    const std::size_t size = std::min<std::uint64_t>(header.flatbuffer_size, bytes.size() - header_bytes);
    header.checksum = container_checksum(header, std::span(bytes).subspan(header_bytes, size));
    const HeaderBytes front = encode_header(header);
    std::memcpy(bytes.data(), front.data(), front.size());
    return bytes;
  }

  std::vector<std::byte> bytes_;
  ContainerHeader header_;
  std::uint64_t flatbuffer_end_ = 0;
};

TEST_F(HostileFile, UndamagedOpens) {
  const base::Status status = open(bytes_, true);
  EXPECT_TRUE(status.ok()) << status.message();
  EXPECT_TRUE(open(sealed(header_, bytes_), true).ok());
}

TEST_F(HostileFile, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < bytes_.size(); ++size)
    ASSERT_FALSE(open(std::span(bytes_).first(size), false).ok()) << size;
}

TEST_F(HostileFile, EveryTruncationThatAdmitsItsSizeIsRefused) {
  for (std::size_t size = flatbuffer_end_; size < bytes_.size(); ++size) {
    ContainerHeader header = header_;
    header.file_size = size;
    const auto cut = sealed(header, {bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_FALSE(open(cut, false).ok()) << size;
  }
}

TEST_F(HostileFile, TailsAreRefused) {
  bytes_.resize(bytes_.size() + 64);
  EXPECT_FALSE(open(bytes_, false).ok());
  header_.file_size = bytes_.size();
  EXPECT_FALSE(open(sealed(header_, bytes_), false).ok());
}

TEST_F(HostileFile, EveryByteOfHeaderAndFlatBufferCounts) {
  Random random(11);
  for (std::size_t at = 0; at < flatbuffer_end_; ++at) {
    auto damaged = bytes_;
    damaged[at] ^= static_cast<std::byte>(1 + random.below(255));
    ASSERT_FALSE(open(damaged, false).ok()) << at;
  }
}

TEST_F(HostileFile, EveryByteBehindCountsForVerifySegments) {
  Random random(12);
  for (std::size_t at = flatbuffer_end_; at < bytes_.size(); ++at) {
    auto damaged = bytes_;
    damaged[at] ^= static_cast<std::byte>(1 + random.below(255));
    ASSERT_EQ(open(damaged, true).code(), Code::checksum_mismatch) << at;
  }
}

// The checksum is made right again, so that the verifiers meet the damage.
TEST_F(HostileFile, ResealedDamageNeverCrashes) {
  Random random(13);
  int refused = 0, opened = 0, ran = 0;
  for (int i = 0; i < 6000; ++i) {
    auto damaged = bytes_;
    for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes)
      damaged[header_bytes + random.below(header_.flatbuffer_size)] = static_cast<std::byte>(random.next());
    const auto bytes = sealed(header_, damaged);
    open(bytes, false).ok() ? ++opened : ++refused;
    ran += testing::exercise(bytes) ? 1 : 0;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(opened, 10);  // a changed name, say, is a valid file
  EXPECT_GT(ran, 10);
}

TEST_F(HostileFile, ResealedPiecesOfOtherPlacesNeverCrash) {
  Random random(14);
  for (int i = 0; i < 2000; ++i) {
    auto damaged = bytes_;
    const std::uint64_t length = 1 + random.below(64), from = random.below(header_.flatbuffer_size - length),
                        to = random.below(header_.flatbuffer_size - length);
    std::memmove(damaged.data() + header_bytes + to, bytes_.data() + header_bytes + from, length);
    const auto bytes = sealed(header_, damaged);
    static_cast<void>(open(bytes, true));
    static_cast<void>(testing::exercise(bytes));
  }
}

TEST_F(HostileFile, AbsurdHeaderFieldsAreRefused) {
  const std::uint64_t absurd[] = {0,
                                  1,
                                  63,
                                  65,
                                  0x7FFFFFFF,
                                  0x80000000,
                                  0xFFFFFFFF,
                                  1ull << 32,
                                  1ull << 40,
                                  1ull << 62,
                                  0x7FFFFFFFFFFFFFFFull,
                                  ~0ull,
                                  ~0ull - 63};
  for (std::uint64_t value : absurd) {
    for (std::uint64_t ContainerHeader::*field : {&ContainerHeader::flatbuffer_size, &ContainerHeader::segments_offset,
                                                  &ContainerHeader::file_size, &ContainerHeader::checksum}) {
      ContainerHeader header = header_;
      header.*field = value;
      auto damaged = bytes_;
      const HeaderBytes front = encode_header(header);
      std::memcpy(damaged.data(), front.data(), front.size());
      EXPECT_FALSE(open(damaged, false).ok()) << value;
      if (field != &ContainerHeader::checksum) {
        EXPECT_FALSE(open(sealed(header, bytes_), false).ok()) << value;
      }
    }
  }
}

// Descriptions whose numbers lie, in otherwise well-formed files.
class HostileDescription : public HostileFile {
 protected:
  Code opened_with(void (*change)(ModelDesc&)) const {
    OpenOptions options;
    options.access = OpenOptions::Access::copy;
    ModelDesc desc = (*ModelFile::from_memory(bytes_, options))->desc();
    change(desc);
    const auto flatbuffer = pack_model(desc);
    if (flatbuffer.size() != header_.flatbuffer_size) return Code::internal;  // the change must be of numbers only
    auto bytes = bytes_;
    std::copy(flatbuffer.begin(), flatbuffer.end(), bytes.begin() + header_bytes);
    return open(sealed(header_, bytes), false).code();
  }
};

TEST_F(HostileDescription, UnchangedOpens) {
  EXPECT_EQ(opened_with([](ModelDesc&) {}), Code::ok);
}

TEST_F(HostileDescription, SegmentsElsewhereAreRefused) {
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.segments[1].offset = d.segments[0].offset; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { std::swap(d.segments[0], d.segments[1]); }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.segments[0].offset = 0; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.segments[0].offset += 1; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.segments.back().offset += 1u << 20; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.segments.back().offset = ~0ull - 63; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.segments[0].size = ~0ull; }), Code::bad_file);
}

TEST_F(HostileDescription, AbsurdSizesAreRefused) {
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.tables[0].rows = 1ull << 60; }), Code::limit_exceeded);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.tables[0].rows = 0xFFFFFFFE; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.tables[0].row_stride = 0xFFFFFFFC; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.tables[1].dim = 0xFFFFFFFF; }), Code::limit_exceeded);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.constants[0].shape = {~0ull, ~0ull}; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.constants[0].shape = {1ull << 32, 1ull << 32}; }), Code::bad_file);
  EXPECT_EQ(opened_with([](ModelDesc& d) {
              d.values[0] = {d.values[0].name, 1u << 31, 1u << 31};
            }),
            Code::limit_exceeded);
  EXPECT_EQ(opened_with([](ModelDesc& d) { d.values[0].width = 0; }), Code::bad_file);
}

// Tables of every type of row, in files that are well-formed but for their numbers.
TEST(HostileRows, LyingStridesAndSizesAreRefused) {
  for (std::uint8_t type = 0; type < 5; ++type) {
    const auto opened = [&](std::uint32_t dim, std::uint32_t stride, std::uint64_t rows = 100) {
      ModelDesc desc = tiny_model().desc;
      desc.tables[0].type = static_cast<ElementType>(type);
      desc.tables[0].dim = dim;
      desc.tables[0].row_stride = stride;
      desc.tables[0].rows = rows;
      complete_requirements(desc);
      auto image = make_image(desc, {}, [](std::uint32_t, std::span<std::byte>) {});
      return image.ok() ? ModelFile::adopt(std::move(*image), {}).status().code() : Code::internal;
    };
    EXPECT_EQ(opened(4, 16), Code::ok);
    EXPECT_EQ(opened(4, 20), Code::bad_file);  // more than the segment holds
    EXPECT_EQ(opened(4, 6), Code::bad_file);
    EXPECT_EQ(opened(4, 15), Code::bad_file);
    EXPECT_EQ(opened(1, 0), Code::bad_file);
    EXPECT_EQ(opened(1 << 20, 16), Code::bad_file);
    EXPECT_EQ(opened(1 << 20, 0xFFFFFFFC), Code::bad_file);
    EXPECT_EQ(opened(0xFFFFFFFF, 16), Code::limit_exceeded);
    EXPECT_EQ(opened(4, 16, 0xFFFFFFFE), Code::bad_file);
    EXPECT_EQ(opened(4, 0xFFFFFFFC, 0xFFFFFFFE), Code::bad_file);
  }
}

// Whatever a damaged description says of narrow tables, their rows are read where they are.
TEST(HostileRows, DamagedDescriptionsNeverCrash) {
  testing::ModelMaker maker(5);
  std::vector<std::uint32_t> bags;
  for (std::uint8_t type = 0; type < 5; ++type) {
    const std::uint32_t feature = maker.sparse("f" + std::to_string(type), Scope::candidate, 9, Pooling::mean);
    maker.desc.features[feature].missing_row = 8;  // the last row is read
    bags.push_back(maker.bag(feature, maker.table(9, 7, static_cast<ElementType>(type))));
  }
  maker.output("y", maker.linear(maker.node(ConcatOp{}, bags), 35, 1));
  const testing::TemporaryPath path("narrow.clens");
  ASSERT_TRUE(maker.write(path.c_str()).ok());
  const std::vector<std::byte> bytes = testing::read_bytes(path.str());
  HeaderBytes front;
  std::memcpy(front.data(), bytes.data(), front.size());
  ContainerHeader header = *decode_header(front, bytes.size(), {});
  ASSERT_TRUE(testing::exercise(bytes));
  Random random(21);
  std::size_t scored = 0;
  for (int i = 0; i < 6000; ++i) {
    auto damaged = bytes;
    for (std::uint64_t n = 1 + random.below(2); n > 0; --n)
      damaged[header_bytes + random.below(header.flatbuffer_size)] = static_cast<std::byte>(random.below(256));
    header.checksum = container_checksum(header, std::span(damaged).subspan(header_bytes, header.flatbuffer_size));
    const HeaderBytes sealed = encode_header(header);
    std::memcpy(damaged.data(), sealed.data(), sealed.size());
    scored += testing::exercise(damaged) ? 1u : 0u;
  }
  EXPECT_GT(scored, 100u) << "names and such may change";
}

}  // namespace
}  // namespace clicklens::format
