//! What a word, a quoted text, a range or a field's name of a Lucene query means.

use super::lexer::{Ends, Kind, Text};
use crate::date::DateRange;
use crate::field::{Field, OrderedField};
use crate::number::NumberRange;
use crate::parse::amounts::{self, Unit};
use crate::parse::node::{Warnings, error};
use crate::parse::pieces::Token;
use crate::parse::redwell::unknown_field;
use crate::parse::{SyntaxError, terms};
use crate::query::{MAX_DISTANCE, Query, Range};
use crate::term::MAX_EDITS;
use crate::words;

/// What other programs call our fields, in small letters.
const KNOWN: &[(&str, &str)] = &[
    ("metadata.tika_metadata_message_from", "from"),
    ("metadata.tika_metadata_message_to", "to"),
    ("metadata.tika_metadata_message_cc", "cc"),
    ("metadata.tika_metadata_message_bcc", "bcc"),
    ("metadata.tika_metadata_dc_title", "title"),
    ("metadata.tika_metadata_dc_subject", "subject"),
    ("metadata.tika_metadata_dc_creator", "author"),
    ("creationdate", "created"),
    ("dirname", "path"),
    ("file_name", "filename"),
    ("properties.author", "author"),
    ("properties.filename", "filename"),
    ("properties.title", "title"),
    ("properties.messageid", "messageid"),
    ("languages", "language"),
    ("contentlength", "size"),
    ("file_size", "size"),
    ("tags", "tag"),
];

/// A word with its wildcards or the letters it may differ in.
pub(super) fn word(text: &Text, start: usize, end: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    let plain = text.plain();
    if plain == "*" && !text.0[0].1 {
        return Ok(Query::All);
    }
    let tilde = text.0.iter().rposition(|(c, marked)| *c == '~' && !marked);
    if let Some(at) = tilde.filter(|at| *at > 0) {
        let word = Text(text.0[..at].to_vec()).plain();
        let after: String = text.0[at + 1..].iter().map(|(c, _)| c).collect();
        if after.is_empty() || after.parse::<f64>().is_ok() {
            return fuzzy(&word, &after, start, end, warnings);
        }
    }
    let Some(parts) = terms::parts(&text.searched(), start)? else {
        return Err(error(start, &format!("`{plain}` holds no letter or digit to search for; remove it")));
    };
    let several = parts.len() > 1;
    let query = Query::phrase(parts);
    if several {
        let message = format!(
            "this is several words and was read as the phrase `{query}`; Elasticsearch finds documents with any of them"
        );
        warnings.approximate(start, end, &message);
    }
    Ok(query)
}

/// `term~`, `term~1`, `term~0.8`.
fn fuzzy(word: &str, after: &str, start: usize, end: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    let length = words::fold(word).chars().count();
    let edits: u8 = if after.is_empty() {
        let edits = match length {
            0..=2 => 0,
            3..=5 => 1,
            _ => MAX_EDITS,
        };
        let message = format!("without a number Elasticsearch allows {edits} edits in a word of this length");
        warnings.note(start, end, message);
        edits
    } else if after.contains('.') {
        let similarity: f64 = after.parse().unwrap_or(0.5);
        let edits = match similarity {
            s if s >= 1.0 => 0,
            // Which of 0, 1 and 2 edits such a similarity allows at most; no more than two are ever allowed.
            s => (0..=MAX_EDITS)
                .rev()
                .find(|edits| f64::from(*edits) <= (1.0 - s) * length_of(length))
                .unwrap_or_default(),
        };
        let message = format!("a similarity of {after} allows {edits} edits in a word of this length");
        warnings.approximate(start, end, &message);
        edits
    } else {
        after.parse().ok().filter(|edits| *edits <= MAX_EDITS).ok_or_else(|| {
            error(start, &format!("a word may differ in at most {MAX_EDITS} letters; write `{word}~{MAX_EDITS}`"))
        })?
    };
    if edits > 0 {
        return terms::fuzzy(word, edits, start);
    }
    match terms::parts(word, start)? {
        Some(parts) => Ok(Query::phrase(parts)),
        None => Err(error(start, "a word is expected here; only letters and digits are searched")),
    }
}

/// A length as similarity is counted with.
fn length_of(length: usize) -> f64 {
    f64::from(u32::try_from(length).unwrap_or(u32::MAX))
}

/// A phrase, or words near each other.
pub(super) fn quoted(
    text: &Text,
    slop: Option<u32>,
    start: usize,
    end: usize,
    warnings: &mut Warnings,
) -> Result<Query, SyntaxError> {
    let written: String = text.0.iter().map(|(c, _)| if matches!(c, '*' | '?') { ' ' } else { *c }).collect();
    if text.0.iter().any(|(c, marked)| matches!(c, '*' | '?') && !marked) {
        warnings.note(
            start,
            end,
            "`*` and `?` mean nothing between quotation marks in this dialect; they were passed over",
        );
    }
    let Some(mut parts) = terms::parts(&written, start + 1)? else {
        return Err(error(
            start,
            "there is no word between these quotation marks; only letters and digits are searched",
        ));
    };
    let slop = slop.unwrap_or_default();
    if slop == 0 || parts.len() == 1 {
        return Ok(Query::phrase(parts));
    }
    // Every word lies in a window so long, so no two are further apart.
    let others = u32::try_from(parts.len() - 1).unwrap_or(u32::MAX);
    let distance = slop.saturating_add(others);
    if distance > MAX_DISTANCE {
        return Err(error(
            start,
            &format!("words may be at most {MAX_DISTANCE} apart; write a smaller number after the `~`"),
        ));
    }
    let first = parts.remove(0);
    let query = Query::near(first, Query::and(parts), distance, false);
    let message = format!(
        "slop counts the moves that bring words into the order of the phrase; this was read as `{query}`, which finds all \
         that slop finds and may find more"
    );
    warnings.approximate(start, end, &message);
    Ok(query)
}

