#include "format/writer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>

#include "base/checksum.h"
#include "format/container.h"
#include "format/model_file.h"
#include "support/tiny_model.h"
#include "unit/format/full_model.h"

namespace clicklens::format {
namespace {

using base::Code;
using testing::TemporaryPath;
using testing::tiny_model;
using testing::TinyModel;

TEST(Writer, WritesWhatTheLoaderReads) {
  const TinyModel model = testing::full_model();
  const TemporaryPath path("full.clens");
  const base::Status written = testing::write_model(model, path.c_str());
  ASSERT_TRUE(written.ok()) << written.message();
  OpenOptions options;
  options.verify_segments = true;
  const auto file = ModelFile::open(path.c_str(), options);
  ASSERT_TRUE(file.ok()) << file.status().message();
  ModelDesc read = (*file)->desc();
  for (std::uint32_t i = 0; i < model.segments.size(); ++i) {
    const auto segment = (*file)->segment(i);
    ASSERT_EQ(segment.size(), model.segments[i].size());
    EXPECT_TRUE(std::equal(segment.begin(), segment.end(), model.segments[i].begin())) << i;
    EXPECT_EQ(read.segments[i].xxh3, base::xxh3_64(model.segments[i]));
    read.segments[i] = model.desc.segments[i];
  }
  EXPECT_EQ(read, model.desc);
}

// The file byte for byte as the format describes it, put together here without the writer.
TEST(Writer, FileIsHeaderFlatBufferAndPaddedSegments) {
  TinyModel model = tiny_model();
  model.add_segment(std::vector<std::byte>(70000, std::byte{7}));
  const std::vector<std::byte> bytes = testing::model_bytes(model);
  for (std::size_t i = 0; i < model.segments.size(); ++i)
    model.desc.segments[i].xxh3 = base::xxh3_64(model.segments[i]);
  const std::size_t size = pack_model(model.desc).size();
  std::vector<std::byte> expected(64 + size);
  for (std::size_t i = 0; i < model.segments.size(); ++i) {
    const std::size_t alignment = model.segments[i].size() >= 65536 ? 65536 : 64;
    expected.resize((expected.size() + alignment - 1) / alignment * alignment);
    model.desc.segments[i].offset = expected.size();
    expected.insert(expected.end(), model.segments[i].begin(), model.segments[i].end());
  }
  const auto flatbuffer = pack_model(model.desc);
  std::copy(flatbuffer.begin(), flatbuffer.end(), expected.begin() + 64);
  const std::uint64_t numbers[] = {1, 64, size, (64 + size + 63) / 64 * 64, expected.size(), 0};
  std::memcpy(expected.data(), "CLICKLNS", 8);
  std::memcpy(expected.data() + 8, numbers, sizeof numbers);
  const std::uint64_t checksum = base::xxh3_64(std::span(expected).first(64 + size));
  std::memcpy(expected.data() + 48, &checksum, 8);
  EXPECT_TRUE(bytes == expected);
}

TEST(Writer, PiecesOfAnySizeGiveTheSameFile) {
  TinyModel model = tiny_model();
  testing::Random random(3);
  model.add_random(300000, random, 1.0f);  // above the writer's buffer
  const auto whole = testing::model_bytes(model);
  for (std::size_t piece : {std::size_t{1000}, std::size_t{65536}, std::size_t{300001}}) {
    const TemporaryPath path("pieces.clens");
    auto writer = Writer::begin(path.c_str(), model.desc, {});
    ASSERT_TRUE(writer.ok()) << writer.status().message();
    for (std::uint32_t i = 0; i < model.segments.size(); ++i) {
      ASSERT_TRUE((*writer)->segment(i).ok());
      for (std::size_t at = 0; at < model.segments[i].size(); at += piece) {
        const std::span<const std::byte> rest = std::span(model.segments[i]).subspan(at);
        ASSERT_TRUE((*writer)->append(rest.first(std::min(piece, rest.size()))).ok());
      }
    }
    ASSERT_TRUE((*writer)->finish().ok());
    EXPECT_TRUE(testing::read_bytes(path.str()) == whole) << piece;
  }
}

TEST(Writer, RequirementsAreFilledIn) {
  TinyModel model = tiny_model();
  const auto wanted = model.desc.requirements;
  model.desc.requirements.clear();
  const TemporaryPath path("model.clens");
  ASSERT_TRUE(testing::write_model(model, path.c_str()).ok());
  EXPECT_EQ((*ModelFile::open(path.c_str(), {}))->desc().requirements, wanted);
}

TEST(Writer, VerifiesBeforeItWrites) {
  const TemporaryPath path("model.clens");
  const auto begun = [&](void (*change)(ModelDesc&), const base::Limits& limits = {}) {
    ModelDesc desc = tiny_model().desc;
    change(desc);
    return Writer::begin(path.c_str(), std::move(desc), limits).status();
  };
  const base::Status bad = begun([](ModelDesc& d) { d.tables[0].rows = 101; });
  EXPECT_EQ(bad.code(), Code::bad_file);
  EXPECT_NE(std::strstr(bad.message(), "model.clens: table 'user table': segment"), nullptr) << bad.message();
  EXPECT_EQ(begun([](ModelDesc& d) { d.name = "\xFF"; }).code(), Code::bad_file);
  EXPECT_EQ(begun([](ModelDesc& d) { d.values[0].width = 0; }).code(), Code::bad_file);
  EXPECT_EQ(begun([](ModelDesc& d) { d.requirements.push_back({"table.f8", "9"}); }).code(), Code::unknown_requirement);
  EXPECT_EQ(begun([](ModelDesc& d) { d.segments.push_back({0, ~std::uint64_t{0}, 0}); }).code(), Code::limit_exceeded);
  base::Limits small;
  small.flatbuffer_bytes = 500;
  EXPECT_EQ(begun([](ModelDesc&) {}, small).code(), Code::limit_exceeded);
  EXPECT_TRUE(std::filesystem::is_empty(path.folder()));
}

class WriterSteps : public ::testing::Test {
 protected:
  void SetUp() override {
    auto writer = Writer::begin(path_.c_str(), model_.desc, {});
    ASSERT_TRUE(writer.ok()) << writer.status().message();
    writer_ = std::move(*writer);
  }
  void expect_nothing_left() {
    writer_.reset();
    EXPECT_TRUE(std::filesystem::is_empty(path_.folder()));
  }
  void write(std::uint32_t index) {
    ASSERT_TRUE(writer_->segment(index).ok());
    ASSERT_TRUE(writer_->append(model_.segments[index]).ok());
  }

