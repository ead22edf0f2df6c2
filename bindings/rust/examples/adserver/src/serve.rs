//! Connections, and an end without loss.
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::time::{interval, timeout};

use crate::routes::router;
use crate::server::Server;
use crate::watch::watch;

/// In which a session gets no more than the 256 profiled rows that it has room for, unless it is very busy.
const SETTLE_INTERVAL: Duration = Duration::from_millis(100);

/// Serves until `stop`, then answers the requests at hand and writes what was profiled and recorded.
pub async fn serve(
    server: Arc<Server>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let background = [
        tokio::spawn(watch(server.clone(), signal(SignalKind::hangup())?)),
        tokio::spawn(save(server.clone())),
        tokio::spawn(settle(server.clone())),
    ];
    let connections = Arc::new(Semaphore::new(server.config.connections));
    let graceful = GracefulShutdown::new();
    let router = router(server.clone());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(server.config.header_timeout).max_buf_size(16 << 10);
    let draining = server.clone();
    let stop = async move {
        stop.await;
        draining.draining.store(true, Ordering::Relaxed);
        tokio::time::sleep(draining.config.pause).await; // for load balancers to look at /healthz
    };
    tokio::pin!(stop);
    loop {
        // More connections than allowed wait in the system's queue.
        let (stream, permit) = tokio::select! {
            () = &mut stop => break,
            next = async { (listener.accept().await, connections.clone().acquire_owned().await) } => next,
        };
        let (Ok((stream, _)), Ok(permit)) = (stream, permit) else {
            tokio::time::sleep(Duration::from_millis(10)).await; // no file descriptor left, say
            continue;
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            let _ = connection.await; // a client that goes away is no failure of ours
            drop(permit);
        });
    }
    drop(listener);
    if timeout(server.config.shutdown_timeout, graceful.shutdown()).await.is_err() {
        eprintln!("adserver: requests at hand were left unanswered");
    }
    background.iter().for_each(tokio::task::JoinHandle::abort);
    tokio::task::spawn_blocking(move || server.finish()).await?
}

/// Often enough that requests copy profiled rows, and no more.
async fn settle(server: Arc<Server>) {
    let mut tick = interval(SETTLE_INTERVAL);
    loop {
        tick.tick().await;
        let settling = server.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || settling.slot.settle()).await {
            eprintln!("adserver: profiles: {error}");
        }
    }
}

/// Now and then, so that a kill loses no more than the last interval.
async fn save(server: Arc<Server>) {
    let mut tick = interval(server.config.profile_interval);
    loop {
        tick.tick().await;
        let saver = server.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || saver.save()).await {
            eprintln!("adserver: profiles: {error}");
        }
    }
}
