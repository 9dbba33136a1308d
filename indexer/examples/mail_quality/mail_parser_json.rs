//! Expectations in the form in which the tests of mail-parser keep them: the parsed mail as JSON beside the mail.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use crate::expected::{Expectations, Expected, Field, addresses, bare, normal};

const SOURCE: &str = "the JSON of mail-parser's tests";

/// Reads what stands beside mails.
pub(crate) fn read(files: &[(String, PathBuf)]) -> anyhow::Result<Expectations> {
    let places: HashMap<&str, &Path> = files.iter().map(|(name, path)| (name.as_str(), path.as_path())).collect();
    let mut expectations = Expectations::new();
    for (name, _) in files {
        let Some(stem) = name.strip_suffix(".eml") else { continue };
        let Some(place) = places.get(format!("{stem}.json").as_str()) else { continue };
        // Other programs keep other things in files named so.
        let Ok(parsed) = serde_json::from_slice::<Value>(&std::fs::read(place)?) else { continue };
        if let Some(expected) = expected(&parsed) {
            expectations.entry(name.clone()).or_default().push(expected);
        }
    }
    Ok(expectations)
}

fn expected(parsed: &Value) -> Option<Expected> {
    let parts = parsed["parts"].as_array()?;
    let mut fields: Vec<(Field, Vec<String>)> = Vec::new();
    for header in parts.first()?["headers"].as_array()? {
        for (field, values) in field(header["name"].as_str().unwrap_or_default(), &header["value"]) {
            if !values.is_empty() && fields.iter().all(|(known, _)| *known != field) {
                fields.push((field, values));
            }
        }
    }
    let text = |kind: &str| -> String {
        let numbers = parsed[kind].as_array().into_iter().flatten().filter_map(Value::as_u64);
        let bodies = numbers.filter_map(|number| parts.get(usize::try_from(number).ok()?)?["body"]["Text"].as_str());
        bodies.collect::<Vec<_>>().join("\n")
    };
    // A body in HTML alone would have to be rendered first.
    let is_text = parsed["text_body"].as_array().is_some_and(|numbers| !numbers.is_empty());
    Some(Expected { source: SOURCE, fields, body: is_text.then(|| text("text_body")) })
}

/// What a header says, as it is compared.
fn field(name: &str, value: &Value) -> Vec<(Field, Vec<String>)> {
    let text = || value["Text"].as_str().map(normal).into_iter().collect::<Vec<_>>();
    match name {
        "from" => vec![(Field::From, emails(value)), (Field::FromNames, names(value))],
        "to" => vec![(Field::To, emails(value)), (Field::ToNames, names(value))],
        "cc" => vec![(Field::Cc, emails(value))],
        "bcc" => vec![(Field::Bcc, emails(value))],
        "subject" => vec![(Field::Subject, value["Text"].as_str().map(bare).into_iter().collect())],
        "message_id" => vec![(Field::MessageId, text())],
        "date" => vec![(Field::Sent, moment(&value["DateTime"]).iter().map(ToString::to_string).collect())],
        _ => Vec::new(),
    }
}

fn people(value: &Value) -> impl Iterator<Item = &Value> {
    let list = value["Address"]["List"].as_array().into_iter().flatten();
    let groups = value["Address"]["Group"].as_array().into_iter().flatten();
    list.chain(groups.flat_map(|group| group["addresses"].as_array().into_iter().flatten()))
}

fn emails(value: &Value) -> Vec<String> {
    addresses(people(value).filter_map(|person| person["address"].as_str()))
}

fn names(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = people(value).filter_map(|person| person["name"].as_str()).map(normal).collect();
    names.sort();
    names
}

fn moment(value: &Value) -> Option<Timestamp> {
    let part = |name: &str| value[name].as_u64();
    let sign = if value["tz_before_gmt"].as_bool()? { '-' } else { '+' };
    let written = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
        part("year")?,
        part("month")?,
        part("day")?,
        part("hour")?,
        part("minute")?,
        part("second")?,
        part("tz_hour")?,
        part("tz_minute")?
    );
    written.parse().ok()
}
