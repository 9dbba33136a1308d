//! Deliverables and how far each is. The steps of each are in the audit log.

use redwell_model::MatterSlug;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing, from_db, to_db};

pub(super) mod deliverable {
    //! The table `deliverables`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliverables")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub title: String,
        pub kind: String,
        pub query: String,
        pub state: String,
        pub created_at: String,
        pub created_by: i64,
        pub released_at: Option<String>,
        pub file_name: Option<String>,
        pub size_bytes: Option<i64>,
        pub sha256: Option<String>,
        pub documents: i64,
        pub annotations: i64,
        pub files: i64,
        pub error: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How far a deliverable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its files are being made.
    Preparing,
    /// It can be checked and released.
    Ready,
    /// It could not be made.
    Failed,
    /// The client can download it.
    Released,
    /// It was released and then taken back.
    Withdrawn,
}

impl State {
    const ALL: [Self; 5] = [Self::Preparing, Self::Ready, Self::Failed, Self::Released, Self::Withdrawn];

    /// Its name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A deliverable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverableRow {
    /// Its number in the matter.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// The query it was made from, in canonical form.
    pub query: String,
    /// How far it is.
    pub state: State,
    /// When it was asked for.
    pub created_at: String,
    /// Who asked for it.
    pub created_by: i64,
    /// When it was released.
    pub released_at: Option<String>,
    /// What came of it, once it was made.
    pub finished: Option<Finished>,
    /// Why it could not be made.
    pub error: Option<String>,
}

/// What came of a deliverable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Name of the package, in the folder of the matter's deliverables.
    pub file_name: String,
    /// Size of the package.
    pub size_bytes: u64,
    /// Digest of the package.
    pub sha256: String,
    /// Documents in it.
    pub documents: u64,
    /// Annotations in it.
    pub annotations: u64,
    /// Files in it.
    pub files: u64,
}

fn row_of(row: deliverable::Model) -> Result<DeliverableRow, StoreError> {
    let corrupt = || StoreError::Corrupt { what: format!("deliverable {}", row.number) };
    let state = State::ALL.into_iter().find(|state| state.as_str() == row.state).ok_or_else(corrupt)?;
    let finished = match (row.file_name, row.size_bytes, row.sha256) {
        (Some(file_name), Some(size_bytes), Some(sha256)) => Some(Finished {
            file_name,
            size_bytes: from_db(size_bytes),
            sha256,
            documents: from_db(row.documents),
            annotations: from_db(row.annotations),
            files: from_db(row.files),
        }),
        _ => None,
    };
    Ok(DeliverableRow {
        number: row.number,
        title: row.title,
        query: row.query,
        state,
        created_at: row.created_at,
        created_by: row.created_by,
        released_at: row.released_at,
        finished,
        error: row.error,
    })
}

impl Store {
    /// The deliverables of a matter, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliverables(&self, matter: &MatterSlug) -> Result<Vec<DeliverableRow>, StoreError> {
        let rows = deliverable::Entity::find()
            .filter(deliverable::Column::Matter.eq(matter.as_str()))
            .order_by_desc(deliverable::Column::Number)
            .all(&self.connection)
            .await?;
        rows.into_iter().map(row_of).collect()
    }

    /// One deliverable.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliverable(&self, matter: &MatterSlug, number: i64) -> Result<Option<DeliverableRow>, StoreError> {
        let found = deliverable::Entity::find_by_id((matter.to_string(), number)).one(&self.connection).await?;
        found.map(row_of).transpose()
    }
}

impl Writing<'_> {
    /// One deliverable, as it is while nobody else writes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliverable(&self, matter: &MatterSlug, number: i64) -> Result<Option<DeliverableRow>, StoreError> {
        let found = deliverable::Entity::find_by_id((matter.to_string(), number)).one(&self.transaction).await?;
        found.map(row_of).transpose()
    }

    /// Adds a deliverable that is being prepared.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_deliverable(
        &self,
        matter: &MatterSlug,
        title: String,
        query: String,
        created_by: i64,
        at: String,
    ) -> Result<DeliverableRow, StoreError> {
        let last = deliverable::Entity::find()
            .filter(deliverable::Column::Matter.eq(matter.as_str()))
            .order_by_desc(deliverable::Column::Number)
            .one(&self.transaction)
            .await?;
        let row = deliverable::ActiveModel {
            matter: Set(matter.to_string()),
            number: Set(last.map_or(1, |last| last.number + 1)),
            title: Set(title),
            kind: Set("findings".into()),
            query: Set(query),
            state: Set(State::Preparing.as_str().into()),
            created_at: Set(at),
            created_by: Set(created_by),
            released_at: Set(None),
            file_name: Set(None),
            size_bytes: Set(None),
            sha256: Set(None),
            documents: Set(0),
            annotations: Set(0),
            files: Set(0),
            error: Set(None),
        };
        row_of(row.insert(&self.transaction).await?)
    }

    /// Records that a deliverable was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_deliverable(
        &self,
        matter: &MatterSlug,
        number: i64,
        finished: Finished,
    ) -> Result<DeliverableRow, StoreError> {
        let row = deliverable::ActiveModel {
            matter: Set(matter.to_string()),
            number: Set(number),
            state: Set(State::Ready.as_str().into()),
            file_name: Set(Some(finished.file_name)),
            size_bytes: Set(Some(to_db(finished.size_bytes))),
            sha256: Set(Some(finished.sha256)),
            documents: Set(to_db(finished.documents)),
            annotations: Set(to_db(finished.annotations)),
            files: Set(to_db(finished.files)),
            ..Default::default()
        };
        row_of(row.update(&self.transaction).await?)
    }

    /// Records that a deliverable could not be made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fail_deliverable(
        &self,
        matter: &MatterSlug,
        number: i64,
        why: String,
    ) -> Result<DeliverableRow, StoreError> {
        let row = deliverable::ActiveModel {
            matter: Set(matter.to_string()),
            number: Set(number),
            state: Set(State::Failed.as_str().into()),
            error: Set(Some(why)),
            ..Default::default()
        };
        row_of(row.update(&self.transaction).await?)
    }

    /// Records that a deliverable was released or withdrawn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_deliverable_state(
        &self,
        matter: &MatterSlug,
        number: i64,
        state: State,
        released_at: Option<String>,
    ) -> Result<DeliverableRow, StoreError> {
        let row = deliverable::ActiveModel {
            matter: Set(matter.to_string()),
            number: Set(number),
            state: Set(state.as_str().into()),
            released_at: Set(released_at),
            ..Default::default()
        };
        row_of(row.update(&self.transaction).await?)
    }

    /// Marks deliverables whose preparation nobody carries on any more, and tells which they were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fail_interrupted_deliverables(&self, why: &str) -> Result<Vec<(String, i64)>, StoreError> {
        let interrupted = deliverable::Entity::find()
            .filter(deliverable::Column::State.eq(State::Preparing.as_str()))
            .all(&self.transaction)
            .await?;
        let mut found = Vec::with_capacity(interrupted.len());
        for row in interrupted {
            let (matter, number) = (row.matter.clone(), row.number);
            let mut row: deliverable::ActiveModel = row.into();
            row.state = Set(State::Failed.as_str().into());
            row.error = Set(Some(why.to_owned()));
            row.update(&self.transaction).await?;
            found.push((matter, number));
        }
        Ok(found)
    }
}
