//! From what was typed to a query an engine takes: parsed, with its coding predicates resolved.

use anyhow::{Context as _, anyhow};
use redwell_search::engine::EngineError;
use redwell_search::{Dialect, Parsed, Query, SyntaxError, parse};

use super::{Hooks, MatterArguments};

/// Reads a query.
///
/// # Errors
/// When it is not one: a sentence, and the query with a caret under the character where reading stopped.
pub(super) fn parsed(dialect: Dialect, written: &str) -> anyhow::Result<Parsed> {
    parse(dialect, written).map_err(|error| anyhow!("{}", with_caret(written, &error)))
}

/// Replaces coding predicates by the documents they stand for.
pub(super) fn resolved(query: Query, matter: &MatterArguments, hooks: &Hooks<'_>) -> anyhow::Result<Query> {
    let mut sets = Vec::new();
    for predicate in query.predicates() {
        let Some(resolve) = hooks.resolve else {
            return Err(EngineError::Unresolved { predicate: Query::Coding(predicate.to_owned()).to_string() }.into());
        };
        let set = resolve(&matter.data, &matter.matter, predicate);
        sets.push((predicate.to_owned(), set.with_context(|| format!("looking up the coding `{predicate}`"))?));
    }
    let found = |wanted: &str| sets.iter().find(|(predicate, _)| predicate == wanted).map(|(_, set)| set.clone());
    Ok(query.resolve(&mut |predicate| found(predicate).unwrap_or_default()))
}

fn with_caret(written: &str, error: &SyntaxError) -> String {
    // One line, each character one column wide, so that the caret stands under the right one.
    let line: String = written.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let before = " ".repeat(error.position as usize);
    format!("the query could not be read: {}\n  {line}\n  {before}^", error.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_character() {
        let error = SyntaxError { message: "close the group".to_owned(), position: 3 };
        let expected = "the query could not be read: close the group\n  a (b\n     ^";
        assert_eq!(with_caret("a\t(b", &error), expected);
    }

    #[test]
    fn coding_is_asked_of_the_hook_or_refused() {
        let matter = MatterArguments { data: "data".into(), matter: "acme".parse().unwrap() };
        let query = || parsed(Dialect::Redwell, "tag:hot OR word").unwrap().query;
        let refused = resolved(query(), &matter, &Hooks::default()).unwrap_err().to_string();
        assert!(refused.contains("asks about coding"), "{refused}");
        let resolve = |_: &std::path::Path, _: &redwell_model::MatterSlug, predicate: &str| {
            assert_eq!(predicate, "hot");
            Ok([7].into_iter().collect())
        };
        let hooks = Hooks { resolve: Some(&resolve), ..Hooks::default() };
        assert!(resolved(query(), &matter, &hooks).unwrap().predicates().is_empty());
    }
}
