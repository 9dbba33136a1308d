//! The canonical form of a query: what is shown back to people and stored with results.
//!
//! It is in the `redwell` dialect, whatever dialect the query was written in, and reading it gives the same tree.
//! Every group that could be read two ways has its parentheses. A set of documents has no syntax; it prints as a
//! parenthesised remark.

mod dtsearch;
mod foreign;
mod lucene;
#[cfg(test)]
mod tests;
mod westlaw;

pub use foreign::{Inexpressible, print_in};

use std::fmt::{self, Write};

use crate::parse::pieces::{glued_quote, is_quote};
use crate::predicate::Predicate;
use crate::query::{Edge, End, Hits, Near, Query, Range, Reach, Relation, Sample, SampleSize};
use crate::term::{StemLanguage, Term};

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
            Self::Expanded { of, by } => {
                match of.as_ref() {
                    Self::Not(_) => write!(f, "({of})")?,
                    other => atom(f, other)?,
                }
                write!(f, " +{by}")
            }
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

impl Relation {
    /// Its name in a query, after a plus sign.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Thread => "thread",
            Self::Duplicates => "duplicates",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `100` or `2.5%`.
impl fmt::Display for SampleSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documents(documents) => write!(f, "{documents}"),
            Self::HundredthsOfPercent(n) if n % 100 == 0 => write!(f, "{}%", n / 100),
            Self::HundredthsOfPercent(n) => {
                let written = format!("{}.{:02}", n / 100, n % 100);
                write!(f, "{}%", written.trim_end_matches('0'))
            }
        }
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
        Query::All => f.write_str("all()"),
        Query::Term(word) => term(f, word),
        Query::Phrase(parts) => phrase(f, parts),
        Query::Near(_) | Query::And(_) | Query::Or(_) | Query::AndAny(_) | Query::Expanded { .. } => {
            write!(f, "({query})")
        }
        Query::Edge(edge) => {
            let Edge { of, end, words } = edge.as_ref();
            write!(f, "{}({words}, {of})", if *end == End::First { "first" } else { "last" })
        }
        Query::Regex(expression) => {
            f.write_str("regex(")?;
            in_quotes(f, expression.as_str())?;
            f.write_char(')')
        }
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
        Query::Hits(hits) => self::hits(f, hits),
        Query::Sample(sample) => {
            let Sample { of, size, seed } = sample.as_ref();
            write!(f, "sample({size}, ")?;
            argument(f, of)?;
            if *seed > 0 {
                write!(f, ", {seed}")?;
            }
            f.write_char(')')
        }
        Query::Predicate(known) => predicate(f, known),
        Query::Documents(set) => write!(f, "({} documents)", set.len()),
    }
}

fn hits(f: &mut fmt::Formatter<'_>, hits: &Hits) -> fmt::Result {
    let Hits { of, least, most } = hits;
    f.write_str("hits(")?;
    argument(f, of)?;
    match most {
        None => write!(f, ") >= {least}"),
        Some(most) if most == least => write!(f, ") = {least}"),
        Some(most) if *least == 0 => write!(f, ") <= {most}"),
        Some(most) => write!(f, ") = {least}..{most}"),
    }
}

/// A query between the brackets of a function.
fn argument(f: &mut fmt::Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::All => atom(f, query),
        other => write!(f, "{other}"),
    }
}

/// Whether a word stands as it is without being read as anything else.
fn is_plain(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let plain = |at: usize, c: char| match c {
        // Elsewhere a comma may separate the parts of a list.
        ',' => at > 0 && digit(at - 1) && digit(at + 1),
        _ => c.is_alphanumeric() || matches!(c, '.' | '\'' | '_' | '*' | '?'),
    };
    let begins = word.starts_with(char::is_alphanumeric) || word.starts_with(['*', '?']);
    begins && chars.iter().enumerate().all(|(at, c)| plain(at, *c))
}

/// A word as it is, or in quotes where it could be read as something else.
fn bare(f: &mut fmt::Formatter<'_>, word: &str) -> fmt::Result {
    let keyword = matches!(word, "and" | "or" | "not" | "andany");
    if !keyword && is_plain(word) { f.write_str(word) } else { write!(f, "\"{word}\"") }
}

/// Words in quotes, or as a function's arguments where quotes cannot hold them.
fn phrase(f: &mut fmt::Formatter<'_>, parts: &[Query]) -> fmt::Result {
    let mut written = String::new();
    if parts.iter().all(|part| quoted(&mut written, part)) {
        debug_assert!(!has_closing_quote(&written), "a folded word has a quote only where it does not close a phrase");
        return write!(f, "\"{}\"", written.trim_start());
    }
    if parts.iter().all(|part| matches!(part, Query::Term(Term::Exact(_)))) {
        let words = parts.iter().filter_map(|part| match part {
            Query::Term(Term::Exact(word)) => Some(word.as_str()),
            _ => None,
        });
        return write!(f, "=\"{}\"", words.collect::<Vec<_>>().join(" "));
    }
    f.write_str("phrase(")?;
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{part}")?;
    }
    f.write_char(')')
}

