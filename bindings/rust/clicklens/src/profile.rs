//! What traffic looked like to a model.
use std::path::Path;

use clicklens_sys as sys;

use crate::batch::Batch;
use crate::error::{Result, check};
use crate::handle::{Handle, bytes, c_path, figures, text};
use crate::model::Model;
use crate::profile_options::ProfileOptions;
use crate::rows::Rows;
use crate::runner::Runner;

figures! {
    /// A profile as a whole.
    ProfileInfo from clens_profile_info {
        /// Rows profiled.
        rows: u64,
        /// Clicks among the labelled.
        clicks: u64,
        /// Rows with labels.
        labelled: u64,
        /// Candidates of all runs, profiled or not.
        seen: u64,
        /// Picked, but beyond `most_rows` of their run.
        skipped: u64,
        /// The task that saliency explains.
        task: usize,
        /// How many tasks.
        tasks: usize,
        /// How many feature groups.
        groups: usize,
        /// How many features.
        features: usize,
        /// Columns of [`ProfilePart::Pooled`].
        inputs: usize,
        /// Columns of [`ProfilePart::Raw`].
        raw: usize,
        /// What is kept.
        sections: u32,
        /// One row in so many was profiled.
        every: u32,
        /// Of the jackknife.
        buckets: u32,
    }
}

figures! {
    /// What a column of numbers did over rows: a logit, an input, a group's saliency. NaN: not defined, or not kept.
    ColumnFigures from clens_neuron {
        /// Finite rows.
        rows: u64,
        /// Others.
        non_finite: u64,
        /// Rows above 0.
        active: u64,
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
        /// Smallest.
        minimum: f64,
        /// Largest.
        maximum: f64,
        /// Mean of clicks.
        click_mean: f64,
        /// Mean of the others.
        other_mean: f64,
        /// Pearson's with the label.
        label_correlation: f64,
        /// Of the column alone as a score.
        auc: f64,
        /// Clustered standard error of the mean.
        mean_se: f64,
    }
}

/// Columns of numbers that a profile keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfilePart {
    /// Logits, by task.
    Scores,
    /// Pooled inputs.
    Pooled,
    /// Elements of dense features as they came.
    Raw,
    /// Saliency by group, signed.
    Saliency,
    /// Its absolute value.
    Sizes,
}

/// One feature as it came. An entry of a request counts once for each of its profiled candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FeatureTraffic<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its group.
    pub group: &'a str,
    /// Floats rather than ids.
    pub dense: bool,
    /// Rows profiled.
    pub rows: u64,
    /// Entries without an id or element.
    pub missing: u64,
    /// Elements that are none: not finite, no UTF-8, a weight that is not finite.
    pub bad: u64,
    /// Ids after cutting to `max_length`.
    pub ids: u64,
    /// Those without a row.
    pub unknown: u64,
    /// Those cut off.
    pub cut: u64,
    /// Different ids: standard error 1.6 %.
    pub distinct: f64,
    /// Expected share of distinct ids that share a hashed row with another.
    pub collisions: f64,
}

/// What traffic looked like: exact, mergeable, without rows, time, host or path. One thread at a time.
pub struct Profile(Handle<sys::clens_profile>);

// SAFETY: clicklens.h: one thread at a time, any thread.
unsafe impl Send for Profile {}

impl Profile {
    /// No rows yet.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) names the option; [`LimitExceeded`](crate::Status::LimitExceeded).
    pub fn new(model: &Model, options: &ProfileOptions) -> Result<Self> {
        // SAFETY: a live handle; options that live through the call.
        Ok(Self(Handle::make(|out| unsafe { sys::clens_profile_create(model.get(), &options.raw(), out) })?))
    }

    /// What [`save`](Self::save) or the command line gave, to be read and merged; with its model, to be added to.
    ///
    /// # Errors
    /// [`BadFile`](crate::Status::BadFile) names the field; [`BadState`](crate::Status::BadState): of another model.
    pub fn load(bytes: &[u8], model: Option<&Model>) -> Result<Self> {
        let model = model.map_or(std::ptr::null_mut(), Model::get);
        // SAFETY: NULL or a live handle; bytes with their size.
        Ok(Self(Handle::make(|out| unsafe {
            sys::clens_profile_load(model, bytes.as_ptr().cast(), bytes.len(), out)
        })?))
    }

    /// Runs the batch and adds its picked candidates. The session observes [`ProfileOptions::observed`], and has
    /// gradients for saliency.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): it does not, or labels are given in some adds alone.
    pub fn add(&mut self, session: &mut Runner, batch: &Batch<'_>, rows: &Rows<'_>) -> Result<()> {
        let (view, info) = (session.view(batch)?, rows.view(batch)?);
        // SAFETY: live handles that are ours alone; a checked batch; slices with an entry for each candidate.
        check(unsafe { sys::clens_profile_add(self.get(), session.get(), view, &info) })
    }

