//! What the server counts itself, and /metrics: Prometheus' text format, version 0.0.4.
use std::fmt::{Display, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use clicklens::{RecorderStats, SlotInfo};

use crate::version::nanoseconds;

/// Upper bounds of buckets, in seconds; the last bucket has none.
const BOUNDS: [f64; 13] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];

/// Answers that /rank can have; one that is none of them counts as the last.
const CODES: [u16; 7] = [200, 400, 408, 413, 429, 503, 500];

#[derive(Default)]
pub struct Metrics {
    requests: [AtomicU64; CODES.len()],
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
    candidates: AtomicU64,
    reloads: AtomicU64,
    reloads_refused: AtomicU64,
    published: AtomicU64, // milliseconds since 1970
    record_failures: AtomicU64,
    save_failures: AtomicU64,
}

/// What the server's parts say of themselves at the time.
pub struct Now<'a> {
    pub slot: &'a SlotInfo,
    /// Of the model that serves: its counters begin again with each.
    pub recorder: RecorderStats,
    pub in_flight: usize,
    pub concurrent: usize,
    pub saved_rows: u64,
    /// Nanoseconds since 1970.
    pub begin: u128,
}

impl Metrics {
    /// A request to /rank.
    pub fn answered(&self, took: Duration, status: StatusCode) {
        let code = CODES.iter().position(|code| *code == status.as_u16()).unwrap_or(CODES.len() - 1);
        let bucket = BOUNDS.iter().position(|bound| took.as_secs_f64() <= *bound).unwrap_or(BOUNDS.len());
        for count in [self.requests.get(code), self.buckets.get(bucket)].into_iter().flatten() {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.nanoseconds.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub fn scored(&self, candidates: usize) {
        self.candidates.fetch_add(candidates as u64, Ordering::Relaxed);
    }

    pub fn published(&self) {
        self.published.store((nanoseconds() / 1_000_000) as u64, Ordering::Relaxed);
    }

    pub fn reloaded(&self, served: bool) {
        let count = if served { &self.reloads } else { &self.reloads_refused };
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub fn not_recorded(&self) {
        self.record_failures.fetch_add(1, Ordering::Relaxed);
    }

    pub fn save_failed(&self) {
        self.save_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// The page, without the profile.
    pub fn page(&self, now: &Now<'_>) -> String {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut page = Page::default();
        page.family("clicklens_server_requests_total", "counter", "Requests to /rank, by the answer's code");
        for (code, count) in CODES.iter().zip(&self.requests) {
            page.sample(format_args!("clicklens_server_requests_total{{code=\"{code}\"}}"), of(count));
        }
        self.write_latency(&mut page);
        page.gauge("clicklens_server_requests_in_flight", "Requests to /rank at hand", now.in_flight);
        page.gauge(
            "clicklens_server_concurrency_limit",
            "Requests at hand beyond which one more is 429",
            now.concurrent,
        );
        page.counter("clicklens_server_candidates_total", "Candidates ranked", of(&self.candidates));
        page.family("clicklens_server_reloads_total", "counter", "Reloads of the model file, by result");
        page.sample("clicklens_server_reloads_total{result=\"ok\"}", of(&self.reloads));
        page.sample("clicklens_server_reloads_total{result=\"refused\"}", of(&self.reloads_refused));
        let published = of(&self.published) as f64 / 1e3;
        page.gauge(
            "clicklens_server_published_timestamp_seconds",
            "When the model was last published",
            published,
        );
        write_slot(&mut page, now.slot);
        self.write_recorder(&mut page, &now.recorder);
        page.counter(
            "clicklens_server_profile_saved_rows_total",
            "Profiled rows that are on disk",
            now.saved_rows,
        );
        let failures = of(&self.save_failures);
        page.counter(
            "clicklens_server_profile_save_failures_total",
            "Saves of profiles that failed",
            failures,
        );
        page.gauge("process_resident_memory_bytes", "Resident memory", resident_bytes());
        page.gauge("process_start_time_seconds", "When the process began", now.begin as f64 / 1e9);
        page.0
    }

    fn write_latency(&self, page: &mut Page) {
        page.family(
            "clicklens_server_request_seconds",
            "histogram",
            "Time from a request's header to its answer",
        );
        let seconds = self.nanoseconds.load(Ordering::Relaxed) as f64 / 1e9;
        let mut count = 0;
        let bounds = BOUNDS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
        for (bound, bucket) in bounds.zip(&self.buckets) {
            count += bucket.load(Ordering::Relaxed);
            page.sample(format_args!("clicklens_server_request_seconds_bucket{{le=\"{bound}\"}}"), count);
        }
        page.sample("clicklens_server_request_seconds_sum", seconds);
        page.sample("clicklens_server_request_seconds_count", count);
    }

    fn write_recorder(&self, page: &mut Page, stats: &RecorderStats) {
        let dropped = stats.dropped + stats.dropped_large;
        let failures = self.record_failures.load(Ordering::Relaxed);
        page.counter("clicklens_recorder_sampled_total", "Requests picked for recording", stats.sampled);
        page.counter("clicklens_recorder_records_total", "Records written", stats.records);
        page.counter("clicklens_recorder_dropped_total", "Picked requests without room in the ring", dropped);
        page.counter("clicklens_recorder_lost_total", "Records that could not be written", stats.lost);
        page.counter("clicklens_recorder_bytes_total", "Bytes written", stats.bytes);
        page.counter("clicklens_recorder_failures_total", "Requests that the recorder refused", failures);
    }
}

fn write_slot(page: &mut Page, slot: &SlotInfo) {
    page.family("clicklens_slot_model_info", "gauge", "The model that serves");
    page.sample(format_args!("clicklens_slot_model_info{{model=\"{:032x}\"}}", slot.model), 1);
    page.gauge("clicklens_slot_version", "Number of the version that serves", slot.version);
    page.gauge("clicklens_slot_seats", "Requests that can be scored at the same time", slot.seats);
    page.gauge("clicklens_slot_entered", "Seats that are scoring", slot.entered);
    page.gauge(
        "clicklens_slot_draining",
        "Versions replaced that a request still scores with",
        slot.draining,
    );
    page.counter("clicklens_slot_published_total", "Publications", slot.published);
    page.counter("clicklens_slot_refused_total", "Publications refused", slot.refused);
    page.counter("clicklens_slot_lost_rows_total", "Profiled rows that were dropped", slot.lost_rows);
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}"); // a String takes everything
    }

    /// The name may have labels.
    fn sample(&mut self, name: impl Display, value: impl Display) {
        let _ = writeln!(self.0, "{name} {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.family(name, "gauge", help);
        self.sample(name, value);
    }

    fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        self.family(name, "counter", help);
        self.sample(name, value);
    }
}

/// What Linux says; 0 elsewhere.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
