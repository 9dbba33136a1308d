//! Excel workbooks of 97 to 2003 locked with a password: the workbook stream, opened ([MS-XLS] 2.2.10, [MS-OFFCRYPTO] 2.3.7).
//!
//! The heads of records are plain, their contents are not; a few records stay plain altogether, because they are needed
//! before a password is asked for.

use super::rc4::{Key, Lock};
use crate::extract::compound_file::{CompoundFile, short, write_storage_with};

const FILE_PASS: u16 = 0x002f;
const SHEET: u16 = 0x0085;

/// Records whose content is never encrypted.
const PLAIN: [u16; 8] = [0x0809, FILE_PASS, 0x0194, 0x0195, 0x00e1, 0x0196, 0x0138, 0x0161];

/// Bytes of a stream with one key.
const BLOCK: usize = 1024;

/// A record that programs pass over, put where the lock was described.
const NOTHING: u16 = 0x0eff;

/// Most bytes of a workbook that is opened.
const LARGEST: usize = 1 << 30;

/// Records looked at to find the lock; it stands near the beginning.
const MOST_RECORDS: usize = 20;

enum Opened {
    Rc4(Key),
    Masked([u8; 16]),
}

/// A locked workbook as one that is not locked; `None` where it is not locked, or no password fits.
pub(in crate::extract) fn open(bytes: &[u8], passwords: &[String]) -> Option<Vec<u8>> {
    let file = CompoundFile::open(bytes)?;
    let id = file.child(file.root(), "Workbook").or_else(|| file.child(file.root(), "Book"))?;
    let stream = opened(file.content(id)?, passwords)?;
    write_storage_with(&file, file.root(), LARGEST, Some((id, stream)))
}

fn opened(mut stream: Vec<u8>, passwords: &[String]) -> Option<Vec<u8>> {
    let lock = records(&stream).take(MOST_RECORDS).find(|(kind, _, _)| *kind == FILE_PASS)?;
    let info = stream.get(lock.1..lock.2)?;
    let opened = match short(info, 0)? {
        0 => Opened::Masked(mask(short(info, 2)?, short(info, 4)?, passwords)?),
        // Before Office 97 the two words stand alone.
        1 => Opened::Rc4(Lock::read(info.get(2..)?)?.unlock(passwords)?),
        _ => return None,
    };
    let places: Vec<(u16, usize, usize)> = records(&stream).collect();
    let mut plain = stream.clone();
    match &opened {
        Opened::Rc4(key) => key.decrypt_stream(BLOCK, &mut plain),
        Opened::Masked(mask) => {
            for (_, start, end) in &places {
                for (at, byte) in plain.iter_mut().enumerate().take(*end).skip(*start) {
                    *byte = byte.rotate_left(3) ^ mask[(at + end - start) % 16];
                }
            }
        }
    }
    for (kind, start, end) in places.into_iter().filter(|(kind, _, _)| !PLAIN.contains(kind)) {
        // Where a sheet begins is plain, its name is not.
        let from = if kind == SHEET { end.min(start + 4) } else { start };
        stream[from..end].copy_from_slice(&plain[from..end]);
    }
    stream[lock.1 - 4..lock.1 - 2].copy_from_slice(&NOTHING.to_le_bytes());
    Some(stream)
}

/// The records of a stream: kind, and where the content begins and ends.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (kind, length) = (short(stream, at)?, usize::from(short(stream, at + 2)?));
        let start = at + 4;
        let end = start.checked_add(length).filter(|end| *end <= stream.len())?;
        at = end;
        Some((kind, start, end))
    })
}

/// The mask of the oldest scheme, made of the first password that fits the two words a file keeps of it.
fn mask(key: u16, verifier: u16, passwords: &[String]) -> Option<[u8; 16]> {
    const FILL: [u8; 15] = [0xbb, 0xff, 0xff, 0xba, 0xff, 0xff, 0xb9, 0x80, 0x00, 0xbe, 0x0f, 0x00, 0xbf, 0x0f, 0x00];
    let password = super::tried(passwords)
        .map(|password| encoding_rs::WINDOWS_1252.encode(password).0.into_owned())
        .find(|password| {
            !password.is_empty() && password.len() <= 15 && (word_key(password), word_hash(password)) == (key, verifier)
        })?;
    let mut mask = [0; 16];
    for (place, byte) in mask.iter_mut().zip(password.iter().chain(&FILL)) {
        *place = *byte;
    }
    let key = key.to_le_bytes();
    mask.iter_mut().zip(key.iter().cycle()).for_each(|(byte, word)| *byte = (*byte ^ word).rotate_left(2));
    Some(mask)
}

