//! Address cards (RFC 6350 and the versions before it): one readable block a card; all of a file stay one document.
//!
//! Pictures, sounds and keys inside a card are told by name only. Lines that mean nothing to a reader are left out.

use std::fmt::Write as _;

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use super::content_line::{ContentLine, lines};
use super::decode::{decode, garbled_notice};
use super::{Extracted, Input};

/// What is shown of a card, in this order; names of lines and labels.
const FIELDS: [(&str, &str); 26] = [
    ("FN", "Name"),
    ("N", "Full name"),
    ("NICKNAME", "Nickname"),
    ("ORG", "Company"),
    ("TITLE", "Job title"),
    ("ROLE", "Role"),
    ("EMAIL", "E-mail"),
    ("TEL", "Phone"),
    ("IMPP", "Messenger"),
    ("X-AIM", "Messenger"),
    ("X-SKYPE", "Messenger"),
    ("X-JABBER", "Messenger"),
    ("X-SOCIALPROFILE", "Profile"),
    ("ADR", "Address"),
    ("LABEL", "Address as written"),
    ("URL", "Web page"),
    ("BDAY", "Birthday"),
    ("ANNIVERSARY", "Anniversary"),
    ("RELATED", "Related"),
    ("X-SPOUSE", "Spouse"),
    ("X-MANAGER", "Manager"),
    ("X-ASSISTANT", "Assistant"),
    ("MEMBER", "Member"),
    ("CATEGORIES", "Categories"),
    ("LANG", "Language"),
    ("NOTE", "Note"),
];

/// Reads a file of cards.
#[must_use]
pub fn extract(input: &Input<'_>) -> Extracted {
    let mut found = Extracted::new(Format::Vcf);
    let decoded = decode(input.bytes, None);
    let all = lines(&decoded.text);
    let mut text = String::new();
    let mut card: Option<Vec<&ContentLine>> = None;
    for line in &all {
        match (line.name.as_str(), line.value.trim().eq_ignore_ascii_case("VCARD")) {
            ("BEGIN", true) => {
                if let Some(lines) = card.replace(Vec::new()) {
                    show(&lines, &mut text, &mut found);
                }
            }
            ("END", true) => {
                if let Some(lines) = card.take() {
                    show(&lines, &mut text, &mut found);
                }
            }
            _ => {
                if let Some(lines) = &mut card {
                    lines.push(line);
                }
            }
        }
    }
    if let Some(lines) = card {
        show(&lines, &mut text, &mut found);
        let reason = "the last card breaks off; what is there of it was read";
        found.exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::PartLost, "vcf", reason));
    }
    found.set_text(&text, input.options);
    if decoded.has_errors {
        found.exceptions.push(garbled_notice("vcf", decoded.encoding));
    }
    found
}

fn show(lines: &[&ContentLine], text: &mut String, found: &mut Extracted) {
    if !text.is_empty() {
        text.push('\n');
    }
    let named =
        lines.iter().find(|line| line.name == "FN").map(|line| line.text()).filter(|name| !name.trim().is_empty());
    for (name, label) in FIELDS {
        for line in lines.iter().filter(|line| line.name == name && !line.is_binary()) {
            // The parts of a name say nothing new beside the whole.
            let value = if name == "N" && named.is_some() { String::new() } else { shown(line) };
            if !value.is_empty() {
                writeln!(text, "{label}{}: {value}", kind(line)).expect("a string takes any text");
            }
        }
    }
    for line in lines.iter().filter(|line| line.is_binary()) {
        writeln!(text, "{} (not shown)", line.name.to_lowercase()).expect("a string takes any text");
    }
    let said = &mut found.metadata;
    if said.title.is_none() {
        said.title = named.or_else(|| lines.iter().find(|line| line.name == "N").map(|line| shown(line)));
    }
    for (name, key) in [("ORG", "company"), ("EMAIL", "email"), ("UID", "uid")] {
        if let Some(line) = lines.iter().find(|line| line.name == name) {
            said.other.entry(key.to_owned()).or_insert_with(|| shown(line));
        }
    }
    if let Some(line) = lines.iter().find(|line| line.name == "REV").filter(|_| said.modified.is_none()) {
        said.modified = line.value.trim().parse().ok();
    }
}

