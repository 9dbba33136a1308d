//! Calendars (RFC 5545): one readable block for each event, task or note; all of a file stay one document.
//!
//! Times are shown as written with the zone they name; only those in UTC become moments, because rules for other zones
//! come from the file and may be anything. Files inside a calendar are children.

use std::fmt::Write as _;

use jiff::Timestamp;
use redwell_model::{Address, ExceptionKind, Format, ProcessingException, Stage};

use super::content_line::{ContentLine, lines};
use super::decode::{decode, garbled_notice};
use super::mail_header::AttachmentNames;
use super::member_name::safe_name;
use super::{Child, Extracted, Input};

/// Components that are shown, and what they are called.
const SHOWN: [(&str, &str); 4] =
    [("VEVENT", "Event"), ("VTODO", "Task"), ("VJOURNAL", "Note"), ("VFREEBUSY", "Free or busy time")];

/// What is shown of a component, in this order; names of lines and labels.
const FIELDS: [(&str, &str); 19] = [
    ("SUMMARY", "Summary"),
    ("DTSTART", "Start"),
    ("DTEND", "End"),
    ("DUE", "Due"),
    ("DURATION", "Duration"),
    ("COMPLETED", "Completed"),
    ("LOCATION", "Location"),
    ("ORGANIZER", "Organizer"),
    ("ATTENDEE", "Attendee"),
    ("CONTACT", "Contact"),
    ("STATUS", "Status"),
    ("CLASS", "Class"),
    ("PRIORITY", "Priority"),
    ("RRULE", "Repeats"),
    ("FREEBUSY", "Busy"),
    ("CATEGORIES", "Categories"),
    ("URL", "Link"),
    ("RESOURCES", "Resources"),
    ("COMMENT", "Comment"),
];

/// Reads a calendar; files in it go to `on_child`.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Ics);
    let decoded = decode(input.bytes, None);
    let all = lines(&decoded.text);
    let mut text = String::new();
    let mut component: Option<(&str, Vec<&ContentLine>)> = None;
    // Alarms and zones inside are left out; so are their lines.
    let mut hidden = 0_usize;
    for line in &all {
        let kind = line.value.trim().to_ascii_uppercase();
        let shown = SHOWN.iter().find(|(name, _)| *name == kind).map(|(_, label)| *label);
        match (line.name.as_str(), shown) {
            ("BEGIN", Some(label)) if hidden == 0 => {
                if let Some((label, lines)) = component.replace((label, Vec::new())) {
                    show(label, &lines, &mut text, &mut found);
                }
            }
            ("BEGIN", _) if kind != "VCALENDAR" => hidden += 1,
            ("END", None) if kind != "VCALENDAR" => hidden = hidden.saturating_sub(1),
            ("END", _) => {
                if let Some((label, lines)) = component.take() {
                    show(label, &lines, &mut text, &mut found);
                }
            }
            _ if hidden > 0 => {}
            _ => match &mut component {
                Some((_, lines)) => lines.push(line),
                None => of_calendar(line, &mut found),
            },
        }
    }
    if let Some((label, lines)) = component {
        show(label, &lines, &mut text, &mut found);
        let reason = "the calendar breaks off; what is there of it was read";
        found.exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::PartLost, "ics", reason));
    }
    found.set_text(&text, input.options);
    if decoded.has_errors {
        found.exceptions.push(garbled_notice("ics", decoded.encoding));
    }
    hand_on_files(&all, input, on_child, &mut found);
    found
}

fn of_calendar(line: &ContentLine, found: &mut Extracted) {
    match line.name.as_str() {
        "PRODID" => found.metadata.producer = Some(line.text()),
        "METHOD" | "X-WR-CALNAME" => {
            let key = if line.name == "METHOD" { "method" } else { "calendar" };
            found.metadata.other.insert(key.to_owned(), line.text());
        }
        _ => {}
    }
}

