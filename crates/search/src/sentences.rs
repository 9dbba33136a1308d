//! Where sentences and paragraphs of a text begin.
//!
//! One quick rule, decided from what stands between two words and from the words themselves, so that an index finds
//! the breaks while it cuts the words. It knows the abbreviations of contracts and letters; it does not parse.

/// The longest line of a text whose lines are not paragraphs, in characters: what wrapped lines stay below.
const LONGEST_WRAPPED: usize = 150;

/// Words a full stop belongs to, in small letters.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "hon", "rev", "gen", "col", "lt", "sgt", "inc", "ltd", "co", "corp", "bros", "no",
    "nos", "nr", "v", "vs", "art", "arts", "sec", "sect", "st", "jr", "sr", "etc", "cf", "pp", "p", "fig", "figs",
    "ex", "exh", "exhs", "para", "paras", "cl", "cls", "approx", "est", "dept", "div", "vol", "vols", "ed", "eds",
    "al", "ca", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "abs", "bzw",
    "ggf", "usw", "ziff", "rs", "tel", "fax", "ref", "attn", "encl",
];

/// What begins with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Break {
    /// Nothing.
    None,
    /// A sentence.
    Sentence,
    /// A paragraph, and with it a sentence.
    Paragraph,
}

/// Whether every line of a text is a paragraph: more than half of its characters stand in lines of more than 150.
///
/// Word processors write paragraphs so; printed pages and mails have wrapped lines, and paragraphs between blank ones.
#[must_use]
pub fn lines_are_paragraphs(text: &str) -> bool {
    let (mut all, mut long) = (0, 0);
    for line in text.split('\n') {
        // In bytes first, which is never less.
        let length = if line.len() <= LONGEST_WRAPPED { line.len() } else { line.chars().count() };
        all += length;
        if length > LONGEST_WRAPPED {
            long += length;
        }
    }
    long * 2 > all
}

/// Whether a sentence or paragraph begins with `next`, given the word before it and all that stands between the two.
/// `begins_line` says whether `word` is the first of its line.
#[inline]
#[must_use]
pub fn between(word: &str, begins_line: bool, gap: &str, next: &str, lines_are_paragraphs: bool) -> Break {
    // Most words are parted by one blank.
    if gap == " " { Break::None } else { across(word, begins_line, gap, next, lines_are_paragraphs) }
}

fn across(word: &str, begins_line: bool, gap: &str, next: &str, lines_are_paragraphs: bool) -> Break {
    if let Some(line_end) = gap.find('\n')
        && (lines_are_paragraphs || has_blank_line(&gap[line_end + 1..]))
    {
        return Break::Paragraph;
    }
    if ends_sentence(word, begins_line, gap, next) { Break::Sentence } else { Break::None }
}

/// Whether what follows a line end begins with a line that is blank.
fn has_blank_line(after: &str) -> bool {
    after.split('\n').rev().skip(1).any(|line| line.trim().is_empty())
}

fn ends_sentence(word: &str, begins_line: bool, gap: &str, next: &str) -> bool {
    let is_stop = |c: char| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '｡');
    let Some(stop) = gap.find(is_stop) else { return false };
    let stops = &gap[stop..];
    // Those of scripts without spaces need none.
    if stops.contains(['。', '！', '？', '｡']) {
        return true;
    }
    let after = stops.trim_start_matches(is_stop).trim_start_matches(is_closing);
    if !after.starts_with(char::is_whitespace) || next.starts_with(char::is_lowercase) {
        return false;
    }
    !(stop == 0 && stops.starts_with('.') && !stops[1..].starts_with(is_stop) && keeps_its_stop(word, begins_line))
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | '“' | ')' | ']' | '}' | '」' | '』')
}

/// Whether a full stop directly after a word belongs to it.
fn keeps_its_stop(word: &str, begins_line: bool) -> bool {
    let last = word.rsplit('.').next().unwrap_or_default();
    let mut letters = last.chars();
    if letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none() {
        return true;
    }
    if begins_line && word.starts_with(|c: char| c.is_ascii_digit()) {
        return word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    }
    last.len() <= 6 && ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::written_words;

    /// Cuts a text at its breaks: `|` before a sentence, `‖` before a paragraph.
    #[track_caller]
    fn check(marked: &str) {
        let text = marked.replace(['|', '‖'], "");
        let lines = lines_are_paragraphs(&text);
        let (mut found, mut done) = (String::new(), 0);
        let mut before: Option<(usize, &str, bool)> = None;
        for (start, word) in written_words(&text) {
            let mut begins_line = true;
            if let Some((at, earlier, begins)) = before {
                let gap = &text[at + earlier.len()..start];
                begins_line = gap.contains('\n');
                let mark = match between(earlier, begins, gap, word, lines) {
                    Break::None => "",
                    Break::Sentence => "|",
                    Break::Paragraph => "‖",
                };
                found.push_str(&text[done..start]);
                found.push_str(mark);
                done = start;
            }
            before = Some((start, word, begins_line));
        }
        found.push_str(&text[done..]);
        assert_eq!(found, marked);
    }

    #[test]
    fn sentences_end_at_stops_before_anything_but_small_letters() {
        check("It rained. |We left! |Why? \"|Because.\" (|He said.) |Yes… |No");
        check("see e.g. the annex, i.e. Annex A. Smith");
        check("Mr. Lay and Dr. Skilling of Enron Corp. The end");
        check("Art. 7 and Sec. 12.3 of No. 5. |Clause 8");
        check("paid 3.14. |Then 2001. |After");
        check("the U.S. Government v. Smith");
        check("he came (late.) and went");
        check("東京。|大阪！|京都");
        check("file.txt is. not");
    }

    #[test]
    fn headings_keep_their_numbers() {
        check("1. Definitions\n2. Terms");
        check("He owes 12. |Two more");
        check("12.3. Payment. |Each");
    }

    #[test]
    fn paragraphs_end_at_blank_lines() {
        check("one\ntwo\n\n‖three\n  \n‖four\nfive");
        check("end.\n|Next\n\n\n‖last");
    }

    #[test]
    fn long_lines_are_paragraphs() {
        let long = "word ".repeat(40);
        check(&format!("{long}\n‖short\n‖{long}"));
    }
}
