//! Words parted at line ends: joined where the file itself proves that the hyphen is not part of them.
//!
//! A soft hyphen proves it. So does the same word standing whole elsewhere in the document, unless it stands elsewhere with
//! its hyphen on one line. Everything else stays as printed: `long-` at a line's end may well belong to `long-term`.

use std::collections::{BTreeMap, BTreeSet};

use redwell_model::{CharBox, Layout};

/// A hyphen that only shows where a word may be parted.
pub(in crate::extract) const SOFT_HYPHEN: char = '\u{ad}';

/// What the rest of the document says about a parted word.
#[derive(Debug, Default, Clone, Copy)]
struct Evidence {
    stands_whole: bool,
    stands_with_hyphen: bool,
}

/// A hyphen at the end of a line in the middle of a word.
struct Break {
    /// The code point of the hyphen; the line end follows.
    at: usize,
    /// The word without its hyphen; nothing where the hyphen is soft.
    word: Option<String>,
}

/// Joins the words of a document that surely were parted, and takes out what is left of soft hyphens.
pub(in crate::extract) fn join(text: &mut String, layout: &mut Layout) {
    if !text.contains("-\n") && !text.contains("\u{2010}\n") && !text.contains(SOFT_HYPHEN) {
        return;
    }
    let characters: Vec<char> = text.chars().collect();
    let first_of_pages: BTreeSet<usize> = layout.pages.iter().map(|page| page.start as usize).collect();
    let breaks = breaks(&characters, &first_of_pages);
    let evidence = evidence(&characters, &breaks);
    let is_proven = |part: &Break| {
        part.word.as_ref().is_none_or(|word| {
            evidence.get(word.as_str()).is_some_and(|evidence| evidence.stands_whole && !evidence.stands_with_hyphen)
        })
    };
    let mut goes = vec![false; characters.len()];
    for part in breaks.iter().filter(|part| is_proven(part)) {
        goes[part.at] = true;
        goes[part.at + 1] = true;
    }
    for (at, character) in characters.iter().enumerate() {
        goes[at] |= *character == SOFT_HYPHEN;
    }
    remove(&characters, &goes, text, layout);
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}' | SOFT_HYPHEN)
}

fn breaks(characters: &[char], first_of_pages: &BTreeSet<usize>) -> Vec<Break> {
    let mut breaks = Vec::new();
    for (at, four) in characters.windows(4).enumerate() {
        let [before, hyphen, '\n', after] = *four else { continue };
        let is_inside_word = before.is_alphabetic() && after.is_lowercase() && !first_of_pages.contains(&(at + 3));
        if is_hyphen(hyphen) && is_inside_word {
            let start = characters[..=at].iter().rposition(|c| !c.is_alphabetic()).map_or(0, |other| other + 1);
            let after = &characters[at + 3..];
            let end = after.iter().position(|c| !c.is_alphabetic()).unwrap_or(after.len());
            let word = characters[start..=at].iter().chain(&after[..end]);
            let word = word.flat_map(|character| character.to_lowercase()).collect();
            breaks.push(Break { at: at + 1, word: (hyphen != SOFT_HYPHEN).then_some(word) });
        }
    }
    breaks
}

/// Looks for the parted words elsewhere.
fn evidence<'b>(characters: &[char], breaks: &'b [Break]) -> BTreeMap<&'b str, Evidence> {
    let mut evidence: BTreeMap<&str, Evidence> =
        breaks.iter().filter_map(|part| Some((part.word.as_deref()?, Evidence::default()))).collect();
    if evidence.is_empty() {
        return evidence;
    }
    let mut before = String::new();
    let mut at = 0;
    while at < characters.len() {
        let length = characters[at..].iter().take_while(|c| c.is_alphabetic()).count();
        if length == 0 {
            // A hyphen keeps the word before it in mind; anything else forgets it.
            if !is_hyphen(characters[at]) {
                before.clear();
            }
            at += 1;
            continue;
        }
        let word: String = characters[at..at + length].iter().flat_map(|c| c.to_lowercase()).collect();
        if let Some(evidence) = evidence.get_mut(word.as_str()) {
            evidence.stands_whole = true;
        }
        if !before.is_empty()
            && let Some(evidence) = evidence.get_mut((before + &word).as_str())
        {
            evidence.stands_with_hyphen = true;
        }
        at += length;
        before = word;
    }
    evidence
}

