// What the neuron lens adds up, bit for bit, over values of any magnitude and values that are not finite; any split of
// the rows, merged in any order; the sample.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lens/metrics_jackknife.h"
#include "lens/neurons_bins.h"
#include "neurons_support.h"

namespace clicklens::lens {
namespace {

using testing::all_flags;
using testing::ChosenRows;
using testing::ChosenValues;
using testing::RandomBatch;
using testing::saved;
using testing::wild_rows;

TEST(Neurons, SumsAreExactWhateverTheMagnitudes) {
  constexpr std::size_t width = 37;
  const ChosenValues values(width);
  const ChosenRows rows = wild_rows(3000, width, 3);
  for (const std::size_t tile_rows : {7u, 96u, 1024u}) {
    const auto session = values.session(tile_rows);
    const auto neurons = values.neurons({{}, 0, 1, 100, 64, all_flags});
    rows.add_all(*neurons, *session, 1100);
    for (std::size_t c = 0; c < width; ++c) {
      ExactSum sums[2], squares[2], cross;
      for (std::size_t r = 0; r < rows.size(); ++r) {
        const float x = rows.x[r * width + c];
        sums[rows.labels[r]].add(double{x});
        squares[rows.labels[r]].add_product(x, x);
        cross.add_product(x, rows.z[r]);
      }
      const NeuronColumns& found = neurons->layers()[0].columns;
      for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(found.cell(k, c).sum, sums[k]) << c;
        EXPECT_EQ(found.cell(k, c).square, squares[k]) << c;
      }
      EXPECT_EQ(found.cross[c], cross) << c;
    }
  }
}

TEST(Neurons, CountsAreThoseOfTheDrawnRows) {
  constexpr std::size_t width = 150;  // some blocks of columns, the last not full
  const ChosenValues values(width);
  const ChosenRows rows = wild_rows(2000, width, 6);
  for (const std::uint32_t every : {1u, 3u}) {
    const auto neurons = values.neurons({{}, 0, every, 10, 64, 0});
    rows.add_all(*neurons, *values.session(), 700);
    std::vector<std::uint64_t> wanted(width * 2 * neuron_bins);
    std::uint64_t drawn = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (mix(r) % every != 0) continue;
      ++drawn;
      for (std::size_t c = 0; c < width; ++c)
        ++wanted[(c * 2 + rows.labels[r]) * neuron_bins + bin_of(rows.x[r * width + c])];
    }
    EXPECT_EQ(neurons->counted(), drawn);
    EXPECT_EQ(neurons->layers()[0].counts.counts, wanted);
  }
}

// Dense inputs are finite, so what is not comes from x + x and (x + x) y; logits from z + z.
TEST(Neurons, NonFiniteValuesAreCountedAndLeftOut) {
  constexpr std::size_t width = 19;
  testing::ModelMaker maker;
  const std::uint32_t x = maker.node(format::DenseInputOp{maker.dense("x", format::Scope::candidate, width)}, {});
  const std::uint32_t y = maker.node(format::DenseInputOp{maker.dense("y", format::Scope::candidate, width)}, {});
  const std::uint32_t z = maker.node(format::DenseInputOp{maker.dense("z", format::Scope::candidate, 1)}, {});
  const std::uint32_t twice = maker.node(format::AddOp{}, {x, x});
  const std::uint32_t product = maker.node(format::MultiplyOp{}, {twice, y});
  maker.output("z", maker.node(format::AddOp{}, {z, z}));
  maker.desc.layers = {{"product", product}};
  const std::shared_ptr<exec::Model> model = maker.open();
  ASSERT_NE(model, nullptr);
  exec::SessionOptions options;
  options.observed = {product};
  const auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
  ASSERT_TRUE(session.ok());

  ChosenRows rows = wild_rows(900, width, 4);
  std::mt19937 random(1);
  rows.y.clear();
  for (std::size_t i = 0; i < rows.x.size(); ++i) {
    const bool odd = i % width % 3 == 0 && random() % 40 == 0;
    if (odd) rows.x[i] = random() % 2 == 0 ? 3e38f : -3e38f;
    rows.y.push_back(odd && random() % 2 == 0 ? 0.0f : 1.0f);
  }
  for (std::size_t r = 0; r < rows.size(); r += 13) rows.z[r] = 3e38f;
  const auto neurons = Neurons::create(model, {{}, 0, 1, 300, 64, all_flags});
  ASSERT_TRUE(neurons.ok());
  rows.add_all(**neurons, **session);

  std::uint64_t met = 0;
  for (std::size_t c = 0; c < width; ++c) {
    SCOPED_TRACE(c);
    std::vector<double> paired;
    std::uint64_t counts[2] = {};
    ExactSum sum, xx, zz, xz, px, pz;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const float v = (rows.x[r * width + c] + rows.x[r * width + c]) * rows.y[r * width + c];
      const float logit = rows.z[r] + rows.z[r];
      if (!std::isfinite(v)) {
        ++counts[0];
        continue;
      }
      ++counts[1];
      sum.add(double{v});
      if (!std::isfinite(logit)) continue;
      paired.push_back(double{v});
      px.add(double{v}), xx.add_product(v, v);
      pz.add(double{logit}), zz.add_product(logit, logit), xz.add_product(v, logit);
    }
    met += counts[0];
    const NeuronFigures found = (*neurons)->figures(0, c);
    EXPECT_EQ(found.non_finite, counts[0]);
    EXPECT_EQ(found.rows, counts[1]);
    EXPECT_EQ(found.mean, sum.value() / static_cast<double>(counts[1]));
    const std::uint64_t n = paired.size();
    EXPECT_NEAR(found.score_correlation,
                centred_product(n, xz, px, pz) /
                    (std::sqrt(centred_product(n, xx, px, px)) * std::sqrt(centred_product(n, zz, pz, pz))),
                1e-12);
  }
  EXPECT_GT(met, 20u);
  const std::vector<std::byte> bytes = saved(**neurons);
  const auto loaded = Neurons::load(model, bytes);
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  EXPECT_EQ(saved(**loaded), bytes);
  testing::read_everything(**loaded);
}

