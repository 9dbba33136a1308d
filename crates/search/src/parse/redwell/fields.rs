//! What stands after a name and a colon: words of a metadata field, ranges of dates and numbers, and what people
//! recorded, saved and listed.

use super::lexer::{Function, Kind, PREDICATES};
use super::{Node, Parser, SyntaxError, Token, error};
use crate::date::DateRange;
use crate::field::{Field, OrderedField};
use crate::parse::amounts::{self, Unit};
use crate::parse::node::{Bare, check_value, combine, in_field};
use crate::parse::pieces::UNCLOSED;
use crate::predicate::Predicate;
use crate::query::{Query, Range};

/// A value as written after a name.
struct Value<'v> {
    text: &'v str,
    /// Whether it stood in quotation marks.
    is_quoted: bool,
    at: usize,
    /// The digits after a `#` directly behind the quotation marks, and where that stands.
    number: Option<(String, usize)>,
}

impl Parser<'_> {
    /// What stands after a field's name and colon.
    pub(super) fn field(
        &mut self,
        name: &str,
        start: usize,
        name_end: usize,
        depth: usize,
    ) -> Result<Node, SyntaxError> {
        let field = name.parse::<Field>();
        let ordered = name.parse::<OrderedField>();
        if field.is_err() && ordered.is_err() && !PREDICATES.contains(&name) {
            return Err(error(start, &unknown(name)));
        }
        if let Some(outer) = &self.within {
            return Err(error(
                start,
                &format!("`{name}:` cannot stand inside `{outer}:( … )`; close the bracket first"),
            ));
        }
        if let Ok(field) = field {
            let node = self.value(name, name_end, depth)?;
            if node.query == Query::All {
                return Ok(Node::leaf(Query::Exists(field), start, node.end));
            }
            return in_field(field, node, start);
        }
        if let Ok(ordered) = ordered {
            return self.named(start, name, &mut |value| {
                let range = range(ordered, value.text).map_err(|why| error(value.at, &why))?;
                Ok(Query::Within { field: ordered, range })
            });
        }
        match name {
            "note" => {
                let node = self.value(name, name_end, depth)?;
                if node.query == Query::All {
                    return Err(error(node.start, "write what the note says, as in `note:\"call the client\"`"));
                }
                let end = node.end;
                node.grown(start, end, Bare::Single, |value| Query::Predicate(Predicate::Note(Box::new(value))))
            }
            "coded" => self.coded(start),
            "annotated" if self.at_criteria() => self.annotated(start),
            "number" => self.numbers(start),
            _ => self.named(start, name, &mut |value| predicate(name, value)),
        }
    }

    /// A word, phrase or group searched within a field; [`Query::All`] for `*`.
    fn value(&mut self, name: &str, name_end: usize, depth: usize) -> Result<Node, SyntaxError> {
        let Some(token) = self.lexer.peek()?.cloned() else {
            return Err(error(name_end, &format!("a value is expected after `{name}:`")));
        };
        let is_value = match &token.kind {
            Kind::Open | Kind::Quoted(_) | Kind::Bare(_) | Kind::Exact(_) | Kind::Regex(_) => true,
            Kind::Function(function) => !matches!(function, Function::Exists),
            _ => false,
        };
        if !is_value {
            return Err(error(token.start, &format!("a word, a phrase or a group is expected after `{name}:`")));
        }
        if token.kind == Kind::Bare("*".to_owned()) {
            self.lexer.next()?;
            return Ok(Node::leaf(Query::All, token.start, token.end));
        }
        self.within = Some(name.to_owned());
        let value = if token.kind == Kind::Open {
            self.lexer.next()?;
            let outside = std::mem::replace(&mut self.lexer.commas, true);
            let node = self.content(token.start, depth, Self::list)?;
            self.lexer.commas = outside;
            node
        } else {
            self.operand(depth)?
        };
        self.within = None;
        check_value(&value, &format!("{name}:"))?;
        Ok(value)
    }

    /// Parts between commas, which here mean `OR`.
    fn list(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut nodes = vec![self.andany(depth)?];
        while self.pass(&Kind::Comma)? {
            nodes.push(self.andany(depth)?);
        }
        let mixed = nodes.len() > 1 && nodes.iter().any(|node| node.bare == Bare::And);
        let node = combine(nodes, Query::or, Bare::Or)?;
        if mixed {
            let message = format!(
                "a comma in a field's list means OR: this was read as `{}`; use brackets or quotes to say which you mean",
                node.query
            );
            self.warnings.ambiguous(node.start, node.end, message);
        }
        Ok(node)
    }

    /// One name, or several in brackets between commas or `OR`s.
    fn named(
        &mut self,
        start: usize,
        name: &str,
        meaning: &mut dyn FnMut(Value<'_>) -> Result<Query, SyntaxError>,
    ) -> Result<Node, SyntaxError> {
        if !self.lexer.pass('(') {
            let query = self.one_named(name, meaning)?;
            return Ok(Node::leaf(query, start, self.lexer.position()));
        }
        let open = self.lexer.position() - 1;
        let outside = std::mem::replace(&mut self.lexer.commas, true);
        let mut parts = Vec::new();
        loop {
            parts.push(self.one_named(name, meaning)?);
            match self.lexer.next()? {
                Some(Token { kind: Kind::Or | Kind::Comma, .. }) => {}
                Some(Token { kind: Kind::Close, end, .. }) => {
                    self.lexer.commas = outside;
                    return Ok(Node::leaf(Query::or(parts), start, end));
                }
                Some(token) => {
                    let message =
                        format!("only values joined by OR or commas can stand between the brackets of `{name}:( … )`");
                    return Err(error(token.start, &message));
                }
                None => return Err(error(open, UNCLOSED)),
            }
        }
    }

    /// What one name stands for.
    fn one_named(
        &mut self,
        name: &str,
        meaning: &mut dyn FnMut(Value<'_>) -> Result<Query, SyntaxError>,
    ) -> Result<Query, SyntaxError> {
        match self.lexer.name()? {
            Some((text, is_quoted, at)) if !text.trim().is_empty() => {
                let number = if is_quoted { self.lexer.directly('#') } else { None };
                meaning(Value { text: text.trim(), is_quoted, at, number })
            }
            Some((.., at)) => Err(error(at, &expected(name))),
            None => Err(error(self.lexer.position(), &expected(name))),
        }
    }

    /// `coded:yes`, `coded:(by=ann at=2026-03 stage=qc)`.
    fn coded(&mut self, start: usize) -> Result<Node, SyntaxError> {
        let how = "write `coded:yes`, or who, when and in which stage: `coded:(by=ann at=2026-03 stage=qc)`";
        if self.lexer.pass('(') {
            return self.criteria("stage", how, start, |by, at, stage| Predicate::Coded { by, at, stage });
        }
        match self.lexer.name()? {
            Some((yes, false, _)) if yes.eq_ignore_ascii_case("yes") => {
                let query = Query::Predicate(Predicate::Coded { by: None, at: None, stage: None });
                Ok(Node::leaf(query, start, self.lexer.position()))
            }
            _ => Err(error(start, how)),
        }
    }

    /// Whether a bracket of criteria is next, not one of names.
    fn at_criteria(&mut self) -> bool {
        let before = self.lexer.clone();
        let is_open = self.lexer.pass('(');
        let (key, _) = self.lexer.take_while(|c| c.is_ascii_alphabetic());
        let is_key = ["by", "at", "concept"].iter().any(|known| key.eq_ignore_ascii_case(known));
        let is_next = is_open && is_key && self.lexer.pass('=');
        self.lexer = before;
        is_next
    }

    /// `annotated:(by=ann at=2026-03 concept=Indemnity)`.
    fn annotated(&mut self, start: usize) -> Result<Node, SyntaxError> {
        let how = "write who, when and with which concept: `annotated:(by=ann at=2026-03 concept=Indemnity)`";
        self.lexer.pass('(');
        self.criteria("concept", how, start, |by, at, concept| Predicate::Annotated { by, at, concept })
    }

    /// What one decision or annotation must have, up to the closing bracket: who, when, and `third`.
    fn criteria(
        &mut self,
        third: &str,
        how: &str,
        start: usize,
        meaning: fn(Option<String>, Option<DateRange>, Option<String>) -> Predicate,
    ) -> Result<Node, SyntaxError> {
        let (mut by, mut at, mut last) = (None, None, None);
        while !self.lexer.pass(')') {
            let (key, key_at) = self.lexer.take_while(|c| c.is_ascii_alphabetic());
            if !self.lexer.pass('=') && !self.lexer.pass(':') {
                return Err(error(key_at, how));
            }
            let Some((value, _, value_at)) = self.lexer.name()?.filter(|(value, ..)| !value.trim().is_empty()) else {
                return Err(error(self.lexer.position(), how));
            };
            let value = value.trim().to_owned();
            let was_given = match key.to_ascii_lowercase().as_str() {
                "by" => by.replace(value).is_some(),
                "at" => {
                    let days = DateRange::parse(&value).map_err(|why| error(value_at, &why.to_string()))?;
                    at.replace(days).is_some()
                }
                key if key == third => last.replace(value).is_some(),
                _ => return Err(error(key_at, how)),
            };
            if was_given {
                return Err(error(key_at, "each of these can be asked for once; join several by OR"));
            }
        }
        if by.is_none() && at.is_none() && last.is_none() {
            return Err(error(start, how));
        }
        Ok(Node::leaf(Query::Predicate(meaning(by, at, last)), start, self.lexer.position()))
    }

    /// `number:A-1..A-9`, `number:(A-1, A-5..A-9)`: all of them are one list.
    fn numbers(&mut self, start: usize) -> Result<Node, SyntaxError> {
        let mut ranges: Vec<(String, String)> = Vec::new();
        let node = self.named(start, "number", &mut |Value { text, at, .. }| {
            let (first, last) = text.split_once("..").unwrap_or((text, text));
            let (first, last) = (first.trim(), last.trim());
            if first.is_empty() || last.is_empty() {
                return Err(error(at, "write both ends of the range, as in `number:ACME-0000001..ACME-0000010`"));
            }
            ranges.push((first.to_owned(), last.to_owned()));
            Ok(Query::All)
        })?;
        Ok(Node { query: Query::Predicate(Predicate::Numbers(ranges)), ..node })
    }
}

/// What a name after a predicate's colon means.
fn predicate(name: &str, value: Value<'_>) -> Result<Query, SyntaxError> {
    let Value { text, is_quoted, at, number } = value;
    if let Some((_, hash)) = number.as_ref().filter(|_| name != "report") {
        return Err(error(*hash, "a number after `#` belongs only to a hit report, as in `report:\"Key terms\"#3`"));
    }
    let owned = text.to_owned();
    // A bare `yes` names nothing.
    let unless_yes = (is_quoted || !text.eq_ignore_ascii_case("yes")).then(|| text.to_owned());
    Ok(Query::Predicate(match name {
        "annotated" => Predicate::Annotated { by: None, at: None, concept: unless_yes },
        "conflict" => Predicate::Conflict { concept: unless_yes },
        "batch" => Predicate::Batch(owned),
        "saved" => Predicate::Saved(owned),
        "list" => Predicate::List(owned),
        "report" => {
            let (name, digits) = match (number, text.rsplit_once('#')) {
                (Some((digits, _)), _) => (text, Some(digits)),
                (None, Some((name, digits))) if !is_quoted && !name.is_empty() => (name, Some(digits.to_owned())),
                _ => (text, None),
            };
            let term = digits.map(|digits| {
                let wrong = "after `#` stands the number of a term of the report, from 1: `report:\"Key terms\"#3`";
                digits.parse().ok().filter(|term| *term > 0).ok_or_else(|| error(at, wrong))
            });
            Predicate::Report { name: name.to_owned(), term: term.transpose()? }
        }
        _ => Predicate::Tag(owned),
    }))
}

/// A range of a field's values.
pub(in crate::parse) fn range(field: OrderedField, written: &str) -> Result<Range, String> {
    if field.is_moment() {
        return DateRange::parse(written).map(Range::Days).map_err(|why| why.to_string());
    }
    let unit = if field == OrderedField::Size { Unit::Bytes } else { Unit::Whole };
    amounts::range(written, unit).map(Range::Numbers)
}

/// What a name wants after it.
fn expected(name: &str) -> String {
    match name {
        "tag" => "the name of a code is expected after `tag:`; put one with spaces in quotes".to_owned(),
        "annotated" | "conflict" => {
            format!("`yes` or a name is expected after `{name}:`; put one with spaces in quotes")
        }
        "number" => {
            "a control number or a range is expected after `number:`, such as `ACME-0000001..ACME-0000010`".to_owned()
        }
        "batch" | "saved" | "list" | "report" => {
            format!("a name is expected after `{name}:`; put one with spaces in quotes")
        }
        _ => match name.parse::<OrderedField>() {
            Ok(field) if field.is_moment() => {
                format!("a date or a range is expected after `{name}:`, such as `2001-05..2001-08`")
            }
            _ => format!("a number or a range is expected after `{name}:`, such as `10..20` or `>=10`"),
        },
    }
}

/// That there is no such field, and which there are.
pub(in crate::parse) fn unknown(name: &str) -> String {
    let known: Vec<&str> = Field::ALL
        .iter()
        .map(|field| field.as_str())
        .chain(OrderedField::ALL.iter().map(|field| field.as_str()))
        .chain(PREDICATES)
        .collect();
    format!(
        "there is no field `{name}`; the fields are {}. To search for a text with a colon, put it in quotes",
        known.join(", ")
    )
}
