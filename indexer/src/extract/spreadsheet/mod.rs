//! Excel workbooks of all ages, through calamine: every sheet a page, cells by tab, rows by line.
//!
//! Values are shown, not formulas: numbers plainly, dates as ISO, whatever the cell's own format says. Hidden sheets,
//! rows and columns, comments, text boxes and charts are kept and marked as [`super::mark`] says, with their sheet.

mod binary_part;
pub(in crate::extract) mod binary_sheet;
mod cell;
mod sheet_part;
mod tamed;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader as _, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError};
use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use self::cell::Grid;
use self::sheet_part::Around;
use super::canonical::{canonical_pages, cut_notice};
use super::compound_file::CompoundFile;
use super::embedded::Embedded;
use super::mark::Tally;
use super::package::Package;
use super::pptx::unframed;
use super::{Child, Extracted, Input, LOCKED, office_lock, properties, property_set};

/// Reads a workbook of any Excel format.
#[must_use]
pub fn extract(input: &Input<'_>, format: Format, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(format);
    let sheets = match format {
        Format::Xls => binary(input, &mut found, on_child),
        Format::Xlsb => zipped(input, &mut found, on_child, xlsb),
        _ => zipped(input, &mut found, on_child, xlsx),
    };
    let (text, starts, cut) = canonical_pages(&sheets, input.options.max_text_bytes);
    found.text = text;
    if cut {
        found.exceptions.push(cut_notice(input.options.max_text_bytes));
    }
    found.metadata.page_count = u32::try_from(starts.len()).ok().filter(|count| *count > 0);
    found.layout.pages = starts.into_iter().map(unframed).collect();
    found
}

/// A sheet's heading, and whether it is a sheet with cells.
type Sheet = (String, String, bool);

fn sheets(metadata: &[calamine::Sheet]) -> Vec<Sheet> {
    metadata
        .iter()
        .map(|sheet| {
            let hidden = if sheet.visible == SheetVisible::Visible { "" } else { " (hidden)" };
            let has_cells = matches!(sheet.typ, SheetType::WorkSheet | SheetType::MacroSheet | SheetType::DialogSheet);
            (sheet.name.clone(), format!("{}{hidden}", sheet.name), has_cells)
        })
        .collect()
}

/// The cells of one sheet.
struct Page {
    name: String,
    heading: String,
    grid: Grid,
}

