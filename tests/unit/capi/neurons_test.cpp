// Neurons through the C ABI: what comes back, what is refused. What each number must be is tested with the lens itself.
#include <gtest/gtest.h>

#include <clicklens/clicklens.hpp>
#include <cmath>
#include <cstring>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

struct ReleaseNeurons {
  void operator()(clens_neurons* handle) const { clens_neurons_release(handle); }
};
using NeuronsHandle = std::unique_ptr<clens_neurons, ReleaseNeurons>;

class NeuronsC : public ::testing::Test {
 protected:
  NeuronsC() {
    for (std::size_t c = 0; c < host_.candidates(); ++c) {
      labels_.push_back(c % 3 == 0);
      clusters_.push_back(c / 4);
    }
    rows_.labels = labels_.data();
    rows_.clusters = clusters_.data();
  }

  static HandleOf<clens_session> observing(const TinyHost& host) {
    static const std::size_t observed[] = {tiny::hidden_relu, tiny::user_bag};
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.observed = observed;
    options.observed_count = 2;
    options.tile_rows = 8;
    return host.session(&options);
  }
  static clens_neurons_options both_values() {
    static const std::size_t values[] = {tiny::hidden_relu, tiny::user_bag};
    clens_neurons_options options = CLENS_NEURONS_OPTIONS_INIT;
    options.values = values;
    options.value_count = 2;
    options.count_every = 1;
    options.flags = CLENS_NEURONS_SCORES | CLENS_NEURONS_CLUSTERED;
    return options;
  }
  NeuronsHandle make(const clens_neurons_options& options) const {
    clens_neurons* made = nullptr;
    EXPECT_EQ(clens_neurons_create(host_.model(), &options, &made), CLENS_OK) << last_error();
    return NeuronsHandle(made);
  }
  NeuronsHandle filled() {
    NeuronsHandle neurons = make(both_values());
    EXPECT_EQ(clens_neurons_add(neurons.get(), session_.get(), &batch_, &rows_), CLENS_OK) << last_error();
    return neurons;
  }
  static std::vector<std::uint8_t> saved(const clens_neurons* neurons) {
    std::size_t size = 0;
    EXPECT_EQ(clens_neurons_size(neurons, &size), CLENS_OK) << last_error();
    std::vector<std::uint8_t> bytes(size);
    EXPECT_EQ(clens_neurons_save(neurons, bytes.data(), size), CLENS_OK) << last_error();
    return bytes;
  }

  TinyHost host_{{3, 0, 2, 30}};
  HandleOf<clens_session> session_ = observing(host_);
  clens_batch batch_ = host_.batch();
  std::vector<std::uint8_t> labels_;
  std::vector<std::uint64_t> clusters_;
  clens_rows rows_ = CLENS_ROWS_INIT;
};

TEST_F(NeuronsC, LayersAndNeuronsAreThoseOfTheNetwork) {
  const NeuronsHandle neurons = filled();
  ASSERT_EQ(clens_neurons_layers(neurons.get()), 2u);
  clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
  ASSERT_EQ(clens_neurons_layer(neurons.get(), 0, &layer), CLENS_OK) << last_error();
  EXPECT_STREQ(layer.name, "hidden");
  EXPECT_EQ(layer.value, std::size_t{tiny::hidden_relu});
  EXPECT_EQ(layer.width, 8u);
  EXPECT_EQ(layer.rows, host_.candidates());
  EXPECT_EQ(layer.labelled, host_.candidates());
  EXPECT_EQ(layer.clicks, 12u);
  EXPECT_EQ(layer.counted, host_.candidates());
  EXPECT_EQ(layer.sampled, host_.candidates());
  EXPECT_GE(layer.effective_rank, 1);
  EXPECT_GE(layer.component_share[0], layer.component_share[1]);
  EXPECT_EQ(layer.dead, 0u);  // too few rows to say so
  ASSERT_EQ(clens_neurons_layer(neurons.get(), 1, &layer), CLENS_OK);
  EXPECT_STREQ(layer.name, "user bag");  // no layer: the value's name

  std::vector<clens_neuron> read(8);
  ASSERT_EQ(clens_neurons_read(neurons.get(), 0, read.data(), sizeof(clens_neuron), read.size()), CLENS_OK);
  for (std::size_t j = 0; j < 8; ++j) {
    double sum = 0, clicks = 0;
    std::uint64_t active = 0;
    for (std::size_t c = 0; c < host_.candidates(); ++c) {
      const double h = host_.hidden(c)[j];
      sum += h;
      clicks += labels_[c] != 0 ? h : 0;
      active += h > 0 ? 1 : 0;
    }
    EXPECT_EQ(read[j].rows, host_.candidates());
    EXPECT_EQ(read[j].active, active);
    EXPECT_NEAR(read[j].mean, sum / static_cast<double>(host_.candidates()), 1e-6);
    EXPECT_NEAR(read[j].click_mean, clicks / 12, 1e-6);
    EXPECT_FALSE(std::isnan(read[j].mean_se));
    EXPECT_EQ(read[j].counted, host_.candidates());
  }
}

