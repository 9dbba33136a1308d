//! The rules of recording, on small trees, with real worker processes that run the fake reader.

mod choices;
mod steered;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use redwell_model::{DuplicateScope, ExceptionKind, MatterSlug};

use super::{CollectError, Gate, HashList, IngestRequest, Progress, RetryRequest, ingest, retry};
use crate::isolate::Limits;
use crate::isolate::fake_reader::{options, pack, program};
use crate::matter_folder::{DocumentRow, MatterFolder, NativeStorage, RunReport, RunSettings, check};

/// A client's files and the data folder beside them.
pub(crate) struct Sample {
    folder: tempfile::TempDir,
}

impl Sample {
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let sample = Self { folder: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(path, bytes)| sample.write(path, bytes));
        sample
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("client").join(path)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn ingest(&self, paths: &[&str], jobs: usize) -> RunReport {
        let paths: Vec<_> = paths.iter().map(|path| self.path(path)).collect();
        run_ingest(&self.data(), &paths, jobs)
    }

    pub(crate) fn matter(&self) -> MatterFolder {
        MatterFolder::open(&self.data(), &slug()).unwrap()
    }

    /// Everything recorded, one line an item: path, outcome, number, text digest, custodians.
    fn dump(&self) -> Vec<String> {
        dump(&self.matter())
    }
}

fn slug() -> MatterSlug {
    "acme".parse().unwrap()
}

fn run_ingest(data: &Path, paths: &[PathBuf], jobs: usize) -> RunReport {
    let report = try_ingest(data, paths, jobs, None, None).unwrap();
    let checked = check::check(&MatterFolder::open(data, &slug()).unwrap()).unwrap();
    assert_eq!(checked.findings, Vec::new());
    report
}

fn try_ingest(
    data: &Path,
    paths: &[PathBuf],
    jobs: usize,
    duplicates: Option<DuplicateScope>,
    excluded: Option<Arc<HashList>>,
) -> Result<RunReport, CollectError> {
    ingest_keeping(NativeStorage::Copy, data, paths, jobs, duplicates, excluded)
}

fn ingest_keeping(
    natives: NativeStorage,
    data: &Path,
    paths: &[PathBuf],
    jobs: usize,
    duplicates: Option<DuplicateScope>,
    excluded: Option<Arc<HashList>>,
) -> Result<RunReport, CollectError> {
    let request = IngestRequest {
        data,
        matter: &slug(),
        prefix: None,
        custodian: None,
        paths,
        jobs,
        options: options(),
        limits: Limits::default(),
        duplicates,
        natives,
        excluded,
        worker: program("bad"),
        gate: Arc::default(),
        settings: RunSettings::default(),
    };
    ingest(&request, &Progress::default())
}

/// Tries again what failed, in workers of this mood.
fn run_retry(sample: &Sample, mood: &str, jobs: usize, gate: &Arc<Gate>) -> super::RetryReport {
    let (data, slug) = (sample.data(), slug());
    let request = RetryRequest {
        data: &data,
        matter: &slug,
        jobs,
        options: options(),
        limits: Limits::default(),
        worker: program(mood),
        gate: Arc::clone(gate),
        settings: RunSettings::default(),
    };
    retry(&request, &Progress::default()).unwrap()
}

fn dump(matter: &MatterFolder) -> Vec<String> {
    let sql = "select i.path, i.outcome, i.ordinal, i.custodian, i.sha256, d.custodians, d.parent, d.family, \
               hex(t.sha256), o.path as original, d.title, \
               (select group_concat(kind, ' ') from exceptions e where e.item = i.id) as kinds \
               from items i left join documents d on d.item = i.id \
               left join texts t on t.ordinal = d.ordinal and t.revision = d.text_revision \
               left join items o on o.id = i.duplicate_of order by i.id";
    let line = |row: &rusqlite::Row<'_>| {
        let columns = 0..row.as_ref().column_count();
        let values = columns.map(|at| match row.get_ref(at).unwrap() {
            rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            rusqlite::types::ValueRef::Blob(blob) => blob.len().to_string(),
            _ => "-".to_owned(),
        });
        Ok(values.collect::<Vec<_>>().join(" | "))
    };
    matter.read(|db| db.prepare(sql)?.query_map((), line)?.collect()).unwrap()
}

