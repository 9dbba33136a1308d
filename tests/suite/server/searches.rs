//! What is kept of searching: saved searches, history, lists of documents, hit reports; and what a query means.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Browser, Server, in_matter};

/// How many documents a query finds.
async fn total(browser: &Browser, query: &str) -> Value {
    browser.post(&in_matter("/search"), json!({ "query": query })).await.json()["total"].clone()
}

#[tokio::test]
async fn a_saved_search_is_ones_own_until_it_is_shared() {
    let server = Server::new().await;
    let (reviewer, lead) = (server.signed_in("reviewer").await, server.signed_in("lead").await);
    let searches = in_matter("/saved-searches");
    let new =
        json!({ "name": " Key  terms ", "query": "price OR breach", "filters": { "any": { "custodian": ["Ada"] } } });
    let saved = reviewer.post(&searches, new.clone()).await.expect(StatusCode::CREATED).json();
    assert_eq!((&saved["name"], &saved["canonical"]), (&json!("Key terms"), &json!("price OR breach")));
    reviewer.post(&searches, new.clone()).await.refused(409, "name_taken");
    assert_eq!(total(&reviewer, "saved:\"Key terms\"").await, 3);
    assert_eq!(total(&reviewer, "page AND saved:\"Key terms\"").await, 1);
    assert_eq!(lead.get(&searches).await.json()["items"], json!([]));
    lead.post(&in_matter("/search"), json!({ "query": "saved:\"Key terms\"" })).await.refused(422, "bad_query");

    let one = in_matter(&format!("/saved-searches/{}", saved["id"]));
    reviewer.json("PATCH", &one, json!({ "is_shared": true })).await.refused(403, "not_permitted");
    lead.json("PATCH", &one, json!({ "name": "Mine" })).await.refused(404, "not_found");
    let changed = reviewer.json("PATCH", &one, json!({ "query": "price" })).await.json();
    assert_eq!((&changed["canonical"], &changed["filters"]["any"]["custodian"]), (&json!("price"), &json!(["Ada"])));
    reviewer.json("PATCH", &one, json!({ "query": "(price" })).await.refused(422, "bad_query");
    assert_eq!(total(&reviewer, "saved:\"Key terms\"").await, 2);

    let shared = json!({ "name": "Everybody's", "query": "plan", "is_shared": true });
    lead.post(&searches, shared).await.expect(StatusCode::CREATED);
    assert_eq!(total(&reviewer, "saved:\"Everybody's\"").await, 1);
    reviewer.json("DELETE", &one, Value::Null).await.expect(StatusCode::NO_CONTENT);
    reviewer.json("DELETE", &one, Value::Null).await.refused(404, "not_found");
    assert_eq!(reviewer.get(&searches).await.json()["items"].as_array().unwrap().len(), 1);
    let audit = lead.get(&in_matter("/audit")).await.json();
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert!(actions.contains(&"saved_search.delete") && actions.contains(&"saved_search.change"), "{actions:?}");
}

#[tokio::test]
async fn a_saved_search_cannot_be_made_of_itself() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    let searches = in_matter("/saved-searches");
    lead.post(&searches, json!({ "name": "a", "query": "saved:b" })).await.expect(StatusCode::CREATED);
    lead.post(&searches, json!({ "name": "b", "query": "saved:a" })).await.expect(StatusCode::CREATED);
    lead.post(&in_matter("/search"), json!({ "query": "saved:a" })).await.refused(422, "bad_query");
}

#[tokio::test]
async fn history_is_ones_own_to_clear_and_to_switch_off() {
    let server = Server::new().await;
    let (reviewer, lead) = (server.signed_in("reviewer").await, server.signed_in("lead").await);
    let history = in_matter("/search-history");
    for query in ["price", "breach", "price", ""] {
        total(&reviewer, query).await;
    }
    let kept = reviewer.get(&history).await.json();
    let queries: Vec<&str> =
        kept["items"].as_array().unwrap().iter().filter_map(|past| past["query"].as_str()).collect();
    assert_eq!((queries, &kept["items"][0]["total"]), (vec!["price", "breach"], &json!(2)));
    assert_eq!(lead.get(&history).await.json()["items"], json!([]));
    let off = reviewer.json("PUT", &history, json!({ "is_kept": false })).await.json();
    assert_eq!(off, json!({ "is_kept": false, "items": [] }));
    total(&reviewer, "plan").await;
    assert_eq!(reviewer.get(&history).await.json()["items"], json!([]));
    reviewer.json("PUT", &history, json!({ "is_kept": true })).await.expect(StatusCode::OK);
    total(&reviewer, "plan").await;
    reviewer.json("DELETE", &history, Value::Null).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(reviewer.get(&history).await.json(), json!({ "is_kept": true, "items": [] }));
}

