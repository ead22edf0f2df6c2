// Neurons that have seen a few batches watch the next ones without allocating or locking, and survive a heap that
// refuses.
#include <gtest/gtest.h>

#include <cstring>

#include "alloc_heap.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

struct Watched {
  Watched() {
    static const std::size_t observed[] = {tiny::hidden_relu, tiny::user_bag};
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.observed = observed;
    options.observed_count = 2;
    session = host.session(&options);
    neurons_options.values = observed;
    neurons_options.value_count = 2;
    neurons_options.sample_rows = 100;
    neurons_options.flags = CLENS_NEURONS_SCORES | CLENS_NEURONS_CLUSTERED;
    for (std::size_t c = 0; c < host.candidates(); ++c) {
      labels.push_back(c % 5 == 0);
      clusters.push_back(c / 7);
    }
  }
  clens_status create(clens_neurons** out) { return clens_neurons_create(host.model(), &neurons_options, out); }
  clens_status add(clens_neurons* neurons) {
    clens_rows rows = CLENS_ROWS_INIT;
    rows.labels = labels.data();
    rows.clusters = clusters.data();
    rows.first_row = first;
    first += host.candidates();
    const clens_batch batch = host.batch();
    return clens_neurons_add(neurons, session.get(), &batch, &rows);
  }
  TinyHost host{{90, 0, 3, 120}};
  HandleOf<clens_session> session;
  clens_neurons_options neurons_options = CLENS_NEURONS_OPTIONS_INIT;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters;
  std::uint64_t first = 0;
};

TEST(NeuronsQuiet, AddingAllocatesNothingAfterAFewBatches) {
  Watched watched;
  clens_neurons* neurons = nullptr;
  ASSERT_EQ(watched.create(&neurons), CLENS_OK);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(watched.add(neurons), CLENS_OK);
  std::int64_t requests = -1, locks = -1;
  bool good = true;
  {
    const ArmedHeap armed;
    for (int i = 0; i < 20; ++i) good = watched.add(neurons) == CLENS_OK && good;
    requests = ArmedHeap::requests();
    locks = locks_taken();
  }
  EXPECT_TRUE(good);
  EXPECT_EQ(requests, 0);
  EXPECT_EQ(locks, 0);
  clens_neurons_release(neurons);
}

// Every request refused once, from creating to loading: a status, no leak, and what was there stays sound.
TEST(NeuronsQuiet, ARefusedRequestIsAStatus) {
  Watched watched;
  const std::int64_t before = blocks_in_use();
  for (std::int64_t refused = 0;; ++refused) {
    ASSERT_LT(refused, 10'000);
    clens_neurons *neurons = nullptr, *loaded = nullptr;
    static std::uint8_t bytes[4 << 20];
    std::size_t size = 0;
    bool met = false, out_of_memory = true;
    {
      const ArmedHeap armed(refused);
      clens_status status = watched.create(&neurons);
      for (int i = 0; i < 2 && status == CLENS_OK; ++i) status = watched.add(neurons);
      if (status == CLENS_OK) status = clens_neurons_merge(neurons, neurons);
      if (status == CLENS_OK) status = clens_neurons_size(neurons, &size);
      if (status == CLENS_OK) status = clens_neurons_save(neurons, bytes, sizeof bytes);
      if (status == CLENS_OK) status = clens_neurons_load(watched.host.model(), bytes, size, &loaded);
      clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
      if (status == CLENS_OK) status = clens_neurons_layer(loaded, 0, &layer);
      met = ArmedHeap::has_refused();
      out_of_memory = status == CLENS_E_OUT_OF_MEMORY;
    }
    EXPECT_EQ(met, out_of_memory) << refused;
    EXPECT_TRUE(neurons == nullptr || watched.add(neurons) == CLENS_OK) << refused;
    clens_neurons_release(neurons);
    clens_neurons_release(loaded);
    if (!met) break;
  }
  EXPECT_EQ(blocks_in_use(), before);
}

}  // namespace
}  // namespace clicklens::testing
