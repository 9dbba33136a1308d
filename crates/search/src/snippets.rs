//! Short passages of a text round its hits, for a list of results.

use redwell_model::{CodePointRange, TextRuler};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// How long a snippet is, about, in code points.
pub const TARGET_LENGTH: u32 = 200;

/// A passage of a text with its hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// The passage on one line; an ellipsis stands where the text goes on.
    pub text: String,
    /// The hits in it, as code points of the snippet.
    pub highlights: Vec<CodePointRange>,
}

/// At most `limit` passages round the first hits of a text, in order, not overlapping. `ranges` are in order and do
/// not overlap. Without hits, the beginning of the text.
#[must_use]
pub fn snippets(text: &str, ranges: &[CodePointRange], limit: usize) -> Vec<Snippet> {
    let ruler = TextRuler::new(text);
    let mut found = Vec::new();
    if ranges.is_empty() {
        let opening = widened(&ruler, CodePointRange::new(0, 0), 0);
        let snippet = cut(&ruler, opening, &[]);
        if limit > 0 && !snippet.text.is_empty() {
            found.push(snippet);
        }
        return found;
    }
    let (mut next, mut floor) = (0, 0);
    while next < ranges.len() && found.len() < limit {
        let first = ranges[next];
        // A hit can be as long as a phrase is; one longer than a snippet is cut.
        let mut core = CodePointRange::new(first.start, first.end.min(first.start + TARGET_LENGTH));
        next += 1;
        while let Some(range) = ranges.get(next).filter(|range| range.end - core.start <= TARGET_LENGTH * 3 / 4) {
            core.end = range.end;
            next += 1;
        }
        let window = widened(&ruler, core, floor);
        // What the widening reached belongs to this snippet.
        while ranges.get(next).is_some_and(|range| range.end <= window.end) {
            next += 1;
        }
        found.push(cut(&ruler, window, ranges));
        floor = window.end;
        while ranges.get(next).is_some_and(|range| range.start < floor) {
            next += 1;
        }
    }
    found
}

/// A passage round `core` of about the target length, from no earlier than `floor`, cut between words and, where one
/// begins or ends nearby, between sentences.
fn widened(ruler: &TextRuler<'_>, core: CodePointRange, floor: u32) -> CodePointRange {
    let spare = TARGET_LENGTH.saturating_sub(core.len());
    let earliest = core.start.saturating_sub(spare * 2 / 3).max(floor);
    let lead = ruler.slice(CodePointRange::new(earliest, core.start));
    let default = core.start.saturating_sub(spare / 3).max(floor);
    let start = if earliest == 0 && default < spare / 6 {
        0
    } else {
        sentence_start(lead).map_or_else(|| word_start(ruler, earliest, default, core.start), |at| earliest + at)
    };
    let latest = start.saturating_add(TARGET_LENGTH).max(core.end).min(ruler.code_points());
    let tail = ruler.slice(CodePointRange::new(core.end, latest));
    let end = if latest == ruler.code_points() { latest } else { core.end + whole_words(tail) };
    CodePointRange::new(start.min(core.start), end.max(core.end))
}

/// Where the last sentence or line of a text begins, in code points, if one begins in it.
fn sentence_start(lead: &str) -> Option<u32> {
    let mut at = 0;
    let mut last = None;
    for (i, sentence) in lead.split_sentence_bounds().enumerate() {
        if i > 0 {
            last = Some(at);
        }
        at += count(sentence);
    }
    last
}

/// The first word border at or after `default`.
fn word_start(ruler: &TextRuler<'_>, earliest: u32, default: u32, limit: u32) -> u32 {
    if default == 0 {
        return 0;
    }
    let mut at = earliest;
    for segment in ruler.slice(CodePointRange::new(earliest, limit)).split_word_bounds() {
        // The first segment may be the end of a word.
        if at >= default && at > earliest && !segment.trim().is_empty() {
            return at;
        }
        at += count(segment);
    }
    limit
}

/// How many code points of a text are whole words, leaving out the last, which may go on.
fn whole_words(tail: &str) -> u32 {
    let last = tail.split_word_bound_indices().next_back().map_or(0, |(byte, _)| byte);
    count(tail[..last].trim_end())
}

