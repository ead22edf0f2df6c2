//! Scores of click-through-rate models, and why: the safe interface to clicklens.
//!
//! Open a [`Model`], say once what the host sends ([`Inputs`]), make a [`Session`] per thread, run [`Batch`]es that
//! borrow the request's slices:
//!
//! ```no_run
//! use clicklens::{Batch, ColumnKind, Inputs, Model, Session};
//!
//! let model = Model::open("ctr.clens")?;
//! let inputs = Inputs::new([("user_id", ColumnKind::Keys), ("ad_id", ColumnKind::Keys)])?;
//! let mut session = Session::new(&model, &inputs)?;
//!
//! let (user, ads) = ([1u64], [3u64, 14, 159]);            // one request, three candidates
//! let mut batch = Batch::new(ads.len());
//! batch.one_request().keys(0, &user).keys(1, &ads);
//! let mut scores = [0.0; 3];
//! session.run(&batch, &mut scores)?;                      // three probabilities; allocates nothing
//! # Ok::<(), clicklens::Error>(())
//! ```
//!
//! | for | there is |
//! | --- | --- |
//! | what a model is made of | [`Model::info`], [`features`](Model::features), [`layers`](Model::layers), [`graph`](Model::graph) |
//! | inner values beside scores | [`SessionOptions::captures`], [`Output`] |
//! | why a score is what it is | [`Runner::saliency`] by group, feature, id or dimension; [`Explainer`] for more than one gradient |
//! | candidates prepared once | [`Cache`] |
//! | models that change under load | [`Slot`] |
//! | what makes one version of another | [`Delta`] |
//! | what traffic looks like, live | [`SessionOptions::profile`], [`Collector`], [`Profile`], [`Profile::prometheus`] |
//! | what changed since | [`Drift`] |
//! | what layers know | [`ProbeRows`], [`Probe`] |
//! | a sample of requests, kept and run again | [`Recorder`], [`Recording`] |
//! | everything else of the C ABI | [`sys`]: refining, diagnosis, importance, writing models, the allocator hook |
//!
//! Who may use what from where follows the C library's rules: [`Model`], [`Inputs`], [`Cache`], [`Probe`], [`Drift`],
//! [`Recorder`], [`Collector`] and [`Slot`] are `Send` and `Sync`; a [`Session`] or [`Seat`] is `Send` and runs by `&mut`.
//!
//! Every failure is an [`Error`] with the ABI's [`Status`] and a message that names the file, feature or argument. No
//! panic crosses into C: one in a host's own [`parallel_for`](SessionOptions::parallel_for) fails the run.
//!
//! The library is found by pkg-config or `CLICKLENS_LIB_DIR`; the feature `static` links its archive. Rust 1.85.
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::must_use_candidate)]

mod batch;
mod cache;
mod collector;
mod column;
mod delta;
mod describe;
mod describe_model;
mod drift;
mod error;
mod explainer;
mod flat;
mod handle;
mod inputs;
mod library;
mod metrics;
mod model;
mod output;
mod probe;
mod probe_figures;
mod probe_rows;
mod profile;
mod profile_layers;
mod profile_options;
mod prometheus;
mod prometheus_drift;
mod prometheus_profile;
mod publication;
mod recorder;
mod recording;
mod rows;
mod runner;
mod saliency;
mod seat;
mod session;
mod session_options;
mod slot;
mod slot_versions;
mod threads;

pub use clicklens_sys as sys;

pub use batch::Batch;
pub use cache::{Cache, CacheInfo, CacheOptions, CacheStorage};
pub use collector::Collector;
pub use column::{Column, Id, Offset, Texts};
pub use delta::{Delta, DeltaInfo};
pub use describe::{Feature, GraphFormat, ModelInfo, NamedValue, Scope, Table, Value, ValueId};
pub use drift::{Drift, DriftInfo, DriftKind, DriftMeasure, DriftTrace, Verdict};
pub use error::{Error, Result, Status};
pub use explainer::{Attribution, AttributionInfo, AttributionMethod, AttributionOptions, Explainer};
pub use flat::FlatBatch;
pub use inputs::{ColumnKind, Inputs};
pub use library::{arithmetic_version, isa, supported_isas, version};
pub use metrics::{Metrics, MetricsOptions, MetricsResult};
pub use model::{Access, Limits, Model, ModelOptions};
pub use output::{CapturedRows, Output};
pub use probe::Probe;
pub use probe_figures::{AucDifference, ProbeCoefficients, ProbeInfo, ProbeOptions, ProbeTarget};
pub use probe_rows::ProbeRows;
pub use profile::{ColumnFigures, FeatureTraffic, Profile, ProfileInfo, ProfilePart};
pub use profile_layers::ProfiledLayer;
pub use profile_options::{ProfileOptions, sections};
pub use publication::{PublishOptions, Refused};
pub use recorder::{Recorder, RecorderOptions, RecorderStats};
pub use recording::{Record, Recording, RecordingInfo};
pub use rows::Rows;
pub use runner::{Counts, Runner, ScoreKind};
pub use saliency::{Level, Saliency, SaliencyMethod, Target};
pub use seat::Seat;
pub use session::Session;
pub use session_options::{Gradients, Precision, SessionOptions};
pub use slot::{Slot, SlotInfo, SlotOptions, SlotProfile};
pub use threads::Tasks;