/// The verifier of a password ([MS-OFFCRYPTO] 2.3.7.1): each character turned by its place, in fifteen bits.
fn word_hash(password: &[u8]) -> u16 {
    let mut hash = u16::try_from(password.len()).unwrap_or(0) ^ 0xce4b;
    for (place, byte) in (1_u32..).zip(password) {
        let (turn, wide) = (place % 15, u32::from(*byte));
        let turned = (wide << turn | wide >> (15 - turn)) & 0x7fff;
        hash ^= u16::try_from(turned).unwrap_or(0);
    }
    hash
}

/// The key of a password (2.3.7.2): a register that is shifted a step for every bit of seven-bit characters, from the last.
fn word_key(password: &[u8]) -> u16 {
    let step = |word: u16| {
        let turned = word.rotate_left(1);
        if turned & 1 == 1 { turned ^ 0x1020 } else { turned }
    };
    let (mut key, mut base, mut end) = (0, 0x8000_u16, 0xffff_u16);
    for byte in password.iter().rev() {
        for bit in 0..8 {
            base = step(base);
            if (byte & 0x7f) >> bit & 1 == 1 {
                key ^= base;
            }
            end = step(end);
        }
    }
    key ^ end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
    }

    /// A stream whose records are locked, and as it was before.
    fn stream(info: &[u8]) -> (Vec<u8>, usize) {
        let head = [record(0x0809, &[0, 6, 5, 0]), record(FILE_PASS, info)].concat();
        let sheet = record(SHEET, &[9, 9, 9, 9, 0, 0, 1, 0, b'S']);
        let rest = [sheet, record(0x00fc, &[5; 2000]), record(0x000a, &[])].concat();
        ([head.clone(), rest].concat(), head.len())
    }

    fn check(plain: &[u8], locked: &[u8], passwords: &[&str], opens: bool) {
        let passwords: Vec<String> = passwords.iter().map(|word| (*word).to_owned()).collect();
        let found = opened(locked.to_vec(), &passwords);
        let mut expected = plain.to_vec();
        let at = 8;
        expected[at..at + 2].copy_from_slice(&NOTHING.to_le_bytes());
        assert_eq!(found, opens.then_some(expected), "{passwords:?}");
    }

    #[test]
    fn locked_streams_are_opened() {
        for (password, bytes) in [("secret", 0), ("secret", 16), (super::super::UNASKED, 5)] {
            let (info, key) = super::super::rc4::tests::lock(password, bytes);
            let (plain, _) = stream(&[&[1, 0], info.as_slice()].concat());
            let mut locked = plain.clone();
            let mut cipher = plain.clone();
            key.decrypt_stream(BLOCK, &mut cipher);
            for (kind, start, end) in records(&plain).filter(|(kind, _, _)| !PLAIN.contains(kind)) {
                let from = if kind == SHEET { start + 4 } else { start };
                locked[from..end].copy_from_slice(&cipher[from..end]);
            }
            check(&plain, &locked, &["wrong", "secret"], true);
            check(&plain, &locked, &[], password != "secret");
        }
    }

    #[test]
    fn the_words_of_a_password_are_the_known_ones() {
        assert_eq!((word_key(b"abc"), word_hash(b"abc")), (20810, 52250));
    }

    #[test]
    fn masked_streams_are_opened() {
        let info: Vec<u8> = [0, 20810, 52250_u16].into_iter().flat_map(u16::to_le_bytes).collect();
        let (plain, _) = stream(&info);
        let mask = mask(20810, 52250, &["abc".to_owned()]).unwrap();
        let mut locked = plain.clone();
        for (kind, start, end) in records(&plain).filter(|(kind, _, _)| !PLAIN.contains(kind)) {
            let from = if kind == SHEET { start + 4 } else { start };
            for at in from..end {
                locked[at] = (plain[at] ^ mask[(at + end - start) % 16]).rotate_right(3);
            }
        }
        check(&plain, &locked, &["abc"], true);
        check(&plain, &locked, &["abd"], false);
    }

    proptest! {
        #[test]
        fn damage_is_survived(changes in prop::collection::vec((0_usize..400, any::<u8>()), 1..6), cut in 0_usize..2200) {
            let (info, _) = super::super::rc4::tests::lock("secret", 16);
            let (mut bytes, _) = stream(&[&[1, 0], info.as_slice()].concat());
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            bytes.truncate(cut);
            let _ = opened(bytes, &["secret".to_owned()]);
        }
    }
}
