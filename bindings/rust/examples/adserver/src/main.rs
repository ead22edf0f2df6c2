use std::process::ExitCode;
use std::sync::Arc;

use adserver::config::{Config, USAGE};
use adserver::serve::serve;
use adserver::server::Server;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let config = match Config::parse(std::env::args().skip(1)) {
        Ok(config) => config,
        Err(message) => {
            eprintln!("adserver: {message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("adserver: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(config: Config) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Besides a thread for each seat: the loader, the saver, /metrics, a look at the file.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(config.seats + 4)
        .build()?;
    runtime.block_on(async {
        let listen = config.listen;
        let server = tokio::task::spawn_blocking(|| Server::new(config)).await??;
        let listener = TcpListener::bind(listen).await?;
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        eprintln!("adserver: serving on http://{}", listener.local_addr()?);
        serve(Arc::new(server), listener, async move {
            tokio::select! { _ = term.recv() => (), _ = int.recv() => () }
        })
        .await
    })
}
