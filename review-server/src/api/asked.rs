//! A search asked about a matter, with all that must be known to answer it: what every route that takes a query shares.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::blocking;
use super::filters::Filters;
use super::search::dialect;
use crate::auth::Member;
use crate::auth::member::Needed;
use crate::error::ApiError;
use crate::matter::OpenMatter;
use crate::matter::find::{self, Known, Question, Understood};
use crate::matter::kept::Kept;
use crate::review::{ReviewState, Vocabulary};

/// Which documents are asked for.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionBody {
    /// The query as typed; empty finds every document.
    #[serde(default)]
    pub query: String,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// Values documents must, or must not, have besides.
    #[serde(default)]
    #[schema(required = false)]
    pub filters: Filters,
}

/// A question about a matter that is ready to be answered.
pub(super) struct Asked {
    /// The matter.
    pub(super) open: Arc<OpenMatter>,
    /// What is asked.
    pub(super) question: Question,
    review: Arc<ReviewState>,
    vocabulary: Arc<Vocabulary>,
    kept: Kept,
}

impl Asked {
    /// Looks up what the question needs.
    pub(super) async fn by<R: Needed>(
        member: &Member<R>,
        QuestionBody { query, dialect: name, filters }: QuestionBody,
    ) -> Result<Self, ApiError> {
        let store = member.app.store();
        let dialect = dialect(name.as_deref())?;
        let filters = filters.read()?;
        let zone = store.matter(&member.slug).await?.map(|row| row.time_zone).unwrap_or_default();
        let question = Question { query, dialect, filters, zone };
        let open = member.open().await?;
        let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
        let named = (question.dialect, question.query.as_str());
        let mut kept = Kept::named_in(store, &member.slug, Some(member.user.id), named).await?;
        kept.look_up_seen(store, &member.slug, member.user.id, &question.filters.new).await?;
        Ok(Self { open, question, review, vocabulary, kept })
    }

    /// Answers off the async threads.
    pub(super) async fn answer<T: Send + 'static>(
        self,
        with: impl FnOnce(&OpenMatter, Known<'_>, Understood) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        blocking(move || {
            let Self { open, question, review, vocabulary, kept } = self;
            let facts = open.facts()?;
            let known = Known { facts: &facts, review: &review, vocabulary: &vocabulary, kept: &kept };
            let understood = find::understand(&question, known, &open)?;
            with(&open, known, understood)
        })
        .await?
    }
}