/// Path, outcome and number of every item, and the original of duplicates.
fn outcomes(matter: &MatterFolder) -> Vec<(String, String)> {
    let sql = "select i.path, i.outcome || coalesce(' ' || i.ordinal, '') || coalesce(' of ' || o.path, '') \
               from items i left join items o on o.id = i.duplicate_of order by i.id";
    matter.read(|db| db.prepare(sql)?.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()).unwrap()
}

fn check_outcomes(files: &[(&str, &[u8])], paths: &[&str], expected: &[(&str, &str)]) {
    let sample = Sample::new(files);
    let report = sample.ingest(paths, 2);
    let expected: Vec<_> = expected.iter().map(|(path, what)| ((*path).to_owned(), (*what).to_owned())).collect();
    assert_eq!(outcomes(&sample.matter()), expected);
    let status = sample.matter().status().unwrap();
    assert!(status.accounting.balances());
    assert_eq!(status.accounting.sources, files.len() as u64);
    assert_eq!((report.sources, report.items), (files.len() as u64, expected.len() as u64));
    assert_eq!(status.indexed, status.accounting.documents);
}

#[test]
fn files_are_numbered_in_the_order_of_their_paths() {
    check_outcomes(
        &[("anna/b.txt", b"b"), ("anna/a/z.txt", b"z"), ("anna/a.txt", b"a"), ("anna/empty.txt", b"")],
        &["anna"],
        &[
            ("anna/a.txt", "document 1"),
            ("anna/a/z.txt", "document 2"),
            ("anna/b.txt", "document 3"),
            ("anna/empty.txt", "document 4"),
        ],
    );
}

#[test]
fn duplicates_are_suppressed_across_custodians_and_containers() {
    let archive = pack("ZIP", &[("x.txt", b"same"), ("y.txt", b"other"), ("again.txt", b"other")]);
    check_outcomes(
        &[("anna/a.txt", b"same"), ("anna/b.zip", &archive), ("berta/a.txt", b"other"), ("berta/copy.zip", &archive)],
        &["anna", "berta"],
        &[
            ("anna/a.txt", "document 1"),
            ("anna/b.zip", "container"),
            ("anna/b.zip/x.txt", "duplicate of anna/a.txt"),
            ("anna/b.zip/y.txt", "document 2"),
            ("anna/b.zip/again.txt", "duplicate of anna/b.zip/y.txt"),
            ("berta/a.txt", "duplicate of anna/b.zip/y.txt"),
            ("berta/copy.zip", "duplicate of anna/b.zip"),
            ("berta/copy.zip/x.txt", "duplicate of anna/a.txt"),
            ("berta/copy.zip/y.txt", "duplicate of anna/b.zip/y.txt"),
            ("berta/copy.zip/again.txt", "duplicate of anna/b.zip/y.txt"),
        ],
    );
}

#[test]
fn families_stay_whole() {
    let mail = pack("MAIL", &[("offer.txt", b"the offer"), ("inner.zip", &pack("ZIP", &[("deep.txt", b"deep")]))]);
    let other = pack("MAIL", &[("offer.txt", b"the offer")]);
    check_outcomes(
        &[("anna/1.txt", b"the offer"), ("anna/2.eml", &mail), ("anna/3.eml", &other), ("berta/2.eml", &mail)],
        &["anna", "berta"],
        &[
            ("anna/1.txt", "document 1"),
            ("anna/2.eml", "document 2"),
            ("anna/2.eml/offer.txt", "document 3"),
            ("anna/2.eml/inner.zip", "container"),
            ("anna/2.eml/inner.zip/deep.txt", "document 4"),
            ("anna/3.eml", "document 5"),
            ("anna/3.eml/offer.txt", "document 6"),
            ("berta/2.eml", "duplicate of anna/2.eml"),
            ("berta/2.eml/offer.txt", "duplicate of anna/2.eml/offer.txt"),
            ("berta/2.eml/inner.zip", "duplicate of anna/2.eml/inner.zip"),
            ("berta/2.eml/inner.zip/deep.txt", "duplicate of anna/2.eml/inner.zip/deep.txt"),
        ],
    );
}

