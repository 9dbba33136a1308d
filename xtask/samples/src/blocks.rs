//! The body of a text as blocks and spans: a small part of Markdown, plus what contracts and reports need.
//!
//! `# heading`, `- bullet`, `> remark` (set off), `5.3 clause` and `(a) sub-clause` at the start of a paragraph, `a | b` table
//! rows (first row is the head), `~~~bars title` … `~~~` for a bar chart, `===` for a new page, `***` for a rule, `\` at a line's end for a
//! line break, `->` for a paragraph set right. Inside: `**bold**`, `*italic*`, `{+inserted+}`, `{-deleted-}`, `{>name: comment<}`.

/// A piece of a paragraph in one style.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) change: Option<Change>,
}

/// What a reviser did to a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Inserted,
    Deleted,
    /// The text is a comment at this place.
    Comment,
}

/// A paragraph-like unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Heading { level: usize, spans: Vec<Span> },
    Paragraph(Vec<Span>),
    Right(Vec<Span>),
    Remark(Vec<Span>),
    Bullet(Vec<Span>),
    Clause { label: String, depth: usize, spans: Vec<Span> },
    Table(Vec<Vec<String>>),
    Bars { title: String, bars: Vec<(String, String)> },
    PageBreak,
    Rule,
}

/// Reads the body of a text.
pub(crate) fn parse(body: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = body.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        } else if line == "===" {
            blocks.push(Block::PageBreak);
        } else if line == "***" {
            blocks.push(Block::Rule);
        } else if let Some(title) = line.strip_prefix("~~~bars ") {
            let rows = lines.by_ref().take_while(|line| !line.starts_with("~~~"));
            let bars = rows.filter_map(|row| row.split_once('|'));
            let bars = bars.map(|(label, value)| (label.trim().to_owned(), value.trim().to_owned())).collect();
            blocks.push(Block::Bars { title: title.to_owned(), bars });
        } else if line.starts_with('#') {
            let level = line.bytes().take_while(|byte| *byte == b'#').count();
            blocks.push(Block::Heading { level, spans: spans(line[level..].trim()) });
        } else if line.contains(" | ") {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.contains(" | ")) {
                rows.push(cells(row));
            }
            blocks.push(Block::Table(rows));
        } else {
            let mut text = line.to_owned();
            while let Some(more) = lines.next_if(|line| continues(line)) {
                match text.strip_suffix('\\') {
                    Some(whole) => text = format!("{}\n", whole.trim_end()),
                    None => text.push(' '),
                }
                text.push_str(more.trim());
            }
            blocks.push(paragraph(&text));
        }
    }
    blocks
}

fn continues(line: &str) -> bool {
    let opens = ["#", "- ", "===", "***", "~~~", "> ", "-> "];
    !line.trim().is_empty()
        && !line.contains(" | ")
        && !opens.iter().any(|mark| line.starts_with(mark))
        && clause(line).is_none()
}

fn cells(row: &str) -> Vec<String> {
    row.split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn paragraph(text: &str) -> Block {
    if let Some(rest) = text.strip_prefix("- ") {
        Block::Bullet(spans(rest))
    } else if let Some(rest) = text.strip_prefix("> ") {
        Block::Remark(spans(rest))
    } else if let Some(rest) = text.strip_prefix("-> ") {
        Block::Right(spans(rest))
    } else if let Some((label, depth)) = clause(text) {
        Block::Clause { label: label.to_owned(), depth, spans: spans(text[label.len()..].trim_start()) }
    } else {
        Block::Paragraph(spans(text))
    }
}

/// The label of a clause (`5.3`, `5.4A`) or sub-clause (`(a)`) and how deep it lies.
fn clause(text: &str) -> Option<(&str, usize)> {
    let label = text.split(' ').next()?;
    if label.len() == text.len() {
        return None;
    }
    let inner = label.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if let Some(inner) = inner {
        let letters = !inner.is_empty() && inner.len() <= 4 && inner.chars().all(|c| c.is_ascii_lowercase());
        return letters.then_some((label, 2));
    }
    let mut parts = label.trim_end_matches(|c: char| c.is_ascii_uppercase()).split('.');
    let numbers = parts.clone().count() == 2
        && parts.all(|part| !part.is_empty() && part.len() < 3 && part.bytes().all(|b| b.is_ascii_digit()));
    (numbers && !label.starts_with('0')).then_some((label, 1))
}

/// Splits a paragraph into spans by its marks.
pub(crate) fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut current = Span::default();
    let mut rest = text;
    let flush = |current: &mut Span, spans: &mut Vec<Span>| {
        if !current.text.is_empty() {
            spans.push(current.clone());
            current.text.clear();
        }
    };
    while let Some(first) = rest.chars().next() {
        let mark = ["**", "*", "{+", "+}", "{-", "-}", "{>", "<}"].into_iter().find(|mark| rest.starts_with(mark));
        let Some(mark) = mark else {
            current.text.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        flush(&mut current, &mut spans);
        match mark {
            "**" => current.bold = !current.bold,
            "*" => current.italic = !current.italic,
            "{+" => current.change = Some(Change::Inserted),
            "{-" => current.change = Some(Change::Deleted),
            "{>" => current.change = Some(Change::Comment),
            _ => current.change = None,
        }
        rest = &rest[mark.len()..];
    }
    flush(&mut current, &mut spans);
    spans
}

/// The words of spans as a reader sees them: without what was deleted and without comments.
pub(crate) fn plain(spans: &[Span]) -> String {
    let kept = spans.iter().filter(|span| !matches!(span.change, Some(Change::Deleted | Change::Comment)));
    kept.map(|span| span.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_told_from_amounts_and_dates() {
        assert_eq!(clause("5.3 The prices"), Some(("5.3", 1)));
        assert_eq!(clause("5.4A The surcharge"), Some(("5.4A", 1)));
        assert_eq!(clause("(iv) tools"), Some(("(iv)", 2)));
        assert_eq!(clause("12 February"), None);
        assert_eq!(clause("(see above) it"), None);
        assert_eq!(clause("14.20"), None);
        assert_eq!(clause("0.5 % a week"), None);
    }

    #[test]
    fn marks_make_spans() {
        let spans = spans("by **1** {-0.5-}{+1.0+} per cent");
        assert_eq!(plain(&spans), "by 1 1.0 per cent");
        assert_eq!(spans.len(), 6);
    }
}
