//! ZIP archives: members as children, in the order of the archive's directory.
//!
//! Folders are skipped, everything else is handed on, resource forks and symbolic links included: nothing is
//! silent. A member that is locked, damaged or compressed in an unknown way costs that member only. Limits on
//! entries and on expanded bytes stop bombs; both are reported with the number of members left unread.

use std::io::Read as _;

use jiff::Timestamp;
use jiff::civil::DateTime;
use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::expansion::budget;
use super::member_name::safe_path;
use super::source::{Container, Source};
use super::{Child, Extracted};

/// Reads an archive's members.
#[must_use]
pub fn extract(container: &Container<'_>, source: &mut dyn Source, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Zip);
    let mut archive = match ZipArchive::new(source) {
        Ok(archive) => archive,
        Err(error) => {
            let reason = format!("the archive's directory cannot be read ({error}); ask for an intact copy");
            found.exceptions.push(notice(ExceptionKind::Damaged, reason));
            return found;
        }
    };
    let mut budget = budget(container);
    for n in 0..archive.len() {
        if n >= container.options.max_entries {
            found.exceptions.push(limit(&format!("it has more than {n} members"), archive.len() - n));
            break;
        }
        match member(&mut archive, n, budget, &container.options.passwords) {
            Ok(Some(child)) => {
                budget -= child.bytes.len() as u64;
                on_child(child);
            }
            Ok(None) => {}
            Err(Lost::Member(exception)) => found.exceptions.push(exception),
            Err(Lost::Budget) => {
                found.exceptions.push(limit("it expands too far for its size", archive.len() - n));
                break;
            }
        }
    }
    found
}

enum Lost {
    /// This member cannot be had.
    Member(ProcessingException),
    /// The archive has expanded as far as it may.
    Budget,
}

fn member(
    archive: &mut ZipArchive<&mut dyn Source>,
    n: usize,
    budget: u64,
    passwords: &[String],
) -> Result<Option<Child>, Lost> {
    let fallback = format!("member-{}", n + 1);
    let (name, encrypted) = match archive.by_index_raw(n) {
        Ok(file) if file.is_dir() => return Ok(None),
        Ok(file) => (safe_path(&name(&file), &fallback), file.encrypted()),
        Err(error) => {
            let reason = format!("member {} is damaged ({error}); the others were read", n + 1);
            return Err(Lost::Member(notice(ExceptionKind::PartLost, reason)));
        }
    };
    if encrypted {
        return unlock(archive, n, budget, passwords, name).map(Some);
    }
    let lost = |error: &dyn std::fmt::Display| {
        let reason = format!("member `{name}` cannot be read ({error}); the others were read");
        Lost::Member(notice(ExceptionKind::PartLost, reason))
    };
    let file = archive.by_index(n).map_err(|error| lost(&error))?;
    let modified = file.last_modified().and_then(timestamp);
    let bytes = expand(file, budget).map_err(|error| lost(&error))?.ok_or(Lost::Budget)?;
    Ok(Some(Child { name, bytes, modified }))
}

/// A locked member, with the first password that opens it. A wrong one may seem right until the content fails its check.
fn unlock(
    archive: &mut ZipArchive<&mut dyn Source>,
    n: usize,
    budget: u64,
    passwords: &[String],
    name: String,
) -> Result<Child, Lost> {
    for password in passwords {
        let Ok(file) = archive.by_index_decrypt(n, password.as_bytes()) else { continue };
        let modified = file.last_modified().and_then(timestamp);
        if let Ok(bytes) = expand(file, budget) {
            return Ok(Child { name, bytes: bytes.ok_or(Lost::Budget)?, modified });
        }
    }
    let reason =
        format!("member `{name}` is locked with a password; ask for it and run `redwell retry --passwords FILE`");
    Err(Lost::Member(notice(ExceptionKind::Encrypted, reason)))
}

/// A member's content; `None` when it is more than the budget.
fn expand<R: std::io::Read>(file: ZipFile<'_, R>, budget: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(usize::try_from(file.size().min(budget).min(16 << 20)).unwrap_or(0));
    file.take(budget + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= budget).then_some(bytes))
}

/// A member's name: UTF-8 where the bytes are, whatever the flag says; else code page 437.
fn name<R: std::io::Read>(file: &ZipFile<'_, R>) -> String {
    std::str::from_utf8(file.name_raw()).map_or_else(|_| file.name().to_owned(), str::to_owned)
}

