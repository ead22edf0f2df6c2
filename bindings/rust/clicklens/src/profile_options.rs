//! What a profile keeps.
use clicklens_sys as sys;

use crate::describe::ValueId;
use crate::error::{Result, check};
use crate::model::Model;

/// What a profile keeps, and of which rows. Profiles with equal options merge. 0: the library's default.
///
/// ```
/// use clicklens::{ProfileOptions, sections};
/// let options = ProfileOptions { sections: sections::SCORES | sections::FEATURES, every: 8, ..Default::default() };
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileOptions {
    /// Of [`sections`](crate::sections); 0: scores and features.
    pub sections: u32,
    /// Neurons: of these values; none: of every layer.
    pub values: Vec<ValueId>,
    /// The task that saliency explains and neurons are correlated with.
    pub task: usize,
    /// Saliency: means of every input column, of reference rows.
    pub means: Vec<f32>,
    /// One row in so many, picked by a hash of the request's key; 0: 1.
    pub every: u32,
    /// Neurons: quantiles from one profiled row in so many; 0: 4.
    pub count_every: u32,
    /// Neurons: rows kept whole; 0: 1024.
    pub sample_rows: u32,
    /// Of the jackknife; 0: 64.
    pub buckets: u32,
    /// Rows that one run of a session may profile, up to 4096; 0: 64.
    pub most_rows: u32,
    /// Rows that may wait in a session for [`Collector::settle`](crate::Collector::settle) or a collection before a run
    /// has to add some up itself, up to 65,536; 0: 256.
    pub waiting_rows: u32,
}

/// What a profile can keep.
pub mod sections {
    /// Every task's logit.
    pub const SCORES: u32 = clicklens_sys::CLENS_PROFILE_SCORES;
    /// Every neuron, about 25 KiB each.
    pub const NEURONS: u32 = clicklens_sys::CLENS_PROFILE_NEURONS;
    /// Centred gradient x input of one task, by group.
    pub const SALIENCY: u32 = clicklens_sys::CLENS_PROFILE_SALIENCY;
    /// Ids, missing and unknown ones, dense values, pooled inputs.
    pub const FEATURES: u32 = clicklens_sys::CLENS_PROFILE_FEATURES;
}

impl ProfileOptions {
    /// Borrows its slices.
    pub(crate) fn raw(&self) -> sys::clens_profile_options {
        sys::clens_profile_options {
            // A ValueId is a usize. NULL: every layer.
            values: if self.values.is_empty() { std::ptr::null() } else { self.values.as_ptr().cast() },
            value_count: self.values.len(),
            task: self.task,
            means: if self.means.is_empty() { std::ptr::null() } else { self.means.as_ptr() },
            mean_count: self.means.len(),
            sections: self.sections,
            every: self.every,
            count_every: self.count_every,
            sample_rows: self.sample_rows,
            buckets: self.buckets,
            most_rows: self.most_rows,
            waiting_rows: self.waiting_rows,
            ..sys::clens_profile_options::INIT
        }
    }

    /// The values that a session must observe to be added from.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) names the option.
    pub fn observed(&self, model: &Model) -> Result<Vec<ValueId>> {
        let mut count = 0;
        // SAFETY: a live handle; no room, then as much as was told. A ValueId is a usize.
        unsafe {
            let raw = self.raw();
            let status = sys::clens_profile_values(model.get(), &raw, std::ptr::null_mut(), 0, &mut count);
            if status != sys::CLENS_E_BUFFER_TOO_SMALL {
                check(status)?;
            }
            let mut values = vec![ValueId(0); count];
            check(sys::clens_profile_values(
                model.get(),
                &raw,
                values.as_mut_ptr().cast(),
                count,
                &mut count,
            ))?;
            Ok(values)
        }
    }
}
