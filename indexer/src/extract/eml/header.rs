//! What the header of a message says: who, to whom, when, in answer to what, how urgent.
//!
//! Fields that cannot be understood are kept as they are written, among the other fields. Nothing here looks at the body.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mail_parser::{HeaderName, HeaderValue, Message, MessageParser};
use redwell_model::{Address, Metadata};

use crate::extract::mail_header::clean;

/// What a message's header says. What cannot be understood is kept as it is written.
pub(in crate::extract) fn metadata(message: &Message<'_>) -> Metadata {
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
    let written_date = message.header_raw(HeaderName::Date).map(clean).unwrap_or_default();
    if date.is_none() && !written_date.is_empty() {
        other.insert("date".to_owned(), written_date.clone());
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
        sent: date.and_then(|date| moment(date, &written_date)),
        sent_offset_minutes: date.map(offset_minutes),
        producer: other.get("x_mailer").cloned(),
        other,
        ..Metadata::default()
    }
}

/// The moment of a date. A year such as `0002`, which programs without a date write, is not made one of this century.
fn moment(date: &mail_parser::DateTime, written: &str) -> Option<Timestamp> {
    let words: Vec<&str> = written.split_whitespace().collect();
    let early = words.windows(2).find(|pair| {
        let is_month = pair[0].len() == 3 && pair[0].bytes().all(|b| b.is_ascii_alphabetic());
        is_month && pair[1].len() == 4 && pair[1].starts_with("00") && pair[1].bytes().all(|b| b.is_ascii_digit())
    });
    let Some(year) = early.and_then(|pair| pair[1].parse::<i16>().ok()) else {
        return Timestamp::from_second(date.to_timestamp()).ok();
    };
    let small = |n: u8| i8::try_from(n).ok();
    let (month, day, hour) = (small(date.month)?, small(date.day)?, small(date.hour)?);
    let at = jiff::civil::DateTime::new(year, month, day, hour, small(date.minute)?, small(date.second)?, 0).ok()?;
    let offset = jiff::tz::Offset::from_seconds(offset_minutes(date) * 60).ok()?;
    offset.to_timestamp(at).ok()
}

fn offset_minutes(date: &mail_parser::DateTime) -> i32 {
    let minutes = i32::from(date.tz_hour) * 60 + i32::from(date.tz_minute);
    if date.tz_before_gmt { -minutes } else { minutes }
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
        // Some programs put the quotes of the name round the address.
        email: clean(address.address().unwrap_or_default()).trim_matches('\'').to_lowercase(),
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
