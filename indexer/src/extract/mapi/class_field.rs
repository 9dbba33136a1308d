//! Fields of what is no mail: appointments, contacts, tasks, journal entries. One table, shown over the body.
//!
//! Mail has its header block; these have lines such as `Start: 2001-09-09 01:46 UTC`. Only what a person would read is
//! listed; flags and reminders are not.

use std::fmt::Write as _;

use super::{Name, Object};

/// What a value is shown as.
#[derive(Clone, Copy)]
enum Shown {
    Text,
    Moment,
    /// A moment of which only the day matters.
    Day,
    Minutes,
    Fraction,
    TaskStatus,
    YesNo,
}

/// Where a value is found.
#[derive(Clone, Copy)]
enum Place {
    Tag(u16),
    /// A number in one of the sets `{000620xx-0000-0000-C000-000000000046}`.
    Set(u8, u32),
}

use Place::{Set, Tag};
use Shown::{Day, Fraction, Minutes, Moment, TaskStatus, Text, YesNo};

const APPOINTMENT: u8 = 0x02;
const TASK: u8 = 0x03;
const ADDRESS: u8 = 0x04;
const COMMON: u8 = 0x08;
const JOURNAL: u8 = 0x0a;

/// A label, where the value is and what it is shown as.
type Field = (&'static str, Place, Shown);

/// Classes by the beginning of their names, and their fields in the order shown.
const CLASSES: [(&str, &[Field]); 5] = [
    ("ipm.appointment", MEETING),
    ("ipm.schedule", MEETING),
    (
        "ipm.contact",
        &[
            ("Name", Tag(0x3001), Text),
            ("Nickname", Tag(0x3a4f), Text),
            ("Company", Tag(0x3a16), Text),
            ("Department", Tag(0x3a18), Text),
            ("Job title", Tag(0x3a17), Text),
            ("Profession", Tag(0x3a46), Text),
            ("Manager", Tag(0x3a4e), Text),
            ("Assistant", Tag(0x3a30), Text),
            ("E-mail", Set(ADDRESS, 0x8083), Text),
            ("E-mail 2", Set(ADDRESS, 0x8093), Text),
            ("E-mail 3", Set(ADDRESS, 0x80a3), Text),
            ("Messenger", Set(ADDRESS, 0x8062), Text),
            ("Web page", Set(ADDRESS, 0x802b), Text),
            ("Business web page", Tag(0x3a51), Text),
            ("Business phone", Tag(0x3a08), Text),
            ("Business phone 2", Tag(0x3a1b), Text),
            ("Business fax", Tag(0x3a24), Text),
            ("Company phone", Tag(0x3a57), Text),
            ("Home phone", Tag(0x3a09), Text),
            ("Home phone 2", Tag(0x3a2f), Text),
            ("Home fax", Tag(0x3a25), Text),
            ("Mobile phone", Tag(0x3a1c), Text),
            ("Other phone", Tag(0x3a1f), Text),
            ("Pager", Tag(0x3a21), Text),
            ("Business address", Set(ADDRESS, 0x801b), Text),
            ("Home address", Set(ADDRESS, 0x801a), Text),
            ("Other address", Set(ADDRESS, 0x801c), Text),
            ("Street", Tag(0x3a29), Text),
            ("City", Tag(0x3a27), Text),
            ("State", Tag(0x3a28), Text),
            ("Postal code", Tag(0x3a2a), Text),
            ("Country", Tag(0x3a26), Text),
            ("Office", Tag(0x3a19), Text),
            ("Spouse", Tag(0x3a48), Text),
            ("Hobbies", Tag(0x3a43), Text),
            ("Birthday", Tag(0x3a42), Day),
            ("Anniversary", Tag(0x3a41), Day),
            ("Filed as", Set(ADDRESS, 0x8005), Text),
        ],
    ),
    (
        "ipm.task",
        &[
            ("Start", Set(TASK, 0x8104), Day),
            ("Due", Set(TASK, 0x8105), Day),
            ("Status", Set(TASK, 0x8101), TaskStatus),
            ("Complete", Set(TASK, 0x8102), Fraction),
            ("Completed", Set(TASK, 0x810f), Day),
            ("Owner", Set(TASK, 0x811f), Text),
            ("Assigned by", Set(TASK, 0x8121), Text),
            ("Total work", Set(TASK, 0x8111), Minutes),
            ("Actual work", Set(TASK, 0x8110), Minutes),
            ("Companies", Set(COMMON, 0x8539), Text),
            ("Contacts", Set(COMMON, 0x853a), Text),
            ("Billing", Set(COMMON, 0x8535), Text),
            ("Mileage", Set(COMMON, 0x8534), Text),
        ],
    ),
    (
        "ipm.activity",
        &[
            ("Kind", Set(JOURNAL, 0x8700), Text),
            ("Start", Set(JOURNAL, 0x8706), Moment),
            ("End", Set(JOURNAL, 0x8708), Moment),
            ("Duration", Set(JOURNAL, 0x8707), Minutes),
            ("Companies", Set(COMMON, 0x8539), Text),
            ("Contacts", Set(COMMON, 0x853a), Text),
        ],
    ),
];

const MEETING: &[Field] = &[
    ("Start", Set(APPOINTMENT, 0x820d), Moment),
    ("End", Set(APPOINTMENT, 0x820e), Moment),
    ("All day", Set(APPOINTMENT, 0x8215), YesNo),
    ("Location", Set(APPOINTMENT, 0x8208), Text),
    ("Recurrence", Set(APPOINTMENT, 0x8232), Text),
    ("Time zone", Set(APPOINTMENT, 0x8234), Text),
    ("Attendees", Set(APPOINTMENT, 0x8238), Text),
    ("Required", Set(APPOINTMENT, 0x823b), Text),
    ("Optional", Set(APPOINTMENT, 0x823c), Text),
    ("Contacts", Set(COMMON, 0x853a), Text),
];

/// The lines over the body of a thing of this class; empty for mail.
#[must_use]
pub fn block(object: &Object, class: &str) -> String {
    let class = class.to_ascii_lowercase();
    let Some((_, fields)) = CLASSES.iter().find(|(start, _)| class.starts_with(start)) else {
        return String::new();
    };
    let mut block = String::new();
    for (label, place, shown) in *fields {
        if let Some(value) = value(object, *place, *shown) {
            writeln!(block, "{label}: {value}").expect("a string takes any text");
        }
    }
    block
}

/// The number a named property of one of Outlook's own sets has in this file.
#[must_use]
pub fn tag_in_set(object: &Object, set: u8, number: u32) -> Option<u16> {
    let set = [set, 0x20, 6, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
    object.names.get(&Name::Number(set, number)).copied()
}

fn value(object: &Object, place: Place, shown: Shown) -> Option<String> {
    let tag = match place {
        Tag(tag) => tag,
        Set(set, number) => tag_in_set(object, set, number)?,
    };
    let properties = &object.properties;
    match shown {
        Text => properties.text(tag).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")),
        Moment => properties.time(tag).map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string()),
        Day => properties.time(tag).map(|at| at.strftime("%Y-%m-%d").to_string()),
        Minutes => properties.long(tag).filter(|minutes| *minutes > 0).map(|minutes| format!("{minutes} minutes")),
        Fraction => properties.double(tag).filter(|part| *part > 0.0).map(|part| format!("{:.0} %", part * 100.0)),
        TaskStatus => Some(match properties.long(tag)? {
            0 => "not started".to_owned(),
            1 => "in progress".to_owned(),
            2 => "complete".to_owned(),
            3 => "waiting for someone else".to_owned(),
            4 => "deferred".to_owned(),
            other => format!("{other}"),
        }),
        YesNo => properties.long(tag).filter(|yes| *yes != 0).map(|_| "yes".to_owned()),
    }
}
