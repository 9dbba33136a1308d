//! The lines over a message's text, the same for every kind of mail: who, to whom, when, about what.
//!
//! What the fields mean is decided by the readers; here they are only laid out, so that a search in the text finds the
//! same words in an EML, an MSG and a store.

use std::fmt::Write as _;

use redwell_model::Metadata;

/// The lines for a message; `date` as its sender wrote it.
#[must_use]
pub fn block(metadata: &Metadata, date: Option<&str>) -> String {
    let mut block = String::new();
    for (label, addresses) in
        [("From", &metadata.from), ("To", &metadata.to), ("Cc", &metadata.cc), ("Bcc", &metadata.bcc)]
    {
        if !addresses.is_empty() {
            let list = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            writeln!(block, "{label}: {list}").expect("a string takes any text");
        }
    }
    if let Some(date) = date {
        writeln!(block, "Date: {date}").expect("a string takes any text");
    }
    if let Some(subject) = &metadata.subject {
        writeln!(block, "Subject: {subject}").expect("a string takes any text");
    }
    block
}

/// A header value on one line, without control characters.
#[must_use]
pub fn clean(value: &str) -> String {
    let one_line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    one_line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names of attachments of one message, told apart by numbers.
#[derive(Debug, Default)]
pub struct AttachmentNames {
    asked: std::collections::BTreeMap<String, u32>,
}

impl AttachmentNames {
    /// The name, numbered where an attachment before it has the same.
    pub fn unique(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        loop {
            let count = self.asked.entry(candidate.clone()).or_insert(0);
            *count += 1;
            if *count == 1 {
                return candidate;
            }
            candidate = match name.rsplit_once('.') {
                Some((stem, extension)) => format!("{stem} ({count}).{extension}"),
                None => format!("{name} ({count})"),
            };
        }
    }
}
