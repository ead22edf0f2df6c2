//! What the command line says.
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Every flag, and its default.
#[derive(Clone, Debug)]
pub struct Config {
    pub model: PathBuf,
    pub listen: SocketAddr,
    /// Requests that are scored at the same time; others wait.
    pub seats: usize,
    /// Connections at the same time. More wait in the system's queue.
    pub connections: usize,
    /// Requests whose bodies are read or that are scored. One more gets 429.
    pub concurrent: usize,
    pub max_body: usize,
    pub max_candidates: usize,
    /// Ids and numbers of a request.
    pub max_ids: usize,
    /// To read a request's head; to read its body (later: 408).
    pub header_timeout: Duration,
    pub read_timeout: Duration,
    /// To wait for a seat (later: 429), and then to be answered (later: 503).
    pub score_timeout: Duration,
    /// Between looks at the model's file.
    pub poll: Duration,
    /// How long a reload waits for requests on the model before.
    pub drain: Duration,
    /// After a signal to end: /healthz is 503, requests are still served.
    pub pause: Duration,
    /// How long a shutdown then waits for requests at hand.
    pub shutdown_timeout: Duration,
    /// One row in so many is profiled.
    pub profile_every: u32,
    /// Between saves of profiles: a kill -9 loses no more.
    pub profile_interval: Duration,
    /// Folder of <start>-<version>-<model>.profile: what each version saw, mergeable by `clicklens`.
    pub profiles: Option<PathBuf>,
    /// Folder of <start>-<model>-00000001.clrec and so on: a sample of requests, for `clicklens replay`.
    pub recordings: Option<PathBuf>,
    pub record_rate: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            model: PathBuf::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            seats: std::thread::available_parallelism().map_or(2, usize::from),
            connections: 1024,
            concurrent: 256,
            max_body: 1 << 20,
            max_candidates: 1000,
            max_ids: 100_000,
            header_timeout: Duration::from_secs(2),
            read_timeout: Duration::from_secs(5),
            score_timeout: Duration::from_secs(1),
            poll: Duration::from_secs(1),
            drain: Duration::from_secs(10),
            pause: Duration::ZERO,
            shutdown_timeout: Duration::from_secs(10),
            profile_every: 16,
            profile_interval: Duration::from_secs(30),
            profiles: None,
            recordings: None,
            record_rate: 0.01,
        }
    }
}

pub const USAGE: &str = "adserver --model FILE [--listen ADDRESS:PORT] [--seats N] [--connections N] [--concurrent N]
  [--max-body N] [--max-candidates N] [--max-ids N] [--header-timeout-ms N] [--read-timeout-ms N]
  [--score-timeout-ms N] [--pause-ms N] [--shutdown-timeout-ms N] [--poll-ms N] [--drain-ms N]
  [--profile-every N] [--profile-interval-ms N] [--profiles FOLDER] [--recordings FOLDER] [--record-rate SHARE]";

impl Config {
    /// Of flags and their values in turn.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut config = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{flag}: no value"))?;
            config.set(&flag, value)?;
        }
        if config.model.as_os_str().is_empty() {
            return Err("--model: which?".to_owned());
        }
        if config.record_rate.is_nan() || config.record_rate <= 0.0 || config.record_rate > 1.0 {
            return Err("--record-rate: above 0, at most 1".to_owned());
        }
        Ok(config)
    }

    fn set(&mut self, flag: &str, value: String) -> Result<(), String> {
        match flag {
            "--model" => self.model = value.into(),
            "--listen" => self.listen = number(flag, &value)?,
            "--seats" => self.seats = positive(flag, &value)?,
            "--connections" => self.connections = positive(flag, &value)?,
            "--concurrent" => self.concurrent = positive(flag, &value)?,
            "--max-body" => self.max_body = positive(flag, &value)?,
            "--max-candidates" => self.max_candidates = positive(flag, &value)?,
            "--max-ids" => self.max_ids = positive(flag, &value)?,
            "--header-timeout-ms" => self.header_timeout = milliseconds(flag, &value)?,
            "--read-timeout-ms" => self.read_timeout = milliseconds(flag, &value)?,
            "--score-timeout-ms" => self.score_timeout = milliseconds(flag, &value)?,
            "--pause-ms" => self.pause = Duration::from_millis(number(flag, &value)?),
            "--shutdown-timeout-ms" => self.shutdown_timeout = milliseconds(flag, &value)?,
            "--poll-ms" => self.poll = milliseconds(flag, &value)?,
            "--drain-ms" => self.drain = milliseconds(flag, &value)?,
            "--profile-every" => self.profile_every = number(flag, &value)?,
            "--profile-interval-ms" => self.profile_interval = milliseconds(flag, &value)?,
            "--profiles" => self.profiles = Some(value.into()),
            "--recordings" => self.recordings = Some(value.into()),
            "--record-rate" => self.record_rate = number(flag, &value)?,
            _ => return Err(format!("{flag}: no such flag")),
        }
        Ok(())
    }
}

fn number<T: std::str::FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{flag}: {value:?} is none"))
}

/// At most what tokio's semaphores and a slot's seats can count.
fn positive(flag: &str, value: &str) -> Result<usize, String> {
    let found: u32 = number(flag, value)?;
    if found == 0 { Err(format!("{flag}: 1 or more")) } else { Ok(found as usize) }
}

fn milliseconds(flag: &str, value: &str) -> Result<Duration, String> {
    Ok(Duration::from_millis(positive(flag, value)? as u64))
}
