//! Hands the words of the query language to tantivy, so that both cut a text alike.

use std::borrow::Cow;

use redwell_search::words::folded_words;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// The name the schema knows it by.
pub(super) const NAME: &str = "redwell";

/// The one tokenizer of an index.
pub(super) fn manager() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(NAME, TextAnalyzer::from(RedwellTokenizer));
    manager
}

#[derive(Clone)]
struct RedwellTokenizer;

struct Stream<'t> {
    words: Box<dyn Iterator<Item = Cow<'t, str>> + 't>,
    token: Token,
}

impl Tokenizer for RedwellTokenizer {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        Stream { words: Box::new(folded_words(text)), token: Token::default() }
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(&word);
        // It begins one before the first. Offsets are not kept.
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
