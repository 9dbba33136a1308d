//! Hands the words of the query language to tantivy, so that both cut a text alike.
//!
//! A text is read once ([`Analysis`]); its words follow, each with what else stands at its position, then what was
//! recognised in it. Buffers are kept from one text to the next.

use std::borrow::Cow;

use redwell_search::Field;
use redwell_search::analysis::Analysis;
use redwell_search::folding::{Letters, exact, fold_onto};
use redwell_search::sentences::Break;
use redwell_search::words::{VALUE_GAP, field_value};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use super::tokens;

/// The name of the one for texts. The number changes with what it makes of a text, so that old indexes are told.
const TEXT: &str = "redwell-text-2";
/// The name of the one for values of metadata fields.
const VALUES: &str = "redwell-values-2";
/// The name of the one for values that are cut at every punctuation mark.
const CUT_VALUES: &str = "redwell-cut-values-2";

/// The tokenizers of an index.
pub(super) fn manager() -> TokenizerManager {
    let manager = TokenizerManager::default();
    let tokenizer = |kind| TextAnalyzer::from(RedwellTokenizer { kind, buffers: Buffers::default() });
    manager.register(TEXT, tokenizer(Kind::Text));
    manager.register(VALUES, tokenizer(Kind::Values(Field::Subject)));
    manager.register(CUT_VALUES, tokenizer(Kind::Values(Field::From)));
    manager
}

/// The name of the tokenizer of a field, or of the text.
pub(super) fn name(field: Option<Field>) -> &'static str {
    match field {
        None => TEXT,
        Some(field) if field.is_cut_at_punctuation() => CUT_VALUES,
        Some(_) => VALUES,
    }
}

/// What is cut.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A text.
    Text,
    /// Values with a separator between, cut as those of this field are.
    Values(Field),
}

#[derive(Clone)]
struct RedwellTokenizer {
    kind: Kind,
    buffers: Buffers,
}

/// What is used again for the next text.
#[derive(Clone, Default)]
struct Buffers {
    analysis: Analysis,
    token: Token,
    /// The folded form of a word whose exact form is being written.
    folded: String,
}

struct Stream<'t> {
    kind: Kind,
    buffers: &'t mut Buffers,
    /// What is read at present.
    text: Cow<'t, str>,
    /// The values after it.
    rest: Option<&'t str>,
    /// The position of its first word.
    base: u32,
    /// The position after the last word so far.
    end: u32,
    /// The word whose terms are being given.
    at: usize,
    step: Step,
}

/// What is to be given of a word next.
#[derive(Clone, Copy)]
enum Step {
    Break,
    Folded,
    Exact,
    Recognised,
    End,
    Done,
}

impl Tokenizer for RedwellTokenizer {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        let (kind, buffers) = (self.kind, &mut self.buffers);
        let text_before = Cow::Borrowed("");
        let mut stream =
            Stream { kind, buffers, text: text_before, rest: Some(text), base: 0, end: 0, at: 0, step: Step::End };
        stream.next_value();
        stream
    }
}

impl Stream<'_> {
    /// Goes on to the next value with words, or to the end.
    fn next_value(&mut self) {
        while let Some(rest) = self.rest.take() {
            self.text = match self.kind {
                Kind::Text => Cow::Borrowed(rest),
                Kind::Values(field) => {
                    let (value, after) = match rest.split_once(tokens::VALUE_SEPARATOR) {
                        Some((value, after)) => (value, Some(after)),
                        None => (rest, None),
                    };
                    self.rest = after;
                    field_value(field, value)
                }
            };
            self.buffers.analysis.read(&self.text);
            let Ok(words) = u32::try_from(self.buffers.analysis.words.len()) else { continue };
            if words > 0 {
                self.base = if self.end == 0 { 0 } else { self.end - 1 + VALUE_GAP };
                self.end = self.base + words;
                (self.at, self.step) = (0, Step::Break);
                return;
            }
        }
        self.step = Step::End;
    }

    fn stand(&mut self, position: usize) {
        self.buffers.token.position = position;
        self.buffers.token.text.clear();
    }

    /// Writes what is due into the token; `false` when there is nothing at this step.
    fn give(&mut self) -> bool {
        match self.step {
            Step::Break => {
                let Some(word) = self.buffers.analysis.words.get(self.at) else {
                    (self.at, self.step) = (0, Step::Recognised);
                    return false;
                };
                self.step = Step::Folded;
                let term = match word.begins {
                    Break::None => return false,
                    Break::Sentence => tokens::SENTENCE,
                    Break::Paragraph => tokens::PARAGRAPH,
                };
                self.stand(self.base as usize + self.at);
                self.buffers.token.text.push_str(term);
                true
            }
            Step::Folded => {
                self.stand(self.base as usize + self.at);
                let word = self.buffers.analysis.words[self.at];
                fold_onto(word.of(&self.text), word.letters, &mut self.buffers.token.text);
                if word.letters == Letters::Small {
                    self.at += 1;
                    self.step = Step::Break;
                } else {
                    self.step = Step::Exact;
                }
                true
            }
            Step::Exact => {
                let Buffers { analysis, token, folded } = &mut *self.buffers;
                let written = exact(analysis.words[self.at].of(&self.text));
                self.at += 1;
                self.step = Step::Break;
                if token.text == written {
                    return false;
                }
                // The folded form is still in the token.
                std::mem::swap(&mut token.text, folded);
                token.text.clear();
                tokens::write_exact(folded, &written, &mut token.text);
                true
            }
            Step::Recognised => {
                let Some(found) = self.buffers.analysis.recognised.get(self.at).copied() else {
                    self.next_value();
                    return false;
                };
                self.at += 1;
                self.stand((self.base + found.first) as usize);
                tokens::write_recognised(&found, &mut self.buffers.token.text);
                true
            }
            Step::End => {
                self.step = Step::Done;
                if self.end == 0 {
                    return false;
                }
                self.stand(self.end as usize);
                self.buffers.token.text.push_str(tokens::END);
                true
            }
            Step::Done => false,
        }
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        while !matches!(self.step, Step::Done) {
            if self.give() {
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        &self.buffers.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.buffers.token
    }
}
