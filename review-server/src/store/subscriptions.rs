//! Who wants to be told of new matches of a saved search, and what they have seen.
//!
//! A mark is what was new when somebody looked: the first holds what matched when they began to be told, each later
//! one what had come since. Theirs to end, so rows here do go away.

use redwell_model::MatterSlug;
use redwell_search::DocumentSet;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, Set};

use super::{Store, StoreError, Writing, set_from_db, set_to_db};

pub(super) mod mark {
    //! The table `search_marks`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_marks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub search: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mark: i64,
        pub documents: Vec<u8>,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was new of a saved search when its subscriber looked.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchMark {
    /// Which saved search.
    pub search: i64,
    /// Which look, from 0.
    pub mark: i64,
    /// What was new then.
    pub documents: DocumentSet,
}

fn of(matter: &MatterSlug, user: i64) -> Condition {
    Condition::all().add(mark::Column::Matter.eq(matter.as_str())).add(mark::Column::UserId.eq(user))
}

impl Store {
    /// A person's marks in a matter, by saved search, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search_marks(&self, matter: &MatterSlug, user: i64) -> Result<Vec<SearchMark>, StoreError> {
        let rows = mark::Entity::find()
            .filter(of(matter, user))
            .order_by_asc(mark::Column::Search)
            .order_by_asc(mark::Column::Mark)
            .all(&self.connection)
            .await?;
        let read = |row: mark::Model| {
            let documents = set_from_db(&row.documents, "what was seen of a saved search")?;
            Ok(SearchMark { search: row.search, mark: row.mark, documents })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Writing<'_> {
    /// Adds a mark of a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_search_mark(
        &self,
        matter: &MatterSlug,
        user: i64,
        new: &SearchMark,
        at: String,
    ) -> Result<(), StoreError> {
        let row = mark::ActiveModel {
            matter: Set(matter.to_string()),
            user_id: Set(user),
            search: Set(new.search),
            mark: Set(new.mark),
            documents: Set(set_to_db(&new.documents)),
            at: Set(at),
        };
        mark::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Forgets a person's marks of a saved search.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_search_marks(&self, matter: &MatterSlug, user: i64, search: i64) -> Result<(), StoreError> {
        let own = of(matter, user).add(mark::Column::Search.eq(search));
        mark::Entity::delete_many().filter(own).exec(&self.transaction).await?;
        Ok(())
    }
}
