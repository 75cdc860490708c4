//! The procedures of the year: one for each kind of rule that the law knows.

use chrono::NaiveTime;
use motcua_clock::{ClockRule, CutOff, FirstDay, SupplementEffect, Term, WaitKind, WaitRule};
use serde_json::{Value, json};

/// A procedure of the year.
pub(crate) struct Rule {
    pub code: &'static str,
    pub field: (&'static str, &'static str),
    /// The agency that decides; none where it is the one that receives.
    pub competent: Option<&'static str>,
    term: fn() -> Term,
    change: fn(&mut ClockRule),
}

/// Every procedure.
pub(crate) const RULES: [Rule; 6] = [
    Rule {
        code: "1.000701",
        field: ("G15-LAND", "Đất đai"),
        competent: None,
        term: || Term::working_days(10),
        change: |rule| {
            rule.cut_off = CutOff::At(NaiveTime::from_hms_opt(15, 0, 0).unwrap());
            rule.supplement_effect = SupplementEffect::Restart;
            rule.automatic_closing = Some(Term::working_days(15));
            rule.waits = vec![excluded(WaitKind::Posting, None), excluded(WaitKind::FinancialDuty, None)];
        },
    },
    Rule {
        code: "1.000702",
        field: ("G15-LAND", "Đất đai"),
        competent: Some("H50.05"),
        term: || Term::calendar_days(20),
        change: |rule| {
            rule.supplement_effect = SupplementEffect::Subtract;
            rule.supplements_allowed = 2;
            rule.waits = vec![
                excluded(WaitKind::Expertise, Some(Term::working_days(8))),
                excluded(WaitKind::FinancialDuty, Some(Term::working_days(5))),
            ];
        },
    },
    Rule {
        code: "1.000703",
        field: ("G03-CIVIL", "Hộ tịch"),
        competent: None,
        term: || Term::working_hours(40),
        change: |rule| {
            rule.cut_off = CutOff::None;
            rule.supplement_effect = SupplementEffect::Subtract;
            rule.waits = vec![excluded(WaitKind::Verification, None)];
        },
    },
    Rule {
        code: "1.000704",
        field: ("G03-CIVIL", "Hộ tịch"),
        competent: None,
        term: || Term::working_days(3),
        change: |rule| {
            rule.cut_off = CutOff::LastOfficeHour;
            rule.first_day = FirstDay::DayOfReceipt;
            rule.supplement_effect = SupplementEffect::None;
        },
    },
    Rule {
        code: "1.000705",
        field: ("G09-BUILD", "Xây dựng"),
        competent: Some("H50.05"),
        term: || Term::working_days(30),
        change: |rule| {
            rule.cut_off = CutOff::Outside17To08;
            rule.supplement_effect = SupplementEffect::Restart;
            rule.supplements_allowed = 2;
            rule.extensions_allowed = 0;
            rule.waits = vec![excluded(WaitKind::Consultation, None), excluded(WaitKind::FinancialDuty, None)];
        },
    },
    Rule {
        code: "1.000706",
        field: ("G09-BUILD", "Xây dựng"),
        competent: None,
        term: || Term::calendar_days(7),
        change: |rule| {
            rule.cut_off = CutOff::OfficeEnd;
            rule.supplement_effect = SupplementEffect::Restart;
            rule.automatic_closing = Some(Term::working_days(15));
        },
    },
];

fn excluded(kind: WaitKind, at_most: Option<Term>) -> WaitRule {
    WaitRule { kind, excluded: true, at_most, legal_basis: "Luật Đất đai 2024".to_owned() }
}

impl Rule {
    /// The rule as the oracle takes it.
    pub(crate) fn clock(&self) -> ClockRule {
        let mut rule = ClockRule::of_term((self.term)());
        (self.change)(&mut rule);
        rule
    }

    /// What may be waited for, beside supplements and duties.
    pub(crate) fn pause(&self) -> Option<&'static str> {
        let waits = self.clock().waits;
        waits.iter().map(|wait| wait.kind).find(|kind| *kind != WaitKind::FinancialDuty).map(WaitKind::as_str)
    }

    /// Whether a financial duty is excluded.
    pub(crate) fn has_duty(&self) -> bool {
        self.clock().waits.iter().any(|wait| wait.kind == WaitKind::FinancialDuty)
    }

    /// The procedure as the catalogue takes it.
    pub(crate) fn procedure(&self) -> Value {
        let clock = serde_json::to_value(self.clock()).unwrap();
        let channel = |channel: &str| json!({"channel": channel, "term": clock["term"], "fees": [], "clock": clock});
        let agency = self.competent.unwrap_or("receiving");
        json!({
            "code": self.code, "name": format!("Thủ tục {} của năm", self.code), "name_en": "A procedure of the year",
            "field": {"code": self.field.0, "name": self.field.1},
            "level": if self.competent.is_some() { "province" } else { "commune" },
            "audience": ["citizen"], "decision": {"number": "1/QĐ-UBND", "date": "2026-01-05"},
            "legal_bases": [{"number": "31/2024/QH15", "title": "Luật Đất đai", "effective_on": "2024-08-01"}],
            "channels": [channel("online"), channel("in_person")],
            "components": [{
                "code": "TP01", "name": "Đơn", "originals": 1, "copies": 0, "required": false, "digitise": false
            }],
            "results": [{"code": "KQ.G15.000001", "name": "Quyết định"}],
            "agencies": {"competent": agency, "issuing": agency}, "issuing": {"type": "QĐ"},
            "description_vi": "Dùng cho kiểm thử.", "description_en": "For tests.", "service_level": "full"
        })
    }
}