    /// Adds all of `other`: parts in any order have the bytes of the whole.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) names what differs; [`BadState`](crate::Status::BadState): labels do.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        // SAFETY: live handles, this one ours alone.
        check(unsafe { sys::clens_profile_merge(self.get(), other.get()) })
    }

    /// Everything as bytes; equal statistics give equal bytes.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): an add failed half way.
    pub fn save(&self) -> Result<Vec<u8>> {
        // SAFETY: a live handle; bytes with their room.
        unsafe {
            bytes(
                |size| sys::clens_profile_size(self.get(), size),
                |buffer, capacity| sys::clens_profile_save(self.get(), buffer.cast(), capacity),
            )
        }
    }

    /// Writes the model with this profile inside, as its reference; `out` may be the model's own file.
    ///
    /// # Errors
    /// As [`Model::open`]; [`BadState`](crate::Status::BadState): of another model.
    pub fn attach(&self, model: impl AsRef<Path>, out: impl AsRef<Path>) -> Result<()> {
        let (model, out) = (c_path(model.as_ref())?, c_path(out.as_ref())?);
        // SAFETY: a live handle and C strings.
        check(unsafe { sys::clens_profile_attach(self.get(), model.as_ptr(), out.as_ptr()) })
    }

    /// The profile as a whole.
    ///
    /// # Errors
    /// None known.
    pub fn info(&self) -> Result<ProfileInfo> {
        let mut raw = sys::clens_profile_info::INIT;
        // SAFETY: a live handle and a struct of its size.
        check(unsafe { sys::clens_profile_describe(self.get(), &mut raw) })?;
        Ok(ProfileInfo::from(&raw))
    }

    /// One entry per column of a part.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound): the profile does not keep it.
    pub fn columns(&self, part: ProfilePart) -> Result<Vec<ColumnFigures>> {
        let info = self.info()?;
        let (part, width) = match part {
            ProfilePart::Scores => (sys::CLENS_PROFILE_PART_SCORES, info.tasks),
            ProfilePart::Pooled => (sys::CLENS_PROFILE_PART_POOLED, info.inputs),
            ProfilePart::Raw => (sys::CLENS_PROFILE_PART_RAW, info.raw),
            ProfilePart::Saliency => (sys::CLENS_PROFILE_PART_SALIENCY, info.groups),
            ProfilePart::Sizes => (sys::CLENS_PROFILE_PART_SIZES, info.groups),
        };
        let mut raw = Vec::<sys::clens_neuron>::with_capacity(width);
        let stride = size_of::<sys::clens_neuron>();
        // SAFETY: a live handle; room for `width` structs, all of which are written on success.
        unsafe {
            check(sys::clens_profile_columns(self.get(), part, raw.as_mut_ptr(), stride, width))?;
            raw.set_len(width);
        }
        Ok(raw.iter().map(ColumnFigures::from).collect())
    }

    /// Features as they came, in the model's order.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound): the profile does not keep them.
    pub fn features(&self) -> Result<Vec<FeatureTraffic<'_>>> {
        (0..self.info()?.features).map(|index| self.feature(index)).collect()
    }

    fn feature(&self, index: usize) -> Result<FeatureTraffic<'_>> {
        let mut raw = sys::clens_profile_feature::INIT;
        // SAFETY: a live handle and a struct of its size; names live as long as the profile.
        let (name, group) = unsafe {
            check(sys::clens_profile_read_feature(self.get(), index, &mut raw))?;
            (text(raw.name)?, text(raw.group)?)
        };
        Ok(FeatureTraffic {
            name,
            group,
            dense: raw.dense != 0,
            rows: raw.rows,
            missing: raw.missing,
            bad: raw.bad,
            ids: raw.ids,
            unknown: raw.unknown,
            cut: raw.cut,
            distinct: raw.distinct,
            collisions: raw.collisions,
        })
    }

    /// A group's share of the saliency of all groups, and its clustered standard error.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound): no saliency is kept; [`InvalidArgument`](crate::Status::InvalidArgument): no such group.
    pub fn share(&self, group: usize) -> Result<(f64, f64)> {
        let (mut share, mut se) = (0.0, 0.0);
        // SAFETY: a live handle.
        check(unsafe { sys::clens_profile_share(self.get(), group, &mut share, &mut se) })?;
        Ok((share, se))
    }

    /// Names of tasks.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn tasks(&self) -> Result<Vec<&str>> {
        // SAFETY: a live handle; names live as long as the profile.
        (0..self.info()?.tasks)
            .map(|task| unsafe { text(sys::clens_profile_task(self.get(), task)) })
            .collect()
    }

    /// Names of feature groups.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn groups(&self) -> Result<Vec<&str>> {
        // SAFETY: a live handle; names live as long as the profile.
        (0..self.info()?.groups)
            .map(|group| unsafe { text(sys::clens_profile_group(self.get(), group)) })
            .collect()
    }

    pub(crate) fn take(handle: Handle<sys::clens_profile>) -> Self {
        Self(handle)
    }

    pub(crate) fn get(&self) -> *mut sys::clens_profile {
        self.0.get()
    }
}

impl Model {
    /// The reference profile that the model's file carries.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound).
    pub fn profile(&self) -> Result<Profile> {
        // SAFETY: a live handle.
        Ok(Profile(Handle::make(|out| unsafe { sys::clens_model_profile(self.get(), out) })?))
    }
}
