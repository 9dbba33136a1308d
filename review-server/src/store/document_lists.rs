//! Lists of documents kept under a name: append-only, the newest row of each name says what it is.

use redwell_model::MatterSlug;
use redwell_search::DocumentSet;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing, set_from_db, set_to_db};

pub(super) mod event {
    //! The table `document_list_events`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "document_list_events")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub matter: String,
        pub name: String,
        pub is_deleted: bool,
        pub documents: Vec<u8>,
        pub user_id: i64,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A list of documents.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentList {
    /// Its name, which no other list of the matter has.
    pub name: String,
    /// The documents.
    pub documents: DocumentSet,
    /// Who kept it as it is now.
    pub user_id: i64,
    /// When.
    pub at: String,
}

/// A list to keep, change or delete.
#[derive(Debug, Clone)]
pub struct NewDocumentList<'l> {
    /// In which matter.
    pub matter: &'l MatterSlug,
    /// Its name.
    pub name: &'l str,
    /// Its documents; `None` deletes it.
    pub documents: Option<&'l DocumentSet>,
    /// Who does it.
    pub user_id: i64,
    /// When.
    pub at: String,
}

impl Store {
    /// The lists of a matter, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document_lists(&self, matter: &MatterSlug) -> Result<Vec<DocumentList>, StoreError> {
        let rows = event::Entity::find()
            .filter(event::Column::Matter.eq(matter.as_str()))
            .order_by_asc(event::Column::Name)
            .order_by_desc(event::Column::Id)
            .all(&self.connection)
            .await?;
        let mut newest: Vec<event::Model> = Vec::new();
        for row in rows {
            if newest.last().is_none_or(|last| last.name != row.name) {
                newest.push(row);
            }
        }
        newest.into_iter().filter(|row| !row.is_deleted).map(list_of).collect()
    }
}

fn list_of(row: event::Model) -> Result<DocumentList, StoreError> {
    let documents = set_from_db(&row.documents, "the documents of a list")?;
    Ok(DocumentList { name: row.name, documents, user_id: row.user_id, at: row.at })
}

impl Writing<'_> {
    /// The list of this name as it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document_list(&self, matter: &MatterSlug, name: &str) -> Result<Option<DocumentList>, StoreError> {
        let newest = event::Entity::find()
            .filter(event::Column::Matter.eq(matter.as_str()))
            .filter(event::Column::Name.eq(name))
            .order_by_desc(event::Column::Id)
            .one(&self.transaction)
            .await?;
        newest.filter(|row| !row.is_deleted).map(list_of).transpose()
    }

    /// Appends what becomes of a list.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_document_list(&self, new: NewDocumentList<'_>) -> Result<(), StoreError> {
        let row = event::ActiveModel {
            matter: Set(new.matter.to_string()),
            name: Set(new.name.to_owned()),
            is_deleted: Set(new.documents.is_none()),
            documents: Set(set_to_db(new.documents.unwrap_or(&DocumentSet::new()))),
            user_id: Set(new.user_id),
            at: Set(new.at),
            ..Default::default()
        };
        event::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
