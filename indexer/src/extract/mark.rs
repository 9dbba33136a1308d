//! Marks: how evidence beside the running text (comments, deletions, hidden text, notes, headers) is shown in the
//! canonical text, worded alike for every format.
//!
//! What belongs to the running text stays there unmarked. What does not follows the paragraph on a line of its own,
//! in brackets that say what it is; where it stood, [`PLACE`] or [`NOTE_PLACE`] remains. Neither is a word, so a
//! phrase of the text as it reads is found across them. Nothing here knows a format.

use std::collections::{BTreeMap, BTreeSet};

use redwell_model::Metadata;

/// Shows where a deletion or hidden text stood.
pub const PLACE: char = '‸';

/// Shows where a footnote or endnote is referred to.
pub const NOTE_PLACE: char = '†';

/// Most names kept of people who changed a document.
const MOST_AUTHORS: usize = 50;

/// Who did something, and when, as far as the file tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct By {
    author: String,
    date: String,
}

impl By {
    /// Takes a name and a moment as files write them; of an ISO moment the day is kept.
    #[must_use]
    pub fn new(author: Option<&str>, date: Option<&str>) -> Self {
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let date = one_line(date.unwrap_or_default());
        let is_iso =
            date.len() > 10 && date.is_char_boundary(10) && date.as_bytes()[4] == b'-' && date.as_bytes()[10] == b'T';
        let date = if is_iso { date[..10].to_owned() } else { date };
        Self { author: one_line(author.unwrap_or_default()), date }
    }

    /// The name, empty where the file tells none.
    #[must_use]
    pub fn author(&self) -> &str {
        &self.author
    }
}

/// A text in its mark: `[Comment by Jane Doe, 2023-03-14: why?]`; empty where there is no text.
#[must_use]
pub fn marked(what: &str, by: &By, text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let mut out = format!("[{what}");
    if !by.author.is_empty() {
        out.push_str(" by ");
        out.push_str(&by.author);
    }
    if !by.date.is_empty() {
        out.push_str(", ");
        out.push_str(&by.date);
    }
    out.push_str(": ");
    out.push_str(text);
    out.push(']');
    out
}

/// A text in a mark that names nobody: `[Header: Draft]`.
#[must_use]
pub fn plainly_marked(what: &str, text: &str) -> String {
    marked(what, &By::default(), text)
}

/// How much evidence of each kind a document holds, for its metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<&'static str, u64>,
    authors: BTreeSet<String>,
}

impl Tally {
    /// Counts one thing of this kind, such as `comments`.
    pub fn count(&mut self, kind: &'static str) {
        self.count_many(kind, 1);
    }

    /// Notes that the document holds program code.
    pub fn note_macros(&mut self, has_macros: bool) {
        self.count_many("macros", u64::from(has_macros));
    }

    /// Counts several.
    pub fn count_many(&mut self, kind: &'static str, many: u64) {
        if many > 0 {
            *self.counts.entry(kind).or_insert(0) += many;
        }
    }

    /// Counts a tracked change: `tracked_insertions` or `tracked_deletions`, and its author.
    pub fn change(&mut self, kind: &'static str, by: &By) {
        self.count(kind);
        self.count("tracked_changes");
        if !by.author.is_empty() && self.authors.len() < MOST_AUTHORS {
            self.authors.insert(by.author.clone());
        }
    }

    /// Adds what another part of the document holds.
    pub fn add(&mut self, other: Self) {
        for (kind, many) in other.counts {
            self.count_many(kind, many);
        }
        self.authors.extend(other.authors);
    }

    /// Writes the counts down, each under its name. `hidden_text` is only told, because how often a program turns it
    /// on and off means nothing.
    pub fn write(self, metadata: &mut Metadata) {
        for (kind, count) in self.counts {
            let value = if kind == "hidden_text" || kind == "macros" { "true".to_owned() } else { count.to_string() };
            metadata.other.insert(kind.to_owned(), value);
        }
        if !self.authors.is_empty() {
            let authors: Vec<String> = self.authors.into_iter().collect();
            metadata.other.insert("tracked_change_authors".to_owned(), authors.join("; "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(author: &str, date: &str, expected: &str) {
        assert_eq!(marked("Deleted", &By::new(Some(author), Some(date)), " not \n"), expected);
    }

    #[test]
    fn a_mark_names_what_is_known() {
        check("Jane  Doe", "2023-03-14T09:10:11Z", "[Deleted by Jane Doe, 2023-03-14: not]");
        check("", "2023-03-14", "[Deleted, 2023-03-14: not]");
        check("Jane", "", "[Deleted by Jane: not]");
        check("", "", "[Deleted: not]");
        check("", "14. März", "[Deleted, 14. März: not]");
        check("", "14. Mäééérz", "[Deleted, 14. Mäééérz: not]");
        assert_eq!(plainly_marked("Header", " \n"), "");
    }

    #[test]
    fn counts_become_metadata() {
        let mut tally = Tally::default();
        tally.change("tracked_deletions", &By::new(Some("B"), None));
        tally.change("tracked_insertions", &By::new(Some("A"), None));
        tally.count_many("hidden_text", 7);
        let mut more = Tally::default();
        more.count("comments");
        tally.add(more);
        let mut metadata = Metadata::default();
        tally.write(&mut metadata);
        let said: Vec<String> = metadata.other.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            said,
            [
                "comments=1",
                "hidden_text=true",
                "tracked_change_authors=A; B",
                "tracked_changes=2",
                "tracked_deletions=1",
                "tracked_insertions=1"
            ]
        );
    }
}
