//! The demo's model, made-up requests, and days of the command line.
use std::path::{Path, PathBuf};
use std::process::Command;

use clicklens::{Batch, Column, Inputs, Model, Scope};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

pub fn demo_path() -> PathBuf {
    root().join("bindings/cli/demo/demo.clens")
}

pub fn demo() -> Model {
    Model::open(demo_path()).expect("the demo's model")
}

/// An empty folder of this test's own.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// What the command line prints; `None`: it is not built, and no one said where it is.
pub fn command(arguments: &[&str]) -> Option<String> {
    let built = root().join("build/bin/clicklens");
    let program = match std::env::var_os("CLICKLENS_COMMAND") {
        Some(program) => PathBuf::from(program),
        None if built.exists() => built,
        None => {
            eprintln!("skipped: no command line; CLICKLENS_COMMAND names it");
            return None;
        }
    };
    let done = Command::new(program).args(arguments).output().expect("the command line starts");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8(done.stdout).expect("UTF-8"))
}

/// Requests for a model, one column per feature, in the model's order.
pub struct Host {
    pub columns: Vec<Vec<i64>>,
    /// Of lists.
    pub ends: Vec<Option<Vec<i64>>>,
    pub requests: Vec<i64>,
    pub keys: Vec<u64>,
    pub labels: Vec<u8>,
}

impl Host {
    /// Made-up ids; `sizes`: candidates of each request.
    pub fn made_up(model: &Model, sizes: &[i64]) -> Self {
        let mut requests = vec![0];
        requests.extend(sizes.iter().scan(0, |end, size| {
            *end += size;
            Some(*end)
        }));
        let candidates = requests.last().copied().unwrap_or(0);
        let column = |(number, feature): (i64, &clicklens::Feature<'_>)| {
            let entries = if feature.scope == Scope::Request { sizes.len() as i64 } else { candidates };
            (0..entries).map(|entry| (entry * 7919 + number * 104_729) % feature.rows as i64).collect()
        };
        let features = model.features().expect("features");
        Self {
            columns: (0..).zip(&features).map(column).collect(),
            ends: vec![None; features.len()],
            requests,
            keys: (0..sizes.len() as u64).collect(),
            labels: (0..candidates).map(|row| u8::from(row % 7 == 3)).collect(),
        }
    }

    /// A day of `clicklens synth`: consecutive rows of equal request_id are one request.
    pub fn of_day(model: &Model, path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a day");
        let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let names = lines.next().expect("a header");
        let at = |name: &str| names.iter().position(|known| *known == name).expect("a column of that name");
        let rows: Vec<Vec<&str>> = lines.collect();
        let number = |cell: &str| cell.parse::<i64>().expect("a number");
        let request = at("request_id");
        let begins = |row: &usize| *row == 0 || rows[*row][request] != rows[row - 1][request];
        let starts: Vec<usize> = (0..rows.len()).filter(begins).collect();
        let every: Vec<usize> = (0..rows.len()).collect();
        let (mut columns, mut ends) = (Vec::new(), Vec::new());
        for feature in model.features().expect("features") {
            let entries = if feature.scope == Scope::Request { &starts } else { &every };
            let (mut ids, mut end) = (Vec::new(), vec![0]);
            for row in entries {
                ids.extend(rows[*row][at(feature.name)].split('|').map(number));
                end.push(ids.len() as i64);
            }
            ends.push((ids.len() != entries.len()).then_some(end));
            columns.push(ids);
        }
        Self {
            columns,
            ends,
            keys: starts.iter().map(|row| number(rows[*row][request]) as u64).collect(),
            requests: starts.iter().map(|row| *row as i64).chain([rows.len() as i64]).collect(),
            labels: rows.iter().map(|row| number(row[at("label")]) as u8).collect(),
        }
    }

    pub fn candidates(&self) -> usize {
        self.labels.len()
    }

    pub fn batch(&self) -> Batch<'_> {
        self.fill(Batch::new(self.candidates()))
    }

    pub fn fill<'a>(&'a self, mut batch: Batch<'a>) -> Batch<'a> {
        batch.requests(&self.requests).request_keys(&self.keys);
        for (input, (ids, ends)) in (0..).zip(self.columns.iter().zip(&self.ends)) {
            match ends {
                Some(ends) => batch.column(input, Column::keys(ids).lists(ends)),
                None => batch.keys(input, ids),
            };
        }
        batch
    }
}

pub fn inputs(model: &Model) -> Inputs {
    Inputs::of(model).expect("inputs")
}

pub fn bits(floats: &[f32]) -> Vec<u32> {
    floats.iter().map(|float| float.to_bits()).collect()
}
