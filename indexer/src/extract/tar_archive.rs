//! TAR archives, as they are or as the content of a compressed stream: members as children, in order.
//!
//! Folders are skipped. Links, devices and pipes are told and never followed: what a link points to is either a
//! member itself or lies outside. The archive is read as a stream, one member in memory at a time.

use std::cell::Cell;
use std::io::Read;

use jiff::Timestamp;
use redwell_model::{ExceptionKind, Format};
use tar::{Archive, Entry, EntryType};

use super::decode::decode;
use super::expansion::{Complaints, Metered, budget, is_spent, read_member};
use super::member_name::safe_path;
use super::source::{Container, Source};
use super::{Child, Extracted};

/// Length of a header and of every block.
pub const BLOCK_BYTES: usize = 512;

/// Reads an archive's members.
#[must_use]
pub fn extract(container: &Container<'_>, source: &mut dyn Source, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Tar);
    let left = Cell::new(budget(container));
    let mut complaints = Complaints::of("tar");
    members(Metered::new(source, &left), container, on_child, &mut complaints);
    found.exceptions = complaints.into_exceptions();
    found
}

/// Whether bytes begin with a header: its checksum is right.
#[must_use]
pub fn is_header(bytes: &[u8]) -> bool {
    let Some(block) = bytes.get(..BLOCK_BYTES).filter(|block| block[0] != 0) else { return false };
    let sum: u32 =
        block.iter().enumerate().map(|(n, b)| if (148..156).contains(&n) { 32 } else { u32::from(*b) }).sum();
    let written = std::str::from_utf8(&block[148..156]).unwrap_or_default();
    let written = written.trim_matches([' ', '\0']).split([' ', '\0']).next().unwrap_or_default();
    u32::from_str_radix(written, 8) == Ok(sum)
}

/// Hands on the members of an archive that comes out of `reader`.
pub fn members(
    reader: impl Read,
    container: &Container<'_>,
    on_child: &mut dyn FnMut(Child),
    complaints: &mut Complaints,
) {
    let mut archive = Archive::new(reader);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return complaints.push(ExceptionKind::Damaged, broken(0, &error)),
    };
    for (n, entry) in entries.enumerate() {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) if is_spent(&error) => return complaints.stopped("it expands too far for its size"),
            Err(error) => {
                let kind = if n == 0 { ExceptionKind::Damaged } else { ExceptionKind::PartLost };
                return complaints.push(kind, broken(n, &error));
            }
        };
        if n >= container.options.max_entries {
            return complaints.stopped(&format!("it has more than {n} members"));
        }
        let name = name(&entry, n);
        if !holds_data(&entry, &name, complaints) {
            continue;
        }
        let modified = modified(&entry);
        let claimed = entry.size();
        let member = read_member(&mut entry, claimed);
        match member.error {
            Some(error) if is_spent(&error) => return complaints.stopped("it expands too far for its size"),
            Some(error) => {
                let reason = format!("member `{name}` cannot be read to its end ({error}); what came before was kept");
                complaints.push(ExceptionKind::PartLost, reason);
            }
            None if member.is_too_large => {
                let reason = format!("member `{name}` is too large to be taken out; it is only in the original");
                complaints.push(ExceptionKind::PartLost, reason);
                continue;
            }
            None if (member.bytes.len() as u64) < claimed => {
                let reason = format!("the archive ends inside member `{name}`; what is there of it was kept");
                complaints.push(ExceptionKind::PartLost, reason);
                return on_child(Child { name, bytes: member.bytes, modified });
            }
            None => {}
        }
        on_child(Child { name, bytes: member.bytes, modified });
    }
}

fn broken(members: usize, error: &std::io::Error) -> String {
    format!("the archive is damaged after {members} members ({error}); ask for an intact copy")
}

fn name<R: Read>(entry: &Entry<'_, R>, n: usize) -> String {
    let raw = entry.path_bytes();
    let text = String::from_utf8(raw.to_vec()).unwrap_or_else(|_| decode(&raw, None).text.into_owned());
    safe_path(&text, &format!("member-{}", n + 1))
}

/// Whether a member has content of its own; those that are neither that nor a folder are told.
fn holds_data<R: Read>(entry: &Entry<'_, R>, name: &str, complaints: &mut Complaints) -> bool {
    let what = match entry.header().entry_type() {
        EntryType::Directory | EntryType::XGlobalHeader => return false,
        // Old archives mark folders by a slash alone.
        EntryType::Regular if entry.path_bytes().ends_with(b"/") && entry.size() == 0 => return false,
        EntryType::Link | EntryType::Symlink => {
            let target = entry.link_name_bytes().map(|name| safe_path(&String::from_utf8_lossy(&name), "nothing"));
            format!("a link to `{}`, and links are not followed", target.unwrap_or_default())
        }
        EntryType::Char | EntryType::Block | EntryType::Fifo => "a device or pipe, which holds no document".to_owned(),
        _ => match entry.header().as_bytes()[156] {
            b'V' | b'M' | b'D' | b'N' => "a note of the archiving program, which holds no document".to_owned(),
            _ => return true,
        },
    };
    complaints.push(ExceptionKind::PartLost, format!("member `{name}` is {what}"));
    false
}

