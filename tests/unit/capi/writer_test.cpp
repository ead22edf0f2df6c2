// Writing a model through the C ABI, with its description as sparse as it may be; vocabularies.
#include "format/writer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "base/arithmetic.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

// What a builder in another language hands over: no shapes, no order, no requirements, no version.
std::vector<std::byte> sparse_description(format::ModelDesc desc) {
  desc.arithmetic_version = 0;
  desc.requirements.clear();
  for (format::ValueDesc& value : desc.values) value.fields = value.width = 0;
  for (format::NodeDesc& node : desc.nodes) node.order.clear();
  return format::pack_model(desc);
}

class WriterC : public ::testing::Test {
 protected:
  HandleOf<clens_writer> begin(const std::vector<std::byte>& description, clens_status wanted = CLENS_OK) {
    clens_writer* writer = nullptr;
    EXPECT_EQ(clens_writer_begin(path_.c_str(), description.data(), description.size(), nullptr, &writer), wanted)
        << last_error();
    EXPECT_EQ(writer != nullptr, wanted == CLENS_OK);
    return HandleOf<clens_writer>(writer);
  }
  void write(clens_writer* writer, std::size_t segments) {
    for (std::uint32_t i = 0; i < segments; ++i) {
      ASSERT_EQ(clens_writer_segment(writer, i), CLENS_OK) << last_error();
      const auto& bytes = model_.segments[i];
      const std::size_t half = bytes.size() / 2;
      ASSERT_EQ(clens_writer_append(writer, bytes.data(), half), CLENS_OK) << last_error();
      ASSERT_EQ(clens_writer_append(writer, nullptr, 0), CLENS_OK) << last_error();
      ASSERT_EQ(clens_writer_append(writer, bytes.data() + half, bytes.size() - half), CLENS_OK) << last_error();
    }
  }
  [[nodiscard]] bool left_behind() const { return !std::filesystem::is_empty(path_.folder()); }

  TinyModel model_ = tiny_model();
  TemporaryPath path_{"written.clens"};
};

TEST_F(WriterC, FillsInWhatIsLeftOut) {
  const auto writer = begin(sparse_description(model_.desc));
  write(writer.get(), model_.segments.size());
  EXPECT_FALSE(std::filesystem::exists(path_.str()));
  ASSERT_EQ(clens_writer_finish(writer.get()), CLENS_OK) << last_error();
  EXPECT_EQ(read_bytes(path_.str()), model_bytes(model_));
  EXPECT_EQ(clens_writer_finish(writer.get()), CLENS_E_BAD_STATE);
}

TEST_F(WriterC, WithoutFinishNothingIsLeftBehind) {
  {
    const auto writer = begin(sparse_description(model_.desc));
    write(writer.get(), 2);
    EXPECT_EQ(clens_writer_finish(writer.get()), CLENS_E_BAD_STATE);
  }
  EXPECT_FALSE(left_behind());
}

