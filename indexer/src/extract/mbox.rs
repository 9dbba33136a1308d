//! Mailboxes of messages in one file: each message a child, in order.
//!
//! A message starts at a line `From ` at the beginning or after a blank line, where the next line is a header field;
//! sentences that begin with "From" are left alone. One `>` of a quoted `>From ` is taken off. Messages are handed
//! on one at a time, so a large mailbox costs no more memory than its largest message.

use mail_parser::MessageParser;
use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use super::member_name::safe_name;
use super::{Child, Extracted, Input};

/// Longest subject in a child's name, in bytes.
const LONGEST_SUBJECT: usize = 80;

/// Reads a mailbox.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Mbox);
    let parser = MessageParser::new().header_text(mail_parser::HeaderName::Subject);
    let mut messages = 0_usize;
    for message in Messages::of(input.bytes) {
        if messages == input.options.max_entries {
            found.exceptions.push(ProcessingException::new(
                Stage::Expand,
                ExceptionKind::ContainerLimit,
                "",
                format!("the mailbox holds more than {messages} messages; the others are only in the original"),
            ));
            break;
        }
        messages += 1;
        let subject = parser.parse_headers(message).and_then(|headers| headers.subject().map(str::to_owned));
        on_child(Child { name: name(messages, subject.as_deref()), bytes: unquoted(message), modified: None });
    }
    found
}

fn name(number: usize, subject: Option<&str>) -> String {
    let fallback = format!("{number:04}.eml");
    let subject = safe_name(subject.unwrap_or_default(), "");
    let short = subject[..subject.floor_char_boundary(LONGEST_SUBJECT)].trim_end_matches([' ', '.']);
    if short.is_empty() { fallback } else { format!("{number:04} {short}.eml") }
}

/// The messages of a mailbox, without their `From ` lines.
struct Messages<'b> {
    rest: &'b [u8],
}

impl<'b> Messages<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        Self { rest: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start() }
    }
}

impl<'b> Iterator for Messages<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let message = if self.rest.starts_with(b"From ") { after_line(self.rest) } else { self.rest };
        let (mut at, mut after_blank) = (0, false);
        while at < message.len() {
            let line = &message[at..];
            if after_blank && line.starts_with(b"From ") && is_field(after_line(line)) {
                self.rest = line;
                return Some(without_last_blank(&message[..at]));
            }
            let following = after_line(line);
            after_blank = line[..line.len() - following.len()].trim_ascii().is_empty();
            at = message.len() - following.len();
        }
        self.rest = b"";
        Some(message)
    }
}

fn after_line(bytes: &[u8]) -> &[u8] {
    bytes.iter().position(|b| *b == b'\n').map_or(&[], |at| &bytes[at + 1..])
}

/// Whether bytes begin with a header field, or with the quoted separator some programs leave there.
fn is_field(bytes: &[u8]) -> bool {
    let name = bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-' || **b == b'_').count();
    (name > 0 && bytes.get(name) == Some(&b':')) || bytes.starts_with(b">From ")
}

/// A message without the blank line that parts it from the next.
fn without_last_blank(message: &[u8]) -> &[u8] {
    message.strip_suffix(b"\r\n").or_else(|| message.strip_suffix(b"\n")).unwrap_or(message)
}

/// A message with one `>` taken off lines such as `>From ` and `>>From `.
fn unquoted(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|b| *b == b'\n') {
        let marks = line.iter().take_while(|b| **b == b'>').count();
        let is_quoted = marks > 0 && line[marks..].starts_with(b"From ");
        out.extend_from_slice(if is_quoted { &line[1..] } else { line });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tests::{kinds, options, read_all};
    use proptest::prelude::*;

    fn check(mailbox: &str, expected: &[(&str, &str)]) {
        let (found, children) = read_all("a.mbox", mailbox.as_bytes());
        let read: Vec<(String, String)> =
            children.into_iter().map(|child| (child.name, String::from_utf8(child.bytes).unwrap())).collect();
        let expected: Vec<_> = expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        assert_eq!((found.format, read), (Format::Mbox, expected));
    }

    #[test]
    fn messages_are_split_at_separators_only() {
        check(
            "From a@b Mon Jan 1 00:00:00 2001\nSubject: one/two\nTo: x\n\nFrom here on it is text.\n\n>From the start\n\nFrom c@d Tue Jan 2 00:00:00 2001\nTo: x\n\nlast\n",
            &[
                ("0001 one_two.eml", "Subject: one/two\nTo: x\n\nFrom here on it is text.\n\nFrom the start\n"),
                ("0002.eml", "To: x\n\nlast\n"),
            ],
        );
    }

    #[test]
    fn too_many_messages_are_told() {
        let mailbox = "From a@b 2001\nSubject: x\n\ntext\n\n".repeat(5);
        let mut options = options();
        options.max_entries = 3;
        let mut names = Vec::new();
        let input = Input { name: "a.mbox", bytes: mailbox.as_bytes(), options: &options };
        let found = extract(&input, &mut |child| names.push(child.name));
        assert_eq!((names.len(), kinds(&found)), (3, vec![ExceptionKind::ContainerLimit]));
    }

    proptest! {
        #[test]
        fn no_line_is_lost(lines in prop::collection::vec("(From a 2001|>From b|X: y|text|)", 0..30)) {
            let mailbox = format!("From a@b 2001\nX: 1\n\n{}\n", lines.join("\n"));
            let separators = Messages::of(mailbox.as_bytes()).count();
            let kept: usize = Messages::of(mailbox.as_bytes()).map(|m| m.split(|b| *b == b'\n').filter(|l| !l.is_empty()).count()).sum();
            let all = mailbox.lines().filter(|line| !line.is_empty()).count();
            prop_assert_eq!(kept + separators, all);
        }
    }
}
