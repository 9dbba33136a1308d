//! The server in process: a small matter ingested once for real, an app a test, browsers that keep their cookies.

mod audit;
mod batches;
mod bulk;
mod documents;
mod events;
mod exceptions;
mod intake;
mod interface;
mod results;
mod review;
mod searches;
mod sessions;
mod synonyms;
mod wall;

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use redwell::app::{App, Config};
use redwell::auth::PasswordCost;
use redwell::deliver::Annotator;
use redwell::intake::places::Places;
use redwell::review::time_zone::MatterZone;
use redwell::store::{MatterRow, NewUser, moment};
use redwell_model::{MatterSlug, Role};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::program::Redwell;

/// The matter most tests look at, and another one behind its own wall.
pub(super) const MATTER: &str = "acme";
pub(super) const OTHER: &str = "zenith";

/// The host browsers believe they talk to.
const HOST: &str = "redwell.test";

/// Two taxonomies' worth of words for the small matter.
pub(super) const TAXONOMY: &str = r#"
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix t: <https://example.org/t/> .
t:scheme a skos:ConceptScheme ; skos:prefLabel "Issues"@en .
t:breach a skos:Concept ; skos:prefLabel "Breach"@en ; skos:notation "1" ; skos:topConceptOf t:scheme ; skos:inScheme t:scheme .
t:notice a skos:Concept ; skos:prefLabel "Notice of breach"@en ; skos:broader t:breach ; skos:inScheme t:scheme .
t:price a skos:Concept ; skos:prefLabel "Price"@en ; skos:notation "2" ; skos:topConceptOf t:scheme ; skos:inScheme t:scheme .
"#;
pub(super) const BREACH: &str = "https://example.org/t/breach";
pub(super) const NOTICE: &str = "https://example.org/t/notice";
pub(super) const PRICE: &str = "https://example.org/t/price";

/// The documents of [`MATTER`], by control number in this order; custodian, file name, content.
const DOCUMENTS: &[(&str, &str, &str)] = &[
    ("Ada", "minutes.txt", "Minutes of the meeting.\nThe price was adjusted in June.\n"),
    ("Ada", "notice.txt", "Early 💼 notice of breach was given by the supplier.\n"),
    ("Bo", "page.html", "<html><body><p>A page about price pressure</p><script>alert(1)</script></body></html>"),
    ("Bo", "plan.txt", "The plan mentions neither.\n"),
];

/// What was ingested, once for all tests of this run.
fn ingested() -> &'static Path {
    static INGESTED: OnceLock<Redwell> = OnceLock::new();
    let redwell = INGESTED.get_or_init(|| {
        let redwell = Redwell::new();
        for (custodian, name, content) in DOCUMENTS {
            let folder = redwell.collection().join(custodian);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), content).unwrap();
        }
        for custodian in ["Ada", "Bo"] {
            let folder = redwell.collection().join(custodian);
            let folder = folder.to_str().unwrap();
            redwell.expect(&[0, 1], &["ingest", "--matter", MATTER, "--custodian", custodian, folder]);
        }
        let folder = redwell.collection().join("Bo");
        redwell.expect(&[0, 1], &["ingest", "--matter", OTHER, "--custodian", "Cy", folder.to_str().unwrap()]);
        redwell
    });
    static DATA: OnceLock<std::path::PathBuf> = OnceLock::new();
    DATA.get_or_init(|| redwell.data())
}

/// A server of its own over the ingested matters.
pub(super) struct Server {
    pub(super) app: App,
    pub(super) data: TempDir,
    now: Arc<Mutex<Timestamp>>,
}

/// Everybody's password is made from their name.
pub(super) fn password(name: &str) -> String {
    format!("{name} has this password")
}

