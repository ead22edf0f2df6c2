#include "exec/packed_weights.h"

#include <gtest/gtest.h>

#include <numeric>

#include "kernels/dispatch.h"

namespace clicklens::exec {
namespace {

struct Layer {
  std::size_t n = 0, k = 0;
};

std::vector<float> weights_of(const Layer& layer, float first) {
  std::vector<float> w(layer.n * layer.k);
  std::iota(w.begin(), w.end(), first);
  return w;
}

kernels::PackArgs args_of(const Layer& layer, const std::vector<float>& w) {
  kernels::PackArgs args;
  args.w = w.data();
  args.stride_out = layer.k;
  args.stride_reduction = 1;
  args.n = layer.n;
  args.k = layer.k;
  return args;
}

// Large ones share huge pages, one needs several, small ones come before and behind them.
TEST(PackedWeights, LayersBesideEachOtherKeepTheirs) {
  const kernels::Table& table = *kernels::table_for(kernels::Isa::scalar);
  const std::vector<Layer> layers = {{1, 7},     {512, 384}, {3, 5},     {256, 512},
                                     {700, 800}, {64, 128},  {512, 512}, {1, 64}};
  PackedWeights packed;
  std::vector<std::vector<float>> given;
  std::vector<const float*> first;
  std::size_t bytes = 0;
  for (const Layer& layer : layers) {
    given.push_back(weights_of(layer, static_cast<float>(given.size())));
    const auto made = packed.get(args_of(layer, given.back()), table);
    ASSERT_TRUE(made.ok()) << made.status().message();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(made->data) % 64, 0u);
    EXPECT_TRUE(made->finite);
    first.push_back(made->data);
    bytes += sizeof(float) * table.packed_floats(layer.n, layer.k);
  }
  EXPECT_EQ(packed.bytes(), bytes);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    kernels::PackArgs args = args_of(layers[i], given[i]);
    const auto again = packed.get(args, table);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->data, first[i]);
    std::vector<float> alone(table.packed_floats(layers[i].n, layers[i].k));
    args.packed = alone.data();
    table.pack_linear(args);
    EXPECT_EQ(std::vector<float>(first[i], first[i] + alone.size()), alone) << "layer " << i;
  }
  EXPECT_EQ(first[2], first[1] + 512 * 384);  // in what the large one before it left of its page
}

}  // namespace
}  // namespace clicklens::exec
