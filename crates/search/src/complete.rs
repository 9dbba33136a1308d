//! What is being written at a place in a query, and how what a person chooses there is written.
//!
//! A guess from the text before the place, which need not be a query yet: it decides what is offered, never what is
//! searched. What is offered can be read: [`value`] and [`word`] give only texts that mean what they are offered for.

mod offered;

pub use offered::{Offer, OfferKind, offers};

use crate::field::{Field, OrderedField};
use crate::parse::pieces::{glued_quote, is_quote};
use crate::parse::{Dialect, parse};
use crate::predicate::Predicate;
use crate::print::print_in;
use crate::query::Query;
use crate::words;

/// What is being written at a place in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it begins, in code points.
    pub start: u32,
    /// Where it ends: after the letters behind the place.
    pub end: u32,
    /// What is written of it before the place, without quotation marks.
    pub typed: String,
    /// What belongs there.
    pub wanted: Wanted,
}

/// What belongs at a place in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Whatever a query is made of.
    Anything,
    /// A word of the texts, or of a field.
    Word(Option<Field>),
    /// A word inside quotation marks, of the texts or of a field.
    WordOfPhrase(Option<Field>),
    /// What the field of this name is asked for.
    Value(String),
}

/// What is being written at a code point of a query.
#[must_use]
pub fn place(dialect: Dialect, text: &str, position: u32) -> Place {
    let chars: Vec<char> = text.chars().collect();
    let at = (position as usize).min(chars.len());
    let mut scan = Scan::default();
    for i in 0..at {
        scan.step(dialect, &chars, i);
    }
    scan.place(dialect, &chars, at)
}

/// What was seen up to a place.
#[derive(Debug, Default)]
struct Scan {
    /// Each open bracket and the name it belongs to.
    open: Vec<(usize, Option<String>)>,
    /// Where the open quotation mark stands.
    quote: Option<usize>,
    /// The name directly before.
    name: Option<String>,
    /// Where the piece being written begins.
    token: usize,
    /// The piece before it.
    before: String,
    /// Whether a `\` takes the meaning of the next character away.
    is_escaped: bool,
}

impl Scan {
    fn step(&mut self, dialect: Dialect, chars: &[char], at: usize) {
        let c = chars[at];
        if std::mem::take(&mut self.is_escaped) {
            return;
        }
        if dialect == Dialect::Lucene && c == '\\' {
            self.is_escaped = true;
            return;
        }
        if self.quote.is_some() {
            if is_quote(c) && !glued_quote(chars, at) {
                self.quote = None;
                self.name = None;
                self.token = at + 1;
            }
            return;
        }
        let token = |scan: &Self| chars[scan.token.min(at)..at].iter().collect::<String>();
        match c {
            c if is_quote(c) && !glued_quote(chars, at) => self.quote = Some(at),
            '(' => {
                let name = match dialect {
                    Dialect::Westlaw => Some(token(self)).filter(|name| !name.is_empty()),
                    _ => None,
                };
                self.open.push((at, self.name.take().or(name.map(|name| name.to_lowercase()))));
                self.token = at + 1;
            }
            ')' => {
                self.open.pop();
                self.name = None;
                self.token = at + 1;
            }
            ':' if matches!(dialect, Dialect::Redwell | Dialect::Lucene) && self.name.is_none() => {
                let name = token(self).trim_start_matches(['+', '-', '!']).to_lowercase();
                if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                    self.name = Some(name);
                    self.token = at + 1;
                }
            }
            ',' => self.token = at + 1,
            c if c.is_whitespace() || c.is_control() => {
                let written = token(self);
                if !written.is_empty() {
                    let is_contains = dialect == Dialect::DtSearch && written.eq_ignore_ascii_case("contains");
                    self.name = is_contains.then(|| self.before.to_lowercase());
                    self.before = written;
                }
                self.token = at + 1;
            }
            _ => {}
        }
    }

    fn place(self, dialect: Dialect, chars: &[char], at: usize) -> Place {
        let (bracket, outer) = self.open.last().cloned().unwrap_or_default();
        let name = self.name.or(outer);
        let field = name.as_deref().and_then(|name| name.parse::<Field>().ok());
        let value = name.filter(|name| has_values(name));
        let text = |from: usize| chars[from..at].iter().collect::<String>();
        let letters = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '’');
        let word_end = at + chars[at..].iter().take_while(|c| letters(c)).count();
        if let Some(quote) = self.quote {
            let Some(value) = value else {
                let start = quote + 1 + text(quote + 1).chars().count();
                let start = start - text(quote + 1).chars().rev().take_while(|c| letters(c)).count();
                return found(start, word_end, text(start), Wanted::WordOfPhrase(field));
            };
            let close = chars[at..].iter().position(|c| is_quote(*c)).map_or(word_end, |length| at + length + 1);
            return found(quote, close, text(quote + 1), Wanted::Value(value));
        }
        let signs = match dialect {
            Dialect::Lucene => chars[self.token..at].iter().take_while(|c| matches!(c, '+' | '-' | '!')).count(),
            _ => 0,
        };
        let mut start = self.token + signs;
        let wanted = match (value, field) {
            (Some(value), _) if value == "coded" => {
                let key = chars[start..at].iter().position(|c| *c == '=');
                let name = key.map(|length| text(start).chars().take(length).collect::<String>());
                start += key.map_or(0, |length| length + 1);
                Wanted::Value(name.map_or(value, |name| format!("coded.{name}")))
            }
            // All that stands between the brackets is one value.
            (Some(value), None) if dialect == Dialect::Westlaw => {
                start = bracket + 1;
                Wanted::Value(value)
            }
            (Some(value), _) => Wanted::Value(value),
            (None, Some(field)) => Wanted::Word(Some(field)),
            (None, None) => Wanted::Anything,
        };
        found(start, word_end, text(start), wanted)
    }
}