/// Reads the cells of all sheets.
type Cells = fn(&Input<'_>, &mut Extracted, usize, &mut Vec<Page>);

/// Reads a ZIP-based workbook: cells with `cells`, everything around them from the package.
fn zipped(input: &Input<'_>, found: &mut Extracted, on_child: &mut dyn FnMut(Child), cells: Cells) -> Vec<String> {
    let limit = input.options.max_text_bytes;
    let mut package = Package::open(input);
    if !package.fits_budget() {
        found.exceptions.push(ProcessingException::new(
            Stage::Extract,
            ExceptionKind::ContainerLimit,
            "calamine",
            "the workbook expands too far for its size and was not read; the original is kept",
        ));
        return Vec::new();
    }
    let tamed = tamed::zipped(&mut package);
    let pages = guarded(&Input { bytes: tamed.as_deref().unwrap_or(input.bytes), ..*input }, found, limit, cells);
    let people = sheet_part::people(&mut package);
    let mut parts = sheet_part::parts(&mut package);
    if found.format == Format::Xlsb {
        parts.extend(binary_part::parts(&mut package));
    }
    let mut tally = Tally::default();
    let mut sheets = Vec::with_capacity(pages.len());
    for Page { name, heading, grid } in pages {
        let mut around = match parts.get(&name) {
            Some(part) => sheet_part::read(&mut package, part, &people, limit, &mut tally),
            None => Around::default(),
        };
        if let Some(part) = parts.get(&name).filter(|part| part.ends_with(".bin")) {
            binary_part::comments(&mut package, part, &mut around.below, &mut tally);
        }
        tally.count_many("hidden_sheets", u64::from(heading != name));
        sheets.push(around_cells(&heading, grid, &around));
    }
    properties::finish(package, tally, found, input, on_child);
    sheets
}

/// A sheet with its header under the heading, and what belongs to it after its cells.
fn around_cells(heading: &str, grid: Grid, around: &Around) -> String {
    let mut text = String::from(heading);
    if !around.header.is_empty() {
        text.push('\n');
        text.push_str(around.header.trim_end());
    }
    text = grid.text(&text, &around.unseen);
    for more in &around.below {
        text.push('\n');
        text.push_str(more);
    }
    text
}

fn xlsx(input: &Input<'_>, found: &mut Extracted, limit: usize, pages: &mut Vec<Page>) {
    let mut book: Xlsx<_> = match Xlsx::new(Cursor::new(input.bytes)) {
        Ok(book) => book,
        Err(error) => {
            return found.exceptions.push(unreadable(&error, matches!(error, XlsxError::Password)));
        }
    };
    let sheets = sheets(book.sheets_metadata());
    each_sheet(sheets, found, limit, pages, |name, grid| -> Result<(), XlsxError> {
        let mut cells = book.worksheet_cells_reader(name)?;
        while let Some(cell) = cells.next_cell()? {
            if !grid.put(cell.get_position(), cell.get_value()) {
                break;
            }
        }
        Ok(())
    });
}

fn xlsb(input: &Input<'_>, found: &mut Extracted, limit: usize, pages: &mut Vec<Page>) {
    let mut book: Xlsb<_> = match Xlsb::new(Cursor::new(input.bytes)) {
        Ok(book) => book,
        Err(error) => {
            return found.exceptions.push(unreadable(&error, matches!(error, XlsbError::Password)));
        }
    };
    let sheets = sheets(book.sheets_metadata());
    each_sheet(sheets, found, limit, pages, |name, grid| -> Result<(), XlsbError> {
        let mut cells = book.worksheet_cells_reader(name)?;
        while let Some(cell) = cells.next_cell()? {
            if !grid.put(cell.get_position(), cell.get_value()) {
                break;
            }
        }
        Ok(())
    });
}

fn xls(input: &Input<'_>, found: &mut Extracted, limit: usize, pages: &mut Vec<Page>) {
    let mut book: Xls<_> = match Xls::new(Cursor::new(input.bytes)) {
        Ok(book) => book,
        Err(error) => {
            return found.exceptions.push(unreadable(&error, matches!(error, XlsError::Password)));
        }
    };
    let sheets = sheets(book.sheets_metadata());
    each_sheet(sheets, found, limit, pages, |name, grid| -> Result<(), XlsError> {
        let range = book.worksheet_range(name)?;
        let (top, first) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let position = (index(row).saturating_add(top), index(column).saturating_add(first));
            if !grid.put(position, &borrowed(value)) {
                break;
            }
        }
        Ok(())
    });
}

/// Makes a page of each sheet, with the cells that `read` puts into its grid. What goes wrong is told of sheets that have
/// cells: others, such as charts, hold none to lose.
fn each_sheet<E: std::fmt::Display>(
    sheets: Vec<Sheet>,
    found: &mut Extracted,
    limit: usize,
    pages: &mut Vec<Page>,
    mut read: impl FnMut(&str, &mut Grid) -> Result<(), E>,
) {
    let mut left = limit;
    for (page, (name, heading, has_cells)) in (1_u32..).zip(sheets) {
        let mut grid = Grid::new(left);
        found.exceptions.extend(lost(|| read(&name, &mut grid), page).filter(|_| has_cells));
        left = left.saturating_sub(grid.bytes());
        pages.push(Page { name, heading, grid });
    }
}

