//! Lists of terms in CSV: their heading, their cells, and cells to write.

/// One row of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line it begins on, from 1.
    pub(super) line: u32,
    /// What the list calls the term.
    pub(super) name: Option<String>,
    /// The term.
    pub(super) term: String,
}

/// The rows below the heading; `None` when the text has no heading with a column of terms, and so is no table.
pub(super) fn read(text: &str) -> Option<Vec<Row>> {
    let heading = text.lines().next()?;
    let delimiter = [',', ';', '\t'].into_iter().max_by_key(|mark| heading.matches(*mark).count())?;
    let mut records = records(text, delimiter).into_iter();
    let (_, heading) = records.next()?;
    let column =
        |wanted: &[&str]| heading.iter().position(|cell| wanted.contains(&cell.trim().to_lowercase().as_str()));
    let terms = column(&["term", "terms", "search term", "search terms", "query", "search"])?;
    let names = column(&["name", "label", "title"]);
    let rows: Vec<_> = records.filter(|(_, cells)| cells.len() > 1 || !cells[0].trim().is_empty()).collect();
    // A list of terms may begin with a line that looks like a heading; its other lines are no rows.
    if heading.len() < 2 || rows.is_empty() || rows.iter().any(|(_, cells)| cells.len() < 2) {
        return None;
    }
    let rows = rows.into_iter().map(|(line, cells)| {
        let text = |at: usize| cells.get(at).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let name = names.map(text).filter(|name| !name.is_empty());
        Row { line, name, term: text(terms) }
    });
    Some(rows.collect())
}

/// The cells of each record and the line it begins on. A cell in quotation marks may hold delimiters and line ends.
pub(crate) fn records(text: &str, delimiter: char) -> Vec<(u32, Vec<String>)> {
    let mut found = Vec::new();
    let (mut line, mut begins) = (1, 1);
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let mut is_quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += u32::from(c == '\n');
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if cell.trim().is_empty() => {
                is_quoted = true;
                cell.clear();
            }
            '\r' if !is_quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !is_quoted => {
                cells.push(std::mem::take(&mut cell));
                found.push((begins, std::mem::take(&mut cells)));
                begins = line;
            }
            c if c == delimiter && !is_quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        found.push((begins, cells));
    }
    found
}

/// A text as a cell of a CSV. What a spreadsheet would take for a formula has an apostrophe before it.
pub(crate) fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
