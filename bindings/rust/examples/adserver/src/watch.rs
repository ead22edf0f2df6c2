//! Reloads: on SIGHUP, and when the model's file changed and then stayed as it is from one look to the next.
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use tokio::signal::unix::Signal;
use tokio::time::interval;

use crate::server::Server;

/// Which file has the name: inode, size, time of change. `None`: it may be on its way.
pub type Stamp = Option<(u64, u64, i64, i64)>;

pub fn stamp(path: &Path) -> Stamp {
    let found = fs::metadata(path).ok()?;
    Some((found.ino(), found.size(), found.mtime(), found.mtime_nsec()))
}

/// Until dropped. Looks and loads happen on blocking threads.
pub async fn watch(server: Arc<Server>, mut hangup: Signal) {
    let mut look = interval(server.config.poll);
    let now = async |server: &Arc<Server>| {
        let server = server.clone();
        tokio::task::spawn_blocking(move || stamp(&server.config.model)).await.ok().flatten()
    };
    let mut loaded = server.opened;
    let mut before = loaded;
    loop {
        let why = tokio::select! {
            _ = hangup.recv() => "SIGHUP",
            _ = look.tick() => {
                let found = now(&server).await;
                let stays = found == before;
                before = found;
                if found.is_none() || found == loaded || !stays {
                    continue;
                }
                "the file changed"
            }
        };
        // Also when it is refused: it is tried again when it changes.
        loaded = now(&server).await;
        let loader = server.clone();
        match tokio::task::spawn_blocking(move || loader.reload()).await {
            Ok(Ok(version)) => eprintln!("adserver: {why}: version {version} is served"),
            Ok(Err(error)) => {
                eprintln!("adserver: {why}: not reloaded, the model before is served on: {error}")
            }
            Err(_) => eprintln!("adserver: {why}: the loader panicked, the model before is served on"),
        }
    }
}
