//! What commands print: JSON lines and CSV.

use std::io::Write;

use serde::Serialize;

/// Prints a value as one line of JSON.
pub(super) fn json_line<T: Serialize>(out: &mut dyn Write, value: &T) -> anyhow::Result<()> {
    let line = serde_json::to_string(value)?;
    Ok(writeln!(out, "{line}")?)
}

/// Prints a row of a CSV table (RFC 4180).
pub(super) fn csv_row(out: &mut dyn Write, fields: &[&str]) -> anyhow::Result<()> {
    let quoted = fields.iter().map(|field| {
        if field.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            (*field).to_owned()
        }
    });
    Ok(write!(out, "{}\r\n", quoted.collect::<Vec<_>>().join(","))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_what_needs_it() {
        let mut out = Vec::new();
        csv_row(&mut out, &["a", "b,c", "say \"no\"", ""]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a,\"b,c\",\"say \"\"no\"\"\",\r\n");
    }
}
