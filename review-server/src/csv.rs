//! Tables as CSV (RFC 4180) for a spreadsheet, in which nothing a client's file is called can become a formula.

/// Begins a table: the byte order mark tells Excel that it is UTF-8.
pub const BEGIN: &str = "\u{feff}";

/// Adds a row to a table.
pub fn add_row<'c>(table: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            table.push(',');
        }
        add_cell(table, cell);
    }
    table.push_str("\r\n");
}

fn add_cell(table: &mut String, text: &str) {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains(['"', ',', '\n', '\r']) {
        let quoted = text.replace('"', "\"\"");
        table.push_str(&format!("\"{guard}{quoted}\""));
    } else {
        table.push_str(guard);
        table.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula() {
        for (text, expected) in [
            ("a", "a"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=1+1", "'=1+1"),
            ("-a\nb", "\"'-a\nb\""),
        ] {
            let mut cell = String::new();
            add_cell(&mut cell, text);
            assert_eq!(cell, expected);
        }
        let mut row = String::new();
        add_row(&mut row, ["a", "", "b,c"]);
        assert_eq!(row, "a,,\"b,c\"\r\n");
    }
}
