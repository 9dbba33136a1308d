//! The text of a document while it is being put together: paragraphs, tables, asides, and a limit.
//!
//! Readers say what they meet (text, a line end, a cell, a row) and this decides how it looks in plain text: cells
//! are separated by `\t`, rows by `\n`. It knows no format. Unbalanced calls are harmless, because broken files make
//! them; tables deeper than [`DEEPEST_TABLE`] flow into the one around them.

use super::mark::{NOTE_PLACE, PLACE};

/// What [`Body::mark_place`] may leave.
const PLACES: [char; 2] = [PLACE, NOTE_PLACE];

/// Tables nested deeper than this are read as part of the table around them.
const DEEPEST_TABLE: usize = 16;

/// A cell with more text than this keeps its line ends: it lays out a page rather than holding a value.
const LAYOUT_CELL_BYTES: usize = 400;

/// A text being put together.
#[derive(Debug)]
pub struct Body {
    /// The finished text of every open table's surroundings, and the text being written last.
    text: String,
    tables: Vec<Table>,
    /// Opened beyond [`DEEPEST_TABLE`].
    too_deep: usize,
    /// Texts put aside (text boxes, notes), to follow the paragraph.
    asides: Vec<String>,
    interrupted: Vec<(String, Vec<Table>, usize)>,
    written: usize,
    limit: usize,
}

#[derive(Debug)]
struct Table {
    before: String,
    rows: String,
    /// Where the row written last begins.
    last: usize,
    cells: Vec<String>,
    /// What the open row is marked as.
    mark: Option<&'static str>,
}

