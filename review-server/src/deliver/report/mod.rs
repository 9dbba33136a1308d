//! The report: findings as a page to read, one file without anything outside it.
//!
//! Concepts in the order of their taxonomy, each with its definition and its quotes; every quote cites its document
//! and leads to the page. No script, no font, no picture; every text from outside is escaped, and the page forbids
//! itself to load anything.

mod escape;
mod outline;

use jiff::Zoned;

use super::arrange::{Arranged, Finding};
use escape::Html;
use outline::{Branch, Entry, Outline};

const STYLE: &str = include_str!("style.css");

/// Makes the report.
pub(super) fn html(arranged: &Arranged<'_>) -> String {
    let outline = Outline::of(arranged);
    let mut page = Html::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n");
    page.raw("<title>")
        .text(&arranged.snapshot.title)
        .raw("</title>\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n");
    page.raw("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n");
    title_page(&mut page, arranged);
    contents(&mut page, &outline);
    page.raw("<main id=\"findings\">\n");
    if arranged.findings.is_empty() {
        page.raw("<p class=\"none\">There are no annotations on the documents this query found.</p>\n");
    }
    for branch in &outline.branches {
        branch_section(&mut page, arranged, branch);
    }
    if !outline.without_concept.is_empty() {
        page.raw(
            "<section class=\"branch plain\" aria-labelledby=\"no-concept\">\n<h2 id=\"no-concept\">Without a concept",
        );
        quantity(&mut page, outline.without_concept.len());
        page.raw("</h2>\n");
        for finding in &outline.without_concept {
            quote(&mut page, arranged, *finding, "");
        }
        page.raw("</section>\n");
    }
    page.raw("</main>\n<footer>\n<p>The same findings as a table are in <a href=\"findings.xlsx\">findings.xlsx</a>. ");
    page.raw("<a href=\"manifest.json\">manifest.json</a> lists the SHA-256 of every file of this package.</p>\n");
    page.raw("</footer>\n</body>\n</html>\n");
    page.finish()
}

fn title_page(page: &mut Html, arranged: &Arranged<'_>) {
    let snapshot = arranged.snapshot;
    page.raw("<header>\n<p class=\"matter\">").text(&snapshot.matter_name);
    if !snapshot.client.is_empty() {
        page.raw(" <span aria-hidden=\"true\">·</span> ").text(&snapshot.client);
    }
    page.raw("</p>\n<h1>").text(&snapshot.title).raw("</h1>\n<dl class=\"facts\">\n");
    let counts = format!(
        "{} on {} of {}",
        plural(arranged.findings.len(), "annotation"),
        arranged.annotated_documents(),
        plural(arranged.documents.len(), "document"),
    );
    let query = if snapshot.canonical.is_empty() { "all documents" } else { &snapshot.canonical };
    let taken = day_and_time(&snapshot.time_zone.at(snapshot.created_at));
    let facts = [
        ("Findings", counts.as_str()),
        ("Documents", query),
        ("State of", &taken),
        ("Time zone of dates", snapshot.time_zone.name()),
        ("Prepared by", &snapshot.prepared_by),
    ];
    for (name, value) in facts {
        page.raw("<div><dt>").text(name).raw("</dt><dd>").text(value).raw("</dd></div>\n");
    }
    page.raw("</dl>\n</header>\n");
}

fn contents(page: &mut Html, outline: &Outline<'_>) {
    if outline.branches.is_empty() && outline.without_concept.is_empty() {
        return;
    }
    page.raw("<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ul>\n");
    for entry in outline.branches.iter().flat_map(|branch| &branch.entries) {
        page.raw("<li class=\"d").number(entry.depth.min(5)).raw("\"><a href=\"#").text(&entry.anchor).raw("\">");
        page.text(&entry.label).raw("</a>");
        quantity(page, entry.total);
        page.raw("</li>\n");
    }
    if !outline.without_concept.is_empty() {
        page.raw("<li class=\"d0\"><a href=\"#no-concept\">Without a concept</a>");
        quantity(page, outline.without_concept.len());
        page.raw("</li>\n");
    }
    page.raw("</ul>\n</nav>\n");
}

