//! The workbook of `redwell hits --xlsx`: the hit report as people hand it on.

use std::path::Path;

use redwell_indexer::command::{HitReport, TermHits};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

const COLUMNS: [(&str, f64); 6] =
    [("Term", 40.0), ("Read as", 40.0), ("Documents", 12.0), ("With family", 12.0), ("Unique", 12.0), ("Hits", 12.0)];

/// Writes the report to a file; the same report gives the same bytes.
pub(super) fn write(report: &HitReport, path: &Path) -> anyhow::Result<()> {
    Ok(workbook(report)?.save(path)?)
}

fn workbook(report: &HitReport) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    // A workbook names the moment it was made unless it is told one.
    let never = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title("Hit report").set_creation_datetime(&never));
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Hit report")?.set_freeze_panes(1, 0)?;
    for (column, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?.write_with_format(0, column, title, &bold)?;
    }
    let mut row = 1;
    for TermHits { term, canonical, documents, documents_with_family, unique_documents, hits } in &report.terms {
        // As texts, so that no term is taken for a formula.
        sheet.write_string(row, 0, term)?.write_string(row, 1, canonical)?;
        for (column, count) in (2..).zip([documents, documents_with_family, unique_documents, hits]) {
            sheet.write_number(row, column, as_number(*count))?;
        }
        row += 1;
    }
    sheet.write_with_format(row, 0, "All terms together", &bold)?;
    sheet.write_number(row, 2, as_number(report.documents))?;
    sheet.write_number(row, 3, as_number(report.documents_with_family))?;
    Ok(workbook)
}

#[expect(clippy::cast_precision_loss, reason = "spreadsheets count in doubles, exact to 2⁵³")]
fn as_number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_report_gives_the_same_workbook() {
        let term = TermHits {
            term: "=price".into(),
            canonical: "price".into(),
            documents: 2,
            documents_with_family: 3,
            unique_documents: 1,
            hits: 5,
        };
        let report = HitReport { terms: vec![term], documents: 2, documents_with_family: 3 };
        let bytes = || workbook(&report).unwrap().save_to_buffer().unwrap();
        assert!(bytes().starts_with(b"PK"));
        assert_eq!(bytes(), bytes());
    }
}
