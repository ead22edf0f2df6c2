//! What this crate keeps beside the versions of a slot, which the library owns.
#![forbid(unsafe_code)]
use std::sync::{Arc, PoisonError, RwLock};

use crate::runner::Plan;
use crate::threads::ParallelFor;

struct Version {
    number: u64,
    plan: Arc<Plan>,
    /// That its sessions and its cache may call.
    _hosts: [Option<Box<ParallelFor>>; 2],
}

/// By number, the oldest first. Seats read it once per version, and keep what they found.
#[derive(Default)]
pub(crate) struct Versions(RwLock<Vec<Version>>);

impl Versions {
    pub(crate) fn find(&self, number: u64) -> Option<Arc<Plan>> {
        let versions = self.0.read().unwrap_or_else(PoisonError::into_inner);
        versions.iter().rev().find(|version| version.number == number).map(|version| version.plan.clone())
    }

    /// Before the library may hand it out.
    pub(crate) fn add(&self, number: u64, plan: Plan) -> Arc<Plan> {
        let plan = Arc::new(plan);
        let version = Version { number, plan: plan.clone(), _hosts: [None, None] };
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(version);
        plan
    }

    /// What the library may call for it.
    pub(crate) fn keep(&self, number: u64, hosts: [Option<Box<ParallelFor>>; 2]) {
        let mut versions = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(version) = versions.iter_mut().rev().find(|version| version.number == number) {
            version._hosts = hosts;
        }
    }

    pub(crate) fn remove(&self, number: u64) {
        self.retain(|version| version.number != number);
    }

    /// The library has let go of all versions before `number`. What a seat that stayed idle since still knows of one is
    /// freed here, later, and not by the seat.
    pub(crate) fn let_go_before(&self, number: u64) {
        self.retain(|version| version.number >= number || Arc::strong_count(&version.plan) > 1);
    }

    fn retain(&self, wanted: impl FnMut(&Version) -> bool) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).retain(wanted);
    }
}
