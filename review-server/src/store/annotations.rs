//! Annotation events: append-only, each with the full state after it. An annotation is its newest event.

use redwell_model::{Anchor, MatterSlug, Ordinal};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::coding::ordinal;
use super::{Store, StoreError, Writing};

pub(super) mod event {
    //! The table `annotation_events`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "annotation_events")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub matter: String,
        pub annotation: i64,
        pub kind: String,
        pub ordinal: i64,
        pub anchor: String,
        pub concepts: String,
        pub note: String,
        pub user_id: i64,
        pub at: String,
        pub request_id: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened to an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It was written.
    Created,
    /// Its note or its concepts changed.
    Changed,
    /// It was deleted.
    Deleted,
    /// It was restored.
    Restored,
}

impl EventKind {
    const ALL: [Self; 4] = [Self::Created, Self::Changed, Self::Deleted, Self::Restored];

    /// Its name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
        }
    }
}

/// Something that happened to an annotation, with its state after it.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnotationEvent {
    /// Its position among all events.
    pub id: i64,
    /// The annotation's number in the matter.
    pub annotation: i64,
    /// What happened.
    pub kind: EventKind,
    /// On which document.
    pub ordinal: Ordinal,
    /// Where the passage is.
    pub anchor: Anchor,
    /// IRIs of concepts.
    pub concepts: Vec<String>,
    /// The note.
    pub note: String,
    /// Who did it.
    pub user_id: i64,
    /// When.
    pub at: String,
}

/// An event to append.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent<'a> {
    /// In which matter.
    pub matter: &'a MatterSlug,
    /// The annotation's number; `None` for a new one.
    pub annotation: Option<i64>,
    /// What happened.
    pub kind: EventKind,
    /// On which document.
    pub ordinal: Ordinal,
    /// Where the passage is.
    pub anchor: Anchor,
    /// IRIs of concepts.
    pub concepts: Vec<String>,
    /// The note.
    pub note: String,
    /// Who did it.
    pub user_id: i64,
    /// When.
    pub at: String,
    /// The request, by the client's own name for it.
    pub request_id: &'a str,
}

fn event_of(row: event::Model) -> Result<AnnotationEvent, StoreError> {
    let corrupt = || StoreError::Corrupt { what: format!("event {} of an annotation", row.id) };
    Ok(AnnotationEvent {
        id: row.id,
        annotation: row.annotation,
        kind: EventKind::ALL.into_iter().find(|kind| kind.as_str() == row.kind).ok_or_else(corrupt)?,
        ordinal: ordinal(row.ordinal)?,
        anchor: serde_json::from_str(&row.anchor).map_err(|_| corrupt())?,
        concepts: serde_json::from_str(&row.concepts).map_err(|_| corrupt())?,
        note: row.note,
        user_id: row.user_id,
        at: row.at,
    })
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("anchors and lists of texts serialise")
}

impl Store {
    /// The events on one document, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn annotation_events_on(
        &self,
        matter: &MatterSlug,
        ordinal: Ordinal,
    ) -> Result<Vec<AnnotationEvent>, StoreError> {
        events(&self.connection, matter, event::Column::Ordinal.eq(i64::from(ordinal))).await
    }

    /// The events of a matter after a position, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn annotation_events_after(
        &self,
        matter: &MatterSlug,
        after: i64,
    ) -> Result<Vec<AnnotationEvent>, StoreError> {
        events(&self.connection, matter, event::Column::Id.gt(after)).await
    }

    /// The events of one annotation, oldest first; none when there is no such annotation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn annotation_events(
        &self,
        matter: &MatterSlug,
        annotation: i64,
    ) -> Result<Vec<AnnotationEvent>, StoreError> {
        events(&self.connection, matter, event::Column::Annotation.eq(annotation)).await
    }
}

/// The events of a matter that are wanted, oldest first.
async fn events<C: ConnectionTrait>(
    connection: &C,
    matter: &MatterSlug,
    wanted: Expr,
) -> Result<Vec<AnnotationEvent>, StoreError> {
    let rows = event::Entity::find()
        .filter(event::Column::Matter.eq(matter.as_str()))
        .filter(wanted)
        .order_by_asc(event::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(event_of).collect()
}

impl Writing<'_> {
    /// The events of one annotation, oldest first; none when there is no such annotation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn annotation_events(
        &self,
        matter: &MatterSlug,
        annotation: i64,
    ) -> Result<Vec<AnnotationEvent>, StoreError> {
        events(&self.transaction, matter, event::Column::Annotation.eq(annotation)).await
    }

    /// The annotation a person's request was about, when the request was seen before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn annotation_of_request(
        &self,
        matter: &MatterSlug,
        user_id: i64,
        request_id: &str,
    ) -> Result<Option<i64>, StoreError> {
        let found = event::Entity::find()
            .filter(event::Column::Matter.eq(matter.as_str()))
            .filter(event::Column::UserId.eq(user_id))
            .filter(event::Column::RequestId.eq(request_id))
            .one(&self.transaction)
            .await?;
        Ok(found.map(|row| row.annotation))
    }

    /// Appends an event and gives the annotation's number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_annotation_event(&self, new: NewEvent<'_>) -> Result<i64, StoreError> {
        let annotation = match new.annotation {
            Some(annotation) => annotation,
            None => {
                let last: Option<Option<i64>> = event::Entity::find()
                    .select_only()
                    .column_as(event::Column::Annotation.max(), "last")
                    .filter(event::Column::Matter.eq(new.matter.as_str()))
                    .into_tuple()
                    .one(&self.transaction)
                    .await?;
                last.flatten().unwrap_or_default() + 1
            }
        };
        let row = event::ActiveModel {
            matter: Set(new.matter.to_string()),
            annotation: Set(annotation),
            kind: Set(new.kind.as_str().to_owned()),
            ordinal: Set(i64::from(new.ordinal)),
            anchor: Set(json(&new.anchor)),
            concepts: Set(json(&new.concepts)),
            note: Set(new.note),
            user_id: Set(new.user_id),
            at: Set(new.at),
            request_id: Set(new.request_id.to_owned()),
            ..Default::default()
        };
        event::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(annotation)
    }
}
