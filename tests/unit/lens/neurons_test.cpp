// The neuron lens on random models: figures against plain loops over captured activations, and what must not show in
// the saved bytes: tiles, shards and their order, sharing, instruction sets.
#include "lens/neurons.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/dispatch.h"
#include "lens/metrics_jackknife.h"
#include "lens/neurons_bins.h"
#include "neurons_support.h"
#include "support/made.h"
#include "support/seeds.h"

namespace clicklens::lens {
namespace {

using testing::all_flags;
using testing::ChosenRows;
using testing::ChosenValues;
using testing::Made;
using testing::RandomBatch;
using testing::saved;
using testing::wild_rows;

NeuronsOptions every_value(const Made& made, std::uint32_t flags = all_flags) {
  NeuronsOptions options;
  options.values.resize(made.desc().values.size());
  std::iota(options.values.begin(), options.values.end(), 0u);
  options.count_every = 2;
  options.sample_rows = 20;
  options.flags = flags;
  return options;
}

std::unique_ptr<exec::Session> watching(const Made& made, std::size_t tile_rows,
                                        const kernels::Table* table = nullptr) {
  exec::SessionOptions options;
  options.tile_rows = tile_rows;
  options.kernels = table;
  options.observed = every_value(made).values;
  options.captures = options.observed;
  return session_of(made, options);
}

// Labels and clusters of n rows, the same for the same seed.
struct About {
  About(std::size_t n, std::uint32_t seed) {
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      labels.push_back(static_cast<std::uint8_t>(random() % 3 == 0));
      clusters.push_back(random() % 40);
    }
  }
  [[nodiscard]] NeuronRows rows(std::optional<std::uint64_t> first = {}) const {
    return {labels.data(), clusters.data(), nullptr, first};
  }
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters;
};

std::unique_ptr<Neurons> watched(const Made& made, const RandomBatch& batch, const About& about, std::size_t tile_rows,
                                 const kernels::Table* table = nullptr) {
  auto neurons = Neurons::create(made.model, every_value(made));
  EXPECT_TRUE(neurons.ok()) << neurons.status().message();
  const auto session = watching(made, tile_rows, table);
  const base::Status status = (*neurons)->add(*session, batch.batch(), about.rows());
  EXPECT_TRUE(status.ok()) << status.message();
  return std::move(*neurons);
}

class NeuronsTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, NeuronsTest, testing::seeds(1, 13));

TEST_P(NeuronsTest, FiguresAreThoseOfTheCapturedRows) {
  Made made(GetParam());
  const RandomBatch batch(made.random.maker, made.desc(), {5, 0, 1, 40, 17});
  const About about(batch.rows(), GetParam());
  const auto neurons = watched(made, batch, about, 16);
  const auto session = watching(made, 16);
  const std::vector<float> z = logits(*session, batch);
  const std::size_t tasks = made.desc().outputs.size();
  for (std::uint32_t value = 0; value < made.desc().values.size(); ++value) {
    const std::vector<float> x = captured(*session, batch, value);
    const std::size_t width = neurons->layers()[value].width;
    for (std::size_t c = 0; c < width; ++c) {
      SCOPED_TRACE(::testing::Message() << "value " << value << " column " << c);
      long double sum = 0, click_sum = 0, xz = 0, z_sum = 0, clicks = 0;
      std::uint64_t active = 0;
      float least = INFINITY, most = -INFINITY;
      const auto n = static_cast<long double>(batch.rows());
      for (std::size_t r = 0; r < batch.rows(); ++r) {
        const float v = x[r * width + c];
        ASSERT_TRUE(std::isfinite(v));
        sum += v;
        click_sum += about.labels[r] != 0 ? v : 0.0f;
        clicks += about.labels[r];
        active += v > 0 ? 1 : 0;
        least = std::min(least, v);
        most = std::max(most, v);
        z_sum += z[r * tasks];
      }
      long double spread = 0, z_spread = 0;
      for (std::size_t r = 0; r < batch.rows(); ++r) {
        const long double dx = x[r * width + c] - sum / n, dz = z[r * tasks] - z_sum / n;
        spread += dx * dx;
        z_spread += dz * dz;
        xz += dx * dz;
      }
      const NeuronFigures found = neurons->figures(value, c);
      EXPECT_EQ(found.rows, batch.rows());
      EXPECT_EQ(found.non_finite, 0u);
      EXPECT_EQ(found.active, active);
      EXPECT_DOUBLE_EQ(found.mean, static_cast<double>(sum / n));
      EXPECT_NEAR(found.sd, static_cast<double>(std::sqrt(spread / (n - 1))), 1e-12 * found.sd);
      EXPECT_EQ(found.minimum, double{least});
      EXPECT_EQ(found.maximum, double{most});
      EXPECT_DOUBLE_EQ(found.click_mean, static_cast<double>(click_sum / clicks));
      if (spread > 0 && z_spread > 0) {
        EXPECT_NEAR(found.score_correlation, static_cast<double>(xz / std::sqrt(spread * z_spread)), 1e-9);
        const long double gap = click_sum / clicks - (sum - click_sum) / (n - clicks);
        EXPECT_NEAR(found.label_correlation, static_cast<double>(gap * std::sqrt(clicks * (n - clicks) / n / spread)),
                    1e-9);
      }
    }
  }
}

