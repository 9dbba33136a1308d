//! From what was typed to a query an engine takes: parsed, with its coding predicates resolved.

use anyhow::anyhow;
use redwell_search::resolve::{ResolveError, resolve};
use redwell_search::{Dialect, Parsed, Predicate, Query, SyntaxError, parse};

use super::{Hooks, MatterArguments};
use crate::index::{MatterSurroundings, TantivyEngine};
use crate::matter_folder::MatterFolder;

/// Reads a query.
///
/// # Errors
/// When it is not one: a sentence, and the query with a caret under the character where reading stopped.
pub(super) fn parsed(dialect: Dialect, written: &str) -> anyhow::Result<Parsed> {
    parse(dialect, written).map_err(|error| anyhow!("{}", with_caret(written, &error)))
}

/// Replaces what only the matter knows by the documents it stands for.
pub(super) fn resolved(
    query: Query,
    open: (&MatterFolder, &TantivyEngine),
    matter: &MatterArguments,
    hooks: &Hooks<'_>,
) -> anyhow::Result<Query> {
    Ok(resolve_in(query, open, matter, hooks)?)
}

/// The same, with what went wrong told apart.
pub(super) fn resolve_in(
    query: Query,
    (folder, engine): (&MatterFolder, &TantivyEngine),
    matter: &MatterArguments,
    hooks: &Hooks<'_>,
) -> Result<Query, ResolveError> {
    let people = |predicate: &Predicate| match (predicate, hooks.resolve) {
        (Predicate::Tag(name), Some(resolve)) => {
            resolve(&matter.data, &matter.matter, name).map_err(|why| ResolveError::Unreadable(why.into()))
        }
        (other, _) => {
            let written = Query::Predicate(other.clone());
            let message = format!("`{written}` asks about people's work; search for it in the review server");
            Err(ResolveError::Unknown { message })
        }
    };
    resolve(query, engine, &MatterSurroundings::new(folder, &people))
}

fn with_caret(written: &str, error: &SyntaxError) -> String {
    // One line, each character one column wide, so that the caret stands under the right one.
    let line: String = written.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let before = " ".repeat(error.position as usize);
    format!("the query could not be read: {}\n  {line}\n  {before}^", error.message)
}

#[cfg(test)]
mod tests {
    use redwell_search::SearchEngine as _;

    use super::*;
    use crate::collect::tests::Sample;

    #[test]
    fn the_caret_stands_under_the_character() {
        let error = SyntaxError { message: "close the group".to_owned(), position: 3 };
        let expected = "the query could not be read: close the group\n  a (b\n     ^";
        assert_eq!(with_caret("a\t(b", &error), expected);
    }

    #[test]
    fn coding_is_asked_of_the_hook_or_refused() {
        let sample = Sample::new(&[("anna/a.txt", b"price"), ("anna/b.txt", b"price and days")]);
        sample.ingest(&["anna"], 1);
        let folder = sample.matter();
        let engine = TantivyEngine::open(&folder).unwrap();
        let matter = MatterArguments { data: "data".into(), matter: "acme".parse().unwrap() };
        let query = || parsed(Dialect::Redwell, "tag:hot AND price").unwrap().query;
        let refused = resolved(query(), (&folder, &engine), &matter, &Hooks::default()).unwrap_err().to_string();
        assert!(refused.contains("asks about people's work"), "{refused}");
        let resolve = |_: &std::path::Path, _: &redwell_model::MatterSlug, predicate: &str| {
            assert_eq!(predicate, "hot");
            Ok([2].into_iter().collect())
        };
        let hooks = Hooks { resolve: Some(&resolve), ..Hooks::default() };
        let query = resolved(query(), (&folder, &engine), &matter, &hooks).unwrap();
        assert_eq!(engine.count(&query, None).unwrap(), 1);
    }
}
