//! Every reader of outside bytes against damage: small whole files of every format that is read, cut short, with bits turned
//! and noise put into them.
//!
//! What is read of such a file keeps every promise of [`crate::fuzzing`], and reading ends. Packages are damaged inside as
//! well, part by part: damage to the outside of a ZIP archive only ever tests the reader of ZIP archives. A format that
//! gets a reader and no file here does not compile.

use std::io::{Cursor, Read as _};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use redwell_model::{ExceptionKind, Format};

use super::compound_file::file_of;
use super::tests::{kinds, read_all, zip_of};
use super::{Input, Options, identify};
use crate::fuzzing;

/// A mail with a file attached.
const MAIL: &[u8] = b"From: a@x.y\r\nTo: b@x.y\r\nDate: Tue, 14 Mar 2023 09:12:00 +0100\r\nSubject: =?utf-8?Q?Fr=C3=B6sche?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=C3=A9\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\nc29tZSBub3Rlcw==\r\n--b--\r\n";
/// A page saved with its picture.
const PAGE: &[u8] = b"From: <Saved by a browser>\r\nSnapshot-Content-Location: http://x.y/\r\nSubject: A page\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Location: http://x.y/\r\n\r\n<html><body><p>seen<img src=\"cid:1\">\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n";
const MAILBOX: &[u8] = b"From a@x.y Tue Mar 14 09:12:00 2023\nFrom: a@x.y\nSubject: one\n\nfirst\n>From here\n\nFrom b@x.y Tue Mar 14 09:13:00 2023\nFrom: b@x.y\nSubject: two\n\nsecond\n";
const HTML: &[u8] = b"<!DOCTYPE html><html><head><meta charset=utf-8><title>T</title><style>.h{display:none}</style></head><body><table><tr><td>a<td>b</table><ul><li>c</ul><p class=h>d<pre>e</pre></body></html>";
const RTF: &[u8] = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial;}}{\info{\title T}}{\*\listtable{\list\listtemplateid1{\listlevel\levelnfc0{\leveltext\'02\'00.;}{\levelnumbers\'01;}}\listid1}}one {\b two}\'e9\u8364?{\footnote note}\par{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}\trowd\cellx1\intbl a\cell b\cell\row{\object{\*\objdata 0105000002}}{\deleted gone}\bin3 }{}}";
const XML: &[u8] = b"<?xml version='1.0' encoding='utf-8'?><!DOCTYPE a [<!ENTITY b 'c'>]><a x='1'><b>one &amp; &#x41;</b><![CDATA[two]]><!-- no --></a>";
const CARD: &[u8] = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;Dr.;\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BC\r\nTEL;TYPE=WORK:+1 2\r\nitem1.EMAIL:j@x.y\r\nADR;TYPE=HOME:;;1 Main St;Town;;123;US\r\nNOTE:a\\nb\r\nEND:VCARD\r\n";
const CHAPTER: &[u8] = b"<h1>First</h1><p>one</p>";
const NOTES: &[(&str, &[u8])] = &[("a.txt", b"some notes"), ("b/c.txt", b"more of them")];

/// A whole file: its name and its bytes.
type Whole = (&'static str, Vec<u8>);

/// Small whole files of a format; none where nothing reads it.
fn whole(format: Format) -> Vec<Whole> {
    let text = |name, bytes: &[u8]| vec![(name, bytes.to_vec())];
    match format {
        Format::Pdf => vec![("a.pdf", super::pdf::tests::rich())],
        Format::Docx => vec![
            ("a.docx", word()),
            ("a.xml", super::flat_opc::tests::WORD.as_bytes().to_vec()),
            ("b.docx", super::office_lock::tests::locked("standard", "secret")),
        ],
        Format::Doc => {
            let (stream, tables) = super::doc::tests::locked(16);
            vec![
                ("a.doc", super::doc::tests::sample_file()),
                ("b.doc", file_of(&[("WordDocument", &stream), ("1Table", &tables)])),
            ]
        }
        Format::Xlsx => vec![("a.xlsx", workbook())],
        Format::Xlsb => vec![("a.xlsb", binary_workbook())],
        Format::Xls => vec![("a.xls", file_of(&[("Workbook", &super::spreadsheet::binary_sheet::tests::sample())]))],
        Format::Pptx => vec![("a.pptx", super::pptx::tests::sample())],
        Format::Ppt => {
            let file = |(stream, user): (Vec<u8>, Vec<u8>)| super::ppt::tests::file(&stream, &user);
            vec![("a.ppt", file(super::ppt::tests::streams())), ("b.ppt", file(super::ppt::tests::locked(16)))]
        }
        Format::Odt => vec![
            (
                "a.odt",
                super::opendocument::tests::sample(
                    "text",
                    "<text:h>Title</text:h><text:list><text:list-item><text:p>a<text:s text:c=\"2\"/>b<text:note><text:note-body><text:p>n</text:p></text:note-body></text:note></text:p></text:list-item></text:list>",
                ),
            ),
            ("b.odt", super::office_lock::opendocument::tests::locked_text("secret")),
        ],
        Format::Ods => vec![(
            "a.ods",
            super::opendocument::tests::sample(
                "spreadsheet",
                "<table:table table:name=\"T\"><table:table-row table:number-rows-repeated=\"2\"><table:table-cell office:value-type=\"float\" office:value=\"1.5\" table:number-columns-repeated=\"3\"><text:p>1,5</text:p></table:table-cell></table:table-row></table:table>",
            ),
        )],
        Format::Odp => vec![(
            "a.odp",
            super::opendocument::tests::sample(
                "presentation",
                "<draw:page draw:name=\"p\"><draw:frame><text:p>One</text:p></draw:frame><presentation:notes><text:p>say</text:p></presentation:notes></draw:page>",
            ),
        )],
        Format::WordXml => text("a.xml", super::docx::flat::tests::SAMPLE.as_bytes()),
        Format::Epub => vec![("a.epub", super::epub::tests::sample(&[("b.xhtml", CHAPTER)]))],
        Format::Rtf => text("a.rtf", RTF),
        Format::Html => text("a.html", HTML),
        Format::Text => text("a.txt", b"one\r\n\xfe\xff two \x93three\x94"),
        Format::Csv => text("a.csv", b"name,note\r\nM\xfcller,\"a, b\"\r\n"),
        Format::Markdown => text("a.md", b"# Title\n\n* item"),
        Format::Json => text("a.json", b"{\"a\":[\"\\u00e9\",{\"b\":null}]}"),
        Format::Xml => text("a.xml", XML),
        Format::Eml => vec![("a.eml", MAIL.to_vec()), ("a.mht", PAGE.to_vec())],
        Format::Mbox => text("a.mbox", MAILBOX),
        Format::Msg => vec![("a.msg", super::msg::tests::sample())],
        Format::Cms => vec![("a.p7m", super::cms::tests::signed(MAIL))],
        Format::Ics => text("a.ics", super::ics::tests::EVENT.as_bytes()),
        Format::Vcf => text("a.vcf", CARD),
        Format::Tnef => vec![("winmail.dat", super::tnef::tests::sample())],
        Format::Pst => vec![("a.pst", super::pst::tests::sample())],
        Format::Zip => vec![("a.zip", zip_of(NOTES))],
        Format::SevenZip => vec![("a.7z", super::seven_zip::tests::archive_of(NOTES))],
        Format::Tar => vec![("a.tar", super::tar_archive::tests::tar_of(NOTES))],
        Format::Gzip | Format::Bzip2 | Format::Xz | Format::Zstd => {
            super::compressed::tests::all_ways(&super::tar_archive::tests::tar_of(NOTES))
                .into_iter()
                .filter(|(_, of, _)| *of == format)
                .map(|(_, _, bytes)| ("a.tar", bytes))
                .collect()
        }
        Format::Image => {
            let mut pictures = vec![("a.tif", super::picture::tests::tiff_of(&[(40, 30), (30, 40)], 100))];
            pictures.extend(super::picture::tests::of_every_kind().into_iter().map(|bytes| ("a.png", bytes)));
            pictures
        }
        Format::Rar | Format::Ole | Format::Program | Format::Unknown => Vec::new(),
    }
}

/// A document with numbers, a note, a field and a change.
fn word() -> Vec<u8> {
    super::docx::tests::document(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>text</w:t><w:footnoteReference w:id=\"1\"/></w:r><w:del w:author=\"A\"><w:r><w:delText>not</w:delText></w:r></w:del><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> LISTNUM LegalDefault \\l 2 </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>",
        &[
            (
                "word/footnotes.xml",
                "<w:f><w:footnote w:id=\"1\"><w:p><w:r><w:t>source</w:t></w:r></w:p></w:footnote></w:f>",
            ),
            (
                "word/numbering.xml",
                "<w:numbering><w:abstractNum w:abstractNumId=\"3\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"upperRoman\"/><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"3\"/></w:num></w:numbering>",
            ),
            ("docProps/core.xml", "<c><dc:title>T</dc:title></c>"),
        ],
    )
}

fn related(target: &str, kind: &str) -> String {
    format!(
        "<Relationships><Relationship Id='rId1' Target='{target}' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}'/></Relationships>"
    )
}

/// A workbook of one sheet with shared strings, a date, a hidden row and a comment.
fn workbook() -> Vec<u8> {
    zip_of(&[
        ("[Content_Types].xml", b"<Types><Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>"),
        ("_rels/.rels", related("xl/workbook.xml", "officeDocument").as_bytes()),
        ("xl/workbook.xml", b"<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='A' sheetId='1' r:id='rId1'/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", related("worksheets/sheet1.xml", "worksheet").as_bytes()),
        ("xl/sharedStrings.xml", b"<sst count='1'><si><r><t>sha</t></r><r><t>red</t></r></si></sst>"),
        ("xl/styles.xml", b"<styleSheet><cellXfs count='2'><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><dimension ref='A1:C2'/><cols><col min='2' max='2' hidden='1'/></cols><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>own</t></is></c><c r='B1' s='1'><v>45000.5</v></c><c r='C1'><f>1+1</f><v>2</v></c></row><row r='2' hidden='1'><c r='A2' t='s'><v>0</v></c></row></sheetData><headerFooter><oddHeader>&amp;CDraft</oddHeader></headerFooter></worksheet>"),
        ("xl/worksheets/_rels/sheet1.xml.rels", related("../comments1.xml", "comments").as_bytes()),
        ("xl/comments1.xml", b"<comments><authors><author>Ann</author></authors><commentList><comment ref='B1' authorId='0'><text><t>why?</t></text></comment></commentList></comments>"),
    ])
}

/// The same in records ([MS-XLSB]): a number and a text in the sheet's own record.
fn binary_workbook() -> Vec<u8> {
    let record = |kind: &[u8], content: &[u8]| [kind, &[u8::try_from(content.len()).unwrap()], content].concat();
    let string = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&u32::try_from(text.len()).unwrap().to_le_bytes()[..], &units].concat()
    };
    let sheet = [
        record(&[0x81, 1], &[]),
        record(&[0x94, 1], &[0; 16]),
        record(&[0x91, 1], &[]),
        record(&[0], &[0; 25]),
        record(&[5], &[[0; 8].as_slice(), &1.5_f64.to_le_bytes()].concat()),
        record(&[6], &[[1, 0, 0, 0, 0, 0, 0, 0].as_slice(), &string("own")].concat()),
        record(&[0x92, 1], &[]),
        record(&[0x82, 1], &[]),
    ]
    .concat();
    let book = [
        record(&[0x83, 1], &[]),
        record(&[0x8f, 1], &[]),
        record(&[0x9c, 1], &[vec![0; 4], 1_u32.to_le_bytes().to_vec(), string("rId1"), string("A")].concat()),
        record(&[0x90, 1], &[]),
        record(&[0x84, 1], &[]),
    ]
    .concat();
    zip_of(&[
        ("[Content_Types].xml", b"<Types><Override PartName='/xl/workbook.bin' ContentType='application/vnd.ms-excel.sheet.binary.macroEnabled.main'/></Types>"),
        ("_rels/.rels", related("xl/workbook.bin", "officeDocument").as_bytes()),
        ("xl/workbook.bin", &book),
        ("xl/_rels/workbook.bin.rels", related("worksheets/sheet1.bin", "worksheet").as_bytes()),
        ("xl/worksheets/sheet1.bin", &sheet),
    ])
}

/// Every whole file of every format.
static WHOLE: LazyLock<Vec<Whole>> = LazyLock::new(|| Format::ALL.iter().flat_map(|format| whole(*format)).collect());

#[test]
fn whole_files_reach_their_readers() {
    for format in Format::ALL {
        for (name, bytes) in whole(*format) {
            let identified = identify::identify(name, &bytes);
            assert_eq!(identified.format, *format, "{name}");
            let (found, children) = read_all(name, &bytes);
            let is_locked = kinds(&found).contains(&ExceptionKind::Encrypted);
            assert!(
                is_locked || *format == Format::Image || !found.text.is_empty() || !children.is_empty(),
                "nothing was read of {name} ({format:?}): {:?}",
                found.exceptions
            );
            hold(name, &bytes);
        }
    }
}

/// Reads bytes, with the password of the locked ones, and holds what is read to its promises.
fn hold(name: &str, bytes: &[u8]) {
    let options = Options {
        max_text_bytes: 1 << 20,
        max_entries: 1_000,
        passwords: vec!["secret".to_owned()],
        ..Options::default()
    };
    fuzzing::hold_to_promises(&Input { name, bytes, options: &options }, super::extract);
}

/// What is done to a file.
#[derive(Debug, Clone)]
enum Damage {
    Byte(Index, u8),
    Bit(Index, u8),
    Noise(Index, Vec<u8>),
    Repeat(Index, Index, u8),
    Cut(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        4 => (any::<Index>(), 0_u8..8).prop_map(|(at, bit)| Damage::Bit(at, bit)),
        2 => (any::<Index>(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, noise)| Damage::Noise(at, noise)),
        1 => (any::<Index>(), any::<Index>(), 1_u8..20).prop_map(|(from, to, times)| Damage::Repeat(from, to, times)),
        2 => any::<Index>().prop_map(Damage::Cut),
    ]
}

fn damaged(bytes: &mut Vec<u8>, what: &Damage) {
    if bytes.is_empty() {
        return;
    }
    match what {
        Damage::Byte(at, byte) => *at.get_mut(bytes) = *byte,
        Damage::Bit(at, bit) => *at.get_mut(bytes) ^= 1 << bit,
        Damage::Noise(at, noise) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, noise.iter().copied());
        }
        Damage::Repeat(from, to, times) => {
            let (one, other) = (from.index(bytes.len()), to.index(bytes.len()));
            let piece = bytes[one.min(other)..one.max(other)].repeat(usize::from(*times));
            bytes.splice(other..other, piece);
        }
        Damage::Cut(at) => bytes.truncate(at.index(bytes.len())),
    }
}

/// The members of a ZIP archive; nothing of any other file.
fn members(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let mut members = Vec::new();
    for name in names {
        let mut bytes = Vec::new();
        archive.by_name(&name).ok()?.read_to_end(&mut bytes).ok()?;
        members.push((name, bytes));
    }
    Some(members)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_breaks_no_promise(which in any::<Index>(), inside in any::<Option<Index>>(), damages in prop::collection::vec(damage(), 1..6)) {
        let (name, bytes) = which.get(&WHOLE);
        let mut bytes = bytes.clone();
        match inside.and_then(|part| Some((part, members(&bytes)?))) {
            Some((part, mut members)) => {
                let part = part.get_mut(&mut members);
                damages.iter().for_each(|damage| damaged(&mut part.1, damage));
                let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
                bytes = zip_of(&members);
            }
            None => damages.iter().for_each(|damage| damaged(&mut bytes, damage)),
        }
        hold(name, &bytes);
    }

    #[test]
    fn noise_under_any_beginning_breaks_no_promise(which in any::<Index>(), kept in 0_usize..600, noise in prop::collection::vec(any::<u8>(), 0..600)) {
        let (name, bytes) = which.get(&WHOLE);
        hold(name, &[&bytes[..kept.min(bytes.len())], &noise].concat());
    }
}
