//! Documents read in from the page: uploaded, watched, paused, cancelled, repeated; and nothing from elsewhere.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Browser, Server};

/// An address in the matter that nothing was read into yet.
fn fresh(rest: &str) -> String {
    format!("/api/v1/matters/fresh{rest}")
}

async fn send(browser: &Browser, upload: &str, path: &str, content: &str) -> super::Answer {
    let path: String = path.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let address = fresh(&format!("/uploads/{upload}/file?path={path}&modified_ms=1700000000000"));
    browser.send("PUT", &address, content.to_owned().into(), &[("content-type", "application/octet-stream")]).await
}

/// Asks until the run stands as wanted.
async fn until(browser: &Browser, wanted: impl Fn(&Value) -> bool) -> Value {
    let patience = Instant::now() + Duration::from_secs(120);
    loop {
        let run = browser.get(&fresh("/intake")).await.json()["run"].take();
        if wanted(&run) {
            return run;
        }
        assert!(Instant::now() < patience && (run["is_at_work"] == true || run.is_null()), "it never comes: {run}");
        tokio::task::yield_now().await;
    }
}

fn ended(run: &Value) -> bool {
    run["is_at_work"] == false
}

async fn actions(browser: &Browser) -> Vec<String> {
    let listed = browser.get(&fresh("/audit")).await.json();
    listed["items"].as_array().unwrap().iter().map(|item| item["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_uploaded_folder_is_read_and_found() {
    let (server, _outside) = Server::with_fresh_matter(1).await;
    let lead = server.signed_in("lead").await;
    let empty = lead.get(&fresh("/processing")).await.json();
    assert_eq!((empty["items"].as_u64(), empty["runs"].as_array().unwrap().len()), (Some(0), 0));
    assert_eq!(lead.get(&fresh("/exceptions")).await.json()["counts"]["all"], 0);
    let upload = lead.post(&fresh("/uploads"), json!(null)).await.expect(StatusCode::CREATED).json();
    let upload = upload["name"].as_str().unwrap();
    for (path, content) in [("Jane/a.txt", "the zebrafish contract"), ("Jane/mail/b.txt", "another"), ("Jane/c", "")] {
        send(&lead, upload, path, content).await.expect(StatusCode::OK);
    }
    send(&lead, upload, "Jane/a.txt", "something else").await.refused(409, "name_taken");
    send(&lead, upload, "Jane/a.txt", "the zebrafish contract").await.expect(StatusCode::OK);
    send(&lead, upload, &"x".repeat(300), "x").await.refused(422, "bad_path");
    send(&lead, upload, "large", &"x".repeat((1 << 20) + 1)).await.refused(413, "file_too_large");
    send(&lead, "upload-0002", "a", "x").await.refused(404, "not_found");
    let safe = send(&lead, upload, "../../../evil.txt", "inside").await.json();
    assert_eq!(safe["path"], "evil.txt");
    let held = lead.get(&fresh(&format!("/uploads/{upload}"))).await.json();
    let held: Vec<_> = held["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(held, ["Jane/a.txt", "Jane/c", "Jane/mail/b.txt", "evil.txt"]);

    let order = json!({ "sources": [{ "upload": upload }] });
    lead.post(&fresh("/intake"), order).await.refused(422, "bad_custodian");
    let order = json!({ "sources": [{ "upload": upload }], "custodian": "Jane", "passwords": ["a", "b"] });
    let started = lead.post(&fresh("/intake"), order.clone()).await.expect(StatusCode::ACCEPTED).json();
    assert_eq!((started["is_at_work"].as_bool(), started["started_by"].as_str()), (Some(true), Some("lead")));
    lead.post(&fresh("/intake"), order).await.refused(409, "intake_busy");
    let run = until(&lead, ended).await;
    assert_eq!(run["state"], "complete", "{run}");
    assert_eq!((run["progress"]["sources_done"].as_u64(), run["progress"]["documents"].as_u64()), (Some(4), Some(4)));
    let found = lead.post(&fresh("/search"), json!({ "query": "zebrafish" })).await.json();
    assert_eq!((found["total"].as_u64(), found["hits"][0]["custodian"].as_str()), (Some(1), Some("Jane")));
    let processing = lead.get(&fresh("/processing")).await.json();
    let settings = &processing["runs"][0]["settings"];
    assert_eq!((settings["custodian"].as_str(), settings["had_passwords"].as_bool()), (Some("Jane"), Some(true)));

    // What was read from stays; what was sent in vain can go.
    let vain = lead.post(&fresh("/uploads"), json!(null)).await.expect(StatusCode::CREATED).json();
    let vain = fresh(&format!("/uploads/{}", vain["name"].as_str().unwrap()));
    let list = lead.get(&fresh("/uploads")).await.json();
    let was_read: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["was_read"] == true).collect();
    assert_eq!(was_read, [false, true]);
    lead.json("DELETE", &fresh(&format!("/uploads/{upload}")), json!(null)).await.refused(409, "upload_was_read");
    lead.json("DELETE", &vain, json!(null)).await.expect(StatusCode::NO_CONTENT);
    lead.json("DELETE", &vain, json!(null)).await.refused(404, "not_found");

    // The same again reads nothing; what came since is read.
    send(&lead, upload, "Jane/d.txt", "late arrival").await.expect(StatusCode::OK);
    lead.post(&fresh("/runs/1/repeat"), json!({})).await.expect(StatusCode::ACCEPTED);
    let again = until(&lead, ended).await;
    assert_eq!(again["progress"]["documents"], 1, "{again}");

    // The same with other settings; what the page does not offer stays as it was.
    let settings = async |run: usize| lead.get(&fresh("/processing")).await.json()["runs"][run]["settings"].clone();
    let before = settings(0).await;
    send(&lead, upload, "Jane/e.txt", "later still").await.expect(StatusCode::OK);
    let repeat = async |body: Value| lead.post(&fresh("/runs/1/repeat"), body).await;
    repeat(json!({ "paths": [] })).await.refused(422, "nothing_to_read");
    repeat(json!({ "paths": ["/etc"] })).await.refused(404, "not_found");
    repeat(json!({ "custodian": " " })).await.refused(422, "bad_custodian");
    repeat(json!({ "reading": { "wall_seconds": 0 } })).await.refused(422, "bad_settings");
    let other = json!({
        "custodian": "Joan", "reading": { "wall_seconds": 90 }, "paths": before["paths"], "without_exclusions": true,
    });
    repeat(other).await.expect(StatusCode::ACCEPTED);
    assert_eq!(until(&lead, ended).await["progress"]["documents"], 1);
    let after = settings(0).await;
    assert_eq!((&after["custodian"], &after["reading"]["wall_seconds"]), (&json!("Joan"), &json!(90)), "{after}");
    assert_eq!((&after["paths"], &after["exclusions"]), (&before["paths"], &Value::Null));
    let joan = lead.post(&fresh("/search"), json!({ "query": "custodian:Joan" })).await.json();
    assert_eq!(joan["total"], 1);
    let retried = lead.post(&fresh("/intake/retry"), json!({ "reading": { "wall_seconds": 90 } })).await;
    retried.expect(StatusCode::ACCEPTED);
    assert_eq!(until(&lead, ended).await["command"], "retry");
    lead.post(&fresh("/intake/pause"), json!(null)).await.refused(409, "not_running");
    let noted: Vec<String> = actions(&lead).await;
    assert_eq!(noted, ["intake.start", "intake.start", "intake.start", "upload.remove", "intake.start"]);
    let noted = lead.get(&fresh("/audit")).await.json().to_string();
    assert!(!noted.contains("\"a\""), "no password is noted: {noted}");
}

#[tokio::test]
async fn only_allowed_folders_are_shown_and_read() {
    let (server, outside) = Server::with_fresh_matter(1).await;
    let lead = server.signed_in("lead").await;
    let allowed = outside.path().canonicalize().unwrap().join("allowed");
    std::fs::write(allowed.join("Jane/a.txt"), "from the server").unwrap();
    std::fs::write(outside.path().join("secret.txt"), "secret").unwrap();
    std::os::unix::fs::symlink(outside.path(), allowed.join("way-out")).unwrap();
    let listed = |path: String| {
        let lead = lead.clone();
        async move { lead.get(&fresh(&format!("/intake/folders?path={path}"))).await }
    };
    let roots = lead.get(&fresh("/intake/folders")).await.json();
    assert_eq!(roots["folders"][0]["path"], allowed.to_str().unwrap());
    let inside = listed(allowed.display().to_string()).await.json();
    assert_eq!(
        (inside["folders"][0]["name"].as_str(), inside["folders"][0]["files"].as_u64()),
        (Some("Jane"), Some(1))
    );
    assert_eq!((inside["others"].as_u64(), inside["above"].is_null()), (Some(1), true));
    let data = server.data.path();
    let forbidden = [
        outside.path().to_owned(),
        allowed.join(".."),
        allowed.join("way-out"),
        allowed.join("way-out/secret.txt"),
        "/etc".into(),
        data.join("matters"),
        allowed.join("nowhere"),
    ];
    for path in forbidden {
        listed(path.display().to_string()).await.refused(404, "not_found");
        let order = json!({ "sources": [{ "path": path }] });
        lead.post(&fresh("/intake"), order).await.refused(404, "not_found");
    }
    let order = json!({ "sources": [{ "path": allowed.join("Jane") }] });
    lead.post(&fresh("/intake"), order).await.expect(StatusCode::ACCEPTED);
    assert_eq!(until(&lead, ended).await["state"], "complete");
    let found = lead.post(&fresh("/search"), json!({ "query": "server" })).await.json();
    assert_eq!((found["total"].as_u64(), found["hits"][0]["custodian"].as_str()), (Some(1), Some("Jane")));
    // A place that is no longer allowed is not read again.
    let gone = server.restarted().await;
    let browser = Browser { routes: gone.routes(), cookie: lead.cookie.clone() };
    browser.post(&fresh("/runs/1/repeat"), json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_run_is_paused_resumed_cancelled_and_goes_on() {
    let (server, outside) = Server::with_fresh_matter(1).await;
    let (lead, reviewer) = (server.signed_in("lead").await, server.signed_in("reviewer").await);
    let folder = outside.path().join("allowed/Jane");
    for n in 0..3_000 {
        std::fs::write(folder.join(format!("{n:04}.txt")), format!("letter {n}")).unwrap();
    }
    let order = json!({ "sources": [{ "path": folder }], "reading": { "jobs": 1 } });
    lead.post(&fresh("/intake"), order).await.expect(StatusCode::ACCEPTED);
    until(&lead, |run| run["progress"]["sources_done"].as_u64() > Some(0)).await;
    lead.post(&fresh("/intake/pause"), json!(null)).await.expect(StatusCode::OK);
    let paused = until(&lead, |run| run["state"] == "paused").await;
    assert_eq!(paused["is_at_work"], true);
    let processing = reviewer.get(&fresh("/processing")).await.json();
    assert_eq!(processing["runs"][0]["state"], "running");
    lead.post(&fresh("/intake/resume"), json!(null)).await.expect(StatusCode::OK);
    until(&lead, |run| run["state"] != "paused").await;
    lead.post(&fresh("/intake/cancel"), json!(null)).await.expect(StatusCode::OK);
    let cancelled = until(&lead, ended).await;
    assert_eq!(cancelled["state"], "cancelled");
    let kept = lead.get(&fresh("/processing")).await.json();
    assert_eq!((kept["runs"][0]["state"].as_str(), kept["complete"].as_bool()), (Some("cancelled"), Some(false)));
    let before = kept["documents"].as_u64().unwrap();
    assert!(before > 0 && before < 3_000, "{before}");
    lead.post(&fresh("/runs/1/repeat"), json!({})).await.expect(StatusCode::ACCEPTED);
    // Ended like this server ends its runs when it stops.
    server.app.intake().end_all(Duration::from_secs(60)).await;
    let stopped = until(&lead, ended).await;
    assert!(["cancelled", "complete"].contains(&stopped["state"].as_str().unwrap()), "{stopped}");
    lead.post(&fresh("/runs/1/repeat"), json!({})).await.expect(StatusCode::ACCEPTED);
    assert_eq!(until(&lead, ended).await["state"], "complete");
    assert_eq!(lead.get(&fresh("/processing")).await.json()["documents"], 3_000);
    let steps = ["intake.start", "intake.start", "intake.cancel", "intake.resume", "intake.pause", "intake.start"];
    assert_eq!(actions(&lead).await, steps);
}
