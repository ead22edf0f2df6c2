// The sizes each public struct has had. A caller's struct ends at one of them, since its header was one of
// these versions', so no field is ever read or written in half.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>

#include "clicklens/clicklens.h"

namespace clicklens::capi {

// sizes[]: ascending, the first that of 0.1, the last today's. A version that appends fields appends one.
template <class Struct>
struct Released;

template <class Struct>
inline constexpr std::size_t first_size = Released<Struct>::sizes[0];

// Equal neighbours too are wrong: a field that fits into the padding of an older struct would be read from
// bytes which no caller of that version set.
template <std::size_t count>
constexpr bool is_ascending(const std::size_t (&sizes)[count]) noexcept {
  return std::adjacent_find(std::begin(sizes), std::end(sizes), std::greater_equal<>()) == std::end(sizes);
}

constexpr std::size_t padded(std::size_t end, std::size_t alignment) noexcept {
  return (end + alignment - 1) / alignment * alignment;
}

// sizeof the struct as long as `field` was its last.
#define CLENS_UP_TO(type, field) padded(offsetof(type, field) + sizeof(type::field), alignof(type))
#define CLENS_RELEASED(type, ...)                                                \
  template <>                                                                    \
  struct Released<type> {                                                        \
    static constexpr std::size_t sizes[] = {__VA_ARGS__};                        \
    static_assert(is_ascending(sizes) && *std::rbegin(sizes) == sizeof(type),    \
                  "a new last field of " #type " needs a size of its own here"); \
  }

CLENS_RELEASED(clens_allocator, CLENS_UP_TO(clens_allocator, deallocate));
CLENS_RELEASED(clens_limits, CLENS_UP_TO(clens_limits, session_bytes));
CLENS_RELEASED(clens_model_options, CLENS_UP_TO(clens_model_options, limits), CLENS_UP_TO(clens_model_options, base));
CLENS_RELEASED(clens_model_info, CLENS_UP_TO(clens_model_info, input_width));
CLENS_RELEASED(clens_feature_info, CLENS_UP_TO(clens_feature_info, input_begin));
CLENS_RELEASED(clens_value_info, CLENS_UP_TO(clens_value_info, width), CLENS_UP_TO(clens_value_info, node));
CLENS_RELEASED(clens_node_info, CLENS_UP_TO(clens_node_info, parameter_bytes));
CLENS_RELEASED(clens_node_cost, CLENS_UP_TO(clens_node_cost, bytes));
CLENS_RELEASED(clens_named_value, CLENS_UP_TO(clens_named_value, value));
CLENS_RELEASED(clens_table_info, CLENS_UP_TO(clens_table_info, bytes));
CLENS_RELEASED(clens_input_spec, CLENS_UP_TO(clens_input_spec, kind));
CLENS_RELEASED(clens_session_options, CLENS_UP_TO(clens_session_options, parallel_host),
               CLENS_UP_TO(clens_session_options, exit_bound), CLENS_UP_TO(clens_session_options, full_precision_count),
               CLENS_UP_TO(clens_session_options, profile));
CLENS_RELEASED(clens_precision_options, CLENS_UP_TO(clens_precision_options, task));
CLENS_RELEASED(clens_precision_result, CLENS_UP_TO(clens_precision_result, kept_mean_difference));
CLENS_RELEASED(clens_precision_linear, CLENS_UP_TO(clens_precision_linear, mean_difference));
CLENS_RELEASED(clens_cache_options, CLENS_UP_TO(clens_cache_options, full_precision_count));
CLENS_RELEASED(clens_cache_info, CLENS_UP_TO(clens_cache_info, model_high));
CLENS_RELEASED(clens_profile_options, CLENS_UP_TO(clens_profile_options, most_rows),
               CLENS_UP_TO(clens_profile_options, waiting_rows));
CLENS_RELEASED(clens_profile_info, CLENS_UP_TO(clens_profile_info, reserved));
CLENS_RELEASED(clens_profile_feature, CLENS_UP_TO(clens_profile_feature, reserved));
CLENS_RELEASED(clens_column, CLENS_UP_TO(clens_column, value_validity));
CLENS_RELEASED(clens_batch, CLENS_UP_TO(clens_batch, cache_rows));
CLENS_RELEASED(clens_capture, CLENS_UP_TO(clens_capture, reserved));
CLENS_RELEASED(clens_output, CLENS_UP_TO(clens_output, counts), CLENS_UP_TO(clens_output, exited));
CLENS_RELEASED(clens_roofline, CLENS_UP_TO(clens_roofline, far_latency_ns));
CLENS_RELEASED(clens_roofline_options, CLENS_UP_TO(clens_roofline_options, reserved));
CLENS_RELEASED(clens_cost_options, CLENS_UP_TO(clens_cost_options, roofline));
CLENS_RELEASED(clens_cost, CLENS_UP_TO(clens_cost, call_us));
CLENS_RELEASED(clens_saliency_spec, CLENS_UP_TO(clens_saliency_spec, mean_count));
CLENS_RELEASED(clens_explainer_options, CLENS_UP_TO(clens_explainer_options, reserved));
CLENS_RELEASED(clens_attribution_spec, CLENS_UP_TO(clens_attribution_spec, draw_noise));
CLENS_RELEASED(clens_attribution_info, CLENS_UP_TO(clens_attribution_info, reserved),
               CLENS_UP_TO(clens_attribution_info, rest));
CLENS_RELEASED(clens_faithfulness_spec, CLENS_UP_TO(clens_faithfulness_spec, perturbation_rows));
CLENS_RELEASED(clens_attribution, CLENS_UP_TO(clens_attribution, counts));
CLENS_RELEASED(clens_metrics_options, CLENS_UP_TO(clens_metrics_options, reserved));
CLENS_RELEASED(clens_metrics_result, CLENS_UP_TO(clens_metrics_result, reserved));
CLENS_RELEASED(clens_rows, CLENS_UP_TO(clens_rows, first_row));
CLENS_RELEASED(clens_neurons_options, CLENS_UP_TO(clens_neurons_options, flags));
CLENS_RELEASED(clens_neuron, CLENS_UP_TO(clens_neuron, duplicate_of));
CLENS_RELEASED(clens_neuron_layer, CLENS_UP_TO(clens_neuron_layer, reserved));
CLENS_RELEASED(clens_layer_change, CLENS_UP_TO(clens_layer_change, angles));
CLENS_RELEASED(clens_vocabulary_info, CLENS_UP_TO(clens_vocabulary_info, text_size));
CLENS_RELEASED(clens_table_change, CLENS_UP_TO(clens_table_change, largest_error_row));
CLENS_RELEASED(clens_prune_options, CLENS_UP_TO(clens_prune_options, weak_below));
CLENS_RELEASED(clens_calibration_options, CLENS_UP_TO(clens_calibration_options, negative_rate));
CLENS_RELEASED(clens_calibration_fit, CLENS_UP_TO(clens_calibration_fit, knots));
CLENS_RELEASED(clens_edit, CLENS_UP_TO(clens_edit, reserved));
CLENS_RELEASED(clens_probe_rows_options, CLENS_UP_TO(clens_probe_rows_options, memory_bytes));
CLENS_RELEASED(clens_probe_options, CLENS_UP_TO(clens_probe_options, tolerance));
CLENS_RELEASED(clens_probe_info, CLENS_UP_TO(clens_probe_info, intercept));
CLENS_RELEASED(clens_auc_difference, CLENS_UP_TO(clens_auc_difference, high));
CLENS_RELEASED(clens_probe_control_result, CLENS_UP_TO(clens_probe_control_result, eval_rows));
CLENS_RELEASED(clens_recorder_options, CLENS_UP_TO(clens_recorder_options, reserved));
CLENS_RELEASED(clens_recorder_stats, CLENS_UP_TO(clens_recorder_stats, files_removed));
CLENS_RELEASED(clens_recording_info, CLENS_UP_TO(clens_recording_info, position));
CLENS_RELEASED(clens_record, CLENS_UP_TO(clens_record, reserved));
CLENS_RELEASED(clens_slot_options, CLENS_UP_TO(clens_slot_options, reserved));
CLENS_RELEASED(clens_publication, CLENS_UP_TO(clens_publication, reserved));
CLENS_RELEASED(clens_seat, CLENS_UP_TO(clens_seat, version));
CLENS_RELEASED(clens_slot_info, CLENS_UP_TO(clens_slot_info, lost_versions));
CLENS_RELEASED(clens_delta_info, CLENS_UP_TO(clens_delta_info, share));
CLENS_RELEASED(clens_apply_options, CLENS_UP_TO(clens_apply_options, copied_below));
CLENS_RELEASED(clens_delta_options, CLENS_UP_TO(clens_delta_options, most_share));
CLENS_RELEASED(clens_group_saliency, CLENS_UP_TO(clens_group_saliency, reserved));
CLENS_RELEASED(clens_share_contrast, CLENS_UP_TO(clens_share_contrast, high));
CLENS_RELEASED(clens_importance_options, CLENS_UP_TO(clens_importance_options, candidate_orders),
               CLENS_UP_TO(clens_importance_options, reserved));
CLENS_RELEASED(clens_group_importance, CLENS_UP_TO(clens_group_importance, high),
               CLENS_UP_TO(clens_group_importance, effect));
CLENS_RELEASED(clens_importance_difference, CLENS_UP_TO(clens_importance_difference, reserved));
CLENS_RELEASED(clens_drift_measure, CLENS_UP_TO(clens_drift_measure, column));
CLENS_RELEASED(clens_drift_info, CLENS_UP_TO(clens_drift_info, groups));
CLENS_RELEASED(clens_drift_trace, CLENS_UP_TO(clens_drift_trace, reserved));
CLENS_RELEASED(clens_drift_day, CLENS_UP_TO(clens_drift_day, log_calibration_se));
CLENS_RELEASED(clens_diagnosis_options, CLENS_UP_TO(clens_diagnosis_options, reserved));
CLENS_RELEASED(clens_finding, CLENS_UP_TO(clens_finding, evidence));
CLENS_RELEASED(clens_evidence, CLENS_UP_TO(clens_evidence, high));
#undef CLENS_RELEASED
#undef CLENS_UP_TO

}  // namespace clicklens::capi
