//! Searching, reading and downloading documents.

use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{MATTER, Server, document, in_matter};

fn numbers(result: &Value) -> Vec<&str> {
    let hits = result["hits"].as_array().unwrap();
    hits.iter().map(|hit| hit["control_number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_search_finds_counts_and_shows_where() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    let search = async |body: Value| reviewer.post(&in_matter("/search"), body).await;
    let found = search(json!({ "query": "price", "sort": ["control_number"] })).await.json();
    assert_eq!((found["total"].as_u64(), numbers(&found)), (Some(2), vec!["ACME-0000001", "ACME-0000003"]));
    let snippet = &found["hits"][0]["snippets"][0];
    let [start, end] = [0, 1].map(|at| usize::try_from(snippet["highlights"][0][at].as_u64().unwrap()).unwrap());
    let text: Vec<char> = snippet["text"].as_str().unwrap().chars().collect();
    assert_eq!(text[start..end].iter().collect::<String>().to_lowercase(), "price");
    assert_eq!(search(json!({})).await.json()["total"], 4);
    let bad = search(json!({ "query": "(price" })).await;
    bad.refused(422, "bad_query");
    search(json!({ "query": "price", "limit": 201 })).await.refused(400, "bad_request");
    search(json!({ "query": "price", "cursor": "x" })).await.refused(400, "bad_request");
    search(json!({ "qeury": "price" })).await.refused(400, "bad_request");
}

#[tokio::test]
async fn a_document_is_shown_with_its_text_and_hits() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    let shown = reviewer.get(&document(2, "")).await.json();
    assert_eq!(
        (shown["custodian"].as_str(), shown["file_name"].as_str(), shown["type"].as_str()),
        (Some("Ada"), Some("notice.txt"), Some("txt"))
    );
    assert_eq!(shown["family"].as_array().unwrap().len(), 1);
    let text = reviewer.get(&document(2, "/text")).await.json();
    assert!(text["text"].as_str().unwrap().starts_with("Early 💼 notice of breach"));
    let hits = reviewer.post(&document(2, "/hits"), json!({ "query": "notice" })).await.json();
    assert_eq!(hits["ranges"], json!([[8, 14]]));
    let passage = reviewer.post(&document(2, "/passage"), json!({ "start": 8, "end": 24 })).await.json();
    assert_eq!(passage["quote"], "notice of breach");
    for bad in [json!({ "start": 8, "end": 8 }), json!({ "start": 8, "end": 9999 }), json!({ "start": 1 })] {
        reviewer.post(&document(2, "/passage"), bad).await.refused(422, "bad_passage");
    }
    for missing in ["ACME-0000099", "acme-0000001", "ACME-1", "x"] {
        reviewer.get(&in_matter(&format!("/documents/{missing}"))).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn natives_come_whole_or_in_parts_and_never_as_a_page() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    let native = document(3, "/native");
    let whole = reviewer.get(&native).await.expect(StatusCode::OK);
    assert!(whole.body.starts_with(b"<html>"));
    assert_eq!(whole.header("content-type"), "application/octet-stream");
    assert!(whole.header("content-disposition").starts_with("attachment"));
    assert!(whole.header("content-security-policy").starts_with("sandbox"));
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    let ask = async |headers: &[(&str, &str)]| reviewer.send("GET", &native, Body::empty(), headers).await;
    let part = ask(&[("range", "bytes=1-4")]).await.expect(StatusCode::PARTIAL_CONTENT);
    assert_eq!(&part.body[..], b"html");
    assert_eq!(part.header("content-range"), format!("bytes 1-4/{}", whole.body.len()));
    let past = ask(&[("range", "bytes=99999-")]).await;
    assert_eq!(past.header("content-range"), format!("bytes */{}", whole.body.len()));
    past.refused(416, "range_not_satisfiable");
    let tag = whole.header("etag").to_owned();
    ask(&[("if-none-match", &tag)]).await.expect(StatusCode::NOT_MODIFIED);
    ask(&[("range", "bytes=1-4"), ("if-range", "\"other\"")]).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn strange_requests_get_our_own_refusals() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    reviewer.get("/api/v1/nothing").await.refused(404, "not_found");
    reviewer.get("/api/v2/session").await.refused(404, "not_found");
    reviewer.json("PATCH", "/api/v1/session", json!({})).await.refused(405, "method_not_allowed");
    let text = [("content-type", "text/plain")];
    reviewer.send("POST", &in_matter("/search"), "{}".into(), &text).await.refused(415, "unsupported_media_type");
    let is_json = [("content-type", "application/json")];
    for (body, status, code) in [("{", 400, "bad_request"), ("[]", 400, "bad_request")] {
        reviewer.send("POST", &in_matter("/search"), body.into(), &is_json).await.refused(status, code);
    }
    let large = format!("{{\"query\":\"{}\"}}", "a".repeat(2_000_000));
    reviewer.send("POST", &in_matter("/search"), large.into(), &is_json).await.refused(413, "too_large");
    reviewer.get(&in_matter("/annotations/x")).await.refused(405, "method_not_allowed");
    reviewer.json("DELETE", &in_matter("/annotations/x"), json!(null)).await.refused(404, "not_found");
}

#[tokio::test]
async fn pages_are_guarded() {
    let server = Server::new().await;
    let answer = server.browser().get("/matters/acme/review").await.expect(StatusCode::OK);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(server.browser().get("/api/v1/session").await.header("cache-control"), "no-store");
    server.browser().get("/assets/none.js").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_matter_nothing_was_ingested_into_is_empty_not_broken() {
    let server = Server::new().await;
    let writing = server.app.store().write().await.unwrap();
    let slug: redwell_model::MatterSlug = "blank".parse().unwrap();
    let (name, client, description) = ("Blank".to_owned(), String::new(), String::new());
    let time_zone = redwell::review::time_zone::MatterZone::default();
    let row = redwell::store::MatterRow { slug: slug.clone(), name, client, description, time_zone };
    writing.put_matter(row, "2026-01-05T10:00:00.000000Z".into()).await.unwrap();
    let lead = server.app.store().user_by_name("lead").await.unwrap().unwrap();
    writing.put_member(&slug, lead.id, redwell_model::Role::Lead).await.unwrap();
    writing.commit().await.unwrap();
    let lead = server.signed_in("lead").await;
    let shown = lead.get("/api/v1/matters/blank").await.json();
    assert_eq!((shown["documents"].as_u64(), shown["prefix"].as_str()), (Some(0), Some("BLANK")));
    assert_eq!(lead.get("/api/v1/matters/blank/progress").await.json()["documents"], 0);
    assert_eq!(lead.get("/api/v1/matters/blank/taxonomies").await.json(), json!({ "items": [] }));
    lead.post("/api/v1/matters/blank/search", json!({})).await.refused(409, "matter_empty");
}

/// Copies the files of a folder, and what `change` makes of those named so.
fn copy_changed(from: &Path, to: &Path, name: &str, change: &dyn Fn(String) -> String) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_changed(&entry.path(), &target, name, change);
        } else if entry.file_name() == name {
            fs::write(&target, change(fs::read_to_string(entry.path()).unwrap())).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_matter_with_an_index_of_another_version_is_listed_and_says_what_to_do() {
    let server = Server::new().await;
    let (matters, shared) = (server.data.path().join("matters"), server.data.path().join("shared"));
    fs::rename(&matters, &shared).unwrap();
    let older = |meta: String| meta.replace("sha1_digits", "sha1_before");
    copy_changed(&shared.join(MATTER), &matters.join(MATTER), "meta.json", &older);
    let lead = server.signed_in("lead").await;
    let listed = lead.get("/api/v1/matters").await.expect(StatusCode::OK).json();
    assert_eq!((&listed["items"][0]["documents"], &listed["items"][0]["prefix"]), (&json!(4), &json!("ACME")));
    lead.post(&in_matter("/search"), json!({ "query": "price" })).await.refused(409, "index_outdated");
}
