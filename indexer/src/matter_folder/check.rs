//! Is everything in a matter folder there, and is it what it was when it came in.
//!
//! Reads every native and every text once. Compares the folder with itself only; the index is compared by `verify`.

use std::fs::File;
use std::io::Read;

use rayon::prelude::*;
use redwell_model::Sha256;
use sha2::Digest as _;

use super::{FolderError, MatterFolder, columns, layout_code, natives, text_code};

/// What was checked, and what is wrong with what.
pub type Found = (&'static str, String);

/// The result of a check.
#[derive(Debug, Default)]
pub struct Checked {
    /// Documents looked at.
    pub documents: u64,
    /// Natives read.
    pub natives: u64,
    /// What is not as it should be.
    pub findings: Vec<Found>,
}

/// Checks a folder.
///
/// # Errors
/// When the database cannot be read at all; whatever can be told is a finding.
pub fn check(folder: &MatterFolder) -> Result<Checked, FolderError> {
    let mut findings = Vec::new();
    check_database(folder, &mut findings)?;
    let natives = check_natives(folder, &mut findings)?;
    let documents = check_texts(folder, &mut findings)?;
    check_arriving(folder, &mut findings)?;
    Ok(Checked { documents, natives, findings })
}

fn check_database(folder: &MatterFolder, findings: &mut Vec<Found>) -> Result<(), FolderError> {
    let sound: String = folder.read(|db| db.query_row("pragma quick_check(1)", (), |row| row.get(0)))?;
    if sound != "ok" {
        findings.push(("folder", "`matter.db` is damaged; restore it from a backup".to_owned()));
    }
    let status = folder.status()?;
    if !status.accounting.balances() {
        findings.push(("accounting", "the items by outcome do not add up to all items".to_owned()));
    }
    for (sql, sentence) in [
        (
            "select count(*) from items i where (i.outcome = 'document') <> exists \
             (select * from documents d where d.item = i.id and d.ordinal = i.ordinal)",
            "items whose outcome and document disagree",
        ),
        (
            "select count(*) from items i where i.outcome = 'duplicate' and not exists \
             (select * from items o where o.id = i.duplicate_of and o.outcome <> 'duplicate')",
            "duplicates without an original",
        ),
        (
            "select count(*) from documents d where not exists \
             (select * from texts t where t.ordinal = d.ordinal and t.revision = d.text_revision)",
            "documents without their text",
        ),
        (
            "select (select coalesce(max(ordinal), 0) from documents) - (select count(*) from documents)",
            "control numbers that no document has",
        ),
        (
            "select count(*) from sources s where s.kind = 'file' and not exists \
             (select * from items i where i.source = s.id and i.parent is null)",
            "sources without an item",
        ),
    ] {
        let number: i64 = folder.read(|db| db.query_row(sql, (), |row| row.get(0)))?;
        if number != 0 {
            findings.push(("accounting", format!("there are {number} {sentence}")));
        }
    }
    Ok(())
}

fn check_natives(folder: &MatterFolder, findings: &mut Vec<Found>) -> Result<u64, FolderError> {
    let sql = "select sha256, min(path) as path from items where sha256 is not null group by sha256 order by min(id)";
    let all: Vec<(Sha256, String)> = folder.read(|db| {
        let row = |row: &rusqlite::Row<'_>| Ok((columns::sha256(row, "sha256")?, row.get("path")?));
        db.prepare(sql)?.query_map((), row)?.collect()
    })?;
    let found: Vec<Option<Found>> = all
        .par_iter()
        .map(|(digest, path)| match digest_of_file(&folder.native_path(digest)) {
            Ok(actual) if actual == *digest => None,
            Ok(_) => Some(("native", format!("the original `{digest}` of `{path}` was altered after it came in"))),
            Err(error) => Some(("native", format!("the original `{digest}` of `{path}` cannot be read: {error}"))),
        })
        .collect();
    findings.extend(found.into_iter().flatten());
    Ok(all.len() as u64)
}

fn digest_of_file(path: &std::path::Path) -> std::io::Result<Sha256> {
    let mut file = File::open(path)?;
    let mut digest = sha2::Sha256::new();
    let mut block = vec![0; 1 << 17];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(Sha256::from_bytes(digest.finalize().into())),
            read => digest.update(&block[..read]),
        }
    }
}

/// Texts compared in one go.
const BATCH: usize = 256;

fn check_texts(folder: &MatterFolder, findings: &mut Vec<Found>) -> Result<u64, FolderError> {
    let mut documents = 0;
    let mut after = 0;
    loop {
        let ordinals = folder.ordinals(after, BATCH)?;
        let Some(last) = ordinals.last() else { return Ok(documents) };
        after = *last;
        documents += ordinals.len() as u64;
        let found: Vec<Result<Vec<Found>, FolderError>> =
            ordinals.par_iter().map(|ordinal| check_revisions(folder, *ordinal)).collect();
        for found in found {
            findings.extend(found?);
        }
    }
}

/// A text as it is kept.
struct Revision {
    revision: u32,
    sha256: Sha256,
    code_points: u32,
    text: Vec<u8>,
    layout: Vec<u8>,
}

fn check_revisions(folder: &MatterFolder, ordinal: u32) -> Result<Vec<Found>, FolderError> {
    let sql = "select revision, sha256, code_points, text, layout from texts where ordinal = ?1 order by revision";
    let revisions: Vec<Revision> = folder.read(|db| {
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Revision {
                revision: row.get("revision")?,
                sha256: columns::sha256(row, "sha256")?,
                code_points: row.get("code_points")?,
                text: row.get("text")?,
                layout: row.get("layout")?,
            })
        };
        db.prepare_cached(sql)?.query_map([ordinal], row)?.collect()
    })?;
    let mut found = Vec::new();
    for Revision { revision, sha256, code_points, text, layout } in revisions {
        let number = redwell_model::ControlNumber::new(folder.prefix().clone(), ordinal);
        if text_code::decode(&text).is_none_or(|text| Sha256::of(text.as_bytes()) != sha256) {
            found.push(("text", format!("the text of `{number}`, revision {revision}, was altered after it was made")));
        }
        let fits =
            |layout: &redwell_model::Layout| layout.boxes.is_empty() || layout.boxes.len() == code_points as usize;
        if !layout_code::decode(&layout).as_ref().is_some_and(fits) {
            found.push(("text", format!("the layout of `{number}`, revision {revision}, does not fit its text")));
        }
    }
    Ok(found)
}

/// What a killed writer left half-written. While a writer is at work this is its business.
fn check_arriving(folder: &MatterFolder, findings: &mut Vec<Found>) -> Result<(), FolderError> {
    let Ok(_lock) = super::writer::lock(folder.path()) else { return Ok(()) };
    let arriving = folder.path().join("natives").join(natives::ARRIVING);
    let left = match std::fs::read_dir(&arriving) {
        Ok(entries) => entries.count(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(error) => return Err(FolderError::files(&arriving, "listed")(error)),
    };
    if left > 0 {
        let how = "the next `redwell ingest` removes them";
        findings.push(("folder", format!("a stopped run left {left} unfinished files; {how}")));
    }
    Ok(())
}
