//! XLSX: several sheets, a bold head row, numbers, dates, formulas with their values. A sheet starts at `## name`.
//!
//! A cell `=SUM(B2:B9) => 42` is a formula and the value a spreadsheet shows for it; `2024-02-12` is a date; `!` before a
//! sheet's name hides the sheet.

use std::fmt::Write;

use anyhow::ensure;

use crate::archive::{self, Member};
use crate::date::Moment;
use crate::office::{content_types, core_properties, package_relationships, part, relationships, xml};
use crate::source::Source;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A sheet: its name, whether it is hidden, its rows.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) hidden: bool,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Reads the sheets of a text.
pub(crate) fn sheets(source: &Source) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for line in source.body.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("## ") {
            let (hidden, name) = name.strip_prefix('!').map_or((false, name), |name| (true, name));
            sheets.push(Sheet { name: name.to_owned(), hidden, rows: Vec::new() });
        } else {
            ensure!(!sheets.is_empty(), "`{}` has rows before its first sheet", source.path);
            let row = line.split('|').map(|cell| cell.trim().to_owned()).collect();
            sheets.last_mut().expect("checked above").rows.push(row);
        }
    }
    Ok(sheets)
}

/// Writes the sheets as an XLSX file.
pub(crate) fn render(source: &Source, sheets: &[Sheet]) -> anyhow::Result<Vec<u8>> {
    let mut strings: Vec<String> = Vec::new();
    let mut members = Vec::new();
    let mut overrides = vec![
        ("xl/workbook.xml".to_owned(), "spreadsheetml.sheet.main"),
        ("xl/styles.xml".to_owned(), "spreadsheetml.styles"),
        ("xl/sharedStrings.xml".to_owned(), "spreadsheetml.sharedStrings"),
    ];
    let mut entries = vec![
        ("rId1".to_owned(), "styles", "styles.xml".to_owned()),
        ("rId2".to_owned(), "sharedStrings", "sharedStrings.xml".to_owned()),
    ];
    let mut list = String::new();
    for (index, sheet) in sheets.iter().enumerate() {
        let number = index + 1;
        overrides.push((format!("xl/worksheets/sheet{number}.xml"), "spreadsheetml.worksheet"));
        entries.push((format!("rId{}", number + 2), "worksheet", format!("worksheets/sheet{number}.xml")));
        let state = if sheet.hidden { " state=\"hidden\"" } else { "" };
        let _ = write!(
            list,
            "<sheet name=\"{}\" sheetId=\"{number}\"{state} r:id=\"rId{}\"/>",
            xml(&sheet.name),
            number + 2
        );
        members.push(Member::new(&format!("xl/worksheets/sheet{number}.xml"), worksheet(sheet, &mut strings)?));
    }
    let workbook = part(&format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"
    ));
    let items: String =
        strings.iter().map(|text| format!("<si><t xml:space=\"preserve\">{}</t></si>", xml(text))).collect();
    let shared = part(&format!("<sst xmlns=\"{MAIN}\" count=\"{0}\" uniqueCount=\"{0}\">{items}</sst>", strings.len()));
    let mut all = vec![
        Member::new("[Content_Types].xml", content_types(&overrides)),
        Member::new("_rels/.rels", package_relationships("xl/workbook.xml")),
        Member::new("docProps/core.xml", core_properties(source)?),
        Member::new("xl/workbook.xml", workbook),
        Member::new("xl/_rels/workbook.xml.rels", relationships(&entries)),
        Member::new("xl/styles.xml", styles()),
        Member::new("xl/sharedStrings.xml", shared),
    ];
    all.extend(members);
    Ok(archive::zip(&all))
}

fn worksheet(sheet: &Sheet, strings: &mut Vec<String>) -> anyhow::Result<String> {
    let columns = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut data = String::new();
    for (index, row) in sheet.rows.iter().enumerate() {
        let number = index + 1;
        let _ = write!(data, "<row r=\"{number}\">");
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let place = format!("{}{number}", column_name(column));
            data.push_str(&self::cell(cell, &place, index == 0, strings)?);
        }
        data.push_str("</row>");
    }
    let widths: String = (0..columns)
        .map(|column| {
            let longest =
                sheet.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(8);
            format!(
                "<col min=\"{0}\" max=\"{0}\" width=\"{1}\" customWidth=\"1\"/>",
                column + 1,
                longest.clamp(9, 60) + 2
            )
        })
        .collect();
    Ok(part(&format!("<worksheet xmlns=\"{MAIN}\"><cols>{widths}</cols><sheetData>{data}</sheetData></worksheet>")))
}

fn cell(cell: &str, place: &str, head: bool, strings: &mut Vec<String>) -> anyhow::Result<String> {
    if let Some((formula, value)) = cell.strip_prefix('=').and_then(|rest| rest.split_once("=>")) {
        return Ok(format!("<c r=\"{place}\" s=\"3\"><f>{}</f><v>{}</v></c>", xml(formula.trim()), value.trim()));
    }
    if !head && is_number(cell) {
        let style = if cell.contains('.') { 3 } else { 0 };
        return Ok(format!("<c r=\"{place}\" s=\"{style}\"><v>{cell}</v></c>"));
    }
    if !head
        && cell.len() == 10
        && cell
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
    {
        return Ok(format!("<c r=\"{place}\" s=\"2\"><v>{}</v></c>", Moment::parse(cell)?.serial_day()));
    }
    let string = match strings.iter().position(|string| string == cell) {
        Some(string) => string,
        None => {
            strings.push(cell.to_owned());
            strings.len() - 1
        }
    };
    Ok(format!("<c r=\"{place}\" s=\"{}\" t=\"s\"><v>{string}</v></c>", u8::from(head)))
}

/// A plain number; one with leading zeros or too many digits is a code and stays text.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    cell.parse::<f64>().is_ok() && digits.starts_with(|c: char| c.is_ascii_digit()) && !padded && digits.len() < 13
}

fn column_name(column: usize) -> String {
    let letter = |index: usize| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[index]);
    if column < 26 { letter(column).to_string() } else { format!("{}{}", letter(column / 26 - 1), letter(column % 26)) }
}

fn styles() -> String {
    part(&format!(
        "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"4\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
         <xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>\
         <xf numFmtId=\"14\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
         <xf numFmtId=\"4\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
    ))
}