/// Archives keep local time without saying where: it is taken as UTC.
fn timestamp(time: zip::DateTime) -> Option<Timestamp> {
    let [year, month, day, hour, minute, second] = [
        i16::try_from(time.year()).ok()?,
        i16::from(time.month()),
        i16::from(time.day()),
        i16::from(time.hour()),
        i16::from(time.minute()),
        i16::from(time.second()),
    ];
    let small = |n: i16| i8::try_from(n).ok();
    let at = DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    // 1980-01-01 is what writers without a clock put there.
    (at > jiff::civil::date(1980, 1, 1).at(23, 59, 59, 0))
        .then(|| at.to_zoned(jiff::tz::TimeZone::UTC).ok())
        .flatten()
        .map(|zoned| zoned.timestamp())
}

fn notice(kind: ExceptionKind, reason: String) -> ProcessingException {
    ProcessingException::new(Stage::Expand, kind, "zip", reason)
}

fn limit(why: &str, left: usize) -> ProcessingException {
    notice(
        ExceptionKind::ContainerLimit,
        format!("the archive was not read to its end: {why}; {left} members are left"),
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use std::io::Cursor;

    use super::*;
    use crate::extract::Input;
    use crate::extract::tests::{kinds, options, read_all, zip_of};
    use proptest::prelude::*;

    #[test]
    fn members_come_in_order_with_safe_names() {
        let bytes = zip_of(&[("b/../../x.txt", b"1"), ("__MACOSX/._a", b"2"), ("/a.txt", b"3")]);
        let (found, children) = read_all("a.zip", &bytes);
        let names: Vec<_> = children.iter().map(|child| child.name.as_str()).collect();
        assert_eq!((names, kinds(&found)), (vec!["b/x.txt", "__MACOSX/._a", "a.txt"], vec![]));
        assert_eq!(children[2].bytes, b"3");
    }

    #[test]
    fn a_locked_member_costs_that_member() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let plain = zip::write::SimpleFileOptions::default();
        writer.start_file("open.txt", plain).unwrap();
        writer.write_all(b"read").unwrap();
        writer.start_file("locked.txt", plain.with_aes_encryption(zip::AesMode::Aes256, "secret")).unwrap();
        writer.write_all(b"hidden").unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let (found, children) = read_all("a.zip", &bytes);
        assert_eq!((children.len(), kinds(&found)), (1, vec![ExceptionKind::Encrypted]));
        assert!(found.exceptions[0].reason.contains("`locked.txt`"));

        let read_with = |passwords: &[&str]| {
            let passwords = passwords.iter().map(|&password| password.to_owned()).collect();
            let options = crate::extract::Options { passwords, ..options() };
            let mut texts = Vec::new();
            let input = Input { name: "a.zip", bytes: &bytes, options: &options };
            let found =
                crate::extract::extract(&input, &mut |child| texts.push(String::from_utf8(child.bytes).unwrap()));
            (texts, kinds(&found))
        };
        assert_eq!(read_with(&["wrong"]), (vec!["read".to_owned()], vec![ExceptionKind::Encrypted]));
        assert_eq!(read_with(&["wrong", "secret"]), (vec!["read".to_owned(), "hidden".to_owned()], vec![]));
    }

    #[test]
    fn bombs_are_stopped() {
        let zeros = vec![0; 8 << 20];
        let members: Vec<(String, &[u8])> = (0..10).map(|n| (format!("{n}"), &zeros[..])).collect();
        let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        let (found, children) = read_all("a.zip", &zip_of(&members));
        assert_eq!((children.len(), kinds(&found)), (8, vec![ExceptionKind::ContainerLimit]));
        let mut few = options();
        few.max_entries = 2;
        let bytes = zip_of(&[("a", b""), ("b", b""), ("c", b"")]);
        let found = crate::extract::extract(&Input { name: "a.zip", bytes: &bytes, options: &few }, &mut |_| ());
        assert_eq!(kinds(&found), vec![ExceptionKind::ContainerLimit]);
    }

    #[test]
    fn a_damaged_member_costs_that_member() {
        let mut bytes = zip_of(&[("a.txt", b"first member"), ("b.txt", b"second member")]);
        let at = bytes.windows(5).position(|window| window == b"a.txt").unwrap() + 5;
        bytes[at..at + 4].fill(0xff);
        let (found, children) = read_all("a.zip", &bytes);
        assert_eq!((children.len(), kinds(&found)), (1, vec![ExceptionKind::PartLost]));
    }

    proptest! {
        #[test]
        fn broken_archives_do_no_harm(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut bytes = zip_of(&[("a.txt", b"first member"), ("b.txt", b"second member")]);
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(30));
            read_all("a.zip", &bytes);
        }
    }
}
