//! What a linear classifier makes of a layer.
use std::fmt;
use std::path::Path;

use clicklens_sys as sys;

use crate::describe::ValueId;
use crate::error::{Error, Result, check};
use crate::handle::{Handle, c_path, text};
use crate::metrics::{MetricsOptions, MetricsResult};
use crate::model::Model;
use crate::probe_figures::{AucDifference, ProbeCoefficients, ProbeInfo, ProbeOptions, ProbeTarget};
use crate::probe_rows::ProbeRows;

/// One linear classifier (or regression) per value. Immutable, shared by threads; clones share it.
///
/// ```no_run
/// # use clicklens::{Batch, Inputs, MetricsOptions, Model, Probe, ProbeOptions, ProbeRows, Rows, SessionOptions};
/// # let model = Model::open("ctr.clens")?;
/// # let (batch, labels) = (Batch::new(0), [0u8; 0]);
/// let mut rows = ProbeRows::new(&model, &[model.find_value("l1")?])?;
/// let mut session = SessionOptions::new().observe(rows.values().iter().copied()).build(&model, &Inputs::of(&model)?)?;
/// rows.add(&mut session, &batch, &Rows::new().labels(&labels), None)?;
/// let probe = Probe::fit(&rows, None, &ProbeOptions::default())?;
/// let (figures, _) = probe.evaluate(0, &rows, MetricsOptions::default())?;
/// println!("AUC {}", figures.auc);
/// # Ok::<(), clicklens::Error>(())
/// ```
pub struct Probe(Handle<sys::clens_probe>);

// SAFETY: clicklens.h: immutable, shared; its count of references is atomic.
unsafe impl Send for Probe {}
// SAFETY: as above.
unsafe impl Sync for Probe {}

impl Probe {
    /// Fits one classifier per value of the rows.
    ///
    /// # Errors
    /// [`BadValue`](crate::Status::BadValue): one class alone, no labels or targets;
    /// [`InvalidArgument`](crate::Status::InvalidArgument) names the option.
    pub fn fit(rows: &ProbeRows, validation: Option<&ProbeRows>, options: &ProbeOptions) -> Result<Self> {
        let raw = sys::clens_probe_options {
            target: match options.target {
                ProbeTarget::Label => sys::CLENS_PROBE_LABEL,
                ProbeTarget::Number => sys::CLENS_PROBE_NUMBER,
            },
            lambda: options.lambda,
            negative_rate: options.negative_rate,
            tolerance: options.tolerance,
            ..sys::clens_probe_options::INIT
        };
        let validation = validation.map_or(std::ptr::null_mut(), ProbeRows::get);
        // SAFETY: live handles, which any number of threads may read; options that live through the call.
        Ok(Self(Handle::make(|out| unsafe { sys::clens_probe_fit(rows.get(), validation, &raw, out) })?))
    }

    /// Opens a probe's own file.
    ///
    /// # Errors
    /// As [`Model::open`]; [`BadState`](crate::Status::BadState): fitted to another model.
    pub fn open(path: impl AsRef<Path>, model: &Model) -> Result<Self> {
        let path = c_path(path.as_ref())?;
        // SAFETY: a C string and a live handle.
        Ok(Self(Handle::make(|out| unsafe { sys::clens_probe_open(path.as_ptr(), model.get(), out) })?))
    }

