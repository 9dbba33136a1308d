//! The workbook: one row an annotation, one row a document, and what the package is.
//!
//! Every text from outside is written as a text cell, never as a formula or an address, so nothing a document says can
//! act when the workbook is opened.

use jiff::Zoned;
use jiff::tz::TimeZone;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Url, Workbook, Worksheet, XlsxError,
};

use super::arrange::Arranged;
use super::package::DeliverError;
use super::snapshot::SnapshotAnnotation;

/// Characters that a cell holds (Excel's limit, in UTF-16 units).
const MAX_CELL: usize = 32_767;
/// What stands at the end of a text that was cut.
const CUT: &str = " […]";
/// Rows that a sheet holds, less the header.
const MAX_ROWS: usize = 1_048_575;
/// Links that a sheet holds (Excel's limit is 65,530).
const MAX_LINKS: usize = 60_000;
/// What stands where one of several concepts has no such level.
const NO_LEVEL: &str = "–";

/// The cell formats of the workbook.
struct Formats {
    header: Format,
    text: Format,
    link: Format,
    time: Format,
    title: Format,
    name: Format,
}

/// Makes the workbook.
pub(super) fn xlsx(arranged: &Arranged<'_>) -> Result<Vec<u8>, DeliverError> {
    for (count, what) in [(arranged.findings.len(), "annotations"), (arranged.documents.len(), "documents")] {
        if count > MAX_ROWS {
            return Err(DeliverError::TooMany { count, what });
        }
    }
    let top = Format::new().set_align(FormatAlign::Top);
    let formats = Formats {
        header: Format::new()
            .set_bold()
            .set_align(FormatAlign::Top)
            .set_text_wrap()
            .set_background_color(Color::RGB(0x00DC_EBFA))
            .set_border_bottom(FormatBorder::Thin),
        text: top.clone().set_text_wrap(),
        link: top
            .clone()
            .set_font_color(Color::RGB(0x000B_5CAD))
            .set_underline(rust_xlsxwriter::FormatUnderline::Single),
        time: top.clone().set_num_format("yyyy-mm-dd hh:mm"),
        title: Format::new().set_bold().set_font_size(14),
        name: top.set_bold(),
    };
    let snapshot = arranged.snapshot;
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title(clip(&snapshot.title, 255))
        .set_author(clip(&snapshot.prepared_by, 255))
        .set_creation_datetime(&excel_time(&snapshot.created_at.to_zoned(TimeZone::UTC))?);
    workbook.set_properties(&properties);
    findings(workbook.add_worksheet().set_name("Findings")?, arranged, &formats)?;
    documents(workbook.add_worksheet().set_name("Documents")?, arranged, &formats)?;
    about(workbook.add_worksheet().set_name("About")?, arranged, &formats)?;
    Ok(workbook.save_to_buffer()?)
}

fn findings(sheet: &mut Worksheet, arranged: &Arranged<'_>, formats: &Formats) -> Result<(), XlsxError> {
    let of_annotations = arranged.findings.iter().flat_map(|finding| &finding.annotation.concepts);
    let depth = of_annotations.map(|iri| arranged.levels(iri).len()).max().unwrap_or(1);
    let levels = (1..=depth).map(|level| (format!("Concept level {level}"), 24.0));
    let before = [
        ("Control number", 16.0),
        ("Title", 32.0),
        ("Custodian", 18.0),
        ("Document date", 14.0),
        ("Page", 7.0),
        ("Quote", 70.0),
    ];
    let zone = &arranged.snapshot.time_zone;
    let date = format!("Date ({zone})");
    let after = [("Note", 44.0), ("Author", 18.0), (date.as_str(), 24.0)];
    let owned = |(name, width): (&str, f64)| (name.to_owned(), width);
    let columns: Vec<_> = before.into_iter().map(owned).chain(levels).chain(after.into_iter().map(owned)).collect();
    header(sheet, &columns, arranged.findings.len(), formats)?;
    for (n, finding) in arranged.findings.iter().enumerate() {
        let (document, annotation) = (finding.document, finding.annotation);
        let mut row = Row { sheet: &mut *sheet, row: row(n), column: 0 };
        row.link(&document.control_number.to_string(), document.packaged_as().filter(|_| n < MAX_LINKS), formats)?;
        row.text(&document.title, formats)?;
        row.text(&document.custodian, formats)?;
        row.text(document.date.as_deref().unwrap_or_default(), formats)?;
        row.number(annotation.page.map(f64::from), formats)?;
        row.text(&annotation.quote, formats)?;
        for level in by_level(arranged, annotation, depth) {
            row.text(&level, formats)?;
        }
        row.text(&annotation.note, formats)?;
        row.text(&annotation.author, formats)?;
        row.time(&zone.at(annotation.created_at), formats)?;
    }
    Ok(())
}