fn shown(line: &ContentLine) -> String {
    let join = |parts: Vec<String>, between: &str| {
        let parts: Vec<_> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        parts.join(between).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    match line.name.as_str() {
        "N" => {
            let mut parts = line.parts(';');
            // Family name, given name, further names, what stands before and after.
            parts.resize(5, String::new());
            let [family, given, further, before, after] = [0, 1, 2, 3, 4].map(|n| parts[n].clone());
            join(vec![before, given, further, family, after], " ")
        }
        "ADR" | "ORG" => join(line.parts(';'), ", "),
        "NOTE" | "LABEL" => line.text().trim().to_owned(),
        "TEL" | "EMAIL" | "IMPP" => {
            let value = line.text();
            let bare = ["tel:", "mailto:"].iter().find_map(|scheme| value.strip_prefix(scheme));
            bare.unwrap_or(&value).trim().to_owned()
        }
        _ => join(vec![line.text()], ""),
    }
}

/// What kind of number or address it is, as ` (work, fax)`.
fn kind(line: &ContentLine) -> String {
    let said = line.parameters.iter().filter_map(|(name, value)| match name.as_str() {
        "TYPE" => Some(value.to_ascii_lowercase()),
        "HOME" | "WORK" | "CELL" | "FAX" | "PAGER" | "VOICE" => Some(value.to_ascii_lowercase()),
        _ => None,
    });
    let kinds: Vec<String> = said
        .flat_map(|value| value.split(',').map(str::to_owned).collect::<Vec<_>>())
        .filter(|kind| !matches!(kind.as_str(), "pref" | "internet" | "voice" | "x400" | ""))
        .collect();
    if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tests::{kinds, read_one};
    use proptest::prelude::*;

    fn check(card: &str, expected: &str) {
        let found = read_one("a.vcf", card.as_bytes());
        assert_eq!((found.format, found.text.as_str(), kinds(&found)), (Format::Vcf, expected, vec![]));
    }

    #[test]
    fn cards_are_blocks() {
        check(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;Dr.;\r\nFN:Dr. Jane Doe\r\nORG:X;Sales\r\nTEL;TYPE=WORK,VOICE:+1 2\r\nitem1.EMAIL;TYPE=INTERNET:j@x.y\r\nADR;TYPE=HOME:;;1 Main St;Town;;123;US\r\nPHOTO;ENCODING=b:aGVs\r\n bG8=\r\nNOTE:a\\nb\r\nEND:VCARD\r\nBEGIN:VCARD\r\nN:Roe;Bob\r\nEND:VCARD\r\n",
            "Name: Dr. Jane Doe\nCompany: X, Sales\nE-mail: j@x.y\nPhone (work): +1 2\nAddress (home): 1 Main St, Town, 123, US\nNote: a\nb\nphoto (not shown)\n\nFull name: Bob Roe",
        );
        check(
            "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BC=\nrgen\nTEL;HOME;FAX:1\nEND:VCARD",
            "Name: Jürgen\nPhone (home, fax): 1",
        );
    }

    #[test]
    fn what_breaks_off_is_told() {
        let found = read_one("a.vcf", b"BEGIN:VCARD\nFN:Jane\nTEL:1");
        assert_eq!((found.text.as_str(), kinds(&found)), ("Name: Jane\nPhone: 1", vec![ExceptionKind::PartLost]));
        assert_eq!(found.metadata.title.as_deref(), Some("Jane"));
    }

    proptest! {
        #[test]
        fn broken_cards_do_no_harm(lines in prop::collection::vec("(BEGIN|END):VCARD|N:[a;\\\\]{0,9}|TEL;[A-Z=,é]{0,9}:1|PHOTO;BASE64:x", 0..30)) {
            read_one("a.vcf", format!("BEGIN:VCARD\n{}", lines.join("\n")).as_bytes());
        }
    }
}
