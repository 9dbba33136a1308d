//! Which kind of text a text is: mail, mailbox, page, XML, JSON, table or plain.
//!
//! Only the first few kilobytes are looked at. Where the content does not decide, the name does.

use redwell_model::Format;

use super::decode::decode;
use super::flat_opc;

/// How much of a file is looked at.
const SAMPLE_BYTES: usize = 8192;

/// Header fields that begin lines of real mail; two of them make a message.
const MAIL_FIELDS: [&str; 22] = [
    "from",
    "to",
    "cc",
    "bcc",
    "date",
    "subject",
    "message-id",
    "mime-version",
    "content-type",
    "received",
    "return-path",
    "delivered-to",
    "reply-to",
    "in-reply-to",
    "references",
    "sender",
    "x-mailer",
    "content-transfer-encoding",
    "dkim-signature",
    "envelope-to",
    "x-originating-ip",
    "thread-topic",
];

/// Fields only machines write: with one of them it is mail, whatever the name.
const MACHINE_FIELDS: [&str; 8] = [
    "message-id",
    "mime-version",
    "received",
    "return-path",
    "delivered-to",
    "content-type",
    "dkim-signature",
    "content-transfer-encoding",
];

/// Whether bytes may be text in any encoding.
#[must_use]
pub fn looks_like_text(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let decoded = decode(sample, None);
    if decoded.encoding.starts_with("UTF-16") || decoded.encoding == "UTF-32" {
        let bad = decoded.text.chars().filter(|c| *c == '\u{fffd}').count();
        return bad * 3 <= decoded.text.chars().count();
    }
    let odd = sample.iter().filter(|b| matches!(**b, 0..=8 | 14..=26 | 28..=31)).count();
    // A stray control character or form feed is no reason; a binary file has them everywhere.
    odd * 100 <= sample.len() * 2 && !(sample.contains(&0) && odd > 2)
}

/// Which kind of text it is. `promised` is what the name says.
#[must_use]
pub fn text_format(bytes: &[u8], promised: Option<Format>) -> Format {
    let decoded = decode(&bytes[..bytes.len().min(SAMPLE_BYTES)], None);
    let text = decoded.text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if text.starts_with("{\\rtf") {
        return Format::Rtf;
    }
    if begins_object(text, "VCALENDAR") {
        return Format::Ics;
    }
    if begins_object(text, "VCARD") {
        return Format::Vcf;
    }
    if text.starts_with('<') {
        return marked_up(text, promised);
    }
    if is_mailbox(text, promised) {
        // One message may be kept with its separator.
        return if promised == Some(Format::Eml) { Format::Eml } else { Format::Mbox };
    }
    if is_mail_text(text, matches!(promised, Some(Format::Eml | Format::Mbox))) {
        let named_text = matches!(promised, Some(Format::Text | Format::Csv | Format::Markdown));
        if !named_text || machine_made(text) {
            return Format::Eml;
        }
    }
    match promised {
        Some(Format::Json) if text.starts_with(['{', '[', '"']) => Format::Json,
        Some(Format::Csv | Format::Markdown | Format::Text) => promised.unwrap_or(Format::Text),
        _ if is_json(text, bytes.len() > SAMPLE_BYTES) => Format::Json,
        _ if is_table(text, bytes.len() > SAMPLE_BYTES) => Format::Csv,
        _ => Format::Text,
    }
}

/// Whether a text begins like a calendar or an address card.
fn begins_object(text: &str, name: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.split_once(':').is_some_and(|(begin, kind)| {
        begin.trim().eq_ignore_ascii_case("BEGIN") && kind.trim().eq_ignore_ascii_case(name)
    })
}

/// Whether bytes begin like a mail message.
#[must_use]
pub fn is_mail(bytes: &[u8]) -> bool {
    let decoded = decode(&bytes[..bytes.len().min(SAMPLE_BYTES)], None);
    is_mail_text(decoded.text.trim_start(), true)
}