/// The labels of all concepts of an annotation, level by level; several concepts stand in the same order in each.
fn by_level(arranged: &Arranged<'_>, annotation: &SnapshotAnnotation, depth: usize) -> Vec<String> {
    let paths: Vec<Vec<String>> = annotation.concepts.iter().map(|iri| arranged.levels(iri)).collect();
    (0..depth)
        .map(|level| {
            if paths.iter().all(|path| path.len() <= level) {
                return String::new();
            }
            paths.iter().map(|path| path.get(level).map_or(NO_LEVEL, String::as_str)).collect::<Vec<_>>().join("; ")
        })
        .collect()
}

fn documents(sheet: &mut Worksheet, arranged: &Arranged<'_>, formats: &Formats) -> Result<(), XlsxError> {
    let columns = [
        ("Control number", 16.0),
        ("Title", 40.0),
        ("File name", 32.0),
        ("Path", 44.0),
        ("Custodian", 18.0),
        ("Type", 16.0),
        ("Date", 14.0),
        ("Pages", 7.0),
        ("Annotations", 12.0),
        ("Coding", 44.0),
        ("SHA-256 of the original", 66.0),
    ];
    header(sheet, &columns.map(|(name, width)| (name.to_owned(), width)), arranged.documents.len(), formats)?;
    for (n, document) in arranged.documents.iter().enumerate() {
        let coding: Vec<String> = document.coding.iter().map(|iri| arranged.path(iri)).collect();
        let mut row = Row { sheet: &mut *sheet, row: row(n), column: 0 };
        row.link(&document.control_number.to_string(), document.packaged_as().filter(|_| n < MAX_LINKS), formats)?;
        for text in [&document.title, &document.file_name, &document.path, &document.custodian] {
            row.text(text, formats)?;
        }
        row.text(document.format.label(), formats)?;
        row.text(document.date.as_deref().unwrap_or_default(), formats)?;
        row.number(document.page_count.map(f64::from), formats)?;
        row.number(u32::try_from(document.annotations.len()).ok().map(f64::from), formats)?;
        row.text(&coding.join("\n"), formats)?;
        row.text(&document.sha256.to_string(), formats)?;
    }
    Ok(())
}