  const TinyModel model_ = tiny_model();
  const TemporaryPath path_{"model.clens"};
  std::unique_ptr<Writer> writer_;
};

TEST_F(WriterSteps, AbandonedLeavesNothing) {
  write(0);
  expect_nothing_left();
}

TEST_F(WriterSteps, BytesBelongToASegment) {
  EXPECT_EQ(writer_->append(model_.segments[0]).code(), Code::bad_state);
  expect_nothing_left();
}

TEST_F(WriterSteps, SegmentsComeInOrder) {
  EXPECT_EQ(writer_->segment(1).code(), Code::bad_state);
  write(0);
  EXPECT_EQ(writer_->segment(0).code(), Code::bad_state);
  EXPECT_EQ(writer_->segment(2).code(), Code::bad_state);
  EXPECT_TRUE(writer_->segment(1).ok());
  expect_nothing_left();
}

TEST_F(WriterSteps, SegmentsAreWhole) {
  ASSERT_TRUE(writer_->segment(0).ok());
  ASSERT_TRUE(writer_->append(std::span(model_.segments[0]).first(10)).ok());
  EXPECT_EQ(writer_->segment(1).code(), Code::bad_state);
  const base::Status status = writer_->finish();
  EXPECT_EQ(status.code(), Code::bad_state);
  EXPECT_NE(std::strstr(status.message(), "segments[0]: shorter"), nullptr) << status.message();
  expect_nothing_left();
}

TEST_F(WriterSteps, SegmentsAreNoLongerThanDescribed) {
  write(0);
  EXPECT_EQ(writer_->append(std::span(model_.segments[0]).first(1)).code(), Code::invalid_argument);
  write(1);  // what was refused did no harm
  for (std::uint32_t i = 2; i < model_.segments.size(); ++i) write(i);
  EXPECT_EQ(writer_->segment(static_cast<std::uint32_t>(model_.segments.size())).code(), Code::bad_state);
  ASSERT_TRUE(writer_->finish().ok());
  EXPECT_TRUE(testing::read_bytes(path_.str()) == testing::model_bytes(model_));
}

TEST_F(WriterSteps, EverySegmentIsWritten) {
  write(0);
  EXPECT_EQ(writer_->finish().code(), Code::bad_state);
  expect_nothing_left();
}

TEST_F(WriterSteps, FinishedIsOver) {
  for (std::uint32_t i = 0; i < model_.segments.size(); ++i) write(i);
  ASSERT_TRUE(writer_->finish().ok());
  EXPECT_EQ(writer_->finish().code(), Code::bad_state);
  EXPECT_EQ(writer_->append(model_.segments[0]).code(), Code::bad_state);
  EXPECT_EQ(writer_->segment(0).code(), Code::bad_state);
  writer_.reset();
  EXPECT_TRUE(std::filesystem::exists(path_.str()));
}

TEST(Writer, NamesAFolderThatIsNotThere) {
  const TemporaryPath path("absent/model.clens");
  const auto writer = Writer::begin(path.c_str(), tiny_model().desc, {});
  EXPECT_EQ(writer.status().code(), Code::io_error);
  EXPECT_NE(std::strstr(writer.status().message(), (path.folder() + "/absent").c_str()), nullptr)
      << writer.status().message();
}

TEST(Writer, MappedReadersKeepTheFileTheyOpened) {
  const TemporaryPath path("model.clens");
  ASSERT_TRUE(testing::write_model(tiny_model(1), path.c_str()).ok());
  const auto first = ModelFile::open(path.c_str(), {});
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(testing::write_model(tiny_model(2), path.c_str()).ok());
  const auto second = ModelFile::open(path.c_str(), {});
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE((*first)->verify_segments().ok());
  EXPECT_NE((*first)->id().low, (*second)->id().low);
}

}  // namespace
}  // namespace clicklens::format