fn marked_up(text: &str, promised: Option<Format>) -> Format {
    let lower = text[..text.floor_char_boundary(4096)].to_ascii_lowercase();
    let begins = |names: &[&str]| {
        names.iter().any(|name| {
            lower.match_indices(name).any(|(at, _)| {
                lower[at + name.len()..].starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/')
            })
        })
    };
    if let Some(format) = office_markup(text) {
        return format;
    }
    if lower.starts_with("<?xml") || lower.starts_with("<!--") && !begins(&["<html", "<body", "<head"]) {
        let is_page = begins(&["<html", "<!doctype html"]);
        return if is_page { Format::Html } else { Format::Xml };
    }
    if begins(&["<!doctype html", "<html", "<head", "<body"]) {
        return Format::Html;
    }
    let tags = [
        "<table", "<div", "<p", "<br", "<font", "<span", "<title", "<meta", "<script", "<style", "<center", "<b",
        "<h1", "<h2", "<a", "<ul",
    ];
    match promised {
        Some(Format::Xml) => Format::Xml,
        Some(Format::Html) => Format::Html,
        _ if begins(&tags) => match promised {
            Some(Format::Text | Format::Csv | Format::Markdown) => promised.unwrap_or(Format::Text),
            _ => Format::Html,
        },
        Some(Format::Text | Format::Csv | Format::Markdown | Format::Json) => promised.unwrap_or(Format::Text),
        _ if is_element(&lower) => Format::Xml,
        _ => Format::Text,
    }
}

/// Office documents that are one XML file: Word 2003, flat OpenDocument and flat packages.
fn office_markup(text: &str) -> Option<Format> {
    if let Some(format) = flat_opc::kind(text) {
        return Some(format);
    }
    if text.contains("<w:wordDocument") {
        return Some(Format::WordXml);
    }
    let (_, root) = text.split_once("<office:document ")?;
    let (_, kind) = root.split_once("office:mimetype=\"application/vnd.oasis.opendocument.")?;
    match kind {
        kind if kind.starts_with("text") => Some(Format::Odt),
        kind if kind.starts_with("spreadsheet") => Some(Format::Ods),
        kind if kind.starts_with("presentation") => Some(Format::Odp),
        _ => None,
    }
}

/// Whether a text begins with an element or a document type declaration.
fn is_element(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('<') else { return false };
    rest.starts_with("!doctype")
        || (rest.starts_with(|c: char| c.is_ascii_alphabetic()) && text.contains('>') && text.contains("</"))
}

/// Whether a text begins with an mbox separator and mail headers.
fn is_mailbox(text: &str, promised: Option<Format>) -> bool {
    let Some(line) = text.strip_prefix("From ").and_then(|rest| rest.lines().next()) else { return false };
    let has_year = line.split_whitespace().any(|word| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()));
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    (has_year || line.contains('@') || line.trim() == "-")
        && (promised == Some(Format::Mbox) || fields(rest).next().is_some())
}

fn is_mail_text(text: &str, named_mail: bool) -> bool {
    let mut known: Vec<String> = Vec::new();
    for field in fields(text) {
        if MAIL_FIELDS.contains(&field.as_str()) && !known.contains(&field) {
            known.push(field);
        }
    }
    let first = fields(text).next().unwrap_or_default();
    let starts_well = (named_mail && known.len() >= 3)
        || MAIL_FIELDS.contains(&first.as_str())
        || first.starts_with("x-")
        || first.starts_with("arc-")
        || first.starts_with("authentication-")
        || first.starts_with("resent-");
    starts_well && (known.len() >= 2 || (named_mail && !known.is_empty()))
}

fn machine_made(text: &str) -> bool {
    fields(text).any(|field| MACHINE_FIELDS.contains(&field.as_str()))
}

