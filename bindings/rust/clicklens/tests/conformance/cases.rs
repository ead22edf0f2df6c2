//! What each `do` stands for.
use clicklens::{
    CacheOptions, CacheStorage, Delta, Gradients, Inputs, Level, Limits, Model, ModelOptions, Output,
    Precision, Result, Saliency, SaliencyMethod, ScoreKind, SessionOptions, Status, Target, ValueId,
};

use crate::Corpus;
use crate::got::{Got, count, list, object, of_counts, of_doubles, of_floats};
use crate::json::Json;
use crate::sent::{SentBatch, kind};

pub fn size(json: &Json) -> usize {
    usize::try_from(json.number()).expect("a count")
}

pub struct Case<'a> {
    pub corpus: &'a Corpus,
    pub json: &'a Json,
}

pub fn run(corpus: &Corpus, json: &Json) -> Result<Got> {
    let case = Case { corpus, json };
    match json.get("do").text() {
        "score" => case.score(),
        "saliency" => case.saliency(),
        "means" => case.means(),
        "coverage" => case.coverage(),
        "attribution" => case.attribution(),
        "probe" => case.probe(),
        "exit" => case.exit(),
        "delta" => case.delta(),
        "profile" => case.profile(),
        "cache" => case.cache(),
        "open" => case.open(),
        "self_test" => case.model()?.self_test().map(|()| Got::nothing()),
        "session" => case.session(),
        "enum" => Ok(case.constants()),
        "status_name" => Ok(case.status_names()),
        other => panic!("no such do: {other}"),
    }
}

