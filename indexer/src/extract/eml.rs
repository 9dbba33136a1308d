//! One mail message: headers as metadata and as a block over the text, the body, attachments as children.
//!
//! The body is the plain text alternative where there is one, else the HTML rendered. Attached messages and pictures
//! shown inside the body are children like any attachment, in the order of the file; those of a page a browser saved
//! (MHTML) are not, because nobody attached them. Whatever is malformed is read
//! as far as mail-parser tolerates it, and the rest is kept as an attachment.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use mail_parser::{Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use redwell_model::{Address, ExceptionKind, Format, Metadata, ProcessingException, Stage};

use super::decode::decode;
use super::mail_header::{self, AttachmentNames, clean};
use super::member_name::safe_name;
use super::{Child, Extracted, Input, html};

/// Messages attached to messages attached to messages: beyond this the parser is not trusted with its stack.
const DEEPEST_MESSAGE: usize = 200;

/// Reads a mail message and hands its attachments to `on_child`.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Eml);
    let narrow = utf8(input.bytes);
    let bytes = unmarked(&narrow);
    let nested = bytes.windows(14).filter(|window| window.eq_ignore_ascii_case(b"message/rfc822")).count();
    let message = if nested > DEEPEST_MESSAGE { None } else { MessageParser::default().parse(bytes) };
    let Some(message) = message else {
        return unparsed(bytes, nested, input, found);
    };
    found.metadata = metadata(&message);
    let is_page = is_saved_page(&message);
    let shown = if is_page { pages(&message) } else { body_parts(&message, input.options.max_text_bytes) };
    let body = body(&message, &shown, bytes, input.options.max_text_bytes);
    let date = message.header_raw(HeaderName::Date).map(clean).filter(|date| !date.is_empty());
    let header = mail_header::block(&found.metadata, date.as_deref());
    found.set_text(&format!("{header}\n{body}"), input.options);
    let mut names = AttachmentNames::default();
    let mut handed_on = children(&message, &shown);
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

/// What a message's header says. What cannot be understood is kept as it is written.
pub(super) fn metadata(message: &Message<'_>) -> Metadata {
    let mut other = BTreeMap::new();
    for (key, name) in [("reply_to", HeaderName::ReplyTo), ("sender", HeaderName::Sender)] {
        if let Some(HeaderValue::Address(addresses)) = message.header(name) {
            let list = list(Some(addresses)).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            other.insert(key.to_owned(), list);
        }
    }
    for key in ["Importance", "Priority", "X-Priority", "Thread-Topic", "Thread-Index", "X-Mailer", "List-Id"] {
        if let Some(value) = message.header_raw(key).map(str::trim).filter(|value| !value.is_empty()) {
            other.insert(key.to_ascii_lowercase().replace('-', "_"), value.to_owned());
        }
    }
    let addresses = |name: HeaderName<'static>| {
        message.header_values(name).filter_map(HeaderValue::as_address).flat_map(|found| list(Some(found))).collect()
    };
    let subject = message.subject().map(clean).filter(|subject| !subject.is_empty());
    let date = message.date().filter(|date| date.is_valid());
    // A date nobody can read is evidence all the same.
    let written = message.header_raw(HeaderName::Date).map(clean).filter(|written| !written.is_empty());
    if let Some(written) = written.filter(|_| date.is_none()) {
        other.insert("date".to_owned(), written);
    }
    for (key, name) in [("from", HeaderName::From), ("to", HeaderName::To), ("cc", HeaderName::Cc)] {
        let is_read = message
            .header_values(name.clone())
            .filter_map(HeaderValue::as_address)
            .any(|found| !list(Some(found)).is_empty());
        let written = message.header_raw(name).map(clean).filter(|written| !is_read && !written.is_empty());
        if let Some(written) = written {
            other.insert(key.to_owned(), written);
        }
    }
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
        received: received(message),
        importance: importance(&other).map(str::to_owned),
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

/// When the last hop took the message: what stands after the last semicolon of the topmost `Received` field.
fn received(message: &Message<'_>) -> Option<Timestamp> {
    // Asked for one field of several, the parser gives the last.
    let (_, field) = message.headers_raw().find(|(name, _)| name.eq_ignore_ascii_case("received"))?;
    let (_, date) = field.rsplit_once(';')?;
    let header = format!("Date: {}\r\n\r\n", clean(date));
    let parsed = MessageParser::default().parse_headers(header.as_bytes())?;
    let date = parsed.date().filter(|date| date.is_valid())?;
    Timestamp::from_second(date.to_timestamp()).ok()
}

