// The loops that machines are measured with do what they say.
#include <gtest/gtest.h>

#include <vector>

#include "kernels/dispatch.h"

namespace clicklens::kernels {
namespace {

TEST(RooflineKernels, ChainsConvergeAndCountTheirOperations) {
  for (const Isa isa : compiled_isas()) {
    const Table* table = table_for(isa);
    if (table == nullptr) continue;
    float sum = 0.0f;
    const std::size_t lanes = table->fma_chains(1, &sum) / 24;  // x / 2 + 1 from 0
    EXPECT_TRUE(lanes == 1 || lanes == 4 || lanes == 8 || lanes == 16) << table->name;
    EXPECT_EQ(sum, 12.0f) << table->name;
    sum = 0.0f;
    EXPECT_EQ(table->fma_chains(40, &sum), 40 * 24 * lanes) << table->name;
    EXPECT_EQ(sum, 24.0f) << table->name;  // twelve times the limit 2
  }
}

TEST(RooflineKernels, EveryFloatIsReadOnce) {
  std::vector<float> x(1024);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 7);
  for (const Isa isa : compiled_isas()) {
    const Table* table = table_for(isa);
    if (table == nullptr) continue;
    // One lane of the sum comes back: of floats one lane apart.
    float sums[2] = {-1.0f, -1.0f};
    table->read_floats(x.data(), 1024, sums);
    float one = 0.0f;
    const std::size_t lanes = table->fma_chains(1, &one) / 24;
    float expected = 0.0f;
    for (std::size_t i = 0; i < x.size(); i += lanes) expected += x[i];
    EXPECT_EQ(sums[0], expected) << table->name;
    EXPECT_EQ(sums[1], -1.0f) << table->name;
  }
}

}  // namespace
}  // namespace clicklens::kernels
