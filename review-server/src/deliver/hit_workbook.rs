//! The workbook of a hit report, as people hand it on: the terms, the terms by custodian and by year, and what could
//! not be counted.
//!
//! Every text is written as a text cell, so that no term is taken for a formula. The same report gives the same bytes.

use redwell_indexer::analyse::hit_report::{HitReport, Share, TermHits};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// Characters that a cell holds (Excel's limit, in UTF-16 units; a code point has at most two).
const MAX_CELL: usize = 32_767 / 2;

/// What stands for documents without a value.
const NONE: &str = "(none)";

/// Makes the workbook.
///
/// # Errors
/// When there are more terms or values than a sheet takes.
pub fn xlsx(report: &HitReport) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A workbook names the moment it was made unless it is told one.
    let never = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title("Hit report").set_creation_datetime(&never));
    let bold = Format::new().set_bold();
    summary(workbook.add_worksheet().set_name("Summary")?, report, &bold)?;
    let custodians = Spread { all: &report.by_custodian, of: |term| &term.by_custodian };
    spread(workbook.add_worksheet().set_name("By custodian")?, report, custodians, &bold)?;
    let years = Spread { all: &report.by_year, of: |term| &term.by_year };
    spread(workbook.add_worksheet().set_name("By year")?, report, years, &bold)?;
    if !report.by_month.is_empty() {
        let months = Spread { all: &report.by_month, of: |term| &term.by_month };
        spread(workbook.add_worksheet().set_name("By month")?, report, months, &bold)?;
    }
    problems(workbook.add_worksheet().set_name("Problems")?, report, &bold)?;
    workbook.save_to_buffer()
}

fn summary(sheet: &mut Worksheet, report: &HitReport, bold: &Format) -> Result<(), XlsxError> {
    let mut columns = vec![
        ("No.", 6.0),
        ("Name", 20.0),
        ("Term", 40.0),
        ("Read as", 40.0),
        ("Documents", 12.0),
        ("With family", 12.0),
        ("Unique", 12.0),
        ("Hits", 12.0),
    ];
    if report.new_documents.is_some() {
        columns.push(("New", 12.0));
    }
    head(sheet, &columns, bold)?;
    let mut row = 1;
    for term in &report.terms {
        sheet.write_number(row, 0, f64::from(term.number))?;
        sheet.write_string(row, 1, clip(term.name.as_deref().unwrap_or_default()))?;
        sheet.write_string(row, 2, clip(&term.term))?.write_string(row, 3, clip(&term.canonical))?;
        if term.error.is_some() {
            sheet.write_string(row, 4, "see Problems")?;
        } else {
            let counts = [term.documents, term.documents_with_family, term.unique_documents, term.hits];
            for (column, count) in (4..).zip(counts.into_iter().chain(term.new_documents)) {
                sheet.write_number(row, column, as_number(count))?;
            }
        }
        row += 1;
    }
    sheet.write_string_with_format(row, 2, "All terms together", bold)?;
    let totals = [(4, report.documents), (5, report.documents_with_family), (7, report.hits)];
    for (column, count) in totals.into_iter().chain(report.new_documents.map(|new| (8, new))) {
        sheet.write_number_with_format(row, column, as_number(count), bold)?;
    }
    row += 2;
    sheet.write_string(row, 2, "Documents searched")?.write_number(row, 4, as_number(report.searched))?;
    if let Some(scope) = &report.scope {
        sheet.write_string(row + 1, 2, "Limited to")?.write_string(row + 1, 3, clip(scope))?;
    }
    sheet.write_string(row + 2, 2, "Terms written as")?.write_string(row + 2, 3, report.dialect.as_str())?;
    Ok(())
}

/// How documents spread over the values of a field: those of all terms, and of one.
struct Spread<'s> {
    all: &'s [Share],
    of: fn(&TermHits) -> &[Share],
}

