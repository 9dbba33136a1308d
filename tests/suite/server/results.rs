//! Results: orders, pages by number, facets that include and exclude, time, filters written as queries.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{BREACH, Browser, NOTICE, PRICE, Server, document, in_matter};

const SORTS: [&str; 10] = [
    "relevance",
    "control_number",
    "date_ascending",
    "date_descending",
    "custodian",
    "family",
    "thread",
    "size_ascending",
    "size_descending",
    "hits",
];

fn numbers(page: &Value) -> Vec<String> {
    page["hits"].as_array().unwrap().iter().map(|hit| hit["control_number"].as_str().unwrap().to_owned()).collect()
}

async fn total(browser: &Browser, query: &str, filters: &Value) -> u64 {
    let body = json!({ "query": query, "filters": filters, "limit": 1 });
    browser.post(&in_matter("/search"), body).await.json()["total"].as_u64().unwrap()
}

/// A server with some coding and an annotation.
async fn worked_on() -> Server {
    let server = Server::new().await.with_taxonomy().await;
    for (who, number, concept) in [("reviewer", 1, PRICE), ("analyst", 2, NOTICE), ("analyst", 3, PRICE)] {
        let browser = server.signed_in(who).await;
        let coded = json!({ "set": [concept], "request_id": format!("{number}") });
        browser.post(&document(number, "/coding"), coded).await.json();
    }
    let analyst = server.signed_in("analyst").await;
    let note = json!({ "request_id": "1", "start": 0, "end": 5, "note": "here" });
    analyst.post(&document(2, "/annotations"), note).await.json();
    server
}

#[tokio::test]
async fn pages_by_cursor_and_rows_by_number_are_the_same_rows() {
    let server = Server::new().await;
    let reviewer = server.signed_in("reviewer").await;
    for sort in SORTS.map(|sort| json!([sort])).into_iter().chain([json!(["custodian", "date_descending", "hits"])]) {
        for query in ["", "price OR the"] {
            let page = async |more: Value| {
                let mut body = json!({ "query": query, "sort": sort, "limit": 1 });
                body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                reviewer.post(&in_matter("/search"), body).await
            };
            let all = page(json!({ "limit": 200 })).await.json();
            let (mut cursors, mut cursor) = (Vec::new(), None);
            for _ in 0..9 {
                let found = page(cursor.map_or(json!({}), |cursor: Value| json!({ "cursor": cursor }))).await.json();
                cursors.extend(numbers(&found));
                cursor = found.get("next_cursor").cloned();
                if cursor.is_none() {
                    break;
                }
            }
            let mut rows = Vec::new();
            for offset in 0..all["total"].as_u64().unwrap() {
                let found = page(json!({ "offset": offset })).await.json();
                assert_eq!(found["total"], all["total"]);
                assert_eq!(found["hits"][0]["score"], all["hits"][usize::try_from(offset).unwrap()]["score"]);
                rows.extend(numbers(&found));
            }
            assert_eq!((&cursors, &rows), (&numbers(&all), &numbers(&all)), "{sort} {query}");
            let order = json!({ "query": query, "sort": sort, "offset": 1, "limit": 2 });
            let order = reviewer.post(&in_matter("/search/order"), order).await.json();
            let expected: Vec<&Value> =
                all["hits"].as_array().unwrap()[1..3].iter().map(|hit| &hit["ordinal"]).collect();
            assert_eq!(order["ordinals"].as_array().unwrap().iter().collect::<Vec<_>>(), expected, "{sort} {query}");
        }
    }
    let both = json!({ "query": "", "cursor": "00", "offset": 1 });
    reviewer.post(&in_matter("/search"), both).await.refused(400, "bad_request");
    let many = json!({ "query": "", "sort": ["hits", "custodian", "family", "thread", "relevance"] });
    reviewer.post(&in_matter("/search"), many).await.refused(400, "bad_request");
    let beyond = reviewer.post(&in_matter("/search"), json!({ "query": "", "offset": 99 })).await.json();
    assert_eq!((&beyond["total"], beyond["hits"].as_array().unwrap().len()), (&json!(4), 0));
}