TEST_F(NeuronsC, RequestValuesCountOncePerCandidate) {
  const NeuronsHandle neurons = filled();
  std::vector<clens_neuron> read(tiny::dim);
  ASSERT_EQ(clens_neurons_read(neurons.get(), 1, read.data(), sizeof(clens_neuron), read.size()), CLENS_OK);
  double sum = 0;
  for (std::size_t c = 0; c < host_.candidates(); ++c) sum += host_.pooled(c)[0];
  EXPECT_EQ(read[0].rows, host_.candidates());
  EXPECT_NEAR(read[0].mean, sum / static_cast<double>(host_.candidates()), 1e-6);
}

TEST_F(NeuronsC, QuantilesSampleAndComponents) {
  const NeuronsHandle neurons = filled();
  const double p[] = {0, 0.5, 1};
  std::vector<double> values(24), low(24), high(24);
  ASSERT_EQ(clens_neurons_quantiles(neurons.get(), 0, p, 3, values.data(), low.data(), high.data(), 24), CLENS_OK);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_LE(low[i], values[i]);
    EXPECT_GE(high[i], values[i]);
  }
  EXPECT_EQ(clens_neurons_quantiles(neurons.get(), 0, p, 3, values.data(), nullptr, nullptr, 23),
            CLENS_E_BUFFER_TOO_SMALL);
  const double beyond[] = {1.5};
  EXPECT_EQ(clens_neurons_quantiles(neurons.get(), 0, beyond, 1, values.data(), nullptr, nullptr, 24),
            CLENS_E_INVALID_ARGUMENT);

  const std::size_t n = host_.candidates();
  std::vector<float> sample(n * 8), logits(n);
  std::vector<std::uint64_t> hashes(n);
  std::vector<std::uint8_t> labels(n);
  EXPECT_EQ(clens_neurons_sample(neurons.get(), 0, sample.data(), nullptr, nullptr, nullptr, n - 1),
            CLENS_E_BUFFER_TOO_SMALL);
  ASSERT_EQ(clens_neurons_sample(neurons.get(), 0, sample.data(), hashes.data(), logits.data(), labels.data(), n),
            CLENS_OK);
  EXPECT_TRUE(std::is_sorted(hashes.begin(), hashes.end()));
  std::vector<float> scores = host_.run(host_.session().get());
  std::sort(scores.begin(), scores.end());
  std::sort(logits.begin(), logits.end());
  EXPECT_EQ(logits, scores);

  std::vector<double> components(16);
  ASSERT_EQ(clens_neurons_components(neurons.get(), 0, components.data(), 16), CLENS_OK);
  double norm = 0;
  for (std::size_t i = 0; i < 8; ++i) norm += components[i] * components[i];
  EXPECT_NEAR(norm, 1, 1e-12);
  EXPECT_EQ(clens_neurons_components(neurons.get(), 0, components.data(), 15), CLENS_E_BUFFER_TOO_SMALL);

  double cka = 0;
  std::uint64_t rows = 0;
  ASSERT_EQ(clens_neurons_cka(neurons.get(), 0, neurons.get(), 0, &cka, &rows), CLENS_OK);
  EXPECT_NEAR(cka, 1, 1e-12);
  EXPECT_EQ(rows, n);
  const NeuronsHandle none = make(both_values());
  EXPECT_EQ(clens_neurons_cka(neurons.get(), 0, none.get(), 0, &cka, nullptr), CLENS_E_NOT_FOUND);
  clens_layer_change change = CLENS_LAYER_CHANGE_INIT;
  ASSERT_EQ(clens_neurons_compare(neurons.get(), neurons.get(), 0, &change), CLENS_OK);
  EXPECT_EQ(change.spread_ratio, 1);
  EXPECT_EQ(change.covariance_distance, 0);
  EXPECT_NEAR(change.angles[1], 0, 1e-7);
}

