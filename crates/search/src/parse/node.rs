//! What every dialect's grammar builds with: a part read so far, and the rules of joining parts that no dialect may
//! break.
//!
//! How parts are written and which operator binds tighter is each dialect's own affair.

use super::{MAX_CODE_POINTS, MAX_DEPTH, SyntaxError, Warning, WarningKind};
use crate::field::Field;
use crate::query::{Near, Query, Reach};

/// A part read so far.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) query: Query,
    /// How many levels its tree has.
    pub(super) height: usize,
    /// Where it was written.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) bare: Bare,
}

/// What a part is made of, when no brackets are round it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bare {
    Single,
    Near,
    Not,
    And,
    Or,
}

impl Node {
    /// A part that holds no other.
    pub(super) fn leaf(query: Query, start: usize, end: usize) -> Self {
        // A phrase, a field or an `OR` of alternatives is at most this high by itself.
        Self { query, height: 3, start, end, bare: Bare::Single }
    }

    /// The same part made into another, one level higher.
    pub(super) fn grown(
        self,
        start: usize,
        end: usize,
        bare: Bare,
        with: impl FnOnce(Query) -> Query,
    ) -> Result<Self, SyntaxError> {
        Ok(Self { height: grown(self.height, start)?, start, end, bare, query: with(self.query) })
    }

    /// The same part in brackets.
    pub(super) fn bracketed(self, start: usize, end: usize) -> Self {
        Self { start, end, bare: Bare::Single, ..self }
    }
}

/// What a grammar has to tell about how it read a query.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    all: Vec<Warning>,
    /// How many regular expressions it holds so far.
    expressions: usize,
}

/// The most warnings told about one query.
const MAX_WARNINGS: usize = 100;

/// The most regular expressions in one query: each takes time to prepare.
const MAX_EXPRESSIONS: usize = 200;

impl Warnings {
    /// Something worth knowing.
    pub(super) fn note(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.push(WarningKind::Note, start, end, message.into());
    }

    /// It could have been read in another way.
    pub(super) fn ambiguous(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.push(WarningKind::Ambiguous, start, end, message.into());
    }

    /// It means nearly, but not exactly, what it means in the program it comes from.
    pub(super) fn approximate(&mut self, start: usize, end: usize, message: &str) {
        self.push(WarningKind::Approximate, start, end, format!("approximate: {message}"));
    }

    /// Counts a regular expression.
    pub(super) fn count_expression(&mut self, at: usize) -> Result<(), SyntaxError> {
        self.expressions += 1;
        if self.expressions > MAX_EXPRESSIONS {
            let message =
                format!("a query may hold {MAX_EXPRESSIONS} regular expressions; split it, or join some by `|`");
            return Err(error(at, &message));
        }
        Ok(())
    }

    fn push(&mut self, kind: WarningKind, start: usize, end: usize, message: String) {
        let warning = Warning { kind, message, start: to_u32(start), end: to_u32(end) };
        // Reading on after a look ahead may find the same once more.
        if !self.all.iter().rev().take(8).any(|known| *known == warning) {
            self.all.push(warning);
        }
    }

    /// All of them, in the order of the query.
    pub(super) fn sorted(mut self) -> Vec<Warning> {
        self.all.sort_by_key(|warning| (warning.start, warning.end));
        let more = self.all.len().saturating_sub(MAX_WARNINGS);
        if more > 0 {
            // The gravest are told, wherever they stand.
            self.all.sort_by_key(|warning| std::cmp::Reverse(warning.kind));
            self.all.truncate(MAX_WARNINGS);
            self.all.sort_by_key(|warning| (warning.start, warning.end));
            if let Some(last) = self.all.last_mut() {
                last.message.push_str(&format!(" (and {more} more warnings like these)"));
            }
        }
        self.all
    }
}

/// An error at a code point.
pub(super) fn error(position: usize, message: &str) -> SyntaxError {
    SyntaxError { message: message.to_owned(), position: to_u32(position) }
}

/// A position in a query, which is short.
fn to_u32(position: usize) -> u32 {
    u32::try_from(position).expect("a query is at most 65,000 characters long")
}

/// The code points of a query.
pub(super) fn code_points(text: &str) -> Result<Vec<char>, SyntaxError> {
    let chars: Vec<char> = text.chars().take(MAX_CODE_POINTS + 1).collect();
    if chars.len() > MAX_CODE_POINTS {
        let message = format!("a query may be {MAX_CODE_POINTS} characters long; split this one");
        return Err(error(MAX_CODE_POINTS, &message));
    }
    Ok(chars)
}

