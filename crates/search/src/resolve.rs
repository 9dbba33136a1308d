//! From a query as written to one an engine answers: what only the matter knows is replaced by documents.
//!
//! From the inside out: `(a +family AND tag:hot) +thread` finds the documents of `a` first, then their families. Saved
//! searches are put in the place of their names; words of the list of synonyms become all that mean the same.

use sha2::{Digest as _, Sha256};

use redwell_model::Ordinal;

use crate::engine::{DocumentSet, EngineError, SearchEngine};
use crate::predicate::Predicate;
use crate::query::{Query, Sample, SampleSize};
use crate::synonyms;
use crate::term::Term;

/// How deep saved searches may name one another.
const MAX_DEPTH: usize = 16;

/// What surrounds the documents of a matter: people's work, lists, and what goes with what.
pub trait Surroundings {
    /// The documents a predicate stands for. Saved searches are not asked here.
    ///
    /// # Errors
    /// When there is nothing of the name, or this is not the place to ask; says what to do.
    fn documents(&self, predicate: &Predicate) -> Result<DocumentSet, ResolveError>;

    /// A saved search, as parsed.
    ///
    /// # Errors
    /// When there is none of the name.
    fn saved(&self, name: &str) -> Result<Query, ResolveError>;

    /// What means the same as a folded word: words, and phrases of them; the word itself among them or not.
    ///
    /// # Errors
    /// When the list cannot be read.
    fn synonyms(&self, word: &str) -> Result<Vec<Query>, ResolveError>;

    /// The control number of a document, which samples are drawn by.
    fn control_number(&self, ordinal: Ordinal) -> String;

    /// What the searcher should know of the names and words a query asks about here: those that nothing goes by, and what
    /// synonyms were searched for.
    fn told(&self, _query: &Query) -> Vec<String> {
        Vec::new()
    }
}

/// Why a query could not be resolved.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// Something it names is not there, or cannot be asked for here.
    #[error("{message}")]
    Unknown {
        /// A sentence that says what to do.
        message: String,
    },
    /// A saved search names itself, through others.
    #[error("the saved search `{name}` is made of itself; take it out of one of those it names")]
    Circular {
        /// Its name.
        name: String,
    },
    /// The engine could not answer a part.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// What surrounds the documents could not be read.
    #[error("what is known about the documents could not be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Replaces everything an engine cannot answer by itself.
///
/// # Errors
/// When something named is not there, or a part cannot be answered.
pub fn resolve(
    query: Query,
    engine: &dyn SearchEngine,
    surroundings: &dyn Surroundings,
) -> Result<Query, ResolveError> {
    Resolving { engine, surroundings, saved: Vec::new() }.resolve(query)
}

struct Resolving<'r> {
    engine: &'r dyn SearchEngine,
    surroundings: &'r dyn Surroundings,
    /// The saved searches being put in.
    saved: Vec<String>,
}

impl Resolving<'_> {
    fn resolve(&mut self, query: Query) -> Result<Query, ResolveError> {
        Ok(match query {
            Query::Predicate(Predicate::Saved(name)) => {
                if self.saved.contains(&name) || self.saved.len() >= MAX_DEPTH {
                    return Err(ResolveError::Circular { name });
                }
                let inner = self.surroundings.saved(&name)?;
                self.saved.push(name);
                let resolved = self.resolve(inner)?;
                self.saved.pop();
                // As a whole, so that what stands beside it joins none of its parts.
                Query::Documents(self.engine.documents(&resolved, None)?)
            }
            Query::Predicate(Predicate::Note(note)) => {
                let note = Predicate::Note(Box::new(self.resolve(*note)?));
                Query::Documents(self.surroundings.documents(&note)?)
            }
            Query::Predicate(predicate) => Query::Documents(self.surroundings.documents(&predicate)?),
            Query::Term(Term::Synonyms(word)) => synonyms::any_of(&word, self.surroundings.synonyms(&word)?),
            Query::Expanded { of, by } => {
                let found = self.found(*of)?;
                Query::Documents(self.engine.related(&found, by)?)
            }
            Query::Sample(sample) => {
                let Sample { of, size, seed } = *sample;
                let found = self.found(of)?;
                Query::Documents(drawn(&found, size, seed, &|ordinal| self.surroundings.control_number(ordinal)))
            }
            other if other.unresolved().is_none() => other,
            other => other.try_map(&mut |part| self.resolve(part))?,
        })
    }

    fn found(&mut self, query: Query) -> Result<DocumentSet, ResolveError> {
        let resolved = self.resolve(query)?;
        Ok(self.engine.documents(&resolved, None)?)
    }
}

