//! What changed between profiles.
use clicklens_sys as sys;

use crate::error::{Result, check};
use crate::handle::{Handle, figures, text};
use crate::model::Model;
use crate::profile::Profile;

/// What is looked at; `clicklens.h` says when each is a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DriftKind {
    /// Logits of a task.
    Score,
    /// One element of a dense feature, as it came.
    Element,
    /// Ids of a sparse feature, by bins of their hash.
    Ids,
    /// Rows without the feature.
    Missing,
    /// Ids that the model does not know.
    Unknown,
    /// A neuron's mean and spread.
    Neuron,
    /// A group's share of saliency.
    Saliency,
    /// AUC of labelled rows.
    Auc,
    /// Cox's slope of labelled rows.
    Slope,
    /// Predicted over observed clicks of labelled rows.
    Calibration,
    /// A kind of a newer library.
    Other(u32),
}

impl DriftKind {
    fn from_raw(kind: u32) -> Self {
        match kind {
            sys::CLENS_DRIFT_SCORE => Self::Score,
            sys::CLENS_DRIFT_ELEMENT => Self::Element,
            sys::CLENS_DRIFT_IDS => Self::Ids,
            sys::CLENS_DRIFT_MISSING => Self::Missing,
            sys::CLENS_DRIFT_UNKNOWN => Self::Unknown,
            sys::CLENS_DRIFT_NEURON => Self::Neuron,
            sys::CLENS_DRIFT_SALIENCY => Self::Saliency,
            sys::CLENS_DRIFT_AUC => Self::Auc,
            sys::CLENS_DRIFT_SLOPE => Self::Slope,
            sys::CLENS_DRIFT_CALIBRATION => Self::Calibration,
            other => Self::Other(other),
        }
    }

    /// As the command line's JSON and metrics call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Element => "element",
            Self::Ids => "ids",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
            Self::Neuron => "neuron",
            Self::Saliency => "saliency",
            Self::Auc => "auc",
            Self::Slope => "slope",
            Self::Calibration => "calibration",
            Self::Other(_) => "other",
        }
    }
}

/// Whether a measure is a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not.
    None,
    /// Significant, and large.
    Found,
    /// Too few rows, clusters or clicks.
    NotEnough,
}

/// Everything that was compared about one subject. NaN: not defined, or not of this kind.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct DriftMeasure<'a> {
    /// What was looked at.
    pub kind: DriftKind,
    /// Whether it is a finding.
    pub verdict: Verdict,
    /// Of the task, feature, layer or group.
    pub name: &'a str,
    /// Its index.
    pub subject: u32,
    /// Of a layer or a dense feature.
    pub column: u32,
    /// Mean, rate, share or figure of all reference days together.
    pub reference: f64,
    /// That of the live side.
    pub live: f64,
    /// What must be large: PSI, Cohen's h, shift in reference sd, log ratio, difference, slope, log.
    pub effect: f64,
    /// Live over reference standard deviation.
    pub sd_ratio: f64,
    /// Clustered, of live - reference.
    pub se: f64,
    /// The difference over it.
    pub z: f64,
    /// When nothing changed.
    pub p: f64,
    /// After Benjamini and Hochberg.
    pub q: f64,
    /// The effect's 95 % interval.
    pub low: f64,
    /// Likewise.
    pub high: f64,
    /// Population stability index.
    pub psi: f64,
    /// Its mean when nothing changed, clustered.
    pub psi_null: f64,
    /// Jensen-Shannon distance, natural log.
    pub jensen_shannon: f64,
    /// Hellinger distance.
    pub hellinger: f64,
    /// In the value's unit.
    pub wasserstein: f64,
    /// Kolmogorov-Smirnov, a lower bound.
    pub ks: f64,
}

figures! {
    /// A comparison as a whole.
    DriftInfo from clens_drift_info {
        /// Of all reference days.
        reference_rows: u64,
        /// Of the live side.
        live_rows: u64,
        /// Of the reference.
        days: u64,
        /// Everything that was compared.
        measures: u64,
        /// Findings.
        found: u64,
        /// Too few rows.
        not_enough: u64,
        /// First linears whose shift was traced to groups.
        traces: u64,
        /// Feature groups.
        groups: u64,
    }
}

/// How a first linear was moved by feature groups.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DriftTrace<'a> {
    /// The layer that shows it.
    pub layer: &'a str,
    /// Neurons looked at.
    pub neurons: u64,
    /// Whether those were found to have moved; else all that vary.
    pub moved: bool,
    /// Groups by their mean shift of the neurons, in sd, largest first.
    pub groups: Vec<(&'a str, f64)>,
}