TEST(Neurons, ShardsInAnyOrderGiveTheBytesOfTheWhole) {
  constexpr std::size_t width = 9;
  const ChosenValues values(width);
  const ChosenRows rows = wild_rows(2000, width, 5);
  const NeuronsOptions options{{}, 0, 3, 150, 70, all_flags};
  const auto session = values.session();
  const auto whole = values.neurons(options);
  rows.add_all(*whole, *session, 333);
  const std::vector<std::byte> bytes = saved(*whole);
  std::mt19937 random(1);
  for (const std::size_t shards : {1u, 2u, 7u}) {
    for (int order = 0; order < 3; ++order) {
      std::vector<std::unique_ptr<Neurons>> parts;
      for (std::size_t s = 0; s < shards; ++s) parts.push_back(values.neurons(options));
      const std::size_t step = rows.size() / shards / 3 + 1;
      for (std::size_t begin = 0, i = 0; begin < rows.size(); begin += step, ++i)
        ASSERT_TRUE(rows.add_to(*parts[i % shards], *session, begin, std::min(begin + step, rows.size())).ok());
      std::shuffle(parts.begin(), parts.end(), random);
      const auto merged = order == 2 ? std::move(parts.front()) : values.neurons(options);
      for (const auto& part : parts) ASSERT_TRUE(part == nullptr || merged->merge(*part).ok());
      EXPECT_EQ(saved(*merged), bytes) << shards << " shards, order " << order;
    }
  }
}

TEST(Neurons, SampleHoldsTheRowsOfSmallestHash) {
  const ChosenValues values(3);
  const ChosenRows rows = wild_rows(700, 3, 8);
  const auto neurons = values.neurons({{}, 0, 1, 50, 64, format::neurons_scores});
  rows.add_all(*neurons, *values.session(), 100);
  std::vector<std::pair<std::uint64_t, std::size_t>> wanted;
  for (std::size_t r = 0; r < rows.size(); ++r) wanted.emplace_back(mix(r), r);
  std::sort(wanted.begin(), wanted.end());
  const auto order = neurons->sample().order();
  ASSERT_EQ(order.size(), 50u);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t r = wanted[i].second;
    EXPECT_EQ(neurons->sample().hash(order[i]), wanted[i].first);
    EXPECT_EQ(neurons->sample().logit(order[i]), rows.z[r]);
    EXPECT_EQ(neurons->sample().label(order[i]), rows.labels[r]);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(neurons->sample().values(order[i])[c], rows.x[r * 3 + c]);
    EXPECT_EQ(neurons->sample().values(order[i])[3], rows.y[r]);
  }
}

}  // namespace
}  // namespace clicklens::lens