/// Takes code points out of a text, and out of its layout with them.
fn remove(characters: &[char], goes: &[bool], text: &mut String, layout: &mut Layout) {
    text.clear();
    text.extend(characters.iter().zip(goes).filter(|(_, goes)| !**goes).map(|(character, _)| *character));
    if layout.boxes.len() == characters.len() {
        let mut goes = goes.iter();
        layout.boxes.retain(|_: &CharBox| goes.next() == Some(&false));
    }
    let mut removed = 0_u32;
    let mut at = 0;
    for page in &mut layout.pages {
        let start = page.start as usize;
        removed += u32::try_from(goes[at..start].iter().filter(|goes| **goes).count()).unwrap_or_default();
        at = start;
        page.start -= removed;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use redwell_model::Page;

    use super::*;

    fn check(text: &str, expected: &str) {
        let mut joined = text.to_owned();
        let mut layout = Layout { boxes: vec![CharBox::default(); text.chars().count()], ..Layout::default() };
        join(&mut joined, &mut layout);
        assert_eq!(joined, expected);
        assert_eq!(layout.boxes.len(), joined.chars().count());
    }

    #[test]
    fn parted_words_are_joined_where_the_document_proves_it() {
        check("the agree-\nment. This agreement", "the agreement. This agreement");
        check("The Agree-\nment. This agreement", "The Agreement. This agreement");
        check("the agree\u{2010}\nment; agreement", "the agreement; agreement");
        check("a long-\nterm plan", "a long-\nterm plan");
        check("a co-\noperation, cooperation and co-operation", "a co-\noperation, cooperation and co-operation");
        check("agree-\nMent agreement", "agree-\nMent agreement");
        check("1-\nb", "1-\nb");
        check("agree-\n\nment agreement", "agree-\n\nment agreement");
        check("agree-\nment\nagree-\nment", "agree-\nment\nagree-\nment");
    }

    #[test]
    fn soft_hyphens_prove_themselves_and_go() {
        check("re\u{ad}\nview", "review");
        check("re\u{ad}view\u{ad}\n2", "review\n2");
        check("\u{ad}", "");
    }

    #[test]
    fn pages_keep_their_beginnings() {
        let page = |start| Page { start, frame: [0.0; 4], rotate: 0, quality: 1.0, engine: String::new() };
        let mut text = "agree-\nment\nagreement agree-\nment".to_owned();
        let mut layout = Layout { pages: vec![page(0), page(12), page(29)], boxes: Vec::new() };
        join(&mut text, &mut layout);
        // The last break lies between two pages and stays.
        assert_eq!(text, "agreement\nagreement agree-\nment");
        assert_eq!(layout.pages.iter().map(|page| page.start).collect::<Vec<_>>(), [0, 10, 27]);
    }

    proptest! {
        #[test]
        fn only_hyphens_and_line_ends_go(text in "(ab|abc|-|\n|\u{ad}| |é|-\n){0,30}") {
            let mut joined = text.clone();
            let count = text.chars().count();
            let mut layout = Layout { boxes: vec![CharBox::default(); count], ..Layout::default() };
            join(&mut joined, &mut layout);
            let rest = |text: &str| text.chars().filter(|c| !is_hyphen(*c) && *c != '\n').collect::<String>();
            prop_assert_eq!(rest(&joined), rest(&text));
            prop_assert_eq!(layout.boxes.len(), joined.chars().count());
        }
    }
}
