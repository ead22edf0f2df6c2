//! Why a candidate has its score, by methods that look at more than one gradient.
use clicklens_sys as sys;

use crate::batch::Batch;
use crate::describe::{Scope, ValueId};
use crate::error::{Error, Result, check};
use crate::handle::{Handle, figures};
use crate::inputs::Inputs;
use crate::model::Model;
use crate::saliency::{Level, Target};

/// How a score is divided among inputs; `clicklens.h` has the formulas and papers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttributionMethod {
    /// Along the line from the baseline: adds up to F(x) - F(x').
    #[default]
    IntegratedGradients,
    /// Between x and reference rows.
    ExpectedGradients,
    /// Over noise.
    SmoothGrad,
    /// By the rescale rule.
    DeepLift,
    /// A group's columns those of the baseline.
    Ablation,
    /// x . dF/dx, and the biases' part.
    Additive,
    /// Of a layer's neurons.
    Conductance,
    /// Of every neuron of a layer.
    NeuronGradients,
}

/// What is asked of [`Explainer::run`]. 0: the library's default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AttributionOptions<'a> {
    /// How.
    pub method: AttributionMethod,
    /// For what; not [`Level::Id`].
    pub level: Level,
    /// Of what.
    pub target: Target,
    /// Conductance, neuron gradients: one of the explainer's layers.
    pub layer: Option<ValueId>,
    /// Smoothgrad, neuron gradients: signed gradients themselves.
    pub gradients_only: bool,
    /// x': none: zero; `input_width` floats: one for all; else a row for each candidate. Expected gradients: the
    /// references.
    pub baselines: &'a [f32],
    /// Smoothgrad: the standard deviation of each input column.
    pub spreads: &'a [f32],
    /// Of a path; 0: 50.
    pub steps: u32,
    /// With a tolerance, steps double up to here; 0: 1024.
    pub most_steps: u32,
    /// Of the gap; 0: steps alone.
    pub tolerance: f64,
    /// Expected gradients, smoothgrad; 0: 50.
    pub draws: u32,
    /// Of the draws.
    pub seed: u64,
    /// Smoothgrad: share of a group's standard deviation; 0: 0.1.
    pub noise: f64,
}

figures! {
    /// Of one candidate. NaN: the method has no such figure.
    AttributionInfo from clens_attribution_info {
        /// F(x).
        score: f64,
        /// F(x').
        baseline: f64,
        /// Of the candidate's attributions.
        sum: f64,
        /// Additive: what biases and shifts add.
        bias: f64,
        /// What attributions leave of the score, relative.
        gap: f64,
        /// Of the path, or draws.
        steps: u32,
        /// By id: the part of `sum` that no id carries; else 0.
        rest: f64,
    }
}

/// What [`Explainer::run`] gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Attribution {
    /// Candidate-major; neuron gradients: of a candidate neuron-major.
    pub values: Vec<f32>,
    /// By candidate.
    pub infos: Vec<AttributionInfo>,
}

/// Runs the methods. One thread at a time.
///
/// ```no_run
/// # use clicklens::{AttributionOptions, Batch, Explainer, Inputs, Model};
/// # let model = Model::open("ctr.clens")?;
/// # let batch = Batch::new(0);
/// let mut explainer = Explainer::new(&model, &Inputs::of(&model)?, &[])?;
/// let why = explainer.run(&batch, &AttributionOptions::default())?;      // integrated gradients by group
/// println!("{} left over", why.infos[0].gap);
/// # Ok::<(), clicklens::Error>(())
/// ```
pub struct Explainer {
    handle: Handle<sys::clens_explainer>,
    scopes: Box<[Option<Scope>]>,
    input_width: usize,
}

// SAFETY: clicklens.h: one thread at a time, any thread.
unsafe impl Send for Explainer {}

impl Explainer {
    /// Binds features to inputs by name; `layers` are values that options may name.
    ///
    /// # Errors
    /// As [`SessionOptions::build`](crate::SessionOptions::build).
    pub fn new(model: &Model, inputs: &Inputs, layers: &[ValueId]) -> Result<Self> {
        let raw = sys::clens_explainer_options {
            layers: layers.as_ptr().cast(), // a ValueId is a usize
            layer_count: layers.len(),
            ..sys::clens_explainer_options::INIT
        };
        // SAFETY: live handles; options that live through the call.
        let handle =
            Handle::make(|out| unsafe { sys::clens_explainer_create(model.get(), inputs.get(), &raw, out) })?;
        Ok(Self { handle, scopes: inputs.scopes(model)?, input_width: model.raw_info()?.input_width })
    }

