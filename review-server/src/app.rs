//! The composition root: the only place that names concrete back ends and puts them together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use jiff::Timestamp;
use redwell_model::MatterSlug;

use crate::auth::{PasswordCost, Passwords};
use crate::bulk;
use crate::deliver::Annotator;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::intake::places::Places;
use crate::intake::{Intake, uploads};
use crate::matter::{OpenError, OpenMatter};
use crate::router;
use crate::store::{AuditRow, Store, moment};

/// The stable code for a matter that has no documents yet.
pub const MATTER_EMPTY: &str = "matter_empty";

/// What time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How the server is set up. Read once, at start.
#[derive(Clone)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Where the review database is, unless it is `DATA/review.db`. May hold a password.
    pub database_url: Option<String>,
    /// Whether browsers reach the server by HTTPS, through a proxy: cookies are then marked `Secure`.
    pub behind_https: bool,
    /// How dear one guess at a password is.
    pub password_cost: PasswordCost,
    /// This program, started again to read documents in.
    pub program: PathBuf,
    /// Folders on this machine that documents may be read from.
    pub places: Places,
    /// The largest file taken as an upload, in MiB.
    pub upload_limit_mib: u64,
    /// Who annotates PDF files for deliverables.
    pub annotator: Annotator,
    /// What time it is.
    pub clock: Clock,
}

impl Config {
    /// The largest file taken as an upload unless said otherwise, in MiB.
    pub const UPLOAD_LIMIT_MIB: u64 = 4096;

    /// The usual set-up over a data folder.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        let program = std::env::current_exe().unwrap_or_else(|_| "redwell".into());
        Self {
            data,
            database_url: None,
            behind_https: false,
            password_cost: PasswordCost::default(),
            annotator: Annotator::Worker { program: program.clone() },
            program,
            places: Places::default(),
            upload_limit_mib: Self::UPLOAD_LIMIT_MIB,
            clock: Arc::new(Timestamp::now),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("data", &self.data)
            .field("database_url", &self.database_url.as_ref().map(|_| "…"))
            .field("behind_https", &self.behind_https)
            .finish_non_exhaustive()
    }
}

/// The server's parts. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    config: Config,
    store: Store,
    passwords: Passwords,
    hub: Hub,
    intake: Intake,
    matters: Mutex<BTreeMap<MatterSlug, Arc<OpenMatter>>>,
}

impl App {
    /// Opens the data folder and the review database.
    ///
    /// # Errors
    /// When one of them cannot be opened.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        let store = match &config.database_url {
            Some(url) => Store::connect(url).await?,
            None => Store::open(&config.data).await?,
        };
        let passwords = Passwords::new(config.password_cost)?;
        let (hub, intake) = (Hub::default(), Intake::default());
        let parts = Parts { config, store, passwords, hub, intake, matters: Mutex::default() };
        Ok(Self(Arc::new(parts)))
    }

    /// Sets right what a server that ended in the middle left behind. Once, before serving.
    ///
    /// # Errors
    /// When the review database fails.
    pub async fn recover(&self) -> anyhow::Result<()> {
        uploads::forget_halves(self.data());
        let writing = self.store().write().await?;
        let why = "the server stopped while it was being prepared; prepare it again";
        for (matter, number) in writing.fail_interrupted_deliverables(why).await? {
            let at = moment(self.now());
            let subject = number.to_string();
            let (actor, action, detail) = ("-", "deliverable.fail", serde_json::json!({ "why": "interrupted" }));
            writing.audit(AuditRow { at, actor, matter: &matter, action, subject: &subject, detail }).await?;
        }
        let why = "the server stopped while it was being counted; run it again";
        for (matter, number) in writing.fail_interrupted_hit_reports(why).await? {
            let at = moment(self.now());
            let subject = number.to_string();
            let (actor, action, detail) = ("-", "hit_report.fail", serde_json::json!({ "why": "interrupted" }));
            writing.audit(AuditRow { at, actor, matter: &matter, action, subject: &subject, detail }).await?;
        }
        writing.commit().await?;
        bulk::resume(self).await?;
        Ok(())
    }

    /// The routes, ready to serve; the tests call them in process.
    pub fn routes(&self) -> Router {
        router::routes(self)
    }

    /// How the server is set up.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The review database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Hashes and checks passwords.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Tells open browsers what changes.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Has documents read in.
    #[must_use]
    pub fn intake(&self) -> &Intake {
        &self.0.intake
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0.config.clock)()
    }

    /// Where the packages of a matter are kept.
    #[must_use]
    pub fn deliverables_folder(&self, slug: &MatterSlug) -> PathBuf {
        self.data().join("deliverables").join(slug.as_str())
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.0.config.data
    }

    /// A matter, opened once and kept open. Whether the person asking is on it is not asked here.
    ///
    /// # Errors
    /// When nothing was ingested into it, or it cannot be read.
    pub async fn matter(&self, slug: &MatterSlug) -> Result<Arc<OpenMatter>, ApiError> {
        if let Some(open) = self.opened(slug) {
            return Ok(open);
        }
        let (app, name) = (self.clone(), slug.clone());
        let opened = tokio::task::spawn_blocking(move || OpenMatter::open(app.data(), &name)).await?;
        let opened = Arc::new(opened.map_err(|error| match error {
            OpenError::Empty => ApiError::conflict(MATTER_EMPTY, "nothing was ingested into this matter yet"),
            outdated @ OpenError::Outdated { .. } => ApiError::conflict("index_outdated", outdated.to_string()),
            other => ApiError::Internal(other.into()),
        })?);
        let mut matters = self.0.matters.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(matters.entry(slug.clone()).or_insert(opened)))
    }

    /// Opens every matter and reads what searches need, so that the first person of the day does not wait for it.
    pub async fn warm(&self) {
        let Ok(slugs) = redwell_indexer::matter_folder::matters(self.data()) else { return };
        for slug in slugs {
            let Ok(open) = self.matter(&slug).await else { continue };
            // What fails here fails again when somebody asks, and is told then.
            drop(open.review(self.store()).await);
            drop(tokio::task::spawn_blocking(move || open.facts().is_ok()).await);
        }
    }

    fn opened(&self, slug: &MatterSlug) -> Option<Arc<OpenMatter>> {
        let matters = self.0.matters.lock().unwrap_or_else(PoisonError::into_inner);
        matters.get(slug).map(Arc::clone)
    }
}