TEST_F(NeuronsC, SavesLoadsMerges) {
  const NeuronsHandle neurons = filled();
  const std::vector<std::uint8_t> bytes = saved(neurons.get());
  clens_neurons* made = nullptr;
  ASSERT_EQ(clens_neurons_load(host_.model(), bytes.data(), bytes.size(), &made), CLENS_OK) << last_error();
  const NeuronsHandle loaded(made);
  EXPECT_EQ(saved(loaded.get()), bytes);
  const NeuronsHandle merged = make(both_values());
  ASSERT_EQ(clens_neurons_merge(merged.get(), loaded.get()), CLENS_OK) << last_error();
  EXPECT_EQ(saved(merged.get()), bytes);
  std::vector<std::uint8_t> room(bytes.size() - 1);
  EXPECT_EQ(clens_neurons_save(neurons.get(), room.data(), room.size()), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_neurons_load(host_.model(), bytes.data(), bytes.size() / 2, &made), CLENS_E_BAD_FILE);
  clens_neurons_options others = both_values();
  others.sample_rows = 7;
  const NeuronsHandle other = make(others);
  EXPECT_EQ(clens_neurons_merge(neurons.get(), other.get()), CLENS_E_INVALID_ARGUMENT);
}

TEST_F(NeuronsC, RowsNumberedOnAreRowsNumberedByTheCaller) {
  clens_neurons_options options = both_values();
  options.flags = CLENS_NEURONS_PROVE;
  const NeuronsHandle numbered = make(options), on = make(options);
  for (std::uint64_t round = 0; round < 3; ++round) {
    clens_rows rows = CLENS_ROWS_INIT;
    rows.first_row = round * host_.candidates();
    ASSERT_EQ(clens_neurons_add(numbered.get(), session_.get(), &batch_, &rows), CLENS_OK) << last_error();
    ASSERT_EQ(clens_neurons_add(on.get(), session_.get(), &batch_, nullptr), CLENS_OK) << last_error();
  }
  EXPECT_EQ(saved(numbered.get()), saved(on.get()));
  clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
  ASSERT_EQ(clens_neurons_layer(on.get(), 0, &layer), CLENS_OK);
  EXPECT_EQ(layer.labelled, 0u);
}

TEST_F(NeuronsC, EveryLayerByDefault) {
  clens_neurons* made = nullptr;
  ASSERT_EQ(clens_neurons_create(host_.model(), nullptr, &made), CLENS_OK) << last_error();
  const NeuronsHandle neurons(made);
  EXPECT_EQ(clens_neurons_layers(neurons.get()), 1u);
}

