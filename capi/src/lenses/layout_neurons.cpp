// As layout.cpp, of the neuron lens.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/neurons.h"
#include "released.h"

namespace clicklens::capi {
namespace {

#define CLENS_SAME(ours, theirs) static_assert(static_cast<unsigned>(ours) == static_cast<unsigned>(theirs))
CLENS_SAME(format::neurons_scores, CLENS_NEURONS_SCORES);
CLENS_SAME(format::neurons_clustered, CLENS_NEURONS_CLUSTERED);
CLENS_SAME(format::neurons_prove, CLENS_NEURONS_PROVE);
CLENS_SAME(lens::NeuronFinding::dead, CLENS_NEURON_DEAD);
CLENS_SAME(lens::NeuronFinding::provably_dead, CLENS_NEURON_PROVABLY_DEAD);
CLENS_SAME(lens::NeuronFinding::always_on, CLENS_NEURON_ALWAYS_ON);
CLENS_SAME(lens::NeuronFinding::saturated, CLENS_NEURON_SATURATED);
CLENS_SAME(lens::NeuronFinding::duplicate, CLENS_NEURON_DUPLICATE);
#undef CLENS_SAME

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_rows, struct_size, 0);
CLENS_AT(clens_rows, labels, 8);
CLENS_AT(clens_rows, clusters, 16);
CLENS_AT(clens_rows, groups, 24);
CLENS_AT(clens_rows, controls, 32);
CLENS_AT(clens_rows, targets, 40);
CLENS_AT(clens_rows, first_row, 48);
static_assert(first_size<clens_rows> == 56);
CLENS_AT(clens_neurons_options, struct_size, 0);
CLENS_AT(clens_neurons_options, values, 8);
CLENS_AT(clens_neurons_options, value_count, 16);
CLENS_AT(clens_neurons_options, task, 24);
CLENS_AT(clens_neurons_options, count_every, 32);
CLENS_AT(clens_neurons_options, sample_rows, 36);
CLENS_AT(clens_neurons_options, buckets, 40);
CLENS_AT(clens_neurons_options, flags, 44);
static_assert(first_size<clens_neurons_options> == 48);
CLENS_AT(clens_neuron, rows, 0);
CLENS_AT(clens_neuron, non_finite, 8);
CLENS_AT(clens_neuron, active, 16);
CLENS_AT(clens_neuron, mean, 24);
CLENS_AT(clens_neuron, sd, 32);
CLENS_AT(clens_neuron, minimum, 40);
CLENS_AT(clens_neuron, maximum, 48);
CLENS_AT(clens_neuron, click_mean, 56);
CLENS_AT(clens_neuron, other_mean, 64);
CLENS_AT(clens_neuron, label_correlation, 72);
CLENS_AT(clens_neuron, score_correlation, 80);
CLENS_AT(clens_neuron, auc, 88);
CLENS_AT(clens_neuron, auc_error_bound, 96);
CLENS_AT(clens_neuron, mean_se, 104);
CLENS_AT(clens_neuron, sd_se, 112);
CLENS_AT(clens_neuron, active_ratio_se, 120);
CLENS_AT(clens_neuron, label_correlation_se, 128);
CLENS_AT(clens_neuron, auc_se, 136);
CLENS_AT(clens_neuron, saturated, 144);
CLENS_AT(clens_neuron, counted, 152);
CLENS_AT(clens_neuron, findings, 160);
CLENS_AT(clens_neuron, duplicate_of, 164);
static_assert(first_size<clens_neuron> == 168);
CLENS_AT(clens_neuron_layer, struct_size, 0);
CLENS_AT(clens_neuron_layer, name, 8);
CLENS_AT(clens_neuron_layer, value, 16);
CLENS_AT(clens_neuron_layer, width, 24);
CLENS_AT(clens_neuron_layer, rows, 32);
CLENS_AT(clens_neuron_layer, clicks, 40);
CLENS_AT(clens_neuron_layer, labelled, 48);
CLENS_AT(clens_neuron_layer, counted, 56);
CLENS_AT(clens_neuron_layer, sampled, 64);
CLENS_AT(clens_neuron_layer, effective_rank, 72);
CLENS_AT(clens_neuron_layer, component_share, 80);
CLENS_AT(clens_neuron_layer, dead, 96);
CLENS_AT(clens_neuron_layer, provably_dead, 104);
CLENS_AT(clens_neuron_layer, always_on, 112);
CLENS_AT(clens_neuron_layer, saturated, 120);
CLENS_AT(clens_neuron_layer, duplicates, 128);
CLENS_AT(clens_neuron_layer, redundant, 136);
CLENS_AT(clens_neuron_layer, reserved, 140);
static_assert(first_size<clens_neuron_layer> == 144);
CLENS_AT(clens_layer_change, struct_size, 0);
CLENS_AT(clens_layer_change, spread_ratio, 8);
CLENS_AT(clens_layer_change, covariance_distance, 16);
CLENS_AT(clens_layer_change, covariance_null, 24);
CLENS_AT(clens_layer_change, angles, 32);
static_assert(first_size<clens_layer_change> == 48);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
