//! The terms of the dictionaries that the leaves of a query stand for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use redwell_search::engine::EngineError;
use redwell_search::literals::needed_words;
use redwell_search::matcher::Matcher;
use redwell_search::term::TextRegex;
use redwell_search::words::fold;
use redwell_search::{DateRange, Field, MoneyRange, Query, Term};
use tantivy::postings::TermInfo;

use super::deadline::Deadline;
use super::engine::broken;
use super::snapshot::{Segment, Snapshot};
use super::tokens;

/// The most different words one part of a query may stand for.
pub(super) const MAX_WORDS: usize = 50_000;

/// The most terms kept from one search to the next, in all.
const MAX_KEPT: usize = 400_000;

/// Terms looked at between two looks at the clock.
const STRIDE: usize = 1 << 14;

/// What a leaf asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Term(Term),
    Money(MoneyRange),
    Day(DateRange),
}

/// The terms a leaf stands for in each segment.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    segments: Vec<Terms>,
}

/// The terms a leaf stands for in one segment.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    /// Each with how many words follow the one it stands at.
    pub(super) any: Vec<(TermInfo, u32)>,
    /// At whose positions nothing is found: other forms of a word asked for as written.
    pub(super) none: Vec<TermInfo>,
}

impl Terms {
    /// The most documents that can hold any of them.
    pub(super) fn documents(&self) -> u64 {
        self.any.iter().map(|(term, _)| u64::from(term.doc_freq)).sum()
    }
}

/// What is asked of the text or a field.
type AskedOf = (Option<Field>, Asked);

/// Expansions found before, of one snapshot, and how many terms they have.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<(BTreeMap<AskedOf, Arc<Expansion>>, usize)>);

/// For each leaf of a query its terms.
#[derive(Debug, Default)]
pub(super) struct Expansions {
    /// By the address of the leaf, which stands still while the query is answered, and the field it is asked of.
    of_leaves: BTreeMap<(usize, Option<Field>), Arc<Expansion>>,
    /// Words that texts must hold for an expression to match in them.
    needed: BTreeMap<TextRegex, Vec<Query>>,
}

impl Expansions {
    /// Looks up every leaf of a query.
    pub(super) fn of(query: &Query, snapshot: &Snapshot, deadline: &Deadline) -> Result<Self, EngineError> {
        let mut found = Self::default();
        found.collect(query, None, snapshot, deadline)?;
        Ok(found)
    }

    fn collect(
        &mut self,
        query: &Query,
        field: Option<Field>,
        snapshot: &Snapshot,
        deadline: &Deadline,
    ) -> Result<(), EngineError> {
        self.look_up(query, field, snapshot, deadline)?;
        if let (Query::Regex(expression), None) = (query, field)
            && !self.needed.contains_key(expression)
        {
            let words = needed_words(expression);
            for word in &words {
                match self.look_up(word, None, snapshot, deadline) {
                    // Then it does not help.
                    Ok(()) | Err(EngineError::TooBroad { .. }) => {}
                    Err(why) => return Err(why),
                }
            }
            self.needed.insert(expression.clone(), words);
        }
        let field = match query {
            // Which is in no dictionary.
            Query::Field { field, .. } if field.is_digest() => return Ok(()),
            Query::Field { field, .. } => Some(*field),
            _ => field,
        };
        query.parts().try_for_each(|part| self.collect(part, field, snapshot, deadline))
    }

    fn look_up(
        &mut self,
        leaf: &Query,
        field: Option<Field>,
        snapshot: &Snapshot,
        deadline: &Deadline,
    ) -> Result<(), EngineError> {
        let Some(asked) = asked(leaf) else { return Ok(()) };
        if let Entry::Vacant(unknown) = self.of_leaves.entry(key(leaf, field)) {
            unknown.insert(snapshot.kept.get_or_find((field, asked), |asked| find(leaf, asked, snapshot, deadline))?);
        }
        Ok(())
    }

    /// Words that must be in a text for an expression to match there; none for a field.
    pub(super) fn needed(&self, expression: &TextRegex, field: Option<Field>) -> impl Iterator<Item = &Query> {
        let words = self.needed.get(expression).filter(|_| field.is_none()).map_or(&[][..], Vec::as_slice);
        words.iter().filter(move |word| self.of_leaves.contains_key(&key(word, field)))
    }

    /// The terms of a leaf in one segment.
    pub(super) fn terms(&self, leaf: &Query, field: Option<Field>, segment: usize) -> &Terms {
        let found = self.of_leaves.get(&key(leaf, field));
        &found.unwrap_or_else(|| unreachable!("every leaf was looked up")).segments[segment]
    }
}

fn key(leaf: &Query, field: Option<Field>) -> (usize, Option<Field>) {
    (std::ptr::from_ref(leaf).addr(), field)
}

impl Kept {
    fn get_or_find(
        &self,
        asked: AskedOf,
        find: impl FnOnce(&AskedOf) -> Result<Expansion, EngineError>,
    ) -> Result<Arc<Expansion>, EngineError> {
        if matches!(asked.1, Asked::Term(Term::Word(_))) {
            return find(&asked).map(Arc::new);
        }
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).0.get(&asked).map(Arc::clone);
        if let Some(known) = known {
            return Ok(known);
        }
        let found = Arc::new(find(&asked)?);
        let size = 1 + found.segments.iter().map(|terms| terms.any.len()).sum::<usize>();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.1 + size > MAX_KEPT {
            *kept = (BTreeMap::new(), 0);
        }
        kept.1 += size;
        kept.0.insert(asked, Arc::clone(&found));
        Ok(found)
    }
}

