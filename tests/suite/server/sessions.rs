//! Signing in, staying signed in, being locked out, and writes from other sites.

use axum::body::Body;
use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use super::{Server, password};

#[tokio::test]
async fn a_session_lives_from_signing_in_to_signing_out() {
    let server = Server::new().await;
    let mut browser = server.browser();
    browser.get("/api/v1/session").await.refused(401, "not_signed_in");
    let answer = browser.sign_in("lead", &password("lead")).await.expect(StatusCode::OK);
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let me = browser.get("/api/v1/session").await.json();
    assert_eq!((me["user"]["name"].as_str(), me["user"]["display_name"].as_str()), (Some("lead"), Some("LEAD")));
    browser.json("DELETE", "/api/v1/session", json!(null)).await.expect(StatusCode::NO_CONTENT);
    browser.get("/api/v1/session").await.refused(401, "not_signed_in");
}

#[tokio::test]
async fn sessions_end_by_themselves() {
    let server = Server::new().await;
    let browser = server.signed_in("lead").await;
    for _ in 0..5 {
        server.pass(SignedDuration::from_hours(3));
        browser.get("/api/v1/session").await.expect(StatusCode::OK);
    }
    server.pass(SignedDuration::from_hours(1));
    browser.get("/api/v1/session").await.refused(401, "not_signed_in");
    let browser = server.signed_in("lead").await;
    server.pass(SignedDuration::from_hours(4));
    browser.get("/api/v1/session").await.refused(401, "not_signed_in");
}

#[tokio::test]
async fn the_database_keeps_no_token() {
    let server = Server::new().await;
    let browser = server.signed_in("lead").await;
    let token = browser.cookie.unwrap().split_once('=').unwrap().1.to_owned();
    for name in ["review.db", "review.db-wal"] {
        let bytes = std::fs::read(server.data.path().join(name)).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()), "{name}");
    }
}

#[tokio::test]
async fn guessing_gets_slower_and_survives_a_restart() {
    let server = Server::new().await;
    let mut browser = server.browser();
    for name in ["lead", "nobody-of-that-name"] {
        for _ in 0..5 {
            browser.sign_in(name, "wrong").await.refused(401, "sign_in_failed");
        }
        // Even the right password has to wait, and unknown names behave like known ones.
        let answer = browser.sign_in(name, &password(name)).await;
        assert_eq!(answer.header("retry-after"), "3");
        answer.refused(429, "too_many_attempts");
    }
    let mut anew = super::Browser { routes: server.restarted().await.routes(), cookie: None };
    anew.sign_in("lead", &password("lead")).await.refused(429, "too_many_attempts");
    server.pass(SignedDuration::from_secs(3));
    anew.sign_in("lead", "wrong").await.refused(401, "sign_in_failed");
    server.pass(SignedDuration::from_secs(3));
    anew.sign_in("lead", &password("lead")).await.refused(429, "too_many_attempts");
    server.pass(SignedDuration::from_secs(3));
    anew.sign_in("lead", &password("lead")).await.expect(StatusCode::OK);
    browser.sign_in("lead", "wrong").await.refused(401, "sign_in_failed");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let server = Server::new().await;
    let (here, elsewhere) = (server.signed_in("lead").await, server.signed_in("lead").await);
    let change = |current: &str, new: &str| json!({ "current": current, "new": new });
    let path = "/api/v1/session/password";
    here.json("PUT", path, change("wrong", "a new long password")).await.refused(401, "sign_in_failed");
    here.json("PUT", path, change(&password("lead"), "short")).await.refused(422, "bad_password");
    let good = change(&password("lead"), "a new long password");
    here.json("PUT", path, good).await.expect(StatusCode::NO_CONTENT);
    here.get("/api/v1/session").await.expect(StatusCode::OK);
    elsewhere.get("/api/v1/session").await.refused(401, "not_signed_in");
    server.browser().sign_in("lead", "a new long password").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn writes_from_other_sites_are_refused() {
    let server = Server::new().await;
    let browser = server.signed_in("lead").await;
    let host = ("host", "redwell.test".to_owned());
    let delete =
        async |headers: &[(&str, String)]| browser.send_bare("DELETE", "/api/v1/session", Body::empty(), headers).await;
    delete(std::slice::from_ref(&host)).await.refused(403, "cross_origin");
    delete(&[host.clone(), ("origin", "https://evil.example".into())]).await.refused(403, "cross_origin");
    let both = [host.clone(), ("origin", "http://redwell.test".into()), ("sec-fetch-site", "cross-site".into())];
    delete(&both).await.refused(403, "cross_origin");
    browser.get("/api/v1/session").await.expect(StatusCode::OK);
    delete(&[host, ("origin", "http://redwell.test".into())]).await.expect(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn people_are_added_by_who_manages_the_installation() {
    let server = Server::new().await;
    let root = server.signed_in("root").await;
    let new = |name: &str| json!({ "name": name, "display_name": "New", "password": "a long enough one" });
    root.post("/api/v1/users", new("Not Good")).await.refused(422, "bad_name");
    root.post("/api/v1/users", new("lead")).await.refused(409, "name_taken");
    root.post("/api/v1/users", new("newcomer")).await.expect(StatusCode::CREATED);
    server.browser().sign_in("newcomer", "a long enough one").await.expect(StatusCode::OK);
    let users = root.get("/api/v1/users").await.json();
    assert!(users.to_string().contains("newcomer") && !users.to_string().contains("argon2"));
}
