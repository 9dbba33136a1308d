//! Documents selected on the page: some by number, or all that a search finds but some, with what goes with them.

use redwell_search::DocumentSet;
use redwell_search::query::Relation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Asked, QuestionBody};
use crate::auth::Member;
use crate::auth::member::Needed;
use crate::error::ApiError;
use crate::matter::OpenMatter;
use crate::matter::find::Known;

/// Documents selected.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// All that this finds now, but for `except`.
    #[schema(nullable = false)]
    pub all_of: Option<QuestionBody>,
    /// Numeric parts of control numbers that are left out of `all_of`.
    pub except: Vec<u32>,
    /// Numeric parts of control numbers selected besides.
    pub ordinals: Vec<u32>,
    /// Whether the rest of their families is meant too.
    pub with_family: bool,
    /// Whether their duplicates are meant too.
    pub with_duplicates: bool,
}

/// What a selection came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Selected {
    /// The documents selected.
    pub(super) own: DocumentSet,
    /// Those, and what goes with them.
    pub(super) all: DocumentSet,
}

impl Selection {
    /// All that a query finds.
    pub(crate) fn of_query(query: String) -> Self {
        Self { all_of: Some(QuestionBody { query, ..QuestionBody::default() }), ..Self::default() }
    }

    /// Finds the documents, and answers about them off the async threads.
    pub(super) async fn answer<R: Needed, T: Send + 'static>(
        self,
        member: &Member<R>,
        with: impl FnOnce(&OpenMatter, Known<'_>, Selected) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let Self { all_of, except, ordinals, with_family, with_duplicates } = self;
        let finds = all_of.is_some();
        let asked = Asked::by(member, all_of.unwrap_or_default()).await?;
        let answer = asked.answer(move |open, known, understood| {
            let mut own: DocumentSet = ordinals.into_iter().collect();
            if own.difference_len(&known.facts.all) > 0 {
                let message = "a selected document is not in this matter; select again";
                return Err(ApiError::unprocessable("no_such_document", message));
            }
            if finds {
                let found = open.engine().documents(&understood.query, understood.within.as_ref())?;
                own |= found - except.into_iter().collect::<DocumentSet>();
            }
            let mut all = own.clone();
            if with_family {
                all |= open.engine().related(&own, Relation::Family)?;
            }
            if with_duplicates {
                all |= open.engine().related(&all, Relation::Duplicates)?;
            }
            if all.is_empty() {
                return Err(ApiError::unprocessable("nothing_selected", "select documents first"));
            }
            with(open, known, Selected { own, all })
        });
        answer.await
    }
}
