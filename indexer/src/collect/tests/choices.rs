//! What the user chooses: the scope of duplicates, files to leave out; and sources that go away.

use super::*;
use crate::collect::digests::digests;
use crate::matter_folder::FolderError;

fn check_scope(scope: DuplicateScope, files: &[(&str, &[u8])], expected: &[(&str, &str)]) {
    for jobs in [1, 4] {
        let sample = Sample::new(files);
        let paths = ["anna", "berta"].map(|name| sample.path(name));
        try_ingest(&sample.data(), &paths, jobs, Some(scope), None).unwrap();
        let expected: Vec<_> = expected.iter().map(|(path, what)| ((*path).to_owned(), (*what).to_owned())).collect();
        assert_eq!(outcomes(&sample.matter()), expected, "{scope} with {jobs} jobs");
        assert_eq!(check::check(&sample.matter()).unwrap().findings, Vec::new());
        // The same again adds nothing, and the scope is kept.
        let again = sample.ingest(&["anna", "berta"], jobs);
        assert_eq!(again.items, 0);
    }
}

#[test]
fn duplicates_are_suppressed_in_the_scope_chosen() {
    let files: &[(&str, &[u8])] =
        &[("anna/1", b"same"), ("anna/2", b"same"), ("berta/1", b"same"), ("berta/2", b"same")];
    check_scope(
        DuplicateScope::Custodian,
        files,
        &[
            ("anna/1", "document 1"),
            ("anna/2", "duplicate of anna/1"),
            ("berta/1", "document 2"),
            ("berta/2", "duplicate of berta/1"),
        ],
    );
    check_scope(
        DuplicateScope::None,
        files,
        &[("anna/1", "document 1"), ("anna/2", "document 2"), ("berta/1", "document 3"), ("berta/2", "document 4")],
    );
    let archive = pack("ZIP", &[("x", b"same"), ("y", b"same")]);
    check_scope(
        DuplicateScope::None,
        &[("anna/a.zip", &archive), ("berta/b", b"same")],
        &[
            ("anna/a.zip", "container"),
            ("anna/a.zip/x", "document 1"),
            ("anna/a.zip/y", "document 2"),
            ("berta/b", "document 3"),
        ],
    );
}

#[test]
fn the_scope_is_chosen_once() {
    let sample = Sample::new(&[("anna/1", b"a")]);
    let run = |scope| try_ingest(&sample.data(), &[sample.path("anna")], 1, scope, None);
    run(Some(DuplicateScope::Custodian)).unwrap();
    run(Some(DuplicateScope::Custodian)).unwrap();
    run(None).unwrap();
    let refused = run(Some(DuplicateScope::Global)).unwrap_err();
    assert!(matches!(refused, CollectError::Folder(FolderError::OtherScope { .. })), "{refused}");
}

#[test]
fn files_on_a_list_of_digests_are_left_out_but_never_attachments() {
    let mail = pack("MAIL", &[("logo.png", b"known"), ("offer.txt", b"offer")]);
    let archive = pack("ZIP", &[("dll", b"known"), ("letter", b"letter")]);
    let sample = Sample::new(&[
        ("anna/a", b"known"),
        ("anna/b.eml", &mail),
        ("anna/c.zip", &archive),
        ("berta/a", b"known"),
        ("berta/b", b"unknown"),
    ]);
    let list = HashList::read(digests(b"known").md5.as_bytes()).unwrap();
    let paths = ["anna", "berta"].map(|name| sample.path(name));
    let report = try_ingest(&sample.data(), &paths, 2, None, Some(Arc::new(list))).unwrap();
    let expected = [
        ("anna/a", "excluded"),
        ("anna/b.eml", "document 1"),
        ("anna/b.eml/logo.png", "document 2"),
        ("anna/b.eml/offer.txt", "document 3"),
        ("anna/c.zip", "container"),
        ("anna/c.zip/dll", "excluded"),
        ("anna/c.zip/letter", "document 4"),
        ("berta/a", "excluded"),
        ("berta/b", "document 5"),
    ];
    assert_eq!(outcomes(&sample.matter()), expected.map(|(path, what)| (path.to_owned(), what.to_owned())));
    assert_eq!(report.excluded, 3);
    let accounting = sample.matter().status().unwrap().accounting;
    assert!(accounting.balances() && accounting.excluded == 3, "{accounting:?}");
    assert_eq!(check::check(&sample.matter()).unwrap().findings, Vec::new());
    // What comes later without the list is a document: nothing left out stands for it.
    sample.write("berta/c", b"known");
    sample.ingest(&["berta"], 1);
    assert_eq!(outcomes(&sample.matter()).last().unwrap().1, "document 6");
}

#[test]
fn a_source_that_is_gone_is_said_and_kept() {
    let sample = Sample::new(&[("anna/a", b"a"), ("anna/b", b"b"), ("anna0/c", b"c"), ("berta/d", b"d")]);
    assert_eq!(sample.ingest(&["anna", "anna0", "berta"], 2).missing, 0);
    let before = outcomes(&sample.matter());
    fs::remove_file(sample.path("anna/a")).unwrap();
    fs::remove_file(sample.path("berta/d")).unwrap();
    assert_eq!(sample.ingest(&["anna"], 2).missing, 1, "only what lies under the paths given is looked for");
    assert_eq!(sample.matter().status().unwrap().missing, 1);
    assert_eq!(sample.ingest(&["anna", "berta"], 2).missing, 2);
    assert_eq!(outcomes(&sample.matter()), before);
    sample.write("anna/a", b"a");
    assert_eq!(sample.ingest(&["anna"], 2).missing, 0);
    assert_eq!(sample.matter().status().unwrap().missing, 1);
}
