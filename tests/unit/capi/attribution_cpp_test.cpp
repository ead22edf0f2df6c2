// Attribution by single ids through the C++ header.
#include <gtest/gtest.h>

#include <clicklens/clicklens.hpp>
#include <cmath>

#include "support/files.h"
#include "support/model_maker.h"

namespace clicklens {
namespace {

TEST(AttributionCpp, IdsHaveWhatTheirFeaturesHave) {
  testing::ModelMaker maker;
  const std::uint32_t tags = maker.sparse("tags", format::Scope::candidate, 8, format::Pooling::mean);
  const std::uint32_t ad = maker.sparse("ad", format::Scope::candidate, 8);
  const std::vector<std::uint32_t> bags = {maker.bag(tags, maker.table(8, 4)), maker.bag(ad, maker.table(8, 4))};
  const std::uint32_t fires =
      maker.activation(format::ActivationKind::relu, maker.linear(maker.node(format::ConcatOp{}, bags), 8, 6));
  maker.output("ctr", maker.linear(fires, 6, 1));
  maker.desc.layers = {{"l1", fires}};
  const testing::TemporaryPath path("attribution_cpp.clens");
  ASSERT_TRUE(maker.write(path.str()).ok());
  const Model model(path.str());
  const Inputs inputs = Inputs::of(model);
  Session session(model, inputs);
  const std::size_t layer = model.find_value("l1");
  Explainer explainer(model, inputs, {layer});
  const std::vector<std::int64_t> offsets = {0, 2, 3, 3};
  const std::vector<std::uint64_t> tag_ids = {1, 5, 2}, ads = {3, 4, 5};
  Batch batch(3);
  batch.keys(0, tag_ids, &offsets).keys(1, ads);

  clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
  spec.level = CLENS_LEVEL_FEATURE;
  const Attribution features = explainer.attribute(batch, spec);
  spec.level = CLENS_LEVEL_ID;
  const Attribution ids = explainer.attribute(batch, spec, session);
  ASSERT_EQ(ids.values.size(), 6u);  // tags 1, 5, ad 3; tag 2, ad 4; ad 5
  EXPECT_NEAR(ids.values[0] + ids.values[1], features.values[0], 1e-5f);
  EXPECT_NEAR(ids.values[2], features.values[1], 1e-6f);
  EXPECT_NEAR(ids.values[3], features.values[2], 1e-6f);
  EXPECT_NEAR(ids.values[4], features.values[3], 1e-6f);
  EXPECT_NEAR(ids.values[5], features.values[5], 1e-6f);
  EXPECT_NE(ids.values[0], 0.0f);
  for (const clens_attribution_info& info : ids.infos) EXPECT_NEAR(info.rest, 0, 1e-12);  // zero stands for no ids

  spec.method = CLENS_ATTRIBUTION_NEURON_GRADIENTS;
  spec.layer = layer;
  EXPECT_EQ(explainer.attribute(batch, spec, session).values.size(), 36u);
  EXPECT_THROW(static_cast<void>(explainer.attribute(batch, spec)), Error);
}

}  // namespace
}  // namespace clicklens