TEST_P(NeuronsTest, BytesDependOnTheRowsAlone) {
  Made made(GetParam());
  const RandomBatch batch(made.random.maker, made.desc(), {5, 0, 1, 90, 17, 200});
  const About about(batch.rows(), GetParam());
  const std::vector<std::byte> bytes = saved(*watched(made, batch, about, 96));
  EXPECT_EQ(saved(*watched(made, batch, about, 4)), bytes) << "small tiles";
  EXPECT_EQ(saved(*watched(made, batch.unshared(), about, 96)), bytes) << "request features repeated";
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (const kernels::Table* table = kernels::table_for(isa); table != nullptr) {
      EXPECT_EQ(saved(*watched(made, batch, about, 32, table)), bytes) << table->name;
    }
  }
}

TEST_P(NeuronsTest, SavedAndLoadedIsTheSame) {
  Made made(GetParam());
  const RandomBatch batch(made.random.maker, made.desc(), {5, 30});
  const auto neurons = watched(made, batch, About(batch.rows(), 1), 16);
  const std::vector<std::byte> bytes = saved(*neurons);
  auto loaded = Neurons::load(made.model, bytes);
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  EXPECT_EQ(saved(**loaded), bytes);
  EXPECT_EQ((*loaded)->figures(0, 0).mean, neurons->figures(0, 0).mean);
  EXPECT_EQ((*loaded)->figures(0, 0).errors.mean, neurons->figures(0, 0).errors.mean);
  ASSERT_TRUE((*loaded)->merge(*neurons).ok());
  ASSERT_TRUE(neurons->merge(*neurons).ok());  // with itself
  EXPECT_EQ(saved(**loaded), saved(*neurons));
  EXPECT_EQ(neurons->rows(), 2 * batch.rows());
}

