//! Exceptions: filtered, exported, let stand by a lead and taken back.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Browser, Server};

fn fresh(rest: &str) -> String {
    format!("/api/v1/matters/fresh{rest}")
}

async fn ended(browser: &Browser) {
    while browser.get(&fresh("/intake")).await.json()["run"]["is_at_work"] != false {
        tokio::task::yield_now().await;
    }
}

fn paths(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["path"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_exception_is_accepted_until_it_changes() {
    let (server, outside) = Server::with_fresh_matter(1).await;
    let (lead, reviewer) = (server.signed_in("lead").await, server.signed_in("reviewer").await);
    let folder = outside.path().join("allowed/Jane");
    for (name, content) in [("a.txt", ""), ("b.txt", ""), ("c.pdf", "%PDF-1.4 broken"), ("=d.txt", "fine")] {
        std::fs::write(folder.join(name), content).unwrap();
    }
    let order = json!({ "sources": [{ "path": folder }], "duplicates": "none" });
    lead.post(&fresh("/intake"), order).await.expect(StatusCode::ACCEPTED);
    ended(&lead).await;

    let all = lead.get(&fresh("/exceptions")).await.json();
    assert_eq!((all["total"].as_u64(), all["counts"]["kinds"][0]["value"].as_str()), (Some(3), Some("empty_file")));
    let empty = lead.get(&fresh("/exceptions?kind=empty_file")).await.json();
    assert_eq!(paths(&empty), ["Jane/a.txt", "Jane/b.txt"]);
    assert_eq!(lead.get(&fresh("/exceptions?stage=extract&custodian=Bo")).await.json()["total"], 0);
    let key = empty["items"][0]["key"].as_str().unwrap();

    let decision = |accepted: bool, request: &str| json!({ "keys": [key], "accepted": accepted, "note": "nothing in it", "request_id": request });
    reviewer.post(&fresh("/exceptions/acceptance"), decision(true, "0")).await.refused(403, "not_permitted");
    let unknown = json!({ "keys": ["x"], "accepted": true, "request_id": "1" });
    lead.post(&fresh("/exceptions/acceptance"), unknown).await.refused(409, "exceptions_changed");
    for _ in 0..2 {
        lead.post(&fresh("/exceptions/acceptance"), decision(true, "2")).await.expect(StatusCode::OK);
    }
    let open = reviewer.get(&fresh("/exceptions?accepted=false")).await.json();
    assert_eq!(paths(&open), ["Jane/b.txt", "Jane/c.pdf"]);
    assert_eq!((open["counts"]["all"].as_u64(), open["counts"]["accepted"].as_u64()), (Some(3), Some(1)));
    let accepted = lead.get(&fresh("/exceptions?accepted=true")).await.json();
    let by = &accepted["items"][0]["accepted"];
    assert_eq!((by["by"].as_str(), by["note"].as_str()), (Some("LEAD"), Some("nothing in it")));

    let table = lead.get(&fresh("/exceptions/export?kind=empty_file&accepted=true")).await.expect(StatusCode::OK);
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let table = String::from_utf8(table.body.to_vec()).unwrap();
    assert!(table.lines().count() == 2 && table.contains("nothing in it"), "{table}");

    // It survives another run, and a retry that changes nothing; a change of the file is another exception.
    lead.post(&fresh("/runs/1/repeat"), json!({})).await.expect(StatusCode::ACCEPTED);
    ended(&lead).await;
    assert_eq!(lead.get(&fresh("/exceptions?accepted=true")).await.json()["total"], 1);
    lead.post(&fresh("/exceptions/acceptance"), decision(false, "3")).await.expect(StatusCode::OK);
    assert_eq!(lead.get(&fresh("/exceptions?accepted=true")).await.json()["total"], 0);
    let audit = lead.get(&fresh("/audit")).await.json();
    let actions: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|item| item["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["exception.unaccept", "intake.start", "exception.accept", "intake.start"]);
    let (_, first_break) = server.app.store().check_audit().await.unwrap();
    assert_eq!(first_break, None);
}
