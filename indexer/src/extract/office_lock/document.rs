//! Word documents of 97 to 2003 locked with a password: their streams, opened ([MS-DOC] 2.2.6).

use super::rc4::Lock;
use crate::extract::compound_file::long;

/// Bytes of a stream with one key.
const BLOCK: usize = 512;

/// The beginning of the header, which is never encrypted.
const PLAIN: usize = 68;

/// The text and the table stream of a locked document as they were before; `None` where no password fits.
pub(in crate::extract) fn open(text: &[u8], tables: &[u8], passwords: &[String]) -> Option<(Vec<u8>, Vec<u8>)> {
    let key = Lock::read(tables)?.unlock(passwords)?;
    let described = usize::try_from(long(text, 14)?).ok()?.min(tables.len());
    let opened = |stream: &[u8], plain: usize| {
        let mut opened = stream.to_vec();
        key.decrypt_stream(BLOCK, &mut opened);
        let plain = plain.min(stream.len());
        opened[..plain].copy_from_slice(&stream[..plain]);
        opened
    };
    let mut text = opened(text, PLAIN);
    // No longer encrypted, nor by the older mask.
    *text.get_mut(11)? &= !0x81;
    Some((text, opened(tables, described)))
}