/// Reads a binary workbook: cells through calamine, everything around them from the file.
fn binary(input: &Input<'_>, found: &mut Extracted, on_child: &mut dyn FnMut(Child)) -> Vec<String> {
    if let Some(bytes) = office_lock::workbook::open(input.bytes, &input.options.passwords) {
        let sheets = binary(&Input { bytes: &bytes, ..*input }, found, on_child);
        found.metadata.other.insert("encrypted".to_owned(), "true".to_owned());
        return sheets;
    }
    let pages = match tamed::binary(input.bytes) {
        Some(bytes) => guarded(&Input { bytes: &bytes, ..*input }, found, input.options.max_text_bytes, xls),
        None => {
            let reason = "the cells of the workbook lie so far apart that there is no memory for what is between them; they were \
                          not read, the original is kept";
            let exception = ProcessingException::new(Stage::Extract, ExceptionKind::MemoryLimit, "calamine", reason);
            found.exceptions.push(exception);
            Vec::new()
        }
    };
    let mut tally = Tally::default();
    let file = CompoundFile::open(input.bytes);
    let stream = file
        .as_ref()
        .and_then(|file| file.stream(file.root(), "Workbook").or_else(|| file.stream(file.root(), "Book")));
    let around = match &stream {
        // What is locked, or not a workbook, has been told already.
        Some(stream) if !pages.is_empty() => binary_sheet::read(stream, &mut tally),
        _ => Vec::new(),
    };
    let mut sheets = Vec::with_capacity(pages.len());
    for (n, Page { name, heading, grid }) in pages.into_iter().enumerate() {
        tally.count_many("hidden_sheets", u64::from(heading != name));
        sheets.push(around_cells(&heading, grid, around.get(n).unwrap_or(&Around::default())));
    }
    if let Some(file) = file {
        found.metadata = property_set::read(&file);
        let mut embedded = Embedded::of(input, on_child);
        for id in file.children(file.root()) {
            let entry = file.entry(id);
            if entry.is_storage && entry.name.starts_with("MBD") {
                embedded.storage(&file, id, &entry.name);
            }
            tally.note_macros(entry.is_storage && entry.name.eq_ignore_ascii_case("_VBA_PROJECT_CUR"));
        }
        embedded.finish(&mut found.metadata, &mut found.exceptions);
    }
    tally.write(&mut found.metadata);
    sheets
}

/// Reads cells and lets a crash of calamine cost what was not read before it.
fn guarded(input: &Input<'_>, found: &mut Extracted, limit: usize, cells: Cells) -> Vec<Page> {
    let mut pages = Vec::new();
    if catch_unwind(AssertUnwindSafe(|| cells(input, found, limit, &mut pages))).is_err() {
        let reason =
            "the reader of spreadsheets crashed on this workbook; not all of its cells were read, the original is kept";
        found.exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::Crashed, "calamine", reason));
    }
    pages
}

/// Reads one sheet; a crash of calamine costs the rest of that sheet only.
fn lost<E: std::fmt::Display>(read: impl FnOnce() -> Result<(), E>, page: u32) -> Option<ProcessingException> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(lost_sheet(&error, page)),
        Err(_) => {
            let reason = format!("the reader of spreadsheets crashed on sheet {page}; what it read before was kept");
            Some(ProcessingException::new(Stage::Extract, ExceptionKind::Crashed, "calamine", reason).on_page(page))
        }
    }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(value) => DataRef::SharedString(value),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(value) | Data::DurationIso(value) => DataRef::SharedString(value),
        Data::Error(value) => DataRef::Error(value.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn unreadable(error: &dyn std::fmt::Display, is_locked: bool) -> ProcessingException {
    let (kind, reason) = if is_locked {
        (ExceptionKind::Encrypted, LOCKED.to_owned())
    } else {
        (ExceptionKind::Damaged, format!("the workbook cannot be read ({error}); ask for an intact copy"))
    };
    ProcessingException::new(Stage::Extract, kind, "calamine", reason)
}

fn lost_sheet(error: &dyn std::fmt::Display, page: u32) -> ProcessingException {
    let reason = format!("sheet {page} could not be read to its end ({error})");
    ProcessingException::new(Stage::Extract, ExceptionKind::PartLost, "calamine", reason).on_page(page)
}
