//! Mail: EML files with attachments, and mailboxes of several messages (MBOX).
//!
//! Headers with letters beyond ASCII become encoded words, bodies quoted-printable or base64 in the character set asked for,
//! attachments base64. Boundaries and message ids come from the text, never from chance.

use std::fmt::Write;

use anyhow::Context;

use crate::plain;
use crate::source::Source;

/// An attachment: its file name and bytes.
pub(crate) type Attachment = (String, Vec<u8>);

/// Renders one message; `find` gives the bytes of an attachment by the path the text names.
pub(crate) fn message(
    source: &Source,
    find: &mut dyn FnMut(&str) -> anyhow::Result<Attachment>,
) -> anyhow::Result<Vec<u8>> {
    let mut head = String::new();
    let mut header = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = write!(head, "{name}: {}\r\n", folded(name.len() + 2, &encoded_words(value)));
        }
    };
    let id = source.required("id")?;
    header("Date", &source.date()?.mail());
    header("From", source.required("from")?);
    header("To", source.text("to"));
    header("Cc", source.text("cc"));
    header("Subject", source.text("subject"));
    header("Message-ID", &format!("<{id}>"));
    let ids = |key: &str| source.list(key).iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" ");
    header("In-Reply-To", &ids("reply"));
    header("References", &ids("references"));
    header("X-Mailer", source.text("mailer"));
    header("X-Priority", source.text("priority"));
    head.push_str("MIME-Version: 1.0\r\n");

    let charset = source.get("charset").unwrap_or("utf-8");
    let mut body = text_part("plain", &source.body, charset, source.get("transfer") == Some("base64"))?;
    let mark = id.split('@').next().unwrap_or(id);
    if source.get("html") == Some("yes") {
        let paragraphs = source
            .body
            .split("\n\n")
            .map(|text| format!("<p>{}</p>\n", crate::office::xml(text.trim()).replace('\n', "<br>\n")));
        let page = format!(
            "<html><body style=\"font-family:Calibri,sans-serif\">\n{}</body></html>\n",
            paragraphs.collect::<String>()
        );
        let html = text_part("html", &page, charset, false)?;
        let boundary = format!("=_alt_{mark}");
        let open = format!("Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n")
            .into_bytes();
        body = [open, body, format!("\r\n--{boundary}\r\n").into(), html, format!("\r\n--{boundary}--\r\n").into()]
            .concat();
    }
    let attachments = source.list("attach");
    if !attachments.is_empty() {
        let boundary = format!("=_mix_{mark}");
        let mut mixed = format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\nThis is a message in MIME format.\r\n--{boundary}\r\n").into_bytes();
        mixed.extend(body);
        for path in attachments {
            let (name, bytes) = find(path).with_context(|| format!("attaching `{path}` to `{}`", source.path))?;
            mixed.extend(format!("\r\n--{boundary}\r\n").bytes());
            mixed.extend(attachment_part(&name, &bytes));
        }
        mixed.extend(format!("\r\n--{boundary}--\r\n").bytes());
        body = mixed;
    }
    Ok([head.into_bytes(), body].concat())
}

/// Renders a mailbox: messages between lines `=====`, each with settings of its own.
pub(crate) fn mailbox(
    source: &Source,
    find: &mut dyn FnMut(&str) -> anyhow::Result<Attachment>,
) -> anyhow::Result<Vec<u8>> {
    let mut file = String::new();
    for (index, text) in source.body.split("=====\n").map(str::trim_start).filter(|text| !text.is_empty()).enumerate() {
        let single = Source::parse(&format!("{}#{}", source.path, index + 1), text)?;
        let message =
            String::from_utf8(message(&single, find)?).context("the messages of a mailbox are ASCII on the wire")?;
        single.check_settings()?;
        let sender = single.required("from")?.rsplit(['<', ' ']).next().unwrap_or_default().trim_end_matches('>');
        let _ = writeln!(file, "From {sender} {}", single.date()?.mbox());
        for line in message.replace("\r\n", "\n").lines() {
            let quoted = line.trim_start_matches('>').starts_with("From ");
            let _ = writeln!(file, "{}{line}", if quoted { ">" } else { "" });
        }
        file.push('\n');
    }
    Ok(file.into_bytes())
}

