//! Coding many documents at once: previews, chunks that nothing is lost between, undo, and what else is done with a
//! selection.

use axum::http::StatusCode;
use redwell::bulk;
use redwell::store::{BulkOrder, NewBulkAction};
use redwell_model::MatterSlug;
use serde_json::{Value, json};

use super::{BREACH, Browser, MATTER, PRICE, Server, document, in_matter};

fn slug() -> MatterSlug {
    MATTER.parse().unwrap()
}

/// Waits for the end of an action.
async fn ended(server: &Server, browser: &Browser, begun: &Value) -> Value {
    let number = begun["id"].as_i64().unwrap();
    // Carrying out a chunk waits its turn behind the one at work, so this ends when the action does.
    while bulk::chunk(&server.app, &slug(), number, 2).await.unwrap() {}
    browser.get(&in_matter(&format!("/bulk/{number}"))).await.json()
}

async fn coded_with(browser: &Browser, concept: &str) -> u64 {
    let body = json!({ "filters": { "any": { "concept": [concept] } } });
    browser.post(&in_matter("/search"), body).await.json()["total"].as_u64().unwrap()
}

#[tokio::test]
async fn many_documents_are_coded_and_taken_back_as_one() {
    let server = Server::new().await.with_taxonomy().await;
    let reviewer = server.signed_in("reviewer").await;
    let first = json!({ "set": [PRICE], "request_id": "1" });
    reviewer.post(&document(1, "/coding"), first).await.expect(StatusCode::OK);
    let order = json!({ "selection": { "all_of": { "query": "" }, "except": [4] }, "set": [PRICE], "request_id": "a" });
    let preview = reviewer.post(&in_matter("/bulk/preview"), order.clone()).await.json();
    assert_eq!(preview, json!({ "selected": 3, "documents": 3, "changed": 2, "kept": 1, "families_in_part": 0 }));
    let begun = reviewer.post(&in_matter("/bulk"), order.clone()).await.expect(StatusCode::ACCEPTED).json();
    let done = ended(&server, &reviewer, &begun).await;
    assert_eq!((&done["changed"], &done["kept"], &done["is_running"]), (&json!(2), &json!(1), &json!(false)));
    assert_eq!(coded_with(&reviewer, PRICE).await, 3);
    // The same request again is the same action.
    let again = reviewer.post(&in_matter("/bulk"), order).await.expect(StatusCode::ACCEPTED).json();
    assert_eq!(again["id"], begun["id"]);

    // Somebody decides otherwise on one of them, and that stays.
    let analyst = server.signed_in("analyst").await;
    for (set, clear, request) in [(vec![], vec![PRICE], "2"), (vec![PRICE], vec![], "3")] {
        let decided = json!({ "set": set, "clear": clear, "request_id": request });
        analyst.post(&document(2, "/coding"), decided).await.expect(StatusCode::OK);
    }
    let undo = in_matter(&format!("/bulk/{}/undo", begun["id"]));
    analyst.post(&undo, json!(null)).await.refused(403, "not_permitted");
    let undone = reviewer.post(&undo, json!(null)).await.expect(StatusCode::ACCEPTED).json();
    let undone = ended(&server, &reviewer, &undone).await;
    assert_eq!((&undone["changed"], &undone["kept"], &undone["undoes"]), (&json!(1), &json!(1), &begun["id"]));
    assert_eq!(coded_with(&reviewer, PRICE).await, 2);
    reviewer.post(&undo, json!(null)).await.refused(409, "already_undone");
    // An undo can be taken back too.
    let redo = reviewer.post(&in_matter(&format!("/bulk/{}/undo", undone["id"])), json!(null)).await;
    let redone = ended(&server, &reviewer, &redo.expect(StatusCode::ACCEPTED).json()).await;
    assert_eq!((&redone["changed"], coded_with(&reviewer, PRICE).await), (&json!(1), 3));
    let listed = reviewer.get(&in_matter("/bulk")).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
    assert_eq!(listed["items"][2]["undone_by"], undone["id"]);
    assert_eq!(server.app.store().check_audit().await.unwrap().1, None);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let server = Server::new().await.with_taxonomy().await;
    let reviewer = server.signed_in("reviewer").await;
    let begin = async |selection: Value, set: Value, request: &str| {
        let order = json!({ "selection": selection, "set": set, "request_id": request });
        reviewer.post(&in_matter("/bulk"), order).await
    };
    begin(json!({ "ordinals": [1] }), json!([]), "1").await.refused(422, "empty_decision");
    begin(json!({ "ordinals": [] }), json!([BREACH]), "1").await.refused(422, "nothing_selected");
    begin(json!({ "ordinals": [99] }), json!([BREACH]), "1").await.refused(422, "no_such_document");
    begin(json!({ "ordinals": [1] }), json!(["https://example.org/none"]), "1").await.refused(422, "unknown_concept");
    begin(json!({ "ordinals": [1] }), json!([BREACH]), "bulk:1:1").await.refused(422, "bad_request_id");
    let forged = json!({ "set": [PRICE], "request_id": "bulk:1:1" });
    reviewer.post(&document(1, "/coding"), forged).await.refused(422, "bad_request_id");
}

