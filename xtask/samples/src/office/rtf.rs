//! RTF: paragraphs, headings, bullets and tables with tabs; everything beyond ASCII as Unicode escapes.

use std::fmt::Write;

use crate::blocks::{self, Block, Span};
use crate::source::Source;

/// Renders a text as an RTF file.
pub(crate) fn render(source: &Source) -> anyhow::Result<Vec<u8>> {
    let (title, author) = (escape(source.text("title")), escape(source.text("author")));
    let date = source.date()?.office();
    let time = format!(
        "\\yr{}\\mo{}\\dy{}\\hr{}\\min{}",
        &date[0..4],
        &date[5..7],
        &date[8..10],
        &date[11..13],
        &date[14..16]
    );
    let mut body = String::new();
    for block in blocks::parse(&source.body) {
        let _ = match block {
            Block::Heading { level, spans } => {
                let size = if level == 1 { 32 } else { 25 };
                writeln!(body, "{{\\pard\\sb200\\sa100\\b\\fs{size} {}\\par}}", inline(&spans))
            }
            Block::Paragraph(spans) | Block::Remark(spans) => writeln!(body, "\\pard\\sa120 {}\\par", inline(&spans)),
            Block::Right(spans) => writeln!(body, "\\pard\\qr\\sa120 {}\\par", inline(&spans)),
            Block::Bullet(spans) => writeln!(body, "\\pard\\fi-283\\li567\\sa60 \\bullet\\tab {}\\par", inline(&spans)),
            Block::Clause { label, spans, .. } => {
                writeln!(body, "\\pard\\fi-680\\li680\\sa120 {label}\\tab {}\\par", inline(&spans))
            }
            Block::Table(rows) => write!(body, "{}", table(&rows)),
            Block::PageBreak => writeln!(body, "\\page"),
            Block::Bars { .. } | Block::Rule => Ok(()),
        };
    }
    let head = "{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc1{\\fonttbl{\\f0\\fswiss Arial;}}";
    let file = format!(
        "{head}\n{{\\info{{\\title {title}}}{{\\author {author}}}{{\\creatim{time}}}}}\n\\paperw11906\\paperh16838\\fs21\n{body}}}\n"
    );
    Ok(file.replace('\n', "\r\n").into_bytes())
}

fn inline(spans: &[Span]) -> String {
    let mut text = String::new();
    for span in spans {
        let content = escape(&span.text);
        let _ = match (span.bold, span.italic) {
            (true, _) => write!(text, "{{\\b {content}}}"),
            (false, true) => write!(text, "{{\\i {content}}}"),
            (false, false) => write!(text, "{content}"),
        };
    }
    text
}

fn table(rows: &[Vec<String>]) -> String {
    let mut table = String::new();
    for row in rows {
        table.push_str("\\trowd\\trgaph70");
        for column in 1..=row.len() {
            let _ = write!(table, "\\cellx{}", 9300 * column / row.len());
        }
        for cell in row {
            let _ = write!(table, "\\pard\\intbl {}\\cell", inline(&blocks::spans(cell)));
        }
        table.push_str("\\row\n");
    }
    table
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' | '{' | '}' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\line "),
            ' '..='~' => escaped.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(escaped, "\\u{}?", i32::from(*unit) - if *unit > 32_767 { 65_536 } else { 0 });
                }
            }
        }
    }
    escaped
}
