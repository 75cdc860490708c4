//! What people entered, as scores count it: over the tree, through successions, and of a year from its quarters.

use motcua_agencies::{AgencyKind, AgencyRecord, SuccessionKind};
use motcua_kernel::Role;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::super::office::Office;
use super::super::province::{agency, agency_news, at, day, officer_news, succession_news};

/// Has a value entered, checked and approved by officers of an agency.
async fn approve(office: &Office, agency: &AgencyRecord, (element, period, value): (&str, &str, &str)) {
    let code = &agency.codes[0].code;
    let evidence = json!({"document_number": "15/BC-UBND"});
    let body = json!({"element": element, "agency": code, "period": period, "value": value, "evidence": evidence});
    let mut answer = office.post(&format!("clerk-{code}"), "/v1/element-values").json(&body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    for (officer, action) in [("clerk", "submit"), ("leader", "check"), ("approver", "approve")] {
        answer = office.step(&format!("{officer}-{code}"), &answer, action).await;
        assert_eq!(answer.status, 200, "{action}: {answer:?}");
    }
}

/// Numerator and denominator of the trained among specialised staff, in 2026.
async fn trained(office: &Office, agency: &str, structure: &str) -> (Value, Value) {
    let path = format!("/v1/scores?set=dti-2025&period=2026&agency={agency}&structure={structure}");
    let (card, _) =
        office.setting.get_until(&path, &office.token("province-leader"), |answer| answer.status != 503).await;
    assert_eq!(card.status, 200, "{card:?}");
    let indicators = card.body["indicators"].as_array().unwrap();
    let indicator = indicators.iter().find(|one| one["code"] == "DTI-c").unwrap();
    (indicator["numerator"].clone(), indicator["denominator"].clone())
}

on_both_databases! {
    async fn a_year_counts_the_newest_quarter_of_who_stands_highest_and_of_who_was_merged(database) {
        let office = Box::pin(Office::start(database)).await;
        let of = |code: &str, parent, to| {
            AgencyRecord { kind: AgencyKind::Commune, ..agency(code, Some(parent), "2020-01-01", to) }
        };
        let province = office.province.id;
        let old = ["H50.31", "H50.32"].map(|code| of(code, province, None));
        let ward = of("H50.33", province, None);
        let below = of("H50.33.01", ward.id, None);
        let all = [&old[0], &old[1], &ward, &below];
        let officers = all.iter().flat_map(|agency| {
            [("clerk", Role::Clerk), ("leader", Role::Leader), ("approver", Role::Approver)]
                .map(|(name, role)| officer_news(&format!("{name}-{}", agency.codes[0].code), agency.id, role))
        });
        office.tell(all.iter().map(|agency| agency_news(agency)).chain(officers)).await;
        office.setting.around.clock.set_business(at("2026-07-10T02:00:00Z"));
        for (agency, before, staff, trained) in [
            (&old[0], "9", "10", "4"),
            (&old[1], "19", "20", "5"),
            (&ward, "39", "40", "8"),
            (&below, "14", "15", "3"),
        ] {
            approve(&office, agency, ("digital_specialists", "2026-Q1", before)).await;
            approve(&office, agency, ("digital_specialists", "2026-Q2", staff)).await;
            approve(&office, agency, ("digital_specialists_trained", "2026-Q2", trained)).await;
        }
        let figures = |numerator: &str, denominator: &str| (json!(numerator), json!(denominator));
        // The newest quarter of each; what stands below the ward is in the ward's own.
        assert_eq!(trained(&office, "H50.33", "as_is").await, figures("8", "40"));
        assert_eq!(trained(&office, "H50.33.01", "as_is").await, figures("3", "15"));
        assert_eq!(trained(&office, "under:H50", "as_is").await, figures("17", "70"));

        // Two are merged: the successor answers for both, and what each was stays known.
        let new = AgencyRecord { kind: AgencyKind::Commune, ..agency("H50.40", Some(province), "2026-10-01", None) };
        let closed = old.map(|mut agency| {
            agency.valid_to = Some(day("2026-10-01"));
            agency.codes[0].valid_to = agency.valid_to;
            agency.version = 2;
            agency
        });
        let merged = closed.iter().map(|agency| succession_news(agency, &new, SuccessionKind::MergedInto));
        let news: Vec<_> = closed.iter().chain([&new]).map(agency_news).chain(merged).collect();
        office.setting.around.clock.set_business(at("2026-11-22T02:00:00Z"));
        office.tell(news).await;
        let path = "/v1/scores?set=dti-2025&period=2026&agency=H50.40";
        let leader = office.token("province-leader");
        let measured = |body: &Value| body.to_string().contains("\"numerator\":\"9\"");
        office.setting.get_until(path, &leader, |answer| measured(&answer.body)).await;
        assert_eq!(trained(&office, "H50.40", "as_is").await, figures("9", "30"));
        assert_eq!(trained(&office, "under:H50", "as_is").await, figures("17", "70"));
        assert_eq!(trained(&office, "H50.40", "2026-11-01").await, figures("9", "30"));
        assert_eq!(trained(&office, "H50.40", "as_was").await, (Value::Null, Value::Null));
        assert_eq!(trained(&office, "H50.31", "2026-09-01").await, figures("4", "10"));
    }
}
