//! Failed attempts to sign in, by name and by address, kept across restarts.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use super::{StoreError, Writing, from_db, to_db};

pub(super) mod attempt {
    //! The table `sign_in_attempts`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_attempts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        pub failures: i64,
        pub last_at: String,
        pub blocked_until: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The failed attempts of one name or one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts {
    /// `name:…` or `address:…`.
    pub subject: String,
    /// Failures in a row.
    pub failures: u64,
    /// When the last one was.
    pub last_at: String,
    /// Until when no attempt is looked at.
    pub blocked_until: String,
}

impl Writing<'_> {
    /// The failed attempts of a name or an address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempts(&self, subject: &str) -> Result<Option<Attempts>, StoreError> {
        let found = attempt::Entity::find_by_id(subject.to_owned()).one(&self.transaction).await?;
        Ok(found.map(|row| Attempts {
            subject: row.subject,
            failures: from_db(row.failures),
            last_at: row.last_at,
            blocked_until: row.blocked_until,
        }))
    }

    /// Records the failed attempts of a name or an address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_attempts(&self, attempts: Attempts) -> Result<(), StoreError> {
        let row = attempt::ActiveModel {
            subject: Set(attempts.subject),
            failures: Set(to_db(attempts.failures)),
            last_at: Set(attempts.last_at),
            blocked_until: Set(attempts.blocked_until),
        };
        let replace = OnConflict::column(attempt::Column::Subject)
            .update_columns([attempt::Column::Failures, attempt::Column::LastAt, attempt::Column::BlockedUntil])
            .to_owned();
        attempt::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Forgets the failed attempts of a name or an address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_attempts(&self, subject: &str) -> Result<(), StoreError> {
        attempt::Entity::delete_by_id(subject.to_owned()).exec(&self.transaction).await?;
        Ok(())
    }

    /// Forgets everybody whose last failure lies before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_attempts_before(&self, moment: &str) -> Result<(), StoreError> {
        attempt::Entity::delete_many().filter(attempt::Column::LastAt.lt(moment)).exec(&self.transaction).await?;
        Ok(())
    }
}
