//! `/openapi.json`: this interface, described for programs.

use axum::http::{HeaderName, header};
use utoipa::OpenApi;

use super::{
    ErrorBody, annotations, audit, batch_sets, batches, bulk, coding, completions, deliverables, document_lists,
    documents, events, exceptions, facets, filters, history, hit_reports, intake, matters, members, natives, passages,
    processing, progress, query, query_builder, saved_searches, search, search_history, selected_documents, session,
    subscriptions, synonyms, taxonomies, terms, timeline, uploads, users,
};

/// The description of the interface.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Redwell",
        description = "Review of documents: search, coding, annotations, deliverables.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        session::sign_in,
        session::current,
        session::sign_out,
        session::change_password,
        matters::list,
        matters::show,
        matters::change,
        progress::show,
        search::search,
        search::rows,
        filters::as_query,
        facets::facets,
        timeline::timeline,
        query::read,
        query::read_list,
        completions::complete,
        query_builder::build,
        query_builder::rows,
        terms::list,
        query::why_matched,
        saved_searches::list,
        saved_searches::save,
        saved_searches::change,
        saved_searches::delete,
        subscriptions::follow,
        subscriptions::unfollow,
        subscriptions::seen,
        search_history::show,
        search_history::choose,
        search_history::clear,
        document_lists::list,
        document_lists::keep,
        document_lists::delete,
        synonyms::show,
        synonyms::put,
        synonyms::export,
        hit_reports::list,
        hit_reports::make,
        hit_reports::show,
        hit_reports::rerun,
        hit_reports::export,
        hit_reports::compare,
        hit_reports::compare_documents,
        documents::show,
        documents::text,
        passages::hits,
        passages::terms,
        passages::preview,
        natives::native,
        batch_sets::list,
        batch_sets::show,
        batch_sets::preview,
        batch_sets::make,
        batch_sets::withdraw,
        batch_sets::restore,
        batch_sets::check_out_next,
        batches::check_out,
        batches::check_in,
        batches::release,
        bulk::preview,
        bulk::begin,
        bulk::undo,
        bulk::list,
        bulk::show,
        selected_documents::export,
        selected_documents::control_numbers,
        coding::show,
        coding::record,
        annotations::list,
        annotations::create,
        annotations::change,
        annotations::delete,
        annotations::restore,
        history::show,
        events::stream,
        taxonomies::list,
        taxonomies::import,
        exceptions::list,
        exceptions::export,
        exceptions::accept,
        processing::show,
        intake::show,
        intake::start,
        intake::retry,
        intake::repeat,
        intake::pause,
        intake::resume,
        intake::cancel,
        intake::folders,
        uploads::list,
        uploads::begin,
        uploads::show,
        uploads::remove,
        uploads::put,
        deliverables::list,
        deliverables::prepare,
        deliverables::show,
        deliverables::release,
        deliverables::withdraw,
        deliverables::download,
        members::list,
        members::put,
        members::remove,
        audit::list,
        users::list,
        users::create,
        describe,
    ),
    components(schemas(
        ErrorBody,
        events::Change,
        events::BulkChange,
        events::BatchChange,
        events::DeliverableChange,
        events::HitReportChange
    ))
)]
pub struct Description;

/// Returns the description of the interface as JSON text, with a line end.
///
/// # Panics
/// Never: the description is built from constants.
#[must_use]
pub fn document() -> String {
    let mut text = Description::openapi().to_pretty_json().expect("a description built from constants serialises");
    text.push('\n');
    text
}

/// Describes this interface.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "openapi", operation_id = "openapi",
    responses((status = 200, description = "an OpenAPI 3.1 document", content_type = "application/json")))]
pub(crate) async fn describe() -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "application/json")], document())
}
