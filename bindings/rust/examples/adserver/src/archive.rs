//! What was profiled, added up by version, and kept in files.
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use clicklens::{Profile, Slot, SlotInfo};

use crate::version::nanoseconds;

/// A file for each version of this process. One that has its name is whole and on disk; each save puts a longer one in
/// its place.
pub struct Archive {
    folder: Option<PathBuf>,
    pub begin: u128,
    live: BTreeMap<u64, Live>,
    pub saved_rows: u64,
}

struct Live {
    profile: Profile,
    model: u128,
    rows: u64,
    saved: u64,
}

impl Archive {
    pub fn new(folder: Option<PathBuf>) -> std::io::Result<Self> {
        if let Some(folder) = &folder {
            fs::create_dir_all(folder)?;
        }
        Ok(Self { folder, begin: nanoseconds(), live: BTreeMap::new(), saved_rows: 0 })
    }

    /// Takes what the seats saw: of versions that are gone, then of the one that serves, of which there is always more under
    /// load. `model_of`: the model that a version is of.
    pub fn collect(&mut self, slot: &Slot, model_of: impl Fn(u64) -> u128) -> clicklens::Result<()> {
        let serving = slot.describe()?.version;
        while let Some(saw) = slot.collect()? {
            let version = saw.version;
            match self.live.get_mut(&saw.version) {
                Some(live) => {
                    live.profile.merge(&saw.profile)?;
                    live.rows += saw.rows;
                }
                None => {
                    let (model, rows) = (model_of(saw.version), saw.rows);
                    self.live.insert(saw.version, Live { profile: saw.profile, model, rows, saved: 0 });
                }
            }
            if version >= serving {
                break;
            }
        }
        Ok(())
    }

    /// Of the version that was collected last.
    pub fn latest(&self) -> Option<&Profile> {
        self.live.last_key_value().map(|(_, live)| &live.profile)
    }

    /// Writes every profile that grew. Once it returned, every row that was collected is on disk. `before`: the slot
    /// before that collection, so that it had all rows of versions that were gone: those are let go.
    pub fn save(&mut self, before: &SlotInfo) -> Result<(), Box<dyn std::error::Error>> {
        for (version, live) in &mut self.live {
            if let Some(folder) = self.folder.as_ref().filter(|_| live.rows > live.saved) {
                let name = format!("{}-{version:06}-{:032x}.profile", self.begin, live.model);
                write(&folder.join(name), &live.profile.save()?)?;
                self.saved_rows += live.rows - live.saved;
                live.saved = live.rows;
            }
        }
        self.live.retain(|version, _| *version >= before.version || before.draining > 0);
        Ok(())
    }
}

/// Whole or not at all; on disk when it returns, the name too.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = path.with_extension("part");
    let mut file = File::create(&part)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part); // the failure before it is what is told
    }
    written?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
