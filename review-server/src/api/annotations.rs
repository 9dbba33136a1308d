//! Annotations: notes and concepts on passages.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::coding::{check_concepts, check_request_id};
use super::events::{Change, ChangeKind};
use super::passages::{PassagePage, PassageRequest};
use super::{Address, AnnotationPath, Body, DocumentPath, ErrorBody, People, blocking, control_number, document_row};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::hub::Event;
use crate::matter::OpenMatter;
use crate::review::annotation::{self, Current};
use crate::store::{EventKind, NewEvent, moment};

/// A note and/or concepts on a passage.
#[derive(Debug, Serialize, ToSchema)]
pub struct Annotation {
    /// Its number in the matter.
    pub id: i64,
    /// The document it is on.
    pub control_number: String,
    /// The first code point of the passage.
    pub start: u32,
    /// The first code point after.
    pub end: u32,
    /// The words of the passage.
    pub quote: String,
    /// The first page it stands on, where the document has pages.
    pub page: Option<u32>,
    /// Where it stands on pages.
    pub pages: Vec<PassagePage>,
    /// IRIs of concepts.
    pub concepts: Vec<String>,
    /// The note; may be empty.
    pub note: String,
    /// Who wrote it, by sign-in name.
    pub author: String,
    /// The name shown to others.
    pub author_name: String,
    /// When it was written.
    pub created_at: String,
    /// When it was last changed.
    pub changed_at: String,
    /// Whether it was deleted.
    pub deleted: bool,
}

/// The annotations of a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnotationList {
    /// In the order of the text; deleted ones are left out.
    pub items: Vec<Annotation>,
}

/// A new annotation, on a passage given as for a preview.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnnotation {
    /// Anything the client makes up once per annotation; a repetition makes no second one.
    pub request_id: String,
    /// The first code point inside.
    #[schema(nullable = false)]
    pub start: Option<u32>,
    /// The first code point after.
    #[schema(nullable = false)]
    pub end: Option<u32>,
    /// A page, from 1.
    #[schema(nullable = false)]
    pub page: Option<u32>,
    /// A rectangle on the page: left, lower, right, upper.
    #[schema(nullable = false)]
    pub rectangle: Option<[f32; 4]>,
    /// Quads on the page.
    #[schema(nullable = false)]
    pub quads: Option<Vec<[f32; 8]>>,
    /// The words the browser believes are there.
    #[schema(nullable = false)]
    pub quote: Option<String>,
    /// IRIs of concepts.
    #[serde(default)]
    pub concepts: Vec<String>,
    /// The note; may be empty when there are concepts.
    #[serde(default)]
    pub note: String,
}

/// What to change in an annotation; what is absent stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnotationChange {
    /// Anything the client makes up once per change.
    pub request_id: String,
    /// IRIs of concepts.
    #[schema(nullable = false)]
    pub concepts: Option<Vec<String>>,
    /// The note.
    #[schema(nullable = false)]
    pub note: Option<String>,
}

/// Lists the annotations of a document.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/documents/{control_number}/annotations", tag = "review",
    operation_id = "list_annotations", params(DocumentPath),
    responses((status = 200, body = AnnotationList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
) -> Result<Json<AnnotationList>, ApiError> {
    let (open, store) = (member.open().await?, member.app.store());
    let row = document_row(&open, &path.control_number).await?;
    let mut people = People::new(store);
    let mut items = Vec::new();
    for current in annotation::current(store.annotation_events_on(&member.slug, row.ordinal).await?) {
        if !current.is_deleted() {
            items.push(shown(&open, current, &mut people).await?);
        }
    }
    Ok(Json(AnnotationList { items }))
}

/// Annotates a passage.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/documents/{control_number}/annotations", tag = "review",
    operation_id = "create_annotation", params(DocumentPath), request_body = NewAnnotation,
    responses((status = 201, body = Annotation), (status = 403, body = ErrorBody),
              (status = 422, description = "`bad_passage`, `unknown_concept` or `empty_annotation`", body = ErrorBody)))]
pub(crate) async fn create(
    member: Member<right::Annotate>,
    Address(path): Address<DocumentPath>,
    Body(new): Body<NewAnnotation>,
) -> Result<(StatusCode, Json<Annotation>), ApiError> {
    let NewAnnotation { request_id, start, end, page, rectangle, quads, quote, concepts, note } = new;
    let pointed = PassageRequest { start, end, page, rectangle, quads, quote }.pointed()?;
    let (open, store) = (member.open().await?, member.app.store());
    let ordinal = document_row(&open, &path.control_number).await?.ordinal;
    check_request_id(&request_id)?;
    check_content(&concepts, &note)?;
    check_concepts(&concepts, &*open.vocabulary(store).await?)?;
    let folder = Arc::clone(&open);
    let anchor = blocking(move || folder.anchor(ordinal, &pointed)).await??;
    let writing = store.write().await?;
    let annotation = match writing.annotation_of_request(&member.slug, member.user.id, &request_id).await? {
        Some(annotation) => annotation,
        None => {
            let event = NewEvent {
                matter: &member.slug,
                annotation: None,
                kind: EventKind::Created,
                ordinal,
                anchor,
                concepts,
                note,
                user_id: member.user.id,
                at: moment(member.app.now()),
                request_id: &request_id,
            };
            let annotation = writing.add_annotation_event(event).await?;
            writing.commit().await?;
            tell(&member, &path.control_number);
            annotation
        }
    };
    Ok((StatusCode::CREATED, Json(one(&member, annotation).await?)))
}

