//! What each stretch of a query text is: word, phrase, operator, name of a field and so on, for colouring what is typed.
//!
//! The pieces are those the parsers of the dialects read, noted while they read, so colours can never say anything else
//! than the meaning. Reading never fails here: behind a mistake that keeps a parser from going on nothing is told.

use serde::{Deserialize, Serialize};

use crate::parse::pieces::is_quote;
use crate::parse::{Dialect, marked, parse};

/// One stretch of a query text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its first code point.
    pub start: u32,
    /// The first code point after it.
    pub end: u32,
}

/// What a stretch of a query text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// A word.
    Word,
    /// A text in quotation marks.
    Phrase,
    /// An operator, or a comma between the parts of a list.
    Operator,
    /// The name of a field, with its colon.
    Field,
    /// What a field or a function is asked for.
    Value,
    /// A number, a date or a range of them.
    Number,
    /// One bracket.
    Bracket,
    /// A word with wildcards, or one that may differ, or a regular expression.
    Pattern,
    /// The name of a function.
    Function,
    /// What is passed over.
    Ignored,
    /// Where reading stopped.
    Error,
}

/// The stretches of a query in order, none overlapping another. Spaces, and what stands behind a mistake that ends
/// reading, belong to none.
#[must_use]
pub fn parts(dialect: Dialect, text: &str) -> Vec<Part> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = marked::parts(dialect, &chars);
    if let Err(error) = parse(dialect, text) {
        mark_error(&mut found, &chars, error.position);
    }
    found
}