fn found(start: usize, end: usize, typed: String, wanted: Wanted) -> Place {
    let position = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Place { start: position(start), end: position(end), typed, wanted }
}

/// Whether what is asked of a field is one of few values, or a name.
fn has_values(name: &str) -> bool {
    matches!(name, "custodian" | "type" | "language")
        || crate::parse::redwell::PREDICATES.contains(&name)
        || name.parse::<OrderedField>().is_ok()
}

/// How a word of the texts is written where any part of a query can stand.
#[must_use]
pub fn word(dialect: Dialect, folded: &str) -> Option<String> {
    let query = Query::word(folded);
    let written = print_in(&query, dialect).ok()?;
    parse(dialect, &written).is_ok_and(|read| read.query == query).then_some(written)
}

/// How a value is written behind the name of a field; `None` when the dialect cannot write it there.
#[must_use]
pub fn value(dialect: Dialect, name: &str, value: &str) -> Option<String> {
    if let Ok(field) = name.parse::<Field>() {
        return value_of_words(dialect, field, value);
    }
    let named = |of: fn(String) -> Predicate| Query::Predicate(of(value.to_owned()));
    let query = match name {
        "tag" => named(Predicate::Tag),
        "saved" => named(Predicate::Saved),
        "list" => named(Predicate::List),
        "batch" => named(Predicate::Batch),
        "report" => named(|name| Predicate::Report { name, term: None }),
        "annotated" => named(|concept| Predicate::Annotated { by: None, at: None, concept: Some(concept) }),
        "coded.by" => named(|by| Predicate::Coded { by: Some(by), at: None, stage: None }),
        "coded.stage" => named(|stage| Predicate::Coded { by: None, at: None, stage: Some(stage) }),
        _ => return None,
    };
    let written = print_in(&query, dialect).ok()?;
    let is_read = parse(dialect, &written).is_ok_and(|read| read.query == query);
    let bare = match (dialect, name) {
        (Dialect::Westlaw, _) => written.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?,
        (_, "coded.by") => written.strip_prefix("coded:(by=")?.strip_suffix(')')?,
        (_, "coded.stage") => written.strip_prefix("coded:(stage=")?.strip_suffix(')')?,
        _ => written.strip_prefix(name)?.strip_prefix(':')?,
    };
    is_read.then(|| bare.to_owned())
}