/// How urgent the sender called it, in whichever of three fields his program wrote.
fn importance(other: &BTreeMap<String, String>) -> Option<&'static str> {
    let field = |key: &str| other.get(key).map(|value| value.to_ascii_lowercase()).unwrap_or_default();
    let (named, number) = (field("importance"), field("x_priority"));
    match (named.as_str(), number.bytes().find(u8::is_ascii_digit), field("priority").as_str()) {
        ("high", ..) => Some("high"),
        ("low", ..) => Some("low"),
        ("normal", ..) => Some("normal"),
        (_, Some(b'1' | b'2'), _) | (_, None, "urgent") => Some("high"),
        (_, Some(b'4' | b'5'), _) | (_, None, "non-urgent") => Some("low"),
        (_, Some(b'3'), _) | (_, None, "normal") => Some("normal"),
        _ => None,
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

fn body(message: &Message<'_>, shown: &[u32], raw: &[u8], limit: usize) -> String {
    let mut text = String::new();
    for part in shown.iter().filter_map(|id| message.part(*id)) {
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
mod tests {
    use crate::extract::tests::{kinds, read_all};
    use proptest::prelude::*;
    use redwell_model::ExceptionKind;

    fn check(message: &str, text: &str, children: &[(&str, &str)]) {
        let (found, read) = read_all("a.eml", message.replace('\n', "\r\n").as_bytes());
        let read: Vec<_> =
            read.into_iter().map(|c| (c.name, String::from_utf8(c.bytes).unwrap().replace('\r', ""))).collect();
        let children: Vec<_> = children.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        assert_eq!((found.text.as_str(), read, kinds(&found)), (text, children, vec![]), "{message}");
    }

    #[test]
    fn headers_stand_over_the_body_and_in_the_metadata() {
        let message = b"From: =?utf-8?q?J=C3=BCrgen?= <J@Example.COM>\r\nTo: a@b.c, \"B, C\" <d@e.f>\r\nDate: Wed, 17 May 2000 19:18:39 -0400\r\nSubject: Re: =?iso-8859-1?Q?Fr=F6sche?=\r\nMessage-ID: <1@x>\r\nIn-Reply-To: <0@x>\r\nReferences: <00@x> <0@x>\r\n\r\nbody\r\n";
        let found = read_all("a.eml", message).0;
        assert_eq!(
            found.text,
            "From: Jürgen <j@example.com>\nTo: a@b.c, B, C <d@e.f>\nDate: Wed, 17 May 2000 19:18:39 -0400\nSubject: Re: Frösche\n\nbody"
        );
        let said = found.metadata;
        assert_eq!(said.sent.unwrap().to_string(), "2000-05-17T23:18:39Z");
        assert_eq!((said.sent_offset_minutes, said.message_id.as_deref()), (Some(-240), Some("1@x")));
        assert_eq!(said.in_reply_to.as_deref(), Some("0@x"));
        assert_eq!(said.references, ["00@x", "0@x"]);
        assert_eq!((said.from.len(), said.to.len(), said.subject.as_deref()), (1, 2, Some("Re: Frösche")));
    }

    #[test]
    fn the_last_hop_tells_when_it_was_received() {
        let message = b"Received: from b by c; Thu, 18 May 2000 01:00:00 +0200 (CEST)\r\nReceived: from a by b; Wed, 17 May 2000 22:00:00 +0000\r\nX-Priority: 1 (Highest)\r\nBcc: x@y.z\r\nSubject: x\r\n\r\nbody\r\n";
        let said = read_all("a.eml", message).0.metadata;
        assert_eq!(said.received.unwrap().to_string(), "2000-05-17T23:00:00Z");
        assert_eq!((said.importance.as_deref(), said.bcc[0].email.as_str()), (Some("high"), "x@y.z"));
    }

    #[test]
    fn importance_is_read_from_any_of_its_fields() {
        let check = |field: &str, expected: Option<&str>| {
            let message = format!("Subject: x\r\nTo: a@b.c\r\n{field}\r\n\r\nbody");
            assert_eq!(read_all("a.eml", message.as_bytes()).0.metadata.importance.as_deref(), expected, "{field}");
        };
        check("Importance: Low", Some("low"));
        check("X-Priority: 3", Some("normal"));
        check("Priority: urgent", Some("high"));
        check("X-Priority: 5\r\nImportance: high", Some("high"));
        check("Cc: a@b.c", None);
    }

    #[test]
    fn what_cannot_be_understood_is_kept_as_written() {
        let said =
            read_all("a.eml", b"From: \r\nDate: the day after\r\nSubject: x\r\nTo: a@b.c\r\n\r\nbody").0.metadata;
        assert_eq!((said.sent, said.other["date"].as_str()), (None, "the day after"));
    }

    #[test]
    fn a_saved_page_is_its_text_without_its_pictures() {
        check(
            "From: <Saved by Blink>\nSnapshot-Content-Location: http://x/\nSubject: x\nContent-Type: multipart/related; boundary=b; type=\"text/html\"\n\n--b\nContent-Type: text/html\nContent-Location: http://x/\n\n<p>page\n--b\nContent-Type: text/css\nContent-Location: http://x/a.css\n\np {}\n--b\nContent-Type: image/png\nContent-Location: http://x/a.png\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\nContent-Type: text/html\nContent-Location: http://x/frame\n\n<p>frame\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--\n",
            "From: saved by blink\nSubject: x\n\npage\n\nframe",
            &[("a.pdf", "hello")],
        );
    }

    #[test]
    fn plain_text_is_preferred_and_html_rendered() {
        let both = "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>rich\n--b--\n";
        check(both, "Subject: x\n\nplain", &[]);
        check("Subject: x\nContent-Type: text/html\n\n<b>rich</b><br>text\n", "Subject: x\n\nrich\ntext", &[]);
    }

    #[test]
    fn a_stub_gives_way_to_the_page() {
        let page = "word ".repeat(100);
        let both = format!(
            "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nSee HTML\n--b\nContent-Type: text/html\n\n<p>{page}\n--b--\n"
        );
        check(&both, &format!("Subject: x\n\n{}", page.trim()), &[]);
    }

    #[test]
    fn attachments_are_children_in_order_with_safe_names() {
        check(
            "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: application/octet-stream; name=\"../a.txt\"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ndeep\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=../a.txt\n\nagain\n--b--\n",
            "Subject: x\n\nsee",
            &[(".._a.txt", "hello"), ("inner.eml", "Subject: inner\n\ndeep"), (".._a (2).txt", "again")],
        );
    }

    #[test]
    fn pictures_in_the_body_are_children() {
        check(
            "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: image/png; name=a.png\nContent-Disposition: inline; filename=a.png\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--\n",
            "Subject: x\n\nsee",
            &[("a.png", "hello"), ("attachment-2.gif", "hello")],
        );
    }

    #[test]
    fn a_missing_charset_is_guessed() {
        let found = read_all("a.eml", b"Subject: x\r\nFrom: a@b.c\r\n\r\nviele Gr\xfc\xdfe aus M\xfcnchen").0;
        assert_eq!(found.text, "From: a@b.c\nSubject: x\n\nviele Grüße aus München");
        let wide: Vec<u8> = "Subject: x\r\nFrom: a@b.c\r\n\r\nbody".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_all("a.eml", &wide).0.text, "From: a@b.c\nSubject: x\n\nbody");
    }

    #[test]
    fn text_of_a_broken_message_is_shown() {
        check("Subject: x\nContent-Type: multipart/mixed; boundary=ab\n\nbody\n", "Subject: x\n\nbody", &[]);
    }

    #[test]
    fn endless_nesting_is_stopped() {
        let message = format!("Subject: x\n{}", "Content-Type: message/rfc822\n\n".repeat(50_000));
        assert_eq!(kinds(&read_all("a.eml", message.as_bytes()).0), vec![ExceptionKind::ContainerLimit]);
    }

    proptest! {
        #[test]
        fn broken_messages_do_no_harm(lines in prop::collection::vec(
            "Subject: x|From: .{0,8}|Date: [a-z0-9: ]{0,20}|Content-Type: (multipart/mixed; boundary=b|message/rfc822|text/html)|Content-Transfer-Encoding: (base64|quoted-printable)|--b|--b--|=[0-9A-F]|PGI+|", 0..40,
        )) {
            read_all("a.eml", lines.join("\r\n").as_bytes());
        }
    }
}