TEST(Neurons, RequestKeysNameRowsWhateverTheirPlaceInTheData) {
  Made made(3);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 0, 9, 30});
  const std::vector<std::uint64_t> keys = {11, 12, 13, 14};
  std::vector<std::byte> bytes[2];
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{12345}}) {
    auto neurons = Neurons::create(made.model, every_value(made, 0));
    ASSERT_TRUE(neurons.ok());
    NeuronRows rows;
    rows.request_keys = keys.data();
    rows.first_row = first;
    ASSERT_TRUE((*neurons)->add(*watching(made, 7), batch.batch(), rows).ok());
    bytes[first != 0] = saved(**neurons);
    std::vector<std::uint64_t> wanted;
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      const std::size_t request = batch.request_of(r);
      const auto position = r - static_cast<std::size_t>(batch.batch().request_offsets[request]);
      wanted.push_back(mix(keys[request] + 0x9E3779B97F4A7C15ull * position));
    }
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ((*neurons)->sample().hash((*neurons)->sample().order()[0]), wanted[0]);
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST(Neurons, BinsAndTheirEnds) {
  for (std::size_t bin = 0; bin < neuron_bins; ++bin) {
    const BinEnds ends = bin_ends(bin);
    if (bin == zero_bin) continue;
    const double inner = bin > zero_bin ? ends.low : ends.high;
    if (inner != 0) {
      EXPECT_EQ(bin_of(static_cast<float>(inner)), bin);
    }
    const double outer = bin > zero_bin ? ends.high : ends.low;
    if (std::isfinite(outer)) {
      EXPECT_EQ(bin_of(std::nextafter(static_cast<float>(outer), 0.0f)), bin);
    }
    if (bin > 0) {
      EXPECT_EQ(bin_ends(bin - 1).high, ends.low);
    }
  }
  EXPECT_EQ(bin_of(0.0f), zero_bin);
  EXPECT_EQ(bin_of(-0.0f), zero_bin);
  EXPECT_EQ(bin_of(1e-45f), zero_bin + 1);
  EXPECT_EQ(bin_of(-3e38f), 0u);
  EXPECT_EQ(octave_of(0), 0u);
  EXPECT_EQ(octave_of(3), 0u);
  EXPECT_EQ(octave_of(zero_bin - 1), 31u);
  EXPECT_EQ(octave_of(zero_bin), 32u);
  EXPECT_EQ(octave_of(zero_bin + 4), 33u);
  EXPECT_EQ(octave_of(neuron_bins - 1), 64u);
}

TEST(Neurons, MistakesAreNamed) {
  const ChosenValues values(2);
  const auto session = values.session();
  ChosenRows rows = wild_rows(50, 2, 1);
  const auto refused = [&](NeuronsOptions options, const char* message) {
    const auto made = Neurons::create(values.model(), options);
    ASSERT_FALSE(made.ok());
    EXPECT_NE(std::string(made.status().message()).find(message), std::string::npos) << made.status().message();
  };
  refused({{99}, 0, 1, 10, 64, 0}, "values");
  refused({{0, 0}, 0, 1, 10, 64, 0}, "a second time");
  refused({{}, 7, 1, 10, 64, 0}, "task");
  refused({{}, 0, 0, 10, 64, 0}, "count_every");
  refused({{}, 0, 1, 0, 64, 0}, "sample_rows");
  refused({{}, 0, 1, 10, 63, 0}, "buckets");
  refused({{}, 0, 1, 10, 64, 8}, "flags");

  const auto neurons = values.neurons({{}, 0, 1, 10, 64, format::neurons_clustered});
  const std::vector<std::byte> empty = saved(*neurons);
  ChosenRows bare = rows;
  bare.clusters.clear();
  EXPECT_EQ(bare.add_to(*neurons, *session, 0, 50).code(), base::Code::invalid_argument);
  ChosenRows odd = rows;
  odd.labels[7] = 2;
  EXPECT_EQ(odd.add_to(*neurons, *session, 0, 50).code(), base::Code::bad_value);
  EXPECT_EQ(saved(*neurons), empty);
  ASSERT_TRUE(rows.add_to(*neurons, *session, 0, 50).ok());
  ChosenRows unlabelled = rows;
  unlabelled.labels.clear();
  EXPECT_EQ(unlabelled.add_to(*neurons, *session, 0, 50).code(), base::Code::bad_state);
  const auto other = values.neurons({{}, 0, 1, 11, 64, format::neurons_clustered});
  EXPECT_EQ(neurons->merge(*other).code(), base::Code::invalid_argument);
  const auto of_other_labels = values.neurons({{}, 0, 1, 10, 64, format::neurons_clustered});
  ASSERT_TRUE(unlabelled.add_to(*of_other_labels, *session, 0, 50).ok());
  EXPECT_EQ(neurons->merge(*of_other_labels).code(), base::Code::bad_state);
  const auto blind = exec::Session::create(values.model(), RandomBatch::inputs(values.model()->desc()), {});
  ASSERT_TRUE(blind.ok());
  EXPECT_EQ(rows.add_to(*neurons, **blind, 0, 50).code(), base::Code::bad_state);
}

}  // namespace
}  // namespace clicklens::lens
