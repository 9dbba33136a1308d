//! Every route of the server, in one list, and what surrounds them all.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get, patch, post, put};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::api::{
    annotations, audit, batch_sets, batches, bulk, coding, completions, deliverables, document_lists, documents,
    events, exceptions, facets, filters, history, hit_reports, intake, matters, members, natives, openapi, passages,
    processing, progress, query, query_builder, saved_searches, search, search_history, selected_documents, session,
    subscriptions, synonyms, taxonomies, terms, timeline, uploads, users,
};
use crate::app::App;
use crate::auth::origin;
use crate::error::{ApiError, InternalCause};
use crate::ui;

/// Largest JSON body, in bytes.
const JSON_LIMIT: usize = 1024 * 1024;
/// Largest list of terms or documents, in bytes.
const LIST_LIMIT: usize = 4 * 1024 * 1024;
/// Largest taxonomy, in bytes.
const TAXONOMY_LIMIT: usize = 10 * 1024 * 1024;

/// What a page of ours may do: load from here, run `WebAssembly` (PDF pictures), nothing else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data: blob:; font-src 'self' data: blob:; \
    worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The routes over an app.
pub fn routes(app: &App) -> Router {
    // Parts of files must go out as they are, so only what is made on the spot is compressed.
    let files = Router::new()
        .route("/matters/{matter}/documents/{control_number}/native", get(natives::native))
        .route("/matters/{matter}/deliverables/{deliverable}/download", get(deliverables::download));
    let api = Router::new()
        .merge(of_the_installation())
        .merge(of_a_matter())
        .merge(of_searching())
        .merge(of_a_document())
        .merge(of_processing())
        .layer(CompressionLayer::new())
        .merge(files)
        .fallback(async || ApiError::NotFound)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .layer(middleware::from_fn(never_kept));
    let pages = Router::new().fallback(ui::page).layer(CompressionLayer::new());
    Router::new()
        .nest("/api/v1", api)
        .route("/api", axum::routing::any(async || ApiError::NotFound))
        .route("/api/{*rest}", axum::routing::any(async || ApiError::NotFound))
        .fallback_service(pages.with_state(app.clone()))
        .layer(middleware::from_fn(origin::refuse_writes_from_elsewhere))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn(logged))
        .layer(middleware::from_fn(guarded))
        .with_state(app.clone())
}

fn of_the_installation() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(openapi::describe))
        .route("/session", get(session::current).post(session::sign_in).delete(session::sign_out))
        .route("/session/password", put(session::change_password))
        .route("/users", get(users::list).post(users::create))
        .route("/matters", get(matters::list))
}

fn of_a_matter() -> Router<App> {
    let import = post(taxonomies::import).layer(DefaultBodyLimit::max(TAXONOMY_LIMIT));
    Router::new()
        .route("/matters/{matter}", get(matters::show).patch(matters::change))
        .route("/matters/{matter}/progress", get(progress::show))
        .route("/matters/{matter}/events", get(events::stream))
        .route("/matters/{matter}/taxonomies", get(taxonomies::list).merge(import))
        .route("/matters/{matter}/annotations/{annotation}", patch(annotations::change).delete(annotations::delete))
        .route("/matters/{matter}/annotations/{annotation}/restore", post(annotations::restore))
        .route("/matters/{matter}/batch-sets", get(batch_sets::list).merge(large(post(batch_sets::make))))
        .route("/matters/{matter}/batch-sets/preview", large(post(batch_sets::preview)))
        .route("/matters/{matter}/batch-sets/{batch_set}", get(batch_sets::show))
        .route("/matters/{matter}/batch-sets/{batch_set}/withdraw", post(batch_sets::withdraw))
        .route("/matters/{matter}/batch-sets/{batch_set}/restore", post(batch_sets::restore))
        .route("/matters/{matter}/batch-sets/{batch_set}/check-out-next", post(batch_sets::check_out_next))
        .route("/matters/{matter}/batches/{batch}/check-out", post(batches::check_out))
        .route("/matters/{matter}/batches/{batch}/check-in", post(batches::check_in))
        .route("/matters/{matter}/batches/{batch}/release", post(batches::release))
        .route("/matters/{matter}/bulk", get(bulk::list).merge(large(post(bulk::begin))))
        .route("/matters/{matter}/bulk/preview", large(post(bulk::preview)))
        .route("/matters/{matter}/bulk/export", large(post(selected_documents::export)))
        .route("/matters/{matter}/bulk/control-numbers", large(post(selected_documents::control_numbers)))
        .route("/matters/{matter}/bulk/{action}", get(bulk::show))
        .route("/matters/{matter}/bulk/{action}/undo", post(bulk::undo))
        .route("/matters/{matter}/deliverables", get(deliverables::list).post(deliverables::prepare))
        .route("/matters/{matter}/deliverables/{deliverable}", get(deliverables::show))
        .route("/matters/{matter}/deliverables/{deliverable}/release", post(deliverables::release))
        .route("/matters/{matter}/deliverables/{deliverable}/withdraw", post(deliverables::withdraw))
        .route("/matters/{matter}/members", get(members::list))
        .route("/matters/{matter}/members/{name}", put(members::put).delete(members::remove))
        .route("/matters/{matter}/audit", get(audit::list))
}

/// A route whose body may list many documents.
fn large(route: MethodRouter<App>) -> MethodRouter<App> {
    route.layer(DefaultBodyLimit::max(LIST_LIMIT))
}

