//! A matter's list of synonyms: written by leads, searched by everybody, kept with hit reports.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Browser, Server, document, in_matter};

async fn search(browser: &Browser, query: &str, dialect: &str) -> Value {
    browser.post(&in_matter("/search"), json!({ "query": query, "dialect": dialect })).await.json()
}

#[tokio::test]
async fn synonyms_are_searched_for_on_demand() {
    let server = Server::new().await;
    let (lead, reviewer) = (server.signed_in("lead").await, server.signed_in("reviewer").await);
    let path = in_matter("/synonyms");
    assert_eq!(lead.get(&path).await.json(), json!({ "version": 0, "groups": [], "by": null, "at": null }));
    lead.post(&in_matter("/search"), json!({ "query": "syn(cost)" })).await.refused(422, "bad_query");
    let read = lead.post(&in_matter("/query"), json!({ "query": "syn(cost)" })).await.json();
    assert!(read["warnings"].to_string().contains("has no list of synonyms yet"), "{read}");

    let groups = json!([["cost", " price "], ["default", "Breach", "breach"]]);
    let put = json!({ "version": 0, "groups": groups });
    reviewer.json("PUT", &path, put.clone()).await.refused(403, "not_permitted");
    let written = lead.json("PUT", &path, put.clone()).await.json();
    assert_eq!(written["groups"], json!([["cost", "price"], ["default", "Breach"]]));
    assert_eq!(written["by"], "lead");
    lead.json("PUT", &path, put).await.refused(409, "changed_meanwhile");
    let alone = json!({ "version": written["version"], "groups": [["a", "b"], [], ["alone"]] });
    let told = lead.json("PUT", &path, alone).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    assert_eq!((&told["code"], &told["line"]), (&json!("bad_synonyms"), &json!(3)), "{told}");
    let table = reviewer.get(&in_matter("/synonyms/export")).await.expect(StatusCode::OK);
    assert_eq!(table.body.as_ref(), "\u{feff}cost,price\ndefault,Breach\n".as_bytes());

    let plain = search(&reviewer, "price", "redwell").await;
    for (query, dialect) in [("syn(cost)", "redwell"), ("Cost&", "dtsearch"), ("syn(price)", "redwell")] {
        let found = search(&reviewer, query, dialect).await;
        assert_eq!(found["total"], plain["total"], "{query}");
        assert_eq!(found["hits"][0]["snippets"], plain["hits"][0]["snippets"], "{query}");
        let told = found["warnings"][0]["message"].as_str().unwrap();
        assert!(told.starts_with('`') && told.contains("`: also "), "{told}");
    }
    assert_eq!(search(&reviewer, "cost", "redwell").await["total"], 0, "only on demand");
    let stranger = search(&reviewer, "syn(plan)", "redwell").await;
    assert!(stranger["warnings"][0]["message"].as_str().unwrap().contains("in no group"), "{stranger}");

    // What is searched for is told before it is searched, and marked in the document.
    let read = async |query: &str| reviewer.post(&in_matter("/query"), json!({ "query": query })).await;
    let reading = read("syn(cost) w/3 june").await.json();
    assert_eq!(reading["warnings"][0]["message"], "`cost`: also price", "{reading}");
    assert!(read("syn(plan)").await.json()["warnings"].to_string().contains("in no group"));
    assert_eq!(read("cost").await.json()["warnings"], json!([]));
    let hits = reviewer.post(&document(1, "/hits"), json!({ "query": "syn(cost) w/6 june" })).await.json();
    assert_eq!(
        (hits["ranges"].as_array().unwrap().len(), hits["stretches"].as_array().unwrap().len()),
        (2, 1),
        "{hits}"
    );
    assert_eq!(hits["stretches"][0], json!([hits["ranges"][0][0], hits["ranges"][1][1]]));
    let terms = reviewer.post(&document(1, "/terms"), json!({ "query": "syn(cost) OR june" })).await.json();
    assert_eq!(
        (&terms["terms"][0]["canonical"], terms["terms"][0]["ranges"].as_array().unwrap().len()),
        (&json!("syn(cost)"), 1)
    );

    let saved = json!({ "name": "Costs", "query": "syn(cost)", "is_shared": true });
    lead.post(&in_matter("/saved-searches"), saved).await.expect(StatusCode::CREATED);
    assert_eq!(search(&reviewer, "saved:Costs", "redwell").await["total"], plain["total"]);

    let audit = server.signed_in("lead").await.get(&in_matter("/audit")).await.json();
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "synonyms.put").count(), 1);
}

#[tokio::test]
async fn hit_reports_keep_what_they_searched_for() {
    let server = Server::new().await;
    let lead = server.signed_in("lead").await;
    let put = json!({ "version": 0, "groups": [["cost", "price"]] });
    let list = lead.json("PUT", &in_matter("/synonyms"), put).await.json();
    let new = json!({ "name": "Costs", "terms": "syn(cost)\nprice" });
    let made = lead.post(&in_matter("/hit-reports"), new).await.json();
    let terms = &made["counts"]["terms"];
    assert_eq!((&terms[0]["documents"], &terms[0]["hits"]), (&terms[1]["documents"], &terms[1]["hits"]));
    assert!(terms[0]["messages"].to_string().contains("`cost`: also price"), "{terms}");
    let put = json!({ "version": list["version"], "groups": [["cost", "nothing"]] });
    lead.json("PUT", &in_matter("/synonyms"), put).await.expect(StatusCode::OK);
    let kept = lead.get(&in_matter("/hit-reports/1")).await.json();
    assert_eq!(kept["counts"]["terms"], *terms);
}
