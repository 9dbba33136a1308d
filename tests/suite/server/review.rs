//! Coding and annotations: append-only, idempotent, undone by further decisions, searchable at once.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{BREACH, Browser, NOTICE, PRICE, Server, document, in_matter};

fn concepts(coding: &Value) -> Vec<&str> {
    coding["concepts"].as_array().unwrap().iter().map(|concept| concept["concept"].as_str().unwrap()).collect()
}

async fn total(browser: &Browser, body: Value) -> u64 {
    browser.post(&in_matter("/search"), body).await.json()["total"].as_u64().unwrap()
}

#[tokio::test]
async fn a_decision_counts_once_and_is_undone_by_another() {
    let server = Server::new().await.with_taxonomy().await;
    let reviewer = server.signed_in("reviewer").await;
    let path = document(1, "/coding");
    let decide = async |set: &[&str], clear: &[&str], request: &str| {
        reviewer.post(&path, json!({ "set": set, "clear": clear, "request_id": request })).await
    };
    assert_eq!(concepts(&decide(&[BREACH, PRICE], &[], "1").await.json()), [BREACH, PRICE]);
    assert_eq!(concepts(&decide(&[], &[BREACH], "2").await.json()), [PRICE]);
    // The first request comes again, as after a lost answer: it was counted already.
    assert_eq!(concepts(&decide(&[BREACH, PRICE], &[], "1").await.json()), [PRICE]);
    assert_eq!(concepts(&decide(&[BREACH], &[PRICE], "3").await.json()), [BREACH]);
    decide(&["https://example.org/unknown"], &[], "4").await.refused(422, "unknown_concept");
    decide(&[BREACH], &[BREACH], "5").await.refused(422, "concept_twice");
    decide(&[], &[], "6").await.refused(422, "empty_decision");
    decide(&[BREACH], &[], "").await.refused(422, "bad_request_id");
    let history = reviewer.get(&document(1, "/history")).await.json();
    let actions: Vec<&str> =
        history["items"].as_array().unwrap().iter().map(|item| item["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "coded").count(), 3);
    assert_eq!(actions.iter().filter(|action| **action == "uncoded").count(), 2);
}

#[tokio::test]
async fn decisions_and_annotations_are_found_by_who_made_them_when_and_what_they_say() {
    let server = Server::new().await.with_taxonomy().await;
    let (reviewer, lead) = (server.signed_in("reviewer").await, server.signed_in("lead").await);
    let find = async |query: &str| total(&lead, json!({ "query": query })).await;
    reviewer.post(&document(1, "/coding"), json!({ "set": [PRICE], "request_id": "1" })).await.expect(StatusCode::OK);
    lead.post(&document(1, "/coding"), json!({ "set": [PRICE], "request_id": "1" })).await.expect(StatusCode::OK);
    lead.post(&document(2, "/coding"), json!({ "set": [BREACH], "request_id": "2" })).await.expect(StatusCode::OK);
    for (query, expected) in [
        ("coded:(by=reviewer)", 1),
        ("coded:(by=lead)", 1),
        ("coded:(at=2000..)", 2),
        ("coded:(by=lead at=2000..) AND coded:(by=reviewer)", 0),
        ("coded:yes NOT coded:(by=reviewer)", 1),
        ("coded:(at=..1999)", 0),
        ("note:price", 0),
    ] {
        assert_eq!(find(query).await, expected, "{query}");
    }
    lead.post(&document(1, "/coding"), json!({ "clear": [PRICE], "request_id": "3" })).await.expect(StatusCode::OK);
    assert_eq!(find("coded:(by=reviewer)").await, 0, "what was taken back does not stand");
    for (query, expected) in [("conflict:yes", 1), ("conflict:Price", 1), ("conflict:Breach", 0), ("conflict:None", 0)]
    {
        assert_eq!(find(query).await, expected, "{query}");
    }
    reviewer.post(&document(1, "/coding"), json!({ "clear": [PRICE], "request_id": "4" })).await.expect(StatusCode::OK);
    assert_eq!(find("conflict:yes").await, 0, "they agree again");

    let new = json!({ "start": 0, "end": 5, "concepts": [BREACH], "note": "Call the client.", "request_id": "1" });
    let path = document(1, "/annotations");
    let made = reviewer.post(&path, new).await.expect(StatusCode::CREATED).json();
    for (query, expected) in [
        ("note:\"call the client\"", 1),
        ("note:(call w/2 client) AND annotated:yes", 1),
        ("note:(NOT call)", 0),
        ("annotated:Breach", 1),
        ("annotated:Price", 0),
        ("annotated:(by=reviewer at=2000..)", 1),
        ("annotated:(by=lead)", 0),
    ] {
        assert_eq!(find(query).await, expected, "{query}");
    }
    let one = in_matter(&format!("/annotations/{}", made["id"]));
    reviewer.json("DELETE", &one, json!(null)).await.expect(StatusCode::OK);
    assert_eq!((find("note:call").await, find("annotated:(by=reviewer)").await), (0, 0));

    for (query, why) in [("batch:One", "no batch and no batch set goes by"), ("note:syn(call)", "synonyms")] {
        let refused = lead.post(&in_matter("/search"), json!({ "query": query })).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(String::from_utf8_lossy(&refused.body).contains(why), "{query}: {refused:?}");
    }
    let told = lead.post(&in_matter("/search"), json!({ "query": "coded:(by=stranger)" })).await.json();
    let told = told["warnings"][0]["message"].as_str().unwrap();
    assert!(told.contains("nobody who signs in as `stranger`"), "{told}");
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let server = Server::new().await.with_taxonomy().await;
    let reviewer = server.signed_in("reviewer").await;
    let coded = json!({ "set": [PRICE], "request_id": "1" });
    reviewer.post(&document(1, "/coding"), coded).await.expect(StatusCode::OK);
    // The files as they are on disk now, nothing closed: what a killed server leaves behind.
    let copy = tempfile::tempdir().unwrap();
    for name in ["review.db", "review.db-wal"] {
        std::fs::copy(server.data.path().join(name), copy.path().join(name)).unwrap();
    }
    let store = redwell::store::Store::open(copy.path()).await.unwrap();
    let decisions = store.decisions_on(&"acme".parse().unwrap(), 1).await.unwrap();
    assert_eq!(decisions.len(), 1);
    assert_eq!(store.check_audit().await.unwrap().1, None);
}

#[tokio::test]
async fn a_decision_is_searchable_at_once_by_label_notation_and_name() {
    let server = Server::new().await.with_taxonomy().await;
    let reviewer = server.signed_in("reviewer").await;
    let search = |query: &str| json!({ "query": query });
    assert_eq!(total(&reviewer, search("tag:breach")).await, 0);
    let coded = json!({ "set": [NOTICE], "request_id": "1" });
    reviewer.post(&document(2, "/coding"), coded).await.expect(StatusCode::OK);
    for query in ["tag:breach", "tag:BREACH", "tag:\"notice of breach\"", "tag:1", "tag:notice"] {
        assert_eq!(total(&reviewer, search(query)).await, 1, "{query}");
    }
    assert_eq!(total(&reviewer, search("tag:price")).await, 0);
    assert_eq!(total(&reviewer, search("NOT tag:breach")).await, 3);
    assert_eq!(total(&reviewer, json!({ "filters": { "any": { "concept": [BREACH] } } })).await, 1);
    assert_eq!(total(&reviewer, json!({ "filters": { "any": { "review": ["uncoded"] } } })).await, 3);
    let warned = reviewer.post(&in_matter("/search"), search("tag:nonsense")).await.json();
    assert_eq!(warned["warnings"].as_array().unwrap().len(), 1);
    let progress = server.signed_in("client").await.get(&in_matter("/progress")).await.json();
    assert_eq!((progress["documents"].as_u64(), progress["coded"].as_u64()), (Some(4), Some(1)));
    assert_eq!(progress["by_concept"][0]["label"], "Notice of breach");
}

#[tokio::test]
async fn an_annotation_lives_through_its_events() {
    let server = Server::new().await.with_taxonomy().await;
    let analyst = server.signed_in("analyst").await;
    let new = json!({ "request_id": "1", "start": 8, "end": 24, "concepts": [NOTICE], "note": "here" });
    let path = document(2, "/annotations");
    let made = analyst.post(&path, new.clone()).await.expect(StatusCode::CREATED).json();
    assert_eq!((made["quote"].as_str(), made["author"].as_str()), (Some("notice of breach"), Some("analyst")));
    let again = analyst.post(&path, new).await.expect(StatusCode::CREATED).json();
    assert_eq!(again["id"], made["id"]);
    let one = in_matter(&format!("/annotations/{}", made["id"]));
    let changed = analyst.json("PATCH", &one, json!({ "request_id": "2", "note": "there" })).await.json();
    assert_eq!((changed["note"].as_str(), concepts_of(&changed)), (Some("there"), vec![NOTICE]));
    assert_eq!(total(&analyst, json!({ "filters": { "any": { "review": ["annotated"] } } })).await, 1);
    let deleted = analyst.json("DELETE", &one, json!(null)).await.json();
    assert_eq!(deleted["deleted"], true);
    assert_eq!(analyst.get(&path).await.json(), json!({ "items": [] }));
    assert_eq!(total(&analyst, json!({ "filters": { "any": { "review": ["annotated"] } } })).await, 0);
    analyst.json("PATCH", &one, json!({ "request_id": "3", "note": "x" })).await.refused(409, "annotation_deleted");
    let restored = analyst.post(&format!("{one}/restore"), json!(null)).await.json();
    assert_eq!((restored["deleted"].as_bool(), restored["note"].as_str()), (Some(false), Some("there")));
    let history = analyst.get(&document(2, "/history")).await.json();
    assert_eq!(history["items"].as_array().unwrap().len(), 4);
    let empty = json!({ "request_id": "4", "start": 0, "end": 5 });
    analyst.post(&path, empty).await.refused(422, "empty_annotation");
}

fn concepts_of(annotation: &Value) -> Vec<&str> {
    annotation["concepts"].as_array().unwrap().iter().map(|iri| iri.as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_taxonomy_is_imported_again_as_its_next_version() {
    let server = Server::new().await.with_taxonomy().await.with_taxonomy().await;
    let lead = server.signed_in("lead").await;
    let listed = lead.get(&in_matter("/taxonomies")).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let taxonomy = &listed["items"][0];
    assert_eq!((taxonomy["version"].as_u64(), taxonomy["imported_by"].as_str()), (Some(2), Some("lead")));
    let labels: Vec<&str> =
        taxonomy["concepts"].as_array().unwrap().iter().map(|concept| concept["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["Breach", "Notice of breach", "Price"]);
    assert_eq!(taxonomy["concepts"][1]["top"], BREACH);
    let turtle = [("content-type", "text/turtle")];
    let bad = lead.send("POST", &in_matter("/taxonomies"), "this is\nnot Turtle".into(), &turtle).await;
    bad.refused(422, "bad_taxonomy");
}
