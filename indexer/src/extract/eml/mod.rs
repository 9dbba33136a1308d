//! One mail message: headers as metadata and as a block over the text, the body, attachments as children.
//!
//! The body is the plain text alternative where there is one, else the HTML rendered. Attached messages and pictures
//! shown inside the body are children like any attachment, in the order of the file; those of a page a browser saved
//! (MHTML) are not, because nobody attached them. A mail inside a signature is read as the mail it is. Whatever is malformed is read as far as mail-parser tolerates it,
//! and the rest is kept as an attachment.

mod header;
mod smime;

use std::borrow::Cow;

use mail_parser::{Encoding, HeaderName, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

pub(super) use self::header::metadata;
use self::smime::Wrapping;
use super::decode::decode;
use super::mail_header::{self, AttachmentNames, clean};
use super::mark::Tally;
use super::member_name::safe_name;
use super::{Child, Extracted, Input, cms, html};

/// Messages attached to messages attached to messages: beyond this the parser is not trusted with its stack.
const DEEPEST_MESSAGE: usize = 200;

/// Reads a mail message and hands its attachments to `on_child`.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Eml);
    let narrow = utf8(input.bytes);
    let (bytes, wrapping) = smime::unwrapped(unmarked(&narrow));
    let bytes = &*bytes;
    let nested = bytes.windows(14).filter(|window| window.eq_ignore_ascii_case(b"message/rfc822")).count();
    let message = if nested > DEEPEST_MESSAGE { None } else { MessageParser::default().parse(bytes) };
    let Some(message) = message else {
        return unparsed(bytes, nested, input, found);
    };
    found.metadata = metadata(&message);
    let date = message.header_raw(HeaderName::Date).map(clean).filter(|date| !date.is_empty());
    let header = mail_header::block(&found.metadata, date.as_deref());
    let body = content_of(&message, wrapping, bytes, input, on_child, &mut found);
    found.set_text(&format!("{header}\n{body}"), input.options);
    found
}

/// The body of a mail or of an entity that was signed (RFC 8551); attachments are handed on, and what is to be told of it is
/// noted.
pub(super) fn entity(
    bytes: &[u8],
    input: &Input<'_>,
    on_child: &mut dyn FnMut(Child),
    found: &mut Extracted,
) -> Option<String> {
    let (bytes, wrapping) = smime::unwrapped(bytes);
    let nested = bytes.windows(14).filter(|window| window.eq_ignore_ascii_case(b"message/rfc822")).count();
    let message = MessageParser::default().parse(&*bytes).filter(|_| nested <= DEEPEST_MESSAGE)?;
    Some(content_of(&message, wrapping, &bytes, input, on_child, found))
}

fn content_of(
    message: &Message<'_>,
    wrapping: Wrapping,
    bytes: &[u8],
    input: &Input<'_>,
    on_child: &mut dyn FnMut(Child),
    found: &mut Extracted,
) -> String {
    note_wrapping(wrapping, found);
    if wrapping.is_encrypted {
        return String::new();
    }
    let is_page = is_saved_page(message);
    let shown = if is_page { pages(message) } else { body_parts(message, input.options.max_text_bytes) };
    let (body, evidence) = body(message, &shown, bytes, input.options.max_text_bytes);
    evidence.write(&mut found.metadata);
    let mut names = AttachmentNames::default();
    let mut handed_on = children(message, &shown);
    handed_on.retain(|id| !is_page || message.part(*id).is_none_or(|part| !belongs_to_page(part)));
    for (n, &id) in handed_on.iter().enumerate() {
        if n >= input.options.max_entries {
            found.exceptions.push(ProcessingException::new(
                Stage::Expand,
                ExceptionKind::ContainerLimit,
                "mail-parser",
                format!("the message has more than {n} attachments; the others are only in the original"),
            ));
            break;
        }
        let Some(part) = message.part(id) else { continue };
        let name = names.unique(&attachment_name(part, n + 1));
        if part.is_encoding_problem && !part.is_text() {
            found.exceptions.push(ProcessingException::new(
                Stage::Expand,
                ExceptionKind::PartLost,
                "mail-parser",
                format!("attachment {} is encoded wrongly; it was taken as it stands", n + 1),
            ));
        }
        on_child(Child { name, bytes: content(part, bytes), modified: None });
    }
    body
}