/// A value of a field of words, as it is written where it can be.
fn value_of_words(dialect: Dialect, field: Field, value: &str) -> Option<String> {
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, ',' | '.' | '\'' | '-' | '_' | '@') { c } else { ' ' };
    let clean: String = value.chars().map(kept).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted: Vec<Query> = words::words(value).map(|word| Query::word(word.folded())).collect();
    if wanted.is_empty() {
        return None;
    }
    let wanted = Query::field(field, Query::phrase(wanted));
    let in_quotes = format!("\"{clean}\"");
    let is_read = |written: &String| {
        let whole = match dialect {
            Dialect::Redwell | Dialect::Lucene => format!("{field}:{written}"),
            Dialect::DtSearch => format!("{field} contains {written}"),
            Dialect::Westlaw => format!("{field}({written})"),
        };
        parse(dialect, &whole).is_ok_and(|read| read.query == wanted)
    };
    let plain = clean.chars().all(char::is_alphanumeric).then_some(clean);
    plain.into_iter().chain([in_quotes]).find(is_read)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `|` is the place; the stretch that is written is shown in brackets with what is wanted.
    #[track_caller]
    fn check(dialect: Dialect, text: &str, stretch: &str, wanted: &Wanted) {
        let position = text.chars().position(|c| c == '|').unwrap();
        let text = text.replace('|', "");
        let found = place(dialect, &text, u32::try_from(position).unwrap());
        let written: String = text.chars().take(found.end as usize).skip(found.start as usize).collect();
        assert_eq!((written.as_str(), &found.wanted), (stretch, wanted), "{text}");
    }

    fn value_of(name: &str) -> Wanted {
        Wanted::Value(name.to_owned())
    }

    #[test]
    fn places_in_redwell() {
        let check = |text, stretch, wanted: &Wanted| check(Dialect::Redwell, text, stretch, wanted);
        check("pri|", "pri", &Wanted::Anything);
        check("a AND pr|ice OR b", "price", &Wanted::Anything);
        check("|", "", &Wanted::Anything);
        check("(a OR br|", "br", &Wanted::Anything);
        check("\"material br|", "br", &Wanted::WordOfPhrase(None));
        check("subject:bu|", "bu", &Wanted::Word(Some(Field::Subject)));
        check("subject:(a OR bu|", "bu", &Wanted::Word(Some(Field::Subject)));
        check("subject:(a) bu|", "bu", &Wanted::Anything);
        check("tag:Ho|", "Ho", &value_of("tag"));
        check("tag:\"Two w|", "\"Two w", &value_of("tag"));
        check("tag:\"Two w|ords\" a", "\"Two words\"", &value_of("tag"));
        check("tag:(Hot, Co|", "Co", &value_of("tag"));
        check("tag:Hot br|", "br", &Wanted::Anything);
        check("coded:(by=an|", "an", &value_of("coded.by"));
        check("coded:y|", "y", &value_of("coded"));
        check("date:20|", "20", &value_of("date"));
        check("\"a \" custodian:li|", "li", &value_of("custodian"));
    }

    #[test]
    fn places_in_other_dialects() {
        check(Dialect::Lucene, "+custodian:li|", "li", &value_of("custodian"));
        check(Dialect::Lucene, "a -pri|", "pri", &Wanted::Anything);
        check(Dialect::Lucene, "\"a\\\" b|", "b", &Wanted::WordOfPhrase(None));
        check(Dialect::DtSearch, "custodian contains li|", "li", &value_of("custodian"));
        check(Dialect::DtSearch, "subject contains (a or b|", "b", &Wanted::Word(Some(Field::Subject)));
        check(Dialect::Westlaw, "custodian(li|", "li", &value_of("custodian"));
        check(Dialect::Westlaw, "tag(Two w|", "Two w", &value_of("tag"));
        check(Dialect::Westlaw, "(a or b|", "b", &Wanted::Anything);
    }

    #[test]
    fn values_are_written_as_they_are_read() {
        let check = |dialect, name, written, expected: Option<&str>| {
            assert_eq!(value(dialect, name, written).as_deref(), expected, "{dialect} {name} {written}");
        };
        check(Dialect::Redwell, "tag", "Two words", Some("\"Two words\""));
        check(Dialect::Redwell, "tag", "say \"no\"", Some("\"say \"\"no\"\"\""));
        check(Dialect::Redwell, "tag", "https://ns.example/c#Hot", Some("https://ns.example/c#Hot"));
        check(Dialect::Redwell, "saved", "Key terms", Some("\"Key terms\""));
        check(Dialect::Redwell, "report", "May", Some("\"May\""));
        check(Dialect::Redwell, "coded.by", "ann", Some("ann"));
        check(Dialect::Redwell, "custodian", "Skilling, Jeff", Some("\"Skilling, Jeff\""));
        check(Dialect::Redwell, "custodian", "Lay", Some("Lay"));
        check(Dialect::Redwell, "custodian", "A*B (x|y)", Some("\"A B x y\""));
        check(Dialect::Redwell, "custodian", "—", None);
        check(Dialect::DtSearch, "custodian", "and", Some("\"and\""));
        check(Dialect::DtSearch, "tag", "Hot", None);
        check(Dialect::Lucene, "custodian", "Skilling, Jeff", Some("\"Skilling, Jeff\""));
        check(Dialect::Lucene, "saved", "Key terms", None);
        check(Dialect::Westlaw, "tag", "Two words", Some("Two words"));
        assert_eq!(word(Dialect::Redwell, "and").as_deref(), Some("\"and\""));
        assert_eq!(word(Dialect::Westlaw, "contract").as_deref(), Some("contract"));
    }

    proptest! {
        #[test]
        fn whatever_is_offered_is_read_so(written in "\\PC{1,14}") {
            for dialect in Dialect::ALL {
                if let Some(text) = value(dialect, "custodian", &written) {
                    prop_assert!(!text.is_empty());
                }
                if let Some(text) = value(Dialect::Redwell, "tag", &written) {
                    let read = parse(Dialect::Redwell, &format!("tag:{text}")).unwrap().query;
                    prop_assert_eq!(read, Query::tag(written.clone()));
                }
            }
        }

        #[test]
        fn every_place_is_inside(text in "\\PC{0,30}|[a(b)\" :,*~=\\\\+-]{0,30}", position in 0..40_u32) {
            for dialect in Dialect::ALL {
                let Place { start, end, .. } = place(dialect, &text, position);
                let length = u32::try_from(text.chars().count()).unwrap();
                prop_assert!(start <= position.min(length) && position.min(length) <= end && end <= length);
            }
        }
    }
}
