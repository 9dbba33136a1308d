//! Open browsers hear of changes others make, in their own matter and as far as their role goes.

use axum::body::Body;
use axum::http::StatusCode;
use futures::StreamExt as _;
use serde_json::json;

use super::{BREACH, Browser, Server, document, in_matter};

/// A stream of events as it arrives.
struct Listening(axum::body::BodyDataStream);

impl Listening {
    async fn to(browser: &Browser) -> Self {
        let headers = [("host", "redwell.test".to_owned())];
        let response = browser.response("GET", &in_matter("/events"), Body::empty(), &headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(response.into_body().into_data_stream())
    }

    /// What arrives next; `None` when the stream ends.
    async fn next(&mut self) -> Option<String> {
        let bytes = self.0.next().await?.unwrap();
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }
}

#[tokio::test]
async fn a_change_reaches_other_sessions() {
    let server = Server::new().await.with_taxonomy().await;
    let (lead, reviewer) = (server.signed_in("lead").await, server.signed_in("reviewer").await);
    let mut listening = Listening::to(&lead).await;
    let coded = json!({ "set": [BREACH], "request_id": "1" });
    let headers = [("content-type", "application/json"), ("x-client-id", "window-7")];
    let path = document(1, "/coding");
    reviewer.send("POST", &path, coded.to_string().into(), &headers).await.expect(StatusCode::OK);
    let event = listening.next().await.unwrap();
    assert!(event.contains("event: change"), "{event}");
    for part in ["ACME-0000001", "\"coding\"", "\"reviewer\"", "window-7"] {
        assert!(event.contains(part), "{event}");
    }
    assert!(!event.contains(BREACH), "what was decided is asked for, not told");
}

#[tokio::test]
async fn clients_hear_of_deliverables_only() {
    let server = Server::new().await.with_taxonomy().await;
    let (lead, client) = (server.signed_in("lead").await, server.signed_in("client").await);
    let mut listening = Listening::to(&client).await;
    let coded = json!({ "set": [BREACH], "request_id": "1" });
    lead.post(&document(1, "/coding"), coded).await.expect(StatusCode::OK);
    lead.post(&in_matter("/deliverables"), json!({ "title": "Findings" })).await.expect(StatusCode::ACCEPTED);
    let event = listening.next().await.unwrap();
    assert!(event.contains("event: deliverable"), "{event}");
}

#[tokio::test]
async fn streams_end_with_the_session_and_with_the_server() {
    let server = Server::new().await.with_taxonomy().await;
    let (lead, reviewer) = (server.signed_in("lead").await, server.signed_in("reviewer").await);
    let mut listening = Listening::to(&lead).await;
    lead.json("DELETE", "/api/v1/session", json!(null)).await.expect(StatusCode::NO_CONTENT);
    let coded = json!({ "set": [BREACH], "request_id": "1" });
    reviewer.post(&document(1, "/coding"), coded).await.expect(StatusCode::OK);
    assert_eq!(listening.next().await, None);
    let mut listening = Listening::to(&reviewer).await;
    server.app.hub().close();
    assert_eq!(listening.next().await, None);
}
