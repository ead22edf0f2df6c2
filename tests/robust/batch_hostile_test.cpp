// Batches from hosts with bugs, and flat batches from anywhere: always a status, never a crash, and scores that
// are written only by runs that succeed. Seeded, so that a failure can be repeated.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "support/rich_host.h"

namespace clicklens::testing {
namespace {

constexpr float untouched = -7.0f;

bool is_refusal(clens_status status) {
  return status == CLENS_E_BAD_BATCH || status == CLENS_E_BAD_VALUE || status == CLENS_E_BUFFER_TOO_SMALL ||
         status == CLENS_E_INVALID_ARGUMENT;
}

class Hostile : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  Hostile() : host_(GetParam()) {
    const clens_batch batch = host_.batch(0, RichHost::entries);
    std::size_t size = 0;
    EXPECT_EQ(clens_flat_size(host_.session(), &batch, &size), CLENS_OK) << last_error();
    flat_.resize(size / 8);
    EXPECT_EQ(clens_flat_write(host_.session(), &batch, flat_.data(), size), CLENS_OK) << last_error();
  }

  // Returns whether the batch was scored. The buffer has its exact size on the heap, for AddressSanitizer.
  bool run_flat(const std::vector<std::uint64_t>& buffer, std::size_t size) {
    std::vector<float> scores(RichHost::entries, untouched);
    const clens_status status =
        clens_session_run_flat(host_.session(), buffer.data(), size, CLENS_OUTPUT_LOGIT, scores.data(), scores.size());
    if (status == CLENS_OK) return true;
    EXPECT_TRUE(is_refusal(status)) << clens_status_name(status) << ": " << last_error();
    EXPECT_FALSE(last_error().empty());
    const bool checked_first = status != CLENS_E_BAD_VALUE;
    EXPECT_TRUE(!checked_first || scores == std::vector<float>(RichHost::entries, untouched));
    return false;
  }

  RichHost host_;
  std::vector<std::uint64_t> flat_;
};

TEST_P(Hostile, EveryTruncationOfAFlatBatch) {
  const std::size_t whole = flat_.size() * 8;
  for (std::size_t size = 1; size < whole; ++size) {
    std::vector<std::uint64_t> cut((size + 7) / 8);
    std::memcpy(cut.data(), flat_.data(), size);
    EXPECT_FALSE(run_flat(cut, size)) << size;
  }
  EXPECT_TRUE(run_flat(flat_, whole));
}

TEST_P(Hostile, ThousandsOfChangedBytesInAFlatBatch) {
  Random random(GetParam());
  std::size_t refused = 0;
  constexpr std::size_t rounds = 4000;
  for (std::size_t i = 0; i < rounds; ++i) {
    std::vector<std::uint64_t> changed = flat_;
    auto* bytes = reinterpret_cast<unsigned char*>(changed.data());
    const std::size_t changes = 1 + random.below(3);
    for (std::size_t k = 0; k < changes; ++k)
      bytes[random.below(changed.size() * 8)] ^= static_cast<unsigned char>(1 + random.below(255));
    refused += run_flat(changed, changed.size() * 8) ? 0 : 1;
  }
  EXPECT_GT(refused, rounds / 10);  // header, records, offsets
  EXPECT_LT(refused, rounds);       // ids, texts, floats
  EXPECT_TRUE(run_flat(flat_, flat_.size() * 8));
}

TEST_P(Hostile, NumbersOfColumnsThatAreNotTrue) {
  Random random(GetParam() + 1);
  std::size_t refused = 0;
  constexpr std::size_t rounds = 2000;
  for (std::size_t i = 0; i < rounds; ++i) {
    clens_batch batch = host_.batch(0, RichHost::entries);
    std::vector<clens_column> columns(batch.columns, batch.columns + batch.column_count);
    clens_column& column = columns[random.below(columns.size())];
    const std::uint64_t absurd[] = {0,
                                    1,
                                    5,
                                    random.next(),
                                    std::uint64_t{1} << 63,
                                    std::numeric_limits<std::uint64_t>::max(),
                                    std::numeric_limits<std::uint64_t>::max() / 4};
    const std::uint64_t value = absurd[random.below(std::size(absurd))];
    const auto narrow = static_cast<std::uint32_t>(value);
    switch (random.below(9)) {
      case 0:
        column.input = narrow;
        break;
      case 1:
        column.kind = narrow;
        break;
      case 2:
        column.value_type = narrow;  // none is wider than the keys
        break;
      case 3:
        column.offset_bits = narrow == 64 ? 0 : narrow;
        break;
      case 4:
        column.first = value | std::uint64_t{1} << 60;  // row_offsets have no length of their own
        break;
      case 5:
        column.value_count = std::min(column.value_count, value);  // never more than there is
        break;
      case 6:
        column.string_count = std::min(column.string_count, value);
        break;
      case 7:
        batch.requests = value;
        batch.request_offsets = nullptr;
        break;
      default:
        batch.candidates = std::max<std::uint64_t>(value, RichHost::entries + 1);
    }
    batch.columns = columns.data();
    std::vector<float> scores(RichHost::entries, untouched);
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores.data();
    output.capacity = scores.size();
    const clens_status status = clens_session_run(host_.session(), &batch, &output);
    if (status == CLENS_OK) continue;
    ++refused;
    ASSERT_TRUE(is_refusal(status)) << clens_status_name(status) << ": " << last_error();
    ASSERT_EQ(scores, std::vector<float>(RichHost::entries, untouched));
  }
  EXPECT_GT(refused, rounds / 2);
  EXPECT_LT(refused, rounds);
}

INSTANTIATE_TEST_SUITE_P(OffsetBits, Hostile, ::testing::Values(32u, 64u));

}  // namespace
}  // namespace clicklens::testing