/// Adds a part of a phrase as it stands between quotes, a space before it; `false` when it cannot stand there.
fn quoted(written: &mut String, part: &Query) -> bool {
    match part {
        Query::Term(Term::Word(word)) => written.push_str(&format!(" {word}")),
        Query::Term(Term::Wildcard(pattern)) => written.push_str(&format!(" {pattern}")),
        Query::Or(alternatives) => {
            for (i, alternative) in alternatives.iter().enumerate() {
                let mut inner = String::new();
                let fits = match alternative {
                    Query::Phrase(parts) => parts.iter().all(|part| quoted(&mut inner, part)),
                    other => quoted(&mut inner, other),
                };
                if !fits {
                    return false;
                }
                written.push_str(if i == 0 { " (" } else { "|" });
                written.push_str(inner.trim_start());
            }
            written.push(')');
        }
        _ => return false,
    }
    true
}

/// One word.
fn term(f: &mut fmt::Formatter<'_>, term: &Term) -> fmt::Result {
    match term {
        Term::Word(word) => bare(f, word),
        Term::Wildcard(pattern) => bare(f, pattern.as_str()),
        Term::Exact(word) if is_plain(word) => write!(f, "={word}"),
        Term::Exact(word) => write!(f, "=\"{word}\""),
        Term::Regex(expression) => between_slashes(f, expression.as_str()),
        Term::Fuzzy { word, edits } => {
            if is_plain(word) {
                write!(f, "{word}~{edits}")
            } else {
                write!(f, "\"{word}\"~{edits}")
            }
        }
        Term::Stem { word, language } => {
            f.write_str("stem(")?;
            name(f, word)?;
            if *language != StemLanguage::default() {
                write!(f, ", {language}")?;
            }
            f.write_char(')')
        }
        Term::Synonyms(word) => {
            f.write_str("syn(")?;
            name(f, word)?;
            f.write_char(')')
        }
        Term::Number(range) => write!(f, "number({range})"),
    }
}

/// An expression between slashes; a slash of its own has a backslash before it.
fn between_slashes(f: &mut fmt::Formatter<'_>, expression: &str) -> fmt::Result {
    f.write_char('/')?;
    let mut escaped = false;
    for c in expression.chars() {
        if c == '/' && !escaped {
            f.write_char('\\')?;
        }
        escaped = c == '\\' && !escaped;
        f.write_char(c)?;
    }
    f.write_char('/')
}

/// What only the matter knows.
fn predicate(f: &mut fmt::Formatter<'_>, predicate: &Predicate) -> fmt::Result {
    match predicate {
        Predicate::Tag(name) => named(f, "tag", name),
        Predicate::Coded { by: None, at: None, stage: None } => f.write_str("coded:yes"),
        Predicate::Coded { by, at, stage } => {
            f.write_str("coded:")?;
            criteria(f, &[("by", by), ("at", &at.map(|at| at.to_string())), ("stage", stage)])
        }
        Predicate::Annotated { by: None, at: None, concept } => yes_or_named(f, "annotated", concept.as_deref()),
        Predicate::Annotated { by, at, concept } => {
            f.write_str("annotated:")?;
            criteria(f, &[("by", by), ("at", &at.map(|at| at.to_string())), ("concept", concept)])
        }
        Predicate::Note(query) => match query.as_ref() {
            Query::Not(_) => write!(f, "note:({query})"),
            other => {
                f.write_str("note:")?;
                atom(f, other)
            }
        },
        Predicate::Conflict { concept } => yes_or_named(f, "conflict", concept.as_deref()),
        Predicate::Batch(name) => named(f, "batch", name),
        Predicate::Saved(name) => named(f, "saved", name),
        Predicate::Report { name, term } => {
            f.write_str("report:")?;
            in_quotes(f, name)?;
            term.map_or(Ok(()), |term| write!(f, "#{term}"))
        }
        Predicate::List(name) => named(f, "list", name),
        Predicate::Numbers(ranges) => {
            let shown = |(first, last): &(String, String)| {
                if first == last { first.clone() } else { format!("{first}..{last}") }
            };
            if let [range] = ranges.as_slice() {
                return named(f, "number", &shown(range));
            }
            f.write_str("number:(")?;
            for (i, range) in ranges.iter().enumerate() {
                if i > 0 {
                    f.write_str(", ")?;
                }
                name(f, &shown(range))?;
            }
            f.write_char(')')
        }
    }
}

/// What one decision or annotation must have, in brackets.
fn criteria(f: &mut fmt::Formatter<'_>, pairs: &[(&str, &Option<String>)]) -> fmt::Result {
    let mut before = '(';
    for (key, value) in pairs.iter().filter_map(|(key, value)| Some((key, value.as_ref()?))) {
        write!(f, "{before}{key}=")?;
        name(f, value)?;
        before = ' ';
    }
    f.write_char(')')
}

/// A name after a field.
fn named(f: &mut fmt::Formatter<'_>, field: &str, text: &str) -> fmt::Result {
    write!(f, "{field}:")?;
    name(f, text)
}

/// `yes`, or a name; one that is `yes` stands in quotes.
fn yes_or_named(f: &mut fmt::Formatter<'_>, field: &str, text: Option<&str>) -> fmt::Result {
    write!(f, "{field}:")?;
    match text {
        None => f.write_str("yes"),
        Some(text) if text.eq_ignore_ascii_case("yes") => in_quotes(f, text),
        Some(text) => name(f, text),
    }
}

/// A name, in quotes where it needs them.
fn name(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '#' | ':');
    if !text.is_empty() && text.chars().all(plain) { f.write_str(text) } else { in_quotes(f, text) }
}

/// A text in quotes; a doubled quotation mark is one that belongs to it.
fn in_quotes(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
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
