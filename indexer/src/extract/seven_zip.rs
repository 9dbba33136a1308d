//! 7z archives: members as children, in the order of their blocks.
//!
//! Passwords are tried in turn; members that stay locked are told one by one, an archive whose directory is as a whole.
//! The reader of the format trusts the numbers it finds, so a panic in it is taken for what it is: damage. A
//! dictionary larger than a worker may hold ends the worker and is told as `memory_limit`.

use std::cell::Cell;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use redwell_model::{ExceptionKind, Format};
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, EncoderMethod, Error, Password};

use super::expansion::{Complaints, Metered, budget, is_spent, read_member};
use super::member_name::safe_path;
use super::source::{Container, Source, bytes_at};
use super::{Child, Extracted};

/// Length of the header at the start, which tells where the directory lies.
const HEADER_BYTES: usize = 32;

/// Reads an archive's members.
#[must_use]
pub fn extract(container: &Container<'_>, mut source: &mut dyn Source, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::SevenZip);
    let mut complaints = Complaints::of("7z");
    match open(container, &mut source) {
        Ok((archive, password)) => {
            let left = Cell::new(budget(container));
            let mut members =
                Members { container, left: &left, password, seen: 0, on_child, complaints: &mut complaints };
            if (0..archive.blocks.len()).all(|block| members.take_block(&archive, block, &mut source) == Next::Block) {
                members.take_empty(&archive);
            }
        }
        Err(refusal) => complaints.push(refusal.0, refusal.1),
    }
    found.exceptions = complaints.into_exceptions();
    found
}

/// The archive's directory and the password that opened it, or why there is none.
fn open(
    container: &Container<'_>,
    source: &mut &mut dyn Source,
) -> Result<(Archive, Option<Password>), (ExceptionKind, String)> {
    let damaged = |why: &str| {
        let reason = format!("the archive's directory cannot be read ({why}); ask for an intact copy");
        (ExceptionKind::Damaged, reason)
    };
    let bytes = bytes_at(source, 0, HEADER_BYTES);
    let long = |at: usize| bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()).map(u64::from_le_bytes);
    let directory_end = long(12).zip(long(20)).and_then(|(offset, size)| offset.checked_add(size)?.checked_add(32));
    if directory_end.is_none_or(|end| end > container.size_bytes) {
        return Err(damaged("it should lie beyond the end of the file"));
    }
    let mut read = |password: &Password| {
        catch_unwind(AssertUnwindSafe(|| {
            source.rewind()?;
            Archive::read(source, password).map(in_block_order)
        }))
    };
    match read(&Password::empty()) {
        Ok(Ok(archive)) => Ok((archive, None)),
        Ok(Err(error)) if is_locked(&error) => {
            let tried = container.options.passwords.iter().map(|password| Password::from(password.as_str()));
            let opened = tried.filter_map(|password| Some((read(&password).ok()?.ok()?, Some(password)))).next();
            opened.ok_or_else(|| {
                let reason = "the archive is locked with a password, even the names in it; ask for it and run `redwell retry --passwords FILE`";
                (ExceptionKind::Encrypted, reason.to_owned())
            })
        }
        Ok(Err(error)) => Err(damaged(&error.to_string())),
        Err(_) => Err(damaged("its numbers contradict each other")),
    }
}

/// The archive with the members that have content first. The reader takes a block's members to stand in a row, but
/// folders and empty files may stand between them.
fn in_block_order(mut archive: Archive) -> Archive {
    let (full, empty): (Vec<_>, Vec<_>) = archive.files.drain(..).partition(|entry| entry.has_stream);
    archive.files = full.into_iter().chain(empty).collect();
    let mut firsts = Vec::with_capacity(archive.blocks.len());
    let mut first = 0_usize;
    for block in 0..archive.blocks.len() {
        firsts.push(first);
        let password = Password::empty();
        let count = BlockDecoder::new(1, block, &archive, &password, &mut Cursor::new(&b""[..])).entry_count();
        first = first.saturating_add(count);
    }
    archive.stream_map.block_first_file_index = firsts;
    archive
}

fn is_locked(error: &Error) -> bool {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => true,
        Error::UnsupportedCompressionMethod(method) => method.contains("AES"),
        _ => false,
    }
}

#[derive(PartialEq, Eq)]
enum Next {
    Block,
    Stop,
}

/// The members handed on so far.
struct Members<'m, 'i> {
    container: &'m Container<'i>,
    left: &'m Cell<u64>,
    /// What opened the directory, or the last locked block.
    password: Option<Password>,
    seen: usize,
    on_child: &'m mut dyn FnMut(Child),
    complaints: &'m mut Complaints,
}