#[test]
fn documents_know_family_custodians_and_places() {
    let mail = pack("MAIL", &[("offer.txt", b"the offer"), ("price.txt", b"the price")]);
    let sample = Sample::new(&[("anna/m.eml", &mail), ("berta/m.eml", &mail)]);
    sample.ingest(&["anna", "berta"], 2);
    let matter = sample.matter();
    let family = matter.family(3).unwrap();
    let members: Vec<_> = family.iter().map(|row| (row.ordinal, row.parent, row.family)).collect();
    assert_eq!(members, [(1, None, 1), (2, Some(1), 1), (3, Some(1), 1)]);
    assert_eq!(family[0].title, "about m.eml");
    assert_eq!(family[1].custodians, ["anna", "berta"]);
    assert_eq!(family[0].control_number.to_string(), "ACME-0000001");
    let places: Vec<_> = matter.locations(2).unwrap().into_iter().map(|l| (l.path, l.is_duplicate)).collect();
    assert_eq!(places, [("anna/m.eml/offer.txt".to_owned(), false), ("berta/m.eml/offer.txt".to_owned(), true)]);
    assert_eq!(matter.text(2).unwrap().unwrap().text, "the offer");
    assert_eq!(matter.layout(2).unwrap().boxes.len(), 9);
    assert_eq!(fs::read(matter.native_path(&family[1].digests.sha256)).unwrap(), b"the offer");
    assert_eq!(matter.documents(&[3, 99, 1]).unwrap().iter().map(|row| row.ordinal).collect::<Vec<_>>(), [3, 1]);
}

#[test]
fn nothing_is_silent() {
    let sample = Sample::new(&[
        ("anna/a.txt", b"fine"),
        ("anna/panic.txt", b"x"),
        ("anna/abort.eml", b"y"),
        ("anna/empty", b""),
        ("anna/symbols.txt", b"---"),
    ]);
    std::os::unix::fs::symlink("a.txt", sample.path("anna/link.txt")).unwrap();
    let report = sample.ingest(&["anna"], 2);
    let status = sample.matter().status().unwrap();
    assert_eq!((status.accounting.sources, status.accounting.items, status.accounting.failed), (5, 6, 1));
    assert_eq!((status.empty, status.exceptions, report.exceptions), (4, 4, 4));
    let exceptions = sample.matter().exceptions(None).unwrap();
    let kinds: Vec<_> = exceptions.iter().map(|row| (row.path.as_str(), row.exception.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("anna/abort.eml", ExceptionKind::Crashed),
            ("anna/empty", ExceptionKind::EmptyFile),
            ("anna/link.txt", ExceptionKind::Unreadable),
            ("anna/panic.txt", ExceptionKind::Crashed),
        ]
    );
}

#[test]
fn nesting_ends_somewhere() {
    let mut file = b"the kernel".to_vec();
    for _ in 0..12 {
        file = pack("ZIP", &[("inner", &file)]);
    }
    let sample = Sample::new(&[("anna/nested.zip", &file)]);
    sample.ingest(&["anna"], 1);
    let status = sample.matter().status().unwrap();
    assert_eq!((status.accounting.containers, status.accounting.documents), (9, 1));
    assert_eq!(sample.matter().exceptions(Some(1)).unwrap()[0].exception.kind, ExceptionKind::ContainerLimit);
}

#[test]
fn the_same_again_adds_nothing_and_a_change_is_found() {
    let sample = Sample::new(&[("anna/a.txt", b"a"), ("anna/b.txt", b"b")]);
    assert_eq!(sample.ingest(&["anna"], 2).documents, 2);
    let before = sample.dump();
    let again = sample.ingest(&["anna"], 2);
    assert_eq!((again.sources, again.unchanged, again.items), (2, 2, 0));
    // Touched, not changed: only the time differs.
    let touched = fs::File::options().append(true).open(sample.path("anna/a.txt")).unwrap();
    touched.set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(sample.ingest(&["anna"], 2).unchanged, 2);
    assert_eq!(sample.dump(), before);
    sample.write("anna/b.txt", b"b, changed");
    sample.write("anna/0.txt", b"new");
    let more = sample.ingest(&["anna"], 2);
    assert_eq!((more.unchanged, more.documents), (1, 2));
    assert_eq!(sample.dump()[..2], before);
    assert_eq!(sample.matter().status().unwrap().accounting.sources, 3);
}

