//! Scores, in order.
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use clicklens::ScoreKind;
use serde::Serialize;

use crate::failure::Failure;
use crate::request::{self, Rank};
use crate::server::Server;

/// The answer to POST /rank. A score that is not finite is null.
#[derive(Serialize)]
pub struct Ranking {
    /// The model's id.
    model: String,
    /// Of this process, from 1.
    version: u64,
    /// The best first, by the first task.
    ranked: Vec<Ranked>,
}

#[derive(Serialize)]
struct Ranked {
    /// In the request's candidates.
    index: usize,
    /// Probabilities, by task.
    scores: BTreeMap<String, f32>,
    /// What moved the first task's logit, by feature group.
    #[serde(skip_serializing_if = "Option::is_none")]
    saliency: Option<BTreeMap<String, f32>>,
}

/// All of one version: parsed, scored, explained, recorded. For a thread that may compute for milliseconds.
pub fn rank(server: &Server, body: &[u8]) -> Result<Ranking, Failure> {
    let rank = Rank::parse(body, &server.config)?;
    let columns = rank.columns(&server.schema, &server.config)?;
    let key = [rank.key()?.unwrap_or_else(|| RandomState::new().hash_one(0))];
    let batch = request::batch(rank.candidates(), &key, &columns);

    // The caller holds a permit for it, so that one is free.
    let seat = server.slot.enter_free()?;
    let mut seat = seat.ok_or_else(|| Failure::internal("fewer seats than permits"))?;
    let version = server.version_of(&seat).ok_or_else(|| Failure::internal("a version of nobody's"))?;
    let (tasks, groups) = (seat.tasks(), version.groups.len());
    let mut scores = vec![0.0; rank.candidates() * tasks];
    seat.run(&batch, &mut scores)?;
    let saliency = if rank.explain { Some(seat.saliency(&batch, &version.saliency())?) } else { None };
    if let Some(recorder) = &version.recorder {
        // A request is answered whether or not it can be recorded.
        if recorder.record(&mut seat, &batch, ScoreKind::Probability, &scores).is_err() {
            server.metrics.not_recorded();
        }
    }
    let number = seat.version();
    drop(seat);
    server.metrics.scored(rank.candidates());

    let first = |candidate: &usize| scores.get(candidate * tasks).copied().filter(|score| !score.is_nan());
    let mut order: Vec<usize> = (0..rank.candidates()).collect();
    order.sort_by(|a, b| first(b).partial_cmp(&first(a)).unwrap_or(std::cmp::Ordering::Equal)); // NaN last
    order.truncate(rank.top.unwrap_or(usize::MAX));
    let ranked = order.into_iter().map(|index| Ranked {
        index,
        scores: named(&version.tasks, &scores, index),
        saliency: saliency.as_ref().map(|values| named(&version.groups, values, index)),
    });
    debug_assert!(saliency.as_ref().is_none_or(|values| values.len() == rank.candidates() * groups));
    Ok(Ranking { model: format!("{:032x}", version.id), version: number, ranked: ranked.collect() })
}

/// A candidate's row of a matrix with a column for each name.
fn named(names: &[String], values: &[f32], candidate: usize) -> BTreeMap<String, f32> {
    let row = values.chunks(names.len().max(1)).nth(candidate).unwrap_or_default();
    names.iter().cloned().zip(row.iter().copied()).collect()
}