impl Members<'_, '_> {
    /// Takes the members of one block, which are compressed together.
    fn take_block(&mut self, archive: &Archive, block: usize, source: &mut &mut dyn Source) -> Next {
        let coders = &archive.blocks[block].coders;
        let entries = catch_unwind(AssertUnwindSafe(|| {
            let password = Password::empty();
            BlockDecoder::new(1, block, archive, &password, &mut Cursor::new(&b""[..])).entries().to_vec()
        }));
        let Ok(entries) = entries else {
            self.complaints
                .push(ExceptionKind::PartLost, format!("block {} is damaged; the others were read", block + 1));
            return Next::Block;
        };
        if coders.iter().any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256) {
            self.password = self.key(archive, block, source);
            if self.password.is_none() {
                let why = "locked with a password; ask for it and run `redwell retry --passwords FILE`";
                return self.skip(&entries, ExceptionKind::Encrypted, why);
            }
        }
        let before = self.seen;
        let mut stop = None;
        let password = self.password.clone().unwrap_or_else(Password::empty);
        let taken = catch_unwind(AssertUnwindSafe(|| {
            let decoder = BlockDecoder::new(1, block, archive, &password, source);
            decoder.for_each_entries(&mut |entry: &ArchiveEntry, reader: &mut dyn Read| {
                stop = self.take(entry, reader).err();
                Ok(stop.is_none())
            })
        }));
        match (stop, taken) {
            (Some(Stop::Archive), _) => return Next::Stop,
            (Some(Stop::Block(why)), _) => self.lose(&entries, before, &why),
            (None, Ok(Ok(_))) => {}
            (None, Ok(Err(error))) => self.lose(&entries, before, &error.to_string()),
            (None, Err(_)) => self.lose(&entries, before, "its numbers contradict each other"),
        }
        Next::Block
    }

    /// The password that opens a block: its first member comes out whole, and its checksum is right.
    fn key(&self, archive: &Archive, block: usize, source: &mut &mut dyn Source) -> Option<Password> {
        let given = self.container.options.passwords.iter().map(|password| Password::from(password.as_str()));
        self.password.clone().into_iter().chain(given).find(|password| {
            let mut is_right = false;
            let tried = catch_unwind(AssertUnwindSafe(|| {
                let decoder = BlockDecoder::new(1, block, archive, password, source);
                decoder.for_each_entries(&mut |_: &ArchiveEntry, reader: &mut dyn Read| {
                    is_right = std::io::copy(&mut reader.take(self.left.get()), &mut std::io::sink()).is_ok();
                    Ok(false)
                })
            }));
            is_right && matches!(tried, Ok(Ok(_)))
        })
    }

    /// Takes the members without content, which lie in no block.
    fn take_empty(&mut self, archive: &Archive) {
        for entry in archive.files.iter().filter(|entry| !entry.has_stream) {
            if self.take(entry, &mut &b""[..]).is_err() {
                return;
            }
        }
    }

    fn take(&mut self, entry: &ArchiveEntry, reader: &mut dyn Read) -> Result<(), Stop> {
        if entry.is_directory || entry.is_anti_item {
            return Ok(());
        }
        if self.seen == self.container.options.max_entries {
            self.complaints.stopped(&format!("it has more than {} members", self.seen));
            return Err(Stop::Archive);
        }
        self.seen += 1;
        let name = safe_path(entry.name(), &format!("member-{}", self.seen));
        if is_link(entry) {
            let reason = format!("member `{name}` is a link, and links are not followed");
            self.complaints.push(ExceptionKind::PartLost, reason);
            return std::io::copy(reader, &mut std::io::sink())
                .map(|_| ())
                .map_err(|error| Stop::Block(error.to_string()));
        }
        let member = read_member(&mut Metered::new(reader, self.left), entry.size());
        match member.error {
            Some(error) if is_spent(&error) => {
                self.complaints.stopped("it expands too far for its size");
                Err(Stop::Archive)
            }
            Some(error) => {
                self.seen -= 1;
                Err(Stop::Block(error.to_string()))
            }
            None if member.is_too_large => {
                self.complaints.stopped(&format!("member `{name}` is too large to be taken out"));
                Err(Stop::Archive)
            }
            None => {
                (self.on_child)(Child { name, bytes: member.bytes, modified: modified(entry) });
                Ok(())
            }
        }
    }

    fn skip(&mut self, entries: &[ArchiveEntry], kind: ExceptionKind, why: &str) -> Next {
        for entry in entries {
            let name = safe_path(entry.name(), "without a name");
            self.complaints.push(kind, format!("member `{name}` is {why}"));
        }
        Next::Block
    }

    /// Tells which members of a block are lost, from the first that was not taken.
    fn lose(&mut self, entries: &[ArchiveEntry], before: usize, why: &str) {
        for entry in entries.iter().skip(self.seen - before) {
            let name = safe_path(entry.name(), "without a name");
            let reason = format!("member `{name}` cannot be read ({why}); the others were read");
            self.complaints.push(ExceptionKind::PartLost, reason);
        }
    }
}

enum Stop {
    /// Nothing more may be taken.
    Archive,
    /// The rest of the block is unreadable.
    Block(String),
}

/// Archives made on Unix keep the kind of file in the upper half of the attributes.
fn is_link(entry: &ArchiveEntry) -> bool {
    let mode = entry.windows_attributes >> 16;
    entry.has_windows_attributes && entry.windows_attributes & 0x8000 != 0 && mode & 0o170_000 == 0o120_000
}

