//! Signed files (`.p7m`, S/MIME): what was signed, out of the signature around it (RFC 5652).
//!
//! Signatures are not checked and nothing is decrypted. The reader of BER is our own: lengths may be given or left open,
//! and the content may lie in pieces; depth and number of both are bounded.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use super::member_name::safe_name;
use super::{Child, Extracted, Input, sniff};

/// Elements of open length inside one another.
const DEEPEST: usize = 64;

/// Most elements walked over in one file.
const MOST_ELEMENTS: usize = 1_000_000;

const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENVELOPED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const ENCRYPTED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
const COMPRESSED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09";
const ENVELOPED_AND_SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";

/// What lies in a signed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contained {
    /// What was signed or compressed, and whether all of it is there.
    Content(Vec<u8>, bool),
    /// It is encrypted for somebody's key.
    Encrypted,
}

/// What such a file is said to be when it is locked.
pub const LOCKED: &str = "it is encrypted for the keys of its recipients (S/MIME); ask the custodian for a copy decrypted \
     by their mail program";

/// Reads a signed file and hands on what was signed.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Cms);
    let mut tell = |kind, reason: &str| {
        found.exceptions.push(ProcessingException::new(Stage::Expand, kind, "cms", reason.to_owned()));
    };
    let limit = usize::try_from((input.bytes.len() as u64).saturating_mul(input.options.max_expansion)).unwrap_or(0);
    match open(input.bytes, limit.max(64 << 20)) {
        Some(Contained::Content(bytes, is_whole)) => {
            if !is_whole {
                tell(ExceptionKind::Damaged, "the signed file is cut off or damaged; what is there was taken out");
            }
            if !bytes.is_empty() {
                on_child(Child { name: name_of(input.name, &bytes), bytes, modified: None });
            }
        }
        Some(Contained::Encrypted) => tell(ExceptionKind::Encrypted, LOCKED),
        None => tell(ExceptionKind::Damaged, "the signed file is broken; ask for an intact copy"),
    }
    found
}

/// The name of what was signed: `offer.pdf.p7m` holds `offer.pdf`, and a mail's `smime.p7m` a mail.
fn name_of(name: &str, content: &[u8]) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = if name.to_ascii_lowercase().ends_with(".p7m") { &name[..name.len() - 4] } else { name };
    let name = match (stem.contains('.'), sniff::is_mail(content)) {
        (false, true) => format!("{stem}.eml"),
        (false, false) => format!("{stem} (content)"),
        (true, _) => stem.to_owned(),
    };
    safe_name(&name, "content")
}

/// Whether bytes begin a file that holds something, signed or encrypted. Signatures that only lie beside what was signed do
/// not.
#[must_use]
pub fn holds_content(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x30)
        && outer(bytes).is_some_and(|(kind, inner)| match kind {
            SIGNED => encapsulated(bytes, inner).is_some(),
            ENVELOPED | ENCRYPTED | ENVELOPED_AND_SIGNED => true,
            COMPRESSED => true,
            _ => false,
        })
}

/// Takes out what a file holds; `None` where it is no such file, or only a signature.
#[must_use]
pub fn open(bytes: &[u8], limit: usize) -> Option<Contained> {
    let (kind, inner) = outer(bytes)?;
    match kind {
        SIGNED => {
            let (content, is_whole) = octets(bytes, encapsulated(bytes, inner)?);
            Some(Contained::Content(content, is_whole))
        }
        COMPRESSED => {
            let (packed, is_whole) = octets(bytes, encapsulated(bytes, inner)?);
            let mut content = Vec::new();
            let read = ZlibDecoder::new(packed.as_slice()).take(limit as u64).read_to_end(&mut content);
            Some(Contained::Content(content, is_whole && read.is_ok_and(|length| length < limit)))
        }
        ENVELOPED | ENCRYPTED | ENVELOPED_AND_SIGNED => Some(Contained::Encrypted),
        _ => None,
    }
}

/// The kind of a file, and where its inner structure begins.
fn outer(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let file = element(bytes, 0).filter(|file| file.tag == 0x30)?;
    let kind = element(bytes, file.content).filter(|kind| kind.tag == 6)?;
    let wrapper = element(bytes, kind.end?).filter(|wrapper| wrapper.tag == 0xa0)?;
    let inner = element(bytes, wrapper.content).filter(|inner| inner.tag == 0x30)?;
    Some((bytes.get(kind.content..kind.end?)?, inner.content))
}

