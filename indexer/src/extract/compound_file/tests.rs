//! Compound files made here, whole and broken.

use super::write::file_of;
use super::*;
use proptest::prelude::*;

/// A compound file with empty streams of these names at its root.
pub(crate) fn sample(names: &[&str]) -> Vec<u8> {
    let streams: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b""[..])).collect();
    file_of(&streams)
}

fn nested() -> Vec<u8> {
    let large: Vec<u8> = (0..10_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    file_of(&[("a", b"small"), ("pool/_1/large", &large), ("pool/_1/note", b"in a storage"), ("z", b"")])
}

#[test]
fn names_are_found_across_sectors() {
    let names = ["a", "b", "c", "d", "Word Document", "e"];
    assert_eq!(root_names(&sample(&names)), ["Word Document", "a", "b", "c", "d", "e"]);
}

#[test]
fn streams_are_read_from_large_and_small_sectors() {
    let bytes = nested();
    let file = CompoundFile::open(&bytes).unwrap();
    assert_eq!(file.stream(file.root(), "A").as_deref(), Some(&b"small"[..]));
    assert_eq!(file.stream(file.root(), "z").as_deref(), Some(&b""[..]));
    assert_eq!(file.stream(file.root(), "pool"), None);
    let pool = file.child(file.child(file.root(), "pool").unwrap(), "_1").unwrap();
    assert_eq!(file.stream(pool, "large").map(|large| (large.len(), large[257])), Some((10_000, 1)));
    assert_eq!(file.stream(pool, "note").as_deref(), Some(&b"in a storage"[..]));
}

#[test]
fn a_storage_becomes_a_file() {
    let bytes = nested();
    let file = CompoundFile::open(&bytes).unwrap();
    let pool = file.child(file.root(), "pool").unwrap();
    assert_eq!(write_storage(&file, pool, 5_000), None);
    let copied = write_storage(&file, pool, 1 << 20).unwrap();
    let copy = CompoundFile::open(&copied).unwrap();
    let inner = copy.child(copy.root(), "_1").unwrap();
    assert_eq!(copy.stream(inner, "large").map(|large| large.len()), Some(10_000));
    assert_eq!(copy.stream(inner, "note").as_deref(), Some(&b"in a storage"[..]));
}

#[test]
fn a_table_beyond_the_header_is_followed() {
    // 109 sectors of the table cover 7 MB.
    let large = vec![7; 8 << 20];
    let bytes = file_of(&[("large", &large)]);
    let file = CompoundFile::open(&bytes).unwrap();
    assert_eq!(file.stream(file.root(), "large").map(|found| found == large), Some(true));
}

#[test]
fn loops_end() {
    let mut bytes = nested();
    let table = usize::try_from(long(&bytes, 76).unwrap()).unwrap() * 512 + 512;
    for n in 0..20 {
        bytes[table + 4 * n..table + 4 * n + 4].copy_from_slice(&u32::try_from(n ^ 1).unwrap().to_le_bytes());
    }
    read_all(&bytes);
    // A directory whose storages hold each other.
    let mut bytes = nested();
    let directory = usize::try_from(long(&bytes, 48).unwrap()).unwrap() * 512 + 512;
    for n in 0..6 {
        for link in [68, 72, 76] {
            bytes[directory + 128 * n + link..directory + 128 * n + link + 4].copy_from_slice(&[0, 0, 0, 0]);
        }
        bytes[directory + 128 * n + 66] = 1;
    }
    read_all(&bytes);
}

/// Reads whatever can be reached and checks that it is no more than there is.
fn read_all(bytes: &[u8]) {
    let Some(file) = CompoundFile::open(bytes) else { return };
    let (mut open, mut steps) = (vec![file.root()], 0);
    while let Some(id) = open.pop().filter(|_| steps < 1000) {
        steps += 1;
        assert!(file.content(id).unwrap_or_default().len() <= bytes.len());
        open.extend(file.children(id));
    }
    let written = write_storage(&file, file.root(), 1 << 16).unwrap_or_default();
    assert!(written.len() < 1 << 18);
}

#[test]
fn absurd_sizes_are_not_believed() {
    let mut bytes = nested();
    let directory = usize::try_from(long(&bytes, 48).unwrap()).unwrap() * 512 + 512;
    for n in 0..6 {
        bytes[directory + 128 * n + 120..directory + 128 * n + 128].fill(0xff);
    }
    read_all(&bytes);
    let mut bytes = nested();
    bytes[44..76].fill(0xee);
    read_all(&bytes);
}

proptest! {
    #[test]
    fn broken_files_do_no_harm(changes in prop::collection::vec((0_usize..20_000, any::<u8>()), 1..8), cut in 0_usize..20_000) {
        let mut bytes = nested();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(cut.max(8));
        read_all(&bytes);
    }
}