TEST_F(WriterC, MistakesAreNamed) {
  clens_writer* out = nullptr;
  const auto description = sparse_description(model_.desc);
  EXPECT_EQ(clens_writer_begin(nullptr, description.data(), description.size(), nullptr, &out),
            CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_writer_begin(path_.c_str(), nullptr, 4, nullptr, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_writer_begin(path_.c_str(), description.data(), description.size(), nullptr, nullptr),
            CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_writer_begin("/no/such/folder/x.clens", description.data(), description.size(), nullptr, &out),
            CLENS_E_IO);
  clens_limits limits = CLENS_LIMITS_INIT;
  limits.nodes = 3;
  EXPECT_EQ(clens_writer_begin(path_.c_str(), description.data(), description.size(), &limits, &out),
            CLENS_E_LIMIT_EXCEEDED);
  for (std::size_t size = 0; size < description.size(); size += 97)
    EXPECT_NE(clens_writer_begin(path_.c_str(), description.data(), size, nullptr, &out), CLENS_OK) << size;
  EXPECT_EQ(out, nullptr);
  TinyModel wrong = model_;
  wrong.desc.nodes[4].inputs[0] = 77;
  begin(sparse_description(wrong.desc), CLENS_E_BAD_FILE);
  EXPECT_EQ(last_error().find(path_.str() + ": "), 0u) << last_error();
  EXPECT_NE(last_error().find("hidden"), std::string::npos) << last_error();
  begin({description.begin(), description.begin() + 8}, CLENS_E_BAD_FILE);
  EXPECT_EQ(last_error().find(path_.str() + ": "), 0u) << last_error();

  const auto writer = begin(description);
  EXPECT_EQ(clens_writer_append(writer.get(), "x", 1), CLENS_E_BAD_STATE);  // before any segment
  const auto again = begin(description);
  EXPECT_EQ(clens_writer_segment(again.get(), 1), CLENS_E_BAD_STATE);  // not the next one
  const auto third = begin(description);
  ASSERT_EQ(clens_writer_segment(third.get(), 0), CLENS_OK);
  EXPECT_EQ(clens_writer_append(third.get(), nullptr, 1), CLENS_E_INVALID_ARGUMENT);
  const std::vector<std::byte> long_one(model_.segments[0].size() + 1);
  EXPECT_EQ(clens_writer_append(third.get(), long_one.data(), long_one.size()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_writer_segment(nullptr, 0), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_writer_append(nullptr, "x", 1), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_writer_finish(nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_writer_release(nullptr);
}

TEST(VocabularyC, OfStringsAndOfKeys) {
  const char* words[] = {"red", "green", "blue"};
  const std::size_t lengths[] = {3, 5, 4};
  clens_vocabulary* made = nullptr;
  ASSERT_EQ(clens_vocabulary_create_strings(words, lengths, nullptr, 3, &made), CLENS_OK) << last_error();
  const HandleOf<clens_vocabulary> strings(made);
  clens_vocabulary_info info = CLENS_VOCABULARY_INFO_INIT;
  ASSERT_EQ(clens_vocabulary_describe(strings.get(), &info), CLENS_OK);
  EXPECT_EQ(info.size, 3u);
  EXPECT_GT(info.slots, 3u);
  EXPECT_EQ(info.slot_size, 16 * info.slots);
  ASSERT_NE(info.text_bytes, nullptr);
  const std::string text(static_cast<const char*>(info.text_bytes), info.text_size);
  for (const char* word : words) EXPECT_NE(text.find(word), std::string::npos);

  const std::uint64_t ids[] = {7, 1u << 20, 3};
  const std::uint32_t rows[] = {2, 0, 2};
  ASSERT_EQ(clens_vocabulary_create_keys(ids, rows, 3, &made), CLENS_OK) << last_error();
  const HandleOf<clens_vocabulary> keys(made);
  ASSERT_EQ(clens_vocabulary_describe(keys.get(), &info), CLENS_OK);
  EXPECT_EQ(info.size, 3u);
  EXPECT_EQ(info.text_bytes, nullptr);
  EXPECT_EQ(info.text_size, 0u);
}

TEST(VocabularyC, MistakesAreNamed) {
  clens_vocabulary* made = nullptr;
  const std::uint64_t twice[] = {7, 7};
  const std::uint32_t beyond[] = {0, 2};
  const std::uint64_t ids[] = {1, 2};
  EXPECT_EQ(clens_vocabulary_create_keys(twice, nullptr, 2, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_vocabulary_create_keys(ids, beyond, 2, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_vocabulary_create_keys(ids, nullptr, 0, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_vocabulary_create_keys(nullptr, nullptr, 1, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_vocabulary_create_keys(ids, nullptr, 2, nullptr), CLENS_E_INVALID_ARGUMENT);
  const char* words[] = {"red", nullptr};
  const std::size_t lengths[] = {3, 5};
  EXPECT_EQ(clens_vocabulary_create_strings(words, lengths, nullptr, 2, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "keys[1]: NULL");
  EXPECT_EQ(clens_vocabulary_create_strings(words, nullptr, nullptr, 2, &made), CLENS_E_INVALID_ARGUMENT);
  words[1] = "\xFFgreen";
  EXPECT_EQ(clens_vocabulary_create_strings(words, lengths, nullptr, 2, &made), CLENS_E_INVALID_ARGUMENT);
  for (const std::size_t count : {std::size_t{1} << 32, std::numeric_limits<std::size_t>::max()}) {
    EXPECT_EQ(clens_vocabulary_create_strings(words, lengths, nullptr, count, &made), CLENS_E_LIMIT_EXCEEDED);
    EXPECT_EQ(clens_vocabulary_create_keys(ids, nullptr, count, &made), CLENS_E_LIMIT_EXCEEDED);
  }
  EXPECT_EQ(made, nullptr);
  EXPECT_EQ(clens_vocabulary_describe(nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_vocabulary_release(nullptr);
}

}  // namespace
}  // namespace clicklens::testing
