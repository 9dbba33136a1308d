//! `PowerPoint` presentations of 97 to 2003 locked with a password: their stream, opened ([MS-PPT] 2.3.7).
//!
//! Everything the directories point to is encrypted with a key of its own, by its number; the directories are not.

use std::collections::BTreeMap;

use super::rc4::Lock;
use crate::extract::compound_file::{long, short};

const CRYPT_SESSION: u16 = 0x2f14;

/// The stream with every object in `places`, by its number, decrypted; `session` is the number of the one that describes the
/// lock. `None` where no password fits.
pub(in crate::extract) fn open(
    stream: &[u8],
    places: &BTreeMap<u32, usize>,
    session: u32,
    passwords: &[String],
) -> Option<Vec<u8>> {
    let at = *places.get(&session)?;
    (short(stream, at.checked_add(2)?)? == CRYPT_SESSION).then_some(())?;
    let info = stream.get(at.checked_add(8)?..)?;
    let key = Lock::read(info)?.unlock(passwords)?;
    let mut opened = stream.to_vec();
    for (number, at) in places.iter().filter(|(number, _)| **number != session) {
        let Some(object) = stream.get(*at..) else { continue };
        let Some(mut head) = object.get(..8).map(<[u8]>::to_vec) else { continue };
        key.decrypt_block(*number, &mut head);
        let length = long(&head, 4).and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let end = length.saturating_add(8).min(object.len());
        let part = &mut opened[*at..*at + end];
        part.copy_from_slice(&object[..end]);
        key.decrypt_block(*number, part);
    }
    Some(opened)
}
