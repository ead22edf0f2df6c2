//! What a session is made for.
#![forbid(unsafe_code)]
use clicklens_sys as sys;

use crate::describe::ValueId;
use crate::error::Result;
use crate::inputs::Inputs;
use crate::model::Model;
use crate::probe::Probe;
use crate::profile_options::ProfileOptions;
use crate::runner::Plan;
use crate::session::Session;
use crate::threads::{self, ParallelFor, Tasks};

/// How linears of more than one output compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// float32.
    #[default]
    F32,
    /// 8 bits, with the same bits everywhere.
    Int8,
    /// bfloat16, where the processor has its products. Bits may differ between machines.
    Bf16,
    /// What the model's file recommends; float32 where it recommends nothing.
    Recommended,
}

impl Precision {
    pub(crate) fn raw(self) -> u32 {
        match self {
            Self::F32 => sys::CLENS_PRECISION_F32,
            Self::Int8 => sys::CLENS_PRECISION_INT8,
            Self::Bf16 => sys::CLENS_PRECISION_BF16,
            Self::Recommended => sys::CLENS_PRECISION_RECOMMENDED,
        }
    }
}

/// What saliency a session can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gradients {
    /// None.
    #[default]
    None,
    /// Everything.
    Full,
    /// By group, centred or gradient x input, and input means: faster for requests of many candidates.
    Groups,
}

/// What a session is made for. All its memory is taken when it is made.
///
/// ```no_run
/// # use clicklens::{Gradients, Inputs, Model, SessionOptions};
/// let model = Model::open("ctr.clens")?;
/// let layer = model.find_value("l1")?;
/// let options = SessionOptions::new().gradients(Gradients::Groups).captures([layer]);
/// let session = options.build(&model, &Inputs::of(&model)?)?;
/// # Ok::<(), clicklens::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct SessionOptions {
    strands: u32,
    gradients: Gradients,
    tile_rows: u32,
    captures: Vec<usize>,
    observed: Vec<usize>,
    probe: Option<Probe>,
    exit: Option<(u32, f32)>,
    precision: Precision,
    cache: bool,
    full_precision: Vec<usize>,
    profile: Option<ProfileOptions>,
    parallel_for: Option<ParallelFor>,
}

impl SessionOptions {
    /// Scores alone, in float32, in the caller's thread.
    pub fn new() -> Self {
        Self::default()
    }

    /// Parts that a batch may be cut into, each with a thread of its own; up to 256.
    pub fn strands(mut self, strands: u32) -> Self {
        self.strands = strands;
        self
    }

    /// The host's threads in place of `strands - 1` of the library's: `run` does all tasks, each once, on any threads,
    /// and returns when they are done. A panic of it fails the run ([`BadState`](crate::Status::BadState)).
    ///
    /// ```
    /// let options = clicklens::SessionOptions::new().strands(2).parallel_for(|tasks| {
    ///     std::thread::scope(|scope| (0..tasks.len()).for_each(|i| drop(scope.spawn(move || tasks.run(i)))));
    /// });
    /// ```
    pub fn parallel_for(mut self, run: impl Fn(&Tasks) + Send + Sync + 'static) -> Self {
        self.parallel_for = Some(std::sync::Arc::new(run));
        self
    }

    /// What saliency it may be asked for.
    pub fn gradients(mut self, gradients: Gradients) -> Self {
        self.gradients = gradients;
        self
    }

    /// Candidates that go through the network together, up to 1024; 0: chosen.
    pub fn tile_rows(mut self, rows: u32) -> Self {
        self.tile_rows = rows;
        self
    }

    /// Values that runs may capture.
    pub fn captures(mut self, values: impl IntoIterator<Item = ValueId>) -> Self {
        self.captures = values.into_iter().map(|value| value.0).collect();
        self
    }

    /// Values that lenses may watch: [`ProfileOptions::observed`],
    /// [`ProbeRows::values`](crate::ProbeRows::values).
    pub fn observe(mut self, values: impl IntoIterator<Item = ValueId>) -> Self {
        self.observed = values.into_iter().map(|value| value.0).collect();
        self
    }