fn asked(query: &Query) -> Option<Asked> {
    match query {
        Query::Term(term) => Some(Asked::Term(term.clone())),
        Query::Money(range) => Some(Asked::Money(*range)),
        Query::Day(range) => Some(Asked::Day(*range)),
        _ => None,
    }
}

fn find(
    query: &Query,
    (field, asked): &AskedOf,
    snapshot: &Snapshot,
    deadline: &Deadline,
) -> Result<Expansion, EngineError> {
    let field = snapshot.fields.words_of(*field);
    let search = Search { query, field, snapshot, deadline };
    let segments = match asked {
        Asked::Term(Term::Word(word)) => search.each_segment(|segment| one(segment, field, word)),
        Asked::Term(Term::Exact(exact)) => search.each_segment(|segment| written_so(segment, field, exact)),
        Asked::Term(term) => {
            let matcher = Matcher::new(term);
            search.in_dictionary(matcher.literal_prefix(), &|word| matcher.matches_folded(word).then_some(0))
        }
        Asked::Money(range) => {
            let good = |term: &str| tokens::read_money(term).filter(|(amount, _)| range.amount.holds(*amount));
            search.in_dictionary(&tokens::money_prefix(range.currency), &|term| good(term).map(|(_, more)| more))
        }
        Asked::Day(range) => {
            let good = |term: &str| tokens::read_day(term).filter(|(day, _)| range.holds_day(*day));
            search.in_dictionary(&tokens::day_prefix(), &|term| good(term).map(|(_, more)| more))
        }
    };
    Ok(Expansion { segments: segments? })
}

/// Looks for the terms of one leaf.
struct Search<'s> {
    query: &'s Query,
    field: tantivy::schema::Field,
    snapshot: &'s Snapshot,
    deadline: &'s Deadline,
}

impl Search<'_> {
    fn each_segment(
        &self,
        find: impl FnMut(&Segment) -> Result<Terms, EngineError>,
    ) -> Result<Vec<Terms>, EngineError> {
        self.snapshot.segments.iter().map(find).collect()
    }

    /// The terms that begin so and that are good, which gives how many words follow.
    fn in_dictionary(&self, prefix: &str, is_good: &dyn Fn(&str) -> Option<u32>) -> Result<Vec<Terms>, EngineError> {
        // Words only, unless something else is asked for.
        let from = if prefix.is_empty() { tokens::FIRST_WORD } else { prefix };
        let mut found = 0;
        let mut segments = Vec::with_capacity(self.snapshot.segments.len());
        for segment in &self.snapshot.segments {
            let index = segment.words(self.field)?;
            let mut stream = index.terms().range().ge(from.as_bytes()).into_stream().map_err(broken)?;
            let mut terms = Terms::default();
            let mut seen = 0_usize;
            while let Some((term, info)) = stream.next() {
                if !term.starts_with(prefix.as_bytes()) {
                    break;
                }
                seen += 1;
                if seen.is_multiple_of(STRIDE) {
                    self.deadline.check(self.query)?;
                }
                let Some(more) = std::str::from_utf8(term).ok().and_then(is_good) else { continue };
                terms.any.push((info.clone(), more));
            }
            found += terms.any.len();
            segments.push(terms);
            // The same word counts once for each segment; close to the limit they are told apart.
            if found > MAX_WORDS * self.snapshot.segments.len() {
                return Err(EngineError::TooBroad { part: self.query.to_string() });
            }
        }
        if found > MAX_WORDS && self.distinct(from, prefix, is_good)? > MAX_WORDS {
            return Err(EngineError::TooBroad { part: self.query.to_string() });
        }
        Ok(segments)
    }

    /// How many different terms are good.
    fn distinct(&self, from: &str, prefix: &str, is_good: &dyn Fn(&str) -> Option<u32>) -> Result<usize, EngineError> {
        let mut all = std::collections::BTreeSet::new();
        for segment in &self.snapshot.segments {
            let index = segment.words(self.field)?;
            let mut stream = index.terms().range().ge(from.as_bytes()).into_stream().map_err(broken)?;
            while let Some((term, _)) = stream.next().filter(|(term, _)| term.starts_with(prefix.as_bytes())) {
                if std::str::from_utf8(term).ok().and_then(is_good).is_some() {
                    all.insert(term.to_vec());
                }
            }
            self.deadline.check(self.query)?;
        }
        Ok(all.len())
    }
}

/// The term of a word.
fn one(segment: &Segment, field: tantivy::schema::Field, word: &str) -> Result<Terms, EngineError> {
    let found = segment.words(field)?.terms().get(word).map_err(broken)?;
    Ok(Terms { any: found.into_iter().map(|term| (term, 0)).collect(), none: Vec::new() })
}

/// The terms of a word as written: its own, or when that is the folded form, the word's without those of its other forms.
fn written_so(segment: &Segment, field: tantivy::schema::Field, exact: &str) -> Result<Terms, EngineError> {
    let folded = fold(exact);
    if folded != exact {
        let mut term = String::new();
        tokens::write_exact(&folded, exact, &mut term);
        return one(segment, field, &term);
    }
    let mut found = one(segment, field, exact)?;
    let index = segment.words(field)?;
    let prefix = tokens::exact_prefix(exact);
    let mut stream = index.terms().range().ge(prefix.as_bytes()).into_stream().map_err(broken)?;
    while let Some((_, info)) = stream.next().filter(|(term, _)| term.starts_with(prefix.as_bytes())) {
        found.none.push(info.clone());
    }
    Ok(found)
}