/// What changed between profiles of reference days and a live one. Immutable, shared by threads.
///
/// ```no_run
/// # use clicklens::{Drift, Profile, Verdict};
/// # let (monday, today) = (Profile::load(&[], None)?, Profile::load(&[], None)?);
/// let drift = Drift::compare(None, &[&monday], &today)?;
/// for finding in drift.measures()?.iter().filter(|measure| measure.verdict == Verdict::Found) {
///     println!("{} {}: {} was {}", finding.kind.name(), finding.name, finding.live, finding.reference);
/// }
/// # Ok::<(), clicklens::Error>(())
/// ```
pub struct Drift(Handle<sys::clens_drift>);

// SAFETY: clicklens.h: immutable, shared.
unsafe impl Send for Drift {}
// SAFETY: as above.
unsafe impl Sync for Drift {}

impl Drift {
    /// Compares profiles of one model and of equal options; with the model, shifts are traced to feature groups.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): no reference, profiles that cannot be compared (the message
    /// says what differs); [`BadState`](crate::Status::BadState): another model.
    pub fn compare(model: Option<&Model>, reference: &[&Profile], live: &Profile) -> Result<Self> {
        let model = model.map_or(std::ptr::null_mut(), Model::get);
        let reference: Vec<_> = reference.iter().map(|profile| profile.get().cast_const()).collect();
        // SAFETY: NULL or live handles, the references with their count.
        Ok(Self(Handle::make(|out| unsafe {
            sys::clens_drift_compare(model, reference.as_ptr(), reference.len(), live.get(), out)
        })?))
    }

    /// The comparison as a whole.
    ///
    /// # Errors
    /// None known.
    pub fn info(&self) -> Result<DriftInfo> {
        let mut raw = sys::clens_drift_info::INIT;
        // SAFETY: a live handle and a struct of its size.
        check(unsafe { sys::clens_drift_describe(self.0.get(), &mut raw) })?;
        Ok(DriftInfo::from(&raw))
    }

    /// Everything that was compared, by kind, subject, column.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn measures(&self) -> Result<Vec<DriftMeasure<'_>>> {
        let count = self.info()?.measures as usize;
        let mut raw = Vec::<sys::clens_drift_measure>::with_capacity(count);
        let stride = size_of::<sys::clens_drift_measure>();
        // SAFETY: a live handle; room for `count` structs, all of which are written on success.
        unsafe {
            check(sys::clens_drift_read(self.0.get(), raw.as_mut_ptr(), stride, count))?;
            raw.set_len(count);
        }
        raw.iter().map(|measure| self.measure(measure)).collect()
    }

    fn measure(&self, raw: &sys::clens_drift_measure) -> Result<DriftMeasure<'_>> {
        Ok(DriftMeasure {
            kind: DriftKind::from_raw(raw.kind),
            verdict: match raw.verdict {
                sys::CLENS_DRIFT_NONE => Verdict::None,
                sys::CLENS_DRIFT_FOUND => Verdict::Found,
                _ => Verdict::NotEnough,
            },
            // SAFETY: lives as long as the comparison.
            name: unsafe { text(raw.name) }?,
            subject: raw.subject,
            column: raw.column,
            reference: raw.reference,
            live: raw.live,
            effect: raw.effect,
            sd_ratio: raw.sd_ratio,
            se: raw.se,
            z: raw.z,
            p: raw.p,
            q: raw.q,
            low: raw.low,
            high: raw.high,
            psi: raw.psi,
            psi_null: raw.psi_clustered_null,
            jensen_shannon: raw.jensen_shannon,
            hellinger: raw.hellinger,
            wasserstein: raw.wasserstein,
            ks: raw.ks,
        })
    }

    /// First linears, and the groups that moved them.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn traces(&self) -> Result<Vec<DriftTrace<'_>>> {
        let info = self.info()?;
        (0..info.traces as usize).map(|index| self.trace(index, info.groups as usize)).collect()
    }

    fn trace(&self, index: usize, count: usize) -> Result<DriftTrace<'_>> {
        let (mut raw, mut groups, mut shifts) =
            (sys::clens_drift_trace::INIT, vec![std::ptr::null(); count], vec![0.0; count]);
        // SAFETY: a live handle; two slices of the capacity told; names live as long as the comparison.
        unsafe {
            check(sys::clens_drift_traced(
                self.0.get(),
                index,
                &mut raw,
                groups.as_mut_ptr(),
                shifts.as_mut_ptr(),
                count,
            ))?;
            let named = groups.iter().zip(shifts).map(|(name, shift)| Ok((text(*name)?, shift)));
            let (layer, neurons, moved) = (text(raw.name)?, raw.neurons, raw.moved != 0);
            Ok(DriftTrace { layer, neurons, moved, groups: named.collect::<Result<_>>()? })
        }
    }
}
