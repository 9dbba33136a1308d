//! Sessions: who is signed in. Only the digest of a token is kept, so the database cannot be used to sign in.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, Set};

use super::{Store, StoreError, Writing};

pub(super) mod session {
    //! The table `sessions`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_sha256: String,
        pub user_id: i64,
        pub created_at: String,
        pub seen_at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the token in the cookie.
    pub token_sha256: String,
    /// Whose it is.
    pub user_id: i64,
    /// When it began.
    pub created_at: String,
    /// When it was last used.
    pub seen_at: String,
}

impl Store {
    /// The session with this digest of a token, expired or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token_sha256: &str) -> Result<Option<SessionRow>, StoreError> {
        let found = session::Entity::find_by_id(token_sha256.to_owned()).one(&self.connection).await?;
        Ok(found.map(|row| SessionRow {
            token_sha256: row.token_sha256,
            user_id: row.user_id,
            created_at: row.created_at,
            seen_at: row.seen_at,
        }))
    }
}

impl Writing<'_> {
    /// Begins a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_session(&self, new: SessionRow) -> Result<(), StoreError> {
        let row = session::ActiveModel {
            token_sha256: Set(new.token_sha256),
            user_id: Set(new.user_id),
            created_at: Set(new.created_at),
            seen_at: Set(new.seen_at),
        };
        session::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Records that a session was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_session(&self, token_sha256: &str, at: String) -> Result<(), StoreError> {
        session::Entity::update_many()
            .col_expr(session::Column::SeenAt, Expr::value(at))
            .filter(session::Column::TokenSha256.eq(token_sha256))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, token_sha256: &str) -> Result<(), StoreError> {
        session::Entity::delete_by_id(token_sha256.to_owned()).exec(&self.transaction).await?;
        Ok(())
    }

    /// Ends every session of a person but one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions_of(&self, user_id: i64, but: &str) -> Result<(), StoreError> {
        session::Entity::delete_many()
            .filter(session::Column::UserId.eq(user_id))
            .filter(session::Column::TokenSha256.ne(but))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Forgets sessions begun before a moment or unused since another.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_sessions(&self, begun_before: &str, unused_since: &str) -> Result<(), StoreError> {
        let old = Condition::any()
            .add(session::Column::CreatedAt.lt(begun_before))
            .add(session::Column::SeenAt.lt(unused_since));
        session::Entity::delete_many().filter(old).exec(&self.transaction).await?;
        Ok(())
    }
}