    /// Writes a file of its own, atomically.
    ///
    /// # Errors
    /// [`Io`](crate::Status::Io).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = c_path(path.as_ref())?;
        // SAFETY: a live handle and a C string.
        check(unsafe { sys::clens_probe_save(self.get(), path.as_ptr()) })
    }

    /// Writes the model with the probe inside; `out` may be the model's own file.
    ///
    /// # Errors
    /// As [`Model::open`]; [`BadState`](crate::Status::BadState): fitted to another model.
    pub fn attach(&self, model: impl AsRef<Path>, out: impl AsRef<Path>) -> Result<()> {
        let (model, out) = (c_path(model.as_ref())?, c_path(out.as_ref())?);
        // SAFETY: a live handle and C strings.
        check(unsafe { sys::clens_probe_attach(self.get(), model.as_ptr(), out.as_ptr()) })
    }

    /// How many classifiers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        // SAFETY: a live handle.
        unsafe { sys::clens_probe_count(self.get()) }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of its classifiers.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): no such one.
    pub fn info(&self, index: usize) -> Result<ProbeInfo<'_>> {
        let mut raw = sys::clens_probe_info::INIT;
        // SAFETY: a live handle and a struct of its size; the name lives as long as the probe.
        let name = unsafe {
            check(sys::clens_probe_describe(self.get(), index, &mut raw))?;
            text(raw.name)?
        };
        Ok(ProbeInfo {
            name,
            value: ValueId(raw.value),
            width: raw.width as usize,
            rows: raw.rows,
            clicks: raw.clicks,
            target: if raw.target == sys::CLENS_PROBE_NUMBER {
                ProbeTarget::Number
            } else {
                ProbeTarget::Label
            },
            converged: raw.converged != 0,
            iterations: raw.iterations,
            lambda: raw.lambda,
            objective: raw.objective,
            gradient: raw.gradient,
            intercept: raw.intercept,
        })
    }

    /// The weights of one of its classifiers.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): no such one.
    pub fn coefficients(&self, index: usize) -> Result<ProbeCoefficients> {
        let width = self.info(index)?.width;
        let (mut mean, mut sd, mut coefficients) = (vec![0.0; width], vec![0.0; width], vec![0.0; width]);
        // SAFETY: a live handle; three slices of the capacity told.
        check(unsafe {
            sys::clens_probe_coefficients(
                self.get(),
                index,
                mean.as_mut_ptr(),
                sd.as_mut_ptr(),
                coefficients.as_mut_ptr(),
                width,
            )
        })?;
        Ok(ProbeCoefficients { mean, sd, coefficients })
    }

    /// Logits (predictions of numbers) of rows.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): no such classifier, rows without its value.
    pub fn logits(&self, index: usize, rows: &ProbeRows) -> Result<Vec<f64>> {
        let count = usize::try_from(rows.len()).map_err(|_| Error::invalid("more rows than memory"))?;
        let mut logits = vec![0.0; count];
        // SAFETY: live handles; doubles with their room.
        check(unsafe { sys::clens_probe_logits(self.get(), index, rows.get(), logits.as_mut_ptr(), count) })?;
        Ok(logits)
    }

    /// The figures of [`Metrics`](crate::Metrics) of its logits, and R^2 (NaN of labels).
    ///
    /// # Errors
    /// As [`logits`](Self::logits); options out of range.
    pub fn evaluate(
        &self,
        index: usize,
        rows: &ProbeRows,
        options: MetricsOptions,
    ) -> Result<(MetricsResult, f64)> {
        let (mut raw, mut r2) = (sys::clens_metrics_result::INIT, f64::NAN);
        // SAFETY: live handles; structs of their size.
        check(unsafe {
            sys::clens_probe_evaluate(self.get(), index, rows.get(), &options.raw(), &mut raw, &mut r2)
        })?;
        Ok((MetricsResult::from(&raw), r2))
    }

    /// How far two of its classifiers are apart on the same rows.
    ///
    /// # Errors
    /// As [`logits`](Self::logits); [`BadValue`](crate::Status::BadValue): one class alone.
    pub fn difference(&self, a: usize, b: usize, rows: &ProbeRows) -> Result<AucDifference> {
        let mut raw = sys::clens_auc_difference::INIT;
        // SAFETY: live handles and a struct of its size.
        check(unsafe { sys::clens_probe_difference(self.get(), a, b, rows.get(), &mut raw) })?;
        Ok(AucDifference::from(&raw))
    }

    pub(crate) fn get(&self) -> *mut sys::clens_probe {
        self.0.get()
    }
}

impl Model {
    /// The probe that the model's file carries.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound).
    pub fn probe(&self) -> Result<Probe> {
        // SAFETY: a live handle.
        Ok(Probe(Handle::make(|out| unsafe { sys::clens_model_probe(self.get(), out) })?))
    }
}

impl Clone for Probe {
    fn clone(&self) -> Self {
        // SAFETY: the header's own function for it.
        Self(unsafe { self.0.share(sys::clens_probe_retain) })
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((0..self.len()).map(|index| self.info(index))).finish()
    }
}
