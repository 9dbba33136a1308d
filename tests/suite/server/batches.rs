//! Batches: split once, given to one person at a time, and searchable with the stage of what was decided in them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{BREACH, Browser, PRICE, Server, document, in_matter};

/// Makes a set of all four documents.
async fn make(lead: &Browser, name: &str, stage: &str, size: u64) -> Value {
    let body = json!({ "name": name, "stage": stage, "selection": { "all_of": { "query": "" } }, "size": size });
    lead.post(&in_matter("/batch-sets"), body).await.expect(StatusCode::CREATED).json()
}

async fn next(browser: &Browser, set: u64) -> Value {
    browser.post(&in_matter(&format!("/batch-sets/{set}/check-out-next")), json!(null)).await.json()
}

fn of(batch: &Value, what: &str) -> String {
    in_matter(&format!("/batches/{}/{what}", batch["id"]))
}

async fn total(browser: &Browser, query: &str) -> u64 {
    browser.post(&in_matter("/search"), json!({ "query": query })).await.json()["total"].as_u64().unwrap()
}

async fn code(browser: &Browser, ordinal: u32, concept: &str, request: &str) {
    let body = json!({ "set": [concept], "request_id": request });
    browser.post(&document(ordinal, "/coding"), body).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_set_is_split_once_and_found_by_name() {
    let server = Server::new().await.with_taxonomy().await;
    let lead = server.signed_in("lead").await;
    let selection = json!({ "all_of": { "query": "price  OR notice" } });
    let asked = json!({ "selection": selection, "size": 2, "stage": "First pass" });
    let preview = lead.post(&in_matter("/batch-sets/preview"), asked).await.json();
    assert_eq!((&preview["documents"], &preview["batches"], &preview["in_stage"]), (&json!(3), &json!(2), &json!(0)));
    let body = json!({ "name": "First  pass", "stage": "First pass", "selection": selection, "size": 2 });
    let set = lead.post(&in_matter("/batch-sets"), body.clone()).await.expect(StatusCode::CREATED).json();
    assert_eq!(
        (set["name"].as_str(), set["batches"].as_u64(), set["open"].as_u64()),
        (Some("First pass"), Some(2), Some(2))
    );
    assert_eq!(set["made_from"]["all_of"]["query"], "price OR notice");
    for (query, expected) in [
        ("batch:\"First pass\"", 3),
        ("batch:\"first PASS 1\"", 2),
        ("batch:\"First pass 2\"", 1),
        ("NOT batch:\"First pass\"", 1),
        ("batch:\"First pass 1\" AND batch:\"First pass 2\"", 0),
    ] {
        assert_eq!(total(&lead, query).await, expected, "{query}");
    }
    let page = lead.get(&in_matter("/batch-sets/1?limit=1")).await.json();
    assert_eq!((page["items"][0]["name"].as_str(), page["next_cursor"].as_str()), (Some("First pass 1"), Some("1")));
    let page = lead.get(&in_matter("/batch-sets/1?limit=1&cursor=1")).await.json();
    assert_eq!((&page["items"][0]["documents"], &page["next_cursor"]), (&json!(1), &Value::Null));
    for (name, size, status, said) in [
        ("First pass", 2, 409, "name_taken"),
        ("first pass 2", 2, 409, "name_taken"),
        ("", 2, 422, "bad_name"),
        ("A", 0, 422, "bad_size"),
    ] {
        let body = json!({ "name": name, "stage": "QC", "selection": selection, "size": size });
        lead.post(&in_matter("/batch-sets"), body).await.refused(status, said);
    }
    for (query, meant) in [("batch:\"Frist pass 2\"", "did you mean `First pass 2`?"), ("batch:Other", "look at what")]
    {
        let refused = lead.post(&in_matter("/search"), json!({ "query": query })).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(String::from_utf8_lossy(&refused.body).contains(meant), "{query}: {refused:?}");
    }
    let text = "batch:\"Fir";
    let asked = json!({ "text": text, "position": text.len() });
    let offered = lead.post(&in_matter("/query/completions"), asked).await.json();
    let inserted: Vec<&str> =
        offered["items"].as_array().unwrap().iter().map(|item| item["insert"].as_str().unwrap()).collect();
    assert_eq!(inserted, ["\"First pass\"", "\"First pass 1\"", "\"First pass 2\""]);
    let reviewer = server.signed_in("reviewer").await;
    reviewer.post(&in_matter("/batch-sets"), body).await.refused(403, "not_permitted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_people_never_get_the_same_batch() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    for turn in 1..=4u64 {
        let set =
            make(&lead, &format!("Set {}", ["a", "b", "c", "d"][usize::try_from(turn - 1).unwrap()]), "QC", 1).await;
        let number = set["id"].as_u64().unwrap();
        let mut asking = Vec::new();
        for name in ["lead", "reviewer", "analyst", "administrator"] {
            let browser = server.signed_in(name).await;
            // A lost answer is asked for again: the same person gets the same batch.
            for _ in 0..2 {
                let browser = browser.clone();
                asking.push(tokio::spawn(async move { (name, next(&browser, number).await["name"].to_string()) }));
            }
        }
        let mut got = BTreeSet::new();
        for one in asking {
            got.insert(one.await.unwrap());
        }
        let batches: BTreeSet<&String> = got.iter().map(|(_, batch)| batch).collect();
        assert_eq!((got.len(), batches.len()), (4, 4), "{got:?}");
        lead.post(&in_matter(&format!("/batch-sets/{number}/withdraw")), json!(null)).await.expect(StatusCode::OK);
    }
    assert_eq!(server.app.store().check_audit().await.unwrap().1, None);
}

#[tokio::test]
async fn a_batch_goes_out_and_comes_in() {
    let server = Server::new().await.with_taxonomy().await;
    let (lead, reviewer) = (server.signed_in("lead").await, server.signed_in("reviewer").await);
    let analyst = server.signed_in("analyst").await;
    make(&lead, "First pass", "First pass", 2).await;
    let mine = next(&reviewer, 1).await;
    assert_eq!((mine["name"].as_str(), mine["holder"].as_str()), (Some("First pass 1"), Some("reviewer")));
    assert_eq!((mine["state"].as_str(), mine["is_own"].as_bool()), (Some("checked_out"), Some(true)));
    assert_eq!(mine["next_document"], "ACME-0000001");
    analyst.post(&of(&mine, "check-out"), json!({})).await.refused(409, "batch_taken");
    analyst.post(&of(&mine, "check-in"), json!({})).await.refused(409, "batch_taken");
    analyst.post(&of(&mine, "release"), json!({})).await.refused(409, "batch_taken");
    reviewer.post(&in_matter("/batches/2/check-out"), json!({})).await.refused(409, "has_another_batch");
    reviewer.post(&in_matter("/batches/2/release"), json!({})).await.refused(409, "batch_not_checked_out");
    let for_analyst = json!({ "for": "analyst" });
    reviewer.post(&in_matter("/batches/2/check-out"), for_analyst.clone()).await.refused(403, "not_permitted");
    lead.post(&in_matter("/batches/2/check-out"), json!({ "for": "client" })).await.refused(422, "not_a_reviewer");
    let given = lead.post(&in_matter("/batches/2/check-out"), for_analyst).await.json();
    assert_eq!(given["holder"], "analyst");
    lead.post(&in_matter("/batch-sets/1/check-out-next"), json!(null)).await.refused(409, "none_open");

    code(&reviewer, 1, PRICE, "1").await;
    let set = lead.get(&in_matter("/batch-sets")).await.json()["items"][0].clone();
    assert_eq!((set["coded"].as_u64(), set["open"].as_u64(), set["checked_out"].as_u64()), (Some(1), Some(0), Some(2)));
    assert_eq!(
        set["people"][1],
        json!({ "name": "reviewer", "shown_name": "REVIEWER", "checked_out": 1,
        "checked_in": 0, "documents": 2, "coded": 1 })
    );
    let told = reviewer.post(&of(&mine, "check-in"), json!({})).await;
    assert!(String::from_utf8_lossy(&told.body).contains("1 of 2 are not coded; check in anyway?"), "{told:?}");
    told.refused(409, "not_all_coded");
    let done = reviewer.post(&of(&mine, "check-in"), json!({ "anyway": true })).await.json();
    assert_eq!((done["state"].as_str(), done["coded"].as_u64()), (Some("checked_in"), Some(1)));
    analyst.post(&of(&mine, "check-out"), json!({})).await.refused(409, "batch_checked_in");
    // What one checked in oneself one may take again: that undoes it.
    let again = reviewer.post(&of(&mine, "check-out"), json!({})).await.json();
    assert_eq!(again["state"], "checked_out");
    lead.post(&of(&mine, "check-in"), json!({ "anyway": true })).await.expect(StatusCode::OK);
    let released = lead.post(&of(&mine, "release"), json!({})).await.json();
    assert_eq!(released["state"], "open");

    let progress = server.signed_in("client").await.get(&in_matter("/progress")).await.json();
    assert_eq!(progress["by_batch_set"][0]["documents"], 4);
    let audit = lead.get(&in_matter("/audit")).await.json();
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    for action in ["batch_set.make", "batch.check_out", "batch.check_in", "batch.release"] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
}

#[tokio::test]
async fn a_withdrawn_set_is_hidden_and_comes_back_as_it_was() {
    let server = Server::new().await;
    let (lead, reviewer) = (server.signed_in("lead").await, server.signed_in("reviewer").await);
    make(&lead, "First pass", "First pass", 3).await;
    let mine = next(&reviewer, 1).await;
    let withdrawn = lead.post(&in_matter("/batch-sets/1/withdraw"), json!(null)).await.json();
    assert_eq!(withdrawn["withdrawn"]["by_name"], "LEAD");
    assert_eq!(reviewer.get(&in_matter("/batch-sets")).await.json()["items"], json!([]));
    assert_eq!(lead.get(&in_matter("/batch-sets")).await.json()["items"].as_array().unwrap().len(), 1);
    reviewer.get(&in_matter("/batch-sets/1")).await.refused(404, "not_found");
    reviewer.post(&of(&mine, "check-in"), json!({ "anyway": true })).await.refused(404, "not_found");
    reviewer.post(&in_matter("/batch-sets/1/check-out-next"), json!(null)).await.refused(404, "not_found");
    let refused = lead.post(&in_matter("/search"), json!({ "query": "batch:\"First pass 1\"" })).await;
    assert!(String::from_utf8_lossy(&refused.body).contains("its batch set was withdrawn"), "{refused:?}");
    refused.refused(422, "bad_query");
    let restored = lead.post(&in_matter("/batch-sets/1/restore"), json!(null)).await.json();
    assert_eq!((restored["withdrawn"].is_null(), restored["checked_out"].as_u64()), (true, Some(1)));
    assert_eq!(total(&lead, "batch:\"First pass 1\"").await, 3);
    assert_eq!(next(&reviewer, 1).await["name"], "First pass 1");
}

#[tokio::test]
async fn a_decision_carries_the_stage_of_the_batch_it_is_made_in() {
    let server = Server::new().await.with_taxonomy().await;
    let (lead, reviewer) = (server.signed_in("lead").await, server.signed_in("reviewer").await);
    make(&lead, "First pass", "First pass", 2).await;
    make(&lead, "Check", "QC", 4).await;
    code(&reviewer, 4, PRICE, "0").await;
    let first = next(&reviewer, 1).await;
    code(&reviewer, 1, PRICE, "1").await;
    // Outside the batch, and by somebody who has none.
    code(&reviewer, 3, PRICE, "2").await;
    code(&lead, 2, PRICE, "1").await;
    for (query, expected) in [
        ("coded:(stage=\"first pass\")", 1),
        ("coded:(stage=\"FIRST  Pass\" by=reviewer)", 1),
        ("coded:(stage=\"first pass\" by=lead)", 0),
        ("coded:(stage=\"first pass\" at=..1999)", 0),
        ("coded:(stage=\"first pass\" at=2026-01)", 1),
        ("coded:(stage=qc)", 0),
        ("coded:yes NOT coded:(stage=\"first pass\")", 3),
    ] {
        assert_eq!(total(&lead, query).await, expected, "{query}");
    }
    reviewer.post(&of(&first, "check-in"), json!({})).await.expect(StatusCode::OK);
    // A later stage overturns: the decision that stands was made in it.
    next(&lead, 2).await;
    let body = json!({ "set": [BREACH], "clear": [PRICE], "request_id": "2" });
    lead.post(&document(1, "/coding"), body).await.expect(StatusCode::OK);
    assert_eq!((total(&lead, "coded:(stage=qc)").await, total(&lead, "coded:(stage=\"first pass\")").await), (1, 0));
    let history = lead.get(&document(1, "/history")).await.json();
    let stages: Vec<&str> =
        history["items"].as_array().unwrap().iter().filter_map(|item| item["stage"].as_str()).collect();
    assert_eq!(stages.iter().filter(|stage| **stage == "QC").count(), 2);
    assert_eq!(stages.iter().filter(|stage| **stage == "First pass").count(), 1);
    // Many at once, too.
    let bulk = json!({ "selection": { "ordinals": [3, 4] }, "set": [BREACH], "request_id": "bulk" });
    let begun = lead.post(&in_matter("/bulk"), bulk).await.json();
    let one = in_matter(&format!("/bulk/{}", begun["id"]));
    while lead.get(&one).await.json()["is_running"] == true {
        tokio::task::yield_now().await;
    }
    assert_eq!(total(&lead, "coded:(stage=qc)").await, 3);
    let told = lead.post(&in_matter("/search"), json!({ "query": "coded:(stage=third)" })).await.json();
    let told = told["warnings"][0]["message"].as_str().unwrap();
    assert!(told.contains("those of its batches are `First pass`, `QC`"), "{told}");
}
