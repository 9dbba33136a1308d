//! Annotations: notes and concepts on passages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::passages::PassagePage;
use super::{AnnotationPath, DocumentPath, ErrorBody};

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
pub(crate) async fn list() {}

/// Annotates a passage.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/documents/{control_number}/annotations", tag = "review",
    operation_id = "create_annotation", params(DocumentPath), request_body = NewAnnotation,
    responses((status = 201, body = Annotation), (status = 403, body = ErrorBody),
              (status = 422, description = "`bad_passage`, `unknown_concept` or `empty_annotation`", body = ErrorBody)))]
pub(crate) async fn create() {}

/// Changes the note or the concepts of an annotation.
#[utoipa::path(patch, path = "/api/v1/matters/{matter}/annotations/{annotation}", tag = "review",
    operation_id = "change_annotation", params(AnnotationPath), request_body = AnnotationChange,
    responses((status = 200, body = Annotation), (status = 404, body = ErrorBody),
              (status = 409, description = "`annotation_deleted`", body = ErrorBody)))]
pub(crate) async fn change() {}

/// Deletes an annotation; it can be restored.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/annotations/{annotation}", tag = "review",
    operation_id = "delete_annotation", params(AnnotationPath),
    responses((status = 200, body = Annotation), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete() {}

/// Restores a deleted annotation.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/annotations/{annotation}/restore", tag = "review",
    operation_id = "restore_annotation", params(AnnotationPath),
    responses((status = 200, body = Annotation), (status = 404, body = ErrorBody)))]
pub(crate) async fn restore() {}