    /// Attributions of a batch.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) names the option;
    /// [`Unsupported`](crate::Status::Unsupported): a method that the network's operators do not allow, by name;
    /// [`BadState`](crate::Status::BadState): a value that is not among the explainer's layers.
    pub fn run(&mut self, batch: &Batch<'_>, options: &AttributionOptions<'_>) -> Result<Attribution> {
        let (raw, candidates) = (self.raw(options)?, batch.candidates());
        let view = batch.view(&self.scopes)?;
        let mut count = 0;
        // SAFETY: a live handle and a spec whose slices live through the call.
        check(unsafe { sys::clens_explainer_size(self.handle.get(), &raw, candidates as u64, &mut count) })?;
        let mut values = vec![0.0; count];
        let none = sys::clens_attribution_info {
            score: f64::NAN,
            baseline: f64::NAN,
            sum: f64::NAN,
            bias: f64::NAN,
            gap: f64::NAN,
            steps: 0,
            reserved: 0,
            rest: 0.0,
        };
        let mut infos = vec![none; candidates];
        let mut out = sys::clens_attribution {
            values: values.as_mut_ptr(),
            capacity: values.len(),
            infos: infos.as_mut_ptr(),
            info_capacity: infos.len(),
            ..sys::clens_attribution::INIT
        };
        // SAFETY: a live handle that is ours alone; a checked batch; slices with their room.
        check(unsafe { sys::clens_explainer_run(self.handle.get(), view, &raw, &mut out) })?;
        Ok(Attribution { values, infos: infos.iter().map(AttributionInfo::from).collect() })
    }

    /// Pooled inputs of each candidate, `[candidate * input_width + column]`: what baselines and spreads are made of.
    ///
    /// # Errors
    /// [`BadBatch`](crate::Status::BadBatch); [`Unsupported`](crate::Status::Unsupported): a batch with a cache.
    pub fn inputs(&mut self, batch: &Batch<'_>) -> Result<Vec<f32>> {
        let mut values = vec![0.0; batch.candidates() * self.input_width];
        let view = batch.view(&self.scopes)?;
        // SAFETY: a live handle that is ours alone; a checked batch; floats with their room.
        check(unsafe {
            sys::clens_explainer_inputs(self.handle.get(), view, values.as_mut_ptr(), values.len())
        })?;
        Ok(values)
    }

    fn raw(&self, options: &AttributionOptions<'_>) -> Result<sys::clens_attribution_spec> {
        let width = self.input_width.max(1);
        if options.baselines.len() % width != 0 {
            return Err(Error::invalid(format!("baselines: not rows of {width} input columns")));
        }
        let (target, task, value, column) = options.target.raw();
        Ok(sys::clens_attribution_spec {
            method: match options.method {
                AttributionMethod::IntegratedGradients => sys::CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS,
                AttributionMethod::ExpectedGradients => sys::CLENS_ATTRIBUTION_EXPECTED_GRADIENTS,
                AttributionMethod::SmoothGrad => sys::CLENS_ATTRIBUTION_SMOOTHGRAD,
                AttributionMethod::DeepLift => sys::CLENS_ATTRIBUTION_DEEPLIFT,
                AttributionMethod::Ablation => sys::CLENS_ATTRIBUTION_ABLATION,
                AttributionMethod::Additive => sys::CLENS_ATTRIBUTION_ADDITIVE,
                AttributionMethod::Conductance => sys::CLENS_ATTRIBUTION_CONDUCTANCE,
                AttributionMethod::NeuronGradients => sys::CLENS_ATTRIBUTION_NEURON_GRADIENTS,
            },
            level: options.level.raw(),
            target,
            flags: if options.gradients_only { sys::CLENS_ATTRIBUTION_GRADIENTS_ONLY } else { 0 },
            task,
            value,
            column,
            layer: options.layer.map_or(0, |layer| layer.0),
            baselines: pointer(options.baselines),
            baseline_rows: options.baselines.len() / width,
            spreads: pointer(options.spreads),
            spread_count: options.spreads.len(),
            steps: options.steps,
            most_steps: options.most_steps,
            tolerance: options.tolerance,
            draws: options.draws,
            seed: options.seed,
            noise: options.noise,
            ..sys::clens_attribution_spec::INIT
        })
    }
}

/// NULL where there are none.
fn pointer(floats: &[f32]) -> *const f32 {
    if floats.is_empty() { std::ptr::null() } else { floats.as_ptr() }
}