/// The documents whose control numbers have the smallest digests with the seed.
#[must_use]
pub fn drawn(
    from: &DocumentSet,
    size: SampleSize,
    seed: u64,
    control_number: &dyn Fn(Ordinal) -> String,
) -> DocumentSet {
    let wanted = match size {
        SampleSize::Documents(documents) => u64::from(documents),
        SampleSize::HundredthsOfPercent(hundredths) => (from.len() * u64::from(hundredths)).div_ceil(10_000),
    };
    let digest = |ordinal: Ordinal| {
        let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(control_number(ordinal));
        (digest.finalize().to_vec(), ordinal)
    };
    let mut digests: Vec<(Vec<u8>, Ordinal)> = from.iter().map(digest).collect();
    digests.sort_unstable();
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    digests.into_iter().take(wanted).map(|(_, ordinal)| ordinal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brute::{BruteEngine, Document};

    /// Ten documents, `d1` to `d10`; families are pairs.
    struct Pairs;

    impl Surroundings for Pairs {
        fn documents(&self, predicate: &Predicate) -> Result<DocumentSet, ResolveError> {
            match predicate {
                Predicate::Tag(name) if name == "hot" => Ok(DocumentSet::from([2, 4])),
                _ => Err(ResolveError::Unknown { message: "there is nothing of this name".to_owned() }),
            }
        }

        fn saved(&self, name: &str) -> Result<Query, ResolveError> {
            Ok(match name {
                "loop" => Query::Predicate(Predicate::Saved("pool".to_owned())),
                "pool" => Query::Predicate(Predicate::Saved("loop".to_owned())),
                _ => Query::or([Query::tag("hot"), Query::word("d7")]),
            })
        }

        fn synonyms(&self, _word: &str) -> Result<Vec<Query>, ResolveError> {
            Ok(vec![Query::word("d1"), Query::word("d2")])
        }

        fn control_number(&self, ordinal: Ordinal) -> String {
            format!("TEST-{ordinal}")
        }
    }

    #[track_caller]
    fn check(query: &Query, expected: &[u32]) {
        let document = |ordinal| Document {
            ordinal,
            text: format!("d{ordinal}"),
            family: Some((ordinal - 1) / 2 * 2 + 1),
            ..Document::default()
        };
        let documents = (1..=10).map(document);
        let engine = BruteEngine::new(documents);
        let resolved = resolve(query.clone(), &engine, &Pairs).unwrap();
        let found: Vec<u32> = engine.documents(&resolved, None).unwrap().iter().collect();
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn parts_are_replaced_from_the_inside_out() {
        check(&Query::tag("hot"), &[2, 4]);
        check(
            &Query::and([Query::Predicate(Predicate::Saved("key".to_owned())), Query::not(Query::word("d4"))]),
            &[2, 7],
        );
        check(&Query::expanded(Query::tag("hot"), crate::query::Relation::Family), &[1, 2, 3, 4]);
        check(&Query::Term(Term::Synonyms("d9".to_owned())), &[1, 2, 9]);
        let phrase = Query::phrase([Query::Term(Term::Synonyms("d9".to_owned()))]);
        check(&Query::not(phrase), &[3, 4, 5, 6, 7, 8, 10]);
    }

    #[test]
    fn what_goes_wrong_is_told() {
        let engine = BruteEngine::new([]);
        let refused = |query| resolve(query, &engine, &Pairs).unwrap_err();
        assert!(matches!(
            refused(Query::Predicate(Predicate::Saved("loop".to_owned()))),
            ResolveError::Circular { .. }
        ));
        assert!(matches!(refused(Query::tag("cold")), ResolveError::Unknown { .. }));
    }

    #[test]
    fn samples_are_the_same_each_time() {
        let all: DocumentSet = (1..=1_000).collect();
        let draw = |size, seed| drawn(&all, size, seed, &|ordinal| format!("A-{ordinal:07}"));
        let ten = draw(SampleSize::Documents(10), 7);
        assert_eq!((ten.len(), &ten), (10, &draw(SampleSize::Documents(10), 7)));
        assert!(ten.is_subset(&draw(SampleSize::Documents(20), 7)), "a larger sample holds a smaller one");
        assert_ne!(ten, draw(SampleSize::Documents(10), 8));
        assert_eq!(draw(SampleSize::HundredthsOfPercent(501), 1).len(), 51);
        assert_eq!(draw(SampleSize::Documents(5_000), 1), all);
    }
}