impl Server {
    /// With one person for each role in the matter (named like it), `stranger` on no matter, and `neighbour` leading
    /// the other matter; `root` manages the installation and is on no matter.
    pub(super) async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(ingested().join("matters"), data.path().join("matters")).unwrap();
        let now = Arc::new(Mutex::new("2026-01-05T10:00:00Z".parse().unwrap()));
        let server = Self { app: Self::open(data.path(), &now).await, data, now };
        server.add_people().await;
        server
    }

    async fn open(data: &Path, now: &Arc<Mutex<Timestamp>>) -> App {
        App::open(Self::config(data, now)).await.unwrap()
    }

    fn config(data: &Path, now: &Arc<Mutex<Timestamp>>) -> Config {
        let mut config = Config::new(data.to_owned());
        config.password_cost = PasswordCost { memory_kib: 8, passes: 1 };
        config.annotator = Annotator::InProcess;
        let now = Arc::clone(now);
        config.clock = Arc::new(move || *now.lock().unwrap());
        config
    }

    /// The same data folder in a server started anew, as after a crash: nothing was closed.
    pub(super) async fn restarted(&self) -> App {
        Self::open(self.data.path(), &self.now).await
    }

    async fn add_people(&self) {
        let store = self.app.store();
        let at = moment(self.app.now());
        let (acme, zenith): (MatterSlug, MatterSlug) = (MATTER.parse().unwrap(), OTHER.parse().unwrap());
        let roles = Role::ALL.into_iter().map(|role| (role.as_str(), Some((&acme, role))));
        let others = [("root", None), ("stranger", None), ("neighbour", Some((&zenith, Role::Administrator)))];
        let mut hashed = Vec::new();
        for (name, on) in others.into_iter().chain(roles) {
            hashed.push((name, on, self.app.passwords().hash(password(name)).await.unwrap()));
        }
        let writing = store.write().await.unwrap();
        for slug in [&acme, &zenith] {
            let (name, client, description) = (slug.to_string(), "Client".to_owned(), String::new());
            let row = MatterRow { slug: slug.clone(), name, client, description, time_zone: MatterZone::default() };
            writing.put_matter(row, at.clone()).await.unwrap();
        }
        for (name, on, password_hash) in hashed {
            let (name, display_name, is_administrator) = (name.to_owned(), name.to_uppercase(), false);
            let new = NewUser { name, display_name, password_hash, is_administrator, at: at.clone() };
            let user = writing.add_user(new).await.unwrap().unwrap();
            if let Some((slug, role)) = on {
                writing.put_member(slug, user.id, role).await.unwrap();
            }
        }
        writing.commit().await.unwrap();
    }

    /// A server with a matter of its own, `fresh`, that nothing was read into yet; `lead` leads it. Documents may be read
    /// from the folder `allowed` in its data folder's neighbourhood.
    pub(super) async fn with_fresh_matter(limit_mib: u64) -> (Self, TempDir) {
        let outside = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(outside.path().join("allowed/Jane")).unwrap();
        let data = tempfile::tempdir().unwrap();
        let now = Arc::new(Mutex::new("2026-01-05T10:00:00Z".parse().unwrap()));
        let mut config = Self::config(data.path(), &now);
        config.program = crate::program::binary().to_owned();
        config.places = Places { allowed: vec![outside.path().join("allowed")] };
        config.upload_limit_mib = limit_mib;
        let server = Self { app: App::open(config).await.unwrap(), data, now };
        server.add_people().await;
        let writing = server.app.store().write().await.unwrap();
        let slug: MatterSlug = "fresh".parse().unwrap();
        let row = MatterRow {
            slug: slug.clone(),
            name: "Fresh".into(),
            client: "Client".into(),
            description: String::new(),
            time_zone: MatterZone::default(),
        };
        writing.put_matter(row, moment(server.app.now())).await.unwrap();
        for role in [Role::Lead, Role::Reviewer] {
            let user = server.app.store().user_by_name(role.as_str()).await.unwrap().unwrap();
            writing.put_member(&slug, user.id, role).await.unwrap();
        }
        writing.commit().await.unwrap();
        (server, outside)
    }

    /// Lets time pass.
    pub(super) fn pass(&self, duration: SignedDuration) {
        *self.now.lock().unwrap() += duration;
    }

    /// A browser nobody is signed in with.
    pub(super) fn browser(&self) -> Browser {
        Browser { routes: self.app.routes(), cookie: None }
    }

    /// A browser somebody is signed in with.
    pub(super) async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(name, &password(name)).await.expect(StatusCode::OK);
        browser
    }

    /// Imports the taxonomy.
    pub(super) async fn with_taxonomy(self) -> Self {
        let lead = self.signed_in("lead").await;
        lead.send("POST", &in_matter("/taxonomies"), TAXONOMY.into(), &[("content-type", "text/turtle")])
            .await
            .expect(StatusCode::CREATED);
        self
    }
}

/// An address in [`MATTER`].
pub(super) fn in_matter(rest: &str) -> String {
    format!("/api/v1/matters/{MATTER}{rest}")
}

/// An address of a document of [`MATTER`].
pub(super) fn document(ordinal: u32, rest: &str) -> String {
    in_matter(&format!("/documents/ACME-{ordinal:07}{rest}"))
}

/// Sends requests as our own page does.
#[derive(Clone)]
pub(super) struct Browser {
    routes: Router,
    pub(super) cookie: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Browser {
    pub(super) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let answer = self.post("/api/v1/session", json!({ "name": name, "password": password })).await;
        if let Some(cookie) = answer.headers.get(header::SET_COOKIE) {
            self.cookie = Some(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        answer
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Body::empty(), &[]).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, body).await
    }

    pub(super) async fn json(&self, method: &str, path: &str, body: Value) -> Answer {
        self.send(method, path, body.to_string().into(), &[("content-type", "application/json")]).await
    }

    /// Sends a request with the headers a browser adds by itself.
    pub(super) async fn send(&self, method: &str, path: &str, body: Body, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![("host", HOST.to_owned()), ("sec-fetch-site", "same-origin".to_owned())];
        all.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.send_bare(method, path, body, &all).await
    }

    /// Sends a request with these headers only.
    pub(super) async fn send_bare(&self, method: &str, path: &str, body: Body, headers: &[(&str, String)]) -> Answer {
        let response = self.response(method, path, body, headers).await;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The response, its body not read yet.
    pub(super) async fn response(
        &self,
        method: &str,
        path: &str,
        body: Body,
        headers: &[(&str, String)],
    ) -> axum::response::Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name.parse::<HeaderName>().unwrap(), value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.routes.clone().oneshot(request.body(body).unwrap()).await.unwrap()
    }
}

impl Answer {
    /// The answer, which must have this status.
    #[track_caller]
    pub(super) fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// The code of a refusal with this status.
    #[track_caller]
    pub(super) fn refused(self, status: u16, code: &str) {
        let body = self.value();
        assert_eq!((self.status.as_u16(), body["code"].as_str()), (status, Some(code)), "{body}");
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
    }

    /// The JSON of a good answer.
    #[track_caller]
    pub(super) fn json(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, String::from_utf8_lossy(&self.body));
        self.value()
    }

    #[track_caller]
    fn value(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: `{}` is not JSON", self.status, String::from_utf8_lossy(&self.body)))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
