//! A matter's list of synonyms: groups of words and phrases that mean the same, used where a query asks for them by
//! `syn(…)` and nowhere else.
//!
//! A group is one line of words between commas, or one row of a CSV. A word may stand in several groups; that does not
//! join the groups: `syn(car)` finds what stands in a group with `car`, not what those words mean in other groups.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use crate::predicate::Predicate;
use crate::query::Query;
use crate::term::Term;
use crate::translate::table::{cell, records};
use crate::words;

/// Most groups of a list.
pub const MAX_GROUPS: usize = 10_000;

/// Most words and phrases of a group.
pub const MAX_MEMBERS: usize = 200;

/// The longest word or phrase, in code points.
pub const MAX_MEMBER: usize = 200;

/// Groups of words and phrases that mean the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms {
    groups: Vec<Vec<String>>,
    /// The groups each word or phrase stands in, by its folded words with a space between.
    by_member: BTreeMap<String, Vec<usize>>,
}

/// Why groups are no list of synonyms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("group {group}: {message}")]
pub struct BadSynonyms {
    /// The how-manieth group, from 1; the row of a CSV.
    pub group: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl Synonyms {
    /// The list of these groups. Spaces round members go, and so do empty members, groups without any, and what a group
    /// says twice.
    ///
    /// # Errors
    /// When a member holds no word or a wildcard, a group says only one thing, or there is too much of something.
    pub fn new(groups: &[Vec<String>]) -> Result<Self, BadSynonyms> {
        let mut list = Self::default();
        for (group, members) in (1..).zip(groups) {
            let bad = |message: String| BadSynonyms { group, message };
            let mut kept: Vec<String> = Vec::new();
            let mut known = BTreeSet::new();
            for member in members {
                let member = member.split_whitespace().collect::<Vec<_>>().join(" ");
                if member.is_empty() {
                    continue;
                }
                let key = key(&member);
                if member.contains(['*', '?']) {
                    return Err(bad(format!("`{member}` holds a wildcard; write the words it stands for")));
                }
                if key.is_empty() {
                    return Err(bad(format!("`{member}` holds no letter or digit to search for; remove it")));
                }
                if member.chars().count() > MAX_MEMBER {
                    return Err(bad(format!("a word or phrase has at most {MAX_MEMBER} characters; shorten it")));
                }
                if known.insert(key) {
                    kept.push(member);
                }
            }
            match kept.as_slice() {
                [] => continue,
                [one] => return Err(bad(format!("`{one}` stands alone; write what means the same beside it"))),
                more if more.len() > MAX_MEMBERS => {
                    return Err(bad(format!("a group has at most {MAX_MEMBERS} words and phrases; split it")));
                }
                _ => {}
            }
            if list.groups.len() >= MAX_GROUPS {
                return Err(bad(format!("a list has at most {MAX_GROUPS} groups; remove some")));
            }
            for key in known {
                list.by_member.entry(key).or_default().push(list.groups.len());
            }
            list.groups.push(kept);
        }
        Ok(list)
    }

    /// The list a CSV holds: one group a row, one word or phrase a cell.
    ///
    /// # Errors
    /// As [`Self::new`], with the row for the group.
    pub fn from_csv(text: &str) -> Result<Self, BadSynonyms> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // What stands between quotation marks is every other piece.
        let outside = |mark: char| text.split('"').step_by(2).map(|piece| piece.matches(mark).count()).sum::<usize>();
        let delimiter = ['\t', ';', ','].into_iter().max_by_key(|mark| outside(*mark)).unwrap_or(',');
        let mut groups = Vec::new();
        for (line, cells) in records(text, delimiter) {
            // Rows keep their number, which is what is told when one is wrong.
            groups.resize(usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1).max(groups.len()), Vec::new());
            groups.push(cells);
        }
        Self::new(&groups)
    }

    /// The list as a CSV that [`Self::from_csv`] reads back.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let quoted = |member: &String| match cell(member) {
            // So that it cannot be taken for what stands between cells.
            bare if bare.contains([';', '\t']) && !bare.starts_with('"') => format!("\"{bare}\""),
            cell => cell,
        };
        let row = |group: &Vec<String>| group.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
        self.groups.iter().map(row).collect()
    }

    /// The groups, as written.
    #[must_use]
    pub fn groups(&self) -> &[Vec<String>] {
        &self.groups
    }

    /// Whether there are no groups.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// What means the same as folded words, as written: without those words themselves, by what they read as.
    #[must_use]
    pub fn others(&self, asked: &str) -> Vec<&str> {
        let groups = self.by_member.get(asked).into_iter().flatten();
        let members: BTreeMap<String, &str> =
            groups.flat_map(|group| &self.groups[*group]).map(|member| (key(member), member.as_str())).collect();
        members.into_iter().filter(|(key, _)| key != asked).map(|(_, member)| member).collect()
    }

    /// The same as queries: words, and phrases of them.
    #[must_use]
    pub fn meanings(&self, asked: &str) -> Vec<Query> {
        self.others(asked).into_iter().map(phrase).collect()
    }

    /// The query with all that means the same in the place of every `syn(…)`, so that it can be looked for in a text;
    /// what has no synonyms here stands for itself.
    #[must_use]
    pub fn spelled_out(&self, query: Query) -> Query {
        match query {
            Query::Term(Term::Synonyms(asked)) => any_of(&asked, self.meanings(&asked)),
            other => {
                let spelled: Result<Query, Infallible> = other.try_map(&mut |part| Ok(self.spelled_out(part)));
                spelled.unwrap_or_else(|never| match never {})
            }
        }
    }

    /// What a searcher should know of the synonyms a query asks for: which they are, or that there are none.
    #[must_use]
    pub fn told(&self, query: &Query) -> Vec<String> {
        let sentence = |asked: &String| {
            let others = self.others(asked);
            if others.is_empty() {
                format!(
                    "`{asked}` is in no group of this matter's list of synonyms; only the word itself is searched for"
                )
            } else {
                format!("`{asked}`: also {}", others.join(", "))
            }
        };
        asked_for(query).iter().map(sentence).collect()
    }
}

