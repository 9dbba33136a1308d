//! The canonical form of a query: what is shown back to people and stored with results.
//!
//! It is in the `redwell` dialect, whatever dialect the query was written in, and reading it gives the same tree.
//! Every group that could be read two ways has its parentheses. Documents and a nested "everything" have no
//! syntax; they print as a parenthesised remark.

use std::fmt::{self, Write};

use crate::parse::redwell::{glued_quote, is_quote};
use crate::predicate::Predicate;
use crate::query::{Edge, End, Hits, Near, Query, Range, Reach, Relation, Sample, SampleSize};
use crate::term::Term;

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::And(parts) => joined(f, parts, " AND "),
            Self::Or(parts) => joined(f, parts, " OR "),
            Self::AndAny(both) => {
                atom(f, &both.required)?;
                f.write_str(" ANDANY ")?;
                atom(f, &both.optional)
            }
            Self::Near(near) => write!(f, "{near}"),
            other => atom(f, other),
        }
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        atom(f, &self.left)?;
        let (not, name) = (if self.is_negated { "NOT " } else { "" }, if self.is_ordered { "pre" } else { "w" });
        match self.reach {
            Reach::Words(words) => write!(f, " {not}{name}/{words} ")?,
            Reach::Sentence => write!(f, " {not}{name}/s ")?,
            Reach::Paragraph => write!(f, " {not}{name}/p ")?,
        }
        atom(f, &self.right)
    }
}

/// Parts with an operator between them.
fn joined(f: &mut fmt::Formatter<'_>, parts: &[Query], operator: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(operator)?;
        }
        match part {
            Query::Near(near) => write!(f, "{near}")?,
            other => atom(f, other)?,
        }
    }
    Ok(())
}

/// A part in a form that no operator beside it can tear apart.
fn atom(f: &mut fmt::Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::All => f.write_str("(every document)"),
        Query::Term(word) => term(f, word),
        Query::Phrase(parts) => phrase(f, parts),
        Query::Near(_) | Query::And(_) | Query::Or(_) | Query::AndAny(_) => write!(f, "({query})"),
        Query::Edge(edge) => {
            let Edge { of, end, words } = edge.as_ref();
            write!(f, "{}({words}, {of})", if *end == End::First { "first" } else { "last" })
        }
        Query::Regex(expression) => call(f, "regex", expression.as_str()),
        Query::Money(range) => write!(f, "money({range})"),
        Query::Day(range) => write!(f, "day({range})"),
        Query::Not(part) => {
            f.write_str("NOT ")?;
            atom(f, part)
        }
        Query::Field { field, value } => {
            write!(f, "{field}:")?;
            match value.as_ref() {
                Query::Not(_) => write!(f, "({value})"),
                other => atom(f, other),
            }
        }
        Query::Exists(field) => write!(f, "exists({field})"),
        Query::Within { field, range: Range::Days(range) } => write!(f, "{field}:{range}"),
        Query::Within { field, range: Range::Numbers(range) } => write!(f, "{field}:{range}"),
        Query::Hits(hits) => {
            let Hits { of, least, most } = hits.as_ref();
            match most {
                None => write!(f, "hits({of}) >= {least}"),
                Some(most) => write!(f, "hits({of}) = {least}..{most}"),
            }
        }
        Query::Expanded { of, by } => {
            atom(f, of)?;
            f.write_str(match by {
                Relation::Family => " +family",
                Relation::Thread => " +thread",
                Relation::Duplicates => " +duplicates",
            })
        }
        Query::Sample(sample) => {
            let Sample { of, size, seed } = sample.as_ref();
            match size {
                SampleSize::Documents(documents) => write!(f, "sample({documents}, {of}, {seed})"),
                SampleSize::HundredthsOfPercent(n) => {
                    write!(f, "sample({}.{:02}%, {of}, {seed})", n / 100, n % 100)
                }
            }
        }
        Query::Predicate(known) => predicate(f, known),
        Query::Documents(set) => write!(f, "({} documents)", set.len()),
    }
}