/// Numbers that look random and are the same each time.
fn dice(seed: &mut u64, sides: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap() % sides
}

#[tokio::test]
async fn a_facet_counts_what_the_search_finds_with_its_value_alone_chosen() {
    let server = worked_on().await;
    let reviewer = server.signed_in("reviewer").await;
    let facets = async |query: &str, filters: &Value| {
        let body = json!({ "of": { "query": query, "filters": filters } });
        reviewer.post(&in_matter("/facets"), body).await.json()["facets"].as_array().unwrap().clone()
    };
    let offered = facets("", &json!({})).await;
    for facet in &offered {
        let field = facet["field"].as_str().unwrap();
        for value in facet["values"].as_array().unwrap() {
            let (any, not) =
                (json!({ "any": { field: [value["value"]] } }), json!({ "not": { field: [value["value"]] } }));
            assert_eq!(total(&reviewer, "", &any).await + total(&reviewer, "", &not).await, 4, "{field} {value}");
        }
    }
    let mut seed = 7;
    for _ in 0..10 {
        let mut chosen: BTreeMap<&str, BTreeMap<String, Vec<Value>>> = BTreeMap::new();
        for _ in 0..dice(&mut seed, 4) {
            let facet = &offered[dice(&mut seed, offered.len())];
            let values = facet["values"].as_array().unwrap();
            let value = values[dice(&mut seed, values.len())]["value"].clone();
            let side = ["any", "not"][dice(&mut seed, 2)];
            let field = facet["field"].as_str().unwrap().to_owned();
            chosen.entry(side).or_default().entry(field).or_default().push(value);
        }
        let filters = json!(chosen);
        let query = ["", "price", "NOT plan"][dice(&mut seed, 3)];
        for facet in facets(query, &filters).await {
            let field = facet["field"].as_str().unwrap();
            for value in facet["values"].as_array().unwrap() {
                let mut alone = filters.clone();
                if let Some(not) = alone.get_mut("not") {
                    not.as_object_mut().unwrap().remove(field);
                }
                if alone.get("any").is_none() {
                    alone["any"] = json!({});
                }
                alone["any"][field] = json!([value["value"]]);
                let found = total(&reviewer, query, &alone).await;
                assert_eq!(json!(found), value["count"], "{query} {filters} {field} {value}");
            }
        }
    }
}

#[tokio::test]
async fn filters_written_as_a_query_find_the_same_documents() {
    let server = worked_on().await;
    let reviewer = server.signed_in("reviewer").await;
    let offered = reviewer.post(&in_matter("/facets"), json!({})).await.json();
    for facet in offered["facets"].as_array().unwrap() {
        let field = facet["field"].as_str().unwrap();
        for value in facet["values"].as_array().unwrap() {
            for side in ["any", "not"] {
                let filters = json!({ side: { field: [value["value"]] } });
                let body = json!({ "query": "price OR plan", "filters": filters });
                let written = reviewer.post(&in_matter("/search/as-query"), body).await.json();
                let query = written["query"].as_str().unwrap();
                let found = total(&reviewer, query, &written["filters"]).await;
                assert_eq!(found, total(&reviewer, "price OR plan", &filters).await, "{field} {value}: {written}");
                let is_left = !written["left"].as_array().unwrap().is_empty();
                assert!(!is_left || value["value"] == "", "{field} {value}: {written}");
            }
        }
    }
    let body = json!({ "query": "", "filters": { "any": { "custodian": ["Ada"], "concept": [BREACH] } } });
    let written = reviewer.post(&in_matter("/search/as-query"), body).await.json();
    assert_eq!(written["query"], "tag:Breach AND custodian:ada");
    let unknown = json!({ "query": "", "filters": { "custodian": ["Ada"] } });
    reviewer.post(&in_matter("/search"), unknown).await.refused(400, "bad_request");
}