/// The names of header fields at the start of a text, lower case, up to the first blank or other line.
fn fields(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .take(200)
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| !line.starts_with([' ', '\t']))
        .map_while(|line| {
            let (name, _) = line.split_once(':')?;
            let name = name.trim_end();
            let is_name = !name.is_empty()
                && name.len() <= 60
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            is_name.then(|| name.to_ascii_lowercase())
        })
}

fn is_json(text: &str, is_cut: bool) -> bool {
    if !text.starts_with(['{', '[']) {
        return false;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => !matches!(values.next(), Some(Err(error)) if !error.is_eof() || !is_cut),
        Some(Err(error)) => is_cut && error.is_eof() && text.contains('"'),
        None => false,
    }
}

/// Whether the first lines have the same number of delimiters, more than one column and more than two rows.
fn is_table(text: &str, is_cut: bool) -> bool {
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    if is_cut && lines.len() < 20 {
        lines.pop();
    }
    let columns = |delimiter: char| {
        let counts: Vec<usize> = lines.iter().map(|line| unquoted(line, delimiter)).collect();
        counts.len() >= 3 && counts[0] >= 1 && counts.iter().all(|count| *count == counts[0])
    };
    columns('\t') || ((columns(',') || columns(';') || columns('|')) && lines.iter().all(|line| !line.ends_with('.')))
}

fn unquoted(line: &str, delimiter: char) -> usize {
    let (mut quoted, mut count) = (false, 0);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == delimiter && !quoted => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str, expected: Format) {
        assert!(looks_like_text(text.as_bytes()), "{text}");
        assert_eq!(text_format(text.as_bytes(), Format::from_file_name(name)), expected, "{name}: {text}");
    }

    #[test]
    fn mail_by_its_headers() {
        check("a", "From: a@b.c\nTo: d@e.f\nSubject: x\n\nbody", Format::Eml);
        check("a.", "Message-ID: <1>\r\nDate: Mon\r\n\r\nx", Format::Eml);
        check("a.txt", "Received: from x\nMessage-ID: <1>\nFrom: a\n\nx", Format::Eml);
        check("memo.txt", "From: Anna\nTo: Board\nSubject: merger\n\nText", Format::Text);
        check("a.mbox", "From a@b.c Mon Jan  1 00:00:00 2001\nFrom: a@b.c\nSubject: x\n\nbody", Format::Mbox);
        check("a", "From the beginning: nothing happened.\nTo be continued", Format::Text);
    }

    #[test]
    fn markup_by_its_first_element() {
        check("a", "<!DOCTYPE html><p>x", Format::Html);
        check("a", "<?xml version='1.0'?><a/>", Format::Xml);
        check("a.xhtml", "<?xml version='1.0'?><html xmlns='x'></html>", Format::Html);
        check("a.htm", "<p>fragment", Format::Html);
        check("a", "<note><to>x</to></note>", Format::Xml);
        check("a.md", "<div>x</div>\n# Title", Format::Markdown);
        check("a.xml", "<?xml version='1.0'?><w:wordDocument xmlns:w='w'/>", Format::WordXml);
        let flat =
            "<office:document xmlns:office=\"o\" office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">";
        check("a.fods", flat, Format::Ods);
    }

    #[test]
    fn data_by_its_shape() {
        check("a", "{\"a\": [1, 2]}", Format::Json);
        check("a", "{\"a\": 1}\n{\"a\": 2}\n", Format::Json);
        check("a", "{not json}", Format::Text);
        check("a", "a,b,c\n1,\"2,5\",3\n4,5,6\n", Format::Csv);
        check("a", "Dear Sir, hello\nI write, again\nand, so\n", Format::Csv);
        check("a.txt", "a,b\n1,2\n3,4\n", Format::Text);
    }

    #[test]
    fn binary_is_no_text() {
        assert!(!looks_like_text(&[0, 1, 2, 3, 200, 201, 0, 0]));
        assert!(looks_like_text("naïve\u{c}page".as_bytes()));
        assert!(looks_like_text(b"w\0o\0r\0d\0"));
    }
}