/// A word as it is, or in quotes where it could be read as something else.
fn bare(f: &mut fmt::Formatter<'_>, word: &str) -> fmt::Result {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '\'' | ',' | '_' | '*' | '?');
    let keyword = matches!(word, "and" | "or" | "not");
    let edge = word.starts_with(char::is_alphanumeric) || word.starts_with(['*', '?']);
    if !keyword && edge && word.chars().all(plain) { f.write_str(word) } else { write!(f, "\"{word}\"") }
}

/// Words in quotes.
fn phrase(f: &mut fmt::Formatter<'_>, parts: &[Query]) -> fmt::Result {
    let mut written = String::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            written.push(' ');
        }
        match part {
            Query::Term(Term::Word(word)) => written.push_str(word),
            Query::Term(Term::Wildcard(pattern)) => written.push_str(pattern.as_str()),
            other => write!(written, "{other}")?,
        }
    }
    debug_assert!(!has_closing_quote(&written), "a folded word has a quote only where it does not close a phrase");
    f.write_char('"')?;
    f.write_str(&written)?;
    f.write_char('"')
}

/// One word.
fn term(f: &mut fmt::Formatter<'_>, term: &Term) -> fmt::Result {
    match term {
        Term::Word(word) => bare(f, word),
        Term::Wildcard(pattern) => bare(f, pattern.as_str()),
        Term::Exact(word) => write!(f, "=\"{word}\""),
        Term::Regex(expression) => write!(f, "/{}/", expression.as_str()),
        Term::Fuzzy { word, edits } => write!(f, "{word}~{edits}"),
        Term::Stem { word, language } => write!(f, "stem({word}, {language})"),
        Term::Synonyms(word) => write!(f, "syn({word})"),
        Term::Number(range) => write!(f, "number({range})"),
    }
}

/// What only the matter knows.
fn predicate(f: &mut fmt::Formatter<'_>, predicate: &Predicate) -> fmt::Result {
    match predicate {
        Predicate::Tag(name) => named(f, "tag", name),
        Predicate::Coded { by, at, stage } => {
            f.write_str("coded:(")?;
            if let Some(by) = by {
                write!(f, "by={by} ")?;
            }
            if let Some(at) = at {
                write!(f, "at={at} ")?;
            }
            if let Some(stage) = stage {
                write!(f, "stage={stage}")?;
            }
            f.write_char(')')
        }
        Predicate::Annotated { concept } => named(f, "annotated", concept.as_deref().unwrap_or("yes")),
        Predicate::Note(query) => write!(f, "note:({query})"),
        Predicate::Conflict { field } => named(f, "conflict", field.as_deref().unwrap_or("yes")),
        Predicate::Batch(name) => named(f, "batch", name),
        Predicate::Saved(name) => named(f, "saved", name),
        Predicate::Report { name, term } => {
            named(f, "report", name)?;
            term.map_or(Ok(()), |term| write!(f, "#{term}"))
        }
        Predicate::List(name) => named(f, "list", name),
        Predicate::Numbers(ranges) => {
            let ranges: Vec<String> = ranges.iter().map(|(first, last)| format!("{first}..{last}")).collect();
            write!(f, "number:({})", ranges.join(", "))
        }
    }
}

/// A function with a text as its argument.
fn call(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    write!(f, "{name}(\"{}\")", text.replace('"', "\"\""))
}

/// A name after a field, in quotes where it needs them.
fn named(f: &mut fmt::Formatter<'_>, field: &str, name: &str) -> fmt::Result {
    write!(f, "{field}:")?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '#' | ':');
    if !name.is_empty() && name.chars().all(plain) {
        return f.write_str(name);
    }
    // A doubled quotation mark is one that belongs to the name.
    f.write_char('"')?;
    for c in name.chars() {
        f.write_char(c)?;
        if is_quote(c) {
            f.write_char(c)?;
        }
    }
    f.write_char('"')
}

/// Whether a quote in this text would end a phrase.
fn has_closing_quote(written: &str) -> bool {
    let chars: Vec<char> = written.chars().collect();
    (0..chars.len()).any(|at| chars[at] == '"' && !glued_quote(&chars, at))
}
