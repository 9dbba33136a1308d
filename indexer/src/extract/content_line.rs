//! The lines calendars and address cards are made of (RFC 5545 3.1, RFC 6350 3.3): a name, parameters, a value.
//!
//! Long lines are folded; old cards fold their own way, by quoted-printable. Both are undone here, and values decoded.
//! What the names mean is told in [`super::ics`] and [`super::vcf`].

use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::decode::decode;

/// One line, unfolded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentLine {
    /// Its name in capitals, without a group such as `item1.`.
    pub name: String,
    /// Its parameters, names in capitals, values as written without quotes. One without a value is its own name's value.
    pub parameters: Vec<(String, String)>,
    /// Its value as written, decoded from quoted-printable where a parameter says so.
    pub value: String,
}

impl ContentLine {
    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text: escapes undone.
    #[must_use]
    pub fn text(&self) -> String {
        unescaped(&self.value)
    }

    /// The parts of a value parted by an unescaped `separator`, escapes undone.
    #[must_use]
    pub fn parts(&self, separator: char) -> Vec<String> {
        let (mut parts, mut part, mut is_escaped) = (Vec::new(), String::new(), false);
        for c in self.value.chars() {
            if c == separator && !is_escaped {
                parts.push(unescaped(&std::mem::take(&mut part)));
                continue;
            }
            part.push(c);
            is_escaped = c == '\\' && !is_escaped;
        }
        parts.push(unescaped(&part));
        parts
    }

    /// Whether the value is bytes in Base64 rather than text.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        let is_base64 = |value: &str| matches!(value.to_ascii_uppercase().as_str(), "B" | "BASE64");
        self.parameter("ENCODING").is_some_and(is_base64)
            || self.parameter("BASE64").is_some()
            || self.value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
    }
}

/// The lines of a text.
#[must_use]
pub fn lines(text: &str) -> Vec<ContentLine> {
    let mut found = Vec::new();
    let mut raw = text.lines().peekable();
    while let Some(first) = raw.next() {
        let mut line = first.trim_end_matches('\r').to_owned();
        let head = line.split(':').next().unwrap_or_default().to_ascii_uppercase();
        if head.contains("QUOTED-PRINTABLE") {
            // A line that ends with `=` goes on in the next, whatever that begins with.
            while line.ends_with('=') {
                let Some(next) = raw.next() else { break };
                line.pop();
                line.push_str(next.trim_end_matches('\r'));
            }
        }
        while let Some(next) = raw.next_if(|next| next.starts_with([' ', '\t'])) {
            line.push_str(next[1..].trim_end_matches('\r'));
        }
        found.extend(line_of(&line));
    }
    found
}

fn line_of(line: &str) -> Option<ContentLine> {
    let mut in_quotes = false;
    let colon = line.char_indices().find_map(|(at, c)| {
        in_quotes ^= c == '"';
        (c == ':' && !in_quotes).then_some(at)
    })?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let mut in_quotes = false;
    let mut pieces = head.split(|c: char| {
        in_quotes ^= c == '"';
        c == ';' && !in_quotes
    });
    let name = pieces.next().unwrap_or_default().trim();
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name).to_ascii_uppercase();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return None;
    }
    let parameters: Vec<(String, String)> = pieces
        .map(|piece| match piece.split_once('=') {
            Some((name, value)) => (name.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned()),
            None => (piece.trim().to_ascii_uppercase(), piece.trim().to_owned()),
        })
        .collect();
    let mut line = ContentLine { name, parameters, value: value.to_owned() };
    let is_quoted = |value: &str| value.eq_ignore_ascii_case("QUOTED-PRINTABLE");
    let is_disguised =
        line.parameter("ENCODING").is_some_and(is_quoted) || line.parameter("QUOTED-PRINTABLE").is_some();
    if is_disguised && let Some(bytes) = quoted_printable_decode(value.as_bytes()) {
        line.value = decode(&bytes, line.parameter("CHARSET")).text.into_owned();
    }
    Some(line)
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => plain.push('\n'),
            Some(other @ ('\\' | ',' | ';' | ':' | '"')) => plain.push(other),
            // A path such as `C:\files` was never escaped.
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, name: &str, value: &str) {
        let found = lines(text);
        assert_eq!((found.len(), found[0].name.as_str(), found[0].text().as_str()), (1, name, value), "{text}");
    }

    #[test]
    fn lines_are_unfolded_and_decoded() {
        check("summary:one\r\n  two\r\n\tthree", "SUMMARY", "one twothree");
        check("item1.TEL;TYPE=\"a:b;c\":1", "TEL", "1");
        check("NOTE:a\\nb\\, c\\\\d C:\\files", "NOTE", "a\nb, c\\d C:\\files");
        check("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=iso-8859-1:J=FC=\nrgen", "NOTE", "Jürgen");
        check("NOTE;QUOTED-PRINTABLE:a=0D=0Ab", "NOTE", "a\r\nb");
    }

    #[test]
    fn what_is_no_line_is_left_out() {
        assert_eq!(lines("no colon\n:x\na b:c"), []);
        assert_eq!(lines("ADR:;;a\\;b;c")[0].parts(';'), ["", "", "a;b", "c"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([A-Z;=:\" \n\\\\é]|ENCODING=QUOTED-PRINTABLE|=\n){0,60}") {
            for line in lines(&text) {
                let _ = (line.text(), line.parts(','), line.is_binary());
            }
        }
    }
}