/// The words a query asks the synonyms of, folded, each once.
#[must_use]
pub fn asked_for(query: &Query) -> Vec<String> {
    fn collect(query: &Query, found: &mut Vec<String>) {
        match query {
            Query::Term(Term::Synonyms(asked)) if !found.contains(asked) => found.push(asked.clone()),
            Query::Predicate(Predicate::Note(note)) => collect(note, found),
            other => other.parts().for_each(|part| collect(part, found)),
        }
    }
    let mut found = Vec::new();
    collect(query, &mut found);
    found
}

/// What is asked for, or any of the others.
pub(crate) fn any_of(asked: &str, others: Vec<Query>) -> Query {
    let mut meanings = vec![phrase(asked)];
    for other in others {
        if !meanings.contains(&other) {
            meanings.push(other);
        }
    }
    Query::or(meanings)
}

/// Words as they are looked up: folded, with a space between.
fn key(written: &str) -> String {
    words::folded_words(written).collect::<Vec<_>>().join(" ")
}

/// The phrase of what is written; a word when it is only one.
fn phrase(written: &str) -> Query {
    Query::phrase(words::folded_words(written).map(Query::word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::{Dialect, parse};

    fn list(lines: &[&str]) -> Synonyms {
        let groups = lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect::<Vec<_>>();
        Synonyms::new(&groups).unwrap()
    }

    #[track_caller]
    fn check(lines: &[&str], asked: &str, expected: &[&str]) {
        assert_eq!(list(lines).others(asked), expected, "{asked}");
    }

    #[track_caller]
    fn refused(csv: &str, group: usize, why: &str) {
        let error = Synonyms::from_csv(csv).expect_err(csv);
        assert_eq!(error.group, group, "{error}");
        assert!(error.message.contains(why), "{error}");
    }

    #[test]
    fn a_word_means_what_stands_in_a_group_with_it() {
        let lines = ["vehicle, car, automobile", "Car, motor-car", "price, coût"];
        check(&lines, "car", &["automobile", "motor-car", "vehicle"]);
        check(&lines, "vehicle", &["automobile", "car"]);
        check(&lines, "motor car", &["Car"]);
        check(&lines, "cout", &["price"]);
        check(&lines, "cars", &[]);
        assert_eq!(list(&lines).meanings("price")[0].to_string(), "cout");
        assert_eq!(list(&lines).meanings("car")[1].to_string(), "\"motor car\"");
    }

    #[test]
    fn what_is_no_list_is_refused() {
        refused("a,b\n\nc\n", 3, "stands alone");
        refused("a,A\n", 1, "stands alone");
        refused("a,b*\n", 1, "wildcard");
        refused("a,b\n§,c\n", 2, "no letter or digit");
        assert!(Synonyms::from_csv("\u{feff}\n;;\n").unwrap().is_empty());
        assert_eq!(Synonyms::from_csv("a;b\r\n").unwrap().groups(), [["a", "b"]]);
    }

    #[test]
    fn searchers_are_told_what_was_searched() {
        let told = |query: &str| list(&["car, automobile"]).told(&parse(Dialect::Redwell, query).unwrap().query);
        assert_eq!(told("syn(Car) AND syn(car) NOT note:syn(bike)").len(), 2);
        assert_eq!(told("syn(car)"), ["`car`: also automobile"]);
        assert!(told("syn(bike)")[0].contains("in no group"));
        assert!(told("car").is_empty());
    }

    #[test]
    fn queries_are_spelled_out() {
        let list = list(&["car, motor car", "price, cost"]);
        let check = |query: &str, expected: &str| {
            let spelled = list.spelled_out(parse(Dialect::Redwell, query).unwrap().query);
            assert_eq!(spelled.to_string(), expected, "{query}");
        };
        check("syn(car)", "car OR \"motor car\"");
        check("syn(car) w/3 syn(price) NOT bike", "(car OR \"motor car\") w/3 (price OR cost) AND NOT bike");
        check("syn(bike) OR car", "bike OR car");
    }

    proptest! {
        #[test]
        fn lists_come_back_from_their_table(groups in prop::collection::vec(prop::collection::vec("\\PC{1,12}", 2..5), 0..6)) {
            let Ok(list) = Synonyms::new(&groups) else { return Ok(()) };
            let again = Synonyms::from_csv(&list.to_csv()).unwrap();
            // An apostrophe keeps spreadsheets from reading a cell as a formula; it is no part of a word.
            prop_assert_eq!(again.by_member, list.by_member);
        }
    }
}
