//! Tantivy alone: the same texts in one field with its own tokenizer, and the nearest queries it has.

use std::path::Path;

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, RegexQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TEXT};
use tantivy::{Index, Searcher, TantivyDocument, Term};

use crate::PAGE;
use crate::measure::{Built, Watch};
use crate::queries::Plain;
use crate::texts::Texts;

/// Memory of the index writer, in bytes: what `redwell` gives its own.
const WRITER_BYTES: usize = 64_000_000;

/// The same texts in an index of tantivy's own making.
pub(crate) struct Raw {
    searcher: Searcher,
    text: Field,
}

/// Builds it; what that took.
pub(crate) fn build(texts: Texts, place: &Path) -> anyhow::Result<Built> {
    let mut schema = Schema::builder();
    let text = schema.add_text_field("text", TEXT);
    let index = Index::create_in_dir(place, schema.build())?;
    let watch = Watch::start()?;
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(2, WRITER_BYTES)?;
    for content in texts {
        let mut document = TantivyDocument::default();
        document.add_text(text, content?);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    watch.built("raw tantivy")
}

impl Raw {
    pub(crate) fn open(place: &Path) -> anyhow::Result<Self> {
        let index = Index::open_in_dir(place)?;
        Ok(Self { searcher: index.reader()?.searcher(), text: index.schema().get_field("text")? })
    }

    /// The nearest it has; nothing where there is none. Near is a phrase with slop, which knows an order.
    pub(crate) fn query(&self, asked: &Plain) -> anyhow::Result<Option<Box<dyn Query>>> {
        let term = |word: &String| Term::from_field_text(self.text, word);
        let one =
            |word: &String| -> Box<dyn Query> { Box::new(TermQuery::new(term(word), IndexRecordOption::WithFreqs)) };
        let all = |words: &[String], occur: Occur| -> Box<dyn Query> {
            Box::new(BooleanQuery::new(words.iter().map(|word| (occur, one(word))).collect()))
        };
        let phrase = |words: &[&String], slop: u32| -> Box<dyn Query> {
            let mut phrase = PhraseQuery::new(words.iter().copied().map(term).collect());
            phrase.set_slop(slop);
            Box::new(phrase)
        };
        Ok(Some(match asked {
            Plain::Word(word) => one(word),
            Plain::And(words) => all(words, Occur::Must),
            Plain::Or(words) => all(words, Occur::Should),
            Plain::AndNot(a, b) => Box::new(BooleanQuery::new(vec![(Occur::Must, one(a)), (Occur::MustNot, one(b))])),
            Plain::Phrase(words) => phrase(&words.iter().collect::<Vec<_>>(), 0),
            Plain::Near(distance, one, other) => match (one.as_slice(), other.as_slice()) {
                ([a], [b]) => phrase(&[a, b], distance.saturating_sub(1)),
                _ => return Ok(None),
            },
            Plain::Nested(..) | Plain::NotNear(..) => return Ok(None),
            Plain::Pattern(pattern) => Box::new(RegexQuery::from_pattern(&pattern.replace('*', ".*"), self.text)?),
            Plain::Fuzzy(word) => Box::new(FuzzyTermQuery::new(term(word), 1, true)),
        }))
    }

    /// Counts what a query finds and gathers the first page of it.
    pub(crate) fn first_page(&self, query: &dyn Query) -> anyhow::Result<u64> {
        let (_, total) = self.searcher.search(query, &(TopDocs::with_limit(PAGE).order_by_score(), Count))?;
        Ok(total as u64)
    }
}
