//! The wall: who asks about a matter must be on it, and their role must carry the right the handler names.
//!
//! A handler takes `Member<right::Code>`; there is no other way to a matter. Whoever is not on the matter, or asks
//! about one that does not exist, gets the same 404.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use redwell_model::{MatterSlug, Right, Role};

use super::session::SignedIn;
use crate::app::{App, MATTER_EMPTY};
use crate::error::ApiError;
use crate::matter::OpenMatter;
use crate::store::{AuditRow, UserRow, moment};

/// A right a handler needs.
pub trait Needed: Send + Sync + 'static {
    /// Which.
    const RIGHT: Right;
}

/// One type for each right, to be named in handlers.
pub mod right {
    use redwell_model::Right;

    use super::Needed;

    macro_rules! rights {
        ($($name:ident)*) => {
            $(
                #[doc = concat!("The right `", stringify!($name), "`.")]
                #[derive(Debug)]
                pub struct $name;

                impl Needed for $name {
                    const RIGHT: Right = Right::$name;
                }
            )*
        };
    }

    rights! {
        SeeProgress ReadDocuments Code Annotate ManageTaxonomies PrepareDeliverables ReleaseDeliverables ReadAudit
        ManageMembers ManageProcessing ManageBatches
    }
}

/// A person on the matter in the address, with the right `R` in it.
#[derive(Debug)]
pub struct Member<R: Needed> {
    /// The person.
    pub user: UserRow,
    /// What they are in the matter.
    pub role: Role,
    /// The matter.
    pub slug: MatterSlug,
    /// The server.
    pub app: App,
    /// What the request says its window is called.
    pub client_id: Option<String>,
    /// Digest of the session's token.
    pub token_sha256: String,
    needed: PhantomData<R>,
}

impl<R: Needed> FromRequestParts<App> for Member<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let SignedIn { user, token_sha256 } = SignedIn::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(|_| ApiError::NotFound)?;
        let named = path.iter().find_map(|(name, value)| (name == "matter").then_some(value));
        let slug: MatterSlug = named.and_then(|named| named.parse().ok()).ok_or(ApiError::NotFound)?;
        let role = app.store().role_of(&slug, user.id).await?.ok_or(ApiError::NotFound)?;
        if !role.may(R::RIGHT) {
            return Err(ApiError::NotPermitted);
        }
        let client_id = parts.headers.get("x-client-id").and_then(|value| value.to_str().ok());
        let client_id = client_id.filter(|id| id.len() <= 64).map(str::to_owned);
        Ok(Self { user, role, slug, app: app.clone(), client_id, token_sha256, needed: PhantomData })
    }
}

impl<R: Needed> Member<R> {
    /// The matter, opened.
    ///
    /// # Errors
    /// When nothing was ingested into it yet or its folder cannot be read.
    pub async fn open(&self) -> Result<Arc<OpenMatter>, ApiError> {
        self.app.matter(&self.slug).await
    }

    /// The matter, opened; nothing when nothing was ingested into it yet.
    ///
    /// # Errors
    /// When its folder cannot be read.
    pub async fn open_if_any(&self) -> Result<Option<Arc<OpenMatter>>, ApiError> {
        match self.open().await {
            Ok(open) => Ok(Some(open)),
            Err(ApiError::Conflict { code: MATTER_EMPTY, .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// An entry of the audit log about something this person did in this matter now.
    #[must_use]
    pub fn audit<'a>(&'a self, action: &'a str, subject: &'a str, detail: serde_json::Value) -> AuditRow<'a> {
        let at = moment(self.app.now());
        AuditRow { at, actor: &self.user.name, matter: self.slug.as_str(), action, subject, detail }
    }
}