/// Archives made without a clock say 1970.
fn modified<R: Read>(entry: &Entry<'_, R>) -> Option<Timestamp> {
    let seconds = entry.header().mtime().ok().filter(|seconds| *seconds > 0)?;
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::extract::Input;
    use crate::extract::tests::{kinds, options, read_all};
    use proptest::prelude::*;
    use tar::{Builder, Header};

    /// An archive of these members; a name that ends in `@` is a link to its content.
    pub(crate) fn tar_of(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = Header::new_gnu();
            header.set_mtime(1_000_000_000);
            if let Some(name) = name.strip_suffix('@') {
                header.set_entry_type(EntryType::Symlink);
                header.set_size(0);
                builder.append_link(&mut header, name, std::str::from_utf8(bytes).unwrap()).unwrap();
                continue;
            }
            header.set_size(bytes.len() as u64);
            // The builder refuses names that point upwards; hostile archives have them.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn check(bytes: &[u8], expected: &[(&str, &str)], expected_kinds: &[ExceptionKind]) {
        let (found, children) = read_all("a.tar", bytes);
        let read: Vec<_> = children.iter().map(|c| (c.name.as_str(), std::str::from_utf8(&c.bytes).unwrap())).collect();
        assert_eq!((found.format, read, kinds(&found)), (Format::Tar, expected.to_vec(), expected_kinds.to_vec()));
    }

    #[test]
    fn members_come_in_order_with_safe_names() {
        let bytes = tar_of(&[("b/../../x.txt", b"1"), ("folder/", b""), ("/a.txt", b"3")]);
        check(&bytes, &[("b/x.txt", "1"), ("a.txt", "3")], &[]);
        let modified = read_all("a.tar", &bytes).1[0].modified;
        assert_eq!(modified.unwrap().to_string(), "2001-09-09T01:46:40Z");
    }

    #[test]
    fn links_are_told_and_not_followed() {
        let bytes = tar_of(&[("out@", b"../../etc/passwd"), ("out/a.txt", b"x")]);
        check(&bytes, &[("out/a.txt", "x")], &[ExceptionKind::PartLost]);
    }

    #[test]
    fn what_is_cut_off_is_kept_as_far_as_it_goes() {
        let bytes = tar_of(&[("a.txt", b"whole"), ("b.txt", &[b'b'; 600])]);
        check(&bytes[..1024 + 512 + 7], &[("a.txt", "whole"), ("b.txt", "bbbbbbb")], &[ExceptionKind::PartLost]);
    }

    #[test]
    fn damage_costs_what_comes_after() {
        let mut bytes = tar_of(&[("a.txt", b"whole"), ("b.txt", b"lost")]);
        bytes[1024] = b'x';
        check(&bytes, &[("a.txt", "whole")], &[ExceptionKind::PartLost]);
    }

    #[test]
    fn absurd_sizes_and_numbers_are_stopped() {
        let mut header = Header::new_gnu();
        header.set_path("a").unwrap();
        header.set_size(1 << 60);
        header.set_cksum();
        check(header.as_bytes(), &[("a", "")], &[ExceptionKind::PartLost]);
        let options = crate::extract::Options { max_entries: 2, ..options() };
        let bytes = tar_of(&[("a", b""), ("b", b""), ("c", b"")]);
        let found = crate::extract::extract(&Input { name: "a.tar", bytes: &bytes, options: &options }, &mut |_| ());
        assert_eq!(kinds(&found), vec![ExceptionKind::ContainerLimit]);
    }

    #[test]
    fn a_header_is_known_by_its_checksum() {
        let mut bytes = tar_of(&[("a.txt", b"x")]);
        bytes[257..265].fill(0);
        assert!(!is_header(&bytes));
        let mut old = Header::new_old();
        old.set_path("a").unwrap();
        old.set_size(0);
        old.set_cksum();
        assert!(is_header(old.as_bytes()) && !is_header(&[0; 512]) && !is_header(b"text"));
    }

    proptest! {
        #[test]
        fn broken_archives_do_no_harm(at in 0_usize..4096, byte: u8, cut in 0_usize..5000) {
            let mut bytes = tar_of(&[("a.txt", b"first"), ("l@", b"a.txt"), ("b.txt", b"second")]);
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(1));
            let _ = crate::extract::extract(&Input { name: "a.tar", bytes: &bytes, options: &options() }, &mut |_| ());
        }
    }
}