impl Case<'_> {
    fn model_of(&self, name: &Json) -> Result<Model> {
        let limits = self.json.get("limits");
        let mut options = ModelOptions::new();
        if *limits != Json::Null {
            let nodes = limits.get("nodes").number() as u64;
            let features = limits.get("features").number() as u64;
            let known = limits.members().keys().all(|name| name == "nodes" || name == "features");
            assert!(known, "a limit that this runner does not know: {limits:?}");
            options = options.limits(Limits { nodes, features, ..Default::default() });
        }
        if self.json.get("verify").is_true() {
            options = options.verify_segments();
        }
        options.open(self.corpus.folder.join("models").join(format!("{}.clens", name.text())))
    }

    pub fn model(&self) -> Result<Model> {
        self.model_of(self.json.get("model"))
    }

    pub fn sent(&self, name: &Json) -> &SentBatch {
        &self.corpus.batches[name.text()]
    }

    pub fn batch(&self) -> &SentBatch {
        self.sent(self.json.get("batch"))
    }

    fn precision(&self) -> Precision {
        match self.json.get("precision").text() {
            "" | "f32" => Precision::F32,
            "int8" => Precision::Int8,
            other => panic!("no such precision: {other}"),
        }
    }

    pub fn options(&self) -> SessionOptions {
        let gradients = match self.json.get("gradients").text() {
            "" | "none" => Gradients::None,
            "full" => Gradients::Full,
            "groups" => Gradients::Groups,
            other => panic!("no such gradients: {other}"),
        };
        let options = SessionOptions::new().gradients(gradients).precision(self.precision());
        options
            .strands(size(self.json.get("strands")) as u32)
            .tile_rows(size(self.json.get("tile_rows")) as u32)
    }

    pub fn kind(&self) -> ScoreKind {
        match self.json.get("output").text() {
            "" | "probability" => ScoreKind::Probability,
            "logit" => ScoreKind::Logit,
            other => panic!("no such output: {other}"),
        }
    }

    pub fn level(&self) -> Level {
        match self.json.get("level").text() {
            "group" => Level::Group,
            "feature" => Level::Feature,
            "id" => Level::Id,
            "dimension" => Level::Dimension,
            other => panic!("no such level: {other}"),
        }
    }

    pub fn value(&self, model: &Model, name: &str) -> Result<Option<ValueId>> {
        let json = self.json.get(name);
        if *json == Json::Null { Ok(None) } else { model.find_value(json.text()).map(Some) }
    }

    pub fn target(&self, value: Option<ValueId>) -> Target {
        match self.json.get("target").text() {
            "logit" => Target::Logit(size(self.json.get("task"))),
            "probability" => Target::Probability(size(self.json.get("task"))),
            "neuron" => Target::Neuron(value.expect("a value"), size(self.json.get("column"))),
            other => panic!("no such target: {other}"),
        }
    }

    fn score(&self) -> Result<Got> {
        let (model, sent) = (self.model()?, self.batch());
        let captures = self.json.get("captures").texts().map(|name| model.find_value(name));
        let captures = captures.collect::<Result<Vec<_>>>()?;
        let mut session = self.options().captures(captures.clone()).build(&model, &sent.inputs()?)?;
        let batch = sent.batch(None);
        if self.json.has("capacity") {
            let mut scores = vec![0.0; size(self.json.get("capacity"))];
            let counts = session.run_as(&batch, self.kind(), &mut scores)?;
            return Ok(Got::default().floats("scores", &scores).member("counts", of_counts(counts)));
        }
        let mut output = Output::of(&session).kind(self.kind());
        session.run_into(&batch, &mut output)?;
        let mut got =
            Got::default().floats("scores", output.scores()).member("counts", of_counts(output.counts()));
        let mut captured = Vec::new();
        for value in captures {
            let rows = output.captured(value).expect("a capture");
            got = got.hashed(rows.values().iter().flat_map(|float| float.to_le_bytes()));
            let scope = if rows.per_request() { "request" } else { "candidate" };
            captured.push(object([
                ("width", count(rows.width())),
                ("rows", count(rows.rows())),
                ("scope", Json::Text(scope.into())),
                ("values", of_floats(rows.values())),
            ]));
        }
        // The same scores by the plain call.
        let mut scores = vec![0.0; output.scores().len()];
        session.run_as(&batch, self.kind(), &mut scores)?;
        assert_eq!(of_floats(&scores), of_floats(output.scores()));
        Ok(got.member("captures", Json::List(captured)))
    }

    fn saliency(&self) -> Result<Got> {
        let (model, sent) = (self.model()?, self.batch());
        let value = self.value(&model, "value")?;
        let mut session = self.options().captures(value).build(&model, &sent.inputs()?)?;
        let method = match self.json.get("method").text() {
            "centred" => SaliencyMethod::Centred,
            "gradient_x_input" => SaliencyMethod::GradientTimesInput,
            "gradient_l1" => SaliencyMethod::GradientL1,
            "gradient_l2" => SaliencyMethod::GradientL2,
            other => panic!("no such method: {other}"),
        };
        let means = self.json.get("means").floats();
        let mut saliency =
            Saliency::new().method(method).level(self.level()).target(self.target(value)).means(&means);
        if self.json.get("per_request").is_true() {
            saliency = saliency.per_request();
        }
        let batch = sent.batch(None);
        let offsets = session.saliency_offsets(&batch, &saliency)?;
        Ok(Got::default()
            .floats("values", &session.saliency(&batch, &saliency)?)
            .member("offsets", list(offsets)))
    }

    fn means(&self) -> Result<Got> {
        let (model, sent) = (self.model()?, self.batch());
        let mut session = self.options().gradients(Gradients::Full).build(&model, &sent.inputs()?)?;
        let mut sums = vec![0.0; model.info()?.input_width];
        let rows = session.add_inputs(&sent.batch(None), &mut sums)?;
        let bytes: Vec<u8> = sums.iter().flat_map(|sum| sum.to_le_bytes()).collect();
        Ok(Got::default().hashed(bytes).member("rows", count(rows)).member("sums", of_doubles(&sums)))
    }

    fn coverage(&self) -> Result<Got> {
        let (model, sent) = (self.model()?, self.batch());
        let covered = self.options().build(&model, &sent.inputs()?)?.coverage(&sent.batch(None))?;
        Ok(Got::default().hashed(covered.iter().copied()).member("covered", list(covered)))
    }

    fn cache(&self) -> Result<Got> {
        let (model, sent, ads) = (self.model()?, self.batch(), self.sent(self.json.get("ads")));
        let other = self.json.get("cache_model");
        let of_cache = if *other == Json::Null { model.clone() } else { self.model_of(other)? };
        let storage = match self.json.get("storage").text() {
            "f32" => CacheStorage::F32,
            "f16" => CacheStorage::F16,
            other => panic!("no such storage: {other}"),
        };
        let options = CacheOptions::new(self.json.get("rows").number() as u64).storage(storage);
        let mut cache = options.precision(self.precision()).build(&of_cache, &ads.inputs()?)?;
        cache.fill(&ads.batch(None))?;
        let mut session = self.options().cache().build(&model, &sent.inputs()?)?;
        let batch = sent.batch(Some(&cache));
        let mut scores = vec![0.0; batch.candidates() * session.tasks()];
        session.run_as(&batch, self.kind(), &mut scores)?;
        Ok(Got::default().floats("scores", &scores).member("filled", count(cache.info()?.filled)))
    }

    fn delta(&self) -> Result<Got> {
        let path =
            self.corpus.folder.join("models").join(format!("{}.clensd", self.json.get("delta").text()));
        let model = Delta::open(path)?.apply_copying(&self.model()?, 1)?;
        let sent = self.batch();
        let mut session = self.options().build(&model, &sent.inputs()?)?;
        let batch = sent.batch(None);
        let mut scores = vec![0.0; batch.candidates() * session.tasks()];
        session.run_as(&batch, self.kind(), &mut scores)?;
        Ok(Got::default().floats("scores", &scores))
    }

    fn open(&self) -> Result<Got> {
        let model = self.model()?;
        let info = model.info()?;
        let (low, high) = (info.id as u64, (info.id >> 64) as u64);
        let id = [low, high].map(|half| Json::Text(half.to_string()));
        let got = Got::default().hashed(low.to_le_bytes()).hashed(high.to_le_bytes());
        let got = got.member("name", Json::Text(info.name.into())).member("id", Json::List(id.into()));
        let got = got.member("features", count(info.features)).member("groups", count(info.groups));
        let got = got.member("tables", count(info.tables)).member("nodes", count(info.nodes));
        Ok(got.member("outputs", count(info.outputs)).member("layers", count(info.layers)))
    }

    fn session(&self) -> Result<Got> {
        let model = self.model()?;
        let columns = self.json.get("inputs").list().iter();
        let inputs =
            Inputs::new(columns.map(|input| (input.get("name").text(), kind(input.get("kind").text()))))?;
        let captures = self.json.get("captures").texts().map(|name| model.find_value(name));
        let captures = captures.collect::<Result<Vec<_>>>()?;
        self.options().captures(captures).build(&model, &inputs).map(|_| Got::nothing())
    }

    /// The constants of clicklens-sys, as its source has them.
    fn constants(&self) -> Got {
        let name = self.json.get("enum").text();
        let source = include_str!("../../../clicklens-sys/src/bindings.rs");
        let mut got = Got::default();
        let wanted = self.corpus.enums.get(name).members();
        let mut values: Vec<i64> = Vec::new();
        for (constant, value) in wanted {
            let line = format!("pub const {constant}: {name} = ");
            let own = source
                .lines()
                .find_map(|text| text.strip_prefix(&line)?.strip_suffix(';')?.parse::<i64>().ok());
            assert_eq!(own, Some(value.number()), "{constant}");
            values.extend(own);
        }
        values.sort_unstable(); // in the order of the file, which is that of values
        got.bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        got
    }

    fn status_names(&self) -> Got {
        let statuses = self.json.get("statuses").numbers();
        let names = statuses.iter().map(|code| Status::from_code(*code as u32).name());
        Got::nothing().member("names", Json::List(names.map(|name| Json::Text(name.into())).collect()))
    }
}
