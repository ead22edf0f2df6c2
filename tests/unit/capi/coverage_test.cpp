// Coverage through the C ABI: what counts as saying something, feature by feature, and mistakes.
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

constexpr std::size_t features = 3;  // user, ad, match: ad has an unknown_row

class CoverageC : public ::testing::Test {
 protected:
  static std::vector<int> run(const TinyHost& host) {
    std::vector<std::uint8_t> covered(host.candidates() * features + 1, 9);
    const clens_batch batch = host.batch();
    const HandleOf<clens_session> session = host.session();  // no gradients
    EXPECT_EQ(clens_saliency_coverage(session.get(), &batch, covered.data(), covered.size() - 1), CLENS_OK)
        << last_error();
    EXPECT_EQ(covered.back(), 9);
    return {covered.begin(), covered.end() - 1};
  }
  // Of one feature, by candidate.
  static std::vector<int> run(const TinyHost& host, std::size_t feature) {
    std::vector<int> column;
    const auto covered = run(host);
    for (std::size_t c = 0; c < host.candidates(); ++c) column.push_back(covered[c * features + feature]);
    return column;
  }

  TinyHost host_{{3, 0, 2}};
  HandleOf<clens_session> session_ = host_.session();
};

TEST_F(CoverageC, KnownIdsAndFiniteNumbersCover) {
  EXPECT_EQ(run(host_), std::vector<int>(15, 1));
}

TEST_F(CoverageC, RowsThatStandInForUnknownIdsDoNot) {
  host_.ads = {0, tiny::ad_rows, 3, 4000000, 1};
  host_.column(TinyHost::ad).values = host_.ads.data();
  EXPECT_EQ(run(host_, 1), (std::vector<int>{1, 0, 1, 0, 1}));
}

TEST_F(CoverageC, ARequestsFeatureCoversAllItsCandidates) {
  host_.users = {tiny::user_rows, 1, 2};
  host_.column(TinyHost::user).values = host_.users.data();
  EXPECT_EQ(run(host_, 0), (std::vector<int>{0, 0, 0, 1, 1}));
}

TEST_F(CoverageC, OneFiniteNumberIsEnough) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  host_.matches = {nan, inf, nan, 1, 0, -inf, 2, 2, 2, 2};
  host_.column(TinyHost::match).values = host_.matches.data();
  EXPECT_EQ(run(host_, 2), (std::vector<int>{0, 1, 1, 1, 1}));
  const std::uint8_t valid[] = {0b01111};
  host_.column(TinyHost::match).validity = valid;
  EXPECT_EQ(run(host_, 2), (std::vector<int>{0, 1, 1, 1, 0}));
}

TEST_F(CoverageC, AnIdAnywhereInALongListIsFound) {
  std::vector<std::uint32_t> ids(2000, tiny::ad_rows);
  ids[999] = 7;
  const std::int32_t ends[] = {0, 0, 1000, 1000, 1999, 2000};
  clens_column& column = host_.column(TinyHost::ad);
  column.values = ids.data();
  column.value_count = ids.size();
  column.row_offsets = ends;
  column.offset_bits = 32;
  EXPECT_EQ(run(host_, 1), (std::vector<int>{0, 1, 0, 0, 0}));
}

TEST_F(CoverageC, ManyEntriesAreEachTheirOwn) {
  TinyHost many({150, 1});
  for (std::size_t c = 0; c < many.ads.size(); ++c) many.ads[c] = c % 3 == 0 ? tiny::ad_rows : 5;
  const auto covered = run(many, 1);
  ASSERT_EQ(covered.size(), 151u);
  for (std::size_t c = 0; c < covered.size(); ++c) EXPECT_EQ(covered[c], c % 3 == 0 ? 0 : 1) << c;
}

TEST_F(CoverageC, AnEmptyRequestWritesNothing) {
  EXPECT_TRUE(run(TinyHost({0})).empty());
}

TEST_F(CoverageC, MistakesAreNamed) {
  std::vector<std::uint8_t> covered(15);
  const clens_batch batch = host_.batch();
  EXPECT_EQ(clens_saliency_coverage(session_.get(), &batch, covered.data(), 14), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(session_error(session_.get()), last_error());
  EXPECT_EQ(clens_saliency_coverage(session_.get(), &batch, nullptr, 15), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_saliency_coverage(session_.get(), nullptr, covered.data(), 15), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_saliency_coverage(nullptr, &batch, covered.data(), 15), CLENS_E_INVALID_ARGUMENT);
  host_.column(TinyHost::ad).value_count = 4;
  const clens_batch broken = host_.batch();
  EXPECT_EQ(clens_saliency_coverage(session_.get(), &broken, covered.data(), 15), CLENS_E_BAD_BATCH);
}

}  // namespace
}  // namespace clicklens::testing
