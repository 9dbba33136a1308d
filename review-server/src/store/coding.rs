//! Coding decisions: append-only. Current coding is derived from them.

use redwell_model::{MatterSlug, Ordinal};
use redwell_search::DocumentSet;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::{Store, StoreError, Writing};

pub(super) mod decision {
    //! The table `coding_decisions`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "coding_decisions")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub matter: String,
        pub ordinal: i64,
        pub concept: String,
        pub is_set: bool,
        pub user_id: i64,
        pub at: String,
        pub request_id: String,
        pub stage: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One concept recorded on a document, or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its position among all decisions.
    pub id: i64,
    /// On which document.
    pub ordinal: Ordinal,
    /// Which concept.
    pub concept: String,
    /// Recorded, or taken back.
    pub is_set: bool,
    /// Who decided.
    pub user_id: i64,
    /// When.
    pub at: String,
    /// In which stage of review: that of the batch its maker had checked out with the document in it.
    pub stage: Option<String>,
}

/// What one request decided about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecisions<'a> {
    /// In which matter.
    pub matter: &'a MatterSlug,
    /// On which document.
    pub ordinal: Ordinal,
    /// Concepts, each recorded (`true`) or taken back; no concept twice.
    pub decided: Vec<(String, bool)>,
    /// Who decided.
    pub user_id: i64,
    /// When.
    pub at: String,
    /// The request, by the client's own name for it.
    pub request_id: &'a str,
    /// In which stage of review.
    pub stage: Option<&'a str>,
}

fn decision_of(row: decision::Model) -> Result<Decision, StoreError> {
    Ok(Decision {
        id: row.id,
        ordinal: ordinal(row.ordinal)?,
        concept: row.concept,
        is_set: row.is_set,
        user_id: row.user_id,
        at: row.at,
        stage: row.stage,
    })
}

/// An ordinal as the database kept it.
pub(super) fn ordinal(stored: i64) -> Result<Ordinal, StoreError> {
    Ordinal::try_from(stored).map_err(|_| StoreError::Corrupt { what: format!("the ordinal `{stored}`") })
}

impl Store {
    /// The decisions on one document, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions_on(&self, matter: &MatterSlug, ordinal: Ordinal) -> Result<Vec<Decision>, StoreError> {
        self.decisions(matter, decision::Column::Ordinal.eq(i64::from(ordinal))).await
    }

    /// The decisions of a matter after a position, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions_after(&self, matter: &MatterSlug, after: i64) -> Result<Vec<Decision>, StoreError> {
        self.decisions(matter, decision::Column::Id.gt(after)).await
    }

    /// The decisions of a matter that are wanted, oldest first.
    async fn decisions(&self, matter: &MatterSlug, wanted: Expr) -> Result<Vec<Decision>, StoreError> {
        let rows = decision::Entity::find()
            .filter(decision::Column::Matter.eq(matter.as_str()))
            .filter(wanted)
            .order_by_asc(decision::Column::Id)
            .all(&self.connection)
            .await?;
        rows.into_iter().map(decision_of).collect()
    }
}

impl Store {
    /// The decisions on some documents with the requests that made them, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions_on_many(
        &self,
        matter: &MatterSlug,
        ordinals: &[Ordinal],
    ) -> Result<Vec<(Decision, String)>, StoreError> {
        let rows = decision::Entity::find()
            .filter(decision::Column::Matter.eq(matter.as_str()))
            .filter(decision::Column::Ordinal.is_in(ordinals.iter().map(|ordinal| i64::from(*ordinal))))
            .order_by_asc(decision::Column::Id)
            .all(&self.connection)
            .await?;
        let named = |row: decision::Model| {
            let request_id = row.request_id.clone();
            Ok((decision_of(row)?, request_id))
        };
        rows.into_iter().map(named).collect()
    }

    /// The documents a bulk action decided something on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn documents_of_bulk(
        &self,
        matter: &MatterSlug,
        user_id: i64,
        number: i64,
    ) -> Result<DocumentSet, StoreError> {
        let rows: Vec<i64> = decision::Entity::find()
            .select_only()
            .column(decision::Column::Ordinal)
            .filter(decision::Column::Matter.eq(matter.as_str()))
            .filter(decision::Column::UserId.eq(user_id))
            // `;` comes after `:`, so these are all names that begin so.
            .filter(decision::Column::RequestId.between(format!("bulk:{number}:"), format!("bulk:{number};")))
            .into_tuple()
            .all(&self.connection)
            .await?;
        rows.into_iter().map(ordinal).collect()
    }
}

impl Writing<'_> {
    /// Appends what a request decided; `false`, and nothing written, when the same person's request was seen before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_decisions(&self, new: NewDecisions<'_>) -> Result<bool, StoreError> {
        let seen = decision::Entity::find()
            .filter(decision::Column::Matter.eq(new.matter.as_str()))
            .filter(decision::Column::UserId.eq(new.user_id))
            .filter(decision::Column::RequestId.eq(new.request_id))
            .count(&self.transaction)
            .await?;
        if seen > 0 {
            return Ok(false);
        }
        for (concept, is_set) in new.decided {
            let row = decision::ActiveModel {
                matter: Set(new.matter.to_string()),
                ordinal: Set(i64::from(new.ordinal)),
                concept: Set(concept),
                is_set: Set(is_set),
                user_id: Set(new.user_id),
                at: Set(new.at.clone()),
                request_id: Set(new.request_id.to_owned()),
                stage: Set(new.stage.map(str::to_owned)),
                ..Default::default()
            };
            decision::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        }
        Ok(true)
    }
}
