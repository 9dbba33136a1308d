//! The wall: every route, asked by everybody. A route that is not in the table fails the test.

use axum::body::Body;
use axum::http::StatusCode;
use redwell_model::{Right, Role};
use serde_json::{Value, json};

use super::{BREACH, MATTER, Server, in_matter};

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    /// Everybody, signed in or not.
    Everybody,
    /// Everybody who is signed in.
    SignedIn,
    /// Who manages the installation.
    Root,
    /// Members of the matter with a right.
    With(Right),
}

/// Every route: method, path, who may ask, and a body that is understood.
fn table() -> Vec<(&'static str, &'static str, Who, Value)> {
    use Right::{
        Annotate, Code, ManageBatches, ManageMembers, ManageProcessing, ManageTaxonomies, PrepareDeliverables,
        ReadAudit, ReadDocuments, ReleaseDeliverables, SeeProgress,
    };
    use Who::{Everybody, Root, SignedIn, With};
    let none = || Value::Null;
    vec![
        ("post", "/api/v1/session", Everybody, json!({ "name": "nobody", "password": "x" })),
        ("get", "/api/v1/session", SignedIn, none()),
        ("delete", "/api/v1/session", Everybody, none()),
        ("put", "/api/v1/session/password", SignedIn, json!({ "current": "x", "new": "x" })),
        ("get", "/api/v1/users", Root, none()),
        ("post", "/api/v1/users", Root, json!({ "name": "", "display_name": "", "password": "" })),
        ("get", "/api/v1/openapi.json", Everybody, none()),
        ("get", "/api/v1/matters", SignedIn, none()),
        ("get", "/api/v1/matters/{matter}", With(SeeProgress), none()),
        ("patch", "/api/v1/matters/{matter}", With(ManageProcessing), json!({ "time_zone": "UTC" })),
        ("get", "/api/v1/matters/{matter}/progress", With(SeeProgress), none()),
        ("post", "/api/v1/matters/{matter}/search", With(ReadDocuments), json!({ "query": "" })),
        ("post", "/api/v1/matters/{matter}/facets", With(ReadDocuments), json!({})),
        (
            "post",
            "/api/v1/matters/{matter}/search/order",
            With(ReadDocuments),
            json!({ "query": "", "offset": 0, "limit": 10 }),
        ),
        ("post", "/api/v1/matters/{matter}/search/as-query", With(ReadDocuments), json!({ "query": "" })),
        ("post", "/api/v1/matters/{matter}/timeline", With(ReadDocuments), json!({ "query": "" })),
        ("post", "/api/v1/matters/{matter}/query", With(ReadDocuments), json!({ "query": "a" })),
        ("post", "/api/v1/matters/{matter}/query/list", With(ReadDocuments), json!({ "terms": "a" })),
        (
            "post",
            "/api/v1/matters/{matter}/query/completions",
            With(ReadDocuments),
            json!({ "text": "saved:", "position": 6 }),
        ),
        ("post", "/api/v1/matters/{matter}/query/build", With(ReadDocuments), json!({ "rows": [] })),
        ("post", "/api/v1/matters/{matter}/query/rows", With(ReadDocuments), json!({ "query": "a" })),
        ("post", "/api/v1/matters/{matter}/terms", With(ReadDocuments), json!({ "prefix": "a" })),
        (
            "post",
            "/api/v1/matters/{matter}/why",
            With(ReadDocuments),
            json!({ "query": "a", "control_number": "ACME-0000001" }),
        ),
        ("get", "/api/v1/matters/{matter}/saved-searches", With(ReadDocuments), none()),
        ("post", "/api/v1/matters/{matter}/saved-searches", With(ReadDocuments), json!({ "name": "", "query": "a" })),
        ("patch", "/api/v1/matters/{matter}/saved-searches/{saved_search}", With(ReadDocuments), json!({})),
        ("delete", "/api/v1/matters/{matter}/saved-searches/{saved_search}", With(ReadDocuments), none()),
        ("put", "/api/v1/matters/{matter}/saved-searches/{saved_search}/subscription", With(ReadDocuments), none()),
        ("delete", "/api/v1/matters/{matter}/saved-searches/{saved_search}/subscription", With(ReadDocuments), none()),
        ("post", "/api/v1/matters/{matter}/saved-searches/{saved_search}/seen", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/batch-sets", With(ReadDocuments), none()),
        (
            "post",
            "/api/v1/matters/{matter}/batch-sets",
            With(ManageBatches),
            json!({ "name": "", "selection": { "ordinals": [1] }, "size": 1 }),
        ),
        (
            "post",
            "/api/v1/matters/{matter}/batch-sets/preview",
            With(ManageBatches),
            json!({ "selection": { "ordinals": [1] }, "size": 1 }),
        ),
        ("get", "/api/v1/matters/{matter}/batch-sets/{batch_set}", With(ReadDocuments), none()),
        ("post", "/api/v1/matters/{matter}/batch-sets/{batch_set}/withdraw", With(ManageBatches), none()),
        ("post", "/api/v1/matters/{matter}/batch-sets/{batch_set}/restore", With(ManageBatches), none()),
        ("post", "/api/v1/matters/{matter}/batch-sets/{batch_set}/check-out-next", With(Code), none()),
        ("post", "/api/v1/matters/{matter}/batches/{batch}/check-out", With(Code), json!({})),
        ("post", "/api/v1/matters/{matter}/batches/{batch}/check-in", With(Code), json!({})),
        ("post", "/api/v1/matters/{matter}/batches/{batch}/release", With(Code), none()),
        ("get", "/api/v1/matters/{matter}/bulk", With(ReadDocuments), none()),
        (
            "post",
            "/api/v1/matters/{matter}/bulk",
            With(Code),
            json!({ "selection": { "ordinals": [1] }, "set": [BREACH], "request_id": "wall" }),
        ),
        (
            "post",
            "/api/v1/matters/{matter}/bulk/preview",
            With(Code),
            json!({ "selection": { "ordinals": [1] }, "set": [BREACH], "request_id": "wall" }),
        ),
        (
            "post",
            "/api/v1/matters/{matter}/bulk/export",
            With(ReadDocuments),
            json!({ "selection": { "ordinals": [1] }, "columns": ["title"] }),
        ),
        ("post", "/api/v1/matters/{matter}/bulk/control-numbers", With(ReadDocuments), json!({ "ordinals": [1] })),
        ("get", "/api/v1/matters/{matter}/bulk/{action}", With(ReadDocuments), none()),
        ("post", "/api/v1/matters/{matter}/bulk/{action}/undo", With(Code), none()),
        ("get", "/api/v1/matters/{matter}/search-history", With(ReadDocuments), none()),
        ("put", "/api/v1/matters/{matter}/search-history", With(ReadDocuments), json!({ "is_kept": true })),
        ("delete", "/api/v1/matters/{matter}/search-history", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/document-lists", With(ReadDocuments), none()),
        ("post", "/api/v1/matters/{matter}/document-lists", With(PrepareDeliverables), json!({ "name": "" })),
        ("delete", "/api/v1/matters/{matter}/document-lists/{list}", With(PrepareDeliverables), none()),
        ("get", "/api/v1/matters/{matter}/synonyms", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/synonyms/export", With(ReadDocuments), none()),
        ("put", "/api/v1/matters/{matter}/synonyms", With(ManageTaxonomies), json!({ "version": 0, "groups": [] })),
        ("get", "/api/v1/matters/{matter}/hit-reports", With(ReadDocuments), none()),
        (
            "post",
            "/api/v1/matters/{matter}/hit-reports",
            With(PrepareDeliverables),
            json!({ "name": "", "terms": "a" }),
        ),
        ("get", "/api/v1/matters/{matter}/hit-reports/{report}", With(ReadDocuments), none()),
        ("post", "/api/v1/matters/{matter}/hit-reports/{report}/rerun", With(PrepareDeliverables), json!({})),
        ("get", "/api/v1/matters/{matter}/hit-reports/{report}/export", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/hit-reports/{report}/compare", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/hit-reports/{report}/compare/documents", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/documents/{control_number}", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/documents/{control_number}/text", With(ReadDocuments), none()),
        (
            "post",
            "/api/v1/matters/{matter}/documents/{control_number}/hits",
            With(ReadDocuments),
            json!({ "query": "a" }),
        ),
        (
            "post",
            "/api/v1/matters/{matter}/documents/{control_number}/terms",
            With(ReadDocuments),
            json!({ "query": "a" }),
        ),
        (
            "post",
            "/api/v1/matters/{matter}/documents/{control_number}/passage",
            With(ReadDocuments),
            json!({ "start": 0, "end": 3 }),
        ),
        ("get", "/api/v1/matters/{matter}/documents/{control_number}/native", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/documents/{control_number}/coding", With(ReadDocuments), none()),
        (
            "post",
            "/api/v1/matters/{matter}/documents/{control_number}/coding",
            With(Code),
            json!({ "set": [BREACH], "request_id": "wall" }),
        ),
        ("get", "/api/v1/matters/{matter}/documents/{control_number}/annotations", With(ReadDocuments), none()),
        (
            "post",
            "/api/v1/matters/{matter}/documents/{control_number}/annotations",
            With(Annotate),
            json!({ "start": 0, "end": 3, "note": "n", "request_id": "wall" }),
        ),
        ("get", "/api/v1/matters/{matter}/documents/{control_number}/history", With(ReadDocuments), none()),
        (
            "patch",
            "/api/v1/matters/{matter}/annotations/{annotation}",
            With(Annotate),
            json!({ "note": "n", "request_id": "wall 2" }),
        ),
        ("delete", "/api/v1/matters/{matter}/annotations/{annotation}", With(Annotate), none()),
        ("post", "/api/v1/matters/{matter}/annotations/{annotation}/restore", With(Annotate), none()),
        ("get", "/api/v1/matters/{matter}/events", With(SeeProgress), none()),
        ("get", "/api/v1/matters/{matter}/taxonomies", With(ReadDocuments), none()),
        ("post", "/api/v1/matters/{matter}/taxonomies", With(ManageTaxonomies), json!("not Turtle")),
        ("get", "/api/v1/matters/{matter}/exceptions", With(ReadDocuments), none()),
        ("get", "/api/v1/matters/{matter}/exceptions/export", With(ReadDocuments), none()),
        (
            "post",
            "/api/v1/matters/{matter}/exceptions/acceptance",
            With(ManageProcessing),
            json!({ "keys": [], "accepted": true, "request_id": "wall" }),
        ),
        ("get", "/api/v1/matters/{matter}/processing", With(ReadDocuments), none()),
        ("post", "/api/v1/matters/{matter}/runs/{run}/repeat", With(ManageProcessing), json!({})),
        ("get", "/api/v1/matters/{matter}/intake", With(ManageProcessing), none()),
        ("post", "/api/v1/matters/{matter}/intake", With(ManageProcessing), json!({ "sources": [] })),
        (
            "post",
            "/api/v1/matters/{matter}/intake/retry",
            With(ManageProcessing),
            json!({ "reading": { "cpu_seconds": 0 } }),
        ),
        ("post", "/api/v1/matters/{matter}/intake/pause", With(ManageProcessing), none()),
        ("post", "/api/v1/matters/{matter}/intake/resume", With(ManageProcessing), none()),
        ("post", "/api/v1/matters/{matter}/intake/cancel", With(ManageProcessing), none()),
        ("get", "/api/v1/matters/{matter}/intake/folders", With(ManageProcessing), none()),
        ("get", "/api/v1/matters/{matter}/uploads", With(ManageProcessing), none()),
        ("post", "/api/v1/matters/{matter}/uploads", With(ManageProcessing), none()),
        ("get", "/api/v1/matters/{matter}/uploads/{upload}", With(ManageProcessing), none()),
        ("delete", "/api/v1/matters/{matter}/uploads/{upload}", With(ManageProcessing), none()),
        ("put", "/api/v1/matters/{matter}/uploads/{upload}/file", With(ManageProcessing), none()),
        ("get", "/api/v1/matters/{matter}/deliverables", With(SeeProgress), none()),
        ("post", "/api/v1/matters/{matter}/deliverables", With(PrepareDeliverables), json!({ "title": "" })),
        ("get", "/api/v1/matters/{matter}/deliverables/{deliverable}", With(SeeProgress), none()),
        ("post", "/api/v1/matters/{matter}/deliverables/{deliverable}/release", With(ReleaseDeliverables), none()),
        ("post", "/api/v1/matters/{matter}/deliverables/{deliverable}/withdraw", With(ReleaseDeliverables), none()),
        ("get", "/api/v1/matters/{matter}/deliverables/{deliverable}/download", With(SeeProgress), none()),
        ("get", "/api/v1/matters/{matter}/members", With(ManageMembers), none()),
        ("put", "/api/v1/matters/{matter}/members/{name}", With(ManageMembers), json!({ "role": "reviewer" })),
        ("delete", "/api/v1/matters/{matter}/members/{name}", With(ManageMembers), none()),
        ("get", "/api/v1/matters/{matter}/audit", With(ReadAudit), none()),
    ]
}

/// The routes of the interface's own description, as method and path.
fn described() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&redwell::api::openapi::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods = paths
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())));
    let mut all: Vec<_> = methods.collect();
    all.sort();
    all
}

