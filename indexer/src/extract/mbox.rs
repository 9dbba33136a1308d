//! Mailboxes of messages in one file: each message a child, in order.
//!
//! A message starts at a line `From ` at the beginning or after a blank line, where the next line is a header field;
//! sentences that begin with "From" are left alone. One `>` of a quoted `>From ` is taken off. Messages are handed
//! on one at a time, so a large mailbox costs no more memory than its largest message.

use std::io::{BufRead, BufReader};

use mail_parser::MessageParser;
use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use super::member_name::safe_name;
use super::source::{Container, Source};
use super::{Child, Extracted};

/// Longest subject in a child's name, in bytes.
const LONGEST_SUBJECT: usize = 80;

/// Reads a mailbox.
#[must_use]
pub fn extract(container: &Container<'_>, source: &mut dyn Source, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Mbox);
    let parser = MessageParser::new().header_text(mail_parser::HeaderName::Subject);
    let mut messages = 0_usize;
    for message in Messages::of(BufReader::new(source)) {
        if messages == container.options.max_entries {
            found.exceptions.push(ProcessingException::new(
                Stage::Expand,
                ExceptionKind::ContainerLimit,
                "",
                format!("the mailbox holds more than {messages} messages; the others are only in the original"),
            ));
            break;
        }
        if message.len() > LARGEST_MESSAGE {
            found.exceptions.push(too_large(messages + 1));
        }
        messages += 1;
        let subject = parser.parse_headers(&message).and_then(|headers| headers.subject().map(str::to_owned));
        on_child(Child { name: name(messages, subject.as_deref()), bytes: unquoted(&message), modified: None });
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
struct Messages<R> {
    lines: R,
    /// The line after the last one taken: a separator needs a look at what follows it.
    next: Vec<u8>,
}

impl<R: BufRead> Messages<R> {
    fn of(lines: R) -> Self {
        let mut messages = Self { lines, next: Vec::new() };
        messages.advance();
        let start = messages.next.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&messages.next);
        messages.next = start.trim_ascii_start().to_vec();
        while messages.next.is_empty() && messages.advance() {
            messages.next = messages.next.trim_ascii_start().to_vec();
        }
        messages
    }

    /// Takes up the next line; whether there is one.
    fn advance(&mut self) -> bool {
        self.next.clear();
        // Where the mailbox cannot be read any further it ends.
        matches!(self.lines.read_until(b'\n', &mut self.next), Ok(1..))
    }
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.next.is_empty() {
            return None;
        }
        let mut message = Vec::new();
        if self.next.starts_with(b"From ") {
            self.advance();
        }
        let mut after_blank = false;
        // A line that may part two messages: the one after it tells.
        let mut separator: Option<Vec<u8>> = None;
        loop {
            if let Some(line) = separator.take() {
                if is_field(&self.next) {
                    without_last_blank(&mut message);
                    return Some(message);
                }
                message.extend_from_slice(&line);
                after_blank = false;
            }
            if self.next.is_empty() {
                return Some(message);
            }
            if after_blank && self.next.starts_with(b"From ") {
                separator = Some(std::mem::take(&mut self.next));
            } else {
                after_blank = self.next.trim_ascii().is_empty();
                if message.len() <= LARGEST_MESSAGE {
                    message.extend_from_slice(&self.next);
                }
            }
            self.advance();
        }
    }
}

/// Most bytes of one message; what lies beyond is only in the original.
const LARGEST_MESSAGE: usize = 512 << 20;

fn too_large(number: usize) -> ProcessingException {
    let reason = format!("message {number} is too large to be taken out whole; the rest is only in the original");
    ProcessingException::new(Stage::Expand, ExceptionKind::PartLost, "", reason)
}

/// Whether bytes begin with a header field, or with the quoted separator some programs leave there.
fn is_field(bytes: &[u8]) -> bool {
    let name = bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-' || **b == b'_').count();
    (name > 0 && bytes.get(name) == Some(&b':')) || bytes.starts_with(b">From ")
}

/// Takes the blank line that parts a message from the next off its end.
fn without_last_blank(message: &mut Vec<u8>) {
    let kept = message.strip_suffix(b"\r\n").or_else(|| message.strip_suffix(b"\n")).map_or(message.len(), <[u8]>::len);
    message.truncate(kept);
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
    use crate::extract::Input;
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
        let found = crate::extract::extract(&input, &mut |child| names.push(child.name));
        assert_eq!((names.len(), kinds(&found)), (3, vec![ExceptionKind::ContainerLimit]));
    }

    proptest! {
        #[test]
        fn no_line_is_lost(lines in prop::collection::vec("(From a 2001|>From b|X: y|text|)", 0..30)) {
            let mailbox = format!("From a@b 2001\nX: 1\n\n{}\n", lines.join("\n"));
            let messages: Vec<_> = Messages::of(mailbox.as_bytes()).collect();
            let separators = messages.len();
            let kept: usize = messages.iter().map(|m| m.split(|b| *b == b'\n').filter(|l| !l.is_empty()).count()).sum();
            let all = mailbox.lines().filter(|line| !line.is_empty()).count();
            prop_assert_eq!(kept + separators, all);
        }
    }
}
