//! From what was typed to a query an engine takes: parsed, and asked of what surrounds the documents.

use anyhow::anyhow;
use redwell_search::resolve::Surroundings;
use redwell_search::{Dialect, Parsed, Query, SyntaxError, parse};

use super::{Hooks, MatterArguments};
use crate::index::MatterSurroundings;
use crate::matter_folder::MatterFolder;

/// Reads a query.
///
/// # Errors
/// When it is not one: a sentence, and the query with a caret under the character where reading stopped.
pub(super) fn parsed(dialect: Dialect, written: &str) -> anyhow::Result<Parsed> {
    parse(dialect, written).map_err(|error| anyhow!("{}", with_caret(written, &error)))
}

/// What surrounds the documents of a matter, as far as these queries ask about it.
pub(super) fn surroundings<'f>(
    queries: &[&Query],
    folder: &'f MatterFolder,
    matter: &MatterArguments,
    hooks: &Hooks<'_>,
) -> anyhow::Result<Box<dyn Surroundings + 'f>> {
    // The review database is opened only for what it knows.
    let asking: Vec<Query> = queries.iter().filter(|query| query.unresolved().is_some()).copied().cloned().collect();
    if let (Some(surround), false) = (hooks.surround, asking.is_empty())
        && let Some(surroundings) = surround(matter, asking)?
    {
        return Ok(surroundings);
    }
    Ok(Box::new(MatterSurroundings::without_people(folder)))
}

fn with_caret(written: &str, error: &SyntaxError) -> String {
    // One line, each character one column wide, so that the caret stands under the right one.
    let line: String = written.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let before = " ".repeat(error.position as usize);
    format!("the query could not be read: {}\n  {line}\n  {before}^", error.message)
}

#[cfg(test)]
mod tests {
    use redwell_model::Ordinal;
    use redwell_search::resolve::{ResolveError, resolve};
    use redwell_search::{DocumentSet, Predicate, SearchEngine as _};

    use super::*;
    use crate::collect::tests::Sample;
    use crate::index::TantivyEngine;

    #[test]
    fn the_caret_stands_under_the_character() {
        let error = SyntaxError { message: "close the group".to_owned(), position: 3 };
        let expected = "the query could not be read: close the group\n  a (b\n     ^";
        assert_eq!(with_caret("a\t(b", &error), expected);
    }

    #[test]
    fn people_are_asked_of_the_hook_or_refused() {
        let sample = Sample::new(&[("anna/a.txt", b"price"), ("anna/b.txt", b"price and days")]);
        sample.ingest(&["anna"], 1);
        let folder = sample.matter();
        let engine = TantivyEngine::open(&folder).unwrap();
        let matter = MatterArguments { data: "data".into(), matter: "acme".parse().unwrap() };
        let query = parsed(Dialect::Redwell, "tag:hot AND price").unwrap().query;
        let alone = surroundings(&[&query], &folder, &matter, &Hooks::default()).unwrap();
        let refused = resolve(query.clone(), &engine, alone.as_ref()).unwrap_err().to_string();
        assert!(refused.contains("asks about people's work"), "{refused}");
        let surround = |_: &MatterArguments, queries: Vec<Query>| {
            assert_eq!(queries.len(), 1);
            Ok(Some(Box::new(Hot) as Box<dyn Surroundings>))
        };
        let hooks = Hooks { surround: Some(&surround), ..Hooks::default() };
        let asked = surroundings(&[&query, &Query::All], &folder, &matter, &hooks).unwrap();
        let query = resolve(query, &engine, asked.as_ref()).unwrap();
        assert_eq!(engine.count(&query, None).unwrap(), 1);
    }

    /// The second document is hot.
    struct Hot;

    impl Surroundings for Hot {
        fn documents(&self, _: &Predicate) -> Result<DocumentSet, ResolveError> {
            Ok([2].into_iter().collect())
        }

        fn saved(&self, name: &str) -> Result<Query, ResolveError> {
            Err(ResolveError::Circular { name: name.to_owned() })
        }

        fn synonyms(&self, _: &str) -> Result<Vec<Query>, ResolveError> {
            Ok(Vec::new())
        }

        fn control_number(&self, ordinal: Ordinal) -> String {
            ordinal.to_string()
        }
    }
}
