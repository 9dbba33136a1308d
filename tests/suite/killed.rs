//! An ingest killed at any moment and run again ends like one that was left alone.

use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::program::Redwell;

/// Enough files that a run can be hit in its middle, with duplicates, mail and archives among them.
fn collect(folder: &std::path::Path) {
    for n in 0..160 {
        let name = folder.join(format!("{:02}/{n:03}", n / 20));
        std::fs::create_dir_all(name.parent().unwrap()).unwrap();
        let text = format!("Letter {} about delivery {} under the agreement.", n % 120, n % 7);
        match n % 10 {
            3 => {
                let mail = format!(
                    "From: a@b.example\r\nTo: c@d.example\r\nSubject: Letter {n}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
                );
                std::fs::write(name.with_extension("eml"), mail).unwrap();
            }
            6 => {
                let mut archive = zip::ZipWriter::new(std::fs::File::create(name.with_extension("zip")).unwrap());
                for part in 0..3 {
                    archive.start_file(format!("{part}.txt"), zip::write::SimpleFileOptions::default()).unwrap();
                    write!(archive, "{text} Part {part}.").unwrap();
                }
                archive.finish().unwrap();
            }
            _ => std::fs::write(name.with_extension("txt"), text).unwrap(),
        }
    }
}

#[test]
fn a_killed_ingest_goes_on_to_the_same_end() {
    let alone = Redwell::new();
    collect(&alone.collection());
    alone.ingest(&[]);

    let killed = Redwell::new();
    collect(&killed.collection());
    let collection = killed.collection();
    let mut kills = 0;
    for pause_ms in [30, 60, 90, 130, 180, 240, 320] {
        let mut run = killed.command(&["ingest", "--matter", "m", "--json", collection.to_str().unwrap()]);
        let mut child = run.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        let until = Instant::now() + Duration::from_millis(pause_ms);
        while Instant::now() < until && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        kills += u32::from(child.try_wait().unwrap().is_none());
        // SIGKILL: nothing can be tidied up.
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(kills > 0, "every run came to its end before it was killed");
    killed.ingest(&[]);

    let status = |redwell: &Redwell| redwell.json(&["status", "--matter", "m", "--json"]);
    let search = |redwell: &Redwell| {
        redwell.json(&["search", "--matter", "m", "--json", "--limit", "5", "delivery w/3 agreement"])["total"].clone()
    };
    assert_eq!(status(&killed), status(&alone));
    assert_eq!(killed.texts(), alone.texts());
    assert_eq!(search(&killed), search(&alone));
    killed.expect(&[0], &["verify", "--matter", "m"]);
}