fn text_part(kind: &str, text: &str, charset: &str, base64: bool) -> anyhow::Result<Vec<u8>> {
    let bytes = plain::encode(text.trim_start_matches('\n'), charset)?;
    let transfer = if base64 { "base64" } else { "quoted-printable" };
    let content = if base64 { self::base64(&bytes, 76) } else { quoted_printable(&bytes) };
    Ok(format!(
        "Content-Type: text/{kind}; charset=\"{charset}\"\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n{content}"
    )
    .into_bytes())
}

fn attachment_part(name: &str, bytes: &[u8]) -> Vec<u8> {
    let kind = match name.rsplit('.').next().unwrap_or_default() {
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "eml" => "message/rfc822",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    };
    let name = encoded_words(name);
    if kind == "message/rfc822" {
        let head = format!("Content-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n");
        return [head.as_bytes(), bytes].concat();
    }
    let head = format!(
        "Content-Type: {kind}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
    );
    (head + &base64(bytes, 76)).into_bytes()
}

/// Breaks a header before 78 columns, at spaces.
fn folded(used: usize, value: &str) -> String {
    let mut folded = String::new();
    let mut column = used;
    for (index, word) in value.split(' ').enumerate() {
        if index > 0 {
            if column + word.len() > 76 {
                folded.push_str("\r\n");
                column = 0;
            }
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += word.len();
    }
    folded
}

/// Words with letters beyond ASCII become encoded words (RFC 2047); neighbours share one, so that the space between survives.
fn encoded_words(value: &str) -> String {
    let words: Vec<&str> = value.split(' ').collect();
    let mut out: Vec<String> = Vec::new();
    let mut index = 0;
    while index < words.len() {
        let mut run = index;
        while run < words.len() && !words[run].is_ascii() && words[index..=run].join(" ").len() < 40 {
            run += 1;
        }
        if run == index && words[index].is_ascii() {
            out.push(words[index].to_owned());
            index += 1;
            continue;
        }
        let run = run.max(index + 1);
        let follows_encoded = index > 0 && !words[index - 1].is_ascii();
        let text = words[index..run].join(" ");
        let text = if follows_encoded { format!(" {text}") } else { text };
        let bare = text.trim_matches('"');
        let escaped: String = bare
            .bytes()
            .map(|byte| match byte {
                b' ' => "_".to_owned(),
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("={byte:02X}"),
            })
            .collect();
        out.push(format!("=?utf-8?Q?{escaped}?="));
        index = run;
    }
    out.join(" ")
}

fn quoted_printable(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut column = 0;
    for (index, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            out.push_str("\r\n");
            column = 0;
            continue;
        }
        let before_end = bytes.get(index + 1).is_none_or(|next| *next == b'\n');
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !before_end);
        let piece = if plain { char::from(*byte).to_string() } else { format!("={byte:02X}") };
        if column + piece.len() > 75 {
            out.push_str("=\r\n");
            column = 0;
        }
        column += piece.len();
        out.push_str(&piece);
    }
    out
}

fn base64(bytes: &[u8], columns: usize) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    let mut column = 0;
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_usize, |group, byte| group << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for position in 0..4 {
            let letter = if position <= chunk.len() { alphabet[group >> (18 - 6 * position) & 63] } else { b'=' };
            out.push(char::from(letter));
        }
        column += 4;
        if column >= columns {
            out.push_str("\r\n");
            column = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        assert_eq!(base64(b"Norling", 76), "Tm9ybGluZw==");
        assert_eq!(base64(b"Halden", 76), "SGFsZGVu");
    }

    #[test]
    fn only_words_that_need_it_are_encoded() {
        assert_eq!(encoded_words("Kalle <k@a.example>"), "Kalle <k@a.example>");
        assert_eq!(encoded_words("Tomas Bergström <t@a.example>"), "Tomas =?utf-8?Q?Bergstr=C3=B6m?= <t@a.example>");
    }

    #[test]
    fn long_lines_break_softly() {
        let text = quoted_printable("ä".repeat(40).as_bytes());
        assert!(text.lines().all(|line| line.len() <= 76));
    }
}