TEST_F(NeuronsC, ARunThatFailsHalfWaySpoilsTheRest) {
  const NeuronsHandle neurons = make(both_values());
  const std::vector<std::uint8_t> empty = saved(neurons.get());
  host_.matches.back() = NAN;
  batch_.flags = CLENS_BATCH_STRICT;
  EXPECT_EQ(clens_neurons_add(neurons.get(), session_.get(), &batch_, &rows_), CLENS_E_BAD_VALUE);
  batch_.flags = 0;
  EXPECT_EQ(clens_neurons_add(neurons.get(), session_.get(), &batch_, &rows_), CLENS_E_BAD_STATE);
  std::size_t size = 0;
  EXPECT_EQ(clens_neurons_size(neurons.get(), &size), CLENS_E_BAD_STATE);

  const NeuronsHandle unharmed = make(both_values());
  batch_.flags = CLENS_BATCH_STRICT;
  host_.matches.front() = NAN;  // before any tile was seen
  EXPECT_EQ(clens_neurons_add(unharmed.get(), session_.get(), &batch_, &rows_), CLENS_E_BAD_VALUE);
  EXPECT_EQ(saved(unharmed.get()), empty);
}

TEST_F(NeuronsC, MistakesAreNamed) {
  const NeuronsHandle neurons = filled();
  clens_neurons* made = nullptr;
  clens_neurons_options options = both_values();
  options.values = nullptr;
  EXPECT_EQ(clens_neurons_create(host_.model(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "options.values: NULL");
  options = both_values();
  options.buckets = 7;
  EXPECT_EQ(clens_neurons_create(host_.model(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  options = both_values();
  options.flags = 64;
  EXPECT_EQ(clens_neurons_create(host_.model(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_neurons_create(nullptr, nullptr, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_neurons_create(host_.model(), nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);

  rows_.clusters = nullptr;
  EXPECT_EQ(clens_neurons_add(neurons.get(), session_.get(), &batch_, &rows_), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(session_error(session_.get()), last_error());
  rows_.clusters = clusters_.data();
  rows_.labels = nullptr;
  EXPECT_EQ(clens_neurons_add(neurons.get(), session_.get(), &batch_, &rows_), CLENS_E_BAD_STATE);
  EXPECT_EQ(clens_neurons_add(neurons.get(), host_.session().get(), &batch_, &rows_), CLENS_E_BAD_STATE);
  EXPECT_EQ(clens_neurons_add(neurons.get(), nullptr, &batch_, &rows_), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_neurons_add(nullptr, session_.get(), &batch_, &rows_), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_neurons_add(neurons.get(), session_.get(), nullptr, &rows_), CLENS_E_INVALID_ARGUMENT);

  clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
  EXPECT_EQ(clens_neurons_layer(neurons.get(), 2, &layer), CLENS_E_INVALID_ARGUMENT);
  std::vector<clens_neuron> read(8);
  EXPECT_EQ(clens_neurons_read(neurons.get(), 0, read.data(), sizeof(clens_neuron), 7), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_neurons_read(neurons.get(), 0, read.data(), 3, 8), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_neurons_layers(nullptr), 0u);
  clens_neurons_release(nullptr);
}

TEST(NeuronsWrapper, GivesWhatTheFunctionsGive) {
  const TinyHost host({3, 2, 40});
  const clicklens::Model model(host.path());
  const std::size_t observed[] = {tiny::hidden_relu};
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.observed = observed;
  options.observed_count = 1;
  clicklens::Session session(model, clicklens::Inputs::of(model), &options);
  clicklens::Batch batch(host.candidates());
  batch.requests(host.offsets).keys(0, host.users).keys(1, host.ads).floats(2, host.matches);
  clicklens::Neurons neurons(model), again(model);
  neurons.add(session, batch);
  const clicklens::Neurons loaded(model, neurons.save());
  again.merge(loaded);
  EXPECT_EQ(again.save(), neurons.save());
  EXPECT_EQ(neurons.layers(), 1u);
  EXPECT_EQ(neurons.read(0).size(), 8u);
  EXPECT_EQ(neurons.quantiles(0, {0.5, 0.9}).size(), 16u);
  EXPECT_EQ(neurons.components(0).size(), 16u);
  EXPECT_NEAR(neurons.cka(0, loaded, 0), 1, 1e-12);
  EXPECT_EQ(neurons.compare(loaded, 0).spread_ratio, 1);
  EXPECT_THROW(neurons.layer(1), clicklens::Error);
}

}  // namespace
}  // namespace clicklens::testing