/// Makes the part at a position the error, or what stands there.
fn mark_error(found: &mut Vec<Part>, chars: &[char], at: u32) {
    if let Some(part) = found.iter_mut().find(|part| (part.start..part.end).contains(&at)) {
        part.kind = PartKind::Error;
        return;
    }
    let start = at as usize;
    if start >= chars.len() {
        return;
    }
    let ends = |c: &char| c.is_whitespace() || matches!(c, '(' | ')');
    let is_single = ends(&chars[start]) || is_quote(chars[start]);
    let length = 1 + chars[start + 1..].iter().take_while(|c| !ends(c) && !is_single).count();
    let before = found.partition_point(|part| part.start < at);
    let next = found.get(before).map_or(u32::MAX, |part| part.start);
    let end = u32::try_from(start + length).unwrap_or(u32::MAX).min(next);
    found.insert(before, Part { kind: PartKind::Error, start: at, end });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::generators::query;
    use crate::print_in;

    /// Every part as a letter for its kind and its text.
    fn shown(dialect: Dialect, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let one = |part: &Part| {
            let kind = match part.kind {
                PartKind::Word => 'w',
                PartKind::Phrase => 'p',
                PartKind::Operator => 'o',
                PartKind::Field => 'f',
                PartKind::Value => 'v',
                PartKind::Number => 'n',
                PartKind::Bracket => 'b',
                PartKind::Pattern => 'x',
                PartKind::Function => 'c',
                PartKind::Ignored => 'i',
                PartKind::Error => 'e',
            };
            let text: String = chars[part.start as usize..part.end as usize].iter().collect();
            format!("{kind}[{text}]")
        };
        parts(dialect, text).iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(dialect: Dialect, text: &str, expected: &str) {
        assert_eq!(shown(dialect, text), expected, "{text}");
    }

    #[test]
    fn redwell() {
        let check = |text, expected| check(Dialect::Redwell, text, expected);
        check("", "");
        check("breach AND \"due notice\" NOT w/5 cure*", "w[breach] o[AND] p[\"due notice\"] o[NOT] o[w/5] x[cure*]");
        check("(a OR b) pre/s c +family", "b[(] w[a] o[OR] w[b] b[)] o[pre/s] w[c] o[+family]");
        check("subject:budget from:\"ann lee\"", "f[subject:] v[budget] f[from:] v[\"ann lee\"]");
        check("subject:(a, b*)", "f[subject:] b[(] w[a] o[,] x[b*] b[)]");
        check("tag:(Hot, \"Two words\")", "f[tag:] b[(] v[Hot] o[,] v[\"Two words\"] b[)]");
        check("date:2001-05..2001-08 size:>1mb", "f[date:] n[2001-05..2001-08] f[size:] n[>1mb]");
        check("date:(2001, 2003)", "f[date:] b[(] n[2001] o[,] n[2003] b[)]");
        check("hits(breach) >= 3", "c[hits] b[(] w[breach] b[)] o[>=] n[3]");
        check("sample(5%, all(), 7)", "c[sample] b[(] n[5%] o[,] c[all] b[(] b[)] o[,] n[7] b[)]");
        check("regex(\"fo+ bar\") /a|b/ breach~1", "c[regex] b[(] x[\"fo+ bar\"] b[)] x[/a|b/] x[breach~1]");
        check("money(USD 5m..) exists(subject)", "c[money] b[(] n[USD 5m..] b[)] c[exists] b[(] v[subject] b[)]");
        check("report:\"Terms of May\"#12", "f[report:] v[\"Terms of May\"] n[#12]");
        check("coded:(by=ann at=2026-03)", "f[coded:] b[(] f[by] o[=] v[ann] f[at] o[=] v[2026-03] b[)]");
        check("§ 12.3(a) =IT", "i[§] w[12.3(a)] w[=IT]");
        check("a NOT b NOT w/5 c", "w[a] o[NOT] w[b] o[NOT] o[w/5] w[c]");
    }

    #[test]
    fn dtsearch() {
        let check = |text, expected| check(Dialect::DtSearch, text, expected);
        check(
            "apple pear and not (fig* w/5 xfirstword)",
            "w[apple] w[pear] o[and] o[not] b[(] x[fig*] o[w/5] c[xfirstword] b[)]",
        );
        check("subject contains (a or b)", "f[subject] o[contains] b[(] w[a] o[or] w[b] b[)]");
        check("sent contains 2001-05..2001-08", "f[sent] o[contains] n[2001-05..2001-08]");
        check("date(may 1 2001 to aug 31 2001)", "c[date] b[(] n[may 1 2001 to aug 31 2001] b[)]");
        check("\"##199[0-9]\" P123=== 12~~24", "x[\"##199[0-9]\"] x[P123===] n[12~~24]");
    }

    #[test]
    fn lucene() {
        let check = |text, expected| check(Dialect::Lucene, text, expected);
        check("+breach -\"a b\"~5 te?t^2", "o[+] w[breach] o[-] p[\"a b\"~5] x[te?t] i[^2]");
        check("date:[2001-05 TO 2001-08] && !x", "f[date:] n[[2001-05 TO 2001-08]] o[&&] o[!] w[x]");
        check("subject:(budget AND /a|b/)", "f[subject:] b[(] w[budget] o[AND] x[/a|b/] b[)]");
        check("size:>=1000 tag:Hot", "f[size:] n[>=1000] f[tag:] v[Hot]");
    }

    #[test]
    fn westlaw() {
        let check = |text, expected| check(Dialect::Westlaw, text, expected);
        check("contract! & wom*n /5 a", "x[contract!] o[&] x[wom*n] o[/5] w[a]");
        check("atleast5(breach) but not x", "c[atleast5] b[(] w[breach] b[)] o[but] o[not] w[x]");
        check("sample(0.05, breach)", "c[sample] b[(] n[0.05] o[,] w[breach] b[)]");
        check(
            "subject(a b) sent(2001..) tag(Two words)",
            "f[subject] b[(] w[a] w[b] b[)] f[sent] b[(] n[2001..] b[)] f[tag] b[(] v[Two words] b[)]",
        );
    }

    #[test]
    fn mistakes_are_parts_and_end_reading() {
        check(Dialect::Redwell, "a AND (b", "w[a] o[AND] e[(] w[b]");
        check(Dialect::Redwell, "a AND \"b c", "w[a] o[AND] e[\"]");
        check(Dialect::Redwell, "a w/0 b", "w[a] e[w/0]");
        check(Dialect::Redwell, "nosuch:x y", "e[nosuch:]");
        check(Dialect::Redwell, "a AND", "w[a] o[AND]");
        check(Dialect::Redwell, "a )b", "w[a] e[)]");
        check(Dialect::DtSearch, "a and (b or \"c", "w[a] o[and] b[(] w[b] o[or] e[\"]");
        check(Dialect::Lucene, "a AND /b", "w[a] o[AND] e[/b]");
        check(Dialect::Westlaw, "a & \"b", "w[a] o[&] e[\"]");
    }

    /// Sorted, disjoint, inside the text.
    fn is_good(dialect: Dialect, text: &str) -> Result<(), TestCaseError> {
        let length = u32::try_from(text.chars().count()).unwrap();
        let mut at = 0;
        for part in parts(dialect, text) {
            prop_assert!(at <= part.start && part.start < part.end && part.end <= length, "{dialect} {text} {part:?}");
            at = part.end;
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn anything_has_parts_in_order(text in "\\PC{0,30}|[a(b)\" :,*~/=<>NOTwspre5§^&|%!.\\[\\]+-]{0,40}") {
            for dialect in Dialect::ALL {
                is_good(dialect, &text)?;
            }
        }

        #[test]
        fn what_is_a_query_is_told_to_the_end(query in query()) {
            for dialect in Dialect::ALL {
                let Ok(text) = print_in(&query, dialect) else { continue };
                is_good(dialect, &text)?;
                if parse(dialect, &text).is_err() {
                    continue;
                }
                // Every letter and digit belongs to some part.
                let parts = parts(dialect, &text);
                prop_assert!(parts.iter().all(|part| part.kind != PartKind::Error), "{dialect} {text}");
                for (at, c) in (0..).zip(text.chars()) {
                    let told = parts.iter().any(|part| (part.start..part.end).contains(&at));
                    prop_assert!(told || !c.is_alphanumeric(), "{dialect} {text} {at}");
                }
            }
        }
    }
}
