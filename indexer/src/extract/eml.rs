//! One mail message: headers as metadata and as a block over the text, the body, attachments as children.
//!
//! The body is the plain text alternative where there is one, else the HTML rendered. Attached messages and pictures
//! shown inside the body are children like any attachment, in the order of the file. Whatever is malformed is read
//! as far as mail-parser tolerates it, and the rest is kept as an attachment.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use mail_parser::{Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use redwell_model::{Address, ExceptionKind, Format, Metadata, ProcessingException, Stage};

use super::decode::decode;
use super::member_name::safe_name;
use super::{Child, Extracted, Input, html};

/// Messages attached to messages attached to messages: beyond this the parser is not trusted with its stack.
const DEEPEST_MESSAGE: usize = 200;

/// Reads a mail message and hands its attachments to `on_child`.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Eml);
    let bytes = unmarked(input.bytes);
    let nested = bytes.windows(14).filter(|window| window.eq_ignore_ascii_case(b"message/rfc822")).count();
    let message = if nested > DEEPEST_MESSAGE { None } else { MessageParser::default().parse(bytes) };
    let Some(message) = message else {
        return unparsed(bytes, nested, input, found);
    };
    found.metadata = metadata(&message);
    let body = body(&message, bytes, input.options.max_text_bytes);
    found.set_text(&format!("{}\n{body}", header_block(&message, &found.metadata)), input.options);
    let mut names = BTreeMap::new();
    for (n, &id) in children(&message).iter().enumerate() {
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
        let name = unique(&attachment_name(part, n + 1), &mut names);
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
    found
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

/// The message without a byte order mark, blank lines or an mbox `From ` line in front of its header.
fn unmarked(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(b"From ") || bytes.starts_with(b">From ") {
        let line = bytes.iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| at + 1);
        return &bytes[line..];
    }
    bytes
}

fn metadata(message: &Message<'_>) -> Metadata {
    let mut other = BTreeMap::new();
    for (key, name) in [("reply_to", HeaderName::ReplyTo), ("sender", HeaderName::Sender)] {
        if let Some(HeaderValue::Address(addresses)) = message.header(name) {
            let list = list(Some(addresses)).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            other.insert(key.to_owned(), list);
        }
    }
    for key in ["Importance", "X-Priority", "Thread-Topic", "Thread-Index", "X-Mailer", "List-Id"] {
        if let Some(value) = message.header_raw(key).map(str::trim).filter(|value| !value.is_empty()) {
            other.insert(key.to_ascii_lowercase().replace('-', "_"), value.to_owned());
        }
    }
    let addresses = |name: HeaderName<'static>| {
        message.header_values(name).filter_map(HeaderValue::as_address).flat_map(|found| list(Some(found))).collect()
    };
    let subject = message.subject().map(clean).filter(|subject| !subject.is_empty());
    let date = message.date().filter(|date| date.is_valid());
    Metadata {
        title: subject.clone(),
        subject,
        from: list(message.from()),
        to: addresses(HeaderName::To),
        cc: addresses(HeaderName::Cc),
        bcc: addresses(HeaderName::Bcc),
        message_id: message.message_id().map(clean).filter(|id| !id.is_empty()),
        in_reply_to: ids(message.in_reply_to()).into_iter().next(),
        references: ids(message.references()),
        sent: date.and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()),
        sent_offset_minutes: date.map(|date| {
            let minutes = i32::from(date.tz_hour) * 60 + i32::from(date.tz_minute);
            if date.tz_before_gmt { -minutes } else { minutes }
        }),
        producer: other.get("x_mailer").cloned(),
        other,
        ..Metadata::default()
    }
}

fn list(addresses: Option<&mail_parser::Address<'_>>) -> Vec<Address> {
    let Some(addresses) = addresses else { return Vec::new() };
    let one = |address: &mail_parser::Addr<'_>| Address {
        name: clean(address.name().unwrap_or_default()),
        email: clean(address.address().unwrap_or_default()).to_lowercase(),
    };
    addresses.iter().map(one).filter(|address| !(address.name.is_empty() && address.email.is_empty())).collect()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(id) => vec![clean(id)],
        HeaderValue::TextList(ids) => ids.iter().map(|id| clean(id)).collect(),
        _ => Vec::new(),
    }
}

/// A header value on one line, without control characters.
fn clean(value: &str) -> String {
    let one_line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    one_line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn header_block(message: &Message<'_>, metadata: &Metadata) -> String {
    use std::fmt::Write as _;
    let mut block = String::new();
    for (label, addresses) in
        [("From", &metadata.from), ("To", &metadata.to), ("Cc", &metadata.cc), ("Bcc", &metadata.bcc)]
    {
        if !addresses.is_empty() {
            let list = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            writeln!(block, "{label}: {list}").expect("a string takes any text");
        }
    }
    if let Some(date) = message.header_raw(HeaderName::Date).map(clean).filter(|date| !date.is_empty()) {
        writeln!(block, "Date: {date}").expect("a string takes any text");
    }
    if let Some(subject) = &metadata.subject {
        writeln!(block, "Subject: {subject}").expect("a string takes any text");
    }
    block
}

/// The parts shown as the body: plain text where there is any, else HTML.
fn body_parts<'m>(message: &'m Message<'m>) -> &'m [u32] {
    let is_plain = |id: &u32| matches!(message.part(*id).map(|part| &part.body), Some(PartType::Text(text)) if !text.trim().is_empty());
    if message.text_body.iter().any(is_plain) || message.html_body.is_empty() {
        &message.text_body
    } else {
        &message.html_body
    }
}

fn body(message: &Message<'_>, raw: &[u8], limit: usize) -> String {
    let mut text = String::new();
    for part in body_parts(message).iter().filter_map(|id| message.part(*id)) {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        match &part.body {
            PartType::Text(body) => text.push_str(&well_decoded(part, body, raw)),
            PartType::Html(body) => text.push_str(&html::render(&well_decoded(part, body, raw), limit).text),
            _ => {}
        }
    }
    text
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

/// The parts handed on as children, in the order of the file: everything that is neither a multipart nor in the
/// body, except the HTML twin of a plain body and the plain twin of an HTML one.
fn children(message: &Message<'_>) -> Vec<u32> {
    let (shown, mut children) = (body_parts(message), Vec::new());
    for (id, part) in (0_u32..).zip(&message.parts) {
        let is_multipart = matches!(part.body, PartType::Multipart(_));
        let is_twin = matches!(part.body, PartType::Text(_) | PartType::Html(_))
            && (message.text_body.contains(&id) || message.html_body.contains(&id))
            && part.attachment_name().is_none();
        if !is_multipart && !is_twin && !shown.contains(&id) {
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

/// The name, numbered where an attachment before it has the same. `names` counts how often each was asked for.
fn unique(name: &str, names: &mut BTreeMap<String, u32>) -> String {
    let mut candidate = name.to_owned();
    loop {
        let count = names.entry(candidate.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            return candidate;
        }
        candidate = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem} ({count}).{extension}"),
            None => format!("{name} ({count})"),
        };
    }
}
