#include "exec/packed_weights.h"

#include <gtest/gtest.h>

#include <limits>
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
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(*made) % 64, 0u);
    first.push_back(*made);
    bytes += sizeof(float) * table.packed_floats(layer.n, layer.k);
  }
  EXPECT_EQ(packed.bytes(), bytes);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    kernels::PackArgs args = args_of(layers[i], given[i]);
    const auto again = packed.get(args, table);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again, first[i]);
    std::vector<float> alone(table.packed_floats(layers[i].n, layers[i].k));
    args.packed = alone.data();
    table.pack_linear(args);
    EXPECT_EQ(std::vector<float>(first[i], first[i] + alone.size()), alone) << "layer " << i;
  }
  EXPECT_EQ(first[2], first[1] + 512 * 384);  // in what the large one before it left of its page
}

// Of each input the weights of all outputs; none where one of them is not finite.
TEST(PackedWeights, ByInputBesideTheOther) {
  const kernels::Table& table = *kernels::table_for(kernels::Isa::scalar);
  const Layer layer{50, 20};
  std::vector<float> w = weights_of(layer, 1);
  PackedWeights packed;
  const auto panels = packed.get(args_of(layer, w), table);
  const auto made = packed.get_by_input(args_of(layer, w), table),
             again = packed.get_by_input(args_of(layer, w), table);
  ASSERT_TRUE(panels.ok() && made.ok() && again.ok());
  ASSERT_NE(*made, nullptr);
  EXPECT_NE(*made, *panels);
  EXPECT_EQ(*again, *made);
  const std::size_t padded = table.by_input_floats(layer.n, layer.k) / layer.k;
  for (std::size_t input = 0; input < layer.k; ++input)
    for (std::size_t output = 0; output < padded; ++output)
      EXPECT_EQ((*made)[input * padded + output], output < layer.n ? w[output * layer.k + input] : 0.0f);
  for (const float odd : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    std::vector<float> other = w;
    other[7 * layer.k + 3] = odd;
    const auto none = packed.get_by_input(args_of(layer, other), table);
    ASSERT_TRUE(none.ok());
    EXPECT_EQ(*none, nullptr);
  }
}

}  // namespace
}  // namespace clicklens::exec
