//! What all requests share: the slot, and what is known of its versions.
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use clicklens::{Model, ModelOptions, Recorder, Seat, Slot, SlotOptions};
use tokio::sync::Semaphore;

use crate::archive::Archive;
use crate::config::Config;
use crate::metrics::{Metrics, Now};
use crate::schema::Schema;
use crate::version::Version;
use crate::watch::{Stamp, stamp};

type Failed = Box<dyn std::error::Error + Send + Sync>;

pub struct Server {
    pub config: Config,
    pub schema: Schema,
    /// The model's file just before it was opened first: what changes later is noticed.
    pub opened: Stamp,
    pub slot: Slot,
    /// Requests at hand, and of them those that hold a seat.
    pub admitted: Semaphore,
    pub seats: Arc<Semaphore>,
    pub metrics: Metrics,
    pub draining: AtomicBool,
    archive: Mutex<Archive>,
    /// By number, of versions that a seat may be of.
    versions: RwLock<Vec<(u64, Arc<Version>)>>,
    /// The model that serves: the base of the next.
    serving: Mutex<Option<Model>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Serves the model. What is sent is bound to its features, also for models that come later.
    pub fn new(config: Config) -> Result<Self, Failed> {
        let opened = stamp(&config.model);
        let model = Model::open(&config.model)?;
        let schema = Schema::of(&model)?;
        let slot = Slot::new(&schema.inputs()?, &SlotOptions { seats: config.seats, drain: config.drain })?;
        if let Some(folder) = &config.recordings {
            std::fs::create_dir_all(folder)?;
        }
        let server = Self {
            schema,
            opened,
            slot,
            admitted: Semaphore::new(config.concurrent),
            seats: Arc::new(Semaphore::new(config.seats)),
            metrics: Metrics::default(),
            draining: AtomicBool::new(false),
            archive: Mutex::new(Archive::new(config.profiles.clone())?),
            versions: RwLock::default(),
            serving: Mutex::new(None),
            config,
        };
        server.publish(&model)?;
        *lock(&server.serving) = Some(model);
        Ok(server)
    }

    /// Serves the file as it is now, or leaves everything as it was. Takes as long as reading and testing the model does:
    /// a loader's work, not a request's.
    pub fn reload(&self) -> Result<u64, Failed> {
        let mut serving = lock(&self.serving);
        let options = match serving.as_ref() {
            Some(base) => ModelOptions::new().base(base),
            None => ModelOptions::new(),
        };
        let loaded = options.open(&self.config.model).map_err(Failed::from);
        let published = loaded.and_then(|next| Ok((self.publish(&next)?, next)));
        self.metrics.reloaded(published.is_ok());
        let (number, next) = published?;
        *serving = Some(next);
        Ok(number)
    }

    fn publish(&self, model: &Model) -> Result<u64, Failed> {
        if let Some(why) = self.schema.refuses(model)? {
            return Err(why.into());
        }
        let version = Arc::new(Version::new(model, self.slot.inputs(), &self.config)?);
        let options = version.publication(&self.config);
        // Known before a seat can be of it. Publications come from one thread at a time.
        let number = self.slot.describe()?.version + 1;
        let write = || self.versions.write().unwrap_or_else(PoisonError::into_inner);
        write().push((number, version));
        if let Err(error) = self.slot.publish(model, &options) {
            write().retain(|(known, _)| *known != number);
            return Err(error.into());
        }
        self.metrics.published();
        // What was profiled of a version that is gone is named by its model: first collected, then forgotten.
        let settled = self.slot.describe()?.draining == 0;
        if settled && self.collect().is_ok() {
            write().retain(|(known, _)| *known >= number);
        }
        Ok(number)
    }

    /// `None`: of a version that is let go, which no seat is of.
    pub fn version(&self, number: u64) -> Option<Arc<Version>> {
        let versions = self.versions.read().unwrap_or_else(PoisonError::into_inner);
        versions.iter().find(|(known, _)| *known == number).map(|(_, version)| version.clone())
    }

    pub fn version_of(&self, seat: &Seat<'_>) -> Option<Arc<Version>> {
        self.version(seat.version())
    }

    fn collect(&self) -> clicklens::Result<()> {
        lock(&self.archive).collect(&self.slot, |number| self.version(number).map_or(0, |version| version.id))
    }

    /// Collects, and returns when all of it is on disk.
    pub fn save(&self) -> Result<(), Failed> {
        let before = self.slot.describe()?;
        self.collect()?;
        lock(&self.archive).save(&before).map_err(|error| {
            self.metrics.save_failed();
            error.to_string().into()
        })
    }

    /// Before the process ends: what seats saw last comes with the second call, and recorders write what they have.
    pub fn finish(&self) -> Result<(), Failed> {
        let saved = self.save().and_then(|()| self.save());
        for (_, version) in self.versions.read().unwrap_or_else(PoisonError::into_inner).iter() {
            if let Some(recorder) = &version.recorder {
                recorder.flush()?;
            }
        }
        saved
    }

    /// The page that Prometheus reads.
    pub fn page(&self) -> Result<String, Failed> {
        self.collect()?;
        let info = self.slot.describe()?;
        let version = self.version(info.version);
        let recorder = version.as_ref().and_then(|version| version.recorder.as_ref());
        let archive = lock(&self.archive);
        let mut out = self.metrics.page(&Now {
            slot: &info,
            recorder: recorder.map(Recorder::stats).transpose()?.unwrap_or_default(),
            in_flight: self.config.concurrent - self.admitted.available_permits(),
            concurrent: self.config.concurrent,
            saved_rows: archive.saved_rows,
            begin: archive.begin,
        });
        if let Some(profile) = archive.latest() {
            out.push_str(&profile.prometheus()?);
        }
        Ok(out)
    }

    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
