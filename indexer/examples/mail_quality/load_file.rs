//! Expectations in load files of productions: a table with a row a document, columns parted by bars, values as they are.
//!
//! Quotes are often left out of them, and hours written by clocks of twelve.
//! Only tables with the columns looked for count, and of them only rows whose native is a mail.

use std::path::{Path, PathBuf};

use crate::expected::{Expectations, Expected, Field, addresses, bare, normal};

const SOURCE: &str = "load files of productions";

/// Reads the tables among the files.
pub(crate) fn read(files: &[(String, PathBuf)]) -> anyhow::Result<Expectations> {
    let mut expectations = Expectations::new();
    for (name, path) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let content = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
        let folder = Path::new(name).parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
        let mut lines = content.lines();
        let Some(columns) = lines.next().and_then(Columns::of) else { continue };
        for line in lines {
            let values: Vec<&str> = line.split('|').collect();
            if let Some((native, expected)) = columns.expected(&values) {
                expectations.entry(format!("{folder}/{native}")).or_default().push(expected);
            }
        }
    }
    Ok(expectations)
}

/// Where in a row each value stands.
struct Columns {
    native: usize,
    fields: Vec<(Field, usize)>,
}

impl Columns {
    fn of(head: &str) -> Option<Self> {
        let names: Vec<&str> = head.split('|').collect();
        let place = |name: &str| names.iter().position(|column| *column == name);
        let fields = [
            (Field::From, "From"),
            (Field::To, "To"),
            (Field::Cc, "CC"),
            (Field::Bcc, "BCC"),
            (Field::Sent, "Creation Date"),
            (Field::Subject, "Subject"),
            (Field::MessageId, "message_id"),
        ];
        let fields: Vec<_> = fields.into_iter().filter_map(|(field, name)| Some((field, place(name)?))).collect();
        (fields.len() > 3).then_some(Self { native: place("native_link")?, fields })
    }

    fn expected(&self, values: &[&str]) -> Option<(String, Expected)> {
        let native = values.get(self.native)?;
        native.ends_with(".eml").then_some(())?;
        let mut fields = Vec::new();
        for (field, place) in &self.fields {
            let value = values.get(*place)?.trim();
            let compared = match field {
                Field::From | Field::To | Field::Cc | Field::Bcc => emails(value),
                Field::MessageId => vec![normal(value.trim_matches(['<', '>']))],
                Field::Sent => value.parse::<jiff::Timestamp>().iter().map(ToString::to_string).collect(),
                Field::Subject | Field::FromNames | Field::ToNames => vec![bare(value)],
            };
            if !value.is_empty() && !compared.is_empty() {
                fields.push((*field, compared));
            }
        }
        Some(((*native).to_owned(), Expected { source: SOURCE, fields, body: None }))
    }
}

/// The addresses in a list such as `Ann <ann@a.example> , bob@b.example`.
fn emails(list: &str) -> Vec<String> {
    let address = |person: &str| match person.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or(rest).to_owned(),
        None if person.contains(char::is_whitespace) => String::new(),
        None => person.to_owned(),
    };
    let people: Vec<String> = list.split(',').map(|person| address(person.trim())).collect();
    addresses(people.iter().map(String::as_str))
}