fn modified(entry: &ArchiveEntry) -> Option<Timestamp> {
    let ticks: u64 = entry.has_last_modified_date.then(|| entry.last_modified_date().into())?;
    let since_1601 = i64::try_from(ticks / 10_000_000).ok()?;
    Timestamp::from_second(since_1601 - 11_644_473_600).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::extract::Input;
    use crate::extract::tests::{kinds, options, read_all};
    use proptest::prelude::*;
    use sevenz_rust2::ArchiveWriter;

    /// An archive of these members.
    pub(crate) fn archive_of(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
        for (name, bytes) in members {
            let mut entry = ArchiveEntry::new_file(name);
            entry.has_last_modified_date = true;
            entry.last_modified_date = (11_644_473_600_u64 + 1_000_000_000).saturating_mul(10_000_000).into();
            writer.push_archive_entry(entry, Some(*bytes)).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn members_come_in_order_with_safe_names() {
        let bytes = archive_of(&[("b/../../x.txt", b"1"), ("empty", b""), ("/a.txt", b"three")]);
        let (found, children) = read_all("a.7z", &bytes);
        let read: Vec<_> = children.iter().map(|c| (c.name.as_str(), c.bytes.as_slice())).collect();
        assert_eq!((found.format, kinds(&found)), (Format::SevenZip, vec![]));
        assert_eq!(read, [("b/x.txt", &b"1"[..]), ("empty", b""), ("a.txt", b"three")]);
        assert_eq!(children[0].modified.unwrap().to_string(), "2001-09-09T01:46:40Z");
    }

    #[test]
    fn limits_stop_the_archive() {
        let check = |options: &crate::extract::Options, bytes: &[u8], expected: usize| {
            let mut count = 0;
            let found = crate::extract::extract(&Input { name: "a.7z", bytes, options }, &mut |_| count += 1);
            assert_eq!((kinds(&found), count), (vec![ExceptionKind::ContainerLimit], expected));
        };
        let few = crate::extract::Options { max_entries: 2, ..options() };
        check(&few, &archive_of(&[("a", b"1"), ("b", b"2"), ("c", b"3")]), 2);
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
        writer.set_content_methods(vec![EncoderMethod::COPY.into()]);
        for name in ["a", "b"] {
            writer.push_archive_entry(ArchiveEntry::new_file(name), Some(vec![0; 40 << 20].as_slice())).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        check(&crate::extract::Options { max_expansion: 0, ..options() }, &bytes, 1);
    }

    #[test]
    fn passwords_are_tried_in_turn() {
        let check = |bytes: &[u8], passwords: &[&str], expected: &[&str], expected_kinds: &[ExceptionKind]| {
            let passwords = passwords.iter().map(|&password| password.to_owned()).collect();
            let options = crate::extract::Options { passwords, ..options() };
            let mut texts = Vec::new();
            let input = Input { name: "a.7z", bytes, options: &options };
            let found =
                crate::extract::extract(&input, &mut |child| texts.push(String::from_utf8(child.bytes).unwrap()));
            assert_eq!(
                (texts, kinds(&found).as_slice()),
                (expected.iter().map(|&t| t.to_owned()).collect(), expected_kinds)
            );
        };
        for (hides_names, told) in [(false, vec![ExceptionKind::Encrypted; 2]), (true, vec![ExceptionKind::Encrypted])]
        {
            let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
            let lock = sevenz_rust2::encoder_options::AesEncoderOptions::new(Password::from("secret"));
            writer.set_content_methods(vec![lock.into(), EncoderMethod::COPY.into()]);
            writer.set_encrypt_header(hides_names);
            for name in ["a", "b"] {
                writer.push_archive_entry(ArchiveEntry::new_file(name), Some(name.as_bytes())).unwrap();
            }
            let bytes = writer.finish().unwrap().into_inner();
            check(&bytes, &["wrong"], &[], &told);
            check(&bytes, &["wrong", "secret"], &["a", "b"], &[]);
        }
    }

    #[test]
    fn a_damaged_member_costs_its_block() {
        let mut bytes = archive_of(&[("a.txt", &[7; 3000]), ("b.txt", b"second member")]);
        bytes[36] ^= 0x55;
        let (found, children) = read_all("a.7z", &bytes);
        assert_eq!((children.len(), kinds(&found)), (1, vec![ExceptionKind::PartLost]));
    }

    #[test]
    fn a_directory_beyond_the_end_is_damage() {
        let bytes = archive_of(&[("a.txt", b"first")]);
        let (found, children) = read_all("a.7z", &bytes[..bytes.len() - 5]);
        assert_eq!((children.len(), kinds(&found)), (0, vec![ExceptionKind::Damaged]));
    }

    proptest! {
        #[test]
        fn broken_archives_do_no_harm(at in 0_usize..400, byte: u8, cut in 0_usize..600) {
            // Making an archive takes longer than reading it.
            static WHOLE: LazyLock<Vec<u8>> =
                LazyLock::new(|| archive_of(&[("a.txt", b"first member"), ("b.txt", b"second member")]));
            let mut bytes = WHOLE.clone();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(1));
            let _ = crate::extract::extract(&Input { name: "a.7z", bytes: &bytes, options: &options() }, &mut |_| ());
        }
    }
}