impl Body {
    /// An empty text that stops growing a little after `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            tables: Vec::new(),
            too_deep: 0,
            asides: Vec::new(),
            interrupted: Vec::new(),
            written: 0,
            limit: limit.saturating_mul(2).saturating_add(4096),
        }
    }

    /// Whether the limit is reached and nothing more is taken.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.written > self.limit
    }

    /// Adds text as it is. A place left by [`Self::mark_place`] inside a word gives way: the word counts.
    pub fn push(&mut self, text: &str) {
        if self.is_full() {
            return;
        }
        if let Some(before) = self.text.strip_suffix(PLACES)
            && before.ends_with(char::is_alphanumeric)
            && text.starts_with(char::is_alphanumeric)
        {
            self.text.truncate(before.len());
        }
        self.written += text.len();
        self.text.push_str(text);
    }

    /// Shows that something stood here which follows the paragraph.
    pub fn mark_place(&mut self, place: char) {
        if !self.is_full() {
            self.text.push(place);
        }
    }

    /// Ends the line, unless nothing stands on it.
    pub fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }

    /// Ends the line in any case.
    pub fn line_break(&mut self) {
        self.push("\n");
    }

    /// Ends the paragraph: what was put aside in it follows on lines of its own.
    pub fn end_paragraph(&mut self) {
        self.drop_lonely_places();
        let is_line_of_asides = self.interrupted.is_empty()
            && !self.asides.is_empty()
            && (self.text.is_empty() || self.text.ends_with('\n'));
        if !is_line_of_asides {
            self.push("\n");
        }
        self.release_asides();
    }

    /// Ends the line, unless nothing stands on it; what was put aside in it follows on lines of its own.
    pub fn end_block(&mut self) {
        if self.interrupted.is_empty() && !self.asides.is_empty() {
            self.end_paragraph();
        }
        self.end_line();
    }

    /// On a line with nothing else a place says nothing.
    fn drop_lonely_places(&mut self) {
        if self.text.ends_with(PLACES) {
            let start = self.text.rfind('\n').map_or(0, |end| end + 1);
            if self.text[start..].trim_matches(PLACES).trim().is_empty() {
                self.text.truncate(start);
            }
        }
    }

    /// Leaves a blank line, unless at the start.
    pub fn blank_line(&mut self) {
        self.end_line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.push("\n");
        }
    }

    /// Whether the text being written is empty or ends in white space.
    #[must_use]
    pub fn ends_blank(&self) -> bool {
        self.text.chars().next_back().is_none_or(char::is_whitespace)
    }

    /// How many tables are open.
    #[must_use]
    pub fn open_tables(&self) -> usize {
        self.tables.len() + self.too_deep
    }

    /// Starts a table.
    pub fn open_table(&mut self) {
        if self.tables.len() >= DEEPEST_TABLE {
            self.too_deep += 1;
            return;
        }
        self.end_line();
        let before = std::mem::take(&mut self.text);
        self.tables.push(Table { before, rows: String::new(), last: 0, cells: Vec::new(), mark: None });
    }

    /// Ends a cell; the text since the last one is its content.
    pub fn end_cell(&mut self) {
        if self.too_deep == 0 && !self.tables.is_empty() {
            self.release_asides();
            let cell = std::mem::take(&mut self.text);
            if let Some(table) = self.tables.last_mut() {
                table.cells.push(cell);
            }
        } else {
            self.push(" ");
        }
    }

    /// Takes back the text of the open cell, asides included; nothing where no cell is open.
    #[must_use]
    pub fn take_cell_text(&mut self) -> String {
        if self.too_deep > 0 || self.tables.is_empty() {
            return String::new();
        }
        self.release_asides();
        std::mem::take(&mut self.text)
    }

    /// Marks the open row as a whole, as `[Hidden: …]`.
    pub fn mark_row(&mut self, what: &'static str) {
        if let Some(table) = self.tables.last_mut() {
            table.mark = Some(what);
        }
    }

    /// Ends a row of cells.
    pub fn end_row(&mut self) {
        if self.too_deep > 0 || self.tables.is_empty() {
            self.end_line();
            return;
        }
        if !self.text.trim().is_empty() {
            self.end_cell();
        }
        self.text.clear();
        if let Some(table) = self.tables.last_mut() {
            let cells = std::mem::take(&mut table.cells);
            table.last = table.rows.len();
            let mark = table.mark.take().filter(|_| cells.iter().any(|cell| !cell.trim().is_empty()));
            if let Some(what) = mark {
                table.rows.push_str(&format!("[{what}: "));
            }
            write_row(&cells, &mut table.rows);
            if mark.is_some() {
                table.rows.truncate(table.rows.trim_end().len());
                table.rows.push_str("]\n");
            }
        }
    }

    /// Writes the row that ended last again, so many times. Gives whether there was something in it.
    pub fn repeat_row(&mut self, times: usize) -> bool {
        let Some(table) = self.tables.last_mut().filter(|_| self.too_deep == 0) else { return false };
        let row = table.rows[table.last..].to_owned();
        if row.trim().is_empty() {
            return false;
        }
        for _ in 0..times {
            if self.written > self.limit {
                break;
            }
            self.written += row.len();
            table.rows.push_str(&row);
        }
        true
    }

    /// Ends the table.
    pub fn close_table(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if self.tables.last().is_some_and(|table| !table.cells.is_empty()) || !self.text.trim().is_empty() {
            self.end_row();
        }
        let Some(table) = self.tables.pop() else { return };
        self.text = table.before;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(&table.rows);
    }

    /// Starts a text of its own inside the paragraph, such as a text box.
    pub fn open_aside(&mut self) {
        let outside = (std::mem::take(&mut self.text), std::mem::take(&mut self.tables), self.too_deep);
        self.too_deep = 0;
        self.interrupted.push(outside);
    }

    /// Ends it; it will follow the paragraph.
    pub fn close_aside(&mut self) {
        let aside = self.take_aside();
        self.put_aside(aside);
    }

    /// Lets a text follow the paragraph.
    pub fn put_aside(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.asides.push(text);
        }
    }

    /// Ends it and gives it away.
    #[must_use]
    pub fn take_aside(&mut self) -> String {
        while !self.interrupted.is_empty() && self.open_tables() > 0 {
            self.close_table();
        }
        let Some((text, tables, too_deep)) = self.interrupted.pop() else { return String::new() };
        (self.tables, self.too_deep) = (tables, too_deep);
        std::mem::replace(&mut self.text, text)
    }

    /// The text; whatever is open is closed.
    #[must_use]
    pub fn finish(mut self) -> String {
        while !self.interrupted.is_empty() {
            self.close_aside();
        }
        while self.open_tables() > 0 {
            self.close_table();
        }
        self.release_asides();
        self.text
    }

    fn release_asides(&mut self) {
        // Those inside a text box wait for the paragraph outside: their order stays that of the file.
        if self.interrupted.is_empty() && !self.asides.is_empty() {
            self.drop_lonely_places();
            for aside in std::mem::take(&mut self.asides) {
                if !self.text.is_empty() && !self.text.ends_with('\n') {
                    self.text.push('\n');
                }
                self.text.push_str(aside.trim_matches('\n'));
                self.text.push('\n');
            }
        }
    }
}

