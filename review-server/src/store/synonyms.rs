//! Lists of synonyms: append-only, the newest list of a matter is the one that counts.

use redwell_model::MatterSlug;
use redwell_search::Synonyms;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing};

pub(super) mod list {
    //! The table `synonym_lists`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "synonym_lists")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub matter: String,
        pub groups: String,
        pub user_id: Option<i64>,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A matter's list of synonyms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynonymList {
    /// Tells one list of the matter from those before it.
    pub version: i64,
    /// The list.
    pub synonyms: Synonyms,
    /// Who wrote it; nobody in particular on the command line.
    pub user_id: Option<i64>,
    /// When.
    pub at: String,
}

async fn newest<C: ConnectionTrait>(connection: &C, matter: &MatterSlug) -> Result<Option<SynonymList>, StoreError> {
    let row = list::Entity::find()
        .filter(list::Column::Matter.eq(matter.as_str()))
        .order_by_desc(list::Column::Id)
        .one(connection)
        .await?;
    row.map(list_of).transpose()
}

fn list_of(row: list::Model) -> Result<SynonymList, StoreError> {
    let corrupt = || StoreError::Corrupt { what: format!("the list of synonyms {}", row.id) };
    let groups: Vec<Vec<String>> = serde_json::from_str(&row.groups).map_err(|_| corrupt())?;
    let synonyms = Synonyms::new(&groups).map_err(|_| corrupt())?;
    Ok(SynonymList { version: row.id, synonyms, user_id: row.user_id, at: row.at })
}

impl Store {
    /// The list of synonyms of a matter, when it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn synonyms(&self, matter: &MatterSlug) -> Result<Option<SynonymList>, StoreError> {
        newest(&self.connection, matter).await
    }
}

impl Writing<'_> {
    /// The same, as it is while nobody else writes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn synonyms(&self, matter: &MatterSlug) -> Result<Option<SynonymList>, StoreError> {
        newest(&self.transaction, matter).await
    }

    /// Puts a list in the place of the matter's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_synonyms(
        &self,
        matter: &MatterSlug,
        synonyms: &Synonyms,
        user_id: Option<i64>,
        at: String,
    ) -> Result<(), StoreError> {
        let row = list::ActiveModel {
            matter: Set(matter.to_string()),
            groups: Set(serde_json::to_string(synonyms.groups()).expect("lists of texts serialise")),
            user_id: Set(user_id),
            at: Set(at),
            ..Default::default()
        };
        list::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
