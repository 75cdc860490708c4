//! A year of a province: communes that do well and badly, many procedures, dossiers in every state.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_journal::Event;
use motcua_kernel::Uuid;
use serde_json::{Value, json};

use super::province::{DONE, Dossier, News, PAUSED, RECEIVED, agency, agency_news, at, published_news, rating_news};

const BEGIN: &str = "2026-01-01T01:00:00Z";
pub(crate) const NOW: &str = "2026-12-20T02:00:00Z";

const COMMUNES: &str = include_str!("../../../../crates/motcua/demo/units/communes.csv");
const PROCEDURES: &str = include_str!("../../../../crates/motcua/demo/procedures.jsonl");

/// A procedure that dossiers are about.
struct Procedure {
    id: Uuid,
    code: String,
    name: String,
    field: (String, String),
}

/// Everything that the events of a year are made of.
pub(crate) struct Year {
    tenant: Uuid,
    dossiers: usize,
    province: AgencyRecord,
    pub(crate) communes: Vec<AgencyRecord>,
    procedures: Vec<Procedure>,
}

impl Year {
    /// A year of so many dossiers in so many communes; their names are those of real ones, again and again where there
    /// are not so many.
    pub(crate) fn new(tenant: Uuid, communes: usize, dossiers: usize) -> Self {
        let mut province = agency("H50", None, "2025-07-01", None);
        (province.kind, province.name) = (AgencyKind::Province, "Ủy ban nhân dân tỉnh Quảng Trị".to_owned());
        let names: Vec<&str> = COMMUNES.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
        let commune = |n: usize| {
            let mut commune = agency(&format!("H50.{n:03}"), Some(province.id), "2025-07-01", None);
            let again = if n < names.len() { String::new() } else { format!(" {}", n / names.len() + 1) };
            let name = names[n % names.len()].replacen("Phường", "phường", 1).replacen("Xã", "xã", 1);
            (commune.kind, commune.name) = (AgencyKind::Commune, format!("Ủy ban nhân dân {name}{again}"));
            commune
        };
        let communes = (0..communes).map(commune).collect();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let procedure = |(n, line): (usize, &str)| {
            let told: Value = serde_json::from_str(line).unwrap();
            let field = (text(&told["field"]["code"]), text(&told["field"]["name"]));
            Procedure {
                id: Uuid::from_u128(7_000 + n as u128),
                code: text(&told["code"]),
                name: text(&told["name"]),
                field,
            }
        };
        let procedures = PROCEDURES.lines().enumerate().map(procedure).collect();
        Self { tenant, dossiers, province, communes, procedures }
    }

    /// The agencies, as `documents` tells of them.
    pub(crate) fn directory(&self) -> Vec<News> {
        std::iter::once(&self.province).chain(&self.communes).map(agency_news).collect()
    }

    /// What `procedures` tells before the first dossier comes: procedures, and how communes were rated.
    pub(crate) fn catalogue(&self) -> Vec<Event> {
        let procedures = self.procedures.iter().enumerate().map(|(n, procedure)| {
            let mut news = published_news(procedure.id, 1, 1);
            news.data["code"] = json!(procedure.code);
            news.data["name"] = json!(procedure.name);
            news.data["field"] = json!({"code": procedure.field.0, "name": procedure.field.1});
            news.data["service_level"] = json!(if n % 3 == 0 { "full" } else { "partial" });
            news.data["has_fee"] = json!(n % 2 == 0);
            news
        });
        let ratings = self.communes.iter().enumerate().flat_map(|(place, commune)| {
            (1..=12).flat_map(move |month| {
                (0..5).map(move |n| {
                    let mut news = rating_news(commune);
                    let kind =
                        |salt: usize| i32::from((place * 31 + month * 7 + n * 13 + salt) % 10 > skill(place) % 5);
                    news.data["month"] = json!(format!("2026-{month:02}"));
                    news.data["scores"] =
                        json!({"attitude": 1 + kind(1), "time_limit": 1 + kind(2), "procedure": 1 + kind(3)});
                    news
                })
            })
        });
        procedures.chain(ratings).map(|news| news.event(self.tenant)).collect()
    }

    /// The events of dossiers from one to another, in the order in which they are told.
    pub(crate) fn dossiers(&self, from: usize, to: usize) -> Vec<Event> {
        let mut all: Vec<(DateTime<Utc>, News)> = (from..to).flat_map(|n| self.dossier(n)).collect();
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, news)| news.event(self.tenant)).collect()
    }

    /// What is told of one dossier: most are done in time, some late, some wait, some are open at the end.
    fn dossier(&self, n: usize) -> Vec<(DateTime<Utc>, News)> {
        let minutes = i64::try_from(n).unwrap() * 353 * 24 * 60 / i64::try_from(self.dossiers).unwrap();
        let received = at(BEGIN) + TimeDelta::minutes(minutes);
        let place = n * 7919 % self.communes.len();
        let (dice, skill) = (n.wrapping_mul(2_654_435_761) / 64, skill(place));
        let took = i64::try_from(dice % (6 + skill / 2)).unwrap();
        let (due, finished) = (received + TimeDelta::days(7), received + TimeDelta::days(1 + took));
        let text = |at: DateTime<Utc>| at.to_rfc3339();
        let open = Dossier {
            id: Uuid::from_u128(n as u128 + 1),
            ..Dossier::at(&self.communes[place], &text(received), &text(due))
        };
        let mut told = vec![(received, open.news(RECEIVED, 2))];
        if n.is_multiple_of(5) {
            let begin = received + TimeDelta::days(1);
            let mut paused = open.news(PAUSED, 3);
            paused.data["due_at"] = json!(null);
            paused.data["waits"] =
                json!([{"kind": "supplement", "started_at": begin, "ended_at": null, "due_before": due}]);
            told.push((begin, paused));
        }
        if !n.is_multiple_of(50) && finished < at(NOW) {
            let mut done = open.finished(&text(finished)).news(DONE, 4);
            done.data["result"]["has_file"] = json!(dice % 11 > skill / 2);
            told.push((finished, done));
        }
        let procedure = &self.procedures[dice % self.procedures.len()];
        for (_, news) in &mut told {
            Self::describe(&mut news.data, procedure, dice, skill);
        }
        told
    }

    /// What a dossier is about, by which channel it came, what was paid and handed in.
    fn describe(data: &mut Value, procedure: &Procedure, dice: usize, skill: usize) {
        data["procedure"]["id"] = json!(procedure.id);
        data["procedure"]["version_id"] = json!(procedure.id);
        data["procedure"]["code"] = json!(procedure.code);
        data["procedure"]["name"] = json!(procedure.name);
        data["procedure"]["field_code"] = json!(procedure.field.0);
        data["procedure"]["field_name"] = json!(procedure.field.1);
        data["channel"] = json!(if dice % 12 > skill { "online" } else { "in_person" });
        data["vneid_verified"] = json!(dice % 7 > skill / 3);
        if dice.is_multiple_of(3) {
            let by = if dice % 13 > skill { "online" } else { "cash" };
            data["fees"] = json!({"all_zero": false, "paid_by": by,
                "items": [{"kind": "fee", "code": "F1", "amount": 50_000, "paid": 50_000, "paid_by": by}]});
        }
    }
}

/// How badly a commune does: from 0 to 11.
fn skill(place: usize) -> usize {
    place * 37 % 12
}
