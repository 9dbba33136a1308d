//! Saved searches: append-only, the newest row of each says what it is, and a deleted one is a row too.

use redwell_model::MatterSlug;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing};

pub(super) mod event {
    //! The table `saved_search_events`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_search_events")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub matter: String,
        pub search: i64,
        pub kind: String,
        pub name: String,
        pub query: String,
        pub dialect: String,
        pub canonical: String,
        pub filters: String,
        pub sort: String,
        pub is_shared: bool,
        pub user_id: i64,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened to a saved search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavedSearchKind {
    /// It was saved.
    Saved,
    /// It was renamed, changed, shared, or not shared any more.
    Changed,
    /// It was deleted.
    Deleted,
}

impl SavedSearchKind {
    /// Its name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }
}

/// What a saved search is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearchContent {
    /// What it is called.
    pub name: String,
    /// The query as typed.
    pub query: String,
    /// How it is read.
    pub dialect: String,
    /// The query in canonical form.
    pub canonical: String,
    /// Values documents must have besides, as JSON.
    pub filters: String,
    /// In which order documents are given.
    pub sort: String,
    /// Whether everybody on the matter sees it.
    pub is_shared: bool,
}

/// A saved search as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its number in the matter.
    pub number: i64,
    /// What it is.
    pub content: SavedSearchContent,
    /// Who saved it first.
    pub owner: i64,
    /// When it was saved first.
    pub created_at: String,
    /// When it was changed last.
    pub changed_at: String,
}

fn current(rows: Vec<event::Model>) -> Vec<SavedSearch> {
    let mut found: Vec<(SavedSearch, bool)> = Vec::new();
    for row in rows {
        let is_deleted = row.kind == SavedSearchKind::Deleted.as_str();
        let content = SavedSearchContent {
            name: row.name,
            query: row.query,
            dialect: row.dialect,
            canonical: row.canonical,
            filters: row.filters,
            sort: row.sort,
            is_shared: row.is_shared,
        };
        match found.last_mut().filter(|(last, _)| last.number == row.search) {
            Some((last, deleted)) => (last.content, last.changed_at, *deleted) = (content, row.at, is_deleted),
            None => {
                let (owner, created_at, changed_at) = (row.user_id, row.at.clone(), row.at);
                found.push((SavedSearch { number: row.search, content, owner, created_at, changed_at }, is_deleted));
            }
        }
    }
    found.into_iter().filter(|(_, is_deleted)| !is_deleted).map(|(search, _)| search).collect()
}

fn of_matter(matter: &MatterSlug) -> Select<event::Entity> {
    event::Entity::find()
        .filter(event::Column::Matter.eq(matter.as_str()))
        .order_by_asc(event::Column::Search)
        .order_by_asc(event::Column::Id)
}

impl Store {
    /// The saved searches of a matter that this person sees, by name: theirs, and those shared.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn saved_searches(&self, matter: &MatterSlug, user: i64) -> Result<Vec<SavedSearch>, StoreError> {
        let mut found = current(of_matter(matter).all(&self.connection).await?);
        found.retain(|search| search.owner == user || search.content.is_shared);
        found.sort_by(|a, b| a.content.name.cmp(&b.content.name).then(a.number.cmp(&b.number)));
        Ok(found)
    }
}

impl Writing<'_> {
    /// Every saved search of a matter, whoever sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all_saved_searches(&self, matter: &MatterSlug) -> Result<Vec<SavedSearch>, StoreError> {
        Ok(current(of_matter(matter).all(&self.transaction).await?))
    }

    /// Appends what happened to a saved search; without a number it is a new one. Gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_saved_search(
        &self,
        matter: &MatterSlug,
        (number, kind): (Option<i64>, SavedSearchKind),
        content: &SavedSearchContent,
        user_id: i64,
        at: String,
    ) -> Result<i64, StoreError> {
        let number = match number {
            Some(number) => number,
            None => {
                let newest = event::Entity::find()
                    .filter(event::Column::Matter.eq(matter.as_str()))
                    .order_by_desc(event::Column::Search)
                    .one(&self.transaction)
                    .await?;
                newest.map_or(1, |newest| newest.search + 1)
            }
        };
        let content = content.clone();
        let row = event::ActiveModel {
            matter: Set(matter.to_string()),
            search: Set(number),
            kind: Set(kind.as_str().to_owned()),
            name: Set(content.name),
            query: Set(content.query),
            dialect: Set(content.dialect),
            canonical: Set(content.canonical),
            filters: Set(content.filters),
            sort: Set(content.sort),
            is_shared: Set(content.is_shared),
            user_id: Set(user_id),
            at: Set(at),
            ..Default::default()
        };
        event::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(number)
    }
}
