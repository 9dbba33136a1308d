//! Files made to do harm, each in a collection of its own making: read with the limits of every other file, they become
//! exceptions of a documented kind, or are simply read; the program lives on, its accounting holds, and nothing is written
//! outside its data folder.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use zip::write::SimpleFileOptions;

use crate::program::Redwell;

/// What may become of a file beside being read.
const BEARABLE: [&str; 11] = [
    "damaged",
    "unsupported_format",
    "format_mismatch",
    "needs_ocr",
    "garbled_text",
    "time_limit",
    "memory_limit",
    "output_limit",
    "container_limit",
    "part_lost",
    "empty_file",
];

/// A file and what must be told of it; nothing where it may be read, or be told with any bearable kind.
struct Hostile {
    name: &'static str,
    bytes: Vec<u8>,
    told: &'static [&'static str],
}

fn any(name: &'static str, bytes: impl Into<Vec<u8>>) -> Hostile {
    Hostile { name, bytes: bytes.into(), told: &[] }
}

fn told(name: &'static str, bytes: impl Into<Vec<u8>>, told: &'static [&'static str]) -> Hostile {
    Hostile { name, bytes: bytes.into(), told }
}

/// Reads a collection of these files and holds what became of them to what was promised.
fn check(files: &[Hostile]) {
    let redwell = Redwell::new();
    let collection = redwell.collection();
    let around = || {
        let mut names: Vec<_> =
            std::fs::read_dir(collection.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.extend(std::fs::read_dir(&collection).unwrap().map(|entry| entry.unwrap().file_name()));
        names.sort();
        names
    };
    for file in files {
        std::fs::write(collection.join(file.name), &file.bytes).unwrap();
    }
    std::fs::create_dir_all(redwell.data()).unwrap();
    let before = around();
    redwell.ingest(&[
        "--cpu-seconds",
        "3",
        "--wall-seconds",
        "120",
        "--memory-mib",
        "768",
        "--text-mib",
        "4",
        "--entries",
        "500",
        "--expanded-mib",
        "256",
        "--ocr",
        "off",
    ]);
    assert_eq!(around(), before, "something was written beside the data folder");
    let status = redwell.json(&["status", "--matter", "m", "--json"]);
    let count = |name: &str| status[name].as_u64().unwrap();
    assert_eq!(count("sources"), files.len() as u64);
    let outcomes = ["documents", "duplicates", "containers", "excluded", "failed"].map(count);
    assert_eq!(count("items"), outcomes.iter().sum::<u64>(), "{status}");

    let mut kinds: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for exception in redwell.lines(&["exceptions", "--matter", "m", "--json"]) {
        let text = |field: &str| exception[field].as_str().unwrap_or_default().to_owned();
        kinds.entry(text("path")).or_default().push((text("kind"), text("reason")));
    }
    for (path, kinds) in &kinds {
        let expected = files.iter().find(|file| path.contains(file.name)).map_or(&[][..], |file| file.told);
        let is_bearable =
            kinds.iter().all(|(kind, _)| BEARABLE.contains(&kind.as_str()) || expected.contains(&kind.as_str()));
        assert!(is_bearable, "{path} became {kinds:?}");
    }
    for file in files.iter().filter(|file| !file.told.is_empty()) {
        let found: Vec<_> =
            kinds.iter().filter(|(path, _)| path.contains(file.name)).flat_map(|(_, kinds)| kinds).collect();
        assert!(
            found.iter().any(|(kind, _)| file.told.contains(&kind.as_str())),
            "of {} was told {found:?}, not {:?}",
            file.name,
            file.told
        );
    }
    redwell.expect(&[0], &["verify", "--matter", "m"]);
}

/// A package of these parts.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An archive whose directory names one packed member so many times.
fn overlapping(times: u32) -> Vec<u8> {
    let packed = deflated(&vec![b'a'; 4 << 20]);
    let length = u32::try_from(packed.len()).unwrap();
    let crc = crc32(&vec![b'a'; 4 << 20]);
    let fields = |name: &str| {
        let mut fields = [20_u16, 0, 8, 0, 33].map(u16::to_le_bytes).concat();
        fields.extend([crc, length, 4 << 20].map(u32::to_le_bytes).concat());
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0, 0]);
        fields
    };
    let mut file = [b"PK\x03\x04".as_slice(), &fields("a"), b"a", &packed].concat();
    let at = u32::try_from(file.len()).unwrap();
    for number in 0..times {
        let name = format!("{number:05}.txt");
        file.extend(b"PK\x01\x02\x14\0");
        file.extend(fields(&name));
        file.extend([0; 10]);
        file.extend(0_u32.to_le_bytes());
        file.extend(name.as_bytes());
    }
    let size = u32::try_from(file.len()).unwrap() - at;
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([u16::try_from(times).unwrap(); 2].map(u16::to_le_bytes).concat());
    file.extend([size, at].map(u32::to_le_bytes).concat());
    file.extend([0, 0]);
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// An archive in an archive, and so on.
fn nested(depth: u32) -> Vec<u8> {
    (0..depth).fold(package(&[("a.txt", b"core")]), |inner, _| package(&[("a.zip", &inner)]))
}

/// The header of a member of a TAR archive that claims to be so large.
fn tar_header(name: &str, size: &[u8; 12], kind: u8) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(size);
    header[136..148].copy_from_slice(b"00000000000\0");
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar  \0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[test]
fn archives() {
    let huge = b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff";
    let sparse = {
        let mut header = tar_header("sparse.bin", b"00000000000\0", b'S');
        // One piece of nothing at the end of eight exabytes.
        header[386..398].copy_from_slice(huge);
        header[483..495].copy_from_slice(huge);
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        [header, vec![0; 1024]].concat()
    };
    let extended = {
        let record = "30 GNU.sparse.realsize=1000000000000000\n22 size=99999999999999999\n";
        let head = tar_header("x", &format!("{:011o}\0", record.len()).into_bytes().try_into().unwrap(), b'x');
        let mut body = record.as_bytes().to_vec();
        body.resize(512, 0);
        [head, body, tar_header("a.txt", b"00000000005\0", b'0'), vec![b'a'; 512]].concat()
    };
    let outside = {
        let names = [
            "../../outside.txt",
            "/outside.txt",
            "..\\..\\outside.txt",
            "C:\\outside.txt",
            "a/../../../outside.txt",
            "..",
            ".",
            "a\0b",
            "collection",
        ];
        package(&names.map(|name| (name, b"x".as_slice())))
    };
    let gzip = {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        (0..160).for_each(|_| encoder.write_all(&vec![0; 1 << 20]).unwrap());
        encoder.finish().unwrap()
    };
    let nested_twice: Vec<u8> = (0..3).fold(deflated_zip(60), |inner, level| {
        let names: Vec<String> = (0..8).map(|n| format!("{level}{n}.zip")).collect();
        package(&names.iter().map(|name| (name.as_str(), inner.as_slice())).collect::<Vec<_>>())
    });
    check(&[
        told("overlap.zip", overlapping(20_000), &["container_limit"]),
        told("nested.zip", nested(14), &["container_limit"]),
        told("multiplied.zip", nested_twice, &["container_limit"]),
        told("bomb.gz", gzip, &["container_limit"]),
        told(
            "huge.tar",
            [tar_header("a.txt", huge, b'0'), vec![b'a'; 5000]].concat(),
            &["damaged", "part_lost", "container_limit"],
        ),
        any("sparse.tar", sparse),
        any("extended.tar", extended),
        any("outside.zip", outside),
        any(
            "outside.tar",
            [
                tar_header("../../outside.txt", b"00000000001\0", b'0'),
                vec![b'x'; 512],
                tar_header("link", b"00000000000\0", b'2'),
                vec![0; 1024],
            ]
            .concat(),
        ),
        told(
            "many.zip",
            package(
                &(0..700)
                    .map(|n| ["a", "b", "c", "d", "e", "f", "g"][n % 7])
                    .enumerate()
                    .map(|(n, s)| (Box::leak(format!("{s}{n}").into_boxed_str()) as &str, b"x".as_slice()))
                    .collect::<Vec<_>>(),
            ),
            &["container_limit"],
        ),
        told("solid.7z", solid(), &["container_limit", "time_limit", "memory_limit"]),
    ]);
}

/// An archive of one member of so many MiB of zeros.
fn deflated_zip(mebibytes: usize) -> Vec<u8> {
    package(&[("zeros.bin", &vec![0; mebibytes << 20])])
}

/// Many members in one packed stream.
fn solid() -> Vec<u8> {
    let mut writer = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    writer.set_content_methods(vec![sevenz_rust2::EncoderMethod::ZSTD.into()]);
    let names: Vec<String> = (0..12).map(|n| format!("{n}.bin")).collect();
    let entries = names.iter().map(|name| sevenz_rust2::ArchiveEntry::new_file(name)).collect();
    let zeros = vec![0; 8 << 20];
    let readers = names.iter().map(|_| sevenz_rust2::SourceReader::new(zeros.as_slice())).collect();
    writer.push_archive_entries(entries, readers).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj {object} endobj\n").as_bytes());
    }
    let at = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).as_bytes());
    places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").as_bytes()));
    file.extend(format!("trailer <</Size {}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF", places.len() + 1).as_bytes());
    file
}

