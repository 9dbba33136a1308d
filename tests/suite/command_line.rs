//! The command line on a small collection: accounting to the last file, JSON and nothing else, exit statuses.

use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use crate::program::Redwell;

const MAIL: &str = "From: Jane Doe <jane@halden.example>\r\nTo: Lee <lee@norling.example>\r\nSubject: Offer\r\n\
    Date: Tue, 14 Mar 2023 09:12:00 +0100\r\nMessage-ID: <1@halden.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe offer is attached.\r\n\
    --b\r\nContent-Type: text/plain; name=terms.txt\r\nContent-Disposition: attachment; filename=terms.txt\r\n\r\n\
    Payment within thirty days.\r\n--b--\r\n";

/// Two custodians with a shared file, a mail with an attachment, an archive, an empty and an unreadable kind of file.
fn collect(folder: &Path) {
    for custodian in ["a", "b"] {
        std::fs::create_dir_all(folder.join(custodian)).unwrap();
    }
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    put("a/notice.txt", "Notice of breach was given on 3 May.".as_bytes());
    put("b/copy of notice.txt", "Notice of breach was given on 3 May.".as_bytes());
    put("a/offer.eml", MAIL.as_bytes());
    put("b/empty.txt", b"");
    put("b/unknown.bin", &[0, 159, 146, 150, 1, 2, 3, 0, 0, 7]);
    let mut archive = zip::ZipWriter::new(std::fs::File::create(folder.join("b/archive.zip")).unwrap());
    for (name, text) in [("one.txt", "First letter about the breach."), ("two.txt", "Second letter.")] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn every_file_is_accounted_for() {
    let redwell = Redwell::new();
    collect(&redwell.collection());
    redwell.ingest(&[]);
    let status = redwell.json(&["status", "--matter", "m", "--json"]);
    let count = |name: &str| status[name].as_u64().unwrap_or_else(|| panic!("`{name}` is missing in {status}"));
    assert_eq!(count("sources"), 6);
    // Six files, the mail's attachment, the archive's two letters.
    assert_eq!(count("items"), 9);
    assert_eq!((count("documents"), count("duplicates"), count("containers")), (7, 1, 1));
    assert_eq!((count("excluded"), count("failed")), (0, 0));
    assert_eq!(
        count("items"),
        ["documents", "duplicates", "containers", "excluded", "failed"].map(count).iter().sum::<u64>()
    );
    assert!(count("exceptions") >= 2);
    let exceptions = redwell.lines(&["exceptions", "--matter", "m", "--json"]);
    let kinds: Vec<&str> = exceptions.iter().map(|exception| exception["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"empty_file") && kinds.contains(&"unsupported_format"), "{kinds:?}");
    assert!(redwell.expect(&[0, 1], &["exceptions", "--matter", "m", "--csv"]).starts_with("path,"));
    redwell.expect(&[0], &["verify", "--matter", "m"]);
}

#[test]
fn a_second_ingest_adds_nothing() {
    let redwell = Redwell::new();
    collect(&redwell.collection());
    redwell.ingest(&[]);
    let before = (redwell.json(&["status", "--matter", "m", "--json"]), redwell.texts());
    redwell.ingest(&[]);
    assert_eq!((redwell.json(&["status", "--matter", "m", "--json"]), redwell.texts()), before);
}

#[test]
fn runs_and_sources_are_remembered() {
    let redwell = Redwell::new();
    collect(&redwell.collection());
    redwell.ingest(&[]);
    std::fs::remove_file(redwell.collection().join("a/notice.txt")).unwrap();
    let again = redwell.ingest(&[]);
    assert_eq!((&again["missing"], &again["unchanged"]), (&1.into(), &5.into()));
    let runs = redwell.lines(&["runs", "--matter", "m", "--json"]);
    assert_eq!((runs.len(), &runs[0]["state"], &runs[0]["report"]["items"]), (2, &"complete".into(), &9.into()));
    assert_eq!(redwell.lines(&["sources", "--matter", "m", "--json"]).len(), 6);
    let missing = redwell.lines(&["sources", "--matter", "m", "--missing", "--json"]);
    assert_eq!(missing.len(), 1);
    assert!(missing[0]["location"].as_str().unwrap().ends_with("a/notice.txt"));
    assert!(missing[0]["missing_since"].is_string());
    redwell.expect(&[0], &["verify", "--matter", "m"]);
}

#[test]
fn one_job_and_four_give_the_same_matter() {
    let matter = |jobs: &str| {
        let redwell = Redwell::new();
        collect(&redwell.collection());
        redwell.ingest(&["--jobs", jobs]);
        redwell.texts()
    };
    assert_eq!(matter("1"), matter("4"));
}

#[test]
fn search_finds_documents_with_their_snippets() {
    let redwell = Redwell::new();
    collect(&redwell.collection());
    redwell.ingest(&[]);
    let search = |query: &str| redwell.json(&["search", "--matter", "m", "--json", query]);
    let found = search("breach");
    assert_eq!(found["total"], 2);
    assert!(found["hits"][0]["snippets"].to_string().contains("breach"), "{found}");
    assert_eq!(search("notice w/2 breach")["total"], 1);
    assert_eq!(search("subject:offer")["total"], 1);
    assert_eq!(search("type:eml")["total"], 1);
    assert_eq!(search("date:2023-03")["total"], 1);
    assert_eq!(search("nowhere")["total"], 0);
    assert!(!search("breach OR letter AND second")["warnings"].as_array().unwrap().is_empty());
}

#[test]
fn what_cannot_be_done_says_why() {
    let redwell = Redwell::new();
    let refused = |words: &[&str], part: &str| {
        let output = redwell.run(words);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {complaint}");
        assert!(complaint.contains(part), "{words:?}: {complaint}");
        assert!(output.stdout.is_empty(), "{words:?} printed to standard output");
    };
    refused(&["status", "--matter", "m"], "`m`");
    refused(&["status", "--matter", "No Such"], "No Such");
    refused(&["ingest", "--matter", "m", "/nowhere/at/all"], "/nowhere/at/all");
    collect(&redwell.collection());
    redwell.ingest(&[]);
    refused(&["search", "--matter", "m", "(breach"], "(breach");
    refused(&["text", "--matter", "m", "M-0009999"], "M-0009999");
    refused(&["text", "--matter", "m", "nonsense"], "nonsense");
}

#[test]
fn the_index_can_be_made_anew() {
    let redwell = Redwell::new();
    collect(&redwell.collection());
    redwell.ingest(&[]);
    let search = || redwell.json(&["search", "--matter", "m", "--json", "breach OR payment"]);
    let before = search();
    std::fs::remove_dir_all(redwell.data().join("matters/m/index")).unwrap();
    redwell.expect(&[0], &["rebuild", "--matter", "m"]);
    assert_eq!(search(), before);
}

#[test]
fn an_altered_native_is_found_out() {
    let redwell = Redwell::new();
    collect(&redwell.collection());
    redwell.ingest(&[]);
    let documents = redwell.lines(&["documents", "--matter", "m", "--json"]);
    let digest = documents[0]["digests"]["sha256"].as_str().unwrap();
    let native = redwell.data().join("matters/m/natives").join(&digest[..2]).join(digest);
    std::fs::write(native, "something else").unwrap();
    let findings = redwell.expect(&[1], &["verify", "--matter", "m"]);
    assert!(findings.contains(digest), "{findings}");
}

#[test]
fn the_same_mail_from_two_mailboxes_is_one_document() {
    let redwell = Redwell::new();
    let folder = redwell.collection();
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("jane/sent/1.eml", MAIL);
    put("lee/inbox/7.eml", &format!("Received: from relay.norling.example; Tue, 14 Mar 2023 08:12:09 +0000\r\n{MAIL}"));
    put("lee/inbox/8.eml", &MAIL.replace("thirty days", "sixty days"));
    put(
        "raj/archive/7.eml",
        &format!("Received: from relay.norling.example; Tue, 14 Mar 2023 08:12:09 +0000\r\n{MAIL}"),
    );
    let status = redwell.ingest(&[]);
    // Two mails with an attachment each, and two copies of the first family.
    assert_eq!((&status["documents"], &status["duplicates"]), (&4.into(), &4.into()), "{status}");
    redwell.expect(&[0], &["verify", "--matter", "m"]);
}

#[test]
fn a_matter_keeps_its_last_administrator() {
    let redwell = Redwell::new();
    collect(&redwell.collection());
    redwell.ingest(&[]);
    for name in ["ada", "ben"] {
        let mut add = redwell.command(&["user", "add", name]);
        assert!(add.env("REDWELL_PASSWORD", "correct horse battery").status().unwrap().success());
    }
    let role = |name: &str, role: &str| redwell.run(&["user", "role", name, role, "--matter", "m"]);
    let refused = |name: &str, to: &str| {
        let output = role(name, to);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{name} to {to}: {complaint}");
        assert!(complaint.contains("last administrator"), "{complaint}");
    };
    assert!(role("ada", "administrator").status.success());
    refused("ada", "none");
    refused("ada", "lead");
    assert!(role("ben", "administrator").status.success());
    assert!(role("ada", "none").status.success());
    refused("ben", "none");
}

#[test]
fn a_list_of_synonyms_comes_in_as_a_table_and_is_told_where_it_is_searched() {
    let redwell = Redwell::new();
    std::fs::write(redwell.collection().join("a.txt"), "The automobile was late.").unwrap();
    std::fs::write(redwell.collection().join("b.txt"), "A motor car, in time.").unwrap();
    redwell.ingest(&[]);
    let search = |query: &str| redwell.run(&["search", "--matter", "m", "--json", query]);
    let refused = search("syn(car)");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no list of synonyms"));

    let list = redwell.data().join("words.csv");
    let import = |text: &str| {
        std::fs::write(&list, text).unwrap();
        redwell.run(&["synonyms", "import", "--matter", "m", list.to_str().unwrap()])
    };
    let wrong = import("car;automobile\n\nalone\n");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("group 3"), "{wrong:?}");
    let done = import("\u{feff}car;automobile;motor car\r\nprice;cost\r\n");
    assert_eq!((done.status.code(), done.stdout.as_slice()), (Some(0), b"imported 2 groups\n".as_slice()));
    let exported = redwell.expect(&[0], &["synonyms", "export", "--matter", "m"]);
    assert_eq!(exported, "car,automobile,motor car\nprice,cost\n");

    let found = redwell.json(&["search", "--matter", "m", "--json", "syn(car)"]);
    assert_eq!((&found["total"], &found["warnings"][0]["kind"]), (&json!(2), &json!("note")), "{found}");
    assert_eq!(found["warnings"][0]["message"], "`car`: also automobile, motor car");
    let told = redwell.expect(&[0], &["search", "--matter", "m", "syn(car) w/3 late"]);
    assert!(told.starts_with("1 documents for syn(car) w/3 late\nnote: `car`: also automobile, motor car\n"), "{told}");
}
