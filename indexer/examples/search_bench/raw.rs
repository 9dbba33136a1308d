//! Tantivy alone: the same texts in one field with its own tokenizer, and the nearest queries it has.

use std::path::Path;

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, RegexQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TEXT};
use tantivy::{Index, Searcher, TantivyDocument, Term};

use crate::corpus::Corpus;
use crate::queries::RawQuery;
use crate::{PAGE, Seconds, Watch};

/// Memory of the index writer, in bytes: what `redwell` gives its own.
const WRITER_BYTES: usize = 64_000_000;

/// The same texts in an index of tantivy's own making.
pub(crate) struct Raw {
    searcher: Searcher,
    text: Field,
}

/// Builds it; how long that took.
pub(crate) fn build(corpus: &Corpus, place: &Path) -> anyhow::Result<Seconds> {
    if place.exists() {
        std::fs::remove_dir_all(place)?;
    }
    std::fs::create_dir_all(place)?;
    let mut schema = Schema::builder();
    let text = schema.add_text_field("text", TEXT);
    let index = Index::create_in_dir(place, schema.build())?;
    let watch = Watch::start()?;
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(2, WRITER_BYTES)?;
    for (_, content) in &corpus.texts {
        let mut document = TantivyDocument::default();
        document.add_text(text, content);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    let seconds = watch.seconds()?;
    crate::size("raw tantivy", corpus.bytes, &seconds, place)?;
    Ok(seconds)
}

impl Raw {
    pub(crate) fn open(place: &Path) -> anyhow::Result<Self> {
        let index = Index::open_in_dir(place)?;
        Ok(Self { searcher: index.reader()?.searcher(), text: index.schema().get_field("text")? })
    }

    pub(crate) fn query(&self, asked: &RawQuery) -> anyhow::Result<Option<Box<dyn Query>>> {
        let term = |word: &String| Term::from_field_text(self.text, word);
        let one =
            |word: &String| -> Box<dyn Query> { Box::new(TermQuery::new(term(word), IndexRecordOption::WithFreqs)) };
        let all = |words: &[String], occur: Occur| -> Box<dyn Query> {
            Box::new(BooleanQuery::new(words.iter().map(|word| (occur, one(word))).collect()))
        };
        Ok(Some(match asked {
            RawQuery::Word(word) => one(word),
            RawQuery::And(words) => all(words, Occur::Must),
            RawQuery::Or(words) => all(words, Occur::Should),
            RawQuery::AndNot(a, b) => {
                Box::new(BooleanQuery::new(vec![(Occur::Must, one(a)), (Occur::MustNot, one(b))]))
            }
            RawQuery::Phrase(words, slop) => {
                let mut phrase = PhraseQuery::new(words.iter().map(term).collect());
                phrase.set_slop(*slop);
                Box::new(phrase)
            }
            RawQuery::Pattern(pattern) => Box::new(RegexQuery::from_pattern(pattern, self.text)?),
            RawQuery::Fuzzy(word) => Box::new(FuzzyTermQuery::new(term(word), 1, true)),
            RawQuery::Nothing => return Ok(None),
        }))
    }

    /// Counts what a query finds and gathers the first page of it.
    pub(crate) fn first_page(&self, query: &dyn Query) -> anyhow::Result<u64> {
        let (_, total) = self.searcher.search(query, &(TopDocs::with_limit(PAGE).order_by_score(), Count))?;
        Ok(total as u64)
    }
}