/// The height of a tree one level above another.
pub(super) fn grown(height: usize, position: usize) -> Result<usize, SyntaxError> {
    if height >= MAX_DEPTH { Err(too_deep(position)) } else { Ok(height + 1) }
}

pub(super) fn too_deep(position: usize) -> SyntaxError {
    error(position, &format!("this is nested more than {MAX_DEPTH} levels deep; split the query"))
}

/// Parts under one operator; a single part is itself.
pub(super) fn combine(mut nodes: Vec<Node>, with: fn(Vec<Query>) -> Query, bare: Bare) -> Result<Node, SyntaxError> {
    if nodes.len() == 1 {
        return Ok(nodes.remove(0));
    }
    let start = nodes.first().map_or(0, |node| node.start);
    let end = nodes.last().map_or(0, |node| node.end);
    let inner = nodes.iter().map(|node| node.height).max().unwrap_or_default();
    let query = with(nodes.into_iter().map(|node| node.query).collect());
    Ok(Node { query, height: grown(inner, start)?, start, end, bare })
}

/// What is wanted, with what only adds hits to it.
pub(super) fn and_any(required: Node, optional: Node) -> Result<Node, SyntaxError> {
    let (start, end) = (required.start, optional.end);
    let height = required.height.max(optional.height);
    let node = Node { height, ..required };
    node.grown(start, end, Bare::Single, |required| Query::and_any(required, optional.query))
}

/// A part with so many `NOT`s before it, the first of which is at `start`.
pub(super) fn negated(mut node: Node, nots: usize, start: usize) -> Result<Node, SyntaxError> {
    for _ in 0..nots {
        let end = node.end;
        node = node.grown(start, end, Bare::Not, Query::not)?;
    }
    Ok(node)
}

/// Refuses what cannot be searched within a field; `written` is how the dialect writes the field.
pub(super) fn check_value(value: &Node, written: &str) -> Result<(), SyntaxError> {
    match misplaced(&value.query) {
        None => Ok(()),
        Some(part) => {
            let message = format!("`{part}` cannot be searched within `{written}`; take it out of the bracket");
            Err(error(value.start, &message))
        }
    }
}

/// A part that has no meaning inside a field.
fn misplaced(query: &Query) -> Option<&Query> {
    match query {
        Query::Term(_) => None,
        Query::Phrase(_) | Query::Near(_) | Query::Edge(_) | Query::And(_) | Query::Or(_) | Query::Not(_) => {
            query.parts().find_map(misplaced)
        }
        other => Some(other),
    }
}

/// A part searched within a field that is written from `start` on.
pub(super) fn in_field(field: Field, value: Node, start: usize) -> Result<Node, SyntaxError> {
    let end = value.end;
    value.grown(start, end, Bare::Single, |value| Query::field(field, value))
}

/// Refuses a bracket at `start` that is nested too deeply, has nothing in it or no end; `closes` is whether the piece after
/// it closes it, when there is one.
pub(super) fn check_bracket(
    start: usize,
    depth: usize,
    closes: Option<bool>,
    unclosed: &str,
) -> Result<(), SyntaxError> {
    match closes {
        _ if depth >= MAX_DEPTH => Err(too_deep(start)),
        Some(true) => Err(error(start, "there is nothing between these brackets")),
        None => Err(error(start, unclosed)),
        Some(false) => Ok(()),
    }
}

/// That the query ends at `length` where an operand should stand.
pub(super) fn ends_early(length: usize) -> SyntaxError {
    error(length, "the query ends where a word is expected; complete it or remove the last operator")
}

/// That an operator stands where an operand should.
pub(super) fn operator_first(start: usize) -> SyntaxError {
    error(start, "a word is expected before this operator; to search for the operator as a word, put it in quotes")
}

/// That a bracket closes where an operand should stand.
pub(super) fn bracket_first(start: usize) -> SyntaxError {
    error(start, "a word is expected before this `)`")
}

/// How near two passages must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Proximity {
    pub(super) reach: Reach,
    pub(super) is_ordered: bool,
    pub(super) is_negated: bool,
}

impl Proximity {
    /// As the `redwell` dialect writes it.
    fn canonical(self) -> String {
        let reach = match self.reach {
            Reach::Words(words) => words.to_string(),
            Reach::Sentence => "s".to_owned(),
            Reach::Paragraph => "p".to_owned(),
        };
        let not = if self.is_negated { "NOT " } else { "" };
        format!("{not}{}/{reach}", if self.is_ordered { "pre" } else { "w" })
    }
}

