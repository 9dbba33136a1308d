//! Why a document matches a query, or does not: the tree of the query with true or false at each part.
//!
//! Whether a part holds is asked of the caller, so nothing here knows an engine or a document. Each part is asked about
//! as a query of its own: of `breach w/5 notice` the tree says whether they stand near each other, and below that whether
//! each occurs at all.

use crate::Query;
use crate::explain;

/// One part of a query, and what lies below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The part in canonical form, as a query that can be searched for by itself.
    pub canonical: String,
    /// The part in plain words.
    pub explanation: String,
    /// Whether the document matches it.
    pub holds: bool,
    /// The parts it is made of.
    pub parts: Vec<Self>,
}

/// Looks at every part of a query, the whole first.
///
/// # Errors
/// Those of `holds`.
pub fn why<E>(query: &Query, holds: &mut dyn FnMut(&Query) -> Result<bool, E>) -> Result<Branch, E> {
    let parts = below(query).iter().map(|part| why(part, holds)).collect::<Result<_, _>>()?;
    let (canonical, explanation) = (query.to_string(), explain(query));
    Ok(Branch { canonical, explanation, holds: holds(query)?, parts })
}

/// How many parts [`why`] looks at.
#[must_use]
pub fn size(query: &Query) -> usize {
    1 + below(query).iter().map(size).sum::<usize>()
}

/// The parts of a query, each with its own meaning: those of a field stay within the field.
fn below(query: &Query) -> Vec<Query> {
    match query {
        Query::Field { field, value } => {
            let within = |part: &Query| Query::field(*field, part.clone());
            match value.as_ref() {
                Query::Term(_) => Vec::new(),
                value => value.parts().map(within).collect(),
            }
        }
        // Words of the language of notes, which are not about the text.
        Query::Predicate(_) => Vec::new(),
        other => other.parts().cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brute::{BruteEngine, Document};
    use crate::{Dialect, Field, SearchEngine as _, parse};

    /// The tree of a query over one document, as text: `+` holds, `-` does not.
    fn shown(branch: &Branch) -> String {
        let parts: Vec<String> = branch.parts.iter().map(shown).collect();
        let sign = if branch.holds { '+' } else { '-' };
        let below = if parts.is_empty() { String::new() } else { format!(" [{}]", parts.join(", ")) };
        format!("{sign}{}{below}", branch.canonical)
    }

    #[track_caller]
    fn check(query: &str, expected: &str) {
        let document = Document {
            ordinal: 1,
            text: "notice of the breach was given to the supplier".to_owned(),
            fields: [(Field::From, vec!["kenneth lay".to_owned()])].into(),
            ..Document::default()
        };
        let engine = BruteEngine::new([document]);
        let query = parse(Dialect::Redwell, query).unwrap().query;
        let branch = why(&query, &mut |part| engine.count(part, None).map(|count| count > 0)).unwrap();
        assert_eq!(shown(&branch), expected);
    }

    #[test]
    fn every_part_says_whether_it_holds() {
        check("breach", "+breach");
        check("breach AND NOT (cure OR notice)", {
            "-breach AND NOT (cure OR notice) [+breach, -NOT (cure OR notice) [+cure OR notice [-cure, +notice]]]"
        });
        check("breach w/2 supplier", "-breach w/2 supplier [+breach, +supplier]");
        check("\"the breach\"", "+\"the breach\" [+the, +breach]");
        check("from:(lay AND skilling)", "-from:(lay AND skilling) [+from:lay, -from:skilling]");
        check("first(3, breach)", "-first(3, breach) [+breach]");
        check("", "+");
    }

    #[test]
    fn parts_are_counted() {
        assert_eq!(size(&parse(Dialect::Redwell, "a AND (b OR c)").unwrap().query), 5);
    }
}