#[test]
fn the_table_has_every_route_of_the_interface() {
    let mut known: Vec<_> =
        table().iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    known.sort();
    assert_eq!(known, described());
}

/// Asks a route of a matter; status and code.
async fn ask(server: &Server, name: Option<&str>, matter: &str, route: &(&str, &str, Who, Value)) -> (u16, String) {
    let (method, path, _, body) = route;
    let browser = match name {
        Some(name) => server.signed_in(name).await,
        None => server.browser(),
    };
    let path = path
        .replace("{matter}", matter)
        .replace("{control_number}", "ACME-0000001")
        .replace("{annotation}", "999")
        .replace("{deliverable}", "999")
        .replace("{run}", "999")
        .replace("{action}", "999")
        .replace("{batch_set}", "999")
        .replace("{batch}", "999")
        .replace("{report}", "999")
        .replace("{saved_search}", "999")
        .replace("{list}", "none")
        .replace("{upload}", "upload-9999")
        .replace("{name}", "nobody");
    let path = match path.rsplit('/').next() {
        Some("file") => format!("{path}?path=a.txt"),
        Some("compare") => format!("{path}?with=998"),
        Some("documents") if path.contains("/compare/") => format!("{path}?with=998&term=a"),
        _ => path,
    };
    let headers = [
        ("host", "redwell.test".to_owned()),
        ("sec-fetch-site", "same-origin".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    let body = if body.is_null() { Body::empty() } else { body.to_string().into() };
    let response = browser.response(&method.to_uppercase(), &path, body, &headers).await;
    let status = response.status();
    if status.is_success() {
        // A stream of events has no end to wait for.
        return (status.as_u16(), String::new());
    }
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    (status.as_u16(), value["code"].as_str().unwrap_or_default().to_owned())
}

fn is_walled(route: &(&str, &str, Who, Value)) -> bool {
    matches!(route.2, Who::With(_))
}

#[tokio::test]
async fn nobody_signed_in_gets_401_everywhere() {
    let server = Server::new().await;
    for route in table() {
        let answer = ask(&server, None, MATTER, &route).await;
        let expected = if route.2 == Who::Everybody { continue } else { (401, "not_signed_in".to_owned()) };
        assert_eq!(answer, expected, "{} {}", route.0, route.1);
    }
}

#[tokio::test]
async fn who_is_not_on_the_matter_learns_nothing_of_it() {
    let server = Server::new().await;
    for route in table().iter().filter(|route| is_walled(route)) {
        for name in ["stranger", "neighbour", "root"] {
            let there = ask(&server, Some(name), MATTER, route).await;
            assert_eq!(there, (404, "not_found".to_owned()), "{} {} by {name}", route.0, route.1);
            let nowhere = ask(&server, Some(name), "no-such-matter", route).await;
            assert_eq!(there, nowhere, "{} {} by {name}", route.0, route.1);
        }
        let nonsense = ask(&server, Some("lead"), "..%2F..%2Fetc", route).await;
        assert_eq!(nonsense, (404, "not_found".to_owned()), "{} {}", route.0, route.1);
    }
}

#[tokio::test]
async fn each_role_gets_what_its_rights_allow() {
    let server = Server::new().await.with_taxonomy().await;
    for route in table().iter().filter(|route| is_walled(route)) {
        let Who::With(right) = route.2 else { continue };
        for role in Role::ALL {
            let (status, code) = ask(&server, Some(role.as_str()), MATTER, route).await;
            let about = format!("{} {} by {role}: {status} {code}", route.0, route.1);
            if role.may(right) {
                // Whatever the answer is, it is not about rights; and what is asked about is mostly not there.
                assert!(code != "not_permitted" && status != 401 && status < 500, "{about}");
                let names_something_missing = [
                    "{annotation}",
                    "{deliverable}",
                    "{run}",
                    "{upload}",
                    "{report}",
                    "{saved_search}",
                    "{list}",
                    "{action}",
                    "{batch_set}",
                    "{batch}",
                ]
                .iter()
                .any(|part| route.1.contains(part))
                    || route.0 == "delete" && route.1.contains("{name}");
                assert_eq!(status == 404, names_something_missing, "{about}");
            } else {
                assert_eq!((status, code.as_str()), (403, "not_permitted"), "{about}");
            }
        }
    }
}

#[tokio::test]
async fn batches_of_another_matter_are_not_found_by_their_number() {
    let server = Server::new().await;
    let make = json!({ "name": "All", "stage": "QC", "selection": { "all_of": { "query": "" } }, "size": 1 });
    let neighbour = server.signed_in("neighbour").await;
    neighbour.post("/api/v1/matters/zenith/batch-sets", make).await.expect(StatusCode::CREATED);
    let lead = server.signed_in("lead").await;
    let sets = lead.get(&in_matter("/batch-sets")).await.json();
    assert_eq!(sets["items"], json!([]));
    for path in ["/batch-sets/1/withdraw", "/batch-sets/1/check-out-next", "/batches/1/check-out"] {
        lead.post(&in_matter(path), json!({})).await.refused(404, "not_found");
    }
    lead.post(&in_matter("/search"), json!({ "query": "batch:All" })).await.refused(422, "bad_query");
    let there = neighbour.post("/api/v1/matters/zenith/search", json!({ "query": "batch:All" })).await.json();
    assert_eq!(there["total"], 2);
}

#[tokio::test]
async fn only_who_manages_the_installation_sees_everybody() {
    let server = Server::new().await;
    for route in table().iter().filter(|route| route.2 == Who::Root) {
        for name in ["administrator", "lead", "stranger"] {
            assert_eq!(ask(&server, Some(name), MATTER, route).await, (403, "not_permitted".to_owned()), "{}", route.1);
        }
        let (status, _) = ask(&server, Some("root"), MATTER, route).await;
        assert!(status == 200 || status == 422, "{} {}: {status}", route.0, route.1);
    }
}

#[tokio::test]
async fn a_document_of_another_matter_is_not_found_by_its_number() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    let path = format!("/api/v1/matters/{MATTER}/documents/ZENITH-0000001");
    lead.get(&path).await.refused(404, "not_found");
    let matters = lead.get("/api/v1/matters").await.expect(StatusCode::OK).json();
    assert_eq!(matters["items"].as_array().unwrap().len(), 1);
    assert_eq!(server.signed_in("stranger").await.get("/api/v1/matters").await.json(), json!({ "items": [] }));
}