/// Two operands of a proximity operator joined by it.
pub(super) fn near(left: Node, right: Node, how: Proximity, warnings: &mut Warnings) -> Result<Node, SyntaxError> {
    check_operand(&left, how)?;
    check_operand(&right, how)?;
    let is_simple = |query: &Query| query.has_passages() && !holds_near(query);
    let groups =
        (holds_and(&left.query) || holds_and(&right.query)) && !is_simple(&left.query) && !is_simple(&right.query);
    let Proximity { reach, is_ordered, is_negated } = how;
    let (start, end) = (left.start, right.end);
    let height = grown(left.height.max(right.height), start)?;
    let near = Near { left: left.query, right: right.query, reach, is_ordered, is_negated };
    let node = Node { query: Query::proximity(near), height, start, end, bare: Bare::Near };
    if groups {
        let message = format!(
            "`{}` stands between two groups, which programs read differently: here every part of one side must be near \
             every part of the other; with a word, a phrase or an OR group on one side there is only one reading",
            how.canonical()
        );
        warnings.ambiguous(start, end, message);
    }
    Ok(node)
}

/// Whether it is, or may be, a group joined by `AND`.
fn holds_and(query: &Query) -> bool {
    match query {
        Query::And(_) => true,
        Query::Or(parts) => parts.iter().any(holds_and),
        _ => false,
    }
}

/// Whether it is, or may be, a proximity.
fn holds_near(query: &Query) -> bool {
    match query {
        Query::Near(_) => true,
        Query::Or(parts) => parts.iter().any(holds_near),
        _ => false,
    }
}

/// Parts joined by `AND` within parts joined by `OR`, with a warning that has both readings when there are both operators
/// and no brackets.
pub(super) fn or_of_ands(nodes: Vec<Node>, warnings: &mut Warnings) -> Result<Node, SyntaxError> {
    let mixed = nodes.len() > 1 && nodes.iter().any(|node| node.bare == Bare::And);
    let other = if mixed { Some(and_of_ors(&nodes)) } else { None };
    let node = combine(nodes, Query::or, Bare::Or)?;
    if let Some(other) = other {
        let message = format!(
            "AND binds more tightly than OR here: this was read as `{}`, not as `{other}`; use brackets to say which you \
             mean",
            node.query
        );
        warnings.ambiguous(node.start, node.end, message);
    }
    Ok(node)
}

/// The same parts and operators, were `OR` to bind more tightly.
fn and_of_ors(nodes: &[Node]) -> Query {
    let mut groups: Vec<Vec<Query>> = Vec::new();
    for (row, node) in nodes.iter().enumerate() {
        let parts = match &node.query {
            Query::And(parts) if node.bare == Bare::And => parts.as_slice(),
            single => std::slice::from_ref(single),
        };
        for (column, part) in parts.iter().enumerate() {
            match groups.last_mut() {
                Some(group) if row > 0 && column == 0 => group.push(part.clone()),
                _ => groups.push(vec![part.clone()]),
            }
        }
    }
    Query::and(groups.into_iter().map(Query::or))
}

/// Refuses what proximity cannot be asked of.
fn check_operand(node: &Node, how: Proximity) -> Result<(), SyntaxError> {
    if node.query.is_operand() {
        return Ok(());
    }
    let operator = how.canonical();
    let message = match &node.query {
        Query::Field { field, .. } => {
            format!("`{operator}` cannot reach into a field; write it inside: `{field}:(one {operator} other)`")
        }
        Query::Not(_) => {
            format!(
                "`{operator}` needs words that are there on both sides; write `one NOT w/5 other` for one without the \
                 other nearby"
            )
        }
        _ => format!(
            "`{operator}` needs words of the text on both sides; fields, dates, codes and other conditions on whole \
             documents are joined by AND instead"
        ),
    };
    Err(error(node.start, &message))
}

/// Says how proximity operators in a row were read.
pub(super) fn warn_of_row(node: &Node, operators: usize, warnings: &mut Warnings) {
    if operators > 1 {
        let message = format!(
            "proximity operators in a row are taken from left to right: this was read as `{}`; use brackets to say \
             which you mean",
            node.query
        );
        warnings.ambiguous(node.start, node.end, message);
    }
}
