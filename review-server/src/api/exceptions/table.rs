//! Exceptions as CSV (RFC 4180) for a spreadsheet, in which nothing a client's file is called can become a formula.

use super::MatterException;

/// A table being written.
pub(super) struct Table(String);

const HEAD: [&str; 11] = [
    "Control number",
    "Custodian",
    "Path",
    "Page",
    "Stage",
    "Kind",
    "Reason",
    "Tool",
    "Accepted by",
    "Accepted at",
    "Note",
];

impl Table {
    /// The heads of the columns.
    pub(super) fn new() -> Self {
        // The byte order mark tells Excel that it is UTF-8.
        let mut table = Self("\u{feff}".to_owned());
        table.row(&HEAD);
        table
    }

    /// Adds an exception.
    pub(super) fn add(&mut self, one: &MatterException) {
        let page = one.page.map(|page| page.to_string()).unwrap_or_default();
        let number = one.control_number.as_deref().unwrap_or_default();
        let (by, at, note) = one.accepted.as_ref().map_or(("", "", ""), |one| (&one.by, &one.at, &one.note));
        let start = [number, &one.custodian, &one.path, &page, &one.stage, &one.kind];
        self.row(&[&start[..], &[&one.reason, &one.tool, by, at, note]].concat());
    }

    /// The whole table.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    fn row(&mut self, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().map(|cell| cell_of(cell)).collect();
        self.0 += &cells.join(",");
        self.0 += "\r\n";
    }
}

fn cell_of(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::cell_of;

    #[test]
    fn cells_are_quoted_and_no_formula() {
        for (text, expected) in [
            ("a", "a"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=1+1", "'=1+1"),
            ("-a\nb", "\"'-a\nb\""),
        ] {
            assert_eq!(cell_of(text), expected);
        }
    }
}
