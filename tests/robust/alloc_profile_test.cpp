// Neurons, profiles, drift, and what a slot collects: each allocation fails once.
#include <gtest/gtest.h>

#include "alloc_lens_host.h"

namespace clicklens::testing {
namespace {

using Neurons = Held<clens_neurons, clens_neurons_release>;
using Profile = Held<clens_profile, clens_profile_release>;

clens_status watch(const LensHost& host, Neurons& neurons) {
  clens_neurons_options options = CLENS_NEURONS_OPTIONS_INIT;
  options.count_every = 1;
  options.sample_rows = 16;
  options.flags = CLENS_NEURONS_SCORES | CLENS_NEURONS_CLUSTERED | CLENS_NEURONS_PROVE;
  const clens_batch batch = host.batch();
  const clens_rows rows = host.rows();
  CLENS_OR_RETURN(clens_neurons_create(host.model(), &options, neurons.out()));
  return clens_neurons_add(neurons.get(), host.seeing(), &batch, &rows);
}

TEST(AllocProfile, NeuronsArePutTogether) {
  const LensHost host;
  std::vector<std::byte> bytes(1 << 20);
  fail_each("neurons", 20, [&] {
    Neurons a, b, loaded;
    CLENS_OR_RETURN(watch(host, a));
    CLENS_OR_RETURN(watch(host, b));
    CLENS_OR_RETURN(clens_neurons_merge(a.get(), b.get()));
    std::size_t size = 0;
    CLENS_OR_RETURN(clens_neurons_size(a.get(), &size));
    CLENS_OR_RETURN(clens_neurons_save(a.get(), bytes.data(), bytes.size()));
    return clens_neurons_load(host.model(), bytes.data(), size, loaded.out());
  });
}

TEST(AllocProfile, WhatNeuronsTell) {
  const LensHost host;
  Neurons neurons;
  ASSERT_EQ(watch(host, neurons), CLENS_OK) << last_error();
  const clens_neurons* n = neurons.get();
  ASSERT_EQ(clens_neurons_layers(n), 1u);
  fail_each("neurons, read", 5, [&] {
    clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
    clens_layer_change change = CLENS_LAYER_CHANGE_INIT;
    const double half = 0.5;
    double quantiles[tiny::hidden], components[2 * tiny::hidden], cka = 0;
    clens_neuron all[tiny::hidden];
    float values[16 * tiny::hidden];
    std::uint64_t rows = 0;
    CLENS_OR_RETURN(clens_neurons_layer(n, 0, &layer));
    CLENS_OR_RETURN(clens_neurons_read(n, 0, all, sizeof all[0], tiny::hidden));
    CLENS_OR_RETURN(clens_neurons_quantiles(n, 0, &half, 1, quantiles, nullptr, nullptr, tiny::hidden));
    CLENS_OR_RETURN(clens_neurons_sample(n, 0, values, nullptr, nullptr, nullptr, 16 * tiny::hidden));
    CLENS_OR_RETURN(clens_neurons_components(n, 0, components, 2 * tiny::hidden));
    CLENS_OR_RETURN(clens_neurons_cka(n, 0, n, 0, &cka, &rows));
    return clens_neurons_compare(n, n, 0, &change);
  });
}

clens_status profile(const LensHost& host, Profile& made) {
  const clens_profile_options options = host.profiled();
  const clens_batch batch = host.batch();
  const clens_rows rows = host.rows();
  CLENS_OR_RETURN(clens_profile_create(host.model(), &options, made.out()));
  return clens_profile_add(made.get(), host.seeing(), &batch, &rows);
}

TEST(AllocProfile, ProfilesArePutTogether) {
  const LensHost host;
  std::vector<std::byte> bytes(1 << 22);
  fail_each("profile", 20, [&] {
    Profile a, b, loaded;
    const clens_profile_options options = host.profiled();
    std::size_t values[8], count = 0, size = 0;
    CLENS_OR_RETURN(clens_profile_values(host.model(), &options, values, 8, &count));
    CLENS_OR_RETURN(profile(host, a));
    CLENS_OR_RETURN(profile(host, b));
    CLENS_OR_RETURN(clens_profile_merge(a.get(), b.get()));
    CLENS_OR_RETURN(clens_profile_size(a.get(), &size));
    CLENS_OR_RETURN(clens_profile_save(a.get(), bytes.data(), bytes.size()));
    return clens_profile_load(host.model(), bytes.data(), size, loaded.out());
  });
}

TEST(AllocProfile, WhatAProfileTells) {
  const LensHost host;
  Profile made;
  ASSERT_EQ(profile(host, made), CLENS_OK) << last_error();
  const clens_profile* p = made.get();
  ASSERT_STREQ(clens_profile_task(p, 0), "click");
  ASSERT_STREQ(clens_profile_group(p, 0), "user");
  fail_each("profile, read", 5, [&] {
    clens_profile_info info = CLENS_PROFILE_INFO_INIT;
    clens_profile_feature feature = CLENS_PROFILE_FEATURE_INIT;
    clens_neuron columns[16];
    const double half = 0.5;
    double quantile = 0, share = 0, se = 0;
    float means[16];
    Neurons neurons;
    CLENS_OR_RETURN(clens_profile_describe(p, &info));
    CLENS_OR_RETURN(clens_profile_columns(p, CLENS_PROFILE_PART_POOLED, columns, sizeof columns[0], 16));
    CLENS_OR_RETURN(clens_profile_quantiles(p, CLENS_PROFILE_PART_SCORES, &half, 1, &quantile, 1));
    CLENS_OR_RETURN(clens_profile_share(p, 0, &share, &se));
    CLENS_OR_RETURN(clens_profile_means(p, means, 16));
    CLENS_OR_RETURN(clens_profile_read_feature(p, 0, &feature));
    return clens_profile_neurons(p, neurons.out());
  });
}

TEST(AllocProfile, InAModelsFile) {
  const LensHost host;
  Profile made;
  ASSERT_EQ(profile(host, made), CLENS_OK) << last_error();
  const TemporaryPath path("with.clens");
  fail_each("profile, attached", 50, [&] {
    CLENS_OR_RETURN(clens_profile_attach(made.get(), host.path(), path.c_str()));
    HeldModel model;
    Profile carried;
    CLENS_OR_RETURN(clens_model_open(path.c_str(), nullptr, model.out()));
    return clens_model_profile(model.get(), carried.out());
  });
}

TEST(AllocProfile, Drift) {
  const LensHost host;
  Profile made;
  ASSERT_EQ(profile(host, made), CLENS_OK) << last_error();
  const clens_profile* days[] = {made.get(), made.get()};
  std::vector<clens_drift_measure> measures(256);
  fail_each("drift", 20, [&] {
    Held<clens_drift, clens_drift_release> drift;
    CLENS_OR_RETURN(clens_drift_compare(host.model(), days, 2, made.get(), drift.out()));
    clens_drift_info info = CLENS_DRIFT_INFO_INIT;
    CLENS_OR_RETURN(clens_drift_describe(drift.get(), &info));
    CLENS_OR_RETURN(clens_drift_read(drift.get(), measures.data(), sizeof measures[0], measures.size()));
    clens_drift_trace trace = CLENS_DRIFT_TRACE_INIT;
    const char* groups[8];
    double shifts[8];
    if (info.traces > 0) CLENS_OR_RETURN(clens_drift_traced(drift.get(), 0, &trace, groups, shifts, 8));
    clens_drift_day day = CLENS_DRIFT_DAY_INIT;
    return clens_drift_labels(drift.get(), 0, 0, &day);
  });
}

TEST(AllocProfile, OfASessionThatServes) {
  const LensHost host;
  const clens_profile_options options = host.profiled();
  clens_session_options serving = CLENS_SESSION_OPTIONS_INIT;
  serving.gradients = 1;
  serving.profile = &options;
  const clens_batch batch = host.batch();
  std::vector<float> scores(host.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  fail_each("profile, collected", 100, [&] {
    HeldSession session;
    Profile collected;
    std::uint64_t rows = 0;
    CLENS_OR_RETURN(clens_session_create(host.model(), host.inputs(), &serving, session.out()));
    CLENS_OR_RETURN(clens_session_run(session.get(), &batch, &output));
    CLENS_OR_RETURN(clens_profile_create(host.model(), &options, collected.out()));
    CLENS_OR_RETURN(clens_profile_settle(session.get(), &rows));
    return clens_profile_collect(session.get(), collected.get(), &rows);
  });
  fail_each("slot, collected", 100, [&] {
    Held<clens_slot, clens_slot_release> slot;
    CLENS_OR_RETURN(clens_slot_create(host.inputs(), nullptr, slot.out()));
    clens_publication publication = CLENS_PUBLICATION_INIT;
    publication.model = host.model();
    publication.session = &serving;
    CLENS_OR_RETURN(clens_slot_publish(slot.get(), &publication, nullptr));
    clens_seat seat = CLENS_SEAT_INIT;
    CLENS_OR_RETURN(clens_slot_enter(slot.get(), 0, &seat));
    CLENS_OR_RETURN(clens_session_run(seat.session, &batch, &output));
    CLENS_OR_RETURN(clens_slot_leave(slot.get(), 0));
    clens_slot_info info = CLENS_SLOT_INFO_INIT;
    CLENS_OR_RETURN(clens_slot_describe(slot.get(), &info));
    CLENS_OR_RETURN(clens_slot_settle(slot.get(), nullptr));
    Profile collected;
    return clens_slot_collect(slot.get(), collected.out(), nullptr, nullptr);
  });
}

}  // namespace
}  // namespace clicklens::testing
