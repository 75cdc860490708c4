//! Who sees which figures, what a code means, and what is refused.

use std::collections::BTreeSet;

use motcua_agencies::{AgencyRecord, SuccessionKind};
use motcua_kernel::{ActorKind, Role};
use motcua_testkit::{TestDatabase, on_both_databases};

use super::province::{DONE, Dossier, RECEIVED, agency, agency_news, officer_news, succession_news};
use super::setting::Setting;

/// The new province with two communes, the old ones it was made of, and one dossier in each commune.
struct Province {
    setting: Setting,
    new: AgencyRecord,
    neighbour: AgencyRecord,
    commune: AgencyRecord,
    other: AgencyRecord,
}

const NOVEMBER: &str = "set=qd766&period=2026-11";

impl Province {
    async fn start(database: &TestDatabase) -> Self {
        let setting = Setting::start(database).await;
        let old = agency("H50", None, "1989-07-01", Some("2025-07-01"));
        let neighbour = agency("H46", None, "1989-07-01", Some("2025-07-01"));
        let new = agency("H50", None, "2025-07-01", None);
        let commune = agency("H50.12", Some(new.id), "2025-07-01", None);
        let other = agency("H50.13", Some(new.id), "2025-07-01", None);
        let split = agency("H50.20", Some(new.id), "2025-07-01", Some("2026-01-01"));
        let ended = agency("H50.30", Some(new.id), "2025-07-01", Some("2026-01-01"));
        let documents = &setting.around.documents;
        documents.tell([&old, &neighbour, &new, &commune, &other, &split, &ended].map(agency_news)).await;
        documents
            .tell([
                succession_news(&old, &new, SuccessionKind::MergedInto),
                succession_news(&neighbour, &new, SuccessionKind::MergedInto),
                succession_news(&split, &commune, SuccessionKind::SplitInto),
                succession_news(&split, &other, SuccessionKind::SplitInto),
                officer_news("in-commune", commune.id, Role::Processor),
                officer_news("in-province", new.id, Role::Leader),
            ])
            .await;
        let on_time =
            Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z").finished("2026-11-05T03:00:00Z");
        let open = Dossier::at(&other, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let long_ago =
            Dossier::at(&ended, "2026-11-01T02:00:00Z", "2026-11-09T10:00:00Z").finished("2026-11-10T03:00:00Z");
        setting.around.procedures.tell([on_time.news(DONE, 5), open.news(RECEIVED, 2), long_ago.news(DONE, 5)]).await;
        let province = Self { setting, new, neighbour, commune, other };
        let all = format!("/v1/scores/figures?agency=under:H50&{NOVEMBER}");
        let reader = province.setting.reader();
        province.setting.get_until(&all, &reader, |a| a.status == 200 && a.figure("received") == 3).await;
        // Officers come by the other feed, and everything told before them has come by when they are admitted.
        for officer in ["in-commune", "in-province"] {
            province.setting.get_until(&all, &province.officer(officer), |a| a.status != 401).await;
        }
        province
    }

    fn officer(&self, subject: &str) -> String {
        self.setting.token(ActorKind::Officer, subject)
    }

    /// Status, code and agency of every one of the operations, which must agree.
    async fn ask(&self, agency: &str, token: &str) -> (u16, String, String) {
        let figures = self.setting.get(&format!("/v1/scores/figures?agency={agency}&{NOVEMBER}"), token).await;
        let mut others = vec![
            format!("/v1/scores?agency={agency}&{NOVEMBER}"),
            format!("/v1/scores/explanation?agency={agency}&{NOVEMBER}&indicator=2.1"),
            format!("/v1/scores/records?agency={agency}&{NOVEMBER}&measure=received"),
        ];
        if agency.starts_with("under:") {
            others.push(format!("/v1/scores/ranking?agency={agency}&{NOVEMBER}"));
        }
        for path in others {
            let other = self.setting.get(&path, token).await;
            assert_eq!(other.problem(), figures.problem(), "{path}");
            assert_eq!(other.header("data-as-of").is_empty(), other.status != 200);
        }
        let text = |name: &str| figures.body[name].as_str().unwrap_or_default().to_owned();
        let agency = figures.body["agency"]["id"].as_str().unwrap_or_default().to_owned();
        (figures.status, text("code"), agency)
    }
}

fn refused(status: u16, code: &str) -> (u16, String, String) {
    (status, code.to_owned(), String::new())
}

on_both_databases! {
    async fn officers_see_their_agency_and_all_below_and_nothing_tells_them_of_others(database) {
        let province = Box::pin(Province::start(database)).await;
        let (ward, leader) = (province.officer("in-commune"), province.officer("in-province"));
        let seen = |id: motcua_kernel::Uuid| (200, String::new(), id.to_string());
        for reference in ["H50.12".to_owned(), "under:H50.12".to_owned(), province.commune.id.to_string()] {
            assert_eq!(province.ask(&reference, &ward).await, seen(province.commune.id), "{reference}");
        }
        for reference in ["H50.13", "under:H50", "H50", "H46", "H50.30", "H50.99", "under:H99", "under:%27%20OR%201=1"] {
            assert_eq!(province.ask(reference, &ward).await, refused(404, "not_found"), "{reference}");
        }
        for (reference, id) in [("under:H50", province.new.id), ("H50.12", province.commune.id), ("H50.13", province.other.id)] {
            assert_eq!(province.ask(reference, &leader).await, seen(id), "{reference}");
        }
        let stranger = province.officer("nobody-told-of");
        assert_eq!(province.ask("H50.12", &stranger).await.0, 401);
    }

    async fn citizens_and_clients_see_no_figures_and_a_scope_is_needed(database) {
        let province = Box::pin(Province::start(database)).await;
        let tenant = province.setting.around.tenant();
        let read = &["kpi:indicators:read"];
        let citizen = province.setting.token_with(ActorKind::Citizen, read, tenant);
        assert_eq!(province.ask("under:H50", &citizen).await, refused(403, "figures.officers_only"));
        let client = province.setting.token_with(ActorKind::Client, read, tenant);
        // Not in the directory: not even admitted.
        assert_eq!(province.ask("under:H50", &client).await.0, 401);
        let without = province.setting.token_with(ActorKind::Service, &["kpi:events:read"], tenant);
        assert_eq!(province.ask("under:H50", &without).await, refused(403, "scope.missing"));
        assert_eq!(province.ask("under:H50", "no.token.atall").await.0, 401);
        // Another tenant has followed nothing here.
        let elsewhere = province.setting.token_with(ActorKind::Service, read, motcua_kernel::new_id());
        assert_eq!(province.ask("under:H50", &elsewhere).await, refused(503, "figures.not_ready"));
    }

    async fn a_code_means_who_is_responsible_today(database) {
        let province = Box::pin(Province::start(database)).await;
        let reader = province.setting.reader();
        let seen = |id: motcua_kernel::Uuid| (200, String::new(), id.to_string());
        for reference in ["H50".to_owned(), "H46".to_owned(), province.neighbour.id.to_string()] {
            assert_eq!(province.ask(&reference, &reader).await, seen(province.new.id), "{reference}");
        }
        assert_eq!(province.ask("H50.20", &reader).await, refused(409, "agency.split"));
        let split = province.setting.get(&format!("/v1/scores/figures?agency=H50.20&{NOVEMBER}"), &reader).await;
        let successors: Vec<&str> =
            split.body["successors"].as_array().unwrap().iter().map(|agency| agency["code"].as_str().unwrap()).collect();
        assert_eq!(successors.len(), 2);
        // Nobody went on with it: what it did is still its own, and still below the province.
        let ended = province.setting.get(&format!("/v1/scores/figures?agency=H50.30&{NOVEMBER}"), &reader).await;
        assert_eq!((ended.figure("finished"), ended.figure("late")), (1, 1));
    }

    async fn a_closed_agency_is_not_ranked_and_what_is_still_its_own_counts_above(database) {
        let province = Box::pin(Province::start(database)).await;
        let path = format!("/v1/scores/ranking?agency=under:H50&{NOVEMBER}");
        let answer = province.setting.get(&path, &province.setting.reader()).await;
        let rows = answer.body["items"].as_array().unwrap().iter();
        let codes: BTreeSet<&str> = rows.map(|row| row["agency"]["code"].as_str().unwrap()).collect();
        // H50.20 was split; H50.30 was closed without a successor and has a dossier, the third of the province.
        assert_eq!(codes, ["H50.12", "H50.13"].into());
        let path = format!("/v1/scores/figures?agency=under:H50&{NOVEMBER}");
        assert_eq!(province.setting.get(&path, &province.setting.reader()).await.figure("received"), 3);
    }

    async fn bad_questions_are_refused_by_name(database) {
        let province = Box::pin(Province::start(database)).await;
        let reader = province.setting.reader();
        for (path, code, parameter) in [
            ("/figures?set=qd766&agency=H50", "parameter.missing", "period"),
            ("/figures?set=qd766&period=2026-11", "parameter.missing", "agency"),
            ("/figures?agency=H50&period=2026-11", "parameter.missing", "set"),
            ("?set=qd766&agency=H50&period=11-2026", "parameter.invalid", "period"),
            ("?set=qd766&agency=H50&period=2026-11&by=both", "parameter.unknown", "by"),
            ("?set=qd766&agency=H50&agency=H46&period=2026-11", "parameter.invalid", "agency"),
            ("?set=qd766&agency=in:H50,H46&period=2026-11", "filter.invalid", "agency"),
            ("?set=qd766&agency=under:&period=2026-11", "filter.invalid", "agency"),
            ("/records?set=qd766&agency=H50&period=2026-11", "parameter.missing", "measure"),
            ("/records?set=qd766&agency=H50&period=2026-11&measure=late&part=early", "parameter.invalid", "part"),
            ("/records?set=qd766&agency=H50&period=2026-11&measure=late&limit=0", "parameter.invalid", "limit"),
        ] {
            let answer = province.setting.get(&format!("/v1/scores{path}"), &reader).await;
            assert_eq!(answer.problem(), (400, code), "{path}");
            assert_eq!(answer.body["parameter"], parameter, "{path}");
        }
        let records = |agency: &str, measure: &str| {
            format!("/v1/scores/records?agency={agency}&{NOVEMBER}&measure={measure}&limit=1")
        };
        let first = province.setting.get(&records("under:H50", "received"), &reader).await;
        let next = first.body["next"].as_str().unwrap();
        for other in [records("under:H50", "finished"), records("H50", "received")] {
            let answer = province.setting.get(&format!("{other}&after={next}"), &reader).await;
            assert_eq!(answer.problem(), (400, "cursor.invalid"), "{other}");
        }
    }

    async fn the_service_has_a_feed_like_the_others_and_it_takes_a_scope_to_see_something_in_it(database) {
        let setting = Setting::start(database).await;
        let tenant = setting.around.tenant();
        let reader = setting.token_with(ActorKind::Service, &["kpi:events:read", "kpi:elements:read"], tenant);
        let shipped = |answer: &crate::setting::Answer| answer.body.as_array().is_some_and(|events| !events.is_empty());
        let (all, _) = setting.get_until("/v1/events", &reader, shipped).await;
        assert_eq!(all.body[0]["type"], "data_element.recorded.v1");
        let service = setting.token_with(ActorKind::Service, &["kpi:events:read"], tenant);
        let feed = setting.get("/v1/events", &service).await;
        assert_eq!((feed.status, feed.body), (200, serde_json::json!([])));
    }
}