#[test]
fn pages() {
    let catalogue = || "<</Type/Catalog/Pages 2 0 R>>".to_owned();
    let page = |parent: u32| {
        format!(
            "<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
        )
    };
    let content = "BT /F 12 Tf 10 10 Td (seen) Tj ET";
    let stream = format!("<</Length {}>>stream\n{content}\nendstream", content.len());
    let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned();
    let rest = |pages: &str| vec![catalogue(), pages.to_owned(), page(2), stream.clone(), font.clone()];
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let forms: Vec<String> = {
        let form = |next: usize| {
            format!(
                "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 11/Resources<</XObject<</X {next} 0 R>>>>>>stream\n/X Do /X Do\nendstream"
            )
        };
        let mut objects = vec![
            catalogue(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>".to_owned(),
            "<</Length 5>>stream\n/X Do\nendstream".to_owned(),
        ];
        (0..24).for_each(|n| objects.push(form(6 + n)));
        objects.push("<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>stream\n\nendstream".to_owned());
        objects
    };
    let with_contents = |contents: &str| {
        let mut objects = rest("<</Type/Pages/Kids[3 0 R]/Count 1>>");
        objects[3] = contents.to_owned();
        pdf(&objects)
    };
    let picture = |head: &[u8]| [head, &[0; 64]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [
        (b"IHDR", b"\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0".to_vec()),
        (b"IDAT", vec![0x78, 0x9c, 3, 0, 0, 0, 0, 1]),
        (b"IEND", vec![]),
    ] {
        png.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        let chunk = [kind.as_slice(), &content].concat();
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
    }
    // A directory of two entries, width and height, that is its own successor.
    let tiff_loop = [
        b"II*\0\x08\0\0\0\x03\0".as_slice(),
        b"\0\x01\x04\0\x01\0\0\0\xff\xff\xff\x7f",
        b"\x01\x01\x04\0\x01\0\0\0\xff\xff\xff\x7f",
        b"\x06\x01\x03\0\x01\0\0\0\x01\0\0\0",
        b"\x08\0\0\0",
    ]
    .concat();
    check(&[
        any("itself.pdf", pdf(&rest("<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"))),
        any(
            "parents.pdf",
            pdf(&{
                let mut objects = rest("<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>");
                objects[2] = "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>".to_owned();
                objects
            }),
        ),
        any("same.pdf", pdf(&rest(&format!("<</Type/Pages/Kids[{}]/Count 300000>>", "3 0 R ".repeat(300_000))))),
        any("count.pdf", pdf(&rest("<</Type/Pages/Kids[3 0 R]/Count 2147483647>>"))),
        any("deep.pdf", pdf(&rest(&format!("<</Type/Pages/Kids[3 0 R]/Count 1/X {deep}>>")))),
        any("forms.pdf", pdf(&forms)),
        any("operands.pdf", with_contents(&format!("<</Length 400000>>stream\n{deep}\nendstream"))),
        any("states.pdf", with_contents(&format!("<</Length 1000000>>stream\n{}\nendstream", "q ".repeat(500_000)))),
        any("self.pdf", with_contents("<</Length 4 0 R>>stream\nBT ET\nendstream")),
        any(
            "filters.pdf",
            with_contents(&format!("<</Length 0/Filter[{}]>>stream\n\nendstream", "/FlateDecode ".repeat(100_000))),
        ),
        any("huge.png", png),
        any("loop.tif", picture(&tiff_loop)),
        any(
            "huge.bmp",
            picture(
                b"BM\xff\xff\xff\x7f\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f\x01\0\x18\0\0\0\0\0",
            ),
        ),
        any("huge.gif", picture(b"GIF89a\xff\xff\xff\xff\xf7\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08")),
        any("huge.webp", picture(b"RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff")),
    ]);
}

const WORKBOOK: &[(&str, &[u8])] = &[
    ("[Content_Types].xml", b"<Types><Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>"),
    ("_rels/.rels", b"<Relationships><Relationship Id='r1' Target='xl/workbook.xml' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument'/></Relationships>"),
    ("xl/workbook.xml", b"<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='A' sheetId='1' r:id='r1'/></sheets></workbook>"),
    ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet'/><Relationship Id='r2' Target='sharedStrings.xml' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings'/></Relationships>"),
];

fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    let more = [("xl/worksheets/sheet1.xml", sheet.as_bytes()), ("xl/sharedStrings.xml", strings.as_bytes())];
    package(&[WORKBOOK, &more].concat())
}

fn opendocument(kind: &str, body: &str) -> Vec<u8> {
    let kind = format!("application/vnd.oasis.opendocument.{kind}");
    let content = format!("<office:document-content><office:body>{body}</office:body></office:document-content>");
    package(&[("mimetype", kind.as_bytes()), ("content.xml", content.as_bytes())])
}

fn word(body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let body = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types><Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>");
    package(&[&[types, ("word/document.xml", body.as_bytes())], more].concat())
}

#[test]
fn office_files() {
    let corners = "<worksheet><dimension ref='A1:XFD1048576'/><cols><col min='1' max='16384' hidden='1'/></cols><sheetData><row r='1'><c r='A1'><v>1</v></c></row><row r='1048576' hidden='1'><c r='XFD1048576'><v>2</v></c></row></sheetData><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells></worksheet>";
    let cells: String =
        (1..=20_000).map(|row| format!("<row r='{row}'><c r='A{row}' t='s'><v>0</v></c></row>")).collect();
    let shared = format!("<sst><si><t>{}</t></si></sst>", "shared words ".repeat(20_000));
    let repeated = "<table:table table:name='T'><table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'><text:p>again and again</text:p></table:table-cell></table:table-row></table:table>";
    let levels: String = (0..200_000).map(|_| "<text:list><text:list-item>").collect();
    let chain: String = (0..50_000)
        .map(|n| format!("<w:style w:styleId='S{n}'><w:basedOn w:val='S{}'/></w:style>", (n + 1) % 50_000))
        .collect();
    let styles = format!("<w:styles>{chain}</w:styles>");
    let styled: String = (0..20_000)
        .map(|n| format!("<w:p><w:pPr><w:pStyle w:val='S{n}'/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>"))
        .collect();
    let chapters = format!(
        "<package><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest><spine>{}</spine></package>",
        "<itemref idref='a'/>".repeat(50_000)
    );
    let chapter = format!("<html><body><p>{}</p></body></html>", "word ".repeat(20_000));
    let bomb = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "a".repeat(40 << 20));
    let entities = {
        let mut xml = "<!DOCTYPE a [<!ENTITY e0 'ha'>".to_owned();
        (1..40).for_each(|n| xml.push_str(&format!("<!ENTITY e{n} '&e{0};&e{0};'>", n - 1)));
        xml + "]><a>&e39;</a>"
    };
    check(&[
        any("corners.xlsx", workbook(corners, "<sst/>")),
        told("shared.xlsx", workbook(&format!("<worksheet><sheetData>{cells}</sheetData></worksheet>"), &shared), &["output_limit", "time_limit"]),
        // A sheet the library crashes on; others would be read.
        told("columns.xlsx", workbook("<worksheet><sheetData><row r='99999999999'><c r='ZZZZZZZZ99999999999'><v>1</v></c></row></sheetData></worksheet>", "<sst/>"), &["crashed", "damaged", "part_lost"]),
        any("repeated.ods", opendocument("spreadsheet", repeated)),
        any("spaces.odt", opendocument("text", &"<text:p>a<text:s text:c='4294967295'/>b</text:p>".repeat(1000))),
        any("lists.odt", opendocument("text", &format!("{levels}<text:p>deep</text:p>"))),
        any("tables.docx", word(&format!("{}<w:p><w:r><w:t>deep</w:t></w:r></w:p>", "<w:tbl><w:tr><w:tc>".repeat(200_000)), &[])),
        any("styles.docx", word(&styled, &[("word/styles.xml", styles.as_bytes()), ("word/numbering.xml", b"<w:numbering><w:abstractNum w:abstractNumId='1'/><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num></w:numbering>")])),
        told("bomb.docx", word(&bomb, &[]), &["output_limit", "container_limit", "part_lost"]),
        any("chapters.epub", package(&[("mimetype", b"application/epub+zip"), ("META-INF/container.xml", b"<c><rootfile full-path='b.opf'/></c>"), ("b.opf", chapters.as_bytes()), ("a.xhtml", chapter.as_bytes())])),
        any("groups.rtf", format!("{{\\rtf1 {}deep", "{".repeat(1_000_000))),
        any("binary.rtf", format!("{{\\rtf1 a\\bin2147483647 b{}}}", "\\u-1?\\'e9\\uc99999 \\u8364".repeat(200_000))),
        any("entities.xml", entities),
        any("attributes.xml", format!("<a {}>x</a>", (0..1_000_000).map(|n| format!("a{n}='' ")).collect::<String>())),
        any("elements.xml", format!("<a>{}", (0..1_000_000).map(|n| format!("<b{n}>")).collect::<String>())),
        any("depth.json", "[".repeat(8_000_000)),
        told("line.csv", "a,".repeat(8 << 20), &["output_limit"]),
        any("depth.html", format!("<html>{}deep", "<div><b><table><tr><td>".repeat(100_000))),
        any("rules.html", format!("<html><style>{}</style>{}", (0..20_000).map(|n| format!(".a{n} .b{n} p{{display:none}}")).collect::<String>(), (0..20_000).map(|n| format!("<p class='a{n}'>x")).collect::<String>())),
        any("attributes.html", format!("<html><p {}>x", (0..500_000).map(|n| format!("a{n}='' ")).collect::<String>())),
    ]);
}

