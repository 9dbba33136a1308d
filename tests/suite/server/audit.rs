//! The audit log: who did what, in a chain; members and deliverables leave their traces in it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Browser, MATTER, Server, document, in_matter};

fn actions(listed: &Value) -> Vec<&str> {
    listed["items"].as_array().unwrap().iter().map(|item| item["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_matters_is_written_down_and_the_chain_holds() {
    let server = Server::new().await.with_taxonomy().await;
    let administrator = server.signed_in("administrator").await;
    administrator.get(&document(1, "")).await.expect(StatusCode::OK);
    let role = json!({ "role": "lead" });
    administrator.json("PUT", &in_matter("/members/stranger"), role).await.expect(StatusCode::OK);
    administrator.json("DELETE", &in_matter("/members/stranger"), json!(null)).await.expect(StatusCode::NO_CONTENT);
    let listed = administrator.get(&in_matter("/audit")).await.json();
    assert_eq!(actions(&listed), ["member.remove", "member.put", "document.view", "taxonomy.import"]);
    assert_eq!(listed["items"][2]["subject"], "ACME-0000001");
    let (entries, first_break) = server.app.store().check_audit().await.unwrap();
    assert!(entries >= 6 && first_break.is_none());
    let first = administrator.get(&in_matter("/audit?limit=3")).await.json();
    let next = in_matter(&format!("/audit?limit=3&cursor={}", first["next_cursor"].as_str().unwrap()));
    assert_eq!(actions(&administrator.get(&next).await.json()), ["taxonomy.import"]);
}

#[tokio::test]
async fn an_altered_entry_shows() {
    let server = Server::new().await;
    for _ in 0..3 {
        server.signed_in("lead").await;
    }
    assert_eq!(server.app.store().check_audit().await.unwrap().1, None);
    let database = rusqlite::Connection::open(server.data.path().join("review.db")).unwrap();
    database.execute("update audit set actor = 'mallory' where sequence = 2", []).unwrap();
    assert_eq!(server.app.store().check_audit().await.unwrap().1, Some(2));
}

#[tokio::test]
async fn a_matter_keeps_an_administrator() {
    let server = Server::new().await;
    let administrator = server.signed_in("administrator").await;
    let own = in_matter("/members/administrator");
    administrator.json("DELETE", &own, json!(null)).await.refused(409, "last_administrator");
    administrator.json("PUT", &own, json!({ "role": "lead" })).await.refused(409, "last_administrator");
    administrator
        .json("PUT", &in_matter("/members/ghost"), json!({ "role": "lead" }))
        .await
        .refused(422, "no_such_user");
    administrator.json("PUT", &own, json!({ "role": "emperor" })).await.refused(400, "bad_request");
    let lead = in_matter("/members/lead");
    administrator.json("PUT", &lead, json!({ "role": "administrator" })).await.expect(StatusCode::OK);
    administrator.json("DELETE", &own, json!(null)).await.expect(StatusCode::NO_CONTENT);
    administrator.get(&in_matter("")).await.refused(404, "not_found");
}

/// Waits until a deliverable is no longer being prepared.
async fn settled(browser: &Browser, id: &Value) -> Value {
    for _ in 0..10_000 {
        let shown = browser.get(&in_matter(&format!("/deliverables/{id}"))).await.json();
        if shown["state"] != "preparing" {
            return shown;
        }
        tokio::task::yield_now().await;
    }
    panic!("the deliverable is never done");
}

#[tokio::test]
async fn a_deliverable_is_prepared_released_downloaded_and_withdrawn() {
    let server = Server::new().await.with_taxonomy().await;
    let (lead, client) = (server.signed_in("lead").await, server.signed_in("client").await);
    let note = json!({ "request_id": "1", "start": 0, "end": 7, "note": "see here" });
    lead.post(&document(1, "/annotations"), note).await.expect(StatusCode::CREATED);
    lead.post(&in_matter("/deliverables"), json!({ "title": " " })).await.refused(422, "bad_title");
    let bad = json!({ "title": "Findings", "query": "(" });
    lead.post(&in_matter("/deliverables"), bad).await.refused(422, "bad_query");
    let asked = json!({ "title": "Findings", "query": "price" });
    let asked = lead.post(&in_matter("/deliverables"), asked).await.expect(StatusCode::ACCEPTED).json();
    let ready = settled(&lead, &asked["id"]).await;
    assert_eq!((ready["state"].as_str(), ready["error"].as_str()), (Some("ready"), None));
    assert_eq!((ready["documents"].as_u64(), ready["annotations"].as_u64()), (Some(2), Some(1)));
    let one = in_matter(&format!("/deliverables/{}", asked["id"]));
    client.get(&one).await.refused(404, "not_found");
    client.get(&format!("{one}/download")).await.refused(404, "not_found");
    assert_eq!(client.get(&in_matter("/deliverables")).await.json(), json!({ "items": [] }));
    lead.post(&format!("{one}/withdraw"), json!(null)).await.refused(409, "wrong_state");
    lead.post(&format!("{one}/release"), json!(null)).await.expect(StatusCode::OK);
    let package = client.get(&format!("{one}/download")).await.expect(StatusCode::OK);
    assert!(package.body.starts_with(b"PK"));
    let digest = redwell_model::Sha256::of(&package.body).to_string();
    assert_eq!(ready["sha256"].as_str(), Some(digest.as_str()));
    lead.post(&format!("{one}/withdraw"), json!(null)).await.expect(StatusCode::OK);
    client.get(&format!("{one}/download")).await.refused(404, "not_found");
    let listed = lead.get(&in_matter("/audit")).await.json();
    let steps = ["deliverable.withdraw", "deliverable.download", "deliverable.release", "deliverable.ready"];
    assert_eq!(actions(&listed)[..4], steps);
}

#[tokio::test]
async fn an_interrupted_preparation_is_told() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    let writing = server.app.store().write().await.unwrap();
    let user = server.app.store().user_by_name("lead").await.unwrap().unwrap();
    let at = "2026-01-05T10:00:00.000000Z".to_owned();
    let slug = MATTER.parse().unwrap();
    writing.add_deliverable(&slug, "Findings".into(), String::new(), user.id, at).await.unwrap();
    writing.commit().await.unwrap();
    server.restarted().await.recover().await.unwrap();
    let shown = lead.get(&in_matter("/deliverables/1")).await.json();
    assert_eq!(shown["state"], "failed");
    assert!(shown["error"].as_str().unwrap().contains("prepare it again"));
}

#[tokio::test]
async fn a_matter_is_shown_in_the_zone_a_lead_chose() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    assert_eq!(lead.get(&in_matter("")).await.json()["time_zone"], "UTC");
    let before = lead.get(&document(1, "")).await.json();
    let changed = lead.json("PATCH", &in_matter(""), json!({ "time_zone": "europe/berlin" })).await.json();
    assert_eq!(changed["time_zone"], "Europe/Berlin");
    assert_eq!(lead.get("/api/v1/matters").await.json()["items"][0]["time_zone"], "Europe/Berlin");
    assert_eq!(lead.get(&document(1, "")).await.json(), before, "what is sent stays in UTC");
    for bad in ["", "CEST", "Europe/Atlantis"] {
        let asked = json!({ "time_zone": bad });
        lead.json("PATCH", &in_matter(""), asked).await.refused(422, "bad_time_zone");
    }
    lead.json("PATCH", &in_matter(""), json!({ "name": "Other" })).await.refused(400, "bad_request");
    let same = json!({ "time_zone": "Europe/Berlin" });
    lead.json("PATCH", &in_matter(""), same.clone()).await.expect(StatusCode::OK);
    server.signed_in("reviewer").await.json("PATCH", &in_matter(""), same).await.refused(403, "not_permitted");
    let listed = lead.get(&in_matter("/audit")).await.json();
    let of_zones = listed["items"].as_array().unwrap().iter().filter(|item| item["action"] == "matter.time_zone");
    let details: Vec<&str> = of_zones.map(|item| item["detail"].as_str().unwrap()).collect();
    assert_eq!(details, [r#"{"time_zone":"Europe/Berlin","was":"UTC"}"#], "choosing the same again leaves no trace");
}