fn of_searching() -> Router<App> {
    let list = post(query::read_list).layer(DefaultBodyLimit::max(LIST_LIMIT));
    let make = get(hit_reports::list).post(hit_reports::make).layer(DefaultBodyLimit::max(LIST_LIMIT));
    Router::new()
        .route("/matters/{matter}/search", post(search::search))
        .route("/matters/{matter}/search/order", post(search::rows))
        .route("/matters/{matter}/search/as-query", post(filters::as_query))
        .route("/matters/{matter}/facets", post(facets::facets))
        .route("/matters/{matter}/timeline", post(timeline::timeline))
        .route("/matters/{matter}/query", post(query::read))
        .route("/matters/{matter}/query/list", list)
        .route("/matters/{matter}/query/build", post(query_builder::build))
        .route("/matters/{matter}/query/rows", post(query_builder::rows))
        .route("/matters/{matter}/query/completions", post(completions::complete))
        .route("/matters/{matter}/terms", post(terms::list))
        .route("/matters/{matter}/why", post(query::why_matched))
        .route("/matters/{matter}/saved-searches", get(saved_searches::list).post(saved_searches::save))
        .route(
            "/matters/{matter}/saved-searches/{saved_search}",
            patch(saved_searches::change).delete(saved_searches::delete),
        )
        .route(
            "/matters/{matter}/saved-searches/{saved_search}/subscription",
            put(subscriptions::follow).delete(subscriptions::unfollow),
        )
        .route("/matters/{matter}/saved-searches/{saved_search}/seen", post(subscriptions::seen))
        .route(
            "/matters/{matter}/search-history",
            get(search_history::show).put(search_history::choose).delete(search_history::clear),
        )
        .route("/matters/{matter}/document-lists", get(document_lists::list).merge(large(post(document_lists::keep))))
        .route("/matters/{matter}/document-lists/{list}", axum::routing::delete(document_lists::delete))
        .route("/matters/{matter}/synonyms", get(synonyms::show).put(synonyms::put))
        .route("/matters/{matter}/synonyms/export", get(synonyms::export))
        .route("/matters/{matter}/hit-reports", make)
        .route("/matters/{matter}/hit-reports/{report}", get(hit_reports::show))
        .route("/matters/{matter}/hit-reports/{report}/rerun", post(hit_reports::rerun))
        .route("/matters/{matter}/hit-reports/{report}/export", get(hit_reports::export))
        .route("/matters/{matter}/hit-reports/{report}/compare", get(hit_reports::compare))
        .route("/matters/{matter}/hit-reports/{report}/compare/documents", get(hit_reports::compare_documents))
}

fn of_processing() -> Router<App> {
    Router::new()
        .route("/matters/{matter}/processing", get(processing::show))
        .route("/matters/{matter}/runs/{run}/repeat", post(intake::repeat))
        .route("/matters/{matter}/exceptions", get(exceptions::list))
        .route("/matters/{matter}/exceptions/export", get(exceptions::export))
        .route("/matters/{matter}/exceptions/acceptance", post(exceptions::accept))
        .route("/matters/{matter}/intake", get(intake::show).post(intake::start))
        .route("/matters/{matter}/intake/retry", post(intake::retry))
        .route("/matters/{matter}/intake/pause", post(intake::pause))
        .route("/matters/{matter}/intake/resume", post(intake::resume))
        .route("/matters/{matter}/intake/cancel", post(intake::cancel))
        .route("/matters/{matter}/intake/folders", get(intake::folders))
        .route("/matters/{matter}/uploads", get(uploads::list).post(uploads::begin))
        .route("/matters/{matter}/uploads/{upload}", get(uploads::show).delete(uploads::remove))
        // A file is as long as it is: what limits it is the option of the server, not that of other bodies.
        .route("/matters/{matter}/uploads/{upload}/file", put(uploads::put).layer(DefaultBodyLimit::disable()))
}

fn of_a_document() -> Router<App> {
    Router::new()
        .route("/matters/{matter}/documents/{control_number}", get(documents::show))
        .route("/matters/{matter}/documents/{control_number}/text", get(documents::text))
        .route("/matters/{matter}/documents/{control_number}/hits", post(passages::hits))
        .route("/matters/{matter}/documents/{control_number}/terms", post(passages::terms))
        .route("/matters/{matter}/documents/{control_number}/passage", post(passages::preview))
        .route("/matters/{matter}/documents/{control_number}/coding", get(coding::show).post(coding::record))
        .route(
            "/matters/{matter}/documents/{control_number}/annotations",
            get(annotations::list).post(annotations::create),
        )
        .route("/matters/{matter}/documents/{control_number}/history", get(history::show))
}

/// Puts the same guards on every response; a response that has its own keeps it.
async fn guarded(request: Request, next: Next) -> Response {
    let guards: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in guards {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Keeps answers about matters out of caches.
async fn never_kept(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Logs each request once: never its body, nor what comes after the `?`.
async fn logged(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = std::time::Instant::now();
    let response = next.run(request).await;
    let (status, elapsed_ms) = (response.status().as_u16(), started.elapsed().as_millis());
    match response.extensions().get::<InternalCause>() {
        Some(InternalCause(cause)) => {
            tracing::error!(%method, path, status, elapsed_ms, cause = format!("{cause:#}"), "a request failed");
        }
        None => tracing::debug!(%method, path, status, elapsed_ms, "answered"),
    }
    response
}

fn after_panic(_: Box<dyn std::any::Any + Send>) -> Response {
    use axum::response::IntoResponse as _;
    ApiError::Internal(anyhow::anyhow!("a handler panicked; the lines before this say where")).into_response()
}
