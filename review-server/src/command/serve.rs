//! `redwell serve`: the web page and the interface for programs.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use redwell_indexer::command::ExitStatus;
use tokio::net::TcpListener;

use super::wait_for;
use crate::app::{App, Config};
use crate::intake::places::Places;

/// How long runs that read documents in are waited for when the server ends.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ports tried after the usual one.
const PORTS_TRIED: u16 = 50;

/// Arguments of `redwell serve`.
#[derive(Args)]
pub(super) struct Arguments {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where to listen; 127.0.0.1:8080, or the next free port, unless given.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Take the next free port when the one given is taken.
    #[arg(long)]
    any_port: bool,
    /// The review database, when it is not `DATA/review.db`.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Browsers reach this server by HTTPS, through a proxy: mark cookies `Secure`.
    #[arg(long)]
    behind_https: bool,
    /// A folder on this machine that leads may read documents from; may be given more than once. `{matter}` in it
    /// stands for the matter's short name.
    #[arg(long, value_name = "DIR")]
    ingest_from: Vec<PathBuf>,
    /// The largest file taken as an upload, in MiB.
    #[arg(long, default_value_t = Config::UPLOAD_LIMIT_MIB, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=16_777_216))]
    upload_mib: u64,
}

impl std::fmt::Debug for Arguments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arguments").field("data", &self.data).field("listen", &self.listen).finish_non_exhaustive()
    }
}

impl Arguments {
    /// Serves a data folder on the usual address, or the next free port.
    pub(super) fn usual(data: &Path) -> Self {
        Self {
            data: data.to_path_buf(),
            listen: None,
            any_port: true,
            database_url: None,
            behind_https: false,
            ingest_from: Vec::new(),
            upload_mib: Config::UPLOAD_LIMIT_MIB,
        }
    }
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    run_with(arguments, out, &mut |_, _| Ok(()))
}

/// Serves until it is told to end. `greet` may say more once the address is known.
pub(super) fn run_with(
    arguments: &Arguments,
    out: &mut dyn Write,
    greet: &mut dyn FnMut(&str, &mut dyn Write) -> std::io::Result<()>,
) -> anyhow::Result<ExitStatus> {
    log_to_standard_error();
    if arguments.database_url.as_deref().is_some_and(|url| !url.starts_with("sqlite:")) {
        bail!("this build keeps the review database in SQLite; leave out `--database-url`");
    }
    wait_for(async {
        let mut config = Config::new(arguments.data.clone());
        config.database_url.clone_from(&arguments.database_url);
        config.behind_https = arguments.behind_https;
        config.places = Places { allowed: arguments.ingest_from.clone() };
        config.upload_limit_mib = arguments.upload_mib;
        let app = App::open(config).await?;
        app.recover().await?;
        let listener = listen(arguments).await?;
        let address = format!("http://{}", listener.local_addr()?);
        writeln!(out, "Redwell is serving on {address}")?;
        greet(&address, out)?;
        out.flush()?;
        let warmed = app.clone();
        tokio::spawn(async move { warmed.warm().await });
        let ending = app.clone();
        let (runs_ended, wait_for_runs) = tokio::sync::oneshot::channel();
        let until = async move {
            stopped().await;
            // Streams of events would otherwise never end.
            ending.hub().close();
            tokio::spawn(async move {
                ending.intake().end_all(PATIENCE).await;
                let _ = runs_ended.send(());
            });
        };
        let service = app.routes().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(until).await.context("serving")?;
        drop(wait_for_runs.await);
        Ok(ExitStatus::Done)
    })
}

async fn listen(arguments: &Arguments) -> anyhow::Result<TcpListener> {
    let usual = SocketAddr::from(([127, 0, 0, 1], 8080));
    let wanted = arguments.listen.unwrap_or(usual);
    let tries = if arguments.listen.is_none() || arguments.any_port { PORTS_TRIED } else { 0 };
    for offset in 0..=tries {
        let Some(port) = wanted.port().checked_add(offset) else { break };
        match TcpListener::bind(SocketAddr::new(wanted.ip(), port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error).with_context(|| format!("listening on `{wanted}`")),
        }
    }
    bail!("`{wanted}` is taken by another program; choose another address with `--listen`")
}

/// Waits for Ctrl+C or a request to end.
async fn stopped() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

fn log_to_standard_error() {
    use tracing_subscriber::EnvFilter;
    let filter =
        EnvFilter::try_from_env("REDWELL_LOG").unwrap_or_else(|_| EnvFilter::new("info,sea_orm_migration=warn"));
    // Only the first call in a process counts; a test may have made it.
    drop(tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
}