fn branch_section(page: &mut Html, arranged: &Arranged<'_>, branch: &Branch<'_>) {
    let Some(first) = branch.entries.first() else { return };
    let colour = branch.colour.map_or_else(|| "plain".to_owned(), |colour| format!("c{colour}"));
    page.raw("<section class=\"branch ").text(&colour).raw("\" aria-labelledby=\"").text(&first.anchor).raw("\">\n");
    for entry in &branch.entries {
        heading(page, entry);
        for finding in &entry.findings {
            quote(page, arranged, *finding, entry.iri);
        }
    }
    page.raw("</section>\n");
}

fn heading(page: &mut Html, entry: &Entry<'_>) {
    let level = (entry.depth + 2).min(6);
    page.raw("<h").number(level).raw(" id=\"").text(&entry.anchor).raw("\">");
    if let Some(notation) = entry.concept.and_then(|concept| concept.notation.as_deref()) {
        page.raw("<span class=\"notation\">").text(notation).raw("</span> ");
    }
    page.text(&entry.label);
    quantity(page, entry.total);
    page.raw("</h").number(level).raw(">\n");
    if let Some(concept) = entry.concept {
        for (name, text) in [("definition", &concept.definition), ("scope", &concept.scope_note)] {
            if let Some(text) = text {
                page.raw("<p class=\"").raw(name).raw("\">").text(text).raw("</p>\n");
            }
        }
    } else {
        page.raw("<p class=\"scope\">No taxonomy of the matter has this concept: <code>")
            .text(entry.iri)
            .raw("</code></p>\n");
    }
}

/// One annotation, under the concept with this IRI.
fn quote(page: &mut Html, arranged: &Arranged<'_>, finding: Finding<'_>, under: &str) {
    let (document, annotation) = (finding.document, finding.annotation);
    page.raw("<figure>\n<blockquote>");
    if annotation.quote.trim().is_empty() {
        page.raw("<p class=\"region\">A part of the page without text.</p>");
    } else {
        page.raw("<p>").text(annotation.quote.trim()).raw("</p>");
    }
    page.raw("</blockquote>\n<figcaption>\n<p class=\"source\">");
    let place = match annotation.page {
        Some(number) => format!("{}, p. {number}", document.control_number),
        None => document.control_number.to_string(),
    };
    match document.packaged_as() {
        Some(file) => {
            page.raw("<a href=\"").text(&file);
            if let Some(number) = annotation.page.filter(|_| document.format == redwell_model::Format::Pdf) {
                page.raw("#page=").number(number);
            }
            page.raw("\">").text(&place).raw("</a>");
        }
        None => {
            page.text(&place);
        }
    }
    page.raw(", <cite>").text(&document.title).raw("</cite>");
    if let Some(date) = &document.date {
        page.raw(", ").text(date);
    }
    if !document.custodian.is_empty() {
        page.raw(" <span class=\"custodian\">(").text(&document.custodian).raw(")</span>");
    }
    page.raw("</p>\n");
    if !annotation.note.trim().is_empty() {
        page.raw("<p class=\"note\">").text(annotation.note.trim()).raw("</p>\n");
    }
    let others: Vec<String> =
        annotation.concepts.iter().filter(|iri| *iri != under).map(|iri| arranged.path(iri)).collect();
    if !others.is_empty() {
        page.raw("<p class=\"also\">Also: ").text(&others.join("; ")).raw("</p>\n");
    }
    page.raw("<p class=\"by\">")
        .text(&annotation.author)
        .raw(", ")
        .text(&day(&arranged.snapshot.time_zone.at(annotation.created_at)))
        .raw("</p>\n");
    page.raw("</figcaption>\n</figure>\n");
}

fn quantity(page: &mut Html, n: usize) {
    page.raw(" <span class=\"count\">").text(&plural(n, "finding")).raw("</span>");
}

fn plural(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

fn day(at: &Zoned) -> String {
    at.strftime("%-d %B %Y").to_string()
}

fn day_and_time(at: &Zoned) -> String {
    at.strftime("%-d %B %Y, %H:%M %Z").to_string()
}
