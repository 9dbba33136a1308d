//! Batch sets, the batches they were split into, and the log of who took which when: append-only. A batch's state is
//! derived from the log, by [`crate::review::batches`].

use redwell_model::MatterSlug;
use redwell_search::DocumentSet;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing, from_db, set_from_db, set_to_db, to_db};

/// Batches written in one statement.
const ROWS: usize = 500;

pub(super) mod batch_set {
    //! The table `batch_sets`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "batch_sets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub name: String,
        pub stage: String,
        pub source: String,
        pub size: i64,
        pub keeps_families: bool,
        pub user_id: Option<i64>,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod batch {
    //! The table `batches`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "batches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub batch_set: i64,
        pub documents: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod event {
    //! The table `batch_events`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "batch_events")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub matter: String,
        pub kind: String,
        pub batch_set: i64,
        pub batch: Option<i64>,
        pub holder_id: Option<i64>,
        pub user_id: i64,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A population split for review. Nothing of it ever changes; what becomes of it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchSet {
    /// Its number in the matter, from 1.
    pub number: i64,
    /// Its name, which no other set of the matter has.
    pub name: String,
    /// The stage of review it is for.
    pub stage: String,
    /// What it was made from, as JSON: the selection with its query in canonical form.
    pub source: String,
    /// How many documents a batch was to have.
    pub size: u64,
    /// Whether families were kept in one batch.
    pub keeps_families: bool,
    /// Who made it; nobody in particular on the command line.
    pub user_id: Option<i64>,
    /// When.
    pub at: String,
    /// The number in the matter of its first batch; those of the others follow.
    pub first_batch: i64,
    /// Its batches: the first is `NAME 1`.
    pub batches: Vec<DocumentSet>,
    /// The documents of all of them.
    pub documents: DocumentSet,
}

/// A set to make.
#[derive(Debug, Clone)]
pub struct NewBatchSet<'b> {
    /// In which matter.
    pub matter: &'b MatterSlug,
    /// Its name.
    pub name: &'b str,
    /// The stage of review it is for.
    pub stage: &'b str,
    /// What it is made from, as JSON.
    pub source: &'b str,
    /// How many documents a batch is to have.
    pub size: u64,
    /// Whether families were kept in one batch.
    pub keeps_families: bool,
    /// Who makes it; nobody in particular on the command line.
    pub user_id: Option<i64>,
    /// When.
    pub at: String,
    /// Its batches, in order; at least one.
    pub batches: &'b [DocumentSet],
}

/// What became of a batch, or of a whole set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchEventKind {
    /// Somebody took the batch.
    CheckOut,
    /// The batch is done.
    CheckIn,
    /// The batch is open again.
    Release,
    /// The set is hidden, with its batches.
    Withdraw,
    /// The set is there again, as it was.
    Restore,
}

impl BatchEventKind {
    const ALL: [Self; 5] = [Self::CheckOut, Self::CheckIn, Self::Release, Self::Withdraw, Self::Restore];

    fn as_str(self) -> &'static str {
        match self {
            Self::CheckOut => "check_out",
            Self::CheckIn => "check_in",
            Self::Release => "release",
            Self::Withdraw => "withdraw",
            Self::Restore => "restore",
        }
    }
}

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchEvent {
    /// Its position in the log.
    pub id: i64,
    /// What.
    pub kind: BatchEventKind,
    /// To which set.
    pub batch_set: i64,
    /// To which of its batches, by its number in the matter; `None` when it is about the set.
    pub batch: Option<i64>,
    /// Who has the batch, or had it.
    pub holder: Option<i64>,
    /// Who did it.
    pub user_id: i64,
    /// When.
    pub at: String,
}

/// A row to append to the log.
#[derive(Debug, Clone)]
pub struct NewBatchEvent<'b> {
    /// In which matter.
    pub matter: &'b MatterSlug,
    /// What.
    pub kind: BatchEventKind,
    /// To which set.
    pub batch_set: i64,
    /// To which of its batches; `None` when it is about the set.
    pub batch: Option<i64>,
    /// Who has the batch, or had it.
    pub holder: Option<i64>,
    /// Who does it.
    pub user_id: i64,
    /// When.
    pub at: String,
}

