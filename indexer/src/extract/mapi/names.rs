//! The table of what the numbers from 0x8000 on stand for, which MSG files and stores keep alike ([MS-OXMSG] 2.2.3).

use super::property::{MAPI_SET, WORDS_SET, utf16};
use super::{Name, Names};
use crate::extract::compound_file::{long, short};

/// Reads a table: the sets, the entries, and the names that are words.
#[must_use]
pub fn read(sets: &[u8], entries: &[u8], words: &[u8]) -> Names {
    let mut names = Names::new();
    for entry in entries.chunks_exact(8) {
        let (Some(value), Some(kind), Some(place)) = (long(entry, 0), short(entry, 4), short(entry, 6)) else {
            continue;
        };
        let set = match kind >> 1 {
            1 => Some(MAPI_SET),
            2 => Some(WORDS_SET),
            n => usize::from(n).checked_sub(3).and_then(|n| sets.get(16 * n..16 * n + 16)?.try_into().ok()),
        };
        let (Some(set), Some(tag)) = (set, place.checked_add(0x8000)) else { continue };
        let name = if kind & 1 == 0 {
            Some(Name::Number(set, value))
        } else {
            word(words, value).map(|word| Name::Text(set, word))
        };
        if let Some(name) = name {
            names.insert(name, tag);
        }
    }
    names
}

/// The word at a place: its length in bytes, then its letters.
fn word(words: &[u8], at: u32) -> Option<String> {
    let at = usize::try_from(at).ok()?;
    let length = usize::try_from(long(words, at)?).ok()?;
    words.get(at + 4..(at + 4).checked_add(length)?).map(utf16)
}