fn write_row(cells: &[String], rows: &mut String) {
    let alone = cells.iter().filter(|cell| !cell.trim().is_empty()).count() <= 1;
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            rows.push('\t');
        }
        let cell = cell.trim();
        if alone || cell.len() > LAYOUT_CELL_BYTES {
            rows.push_str(cell);
        } else {
            push_on_one_line(cell, rows);
        }
    }
    rows.push('\n');
}

/// Adds a text with every run of line ends, tabs and blanks around them as one space.
fn push_on_one_line(text: &str, out: &mut String) {
    if !text.contains(['\n', '\t', '\r']) {
        out.push_str(text);
        return;
    }
    for (n, piece) in text.split(['\n', '\t', '\r']).map(str::trim).filter(|piece| !piece.is_empty()).enumerate() {
        if n > 0 {
            out.push(' ');
        }
        out.push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(write: impl FnOnce(&mut Body), expected: &str) {
        let mut body = Body::new(10_000);
        write(&mut body);
        assert_eq!(body.finish(), expected);
    }

    fn cell(body: &mut Body, text: &str) {
        body.push(text);
        body.end_cell();
    }

    #[test]
    fn cells_by_tab_and_rows_by_line() {
        check(
            |body| {
                body.push("before");
                body.open_table();
                cell(body, "a\nb\n");
                cell(body, "c\td");
                body.end_row();
                cell(body, "one\ncell");
                body.end_row();
                body.close_table();
                body.push("after");
            },
            "before\na b\tc d\none\ncell\nafter",
        );
    }

    #[test]
    fn a_table_in_a_cell_goes_on_its_line() {
        check(
            |body| {
                body.open_table();
                cell(body, "x");
                body.open_table();
                cell(body, "1");
                cell(body, "2");
                body.end_row();
                body.close_table();
                body.end_cell();
                body.end_row();
                body.close_table();
            },
            "x\t1 2\n",
        );
    }

    #[test]
    fn an_aside_follows_its_paragraph() {
        check(
            |body| {
                body.push("half a ");
                body.open_aside();
                body.push("in the box\n");
                body.close_aside();
                body.push("sentence");
                body.end_paragraph();
            },
            "half a sentence\nin the box\n",
        );
    }

    #[test]
    fn a_place_is_shown_only_between_words() {
        let beside = |body: &mut Body| {
            body.mark_place(PLACE);
            body.put_aside("[Deleted: x]".to_owned());
        };
        check(
            |body| {
                body.push("shall ");
                beside(body);
                body.push("pay");
                body.end_paragraph();
                body.push("work");
                beside(body);
                body.push("s");
                body.end_paragraph();
                beside(body);
                body.end_paragraph();
                body.push("end");
            },
            "shall ‸pay\n[Deleted: x]\nworks\n[Deleted: x]\n[Deleted: x]\nend",
        );
    }

    #[test]
    fn unbalanced_calls_lose_nothing() {
        check(
            |body| {
                body.end_cell();
                body.close_table();
                body.close_aside();
                body.open_aside();
                body.open_table();
                body.push("kept");
            },
            " \nkept\n",
        );
        check(
            |body| {
                (0..100).for_each(|_| body.open_table());
                body.push("deep");
                (0..100).for_each(|_| body.close_table());
            },
            "deep\n",
        );
    }

    #[test]
    fn the_limit_stops_it() {
        let mut body = Body::new(10);
        (0..100_000).for_each(|_| body.push("0123456789"));
        assert!(body.is_full() && body.finish().len() < 5000);
    }
}