/// A passage as a snippet.
fn cut(ruler: &TextRuler<'_>, window: CodePointRange, ranges: &[CodePointRange]) -> Snippet {
    let raw = ruler.slice(window);
    let trimmed_start = raw.trim_start();
    let start = window.start + count(&raw[..raw.len() - trimmed_start.len()]);
    let kept = trimmed_start.trim_end();
    let end = start + count(kept);
    let mut text = String::with_capacity(kept.len() + 6);
    let mut lead = 0;
    if start > 0 && !ruler.slice(CodePointRange::new(0, start.min(window.start))).trim().is_empty() {
        text.push_str("… ");
        lead = 2;
    }
    text.extend(kept.chars().map(|c| if c.is_control() { ' ' } else { c }));
    if !ruler.slice(CodePointRange::new(end, ruler.code_points())).trim().is_empty() {
        text.push_str(" …");
    }
    let inside = |range: &CodePointRange| {
        let (from, to) = (range.start.max(start), range.end.min(end));
        (from < to).then(|| CodePointRange::new(from - start + lead, to - start + lead))
    };
    let from = ranges.partition_point(|range| range.end <= start);
    let highlights = ranges[from..].iter().take_while(|range| range.start < end).filter_map(inside).collect();
    Snippet { text, highlights }
}

/// Length in code points.
fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).expect("extraction limits a text far below 2³² code points")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::hit_ranges;
    use crate::query::Query;
    use proptest::prelude::*;

    fn of(word: &str, text: &str, limit: usize) -> Vec<Snippet> {
        snippets(text, &hit_ranges(&Query::word(word), text), limit)
    }

    fn highlighted(snippet: &Snippet) -> Vec<&str> {
        let ruler = TextRuler::new(&snippet.text);
        snippet.highlights.iter().map(|range| ruler.slice(*range)).collect()
    }

    #[test]
    fn a_short_text_is_its_own_snippet() {
        let found = of("breach", "A breach,\nand another breach.", 3);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text, "A breach, and another breach.");
        assert_eq!(highlighted(&found[0]), ["breach", "breach"]);
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let text = format!(
            "{}A breach occurred. {}breach {}",
            "lorem ipsum ".repeat(50),
            "dolor sit ".repeat(90),
            "amet ".repeat(90)
        );
        let found = of("breach", &text, 5);
        assert_eq!(found.len(), 2);
        for snippet in &found {
            assert_eq!(highlighted(snippet), ["breach"], "{}", snippet.text);
            assert!(snippet.text.starts_with("… ") && snippet.text.ends_with(" …"), "{}", snippet.text);
            assert!((100..=210).contains(&count(&snippet.text)), "{} {}", count(&snippet.text), snippet.text);
            let inner = snippet.text.trim_matches(['…', ' ']);
            assert!(inner.split(' ').all(|word| text.contains(&format!("{word} "))), "{inner}");
        }
    }

    #[test]
    fn without_hits_it_is_the_beginning() {
        assert_eq!(snippets("", &[], 3), []);
        let found = snippets(&"lorem ipsum ".repeat(50), &[], 3);
        assert_eq!(found.len(), 1);
        assert!(found[0].text.starts_with("lorem ipsum") && found[0].text.ends_with("…"));
    }

    #[test]
    fn only_the_beginning_of_the_text_is_read_for_distance() {
        // A text of one endless word has no border to cut at.
        let text = format!("breach {}", "x".repeat(5_000));
        let found = of("breach", &text, 1);
        assert_eq!(highlighted(&found[0]), ["breach"]);
        assert!(count(&found[0].text) < 300);
    }

    proptest! {
        #[test]
        fn every_highlight_is_a_hit(text in "(hit|b\u{e9}|\u{1f600}|[ .\n]|longer words ){0,300}", limit in 0usize..4) {
            for snippet in of("hit", &text, limit) {
                for word in highlighted(&snippet) {
                    prop_assert_eq!(word, "hit");
                }
                prop_assert!(!snippet.highlights.is_empty() || hit_ranges(&Query::word("hit"), &text).is_empty());
                prop_assert!(count(&snippet.text) <= TARGET_LENGTH + 20, "{}", count(&snippet.text));
            }
        }
    }
}