#[test]
fn mail() {
    let head =
        "From: a@x.y\r\nTo: b@x.y\r\nDate: Tue, 14 Mar 2023 09:12:00 +0100\r\nSubject: s\r\nMIME-Version: 1.0\r\n";
    let parts = format!(
        "{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        (0..100_000)
            .map(|n| format!(
                "--b\r\nContent-Type: text/plain; name=a{n}.txt\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
            ))
            .collect::<String>()
    );
    let nested: String =
        (0..20_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect();
    let forwarded = "Content-Type: message/rfc822\r\n\r\nFrom: a@x.y\r\nSubject: s\r\n".repeat(20_000);
    let words = "=?utf-8?Q?=C3=A9?= ".repeat(200_000);
    let addresses = "a <a@x.y>, (((((\"b\\\" ".repeat(200_000);
    let signed = {
        let der = |tag: u8, content: &[u8]| {
            [&[tag, 0x84], u32::try_from(content.len()).unwrap().to_be_bytes().as_slice(), content].concat()
        };
        let sign = |content: &[u8]| {
            let data = der(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
            let info = der(0x30, &[data, der(0xa0, &der(4, content))].concat());
            let inner = [der(2, &[1]), der(0x31, &[]), info, der(0x31, b"")].concat();
            der(0x30, &[der(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), der(0xa0, &der(0x30, &inner))].concat())
        };
        (0..40).fold(b"core".to_vec(), |inner, _| sign(&inner))
    };
    let constructed = [
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x80\0\0\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80".as_slice(),
        &b"\x24\x80".repeat(1_000_000),
    ]
    .concat();
    let events =
        format!("BEGIN:VCALENDAR\r\n{}", "BEGIN:VEVENT\r\nSUMMARY:a\r\nATTENDEE:mailto:b@x.y\r\n".repeat(200_000));
    let folded = format!("BEGIN:VCARD\r\nFN:{}\r\nEND:VCARD\r\n", "a\r\n ".repeat(2_000_000));
    let tnef = {
        let attribute = |id: u16| [&[2_u8][..], &id.to_le_bytes(), &[0, 0], &0_u32.to_le_bytes(), &[0, 0]].concat();
        [b"\x78\x9f\x3e\x22\x01\0".to_vec(), [attribute(0x9002), attribute(0x800f)].concat().repeat(200_000)].concat()
    };
    let mut store = b"!BDN\0\0\0\0SM\x17\0\x13\0\x01\x01".to_vec();
    store.resize(1024, 0);
    store.extend((0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()));
    check(&[
        told("parts.eml", parts, &["container_limit"]),
        any("nested.eml", format!("{head}{nested}")),
        any("forwarded.eml", format!("{head}{forwarded}")),
        any(
            "header.eml",
            format!("{head}X-Long: {}\r\nSubject: {words}\r\nTo: {addresses}\r\n\r\nbody", "a".repeat(20 << 20)),
        ),
        any("headers.eml", format!("{}\r\n\r\nbody", format!("{head}X-A: b\r\n").repeat(200_000))),
        any("line.mbox", format!("From a@x.y Tue Mar 14 09:12:00 2023\n{}", "a".repeat(40 << 20))),
        told(
            "many.mbox",
            "From a@x.y Tue Mar 14 09:12:00 2023\nFrom: a@x.y\nSubject: s\n\nx\n\n".repeat(5_000),
            &["container_limit"],
        ),
        told("signed.p7m", signed, &["container_limit"]),
        any("constructed.p7m", constructed),
        any("events.ics", events),
        any("folded.vcf", folded),
        any("winmail.dat", tnef),
        told("cut.pst", store, &["damaged"]),
    ]);
}

#[test]
fn the_names_of_this_table_are_known() {
    let known: Vec<&str> = redwell_model::ExceptionKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert!(BEARABLE.iter().all(|kind| known.contains(kind)));
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/hostile.rs").exists());
}
