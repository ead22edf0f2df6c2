//! The cases of tests/conformance, by this crate's ordinary API. With CLICKLENS_CONFORMANCE_OUT what came of each is
//! written there.
use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[path = "conformance/cases.rs"]
mod cases;
#[path = "conformance/got.rs"]
mod got;
#[path = "conformance/json.rs"]
mod json;
#[path = "conformance/lens_cases.rs"]
mod lens_cases;
#[path = "conformance/sent.rs"]
mod sent;

use got::Got;
use json::Json;
use sent::SentBatch;

pub struct Corpus {
    pub folder: PathBuf,
    pub enums: Json,
    pub batches: HashMap<String, SentBatch>,
}

/// FNV-1a of 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

/// What is wrong with what came, if anything.
fn differs(case: &Json, came: &clicklens::Result<Got>) -> Option<String> {
    let (expect, error) = (case.get("expect"), case.get("error"));
    match came {
        Ok(_) if *expect == Json::Null => Some("it should have failed".into()),
        Ok(got) => got.differs_from(expect),
        Err(failed) if *error == Json::Null => Some(format!("{}: {failed}", failed.status().name())),
        Err(failed) => {
            let same = i64::from(failed.status().code()) == error.get("status").number()
                && failed.status().name() == error.get("name").text()
                && failed.message().contains(error.get("contains").text());
            (!same).then(|| format!("{}: {failed}, not {error:?}", failed.status().name()))
        }
    }
}

#[test]
fn every_case_is_equal() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/conformance");
    let Ok(text) = std::fs::read_to_string(folder.join("cases.json")) else {
        eprintln!("skipped: no {}", folder.join("cases.json").display());
        return;
    };
    let Json::Object(mut file) = Json::parse(&text) else { panic!("cases.json is no object") };
    let batches = file["batches"].members().iter().map(|(name, batch)| (name.clone(), SentBatch::new(batch)));
    let corpus = Corpus { folder, batches: batches.collect(), enums: file.remove("enums").expect("enums") };
    let (mut report, mut wrong, mut count) = (String::new(), Vec::new(), 0);
    for case in file["cases"].list() {
        let (name, came) = (case.get("name").text(), cases::run(&corpus, case));
        let different = differs(case, &came);
        let bytes = came
            .map_or_else(|failed| u64::from(failed.status().code()).to_le_bytes().into(), |got| got.bytes);
        let status = if different.is_none() { "equal" } else { "different" };
        let hash = hash(&bytes);
        writeln!(
            report,
            r#"{{"host": "rust", "case": "{name}", "status": "{status}", "hash": "{hash:016x}"}}"#
        )
        .expect("a String takes it");
        wrong.extend(different.map(|why| format!("{name}: {why}")));
        count += 1;
    }
    if let Some(path) = std::env::var_os("CLICKLENS_CONFORMANCE_OUT") {
        std::fs::write(path, report).expect("CLICKLENS_CONFORMANCE_OUT is written");
    }
    assert!(count > 100, "{count} cases");
    assert!(wrong.is_empty(), "{} of {count} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}
