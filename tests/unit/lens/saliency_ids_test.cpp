// Who gets the part of a maximum: the first of ties, a NaN, the row that stands in for an unknown id.
#include <cmath>
#include <limits>

#include "lens/saliency.h"
#include "support/random_batch.h"

namespace clicklens {
namespace {

// One bag, max pooled from a table of four rows of two floats; logit = 2 a - 5 b.
std::vector<float> max_pooled_ids(std::vector<float> table, lens::SaliencyMethod method, std::vector<std::uint32_t> ids,
                                  std::int64_t unknown_row = -1) {
  testing::ModelMaker maker(1);
  const std::uint32_t feature = maker.sparse("f", format::Scope::candidate, 4, format::Pooling::max);
  maker.desc.features[feature].unknown_row = unknown_row;
  const std::uint32_t index = maker.table(4, 2);
  maker.replace_table(index, std::move(table));
  const std::uint32_t w = maker.constant({1, 2}, {2.0f, -5.0f});
  maker.output("ctr", maker.node(format::LinearOp{w, format::no_index}, {maker.bag(feature, index)}));
  const auto model = maker.open();
  if (model == nullptr) return {};
  exec::SessionOptions options;
  options.gradients = true;
  const auto session = exec::Session::create(model, testing::RandomBatch::inputs(model->desc()), options);
  EXPECT_TRUE(session.ok()) << session.status().message();
  const std::int64_t offsets[] = {0, static_cast<std::int64_t>(ids.size())};
  encode::Column column;
  column.value_type = encode::ValueType::u32;
  column.values = ids.data();
  column.value_count = ids.size();
  column.offset_bits = 64;
  column.row_offsets = offsets;
  exec::Batch batch;
  batch.candidates = 1;
  batch.columns = {&column, 1};
  lens::SaliencySpec spec;
  spec.method = method;
  spec.level = lens::SaliencyLevel::id;
  std::vector<float> values(ids.size(), -99.0f);
  exec::Output scores;
  const base::Status status = lens::saliency(**session, batch, spec, values, scores);
  EXPECT_TRUE(status.ok()) << status.message();
  return values;
}

TEST(SaliencyIds, TheFirstOfTiesWinsAMaximum) {
  const std::vector<float> table = {7, 1, 7, 3, 0, 0, 7, 3};
  EXPECT_EQ(max_pooled_ids(table, lens::SaliencyMethod::gradient_l1, {0, 1, 3}), (std::vector<float>{2, 5, 0}));
  EXPECT_EQ(max_pooled_ids(table, lens::SaliencyMethod::gradient_x_input, {3, 1, 0}),
            (std::vector<float>{14 - 15, 0, 0}));
  EXPECT_EQ(max_pooled_ids(table, lens::SaliencyMethod::gradient_l1, {1, 1, 1}), (std::vector<float>{7, 0, 0}));
}

TEST(SaliencyIds, ANanWinsAMaximum) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> table = {1, 2, nan, 3, nan, 0, 5, 6};
  EXPECT_EQ(max_pooled_ids(table, lens::SaliencyMethod::gradient_l1, {0, 1, 3}), (std::vector<float>{0, 2, 5}));
  EXPECT_EQ(max_pooled_ids(table, lens::SaliencyMethod::gradient_l1, {0, 2, 1}),
            (std::vector<float>{0, 2, 5}));  // first
  const std::vector<float> parts = max_pooled_ids(table, lens::SaliencyMethod::gradient_x_input, {0, 1, 3});
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0], 0.0f);
  EXPECT_TRUE(std::isnan(parts[1]));
  EXPECT_EQ(parts[2], -30.0f);
}

TEST(SaliencyIds, AnUnknownIdHasThePartOfTheRowThatStandsInForIt) {
  const std::vector<float> table = {1, 2, 3, 4, 5, 6, 0, 0};
  EXPECT_EQ(max_pooled_ids(table, lens::SaliencyMethod::gradient_l1, {0, 99}), (std::vector<float>{7, 0}));  // dropped
  EXPECT_EQ(max_pooled_ids(table, lens::SaliencyMethod::gradient_l1, {0, 99}, 2), (std::vector<float>{0, 7}));
  EXPECT_EQ(max_pooled_ids(table, lens::SaliencyMethod::gradient_x_input, {0, 99}, 2),
            (std::vector<float>{0, 10 - 30}));
}

}  // namespace
}  // namespace clicklens
