//! Hands the words of the query language to tantivy, so that both cut a text alike.

use std::borrow::Cow;

use redwell_search::words::{field_words, folded_words};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// The name the schema knows the tokenizer of texts by.
pub(super) const NAME: &str = "redwell";

/// The name the schema knows the tokenizer of metadata fields by.
pub(super) const OF_VALUES: &str = "redwell_values";

/// Stands between the values of a field that are given as one text.
const SEPARATOR: char = '\u{1f}';

/// The tokenizers of an index.
pub(super) fn manager() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(NAME, TextAnalyzer::from(TextTokenizer));
    manager.register(OF_VALUES, TextAnalyzer::from(ValuesTokenizer));
    manager
}

/// The values of a field as one text, the way its tokenizer takes them. (Words that are already cut would go through
/// JSON twice.)
pub(super) fn joined(values: &[String]) -> String {
    let mut joined = String::with_capacity(values.iter().map(|value| value.len() + 1).sum());
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            joined.push(SEPARATOR);
        }
        // A separator in a value parts words as a space does.
        joined.extend(value.chars().map(|c| if c == SEPARATOR { ' ' } else { c }));
    }
    joined
}

#[derive(Clone)]
struct TextTokenizer;

#[derive(Clone)]
struct ValuesTokenizer;

/// Words with their positions.
struct Stream<'t> {
    words: Box<dyn Iterator<Item = (usize, Cow<'t, str>)> + 't>,
    token: Token,
}

impl<'t> Stream<'t> {
    fn new(words: impl Iterator<Item = (usize, Cow<'t, str>)> + 't) -> Self {
        Self { words: Box::new(words), token: Token::default() }
    }
}

impl Tokenizer for TextTokenizer {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        Stream::new(folded_words(text).enumerate())
    }
}

impl Tokenizer for ValuesTokenizer {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        Stream::new(field_words(text.split(SEPARATOR)).map(|(position, word)| (position as usize, word)))
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some((position, word)) = self.words.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(&word);
        // Offsets are not kept.
        self.token.position = position;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn joined_values_give_the_words_of_the_values(values in prop::collection::vec("(\\PC|\u{1f}){0,12}", 0..4)) {
            let mut analyzer = TextAnalyzer::from(ValuesTokenizer);
            let text = joined(&values);
            let mut stream = analyzer.token_stream(&text);
            let mut found = Vec::new();
            stream.process(&mut |token| found.push((token.position, token.text.clone())));
            let expected = field_words(values.iter().map(String::as_str));
            let expected: Vec<_> = expected.map(|(at, word)| (at as usize, word.into_owned())).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