#[tokio::test]
async fn a_list_of_documents_can_be_searched_for() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    let lists = in_matter("/document-lists");
    let new = json!({ "name": "Exhibits", "control_numbers": ["ACME-0000004"], "query": "breach" });
    let kept = lead.post(&lists, new).await.expect(StatusCode::CREATED).json();
    assert_eq!(kept["documents"], 2);
    assert_eq!(total(&lead, "list:Exhibits AND plan").await, 1);
    let strange = json!({ "name": "x", "control_numbers": ["ZENITH-0000001"] });
    lead.post(&lists, strange).await.refused(422, "bad_control_number");
    lead.json("DELETE", &in_matter("/document-lists/Exhibits"), Value::Null).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(lead.get(&lists).await.json()["items"], json!([]));
    lead.post(&in_matter("/search"), json!({ "query": "list:Exhibits" })).await.refused(422, "bad_query");
}

#[tokio::test]
async fn every_number_of_a_hit_report_is_found_again() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    let reports = in_matter("/hit-reports");
    let new = json!({ "name": "Terms of May", "terms": "# agreed\nprice\nbreach\n(\npage AND price" });
    let made = lead.post(&reports, new.clone()).await.json();
    assert_eq!(made["state"], "ready", "{made}");
    lead.post(&reports, new).await.refused(409, "name_taken");
    let counts = &made["counts"];
    let row = |term: &Value| {
        ["documents", "documents_with_family", "unique_documents", "hits"].map(|count| term[count].as_u64().unwrap())
    };
    let rows: Vec<_> = counts["terms"].as_array().unwrap().iter().map(row).collect();
    assert_eq!(rows, [[2, 2, 1, 2], [1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 0, 2]]);
    assert_eq!((&counts["documents"], &counts["problems"]), (&json!(3), &json!(1)));
    assert!(counts["terms"][2]["error"].as_str().is_some_and(|error| !error.is_empty()));
    for term in counts["terms"].as_array().unwrap().iter().chain([counts]) {
        for number in ["documents", "documents_with_family", "unique_documents"] {
            let search = term["searches"][number].as_str().unwrap();
            if !search.is_empty() {
                assert_eq!(total(&lead, search).await, term[number], "{search}");
            }
        }
    }
    let ada =
        json!({ "query": counts["terms"][0]["searches"]["documents"], "filters": { "any": { "custodian": ["Ada"] } } });
    let by_ada = lead.post(&in_matter("/search"), ada).await.json();
    let share = counts["terms"][0]["by_custodian"].as_array().unwrap().iter().find(|share| share["value"] == "Ada");
    assert_eq!(by_ada["total"], share.unwrap()["documents"]);
    assert!(by_ada["hits"][0]["snippets"][0]["highlights"].as_array().is_some_and(|marks| !marks.is_empty()));

    let listed = lead.get(&reports).await.json();
    assert_eq!((&listed["items"][0]["term_count"], &listed["items"][0]["counts"]["terms"]), (&json!(4), &json!([])));
    for (format, begins) in [("xlsx", "PK"), ("csv", "\u{feff}number,name,term"), ("json", "{\"dialect\":\"redwell\"")]
    {
        let file = lead.get(&in_matter(&format!("/hit-reports/1/export?format={format}"))).await;
        let file = file.expect(StatusCode::OK);
        assert!(file.body.starts_with(begins.as_bytes()), "{format}: {:?}", file.header("content-type"));
        assert!(file.header("content-disposition").ends_with(&format!("acme-hits-0001.{format}\"")));
    }
}

