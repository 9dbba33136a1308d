//! Exceptions a lead accepted, or does not accept any more: append-only, the newest row on each decides.

use redwell_model::MatterSlug;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing};

pub(super) mod acceptance {
    //! The table `exception_acceptances`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "exception_acceptances")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub matter: String,
        pub key: String,
        pub is_accepted: bool,
        pub note: String,
        pub user_id: i64,
        pub at: String,
        pub request_id: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a lead decided about an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// What the exception is known by.
    pub key: String,
    /// Whether it is let stand.
    pub is_accepted: bool,
    /// Why.
    pub note: String,
    /// Who decided.
    pub user_id: i64,
    /// When.
    pub at: String,
}

/// Decisions about exceptions, to append.
#[derive(Debug, Clone)]
pub struct NewAcceptances<'a> {
    /// In which matter.
    pub matter: &'a MatterSlug,
    /// What the exceptions are known by.
    pub keys: &'a [String],
    /// Whether they are let stand.
    pub is_accepted: bool,
    /// Why.
    pub note: &'a str,
    /// Who decided.
    pub user_id: i64,
    /// When.
    pub at: String,
    /// The request, by the client's own name for it.
    pub request_id: &'a str,
}

/// Rows written with one statement.
const CHUNK: usize = 500;

impl Store {
    /// The decisions about exceptions of a matter, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acceptances(&self, matter: &MatterSlug) -> Result<Vec<Acceptance>, StoreError> {
        let rows = acceptance::Entity::find()
            .filter(acceptance::Column::Matter.eq(matter.as_str()))
            .order_by_asc(acceptance::Column::Id)
            .all(&self.connection)
            .await?;
        let rows = rows.into_iter().map(|row| Acceptance {
            key: row.key,
            is_accepted: row.is_accepted,
            note: row.note,
            user_id: row.user_id,
            at: row.at,
        });
        Ok(rows.collect())
    }
}

impl Writing<'_> {
    /// Appends decisions about exceptions; `false` when the same request was recorded before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_acceptances(&self, new: NewAcceptances<'_>) -> Result<bool, StoreError> {
        let before = acceptance::Entity::find()
            .filter(acceptance::Column::Matter.eq(new.matter.as_str()))
            .filter(acceptance::Column::UserId.eq(new.user_id))
            .filter(acceptance::Column::RequestId.eq(new.request_id))
            .one(&self.transaction)
            .await?;
        if before.is_some() {
            return Ok(false);
        }
        for keys in new.keys.chunks(CHUNK) {
            let rows = keys.iter().map(|key| acceptance::ActiveModel {
                matter: Set(new.matter.to_string()),
                key: Set(key.clone()),
                is_accepted: Set(new.is_accepted),
                note: Set(new.note.to_owned()),
                user_id: Set(new.user_id),
                at: Set(new.at.clone()),
                request_id: Set(new.request_id.to_owned()),
                ..Default::default()
            });
            acceptance::Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        }
        Ok(true)
    }
}