fn show(label: &str, lines: &[&ContentLine], text: &mut String, found: &mut Extracted) {
    let is_first = text.is_empty();
    if !is_first {
        text.push('\n');
    }
    writeln!(text, "{label}").expect("a string takes any text");
    for (name, label) in FIELDS {
        for line in lines.iter().filter(|line| line.name == name) {
            let value = shown(line);
            if !value.is_empty() {
                writeln!(text, "{label}: {value}").expect("a string takes any text");
            }
        }
    }
    for line in lines.iter().filter(|line| line.name == "ATTACH" && !line.is_binary()) {
        writeln!(text, "Attached: {}", line.text()).expect("a string takes any text");
    }
    for line in lines.iter().filter(|line| line.name == "DESCRIPTION") {
        writeln!(text, "\n{}", line.text().trim()).expect("a string takes any text");
    }
    let said = &mut found.metadata;
    for line in lines {
        let moment = || moment(&line.value);
        match line.name.as_str() {
            "SUMMARY" if said.title.is_none() => {
                said.title = Some(line.text()).filter(|title| !title.trim().is_empty())
            }
            "ORGANIZER" if is_first => said.from = vec![person(line)],
            "ATTENDEE" if is_first => said.to.push(person(line)),
            "CREATED" if is_first => said.created = moment(),
            "LAST-MODIFIED" if is_first => said.modified = moment(),
            "DTSTAMP" if is_first && said.modified.is_none() => said.modified = moment(),
            "DTSTART" | "DTEND" | "DUE" | "LOCATION" | "UID" if is_first => {
                let key = match line.name.as_str() {
                    "DTSTART" => "start",
                    "DTEND" => "end",
                    "DUE" => "due",
                    "UID" => "uid",
                    _ => "location",
                };
                said.other.insert(key.to_owned(), shown(line));
            }
            _ => {}
        }
    }
}

fn shown(line: &ContentLine) -> String {
    match line.name.as_str() {
        "DTSTART" | "DTEND" | "DUE" | "COMPLETED" => {
            let zone = line.parameter("TZID").map(|zone| format!(" ({zone})")).unwrap_or_default();
            format!("{}{zone}", date(&line.value).unwrap_or_else(|| line.text()))
        }
        "ORGANIZER" | "ATTENDEE" => {
            let state = line.parameter("PARTSTAT").map(str::to_ascii_lowercase).filter(|state| state != "needs-action");
            format!("{}{}", person(line), state.map(|state| format!(" ({state})")).unwrap_or_default())
        }
        _ => line.text().split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// `20010909T014640Z` as `2001-09-09 01:46 UTC`.
fn date(value: &str) -> Option<String> {
    let value = value.trim();
    let digits =
        |range: std::ops::Range<usize>| value.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let day = format!("{}-{}-{}", digits(0..4)?, digits(4..6)?, digits(6..8)?);
    let Some(time) = value.get(8..).and_then(|rest| rest.strip_prefix('T')).filter(|time| time.len() >= 4) else {
        return Some(day);
    };
    let (hour, minute) = (digits(9..11)?, digits(11..13)?);
    Some(format!("{day} {hour}:{minute}{}", if time.ends_with('Z') { " UTC" } else { "" }))
}

fn moment(value: &str) -> Option<Timestamp> {
    let value = value.trim().strip_suffix('Z')?;
    jiff::civil::DateTime::strptime("%Y%m%dT%H%M%S", value)
        .ok()?
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|at| at.timestamp())
}

fn person(line: &ContentLine) -> Address {
    let value = line.value.trim();
    let email = match value.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => value[7..].to_lowercase(),
        _ if value.contains('@') => value.to_lowercase(),
        _ => line.parameter("EMAIL").unwrap_or_default().to_lowercase(),
    };
    let name = line.parameter("CN").unwrap_or_default().to_owned();
    Address { name: if name.eq_ignore_ascii_case(&email) { String::new() } else { name }, email }
}