/// An expression of Lucene as one of ours.
pub(super) fn regex(expression: &str, start: usize, end: usize, warnings: &mut Warnings) -> String {
    if expression.contains(['~', '&', '<', '@', '#']) {
        let message = "the signs `~`, `&`, `<1-9>`, `@` and `#` are operators of Lucene's regular expressions and were read \
                       as themselves";
        warnings.approximate(start, end, message);
    }
    expression.to_owned()
}

/// Values that are no words: ranges, `field:*`, `_exists_:field`, `tag:Hot`.
pub(super) fn special(
    name: &str,
    token: &Token<Kind>,
    start: usize,
    warnings: &mut Warnings,
) -> Result<Option<Query>, SyntaxError> {
    let at = token.start;
    if name == "*" {
        return match &token.kind {
            Kind::Word(text) if text.plain() == "*" => Ok(Some(Query::All)),
            _ => {
                Err(error(start, "all fields at once cannot be searched; name one, or leave the name out for the text"))
            }
        };
    }
    if name == "_exists_" {
        let Kind::Word(text) = &token.kind else {
            return Err(error(at, "the name of a field is expected here, as in `_exists_:subject`"));
        };
        return exists(&known(&text.plain(), at, token.end, warnings), at).map(Some);
    }
    let ours = known(name, start, start + name.chars().count(), warnings);
    if ours == "tag" {
        return match &token.kind {
            Kind::Word(text) | Kind::Quoted(text, None) => Ok(Some(Query::tag(text.plain().trim()))),
            _ => Err(error(at, "the name of a code is expected after `tag:`; put one with spaces in quotes")),
        };
    }
    let is_star = matches!(&token.kind, Kind::Word(text) if text.plain() == "*" && !text.0[0].1);
    if is_star {
        return exists(&ours, start).map(Some);
    }
    if let Ok(field) = ours.parse::<OrderedField>() {
        let range = match &token.kind {
            Kind::Range(Ends { first: None, last: None, .. }) => return exists(&ours, start).map(Some),
            Kind::Range(ends) => range(field, ends),
            Kind::Word(text) | Kind::Quoted(text, None) => crate::parse::redwell::range(field, text.plain().trim()),
            _ => Err(format!("a range is expected after `{name}:`, such as `[10 TO 20]` or `>=10`")),
        };
        return range.map(|range| Some(Query::Within { field, range })).map_err(|why| error(at, &why));
    }
    match &token.kind {
        Kind::Range(_) => {
            let message =
                format!("`{name}` holds words, which have no order to take a range of; write words or wildcards");
            Err(error(at, &message))
        }
        _ => Ok(None),
    }
}

/// The field of words with this name.
pub(super) fn field(name: &str, start: usize, warnings: &mut Warnings) -> Result<Field, SyntaxError> {
    known(name, start, start + name.chars().count(), warnings)
        .parse()
        .map_err(|_| error(start, &format!("{}, or put a `\\` before the colon", unknown_field(&name.to_lowercase()))))
}

/// Our name for a field of another program.
fn known(name: &str, start: usize, end: usize, warnings: &mut Warnings) -> String {
    let lower = name.to_lowercase();
    let Some((_, ours)) = KNOWN.iter().find(|(theirs, _)| *theirs == lower) else { return lower };
    warnings.note(start, end, format!("`{name}` was read as our field `{ours}`"));
    (*ours).to_owned()
}

fn exists(name: &str, at: usize) -> Result<Query, SyntaxError> {
    crate::parse::redwell::exists(name, at)
}

fn range(field: OrderedField, ends: &Ends) -> Result<Range, String> {
    let sign = |holds: bool, sign: &str| if holds { format!("{sign}=") } else { sign.to_owned() };
    let written = |text: &Option<String>, sign: String| text.as_ref().map(|text| format!("{sign}{text}"));
    let first = written(&ends.first, sign(ends.holds_first, ">"));
    let last = written(&ends.last, sign(ends.holds_last, "<"));
    let backwards = || "this range ends before it begins".to_owned();
    if field.is_moment() {
        let day =
            |text: Option<String>| text.map(|text| DateRange::parse(&text)).transpose().map_err(|why| why.to_string());
        let first = day(first)?.and_then(|range| range.ends().0);
        let last = day(last)?.and_then(|range| range.ends().1);
        return DateRange::between(first, last).map(Range::Days).ok_or_else(backwards);
    }
    let unit = if field == OrderedField::Size { Unit::Bytes } else { Unit::Whole };
    let number = |text: Option<String>| text.map(|text| amounts::range(&text, unit)).transpose();
    let least = number(first)?.and_then(|range| range.least);
    let most = number(last)?.and_then(|range| range.most);
    if least.zip(most).is_some_and(|(least, most)| most < least) {
        return Err(backwards());
    }
    Ok(Range::Numbers(NumberRange { least, most }))
}