#[tokio::test]
async fn time_counts_every_matching_document_once() {
    let server = worked_on().await;
    let reviewer = server.signed_in("reviewer").await;
    let timeline = async |body: Value| reviewer.post(&in_matter("/timeline"), body).await.json();
    let all = timeline(json!({ "query": "" })).await;
    let bars =
        |line: &Value| line["bars"].as_array().unwrap().iter().map(|bar| bar["count"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(bars(&all) + all["undated"].as_u64().unwrap(), 4);
    assert_eq!(all["total"], 4);
    for unit in ["year", "month", "day"] {
        let line = timeline(json!({ "query": "", "unit": unit })).await;
        for bar in line["bars"].as_array().unwrap() {
            let filters = json!({ "from": bar["from"], "to": bar["to"] });
            assert_eq!(json!(total(&reviewer, "", &filters).await), bar["count"], "{unit} {bar}");
            // The chart shows around what is chosen.
            let body = json!({ "query": "", "unit": unit, "filters": filters });
            assert_eq!(timeline(body).await["bars"], line["bars"]);
        }
        for (at, _) in line["bars"].as_array().unwrap().iter().enumerate() {
            let by_custodian: u64 =
                line["custodians"].as_array().unwrap().iter().map(|row| row["counts"][at].as_u64().unwrap()).sum();
            assert_eq!(json!(by_custodian), line["bars"][at]["count"]);
        }
    }
    let bad = json!({ "query": "", "from": "2024-13-01" });
    reviewer.post(&in_matter("/timeline"), bad).await.refused(422, "bad_date");
    let backwards = json!({ "query": "", "filters": { "from": "2024-02-01", "to": "2024-01-01" } });
    reviewer.post(&in_matter("/search"), backwards).await.refused(422, "bad_date");
}

#[tokio::test]
async fn an_order_stays_while_what_it_found_is_coded() {
    let server = Server::new().await.with_taxonomy().await;
    let reviewer = server.signed_in("reviewer").await;
    let uncoded = |more: Value| {
        let mut body = json!({ "query": "NOT coded:yes", "sort": ["control_number"], "limit": 2 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let order = json!({ "query": "NOT coded:yes", "sort": ["control_number"], "offset": 0, "limit": 0 });
    let order = reviewer.post(&in_matter("/search/order"), order).await.json();
    assert_eq!((&order["total"], &order["ordinals"]), (&json!(4), &json!([])));
    for number in [1, 2] {
        let coded = json!({ "set": [PRICE], "request_id": format!("{number}") });
        reviewer.post(&document(number, "/coding"), coded).await.json();
    }
    let page = uncoded(json!({ "offset": 2, "order": order["order"] }));
    let page = reviewer.post(&in_matter("/search"), page).await.json();
    assert_eq!((numbers(&page), &page["total"]), (vec!["ACME-0000003".into(), "ACME-0000004".into()], &json!(4)));
    let first = uncoded(json!({ "offset": 0, "order": order["order"] }));
    let first = reviewer.post(&in_matter("/search"), first).await.json();
    assert_eq!((numbers(&first)[0].as_str(), &first["hits"][0]["concepts"]), ("ACME-0000001", &json!([PRICE])));
    // A page that is the whole result names its order by itself.
    let whole = reviewer.post(&in_matter("/search"), uncoded(json!({ "limit": 50 }))).await.json();
    let again = uncoded(json!({ "offset": 1, "order": whole["order"] }));
    assert_eq!(numbers(&reviewer.post(&in_matter("/search"), again).await.json()), ["ACME-0000004"]);
    let unknown = uncoded(json!({ "offset": 1, "order": "none" }));
    reviewer.post(&in_matter("/search"), unknown).await.refused(409, "order_forgotten");
}
