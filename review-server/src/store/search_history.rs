//! What a person searched for lately in a matter: theirs alone, the last of it only, theirs to clear and to switch off.

use redwell_model::MatterSlug;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect, Set};

use super::{Store, StoreError, Writing, from_db, to_db};

pub(super) mod past {
    //! The table `search_history`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_history")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub matter: String,
        pub user_id: i64,
        pub query: String,
        pub dialect: String,
        pub canonical: String,
        pub total: i64,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod off {
    //! The table `search_history_off`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_history_off")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Searches kept of one person in one matter.
const KEPT: u64 = 200;

/// A search somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSearch {
    /// Its number.
    pub id: i64,
    /// The query as typed.
    pub query: String,
    /// How it was read.
    pub dialect: String,
    /// The query in canonical form.
    pub canonical: String,
    /// Documents it found.
    pub total: u64,
    /// When.
    pub at: String,
}

/// A search to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewSearch<'s> {
    /// The query as typed.
    pub query: &'s str,
    /// How it was read.
    pub dialect: &'s str,
    /// The query in canonical form.
    pub canonical: &'s str,
    /// Documents it found.
    pub total: u64,
}

/// The rows of a person in a matter.
fn of(matter: &MatterSlug, user: i64) -> Condition {
    Condition::all().add(past::Column::Matter.eq(matter.as_str())).add(past::Column::UserId.eq(user))
}

impl Store {
    /// What a person searched for in a matter, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search_history(&self, matter: &MatterSlug, user: i64) -> Result<Vec<PastSearch>, StoreError> {
        let rows = past::Entity::find()
            .filter(of(matter, user))
            .order_by_desc(past::Column::Id)
            .limit(KEPT)
            .all(&self.connection)
            .await?;
        let rows = rows.into_iter().map(|row| PastSearch {
            id: row.id,
            query: row.query,
            dialect: row.dialect,
            canonical: row.canonical,
            total: from_db(row.total),
            at: row.at,
        });
        Ok(rows.collect())
    }

    /// Whether what a person searches for in a matter is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keeps_search_history(&self, matter: &MatterSlug, user: i64) -> Result<bool, StoreError> {
        let off = off::Entity::find_by_id((matter.to_string(), user)).one(&self.connection).await?;
        Ok(off.is_none())
    }
}

impl Writing<'_> {
    /// Keeps a search, in the place of the same one made before, and lets go of the oldest beyond what is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_search(
        &self,
        matter: &MatterSlug,
        user: i64,
        new: NewSearch<'_>,
        at: String,
    ) -> Result<(), StoreError> {
        let mine = of(matter, user);
        let same = mine.clone().add(past::Column::Query.eq(new.query)).add(past::Column::Dialect.eq(new.dialect));
        past::Entity::delete_many().filter(same).exec(&self.transaction).await?;
        let row = past::ActiveModel {
            matter: Set(matter.to_string()),
            user_id: Set(user),
            query: Set(new.query.to_owned()),
            dialect: Set(new.dialect.to_owned()),
            canonical: Set(new.canonical.to_owned()),
            total: Set(to_db(new.total)),
            at: Set(at),
            ..Default::default()
        };
        past::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        let first_beyond = past::Entity::find()
            .filter(mine.clone())
            .order_by_desc(past::Column::Id)
            .offset(KEPT)
            .limit(1)
            .one(&self.transaction)
            .await?;
        if let Some(beyond) = first_beyond {
            let older = mine.add(past::Column::Id.lte(beyond.id));
            past::Entity::delete_many().filter(older).exec(&self.transaction).await?;
        }
        Ok(())
    }

    /// Forgets what a person searched for in a matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_search_history(&self, matter: &MatterSlug, user: i64) -> Result<(), StoreError> {
        let mine = of(matter, user);
        past::Entity::delete_many().filter(mine).exec(&self.transaction).await?;
        Ok(())
    }

    /// Switches keeping what a person searches for on or off; off, nothing is kept from before either.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_search_history(
        &self,
        matter: &MatterSlug,
        user: i64,
        is_kept: bool,
        at: String,
    ) -> Result<(), StoreError> {
        off::Entity::delete_by_id((matter.to_string(), user)).exec(&self.transaction).await?;
        if !is_kept {
            let row = off::ActiveModel { matter: Set(matter.to_string()), user_id: Set(user), at: Set(at) };
            off::Entity::insert(row).exec_without_returning(&self.transaction).await?;
            self.clear_search_history(matter, user).await?;
        }
        Ok(())
    }
}