#[tokio::test]
async fn two_hit_reports_can_be_compared() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    let reports = in_matter("/hit-reports");
    let first = json!({ "name": "First", "terms": "price\nplan", "scope": "custodian:Ada" });
    assert_eq!(lead.post(&reports, first).await.json()["counts"]["documents"], 1);
    let second = json!({ "name": "Second", "terms": "price\nbreach", "earlier": 1 });
    let second = lead.post(&reports, second).await.json();
    let counts = &second["counts"];
    assert_eq!((&counts["new_documents"], &counts["terms"][0]["new_documents"]), (&json!(2), &json!(1)));
    let new = counts["terms"][0]["searches"]["new_documents"].as_str().unwrap();
    assert_eq!((new, total(&lead, new).await), ("report:\"Second\"#1 AND NOT report:\"First\"#1", json!(1)));
    let compared = lead.get(&in_matter("/hit-reports/2/compare?with=1")).await.json();
    let rows: Vec<_> = compared["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["canonical"].clone(), row["before"].clone(), row["after"].clone(), row["added"].clone()))
        .collect();
    assert_eq!(rows[0], (json!("price"), json!(1), json!(2), json!(1)));
    assert_eq!(rows[2], (json!("plan"), json!(0), json!(null), json!(0)));
    let documents = lead.get(&in_matter("/hit-reports/2/compare/documents?with=1&term=price")).await.json();
    assert_eq!(documents["added"][0]["control_number"], "ACME-0000003");
    let again = lead.post(&in_matter("/hit-reports/2/rerun"), json!({})).await.json();
    assert_eq!((&again["name"], &again["earlier"]), (&json!("Second, run 2"), &json!(2)));
    assert_eq!(again["counts"]["new_documents"], 0);
    let unknown = json!({ "name": "Third", "terms": "price", "earlier": 99 });
    lead.post(&reports, unknown).await.refused(422, "no_such_report");
    lead.post(&reports, json!({ "name": "Third", "terms": "# none" })).await.refused(422, "no_terms");
}

#[tokio::test]
async fn a_query_is_explained_before_and_after_it_is_asked() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    let read = async |query: &str, dialect: &str| {
        reviewer.post(&in_matter("/query"), json!({ "query": query, "dialect": dialect })).await.json()
    };
    let good = read("breach /5 notice", "westlaw").await;
    assert_eq!((&good["canonical"], &good["error"]), (&json!("breach w/5 notice"), &Value::Null));
    assert!(good["explanation"].as_str().is_some_and(|text| text.contains("within 5 words")), "{good}");
    let bad = read("(breach", "redwell").await;
    assert!(bad["canonical"].is_null() && bad["error"]["position"].is_u64(), "{bad}");
    let list = json!({ "terms": "# agreed\nbreach w/5 notice\n(\n", "dialect": "dtsearch" });
    let list = reviewer.post(&in_matter("/query/list"), list).await.json();
    assert_eq!((&list["terms"], &list["errors"]), (&json!(2), &json!(1)));
    assert_eq!(list["lines"][1]["verdict"], "exact");

    let why = json!({ "query": "price AND NOT (june OR plan)", "control_number": "ACME-0000001" });
    let why = reviewer.post(&in_matter("/why"), why).await.json();
    let held = |part: &Value| (part["canonical"].clone(), part["holds"].clone());
    assert_eq!(held(&why), (json!("price AND NOT (june OR plan)"), json!(false)));
    assert_eq!(held(&why["parts"][0]), (json!("price"), json!(true)));
    assert_eq!(held(&why["parts"][1]["parts"][0]["parts"][1]), (json!("plan"), json!(false)));
    let elsewhere = json!({ "query": "price", "control_number": "ACME-0000999" });
    reviewer.post(&in_matter("/why"), elsewhere).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_query_is_coloured_and_completed() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    let read = reviewer.post(&in_matter("/query"), json!({ "query": "price AND (plan" })).await.json();
    let parts = read["parts"].as_array().unwrap();
    let kinds: Vec<_> = parts.iter().map(|part| part["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["word", "operator", "error", "word"]);

    let complete = async |text: &str, dialect: &str| {
        let asked = json!({ "text": text, "position": text.chars().count(), "dialect": dialect });
        reviewer.post(&in_matter("/query/completions"), asked).await.json()
    };
    let inserted = |found: &Value| -> Vec<String> {
        found["items"].as_array().unwrap().iter().map(|item| item["insert"].as_str().unwrap().to_owned()).collect()
    };
    let words = complete("june OR price", "redwell").await;
    assert_eq!((&words["start"], &words["end"]), (&json!(8), &json!(13)));
    assert_eq!((&words["items"][0]["insert"], &words["items"][0]["kind"]), (&json!("price"), &json!("word")));
    assert_eq!(words["items"][0]["count"], total(&reviewer, "price").await);
    assert!(inserted(&complete("cust", "redwell").await).contains(&"custodian:".to_owned()));
    assert!(inserted(&complete("cust", "westlaw").await).contains(&"custodian(".to_owned()));
    let everything = inserted(&complete("", "redwell").await);
    assert!(everything.contains(&"AND ".to_owned()) && everything.contains(&"hits(".to_owned()), "{everything:?}");

    let body = json!({ "name": "Key terms", "query": "price" });
    reviewer.post(&in_matter("/saved-searches"), body).await.json();
    assert_eq!(inserted(&complete("saved:\"ke", "redwell").await), ["\"Key terms\""]);
    let lead = server.signed_in("lead").await;
    let asked = json!({ "text": "saved:k", "position": 7 });
    assert_eq!(inserted(&lead.post(&in_matter("/query/completions"), asked).await.json()), [] as [&str; 0]);
    // Whatever is offered for a field can be searched for, and finds as many.
    for field in ["custodian", "type", "language", "tag"] {
        let found = complete(&format!("{field}:"), "redwell").await;
        for item in found["items"].as_array().unwrap() {
            let query = format!("{field}:{}", item["insert"].as_str().unwrap());
            assert_eq!(total(&reviewer, &query).await, item["count"], "{query}");
        }
    }
}

#[tokio::test]
async fn the_words_of_a_matter_are_listed() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    let terms = async |asked: Value| reviewer.post(&in_matter("/terms"), asked).await;
    let all = terms(json!({ "limit": 1000 })).await.json();
    let rows = all["terms"].as_array().unwrap();
    assert_eq!((all["total"].as_u64().unwrap(), &all["more"]), (rows.len() as u64, &json!(false)));
    for row in rows {
        assert_eq!(total(&reviewer, row["query"].as_str().unwrap()).await, row["documents"], "{row}");
    }
    let first = terms(json!({ "order": "frequency", "limit": 2 })).await.json();
    let after = |page: &Value| json!({ "term": page["terms"][1]["term"], "documents": page["terms"][1]["documents"] });
    let second = terms(json!({ "order": "frequency", "limit": 2, "after": after(&first) })).await.json();
    let documents = |page: &Value, at: usize| page["terms"][at]["documents"].as_u64().unwrap();
    assert!(documents(&first, 0) >= documents(&first, 1) && documents(&first, 1) >= documents(&second, 0));
    assert_ne!(first["terms"][1]["term"], second["terms"][0]["term"]);
    let similar = terms(json!({ "similar_to": "prise" })).await.json();
    assert_eq!(similar["terms"][0]["term"], "price");
    terms(json!({ "pattern": "two words" })).await.refused(422, "bad_term");
    terms(json!({ "pattern": "a*", "prefix": "a" })).await.refused(422, "bad_term");
    terms(json!({ "field": "nosuch" })).await.refused(422, "bad_term");
}

