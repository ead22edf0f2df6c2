//! The header's `_INIT` macros.
use crate::bindings::*;
use core::mem::{size_of, zeroed};

// Of the size that this crate was made for; every other field zero, which means the default, or as given.
macro_rules! init {
    ($($name:ident $({ $($field:ident: $value:expr),* })?)*) => {
        $(impl $name {
            /// The header's `_INIT` macro: the struct's size, and defaults.
            pub const INIT: Self = {
                // SAFETY: numbers, NULL pointers and functions that are absent: all may be zero.
                let zero: Self = unsafe { zeroed() };
                Self { struct_size: size_of::<Self>(), $($($field: $value,)*)? ..zero }
            };
        })*
    };
}

init! {
    clens_allocator
    clens_limits
    clens_model_options
    clens_model_info
    clens_feature_info
    clens_value_info
    clens_named_value
    clens_table_info
    clens_node_info
    clens_input_spec
    clens_session_options
    clens_batch { column_size: size_of::<clens_column>() }
    clens_output { capture_size: size_of::<clens_capture>() }
    clens_precision_options { precision: CLENS_PRECISION_INT8 }
    clens_precision_result
    clens_cache_options
    clens_cache_info
    clens_saliency_spec
    clens_explainer_options
    clens_attribution_spec
    clens_attribution { info_size: size_of::<clens_attribution_info>() }
    clens_faithfulness_spec
    clens_roofline
    clens_roofline_options
    clens_cost_options
    clens_cost
    clens_metrics_options
    clens_metrics_result
    clens_rows
    clens_neurons_options
    clens_neuron_layer
    clens_layer_change
    clens_profile_options
    clens_profile_info
    clens_profile_feature
    clens_probe_rows_options
    clens_probe_options
    clens_probe_info
    clens_auc_difference
    clens_probe_control_result
    clens_slot_options { seats: 1 }
    clens_publication
    clens_seat
    clens_slot_info
    clens_delta_info
    clens_apply_options
    clens_delta_options
    clens_recorder_options
    clens_recorder_stats
    clens_recording_info
    clens_record
    clens_importance_options
    clens_group_importance
    clens_importance_difference
    clens_drift_info
    clens_drift_trace
    clens_drift_day
    clens_diagnosis_options
    clens_finding
    clens_evidence
    clens_table_change
    clens_vocabulary_info
    clens_prune_options
    clens_calibration_options
    clens_calibration_fit
    clens_edit
}

impl clens_column {
    /// The header's `CLENS_COLUMN_INIT`: a column that has nothing.
    // SAFETY: numbers and NULL pointers.
    pub const INIT: Self = unsafe { zeroed() };
}