/// Many files of every sort, the same each time.
#[test]
fn natives_can_be_links_and_the_rows_are_the_same() {
    let files: &[(&str, &[u8])] = &[("anna/a.txt", b"a"), ("anna/b.zip", &pack("ZIP", &[("c.txt", b"c")]))];
    let copied = Sample::new(files);
    copied.ingest(&["anna"], 1);
    for (storage, kept_without_sources) in [(NativeStorage::Link, true), (NativeStorage::Reference, false)] {
        let sample = Sample::new(files);
        ingest_keeping(storage, &sample.data(), &[sample.path("anna")], 2, None, None).unwrap();
        assert_eq!(sample.dump(), copied.dump());
        let findings = || check::check(&sample.matter()).unwrap().findings;
        assert_eq!(findings(), Vec::new());
        fs::remove_dir_all(sample.path("anna")).unwrap();
        let found = findings();
        assert_eq!(found.is_empty(), kept_without_sources, "{found:?}");
        // What was found inside a source lies in no file of its own, so it is always kept.
        assert!(found.len() <= 2, "{found:?}");
    }
}

fn many() -> Sample {
    let sample = Sample::new(&[]);
    for n in 0..40_u8 {
        let text = format!("text number {}", n % 23);
        let mail = pack("MAIL", &[("a.txt", text.as_bytes()), ("b.zip", &pack("ZIP", &[("c", &[n % 7; 9])]))]);
        let (folder, zip) = (n % 3, pack("ZIP", &[("m", mail.as_slice()), ("t", text.as_bytes()), ("u", &[n % 5])]));
        sample.write(&format!("c{folder}/{n}.txt"), text.as_bytes());
        sample.write(&format!("c{folder}/{}.eml", n % 11), &mail);
        sample.write(&format!("c{folder}/{}/all.zip", n % 4), &zip);
    }
    sample.write("c1/panic", b"!");
    sample
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let (one, four) = (many(), many());
    let reports = [one.ingest(&["c0", "c1", "c2"], 1), four.ingest(&["c0", "c1", "c2"], 4)];
    assert_eq!(reports[0], reports[1]);
    assert!(reports[0].duplicates > 20 && reports[0].containers > 10, "{reports:?}");
    assert_eq!(one.dump(), four.dump());
}

const DIE: (&str, &str) = ("REDWELL_TEST_INGEST_IN", "REDWELL_TEST_DIE_AFTER_COMMITS");

/// A test in name only: an ingest that is killed by itself, in a process of its own.
#[test]
fn ingest_and_die() {
    if let Some(folder) = std::env::var_os(DIE.0) {
        let client = Path::new(&folder).join("client");
        run_ingest(&Path::new(&folder).join("data"), &["c0", "c1", "c2"].map(|name| client.join(name)), 2);
    }
}

/// Kills this process, as nothing but a test does, when it was started to die now.
pub(super) fn die_after(commits: u64) {
    if std::env::var(DIE.1).is_ok_and(|wanted| wanted == commits.to_string()) {
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap();
    }
}

/// Checks that what the index is given without looking is what the database has.
pub(super) fn check_fresh(folder: &MatterFolder, fresh: &[(DocumentRow, String)]) {
    for (row, text) in fresh {
        assert_eq!(folder.documents(&[row.ordinal]).unwrap(), std::slice::from_ref(row));
        assert_eq!(&folder.text(row.ordinal).unwrap().unwrap().text, text);
    }
}

#[test]
fn a_killed_run_goes_on_as_if_undisturbed() {
    let whole = many();
    whole.ingest(&["c0", "c1", "c2"], 2);
    let (expected, numbered) = (whole.dump(), outcomes(&whole.matter()));
    let killed = many();
    for commits in ["1", "4", "2"] {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "collect::tests::ingest_and_die", "--nocapture"])
            .env(DIE.0, killed.folder.path())
            .env(DIE.1, commits)
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
        let matter = killed.matter();
        assert!(!matter.status().unwrap().complete);
        // Only who else has a document may be learnt later.
        let recorded = outcomes(&matter);
        assert_eq!(recorded[..], numbered[..recorded.len()], "what was recorded stays as it is");
    }
    killed.ingest(&["c0", "c1", "c2"], 2);
    assert_eq!(killed.dump(), expected);
    let first = killed.matter().runs().unwrap().remove(0);
    assert_eq!(first.state, "interrupted");
    assert!(first.report.is_some_and(|report| report.items > 0), "a killed run leaves word of what it did");
    let status = killed.matter().status().unwrap();
    assert_eq!((status.complete, status.indexed), (true, status.accounting.documents));
}