#[tokio::test]
async fn rows_of_a_form_become_a_query_and_back() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    let rows = json!([
        { "kind": "any", "text": "price \"unit cost\"" },
        { "kind": "near", "text": "june", "other": "plan", "distance": 20, "ordered": true },
        { "kind": "date", "field": "sent", "from": "2001-05-01", "to": "2001-08-31" },
        { "kind": "not_coded", "text": "Hot" },
    ]);
    let built = reviewer.post(&in_matter("/query/build"), json!({ "rows": rows })).await.json();
    let written = "(price OR \"unit cost\") AND june pre/20 plan AND sent:2001-05..2001-08 AND NOT tag:Hot";
    assert_eq!((&built["query"], &built["error"]), (&json!(written), &Value::Null));
    let back = reviewer.post(&in_matter("/query/rows"), json!({ "query": written })).await.json();
    assert_eq!((&back["rows"][1]["other"], &back["rows"][3]["kind"]), (&json!("plan"), &json!("not_coded")));
    let again = reviewer.post(&in_matter("/query/build"), json!({ "rows": back["rows"] })).await.json();
    assert_eq!(again["query"], built["query"]);
    let bad = json!({ "rows": [{ "kind": "all", "text": "a" }, { "kind": "date", "from": "soon" }] });
    let bad = reviewer.post(&in_matter("/query/build"), bad).await.json();
    assert_eq!((&bad["error"]["row"], &bad["query"]), (&json!(1), &json!("")));
    let beyond = reviewer.post(&in_matter("/query/rows"), json!({ "query": "hits(price) > 2" })).await.json();
    assert_eq!(beyond["rows"], Value::Null);
}

#[tokio::test]
async fn the_terms_of_a_query_are_found_each_by_itself() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    let path = in_matter("/documents/ACME-0000001/terms");
    let found = reviewer.post(&path, json!({ "query": "(price OR nosuchword) NOT june" })).await.json();
    let terms = found["terms"].as_array().unwrap();
    assert_eq!(terms.len(), 2);
    assert_eq!((&terms[0]["canonical"], &terms[1]["ranges"]), (&json!("price"), &json!([])));
    let hits = reviewer.post(&in_matter("/documents/ACME-0000001/hits"), json!({ "query": "price" })).await.json();
    assert_eq!(terms[0]["ranges"], hits["ranges"]);
    reviewer.post(&path, json!({ "query": "(price" })).await.refused(422, "bad_query");
}