/// Where the content's string of octets begins, if the content is inside: behind version and algorithms, in a sequence with
/// its kind.
fn encapsulated(bytes: &[u8], inner: usize) -> Option<usize> {
    let version = element(bytes, inner).filter(|version| version.tag == 2)?;
    let algorithms = element(bytes, version.end?).filter(|algorithms| matches!(algorithms.tag, 0x31 | 0x30))?;
    let mut left = MOST_ELEMENTS;
    let sequence = element(bytes, after(bytes, &algorithms, 0, &mut left)?).filter(|one| one.tag == 0x30)?;
    let kind = element(bytes, sequence.content).filter(|kind| kind.tag == 6)?;
    if sequence.end.is_some_and(|end| kind.end >= Some(end)) {
        return None;
    }
    let wrapper = element(bytes, kind.end?).filter(|wrapper| wrapper.tag == 0xa0)?;
    Some(wrapper.content)
}

/// The octets of a string, whole or in pieces, and whether all of them are there.
fn octets(bytes: &[u8], at: usize) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    // The ends of the strings that are open; none for those of open length.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut at = at;
    for _ in 0..MOST_ELEMENTS {
        while open.last().is_some_and(|end| end.is_some_and(|end| at >= end)) {
            open.pop();
            if open.is_empty() {
                return (out, true);
            }
        }
        let Some(piece) = element(bytes, at) else { return (out, false) };
        match piece.tag {
            0x04 => {
                let Some(end) = piece.end else { return (out, false) };
                out.extend_from_slice(&bytes[piece.content..end.min(bytes.len())]);
                if end > bytes.len() {
                    return (out, false);
                }
                at = end;
            }
            0x24 if open.len() < DEEPEST => {
                open.push(piece.end);
                at = piece.content;
                continue;
            }
            0 if piece.end == Some(piece.content) && open.last() == Some(&None) => {
                open.pop();
                at = piece.content;
            }
            // Old files hold something else than a string: all of it is the content.
            _ if open.is_empty() => {
                let end = piece.end.unwrap_or(bytes.len());
                out.extend_from_slice(&bytes[at..end.min(bytes.len())]);
                return (out, end <= bytes.len());
            }
            _ => return (out, false),
        }
        if open.is_empty() {
            return (out, true);
        }
    }
    (out, false)
}

/// One element of BER.
#[derive(Debug, Clone, Copy)]
struct Element {
    tag: u8,
    content: usize,
    /// Where it ends, maybe beyond the file; `None` for one of open length.
    end: Option<usize>,
}

fn element(bytes: &[u8], at: usize) -> Option<Element> {
    let (&tag, &length) = (bytes.get(at)?, bytes.get(at.checked_add(1)?)?);
    // No element here has a tag of several bytes.
    if tag & 0x1f == 0x1f {
        return None;
    }
    let content = at + 2;
    match length {
        0x80 => Some(Element { tag, content, end: None }),
        0..0x80 => Some(Element { tag, content, end: Some(content + usize::from(length)) }),
        _ => {
            let content = content.checked_add(usize::from(length & 0x7f))?;
            let digits = bytes.get(at + 2..content).filter(|digits| digits.len() <= 8)?;
            let length = digits.iter().try_fold(0_usize, |sum, digit| {
                sum.checked_mul(256).and_then(|sum| sum.checked_add(usize::from(*digit)))
            })?;
            Some(Element { tag, content, end: Some(content.checked_add(length)?) })
        }
    }
}

