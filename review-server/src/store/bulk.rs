//! Bulk actions: one order to code many documents, carried out a chunk at a time.
//!
//! The decisions themselves stand with all others, append-only. A row here says what was ordered and how far it came;
//! it moves in the same transaction as the decisions of a chunk, so a killed server goes on where it stopped.

use redwell_model::{MatterSlug, Ordinal};
use redwell_search::DocumentSet;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::coding::ordinal;
use super::{Store, StoreError, Writing, from_db, set_from_db, set_to_db, to_db};

/// Actions listed.
const LISTED: u64 = 50;

pub(super) mod action {
    //! The table `bulk_actions`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bulk_actions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub user_id: i64,
        pub at: String,
        pub request_id: String,
        pub recorded: String,
        pub taken_back: String,
        pub undoes: Option<i64>,
        pub documents: Vec<u8>,
        pub position: i64,
        pub done: i64,
        pub changed: i64,
        pub kept: i64,
        pub is_running: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A bulk action.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkAction {
    /// Its number in the matter, from 1.
    pub number: i64,
    /// Who ordered it.
    pub user_id: i64,
    /// When.
    pub at: String,
    /// What is done.
    pub order: BulkOrder,
    /// On which documents.
    pub documents: DocumentSet,
    /// How far it came.
    pub progress: BulkProgress,
    /// Whether there is more to do.
    pub is_running: bool,
}

/// What a bulk action does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkOrder {
    /// Records concepts and takes others back.
    Code {
        /// IRIs recorded.
        set: Vec<String>,
        /// IRIs taken back.
        clear: Vec<String>,
    },
    /// Takes back what another action did, where nobody decided otherwise since.
    Undo(i64),
}

/// How far a bulk action came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BulkProgress {
    /// The last document looked at; 0 before the first.
    pub position: Ordinal,
    /// Documents looked at.
    pub done: u64,
    /// Documents changed.
    pub changed: u64,
    /// Documents left as they were: they had it already, or somebody decided otherwise since.
    pub kept: u64,
}

/// A bulk action to begin.
#[derive(Debug, Clone)]
pub struct NewBulkAction<'b> {
    /// In which matter.
    pub matter: &'b MatterSlug,
    /// Who orders it.
    pub user_id: i64,
    /// When.
    pub at: String,
    /// The request, by the client's own name for it.
    pub request_id: &'b str,
    /// What is to be done.
    pub order: &'b BulkOrder,
    /// On which documents.
    pub documents: &'b DocumentSet,
}

/// The name decisions of a bulk action on a document go by among the requests of who ordered it.
#[must_use]
pub fn bulk_request(number: i64, ordinal: Ordinal) -> String {
    format!("bulk:{number}:{ordinal}")
}

fn action_of(row: action::Model) -> Result<BulkAction, StoreError> {
    let list = |text: &str| {
        serde_json::from_str(text).map_err(|_| StoreError::Corrupt { what: "the concepts of a bulk action".into() })
    };
    let order = match row.undoes {
        Some(number) => BulkOrder::Undo(number),
        None => BulkOrder::Code { set: list(&row.recorded)?, clear: list(&row.taken_back)? },
    };
    Ok(BulkAction {
        number: row.number,
        user_id: row.user_id,
        at: row.at,
        order,
        documents: set_from_db(&row.documents, "the documents of a bulk action")?,
        progress: BulkProgress {
            position: ordinal(row.position)?,
            done: from_db(row.done),
            changed: from_db(row.changed),
            kept: from_db(row.kept),
        },
        is_running: row.is_running,
    })
}