/// Changes the note or the concepts of an annotation.
#[utoipa::path(patch, path = "/api/v1/matters/{matter}/annotations/{annotation}", tag = "review",
    operation_id = "change_annotation", params(AnnotationPath), request_body = AnnotationChange,
    responses((status = 200, body = Annotation), (status = 404, body = ErrorBody),
              (status = 409, description = "`annotation_deleted`", body = ErrorBody)))]
pub(crate) async fn change(
    member: Member<right::Annotate>,
    Address(path): Address<AnnotationPath>,
    Body(change): Body<AnnotationChange>,
) -> Result<Json<Annotation>, ApiError> {
    check_request_id(&change.request_id)?;
    if let Some(concepts) = &change.concepts {
        let known = member.open().await?.vocabulary(member.app.store()).await?;
        check_concepts(concepts, &known)?;
    }
    append(&member, path.annotation, EventKind::Changed, change).await
}

/// Deletes an annotation; it can be restored.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/annotations/{annotation}", tag = "review",
    operation_id = "delete_annotation", params(AnnotationPath),
    responses((status = 200, body = Annotation), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete(
    member: Member<right::Annotate>,
    Address(path): Address<AnnotationPath>,
) -> Result<Json<Annotation>, ApiError> {
    append(&member, path.annotation, EventKind::Deleted, AnnotationChange::nothing()).await
}

/// Restores a deleted annotation.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/annotations/{annotation}/restore", tag = "review",
    operation_id = "restore_annotation", params(AnnotationPath),
    responses((status = 200, body = Annotation), (status = 404, body = ErrorBody)))]
pub(crate) async fn restore(
    member: Member<right::Annotate>,
    Address(path): Address<AnnotationPath>,
) -> Result<Json<Annotation>, ApiError> {
    append(&member, path.annotation, EventKind::Restored, AnnotationChange::nothing()).await
}

impl AnnotationChange {
    /// A change of neither note nor concepts, under a name made up here.
    fn nothing() -> Self {
        Self { request_id: format!("server:{:032x}", rand::random::<u128>()), concepts: None, note: None }
    }
}

/// Appends an event to an annotation; nothing when it says what is so already.
async fn append(
    member: &Member<right::Annotate>,
    annotation: i64,
    kind: EventKind,
    change: AnnotationChange,
) -> Result<Json<Annotation>, ApiError> {
    let open = member.open().await?;
    let writing = member.app.store().write().await?;
    let events = writing.annotation_events(&member.slug, annotation).await?;
    let current = annotation::current(events).pop().ok_or(ApiError::NotFound)?;
    let is_deleted = current.is_deleted();
    let seen = writing.annotation_of_request(&member.slug, member.user.id, &change.request_id).await?.is_some();
    let is_so_already = seen || kind == EventKind::Deleted && is_deleted || kind == EventKind::Restored && !is_deleted;
    if !is_so_already {
        if kind == EventKind::Changed && is_deleted {
            return Err(ApiError::conflict("annotation_deleted", "the annotation was deleted; restore it first"));
        }
        let state = current.newest;
        let event = NewEvent {
            matter: &member.slug,
            annotation: Some(annotation),
            kind,
            ordinal: state.ordinal,
            anchor: state.anchor,
            concepts: change.concepts.unwrap_or(state.concepts),
            note: change.note.unwrap_or(state.note),
            user_id: member.user.id,
            at: moment(member.app.now()),
            request_id: &change.request_id,
        };
        check_content(&event.concepts, &event.note)?;
        writing.add_annotation_event(event).await?;
        writing.commit().await?;
        tell(member, &control_number(&open, state.ordinal));
    } else {
        drop(writing);
    }
    Ok(Json(one(member, annotation).await?))
}

fn tell<R: Needed>(member: &Member<R>, control_number: &str) {
    let (control_number, by) = (control_number.to_owned(), member.user.name.clone());
    let change = Change { control_number, what: ChangeKind::Annotation, by, client_id: member.client_id.clone() };
    member.app.hub().tell(&member.slug, Event::Change(change));
}

fn check_content(concepts: &[String], note: &str) -> Result<(), ApiError> {
    if concepts.is_empty() && note.trim().is_empty() {
        return Err(ApiError::unprocessable("empty_annotation", "an annotation has a note or a concept"));
    }
    if note.len() > 64 * 1_024 {
        return Err(ApiError::unprocessable("note_too_long", "a note has at most 64 KiB"));
    }
    Ok(())
}

async fn one<R: Needed>(member: &Member<R>, annotation: i64) -> Result<Annotation, ApiError> {
    let (open, store) = (member.open().await?, member.app.store());
    let events = store.annotation_events(&member.slug, annotation).await?;
    let current = annotation::current(events).pop().ok_or(ApiError::NotFound)?;
    shown(&open, current, &mut People::new(store)).await
}

async fn shown(open: &Arc<OpenMatter>, current: Current, people: &mut People<'_>) -> Result<Annotation, ApiError> {
    let deleted = current.is_deleted();
    let Current { newest, author, created_at } = current;
    let (author, author_name) = people.names(author).await?;
    let page = match newest.anchor.quads.first() {
        Some(quads) => Some(quads.page),
        None => {
            let (open, ordinal, start) = (Arc::clone(open), newest.ordinal, newest.anchor.range.start);
            blocking(move || open.folder().layout(ordinal)).await??.page_of(start)
        }
    };
    Ok(Annotation {
        id: newest.annotation,
        control_number: control_number(open, newest.ordinal),
        start: newest.anchor.range.start,
        end: newest.anchor.range.end,
        quote: newest.anchor.quote,
        page,
        pages: newest.anchor.quads.into_iter().map(PassagePage::from).collect(),
        concepts: newest.concepts,
        note: newest.note,
        author,
        author_name,
        created_at,
        changed_at: newest.at,
        deleted,
    })
}