/// A column for each value of a field.
fn spread(
    sheet: &mut Worksheet,
    report: &HitReport,
    Spread { all, of }: Spread<'_>,
    bold: &Format,
) -> Result<(), XlsxError> {
    let shown = |value: &str| if value.is_empty() { NONE.to_owned() } else { clip(value) };
    let values: Vec<String> = all.iter().map(|share| shown(&share.value)).collect();
    let columns = [("No.", 6.0), ("Term", 40.0), ("Documents", 12.0)];
    let columns: Vec<(&str, f64)> =
        columns.into_iter().chain(values.iter().map(|value| (value.as_str(), 14.0))).collect();
    head(sheet, &columns, bold)?;
    let mut write = |row: u32, term: &str, documents: u64, shares: &[Share]| -> Result<(), XlsxError> {
        sheet.write_string(row, 1, clip(term))?.write_number(row, 2, as_number(documents))?;
        for (column, value) in (3..).zip(all) {
            let share = shares.iter().find(|share| share.value == value.value).map_or(0, |share| share.documents);
            sheet.write_number(row, column, as_number(share))?;
        }
        Ok(())
    };
    let mut row = 1;
    for term in report.terms.iter().filter(|term| term.error.is_none()) {
        write(row, &term.term, term.documents, of(term))?;
        row += 1;
    }
    write(row, "All terms together", report.documents, all)?;
    for (row, term) in (1..).zip(report.terms.iter().filter(|term| term.error.is_none())) {
        sheet.write_number(row, 0, f64::from(term.number))?;
    }
    Ok(())
}

fn problems(sheet: &mut Worksheet, report: &HitReport, bold: &Format) -> Result<(), XlsxError> {
    head(sheet, &[("No.", 6.0), ("Line", 6.0), ("Term", 40.0), ("Kind", 14.0), ("What", 100.0)], bold)?;
    let mut row = 1;
    for term in &report.terms {
        let error = term.error.iter().map(|error| ("not counted", error));
        let said = term.messages.iter().map(|message| (term.verdict.as_str(), message));
        for (kind, what) in error.chain(said) {
            sheet.write_number(row, 0, f64::from(term.number))?.write_number(row, 1, f64::from(term.line))?;
            sheet.write_string(row, 2, clip(&term.term))?.write_string(row, 3, kind)?;
            sheet.write_string(row, 4, clip(what))?;
            row += 1;
        }
    }
    Ok(())
}

fn head(sheet: &mut Worksheet, columns: &[(&str, f64)], bold: &Format) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    for (column, (title, width)) in (0..).zip(columns) {
        sheet.set_column_width(column, *width)?.write_string_with_format(0, column, *title, bold)?;
    }
    Ok(())
}

fn clip(text: &str) -> String {
    text.chars().take(MAX_CELL).collect()
}

#[expect(clippy::cast_precision_loss, reason = "spreadsheets count in doubles, exact to 2⁵³")]
fn as_number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use redwell_indexer::analyse::hit_report::{Order, Population, read, report};
    use redwell_search::Dialect;
    use redwell_search::brute::{BruteEngine, Document};

    use super::*;

    fn made() -> HitReport {
        let documents = (1..).zip(["the price", "=price"]).map(|(ordinal, text)| Document {
            ordinal,
            text: text.to_owned(),
            ..Document::default()
        });
        let engine = BruteEngine::new(documents);
        let terms = read("=price\n(\n3. price", Dialect::Redwell);
        let prefix = "ACME".parse().unwrap();
        let order = Order {
            terms: &terms,
            dialect: Dialect::Redwell,
            scope: None,
            earlier: None,
            name: None,
            prefix: &prefix,
            by_month: true,
        };
        report(&order, &Population::default(), &engine, &Ok, &|_| {}).unwrap().report
    }

    #[test]
    fn the_same_report_gives_the_same_workbook() {
        let bytes = || xlsx(&made()).unwrap();
        assert!(bytes().starts_with(b"PK"));
        assert_eq!(bytes(), bytes());
    }
}