/// Notes what a mail's content was wrapped in.
fn note_wrapping(wrapping: Wrapping, found: &mut Extracted) {
    if wrapping.is_signed {
        found.metadata.other.insert("signed".to_owned(), "true".to_owned());
    }
    let mut tell = |kind, reason: String| {
        found.exceptions.push(ProcessingException::new(Stage::Expand, kind, "cms", reason));
    };
    if wrapping.is_encrypted {
        tell(ExceptionKind::Encrypted, format!("the message cannot be read: {}", cms::LOCKED));
    }
    if wrapping.is_cut {
        tell(ExceptionKind::Damaged, "the signed message is cut off; what is there was read".to_owned());
    }
}

/// Bytes that are no message to the parser, or nested too deeply to be given to it: shown as text.
fn unparsed(bytes: &[u8], nested: usize, input: &Input<'_>, mut found: Extracted) -> Extracted {
    let (kind, reason) = if nested > DEEPEST_MESSAGE {
        let reason = format!("the message holds {nested} messages inside each other; it is shown undivided");
        (ExceptionKind::ContainerLimit, reason)
    } else {
        (ExceptionKind::Damaged, "the message has no readable header; it is shown as plain text".to_owned())
    };
    if let Some(message) = MessageParser::default().parse_headers(bytes) {
        found.metadata = metadata(&message);
    }
    found.set_text(&decode(bytes, None).text, input.options);
    found.exceptions.push(ProcessingException::new(Stage::Expand, kind, "mail-parser", reason));
    found
}

/// The message as bytes the parser knows: some programs save a whole message as UTF-16.
fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let decoded = decode(&bytes[..bytes.len().min(4096)], None);
    if decoded.encoding.starts_with("UTF-16") {
        return Cow::Owned(decode(bytes, None).text.into_owned().into_bytes());
    }
    Cow::Borrowed(bytes)
}

/// The message without a byte order mark, blank lines or an mbox `From ` line in front of its header.
fn unmarked(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(b"From ") || bytes.starts_with(b">From ") {
        let line = bytes.iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| at + 1);
        return &bytes[line..];
    }
    bytes
}

/// Whether a message is a page saved by a browser (MHTML) and was never sent: pages with what they show, to nobody.
fn is_saved_page(message: &Message<'_>) -> bool {
    let is_related = message.root_part().is_content_type("multipart", "related");
    let is_sent = message.to().or(message.cc()).or(message.bcc()).is_some() || message.message_id().is_some();
    let says_so = message.header_raw("Snapshot-Content-Location").is_some()
        || message.header_raw(HeaderName::From).is_some_and(|from| from.to_ascii_lowercase().contains("saved by"));
    let has_places = message.parts.iter().any(|part| part.content_location().is_some());
    is_related && (says_so || (!is_sent && has_places))
}

/// The pages of a saved page: itself and its frames.
fn pages(message: &Message<'_>) -> Vec<u32> {
    let is_page = |part: &MessagePart<'_>| matches!(part.body, PartType::Html(_)) && part.attachment_name().is_none();
    (0_u32..).zip(&message.parts).filter(|(_, part)| is_page(part)).map(|(id, _)| id).collect()
}

/// Whether a part of a saved page is a picture, a style or a script of it rather than a file someone attached.
fn belongs_to_page(part: &MessagePart<'_>) -> bool {
    let is_attached = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
    !is_attached && (part.content_location().is_some() || part.content_id().is_some())
}

/// The parts shown as the body: plain text where there is any, else HTML; in broken messages, whatever is text.
fn body_parts(message: &Message<'_>, limit: usize) -> Vec<u32> {
    let part = |id: &u32| message.part(*id).map(|part| &part.body);
    let length = |ids: &[u32]| -> usize {
        let of = |body: &PartType<'_>| match body {
            PartType::Text(text) => text.trim().len(),
            PartType::Html(page) => html::render(page, limit).text.trim().len(),
            _ => 0,
        };
        ids.iter().filter_map(part).map(of).sum()
    };
    let is_page = |id: &u32| matches!(part(id), Some(PartType::Html(_)));
    let has_page = message.html_body.iter().any(is_page);
    if has_page && message.text_body == message.html_body {
        return message.text_body.clone();
    }
    let plain = length(&message.text_body);
    if plain == 0 && !has_page {
        let is_text = |part: &MessagePart<'_>| {
            matches!(part.body, PartType::Text(_) | PartType::Html(_)) && part.attachment_name().is_none()
        };
        return (0_u32..).zip(&message.parts).filter(|(_, part)| is_text(part)).map(|(id, _)| id).collect();
    }
    // A stub such as "see the HTML version" is not what the sender wrote.
    let is_stub = plain < 200 && has_page && length(&message.html_body) > 4 * plain + 200;
    if plain == 0 || is_stub { message.html_body.clone() } else { message.text_body.clone() }
}