impl Store {
    /// The newest bulk actions of a matter, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bulk_actions(&self, matter: &MatterSlug) -> Result<Vec<BulkAction>, StoreError> {
        let rows = action::Entity::find()
            .filter(action::Column::Matter.eq(matter.as_str()))
            .order_by_desc(action::Column::Number)
            .limit(LISTED)
            .all(&self.connection)
            .await?;
        rows.into_iter().map(action_of).collect()
    }

    /// A bulk action by its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bulk_action(&self, matter: &MatterSlug, number: i64) -> Result<Option<BulkAction>, StoreError> {
        let found = action::Entity::find_by_id((matter.to_string(), number)).one(&self.connection).await?;
        found.map(action_of).transpose()
    }

    /// The bulk action that takes another back, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn undo_of(&self, matter: &MatterSlug, number: i64) -> Result<Option<i64>, StoreError> {
        let found = action::Entity::find()
            .filter(action::Column::Matter.eq(matter.as_str()))
            .filter(action::Column::Undoes.eq(number))
            .one(&self.connection)
            .await?;
        Ok(found.map(|row| row.number))
    }

    /// Every bulk action that is not at its end, with its matter.
    ///
    /// # Errors
    /// When the database fails or holds what is no matter's name.
    pub async fn running_bulk_actions(&self) -> Result<Vec<(MatterSlug, i64)>, StoreError> {
        let rows = action::Entity::find()
            .filter(action::Column::IsRunning.eq(true))
            .order_by_asc(action::Column::Matter)
            .order_by_asc(action::Column::Number)
            .all(&self.connection)
            .await?;
        let named = |row: action::Model| {
            let corrupt = |_| StoreError::Corrupt { what: format!("the matter `{}`", row.matter) };
            Ok((row.matter.parse().map_err(corrupt)?, row.number))
        };
        rows.into_iter().map(named).collect()
    }
}

impl Writing<'_> {
    /// A bulk action by its number, as it is inside this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bulk_action(&self, matter: &MatterSlug, number: i64) -> Result<Option<BulkAction>, StoreError> {
        let found = action::Entity::find_by_id((matter.to_string(), number)).one(&self.transaction).await?;
        found.map(action_of).transpose()
    }

    /// Begins a bulk action; gives its number, and whether it is new: the same person's request is taken once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_bulk_action(&self, new: NewBulkAction<'_>) -> Result<(i64, bool), StoreError> {
        let of_matter = || action::Entity::find().filter(action::Column::Matter.eq(new.matter.as_str()));
        let seen = of_matter()
            .filter(action::Column::UserId.eq(new.user_id))
            .filter(action::Column::RequestId.eq(new.request_id))
            .one(&self.transaction)
            .await?;
        if let Some(seen) = seen {
            return Ok((seen.number, false));
        }
        let last = of_matter().order_by_desc(action::Column::Number).one(&self.transaction).await?;
        let number = last.map_or(1, |row| row.number + 1);
        let (set, clear, undoes) = match new.order {
            BulkOrder::Code { set, clear } => (set.clone(), clear.clone(), None),
            BulkOrder::Undo(other) => (Vec::new(), Vec::new(), Some(*other)),
        };
        let text = |list: &[String]| serde_json::to_string(list).expect("a list of texts is JSON");
        let row = action::ActiveModel {
            matter: Set(new.matter.to_string()),
            number: Set(number),
            user_id: Set(new.user_id),
            at: Set(new.at),
            request_id: Set(new.request_id.to_owned()),
            recorded: Set(text(&set)),
            taken_back: Set(text(&clear)),
            undoes: Set(undoes),
            documents: Set(set_to_db(new.documents)),
            position: Set(0),
            done: Set(0),
            changed: Set(0),
            kept: Set(0),
            is_running: Set(true),
        };
        action::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok((number, true))
    }

    /// Says how far a bulk action came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn advance_bulk_action(
        &self,
        matter: &MatterSlug,
        number: i64,
        progress: BulkProgress,
        is_running: bool,
    ) -> Result<(), StoreError> {
        action::Entity::update_many()
            .col_expr(action::Column::Position, Expr::value(i64::from(progress.position)))
            .col_expr(action::Column::Done, Expr::value(to_db(progress.done)))
            .col_expr(action::Column::Changed, Expr::value(to_db(progress.changed)))
            .col_expr(action::Column::Kept, Expr::value(to_db(progress.kept)))
            .col_expr(action::Column::IsRunning, Expr::value(is_running))
            .filter(action::Column::Matter.eq(matter.as_str()))
            .filter(action::Column::Number.eq(number))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}
