//! Procedures in several versions, suspended, abolished and brought back; ratings of the month before.

use chrono::{Datelike, Days, NaiveDate};
use motcua_agencies::AgencyKind;
use motcua_journal::EventKind;
use motcua_kernel::{Uuid, new_id};
use serde_json::{Value, json};

use super::{History, text};

/// A procedure as it was told last.
#[derive(Debug, Clone)]
pub(super) struct Procedure {
    pub id: Uuid,
    pub code: String,
    pub levels: Vec<&'static str>,
    version: i64,
    number: i64,
    suspension: Value,
    abolition: Value,
}

const CRITERIA: [&str; 9] = [
    "time_limit",
    "step_times",
    "contacts",
    "agencies_contacted",
    "one_stop",
    "transparency",
    "attitude",
    "feedback_handling",
    "online_service",
];

impl History {
    pub(super) fn publish_first(&mut self) {
        let levels: [&[&'static str]; 5] =
            [&["province"], &["commune"], &["province", "commune"], &["ministry"], &["ministry", "province"]];
        for n in 0..14 {
            let levels = self.dice.of_these(&levels).to_vec();
            self.procedures.push(Procedure {
                id: new_id(),
                code: format!("1.{n:06}"),
                levels,
                version: 0,
                number: 0,
                suspension: Value::Null,
                abolition: Value::Null,
            });
            self.publish(self.procedures.len() - 1);
        }
    }

    pub(super) fn procedure_goes_on(&mut self) {
        let at = self.dice.below(self.procedures.len());
        let today = self.today();
        let procedure = &self.procedures[at];
        match self.dice.below(10) {
            0..5 => self.publish(at),
            5..7 => {
                let is_suspended = procedure.suspension.is_object();
                let law = json!({"number": "1/2026", "title": "Luật", "effective_on": today});
                let suspension = json!({"since": text(self.now), "reason": "Tạm ngừng", "legal_basis": law});
                self.procedures[at].suspension = if is_suspended { Value::Null } else { suspension };
                let name = if is_suspended { "procedure.resumed.v1" } else { "procedure.suspended.v1" };
                self.tell_life(at, name);
            }
            _ if procedure.abolition.is_object() => {
                self.procedures[at].abolition = Value::Null;
                self.tell_life(at, "procedure.resumed.v1");
            }
            _ => {
                let decided = today - Days::new(self.dice.weighed(&[(50, 0), (50, 4)]));
                let effective = decided + Days::new(self.dice.weighed(&[(50, 3), (50, 15)]));
                let (dated, has_law) = (self.dice.chance(85), self.dice.chance(70));
                let law = json!({"number": "2/2026", "title": "Luật", "effective_on": effective});
                self.procedures[at].abolition = json!({
                    "effective_from": effective,
                    "decision": {"number": "200/QĐ-UBND", "date": dated.then_some(decided)},
                    "legal_basis": has_law.then_some(law),
                });
                self.tell_life(at, "procedure.abolished.v1");
            }
        }
    }

    fn publish(&mut self, at: usize) {
        let today = self.today();
        let decided = today - Days::new(self.dice.weighed(&[(25, 0), (25, 5), (25, 7), (25, 12)]));
        let effective = decided + Days::new(self.dice.weighed(&[(25, 2), (25, 6), (25, 7), (25, 20)]));
        let online = self.dice.chance(70);
        let mut channels = vec!["in_person"];
        channels.extend(online.then_some("online"));
        let has_decision = self.dice.chance(85);
        let dated = self.dice.chance(90);
        let decision = json!({"number": "163/QĐ-UBND", "date": dated.then_some(decided)});
        let complete = self.dice.chance(80);
        let missing = if complete { json!([]) } else { json!(["fees"]) };
        let audience = self.dice.of_these(&[&["citizen"][..], &["business"], &["citizen", "business"]]).to_vec();
        let databases = self.dice.of_these(&[&["population", "land"][..], &["population"], &["land"], &[]]).to_vec();
        let status = self.dice.weighed(&[(85, "offered"), (15, "not_local")]);
        let (has_fee, paper) = (self.dice.chance(50), self.dice.chance(70));
        let procedure = &mut self.procedures[at];
        procedure.version += 1;
        procedure.number += 1;
        let data = json!({
            "version": procedure.version, "procedure_id": procedure.id, "version_id": new_id(),
            "number": procedure.number, "code": procedure.code, "name": "Thủ tục",
            "field": {"code": "G15-HT01", "name": "Lĩnh vực"}, "status": status, "source": "national",
            "effective_from": effective, "published_at": text(self.now),
            "decision": has_decision.then_some(decision),
            "bases_effective_on": self.dice.chance(85).then_some(effective),
            "check": {"complete": complete, "missing": missing}, "levels": procedure.levels, "channels": channels,
            "service_level": online.then_some("partial"), "partial_reason": null, "has_fee": has_fee,
            "returns_paper": paper, "proactive_level": null, "audience": audience, "connected_databases": databases,
            "warnings": 0,
        });
        let (id, version) = (procedure.id, procedure.version);
        self.tell(EventKind { name: "procedure.published.v1", subject: "procedures" }, id, version, data);
    }

    fn tell_life(&mut self, at: usize, name: &'static str) {
        let today = self.today();
        let procedure = &mut self.procedures[at];
        procedure.version += 1;
        let begins = procedure.abolition["effective_from"].as_str().map(|day| day.parse::<NaiveDate>().unwrap());
        let status = if begins.is_some_and(|day| day <= today) {
            "abolished"
        } else if procedure.suspension.is_object() {
            "suspended"
        } else {
            "offered"
        };
        let data = json!({
            "version": procedure.version, "procedure_id": procedure.id, "version_id": new_id(),
            "code": procedure.code, "name": "Thủ tục", "field": {"code": "G15-HT01", "name": "Lĩnh vực"},
            "levels": procedure.levels, "status": status, "suspension": procedure.suspension,
            "abolition": procedure.abolition,
        });
        let (id, version) = (procedure.id, procedure.version);
        self.tell(EventKind { name, subject: "procedures" }, id, version, data);
    }

    /// A rating, which is told when its month is over.
    pub(super) fn rate(&mut self) {
        let agency = self.agency(&[AgencyKind::Centre, AgencyKind::Commune, AgencyKind::Department]);
        let all = self.dice.chance(40);
        let mut scores = serde_json::Map::new();
        for criterion in CRITERIA {
            if all || self.dice.chance(50) {
                scores.insert(criterion.to_owned(), json!(self.dice.weighed(&[(1, 0), (3, 1), (6, 2)])));
            }
        }
        if scores.is_empty() {
            return;
        }
        let total: Option<i64> = (scores.len() == 9).then(|| scores.values().filter_map(Value::as_i64).sum());
        let month = (self.today().with_day(1).unwrap() - Days::new(1)).format("%Y-%m").to_string();
        let procedure = self.dice.below(self.procedures.len());
        let data = json!({
            "agency_id": self.agencies[agency].id, "field_code": "G15-HT01",
            "procedure_code": self.procedures[procedure].code, "month": month, "scores": scores, "total": total,
        });
        self.tell(EventKind { name: "rating.given.v1", subject: "ratings" }, new_id(), 1, data);
    }
}
