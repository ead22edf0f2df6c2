// The flat form: what comes back from it scores the same bits; whatever the bytes, a status.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "support/rich_host.h"

namespace clicklens::testing {
namespace {

std::vector<std::uint64_t> flatten(clens_session* session, const clens_batch& batch) {
  std::size_t size = 0;
  EXPECT_EQ(clens_flat_size(session, &batch, &size), CLENS_OK) << last_error();
  EXPECT_EQ(size % 8, 0u);
  std::vector<std::uint64_t> buffer(size / 8, 0xABABABABABABABABu);
  EXPECT_EQ(clens_flat_write(session, &batch, buffer.data(), size), CLENS_OK) << last_error();
  return buffer;
}

clens_status run_flat(clens_session* session, const std::vector<std::uint64_t>& buffer, std::vector<float>& out) {
  return clens_session_run_flat(session, buffer.data(), buffer.size() * 8, CLENS_OUTPUT_LOGIT, out.data(), out.size());
}

TEST(FlatC, ScoresTheSameBits) {
  const TinyHost host({3, 0, 2, 17});
  const auto session = host.session();
  const std::vector<float> wanted = host.run(session.get());
  std::vector<float> got(wanted.size());
  ASSERT_EQ(run_flat(session.get(), flatten(session.get(), host.batch()), got), CLENS_OK) << last_error();
  EXPECT_EQ(bits(got), bits(wanted));
}

TEST(FlatC, SlicesListsStringsWeightsAndNullsSurvive) {
  for (const std::uint32_t offset_bits : {32u, 64u}) {
    RichHost host(offset_bits);
    const std::vector<float> whole = host.run(0, RichHost::entries);
    for (const auto& [first, count] :
         {std::pair<std::size_t, std::size_t>{0, RichHost::entries}, {3, 5}, {9, 3}, {11, 0}}) {
      const std::vector<float> wanted = host.run(first, count);
      EXPECT_TRUE(std::equal(wanted.begin(), wanted.end(), whole.begin() + static_cast<std::ptrdiff_t>(first)));
      const auto flat = flatten(host.session(), host.batch(first, count));
      std::vector<float> got(count + 1, -7.0f);
      ASSERT_EQ(run_flat(host.session(), flat, got), CLENS_OK) << last_error();
      EXPECT_EQ(got.back(), -7.0f);
      got.pop_back();
      EXPECT_EQ(bits(got), bits(wanted));
    }
  }
}

TEST(FlatC, OnlyWhatCountsIsWritten) {
  RichHost host(32);
  const auto slice = flatten(host.session(), host.batch(3, 5));
  const auto whole = flatten(host.session(), host.batch(0, RichHost::entries));
  EXPECT_LT(slice.size(), whole.size());
  // equal batches, one of them cut out of larger arrays
  RichHost cut(32, 3, 5);
  EXPECT_EQ(slice, flatten(cut.session(), cut.batch(0, 5)));
}

TEST(FlatC, ColumnsNobodyWantsAreLeftOut) {
  TinyHost host;
  const auto session = host.session();
  const auto without = flatten(session.get(), host.batch());
  clens_column extra = CLENS_COLUMN_INIT;
  extra.input = TinyHost::unused;
  extra.kind = CLENS_COLUMN_STRINGS;
  extra.value_type = CLENS_TYPE_BYTES;
  host.columns().insert(host.columns().begin(), extra);
  EXPECT_EQ(flatten(session.get(), host.batch()), without);
}

TEST(FlatC, KeysOfRequestsAreKept) {
  const TinyHost host;
  const auto session = host.session();
  const std::uint64_t keys[] = {0x1111, 0x2222, 0x3333};
  clens_batch batch = host.batch();
  const auto without = flatten(session.get(), batch);
  batch.request_keys = keys;
  const auto with = flatten(session.get(), batch);
  EXPECT_EQ(with.size(), without.size() + 3);
  EXPECT_NE(std::search(with.begin(), with.end(), std::begin(keys), std::end(keys)), with.end());
  std::vector<float> got(host.candidates());
  EXPECT_EQ(run_flat(session.get(), with, got), CLENS_OK) << last_error();
}

TEST(FlatC, MistakesAreNamed) {
  const TinyHost host;
  const auto session = host.session();
  const clens_batch batch = host.batch();
  auto flat = flatten(session.get(), batch);
  std::vector<float> out(host.candidates());
  const std::size_t size = flat.size() * 8;
  std::size_t measured = 0;
  EXPECT_EQ(clens_flat_size(nullptr, &batch, &measured), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_flat_size(session.get(), nullptr, &measured), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_flat_size(session.get(), &batch, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_flat_write(session.get(), &batch, nullptr, size), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_flat_write(session.get(), &batch, flat.data(), size - 1), CLENS_E_BUFFER_TOO_SMALL);
  clens_batch wrong = batch;
  wrong.candidates = 6;
  EXPECT_EQ(clens_flat_size(session.get(), &wrong, &measured), CLENS_E_BAD_BATCH);

  const auto run = [&](const void* buffer, std::size_t bytes, std::uint32_t kind, std::size_t capacity) {
    return clens_session_run_flat(session.get(), buffer, bytes, kind, out.data(), capacity);
  };
  EXPECT_EQ(run(flat.data(), size, 0, out.size()), CLENS_OK);
  EXPECT_EQ(run(flat.data(), size, 2, out.size()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(run(flat.data(), size, 0, out.size() - 1), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(run(nullptr, size, 0, out.size()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(run(reinterpret_cast<const char*>(flat.data()) + 4, size - 4, 0, out.size()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(session_error(session.get()), "buffer: not at a multiple of 8");
  EXPECT_EQ(clens_session_run_flat(session.get(), flat.data(), size, 0, nullptr, 5), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_session_run_flat(nullptr, flat.data(), size, 0, out.data(), 5), CLENS_E_INVALID_ARGUMENT);
  for (std::size_t bytes = 0; bytes < size; bytes += 8) EXPECT_EQ(run(flat.data(), bytes, 0, 5), CLENS_E_BAD_BATCH);
}

// Each field of header and records set to something absurd.
TEST(FlatC, FieldsOfHeaderAndRecordsAreChecked) {
  RichHost host(64);
  const auto flat = flatten(host.session(), host.batch(0, RichHost::entries));
  std::vector<float> out(RichHost::entries);
  ASSERT_EQ(run_flat(host.session(), flat, out), CLENS_OK);
  const std::size_t words = 8 + RichHost::columns * 11;  // FlatHeader, FlatColumn
  for (std::size_t word = 0; word < words; ++word) {
    for (const std::uint64_t value : {~std::uint64_t{0}, std::uint64_t{1} << 62, flat[word] + (std::uint64_t{1} << 32),
                                      std::uint64_t{flat.size() * 8}, std::uint64_t{4}}) {
      auto wrong = flat;
      wrong[word] = value;
      std::vector<float> scores(RichHost::entries, -7.0f);
      const clens_status status = run_flat(host.session(), wrong, scores);
      if (status == CLENS_OK) continue;  // a field that may hold this
      EXPECT_TRUE(status == CLENS_E_BAD_BATCH || status == CLENS_E_BUFFER_TOO_SMALL) << word << " " << value;
      EXPECT_EQ(scores, std::vector<float>(RichHost::entries, -7.0f));
    }
    auto wrong = flat;
    wrong[word] = ~std::uint64_t{0};
    EXPECT_NE(run_flat(host.session(), wrong, out), CLENS_OK) << word;
  }
}

}  // namespace
}  // namespace clicklens::testing
