// As layout.cpp, of attribution.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/faithfulness.h"
#include "released.h"

namespace clicklens::capi {
namespace {

#define CLENS_SAME(ours, theirs) static_assert(static_cast<unsigned>(ours) == static_cast<unsigned>(theirs))
CLENS_SAME(lens::Faithfulness::infidelity, CLENS_FAITHFULNESS_INFIDELITY);
CLENS_SAME(lens::Faithfulness::sensitivity_max, CLENS_FAITHFULNESS_SENSITIVITY);
CLENS_SAME(lens::AttributionMethod::integrated_gradients, CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS);
CLENS_SAME(lens::AttributionMethod::expected_gradients, CLENS_ATTRIBUTION_EXPECTED_GRADIENTS);
CLENS_SAME(lens::AttributionMethod::smoothgrad, CLENS_ATTRIBUTION_SMOOTHGRAD);
CLENS_SAME(lens::AttributionMethod::deeplift, CLENS_ATTRIBUTION_DEEPLIFT);
CLENS_SAME(lens::AttributionMethod::ablation, CLENS_ATTRIBUTION_ABLATION);
CLENS_SAME(lens::AttributionMethod::additive, CLENS_ATTRIBUTION_ADDITIVE);
CLENS_SAME(lens::AttributionMethod::conductance, CLENS_ATTRIBUTION_CONDUCTANCE);
CLENS_SAME(lens::AttributionMethod::neuron_gradients, CLENS_ATTRIBUTION_NEURON_GRADIENTS);
#undef CLENS_SAME

// What the lens writes is what a caller reads.
static_assert(offsetof(lens::AttributionInfo, score) == offsetof(clens_attribution_info, score));
static_assert(offsetof(lens::AttributionInfo, baseline) == offsetof(clens_attribution_info, baseline));
static_assert(offsetof(lens::AttributionInfo, sum) == offsetof(clens_attribution_info, sum));
static_assert(offsetof(lens::AttributionInfo, bias) == offsetof(clens_attribution_info, bias));
static_assert(offsetof(lens::AttributionInfo, gap) == offsetof(clens_attribution_info, gap));
static_assert(offsetof(lens::AttributionInfo, steps) == offsetof(clens_attribution_info, steps));
static_assert(offsetof(lens::AttributionInfo, rest) == offsetof(clens_attribution_info, rest));
static_assert(sizeof(lens::AttributionInfo) == sizeof(clens_attribution_info));

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_explainer_options, struct_size, 0);
CLENS_AT(clens_explainer_options, layers, 8);
CLENS_AT(clens_explainer_options, layer_count, 16);
CLENS_AT(clens_explainer_options, rows, 24);
CLENS_AT(clens_explainer_options, reserved, 28);
static_assert(first_size<clens_explainer_options> == 32);
CLENS_AT(clens_attribution_spec, struct_size, 0);
CLENS_AT(clens_attribution_spec, method, 8);
CLENS_AT(clens_attribution_spec, level, 12);
CLENS_AT(clens_attribution_spec, target, 16);
CLENS_AT(clens_attribution_spec, flags, 20);
CLENS_AT(clens_attribution_spec, task, 24);
CLENS_AT(clens_attribution_spec, value, 32);
CLENS_AT(clens_attribution_spec, column, 40);
CLENS_AT(clens_attribution_spec, layer, 48);
CLENS_AT(clens_attribution_spec, baselines, 56);
CLENS_AT(clens_attribution_spec, baseline_rows, 64);
CLENS_AT(clens_attribution_spec, spreads, 72);
CLENS_AT(clens_attribution_spec, spread_count, 80);
CLENS_AT(clens_attribution_spec, steps, 88);
CLENS_AT(clens_attribution_spec, most_steps, 92);
CLENS_AT(clens_attribution_spec, tolerance, 96);
CLENS_AT(clens_attribution_spec, draws, 104);
CLENS_AT(clens_attribution_spec, reserved, 108);
CLENS_AT(clens_attribution_spec, seed, 112);
CLENS_AT(clens_attribution_spec, noise, 120);
CLENS_AT(clens_attribution_spec, draw_rows, 128);
CLENS_AT(clens_attribution_spec, draw_fractions, 136);
CLENS_AT(clens_attribution_spec, draw_count, 144);
CLENS_AT(clens_attribution_spec, draw_noise, 152);
static_assert(first_size<clens_attribution_spec> == 160);
CLENS_AT(clens_attribution_info, score, 0);
CLENS_AT(clens_attribution_info, baseline, 8);
CLENS_AT(clens_attribution_info, sum, 16);
CLENS_AT(clens_attribution_info, bias, 24);
CLENS_AT(clens_attribution_info, gap, 32);
CLENS_AT(clens_attribution_info, steps, 40);
CLENS_AT(clens_attribution_info, reserved, 44);
CLENS_AT(clens_attribution_info, rest, 48);
static_assert(first_size<clens_attribution_info> == 48);
CLENS_AT(clens_attribution, struct_size, 0);
CLENS_AT(clens_attribution, values, 8);
CLENS_AT(clens_attribution, capacity, 16);
CLENS_AT(clens_attribution, errors, 24);
CLENS_AT(clens_attribution, error_capacity, 32);
CLENS_AT(clens_attribution, infos, 40);
CLENS_AT(clens_attribution, info_capacity, 48);
CLENS_AT(clens_attribution, info_size, 56);
CLENS_AT(clens_attribution, counts, 64);
static_assert(first_size<clens_attribution> == 104);
CLENS_AT(clens_faithfulness_spec, struct_size, 0);
CLENS_AT(clens_faithfulness_spec, kind, 8);
CLENS_AT(clens_faithfulness_spec, draws, 12);
CLENS_AT(clens_faithfulness_spec, seed, 16);
CLENS_AT(clens_faithfulness_spec, size, 24);
CLENS_AT(clens_faithfulness_spec, perturbations, 32);
CLENS_AT(clens_faithfulness_spec, perturbation_rows, 40);
static_assert(first_size<clens_faithfulness_spec> == 48);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