fn body(message: &Message<'_>, shown: &[u32], raw: &[u8], limit: usize) -> (String, Tally) {
    let (mut text, mut evidence) = (String::new(), Tally::default());
    for part in shown.iter().filter_map(|id| message.part(*id)) {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        match &part.body {
            PartType::Text(body) => text.push_str(&well_decoded(part, body, raw)),
            PartType::Html(body) => {
                let page = html::render(&well_decoded(part, body, raw), limit);
                text.push_str(&page.text);
                evidence.add(page.evidence);
            }
            _ => {}
        }
    }
    (text, evidence)
}

/// A part's text; where its charset was missing or wrong, decoded once more by what the bytes look like.
fn well_decoded<'t>(part: &MessagePart<'_>, text: &'t str, raw: &[u8]) -> Cow<'t, str> {
    if !text.contains('\u{fffd}') {
        return text.into();
    }
    let label = part.content_type().and_then(|kind| kind.attribute("charset"));
    let again = decode(&transfer_decoded(part, raw), label).text.into_owned();
    let bad = |text: &str| text.matches('\u{fffd}').count();
    if bad(&again) < bad(text) { again.into() } else { text.into() }
}

/// The bytes of a part as they were before their transfer encoding.
fn transfer_decoded(part: &MessagePart<'_>, raw: &[u8]) -> Vec<u8> {
    let (start, end) = (part.offset_body as usize, part.offset_end as usize);
    let encoded = raw.get(start..end.max(start)).unwrap_or_default();
    match part.encoding {
        Encoding::None => None,
        Encoding::QuotedPrintable => mail_parser::decoders::quoted_printable::quoted_printable_decode(encoded),
        Encoding::Base64 => mail_parser::decoders::base64::base64_decode(encoded),
    }
    .unwrap_or_else(|| encoded.to_vec())
}

/// The parts handed on as children, in the order of the file: everything that is neither a multipart nor the text of
/// the body or its twin, plain beside HTML.
fn children(message: &Message<'_>, shown: &[u32]) -> Vec<u32> {
    let mut children = Vec::new();
    for (id, part) in (0_u32..).zip(&message.parts) {
        // The parser counts pictures shown in the body to the body; a text with a name is an attachment, shown or not.
        let is_body = matches!(part.body, PartType::Text(_) | PartType::Html(_))
            && [shown, &message.text_body, &message.html_body].iter().any(|ids| ids.contains(&id))
            && part.attachment_name().is_none();
        if !is_body && !matches!(part.body, PartType::Multipart(_)) {
            children.push(id);
        }
    }
    children
}

fn content(part: &MessagePart<'_>, raw: &[u8]) -> Vec<u8> {
    match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        PartType::Message(message) if part.encoding != Encoding::None => message.raw_message.to_vec(),
        PartType::Text(_) | PartType::Html(_) | PartType::Message(_) | PartType::Multipart(_) => {
            transfer_decoded(part, raw)
        }
    }
}

fn attachment_name(part: &MessagePart<'_>, number: usize) -> String {
    let extension = match &part.body {
        PartType::Message(_) => "eml",
        PartType::Html(_) => "html",
        PartType::Text(_) if part.is_content_type("text", "calendar") => "ics",
        PartType::Text(_) if part.is_content_type("text", "csv") => "csv",
        PartType::Text(_) => "txt",
        _ => part.content_type().and_then(|kind| kind.subtype()).map_or("bin", extension_of),
    };
    let fallback = format!("attachment-{number}.{extension}");
    if let Some(name) = part.attachment_name() {
        return safe_name(name, &fallback);
    }
    match &part.body {
        PartType::Message(message) => match message.subject().map(clean) {
            Some(subject) if !subject.is_empty() => safe_name(&format!("{subject}.eml"), &fallback),
            _ => fallback,
        },
        _ => fallback,
    }
}

fn extension_of(subtype: &str) -> &'static str {
    match subtype.to_ascii_lowercase().as_str() {
        "pdf" => "pdf",
        "png" => "png",
        "jpeg" | "jpg" | "pjpeg" => "jpg",
        "gif" => "gif",
        "zip" | "x-zip-compressed" => "zip",
        "msword" => "doc",
        "ms-tnef" => "dat",
        "pgp-signature" => "asc",
        "pkcs7-signature" | "x-pkcs7-signature" => "p7s",
        "pkcs7-mime" | "x-pkcs7-mime" => "p7m",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests;
