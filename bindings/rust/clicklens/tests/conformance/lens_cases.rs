//! Attributions, probes, profiles.
use clicklens::{
    AttributionMethod, AttributionOptions, Explainer, Gradients, MetricsOptions, Output, ProbeRows, Profile,
    ProfileOptions, Result, Rows, SessionOptions, ValueId, sections,
};

use crate::cases::{Case, size};
use crate::got::{Got, count, object, of_doubles};
use crate::hash;
use crate::json::{Json, float};

impl Case<'_> {
    pub fn attribution(&self) -> Result<Got> {
        let (model, sent) = (self.model()?, self.batch());
        let (layer, value) = (self.value(&model, "layer")?, self.value(&model, "value")?);
        let layers: Vec<ValueId> = layer.into_iter().chain(value).collect();
        let mut explainer = Explainer::new(&model, &sent.inputs()?, &layers)?;
        let (baselines, spreads) = (self.json.get("baselines").floats(), self.json.get("spreads").floats());
        let options = AttributionOptions {
            method: match self.json.get("method").text() {
                "integrated_gradients" => AttributionMethod::IntegratedGradients,
                "expected_gradients" => AttributionMethod::ExpectedGradients,
                "smoothgrad" => AttributionMethod::SmoothGrad,
                "deeplift" => AttributionMethod::DeepLift,
                "ablation" => AttributionMethod::Ablation,
                "additive" => AttributionMethod::Additive,
                "conductance" => AttributionMethod::Conductance,
                "neuron_gradients" => AttributionMethod::NeuronGradients,
                other => panic!("no such method: {other}"),
            },
            level: self.level(),
            target: self.target(value),
            layer,
            baselines: &baselines,
            spreads: &spreads,
            steps: size(self.json.get("steps")) as u32,
            draws: size(self.json.get("draws")) as u32,
            seed: self.json.get("seed").text().parse().unwrap_or(0),
            ..Default::default()
        };
        Ok(Got::default().floats("values", &explainer.run(&sent.batch(None), &options)?.values))
    }

    pub fn probe(&self) -> Result<Got> {
        let (model, sent, labels) = (self.model()?, self.batch(), self.json.get("labels").bytes());
        let (probe, batch) = (model.probe()?, sent.batch(None));
        let mut session = self.options().probe(&probe).build(&model, &sent.inputs()?)?;
        let mut output = Output::of(&session);
        session.run_into(&batch, &mut output)?;
        let infos = (0..probe.len()).map(|index| probe.info(index)).collect::<Result<Vec<_>>>()?;
        let values: Vec<ValueId> = infos.iter().map(|info| info.value).collect();
        let mut rows = ProbeRows::new(&model, &values)?;
        let mut observing = SessionOptions::new().observe(values).build(&model, &sent.inputs()?)?;
        rows.add(&mut observing, &batch, &Rows::new().labels(&labels), None)?;
        let auc =
            |index| probe.evaluate(index, &rows, MetricsOptions::default()).map(|(figures, _)| figures.auc);
        let auc = (0..probe.len()).map(auc).collect::<Result<Vec<_>>>()?;
        let named = infos.iter();
        let named =
            named.map(|info| object([("name", Json::Text(info.name.into())), ("width", count(info.width))]));
        let got = Got::default().floats("logits", output.probe_logits());
        Ok(got.member("probes", Json::List(named.collect())).member("auc", of_doubles(&auc)))
    }

    pub fn exit(&self) -> Result<Got> {
        let (model, sent) = (self.model()?, self.batch());
        let (probe, bound) = (model.probe()?, float(self.json.get("bound").text()));
        let options = self.options().probe(&probe).exit(size(self.json.get("probe")) as u32, bound);
        let mut session = options.build(&model, &sent.inputs()?)?;
        let mut output = Output::of(&session).kind(self.kind());
        session.run_into(&sent.batch(None), &mut output)?;
        Ok(Got::default().floats("scores", output.scores()).member("exited", count(output.exited())))
    }

    pub fn profile(&self) -> Result<Got> {
        let model = self.model()?;
        let section = |name: &str| match name {
            "scores" => sections::SCORES,
            "neurons" => sections::NEURONS,
            "saliency" => sections::SALIENCY,
            "features" => sections::FEATURES,
            other => panic!("no such section: {other}"),
        };
        let options = ProfileOptions {
            sections: self.json.get("sections").texts().map(section).sum(),
            means: self.json.get("means").floats(),
            ..Default::default()
        };
        let explained = options.sections & sections::SALIENCY != 0;
        let gradients = if explained { Gradients::Full } else { Gradients::None };
        let made = SessionOptions::new().observe(options.observed(&model)?).gradients(gradients);
        let mut profiles = vec![Profile::new(&model, &options)?];
        for (number, part) in self.json.get("parts").list().iter().enumerate() {
            if number > 0 && self.json.get("merge").is_true() {
                profiles.push(Profile::new(&model, &options)?);
            }
            let (sent, labels) = (self.sent(part.get("batch")), part.get("labels").bytes());
            let mut session = made.build(&model, &sent.inputs()?)?;
            let rows = Rows::new().first_row(part.get("first_row").number() as u64);
            let rows = if part.has("labels") { rows.labels(&labels) } else { rows };
            profiles.last_mut().expect("one").add(&mut session, &sent.batch(None), &rows)?;
        }
        let mut whole = profiles.pop().expect("one");
        while let Some(part) = profiles.pop() {
            whole.merge(&part)?;
        }
        let bytes = whole.save()?;
        let hash = Json::Text(format!("{:016x}", hash(&bytes)));
        let got = Got::default().member("rows", count(whole.info()?.rows)).member("size", count(bytes.len()));
        Ok(got.member("hash", hash).hashed(bytes))
    }
}
