// An explainer takes its memory when it is made: no method allocates or locks, and a heap that refuses is a status.
#include <gtest/gtest.h>

#include "alloc_heap.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

struct Explained {
  clens_status create(clens_explainer** out) {
    static const std::size_t layers[] = {tiny::hidden_relu};
    clens_explainer_options options = CLENS_EXPLAINER_OPTIONS_INIT;
    options.layers = layers;
    options.layer_count = 1;
    options.rows = 16;
    return clens_explainer_create(host.model(), host.inputs(), &options, out);
  }
  clens_status run(clens_explainer* explainer, std::uint32_t method, std::uint32_t level = CLENS_LEVEL_GROUP) {
    clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
    spec.method = method;
    spec.level = level;
    spec.layer = tiny::hidden_relu;
    spec.baselines = row;
    spec.baseline_rows = 1;
    spec.spreads = row;
    spec.spread_count = 10;
    spec.tolerance = 1e-6;
    clens_attribution out = CLENS_ATTRIBUTION_INIT;
    out.values = values;
    out.capacity = std::size(values);
    out.infos = infos;
    out.info_capacity = std::size(infos);
    const clens_batch batch = host.batch();
    return clens_explainer_run(explainer, &batch, &spec, &out);
  }
  TinyHost host{{9, 0, 3}};
  float row[10] = {0.5f, 0.25f};
  float values[12 * 8 * 3];
  clens_attribution_info infos[12];
};

TEST(AttributionQuiet, RunningAllocatesNothing) {
  Explained explained;
  clens_explainer* explainer = nullptr;
  ASSERT_EQ(explained.create(&explainer), CLENS_OK) << last_error();
  for (std::uint32_t method = 0; method <= CLENS_ATTRIBUTION_NEURON_GRADIENTS; ++method) {
    clens_status status = CLENS_E_INTERNAL;
    std::int64_t requests = -1, locks = -1;
    {
      const ArmedHeap armed;
      status = explained.run(explainer, method);
      requests = ArmedHeap::requests();
      locks = locks_taken();
    }
    EXPECT_EQ(status, CLENS_OK) << method << last_error();
    EXPECT_EQ(requests, 0) << method;
    EXPECT_EQ(locks, 0) << method;
  }
  clens_explainer_release(explainer);
}

// Once there is room for the batch's largest candidate.
TEST(AttributionQuiet, RunningByIdAllocatesNothingTheSecondTime) {
  Explained explained;
  clens_explainer* explainer = nullptr;
  ASSERT_EQ(explained.create(&explainer), CLENS_OK) << last_error();
  clens_status refused = CLENS_OK;
  {
    const ArmedHeap armed(0);
    refused = explained.run(explainer, CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_LEVEL_ID);
  }
  EXPECT_EQ(refused, CLENS_E_OUT_OF_MEMORY);
  ASSERT_EQ(explained.run(explainer, CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_LEVEL_ID), CLENS_OK) << last_error();
  for (std::uint32_t method = 0; method <= CLENS_ATTRIBUTION_NEURON_GRADIENTS; ++method) {
    if (method == CLENS_ATTRIBUTION_CONDUCTANCE) continue;
    clens_status status = CLENS_E_INTERNAL;
    std::int64_t requests = -1;
    {
      const ArmedHeap armed;
      status = explained.run(explainer, method, CLENS_LEVEL_ID);
      requests = ArmedHeap::requests();
    }
    EXPECT_EQ(status, CLENS_OK) << method << last_error();
    EXPECT_EQ(requests, 0) << method;
  }
  clens_explainer_release(explainer);
}

TEST(AttributionQuiet, ARefusedRequestIsAStatus) {
  Explained explained;
  clens_explainer* first = nullptr;
  ASSERT_EQ(explained.create(&first), CLENS_OK);  // the model keeps packed weights
  clens_explainer_release(first);
  const std::int64_t before = blocks_in_use();
  std::int64_t survived = 0, refused = 0;
  for (;; ++refused) {
    ASSERT_LT(refused, 10'000);
    clens_explainer* explainer = nullptr;
    bool met = false;
    clens_status status = CLENS_OK;
    {
      const ArmedHeap armed(refused);
      status = explained.create(&explainer);
      met = ArmedHeap::has_refused();
    }
    EXPECT_TRUE(status == CLENS_OK || (met && status == CLENS_E_OUT_OF_MEMORY)) << refused;
    survived += met && status == CLENS_OK;
    clens_explainer_release(explainer);
    if (!met) break;
  }
  EXPECT_LT(20 * survived, refused);  // std::stable_sort can do without its buffer
  EXPECT_EQ(blocks_in_use(), before);
}

}  // namespace
}  // namespace clicklens::testing
