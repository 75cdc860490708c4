//! Ratings by citizens.

use diesel::prelude::*;
use diesel::sql_types::Text;
use motcua_kernel::{ActorKind, Uuid};
use motcua_procedures::ratings::criteria::CRITERIA;
use motcua_procedures::ratings::{move_ratings, past_months};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{costly, province};
use crate::support::{Answer, Province};
use crate::tracking::anybody;

/// A dossier that has ended: its id and its reference.
async fn ended(province: &Province) -> (String, String) {
    let submitted = costly(province).await;
    let word = |name: &str| submitted[name].as_str().unwrap().to_owned();
    let (id, reference) = (word("id"), word("tracking_reference"));
    province.portal().step(&id, &json!({"action": "withdraw"})).await.ok();
    (id, reference)
}

async fn rate(province: &Province, reference: &str, scores: &Value) -> Answer {
    let body = json!({"tracking_reference": reference, "scores": scores, "comment": "Cô Ví Dụ rất tận tình"});
    anybody(province, "ratings", "192.0.2.1", &body).await
}

fn all_nine(score: i64) -> Value {
    CRITERIA.iter().map(|criterion| (criterion.code.to_owned(), json!(score))).collect::<serde_json::Map<_, _>>().into()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Everything the database keeps of ratings, in words.
async fn kept(province: &Province) -> String {
    let columns = [
        ("ratings", "id, agency_id, responsible_agency_id, field_code, procedure_code, month"),
        ("rating_scores", "rating_id, criterion, score"),
        ("rated_dossiers", "mark"),
    ];
    let read = move |conn: &mut motcua_db::Conn| {
        let mut all = String::new();
        for (table, columns) in columns {
            let line = columns
                .split(", ")
                .map(|column| format!("CAST({column} AS TEXT)"))
                .collect::<Vec<_>>()
                .join(" || ' ' || ");
            let rows: Vec<Line> = diesel::sql_query(format!("SELECT {line} AS line FROM {table}")).load(conn)?;
            all.extend(rows.iter().flat_map(|row| [row.line.as_str(), "\n"]));
        }
        Ok(all)
    };
    province.foundation.db.read("kept", read).await.unwrap()
}

on_both_databases! {
    async fn a_dossier_is_rated_once_and_only_when_it_has_ended(database) {
        let province = province(database).await;
        let open = costly(&province).await["tracking_reference"].as_str().unwrap().to_owned();
        assert_eq!(rate(&province, &open, &json!({"attitude": 2})).await.code(409), "rating.too_early");
        let (_, reference) = ended(&province).await;
        let wrong = rate(&province, &reference, &json!({"attitude": 3, "beauty": 1})).await;
        let codes: Vec<&Value> = wrong.body["errors"].as_array().unwrap().iter().map(|fault| &fault["code"]).collect();
        assert_eq!((wrong.status, codes), (422, vec![&json!("range"), &json!("criterion.unknown")]));
        assert_eq!(rate(&province, &reference, &json!({})).await.status, 422);
        let (good, bad) = (all_nine(2), all_nine(0));
        let at_once = futures_util::join!(rate(&province, &reference, &good), rate(&province, &reference, &bad));
        let mut statuses = [at_once.0.status, at_once.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        assert_eq!(rate(&province, &reference.to_lowercase(), &all_nine(1)).await.code(409), "rating.given");
        assert_eq!(rate(&province, "2222-2222-22", &all_nine(1)).await.code(404), "tracking.unknown");
        province.stop().await;
    }

    async fn nothing_that_is_kept_or_told_leads_from_a_rating_to_its_dossier(database) {
        let province = province(database).await;
        let mut dossiers = Vec::new();
        for _ in 0..3 {
            let (id, reference) = ended(&province).await;
            rate(&province, &reference, &all_nine(2)).await.ok();
            dossiers.push((id, reference));
        }
        let kept = kept(&province).await;
        for (id, reference) in &dossiers {
            assert!(!kept.contains(id.as_str()) && !kept.contains(reference.as_str()), "{kept}");
        }
        assert!(kept.contains("2026-11\n") && !kept.contains("2026-11-"), "no day: {kept}");
        // Ids say nothing of time: those of this system begin with it.
        let now = motcua_kernel::new_id().to_string().chars().take(6).collect::<String>();
        assert!(!kept.lines().any(|line| line.starts_with(&now)), "{kept}");
        let (db, journal, tenant) = (&province.foundation.db, &province.foundation.journal, province.foundation.tenant);
        assert_eq!(past_months(db, journal, tenant).await.unwrap(), 0, "a month that lasts is not told");
        province.travel("2026-12-01T03:00:00Z");
        past_months(db, journal, tenant).await.unwrap();
        assert_eq!(past_months(db, journal, tenant).await.unwrap(), 0, "told once");
        province.all_events_are_in_the_feed().await;
        let feed = province.caller(ActorKind::Service, "kpi", None).get("/v1/events?after=0").await.ok();
        let mut told: Vec<&Value> = feed.as_array().unwrap().iter().filter(|event| event["type"] == "rating.given.v1").collect();
        assert_eq!(told.len(), 3);
        assert!(told.iter().all(|event| event["data"]["month"] == "2026-11" && event["data"]["total"] == 18));
        assert!(told.iter().all(|event| event["data"]["occurred_at"].as_str().unwrap().starts_with("2026-12-01")));
        let order: Vec<String> = told.iter().map(|event| event["subject"].to_string()).collect();
        told.sort_by_key(|event| event["subject"].to_string());
        assert_eq!(order, told.iter().map(|event| event["subject"].to_string()).collect::<Vec<_>>(), "in the order of random ids");
        let words = serde_json::to_string(&told).unwrap();
        assert!(!words.contains("Ví Dụ") && dossiers.iter().all(|(id, _)| !words.contains(id.as_str())));
        province.stop().await;
    }

    async fn ratings_count_for_the_agency_that_goes_on_with_the_work(database) {
        let province = province(database).await;
        let (id, reference) = ended(&province).await;
        rate(&province, &reference, &all_nine(2)).await.ok();
        let dossier = province.portal().get(&format!("/v1/dossiers/{id}")).await.ok();
        let elsewhere = province.portal().submit(|body| body["procedure"] = json!("1.000828")).await.ok();
        let agency = |dossier: &Value, party: &str| dossier["agencies"][party]["id"].as_str().unwrap().parse::<Uuid>().unwrap();
        let (from, to) = (agency(&dossier, "receiving"), agency(&elsewhere, "competent"));
        let (db, tenant) = (&province.foundation.db, province.foundation.tenant);
        let moved = db.write("move", move |tx| move_ratings(tx, tenant, from, to)).await.unwrap();
        assert_eq!(moved, 1);
        assert_eq!(db.write("move", move |tx| move_ratings(tx, tenant, from, to)).await.unwrap(), 0);
        province.travel("2026-12-01T03:00:00Z");
        for (officer, agency, ratings) in [("D3", "H1.3", 1), ("C1", "H1.1", 0)] {
            let path = format!("/v1/ratings/summary?agency={agency}&period=2026-11");
            let sum = province.officer(officer, "leader").get(&path).await.ok();
            assert_eq!((&sum["ratings"], &sum["withheld"]), (&json!(ratings), &json!(ratings == 1)), "{agency}");
            assert_eq!((&sum["criteria"], &sum["grades"]), (&json!([]), &json!([])), "one alone would be known");
        }
        past_months(db, &province.foundation.journal, tenant).await.unwrap();
        province.all_events_are_in_the_feed().await;
        let leader = province.officer("D3", "leader").get("/v1/events?after=0").await.ok();
        assert!(leader.as_array().unwrap().iter().all(|event| event["type"] != "rating.given.v1"), "not one by one");
        let told = province.caller(ActorKind::Service, "kpi", None).get("/v1/events?after=0").await.ok();
        let given: Vec<&Value> = told.as_array().unwrap().iter().filter(|event| event["type"] == "rating.given.v1").collect();
        assert_eq!((given.len(), &given[0]["data"]["agency_id"]), (1, &json!(to)));
        province.stop().await;
    }

    async fn officers_see_counts_and_comments_of_what_is_below_them(database) {
        let province = province(database).await;
        let comments = "/v1/ratings/comments?agency=H1&period=2026-11";
        for scores in [all_nine(2), all_nine(1), all_nine(2), json!({"attitude": 0}), json!({"attitude": 0})] {
            let (_, reference) = ended(&province).await;
            rate(&province, &reference, &scores).await.ok();
        }
        let leader = province.officer("P", "leader");
        let now = leader.get("/v1/ratings/summary?agency=H1&period=2026-Q4").await.ok();
        assert_eq!((&now["ratings"], &now["withheld"]), (&json!(0), &json!(false)), "nobody watches the counts grow");
        assert_eq!(leader.get(comments).await.ok()["items"], json!([]));
        province.travel("2026-12-01T03:00:00Z");
        let leader = province.officer("P", "leader");
        let sum = leader.get("/v1/ratings/summary?agency=H1&period=2026-Q4").await.ok();
        assert_eq!((&sum["ratings"], &sum["from_month"]), (&json!(5), &json!("2026-10")));
        let attitude = sum["criteria"].as_array().unwrap().iter().find(|one| one["code"] == "attitude").unwrap();
        assert_eq!((&attitude["good"], &attitude["acceptable"], &attitude["bad"]), (&json!(2), &json!(1), &json!(2)));
        let grades: Vec<i64> = sum["grades"].as_array().unwrap().iter().map(|grade| grade["ratings"].as_i64().unwrap()).collect();
        assert_eq!(grades, [2, 0, 1, 0, 0], "18 is excellent, 9 is fair, and one answer alone has no grade");
        assert_eq!(leader.get("/v1/ratings/summary?agency=H1&period=2026-10").await.ok()["ratings"], 0);
        let first = leader.get("/v1/ratings/comments?agency=H1&period=2026-11&limit=2").await.ok();
        let rest = leader.get(&format!("/v1/ratings/comments?agency=H1&period=2026-11&limit=2&after={}", first["next"].as_str().unwrap())).await.ok();
        assert!(rest["next"].is_string());
        assert_eq!(first["items"].as_array().unwrap().len() + rest["items"].as_array().unwrap().len(), 4);
        assert_eq!(rest["items"][0]["comment"], "Cô Ví Dụ rất tận tình");
        for (caller, status) in [(province.officer("C2", "leader"), 404), (province.portal(), 403)] {
            assert_eq!(caller.get("/v1/ratings/summary?agency=H1.1&period=2026").await.status, status);
        }
        assert_eq!(leader.get("/v1/ratings/summary?agency=H1&period=2026-13").await.code(400), "period.unknown");
        province.stop().await;
    }
}