#[tokio::test]
async fn an_action_killed_between_chunks_goes_on_and_decides_nothing_twice() {
    let server = Server::new().await.with_taxonomy().await;
    let user_id = server.app.store().user_by_name("reviewer").await.unwrap().unwrap().id;
    let order = BulkOrder::Code { set: vec![PRICE.to_owned(), BREACH.to_owned()], clear: Vec::new() };
    let documents = (1..=4).collect();
    let writing = server.app.store().write().await.unwrap();
    let at = "2026-01-05T10:00:00.000000Z".to_owned();
    let slug = slug();
    let new = NewBulkAction { matter: &slug, user_id, at, request_id: "1", order: &order, documents: &documents };
    let (number, _) = writing.add_bulk_action(new).await.unwrap();
    writing.commit().await.unwrap();
    assert!(bulk::chunk(&server.app, &slug, number, 3).await.unwrap());

    // The files as they are on disk now, nothing closed: what a killed server leaves behind.
    let restarted = server.restarted().await;
    for task in bulk::resume(&restarted).await.unwrap() {
        task.await.unwrap();
    }
    let action = restarted.store().bulk_action(&slug, number).await.unwrap().unwrap();
    assert_eq!((action.progress.done, action.progress.changed, action.is_running), (4, 4, false));
    let decisions = restarted.store().decisions_after(&slug, 0).await.unwrap();
    assert_eq!(decisions.len(), 8);
    assert!(bulk::resume(&restarted).await.unwrap().is_empty());
    assert_eq!(restarted.store().check_audit().await.unwrap().1, None);
}

#[tokio::test]
async fn a_selection_becomes_a_list_a_table_and_numbers() {
    let server = Server::new().await.with_taxonomy().await;
    let analyst = server.signed_in("analyst").await;
    let lists = in_matter("/document-lists");
    let keep = json!({ "name": "Exhibits", "selection": { "ordinals": [2] } });
    assert_eq!(analyst.post(&lists, keep).await.expect(StatusCode::CREATED).json()["documents"], 1);
    let add = json!({ "name": "Exhibits", "selection": { "all_of": { "query": "price" } }, "add": true });
    assert_eq!(analyst.post(&lists, add).await.expect(StatusCode::CREATED).json()["documents"], 3);
    let selection = json!({ "all_of": { "query": "list:Exhibits" }, "except": [3] });
    let numbers = analyst.post(&in_matter("/bulk/control-numbers"), selection.clone()).await.json();
    assert_eq!(numbers["control_numbers"], json!(["ACME-0000001", "ACME-0000002"]));
    let body = json!({ "selection": selection, "columns": ["control_number", "custodian", "type"] });
    let table = analyst.post(&in_matter("/bulk/export"), body.clone()).await;
    let table = table.expect(StatusCode::OK);
    let text = String::from_utf8(table.body.to_vec()).unwrap();
    let rows: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(rows, ["Control number,Custodian,Type", "ACME-0000001,Ada,Plain text", "ACME-0000002,Ada,Plain text"]);
    let hits = json!({
        "selection": selection, "columns": ["control_number", "hits", "first_hit"], "hits_of": { "query": "price OR june" },
    });
    let table = analyst.post(&in_matter("/bulk/export"), hits).await.expect(StatusCode::OK);
    let text = String::from_utf8(table.body.to_vec()).unwrap();
    let rows: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(rows, ["ACME-0000001,2,Minutes of the meeting. The price was adjusted in June.", "ACME-0000002,0,",]);
    let mut workbook = body;
    workbook["format"] = json!("xlsx");
    assert!(analyst.post(&in_matter("/bulk/export"), workbook).await.expect(StatusCode::OK).body.starts_with(b"PK"));
    let none = json!({ "selection": { "ordinals": [1] }, "columns": [] });
    analyst.post(&in_matter("/bulk/export"), none).await.refused(422, "no_columns");
}

#[tokio::test]
async fn new_matches_of_a_saved_search_are_told_until_they_are_seen() {
    let server = Server::new().await.with_taxonomy().await;
    let (reviewer, analyst) = (server.signed_in("reviewer").await, server.signed_in("analyst").await);
    let saved = in_matter("/saved-searches");
    let search = json!({ "name": "Hot", "query": "tag:price" });
    let id = reviewer.post(&saved, search).await.expect(StatusCode::CREATED).json()["id"].clone();
    let one = in_matter(&format!("/saved-searches/{id}"));
    let new = async || reviewer.get(&saved).await.json()["items"][0]["new_documents"].clone();
    assert_eq!(new().await, Value::Null);
    reviewer.post(&format!("{one}/seen"), json!(null)).await.refused(409, "not_followed");
    reviewer.json("PUT", &format!("{one}/subscription"), json!(null)).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(new().await, 0);
    for number in [1, 3] {
        let coded = json!({ "set": [PRICE], "request_id": format!("{number}") });
        analyst.post(&document(number, "/coding"), coded).await.expect(StatusCode::OK);
    }
    assert_eq!(new().await, 2);
    let seen = reviewer.post(&format!("{one}/seen"), json!(null)).await.json();
    assert_eq!((&seen["documents"], new().await), (&json!(2), json!(0)));
    // What was new stays to be found, whatever comes later.
    let coded = json!({ "set": [PRICE], "request_id": "4" });
    analyst.post(&document(4, "/coding"), coded).await.expect(StatusCode::OK);
    let body = json!({ "query": "", "filters": { "new": [seen["new"]] } });
    assert_eq!(reviewer.post(&in_matter("/search"), body.clone()).await.json()["total"], 2);
    assert_eq!(new().await, 1);
    // It is known to nobody else.
    analyst.post(&in_matter("/search"), body.clone()).await.refused(422, "no_such_mark");
    analyst.json("PUT", &format!("{one}/subscription"), json!(null)).await.refused(404, "not_found");
    reviewer.json("DELETE", &format!("{one}/subscription"), json!(null)).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(new().await, Value::Null);
    reviewer.post(&in_matter("/search"), body).await.refused(422, "no_such_mark");
}
