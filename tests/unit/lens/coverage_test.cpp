// Coverage of random models and batches against what their rows hold.
#include "lens/coverage.h"

#include "support/random_batch.h"
#include "support/random_model.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using testing::RandomBatch;
using testing::RandomModel;

class CoverageTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, CoverageTest, testing::seeds(300, 312));

TEST_P(CoverageTest, IsWhatTheRowsHold) {
  RandomModel random(GetParam());
  for (format::FeatureDesc& feature : random.maker.desc.features)
    if (feature.kind == format::FeatureKind::sparse) feature.missing_row = feature.unknown_row = 0;  // cover nothing
  const auto model = random.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch shared(random.maker, model->desc(), {5, 0, 1, 90});
  auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), {});
  ASSERT_TRUE(session.ok()) << session.status().message();
  const RandomBatch unshared = shared.unshared();
  std::size_t absent = 0;
  for (const RandomBatch* batch : {&shared, &unshared}) {
    const std::size_t features = model->desc().features.size();
    std::vector<std::uint8_t> covered(batch->rows() * features + 1, 7);
    const base::Status status = lens::coverage(**session, batch->batch(), covered);
    ASSERT_TRUE(status.ok()) << status.message();
    EXPECT_EQ(covered.back(), 7);
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      const testing::Row cells = batch->row(row);
      for (std::size_t f = 0; f < features; ++f) {
        const bool present = !cells[f].dense.empty() || !cells[f].ids.empty();
        EXPECT_EQ(covered[row * features + f], present ? 1 : 0) << row << " " << f;
        absent += present ? 0 : 1;
      }
    }
  }
  EXPECT_GT(absent, 0u);
}

}  // namespace
}  // namespace clicklens
