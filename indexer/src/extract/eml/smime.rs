//! Mail whose whole content lies inside a signature (S/MIME, RFC 8551): the mail it is, under the header it travelled with.

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, MimeHeaders as _};

use super::{PartType, transfer_decoded};
use crate::extract::cms::{self, Contained};

/// Signatures around signatures at most.
const DEEPEST: usize = 8;

/// Most bytes a compressed mail may unfold to.
const LARGEST_UNPACKED: usize = 256 << 20;

/// What the content of a mail was wrapped in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Wrapping {
    pub(super) is_signed: bool,
    pub(super) is_encrypted: bool,
    pub(super) is_cut: bool,
}

/// A mail without the signatures around its content.
pub(super) fn unwrapped(mail: &[u8]) -> (Cow<'_, [u8]>, Wrapping) {
    let mut bytes = Cow::Borrowed(mail);
    let mut wrapping = Wrapping::default();
    for _ in 0..DEEPEST {
        let Some(contained) = contained(&bytes) else { break };
        let Contained::Content(inner, is_whole) = contained else {
            wrapping.is_encrypted = true;
            break;
        };
        wrapping.is_signed = true;
        wrapping.is_cut |= !is_whole;
        bytes = Cow::Owned([outer_header(&bytes).as_slice(), &inner].concat());
    }
    (bytes, wrapping)
}

/// What the content of a mail holds that is nothing but a signed or encrypted file.
fn contained(mail: &[u8]) -> Option<Contained> {
    if !mail.windows(5).take(1 << 16).any(|window| window.eq_ignore_ascii_case(b"pkcs7")) {
        return None;
    }
    let message = MessageParser::default().parse_headers(mail)?;
    if !is_wrapped(&message) {
        return None;
    }
    let message = MessageParser::default().parse(mail)?;
    let part = message.root_part();
    let content = match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        _ => transfer_decoded(part, mail),
    };
    cms::open(&content, LARGEST_UNPACKED)
}

fn is_wrapped(message: &Message<'_>) -> bool {
    ["pkcs7-mime", "x-pkcs7-mime"].iter().any(|kind| message.is_content_type("application", kind))
}

/// The header of a mail without what it says of its content; no blank line follows.
fn outer_header(mail: &[u8]) -> Vec<u8> {
    let mut header = Vec::new();
    let mut is_kept = true;
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            is_kept = !line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-"));
        }
        if is_kept {
            header.extend_from_slice(line);
        }
    }
    header
}