fn hand_on_files(all: &[ContentLine], input: &Input<'_>, on_child: &mut dyn FnMut(Child), found: &mut Extracted) {
    let mut names = AttachmentNames::default();
    let files = all.iter().filter(|line| line.name == "ATTACH" && line.is_binary());
    for (n, line) in files.enumerate() {
        let tell = |kind, reason| ProcessingException::new(Stage::Expand, kind, "ics", reason);
        if n >= input.options.max_entries {
            let reason = format!("the calendar holds more than {n} files; the others are only in the original");
            return found.exceptions.push(tell(ExceptionKind::ContainerLimit, reason));
        }
        let mut said = ["FILENAME", "X-FILENAME", "X-ORACLE-FILENAME", "X-APPLE-FILENAME"].into_iter();
        let said = said.find_map(|name| line.parameter(name)).unwrap_or_default();
        let name = names.unique(&safe_name(said, &format!("attachment-{}", n + 1)));
        let encoded = match line.value.split_once(',') {
            Some((head, encoded)) if head.starts_with("data:") => encoded,
            _ => line.value.as_str(),
        };
        match mail_parser::decoders::base64::base64_decode(encoded.as_bytes()) {
            Some(bytes) => on_child(Child { name, bytes, modified: None }),
            None => {
                let reason = format!("file `{name}` in the calendar is encoded wrongly; it is only in the original");
                found.exceptions.push(tell(ExceptionKind::PartLost, reason));
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::extract::tests::{kinds, read_all};
    use proptest::prelude::*;

    pub(crate) const EVENT: &str = "BEGIN:VCALENDAR\r\nPRODID:-//X//Y\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nDTSTAMP:20010908T000000Z\r\nDTSTART;TZID=Europe/Berlin:20010909T034640\r\nDTEND:20010909T024640Z\r\nSUMMARY:Board\\, again\r\nORGANIZER;CN=\"Anna: A\":MAILTO:Anna@X.y\r\nATTENDEE;CN=b@x.y;PARTSTAT=ACCEPTED:mailto:b@x.y\r\nLOCATION:Room\r\n  5\r\nDESCRIPTION:One\\nTwo\r\nATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:aGVs\r\n bG8=\r\nBEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn an_event_is_a_block_and_metadata() {
        let (found, children) = read_all("a.ics", EVENT.as_bytes());
        assert_eq!(
            (found.format, found.text.as_str(), kinds(&found)),
            (
                Format::Ics,
                "Event\nSummary: Board, again\nStart: 2001-09-09 03:46 (Europe/Berlin)\nEnd: 2001-09-09 02:46 UTC\nLocation: Room 5\nOrganizer: Anna: A <anna@x.y>\nAttendee: b@x.y (accepted)\n\nOne\nTwo",
                vec![]
            )
        );
        let said = found.metadata;
        assert_eq!(
            (said.title.as_deref(), said.from[0].email.as_str(), said.to.len()),
            (Some("Board, again"), "anna@x.y", 1)
        );
        assert_eq!(said.modified.unwrap().to_string(), "2001-09-08T00:00:00Z");
        assert_eq!((children[0].name.as_str(), children[0].bytes.as_slice()), ("a.txt", &b"hello"[..]));
    }

    #[test]
    fn several_are_one_document() {
        let two = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nBEGIN:VTODO\nSUMMARY:b\nDUE:20010909\nEND:VTODO\nEND:VCALENDAR";
        assert_eq!(read_all("a.ics", two.as_bytes()).0.text, "Event\nSummary: a\n\nTask\nSummary: b\nDue: 2001-09-09");
    }

    #[test]
    fn what_breaks_off_is_told() {
        let found = read_all("a.ics", &EVENT.as_bytes()[..300]).0;
        assert_eq!(kinds(&found), vec![ExceptionKind::PartLost]);
        assert!(found.text.contains("Board, again"));
    }

    proptest! {
        #[test]
        fn broken_calendars_do_no_harm(lines in prop::collection::vec("(BEGIN|END):V(EVENT|ALARM|CALENDAR)|DTSTART:[0-9TZé]{0,18}|ATTACH;ENCODING=B:.{0,6}|ATTENDEE:.{0,8}", 0..30)) {
            read_all("a.ics", format!("BEGIN:VCALENDAR\n{}", lines.join("\n")).as_bytes());
        }
    }
}