fn about(sheet: &mut Worksheet, arranged: &Arranged<'_>, formats: &Formats) -> Result<(), XlsxError> {
    let snapshot = arranged.snapshot;
    sheet.set_column_width(0, 24)?.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, cell(&snapshot.title), &formats.title)?;
    let query = if snapshot.canonical.is_empty() { "all documents" } else { snapshot.canonical.as_str() };
    let taken = snapshot.time_zone.at(snapshot.created_at).strftime("%Y-%m-%d %H:%M:%S %Z").to_string();
    let taxonomies: Vec<String> =
        snapshot.taxonomies.iter().map(|taxonomy| format!("{} <{}>", taxonomy.title, taxonomy.iri)).collect();
    let facts = [
        ("Matter", snapshot.matter_name.clone()),
        ("Client", snapshot.client.clone()),
        ("Query", query.to_owned()),
        ("Query as typed", snapshot.query.clone()),
        ("Documents found", arranged.documents.len().to_string()),
        ("Documents with annotations", arranged.annotated_documents().to_string()),
        ("Annotations", arranged.findings.len().to_string()),
        ("State of the review", taken),
        ("Time zone", format!("{}; the dates of documents and annotations are written in it", snapshot.time_zone)),
        ("Prepared by", snapshot.prepared_by.clone()),
        ("Taxonomies", taxonomies.join("\n")),
        (
            "Verification",
            "`manifest.json` beside this workbook lists the SHA-256 of every file of the package.".to_owned(),
        ),
    ];
    for (n, (name, value)) in facts.iter().enumerate() {
        sheet.write_string_with_format(row(n) + 1, 0, *name, &formats.name)?;
        sheet.write_string_with_format(row(n) + 1, 1, cell(value), &formats.text)?;
    }
    Ok(())
}

fn header(sheet: &mut Worksheet, columns: &[(String, f64)], rows: usize, formats: &Formats) -> Result<(), XlsxError> {
    for (n, (name, width)) in columns.iter().enumerate() {
        let column = u16::try_from(n).unwrap_or(u16::MAX);
        sheet.write_string_with_format(0, column, name, &formats.header)?;
        sheet.set_column_width(column, *width)?;
    }
    let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.set_freeze_panes(1, 1)?;
    sheet.autofilter(0, 0, row(rows).saturating_sub(1), last)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

/// A row being written from left to right.
struct Row<'w> {
    sheet: &'w mut Worksheet,
    row: u32,
    column: u16,
}

impl Row<'_> {
    fn text(&mut self, text: &str, formats: &Formats) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, self.column, cell(text), &formats.text)?;
        self.column += 1;
        Ok(())
    }

    /// A text that leads to a file of the package, where there is one.
    fn link(&mut self, text: &str, file: Option<String>, formats: &Formats) -> Result<(), XlsxError> {
        let Some(file) = file else { return self.text(text, formats) };
        let link = Url::new(format!("file:///{file}"));
        self.sheet.write_url_with_options(self.row, self.column, link, text, "", Some(&formats.link))?;
        self.column += 1;
        Ok(())
    }

    fn number(&mut self, number: Option<f64>, formats: &Formats) -> Result<(), XlsxError> {
        if let Some(number) = number {
            self.sheet.write_number_with_format(self.row, self.column, number, &formats.text)?;
        }
        self.column += 1;
        Ok(())
    }

    fn time(&mut self, at: &Zoned, formats: &Formats) -> Result<(), XlsxError> {
        self.sheet.write_datetime_with_format(self.row, self.column, &excel_time(at)?, &formats.time)?;
        self.column += 1;
        Ok(())
    }
}

/// The sheet's row of the nth line below the header.
fn row(n: usize) -> u32 {
    u32::try_from(n + 1).unwrap_or(u32::MAX)
}

fn excel_time(at: &Zoned) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(&at.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

/// A text as a cell holds it: without characters XML has no place for, cut with a mark where it is too long.
fn cell(text: &str) -> String {
    let allowed = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let text: String = text.chars().filter(allowed).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    clip(&text, MAX_CELL)
}

/// The beginning of a text that fits so many UTF-16 units.
fn clip(text: &str, units: usize) -> String {
    if text.encode_utf16().count() <= units {
        return text.to_owned();
    }
    let mut left = units.saturating_sub(CUT.encode_utf16().count());
    let mut kept: String = text
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    kept.push_str(CUT);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_where_a_cell_ends() {
        assert_eq!(cell(&"é".repeat(MAX_CELL)).chars().count(), MAX_CELL);
        let cut = cell(&"💼".repeat(20_000));
        assert!(cut.ends_with(CUT) && cut.encode_utf16().count() <= MAX_CELL);
        assert_eq!(cell("a\u{0}b\u{b}c\nd"), "abc\nd");
    }
}