/// What follows an element; one of open length is walked through to its end.
fn after(bytes: &[u8], one: &Element, depth: usize, left: &mut usize) -> Option<usize> {
    if let Some(end) = one.end {
        return Some(end);
    }
    if depth >= DEEPEST {
        return None;
    }
    let mut at = one.content;
    loop {
        *left = left.checked_sub(1)?;
        let inner = element(bytes, at)?;
        if inner.tag == 0 && inner.end == Some(inner.content) {
            return Some(inner.content);
        }
        at = after(bytes, &inner, depth + 1, left)?;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::extract::tests::{kinds, read_all};
    use proptest::prelude::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len().to_be_bytes();
        [&[tag, 0x84], &length[length.len() - 4..], content].concat()
    }

    fn open_ended(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    /// A file of this kind around an element, with what stands before and after it.
    fn wrapped(kind: &[u8], content: Option<Vec<u8>>, wrap: fn(u8, &[u8]) -> Vec<u8>) -> Vec<u8> {
        let data = der(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
        let content = content.map(|content| wrap(0xa0, &content)).unwrap_or_default();
        let info = wrap(0x30, &[data, content].concat());
        let inner = [der(2, &[1]), wrap(0x31, &der(0x30, &der(6, b"\x2b\x0e\x03"))), info, der(0x31, b"")].concat();
        wrap(0x30, &[der(6, kind), wrap(0xa0, &wrap(0x30, &inner))].concat())
    }

    /// A signed file.
    pub(crate) fn signed(content: &[u8]) -> Vec<u8> {
        wrapped(SIGNED, Some(der(4, content)), der)
    }

    /// An encrypted one.
    pub(crate) fn enveloped() -> Vec<u8> {
        wrapped(ENVELOPED, None, der)
    }

    /// The same in pieces, every length left open.
    fn signed_in_pieces(content: &[u8]) -> Vec<u8> {
        let pieces: Vec<u8> = content.chunks(3).flat_map(|piece| der(4, piece)).collect();
        wrapped(
            SIGNED,
            Some(open_ended(0x24, &[open_ended(0x24, &pieces), der(0x24, &der(4, b"!"))].concat())),
            open_ended,
        )
    }

    fn check(name: &str, bytes: &[u8], expected: &[(&str, &str)], exceptions: &[ExceptionKind]) {
        let (found, children) = read_all(name, bytes);
        let children: Vec<_> =
            children.iter().map(|child| (child.name.as_str(), std::str::from_utf8(&child.bytes).unwrap())).collect();
        assert_eq!((found.format, children, kinds(&found)), (Format::Cms, expected.to_vec(), exceptions.to_vec()));
    }

    #[test]
    fn what_was_signed_is_taken_out() {
        check("offer.txt.p7m", &signed(b"an offer"), &[("offer.txt", "an offer")], &[]);
        check("offer.txt.p7m", &signed_in_pieces(b"an offer"), &[("offer.txt", "an offer!")], &[]);
        let mail = "Content-Type: text/plain\r\n\r\nhello";
        check("smime.p7m", &signed(mail.as_bytes()), &[("smime.eml", mail)], &[]);
        let packed = flate2::read::ZlibEncoder::new(&b"an offer"[..], flate2::Compression::fast());
        let packed: Vec<u8> = std::io::Read::bytes(packed).map(Result::unwrap).collect();
        check("a.p7m", &wrapped(COMPRESSED, Some(der(4, &packed)), der), &[("a (content)", "an offer")], &[]);
    }

    #[test]
    fn what_cannot_be_taken_out_is_told() {
        check("smime.p7m", &enveloped(), &[], &[ExceptionKind::Encrypted]);
        let whole = signed(b"an offer");
        let at = whole.windows(3).position(|window| window == b"off").unwrap();
        check("offer.txt.p7m", &whole[..at + 3], &[("offer.txt", "an off")], &[ExceptionKind::Damaged]);
    }

    #[test]
    fn a_signature_alone_holds_nothing() {
        let alone = wrapped(SIGNED, None, der);
        assert!(!holds_content(&alone) && open(&alone, 100).is_none());
        assert_eq!(read_all("smime.p7s", &alone).0.format, Format::Unknown);
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(changes in prop::collection::vec((0_usize..300, any::<u8>()), 0..6), cut in 0_usize..300) {
            for mut bytes in [signed(b"an offer"), signed_in_pieces(b"an offer in pieces")] {
                for (at, byte) in &changes {
                    let at = at % bytes.len();
                    bytes[at] = *byte;
                }
                bytes.truncate(cut);
                prop_assert!(!holds_content(&bytes) || bytes[0] == 0x30);
                if let Some(Contained::Content(content, _)) = open(&bytes, 1000) {
                    prop_assert!(content.len() <= bytes.len());
                }
            }
        }

        #[test]
        fn noise_does_no_harm(noise in prop::collection::vec(prop_oneof![Just(0x30_u8), Just(0x80), Just(0x24), Just(0), any::<u8>()], 0..300)) {
            drop(open(&noise, 1000));
            prop_assert!(octets(&noise, 0).0.len() <= noise.len());
        }
    }
}
