//! What the server knows of one published model beside its weights.
use std::time::{SystemTime, UNIX_EPOCH};

use clicklens::{
    Gradients, Inputs, Model, ProfileOptions, ProfilePart, PublishOptions, Recorder, RecorderOptions,
    Saliency, SessionOptions, sections,
};

use crate::config::Config;

pub struct Version {
    pub id: u128,
    pub tasks: Vec<String>,
    pub groups: Vec<String>,
    means: Vec<f32>,
    pub recorder: Option<Recorder>,
}

impl Version {
    pub fn new(model: &Model, inputs: &Inputs, config: &Config) -> clicklens::Result<Self> {
        let info = model.info()?;
        let recorder = match &config.recordings {
            None => None,
            Some(folder) => {
                // A name of its own: the recorder before may be at work until its last request has ended.
                let prefix = folder.join(format!("{}-{:032x}", nanoseconds(), info.id));
                let options = RecorderOptions { sample_rate: config.record_rate, ..Default::default() };
                Some(Recorder::new(model, inputs, prefix, &options)?)
            }
        };
        Ok(Self {
            id: info.id,
            tasks: model.outputs()?.iter().map(|task| task.name.to_owned()).collect(),
            groups: model.groups()?.iter().map(|group| (*group).to_owned()).collect(),
            means: means(model, info.input_width),
            recorder,
        })
    }

    /// What moved the first task's logit, by group.
    pub fn saliency(&self) -> Saliency<'_> {
        Saliency::new().means(&self.means)
    }

    pub fn publication(&self, config: &Config) -> PublishOptions {
        let profile = ProfileOptions {
            sections: sections::SCORES | sections::FEATURES | sections::SALIENCY | sections::NEURONS,
            every: config.profile_every,
            sample_rows: 64, // few: /metrics analyses them each time
            means: self.means.clone(),
            ..Default::default()
        };
        PublishOptions::new().session(SessionOptions::new().gradients(Gradients::Groups).profile(&profile))
    }
}

/// Of the reference profile that the model's file carries: saliency is then against typical traffic. A file without one
/// gets zeros, which is gradient x input.
fn means(model: &Model, width: usize) -> Vec<f32> {
    let columns =
        model.profile().and_then(|profile| profile.columns(ProfilePart::Pooled)).unwrap_or_default();
    let means: Vec<f32> = columns.iter().map(|column| column.mean as f32).collect();
    let known = means.len() == width && means.iter().all(|mean| mean.is_finite());
    if known { means } else { vec![0.0; width] }
}

/// Since 1970: what files are named by, in the order they were made.
pub fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}
