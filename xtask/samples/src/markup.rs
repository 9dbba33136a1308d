//! HTML pages as a web archive keeps them: masthead, navigation, article, footer.

use std::fmt::Write;

use crate::blocks::{self, Block, Span};
use crate::office::xml;
use crate::plain;
use crate::source::Source;

/// Renders a text as a web page.
pub(crate) fn render(source: &Source) -> anyhow::Result<Vec<u8>> {
    let mut article = String::new();
    let mut bullets = false;
    for block in blocks::parse(&source.body) {
        if bullets != matches!(block, Block::Bullet(_)) {
            article.push_str(if bullets { "</ul>\n" } else { "<ul>\n" });
            bullets = !bullets;
        }
        let _ = match block {
            Block::Heading { level, spans } => writeln!(article, "<h{level}>{}</h{level}>", inline(&spans)),
            Block::Paragraph(spans) | Block::Right(spans) => writeln!(article, "<p>{}</p>", inline(&spans)),
            Block::Remark(spans) => writeln!(article, "<blockquote><p>{}</p></blockquote>", inline(&spans)),
            Block::Clause { label, spans, .. } => writeln!(article, "<p>{label} {}</p>", inline(&spans)),
            Block::Bullet(spans) => writeln!(article, "<li>{}</li>", inline(&spans)),
            Block::Table(rows) => writeln!(article, "{}", table(&rows)),
            Block::Rule => writeln!(article, "<hr>"),
            Block::Bars { .. } | Block::PageBreak => Ok(()),
        };
    }
    if bullets {
        article.push_str("</ul>\n");
    }
    let language = source.get("language").unwrap_or("en");
    let encoding = source.get("encoding").unwrap_or("utf-8");
    let (title, site, author) = (xml(source.text("title")), xml(source.text("site")), xml(source.text("author")));
    let (byline, accent) = (xml(source.text("byline")), source.get("accent").unwrap_or("1F3A5F"));
    let links: String =
        source.list("navigation").iter().map(|link| format!("<a href=\"#\">{}</a> ", xml(link))).collect();
    let foot = xml(source.text("foot"));
    let date = source.date()?.office();
    let masthead = if site.is_empty() {
        String::new()
    } else {
        format!("<header><div class=\"site\">{site}</div><nav>{links}</nav></header>\n")
    };
    let byline = if byline.is_empty() { byline } else { format!("<p class=\"byline\">{byline}</p>\n") };
    let foot = if foot.is_empty() { foot } else { format!("<footer><p>{foot}</p></footer>\n") };
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"{encoding}\">\n<title>{title}</title>\n<meta name=\"author\" content=\"{author}\">\n\
         <meta name=\"date\" content=\"{date}\">\n<style>\nbody {{ font: 17px/1.5 Georgia, serif; max-width: 44em; margin: 0 auto; }}\n\
         .site {{ font-size: 28px; color: #{accent}; }}\ntd, th {{ border-bottom: 1px solid #bbb; padding: 2px 10px; text-align: left; }}\n</style>\n\
         <script>window.visits = (window.visits || 0) + 1;</script>\n</head>\n<body>\n{masthead}<main>\n<article>\n{byline}{article}</article>\n</main>\n{foot}</body>\n</html>\n"
    );
    plain::encode(&page, encoding)
}

/// Spans as HTML.
pub(crate) fn inline(spans: &[Span]) -> String {
    let mut text = String::new();
    for span in spans {
        let content = xml(&span.text).replace('\n', "<br>\n");
        let _ = match (span.bold, span.italic) {
            (true, _) => write!(text, "<strong>{content}</strong>"),
            (false, true) => write!(text, "<em>{content}</em>"),
            (false, false) => write!(text, "{content}"),
        };
    }
    text
}

fn table(rows: &[Vec<String>]) -> String {
    let mut table = "<table>".to_owned();
    for (index, row) in rows.iter().enumerate() {
        let tag = if index == 0 { "th" } else { "td" };
        let cells: String = row.iter().map(|cell| format!("<{tag}>{}</{tag}>", inline(&blocks::spans(cell)))).collect();
        let _ = write!(table, "\n<tr>{cells}</tr>");
    }
    table + "\n</table>"
}