#[test]
fn retry_reads_what_failed_and_keeps_numbers() {
    let mail = pack("MAIL", &[("moody.txt", b"inner"), ("z.txt", b"z")]);
    let sample = Sample::new(&[("anna/a.txt", b"a"), ("anna/moody.txt", b"moody"), ("anna/m.eml", &mail)]);
    sample.ingest(&["anna"], 2);
    let before: BTreeMap<_, _> = outcomes(&sample.matter()).into_iter().collect();
    assert_eq!(sample.matter().status().unwrap().exceptions, 2);
    let run = |mood| run_retry(&sample, mood, 2, &Arc::default());
    let still = run("bad");
    assert_eq!((still.retried, still.cleared, still.changed, still.exceptions), (2, 0, 0, 2));
    let cured = run("good");
    assert_eq!((cured.retried, cured.cleared, cured.changed, cured.exceptions), (2, 2, 2, 0));
    assert_eq!(run("good").retried, 0);
    let matter = sample.matter();
    assert_eq!(outcomes(&matter).into_iter().collect::<BTreeMap<_, _>>(), before);
    let moody = matter.documents(&[5]).unwrap().remove(0);
    assert_eq!((moody.path.as_str(), moody.text_revision, moody.is_empty), ("anna/moody.txt", 2, false));
    assert_eq!(matter.text(5).unwrap().unwrap().text, "moody");
    assert_eq!(matter.status().unwrap().indexed, matter.status().unwrap().accounting.documents);
    assert_eq!(check::check(&matter).unwrap().findings, Vec::new());
}

#[test]
fn retry_takes_up_files_that_could_not_be_read() {
    let sample = Sample::new(&[("anna/a.txt", b"a")]);
    // A link is what even an administrator's account does not read here.
    for name in ["anna/b.txt", "anna/c.txt"] {
        std::os::unix::fs::symlink("a.txt", sample.path(name)).unwrap();
    }
    sample.ingest(&["anna"], 2);
    assert_eq!(sample.matter().status().unwrap().accounting.failed, 2);
    for (name, bytes) in [("anna/b.txt", b"b"), ("anna/c.txt", b"a")] {
        fs::remove_file(sample.path(name)).unwrap();
        sample.write(name, bytes);
    }
    let report = run_retry(&sample, "good", 1, &Arc::default());
    assert_eq!((report.retried, report.cleared, report.documents), (2, 2, 1));
    let expected = [("a", "document 1"), ("b", "document 2"), ("c", "duplicate of anna/a.txt")];
    let expected = expected.map(|(name, what)| (format!("anna/{name}.txt"), what.to_owned()));
    assert_eq!(outcomes(&sample.matter()), expected);
    let status = sample.matter().status().unwrap();
    assert_eq!((status.accounting.sources, status.exceptions), (3, 0));
    assert_eq!(check::check(&sample.matter()).unwrap().findings, Vec::new());
}

#[test]
fn a_page_that_kills_its_reader_while_drawn_costs_that_page() {
    let check = |pages: &str, expected: &str| {
        let sample = Sample::new(&[("anna/scan", format!("SCAN\n{pages}").as_bytes())]);
        sample.ingest(&["anna"], 1);
        assert_eq!(sample.matter().text(1).unwrap().unwrap().text, expected, "{pages}");
        assert_eq!(sample.matter().status().unwrap().exceptions, 0, "{pages}");
    };
    let (blank, lost) = ("[needs_ocr]", "[not drawn]");
    check("aBa", &[blank, lost, blank].join("\n"));
    check("BaB", &[lost, blank, lost].join("\n"));
    // There is an end to it.
    check("BBBBBaa", &[lost; 7].join("\n"));
}