    /// Its logits come with every run's scores.
    pub fn probe(mut self, probe: &Probe) -> Self {
        self.probe = Some(probe.clone());
        self
    }

    /// Early exit: candidates whose logit by probe `index` is below `bound` stop at that probe's layer, and have its
    /// logit's score.
    pub fn exit(mut self, index: u32, bound: f32) -> Self {
        self.exit = Some((index, bound));
        self
    }

    /// How linears compute.
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// Outputs of linears that stay float32 whatever the precision.
    pub fn full_precision(mut self, values: impl IntoIterator<Item = ValueId>) -> Self {
        self.full_precision = values.into_iter().map(|value| value.0).collect();
        self
    }

    /// Batches may name a [`Cache`](crate::Cache).
    pub fn cache(mut self) -> Self {
        self.cache = true;
        self
    }

    /// What runs meet is profiled, for [`Session::collector`].
    pub fn profile(mut self, options: &ProfileOptions) -> Self {
        self.profile = Some(options.clone());
        self
    }

    /// Makes the session: binds features to inputs by name and takes all memory.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound): a required feature without input;
    /// [`InvalidArgument`](crate::Status::InvalidArgument): an input of a kind that its feature cannot take, options out
    /// of range; [`LimitExceeded`](crate::Status::LimitExceeded); [`Unsupported`](crate::Status::Unsupported).
    pub fn build(&self, model: &Model, inputs: &Inputs) -> Result<Session> {
        Session::make(self, model, inputs)
    }

    /// The function of the host, where the library may call it for as long as the box lives.
    pub(crate) fn host(&self) -> Option<Box<ParallelFor>> {
        self.parallel_for.clone().map(Box::new)
    }

    /// What sessions of these options are, of one model.
    pub(crate) fn plan(&self, model: &Model, inputs: &Inputs) -> Result<Plan> {
        // A value that there is not is refused by the library, which says of which option it is.
        let width = |value: usize| model.value(ValueId(value)).map_or(0, |value| value.width);
        Ok(Plan {
            scopes: inputs.scopes(model)?,
            captures: self.captures.iter().map(|value| (ValueId(*value), width(*value))).collect(),
            probes: self.probe.as_ref().map_or(0, Probe::len),
            tasks: model.raw_info()?.outputs,
        })
    }

    /// As C takes them, for one call.
    pub(crate) fn with_raw<T>(
        &self,
        host: Option<&ParallelFor>,
        call: impl FnOnce(&sys::clens_session_options) -> T,
    ) -> T {
        let (parallel_for, parallel_host) = threads::raw(host);
        let profile = self.profile.as_ref().map(ProfileOptions::raw);
        let (exit_probe, exit_bound) =
            self.exit.map_or((0, 0.0), |(index, bound)| (index.saturating_add(1), bound));
        let raw = sys::clens_session_options {
            strands: self.strands,
            gradients: match self.gradients {
                Gradients::None => sys::CLENS_GRADIENTS_NONE,
                Gradients::Full => sys::CLENS_GRADIENTS_FULL,
                Gradients::Groups => sys::CLENS_GRADIENTS_GROUPS,
            },
            tile_rows: self.tile_rows,
            captures: self.captures.as_ptr(),
            capture_count: self.captures.len(),
            observed: self.observed.as_ptr(),
            observed_count: self.observed.len(),
            probe: self.probe.as_ref().map_or(std::ptr::null_mut(), Probe::get),
            exit_probe,
            exit_bound,
            precision: self.precision.raw(),
            cache: u32::from(self.cache),
            full_precision: self.full_precision.as_ptr(),
            full_precision_count: self.full_precision.len(),
            parallel_for,
            parallel_host,
            profile: profile.as_ref().map_or(std::ptr::null(), |options| options),
            ..sys::clens_session_options::INIT
        };
        call(&raw)
    }
}