fn event_of(row: event::Model) -> Result<BatchEvent, StoreError> {
    let kind = BatchEventKind::ALL.into_iter().find(|kind| kind.as_str() == row.kind);
    let kind = kind.ok_or_else(|| StoreError::Corrupt { what: format!("what became of a batch: `{}`", row.kind) })?;
    let (batch_set, batch, holder) = (row.batch_set, row.batch, row.holder_id);
    Ok(BatchEvent { id: row.id, kind, batch_set, batch, holder, user_id: row.user_id, at: row.at })
}

impl Store {
    /// The sets of a matter after this number, in order, with their batches.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch_sets_after(&self, matter: &MatterSlug, after: i64) -> Result<Vec<BatchSet>, StoreError> {
        let rows = batch_set::Entity::find()
            .filter(batch_set::Column::Matter.eq(matter.as_str()))
            .filter(batch_set::Column::Number.gt(after))
            .order_by_asc(batch_set::Column::Number)
            .all(&self.connection)
            .await?;
        let mut sets = Vec::new();
        for row in rows {
            sets.push(self.batch_set(matter, row).await?);
        }
        Ok(sets)
    }

    async fn batch_set(&self, matter: &MatterSlug, row: batch_set::Model) -> Result<BatchSet, StoreError> {
        let batches = batch::Entity::find()
            .filter(batch::Column::Matter.eq(matter.as_str()))
            .filter(batch::Column::BatchSet.eq(row.number))
            .order_by_asc(batch::Column::Number)
            .all(&self.connection)
            .await?;
        let first_batch = batches.first().map_or(0, |batch| batch.number);
        let read = |batch: batch::Model| set_from_db(&batch.documents, "the documents of a batch");
        let batches: Vec<DocumentSet> = batches.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(BatchSet {
            number: row.number,
            name: row.name,
            stage: row.stage,
            source: row.source,
            size: from_db(row.size),
            keeps_families: row.keeps_families,
            user_id: row.user_id,
            at: row.at,
            first_batch,
            documents: batches.iter().fold(DocumentSet::new(), |all, one| all | one),
            batches,
        })
    }

    /// What became of batches and sets of a matter after a position of the log, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch_events_after(&self, matter: &MatterSlug, after: i64) -> Result<Vec<BatchEvent>, StoreError> {
        let rows = event::Entity::find()
            .filter(event::Column::Matter.eq(matter.as_str()))
            .filter(event::Column::Id.gt(after))
            .order_by_asc(event::Column::Id)
            .all(&self.connection)
            .await?;
        rows.into_iter().map(event_of).collect()
    }
}

impl Writing<'_> {
    /// Makes a set with its batches; gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_batch_set(&self, new: NewBatchSet<'_>) -> Result<i64, StoreError> {
        let last = batch_set::Entity::find()
            .filter(batch_set::Column::Matter.eq(new.matter.as_str()))
            .order_by_desc(batch_set::Column::Number)
            .one(&self.transaction)
            .await?;
        let number = last.map_or(1, |row| row.number + 1);
        let row = batch_set::ActiveModel {
            matter: Set(new.matter.to_string()),
            number: Set(number),
            name: Set(new.name.to_owned()),
            stage: Set(new.stage.to_owned()),
            source: Set(new.source.to_owned()),
            size: Set(to_db(new.size)),
            keeps_families: Set(new.keeps_families),
            user_id: Set(new.user_id),
            at: Set(new.at),
        };
        batch_set::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        let last = batch::Entity::find()
            .filter(batch::Column::Matter.eq(new.matter.as_str()))
            .order_by_desc(batch::Column::Number)
            .one(&self.transaction)
            .await?;
        let first = last.map_or(1, |row| row.number + 1);
        let row = |(own, documents): (i64, &DocumentSet)| batch::ActiveModel {
            matter: Set(new.matter.to_string()),
            number: Set(own),
            batch_set: Set(number),
            documents: Set(set_to_db(documents)),
        };
        let rows: Vec<batch::ActiveModel> = (first..).zip(new.batches).map(row).collect();
        for some in rows.chunks(ROWS) {
            batch::Entity::insert_many(some.to_vec()).exec_without_returning(&self.transaction).await?;
        }
        Ok(number)
    }

    /// Appends to the log what became of a batch or a set.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_batch_event(&self, new: NewBatchEvent<'_>) -> Result<(), StoreError> {
        let row = event::ActiveModel {
            matter: Set(new.matter.to_string()),
            kind: Set(new.kind.as_str().to_owned()),
            batch_set: Set(new.batch_set),
            batch: Set(new.batch),
            holder_id: Set(new.holder),
            user_id: Set(new.user_id),
            at: Set(new.at),
            ..Default::default()
        };
        event::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
