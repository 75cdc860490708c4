//! Dossiers: every step that the state machine knows, and re-openings, which it does not have but a follower must bear.

use chrono::TimeDelta;
use motcua_agencies::AgencyKind;
use motcua_journal::EventKind;
use motcua_kernel::{Uuid, new_id};
use serde_json::{Value, json};

use super::{At, History, text};

/// A dossier as it was told last.
pub(super) struct Case {
    pub id: Uuid,
    pub facts: Value,
    has_ended: bool,
}

/// A step of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Receive,
    Refuse,
    AskBefore,
    AddBefore,
    Process,
    AskSupplement,
    Supplement,
    Pause,
    Resume,
    AskPayment,
    ConfirmPayment,
    PassLimit,
    Extend,
    ChangeDue,
    Transfer,
    Pay,
    LookUp,
    Remind,
    Approve,
    Finish,
    Return,
    Stop,
    Withdraw,
    Revoke,
    Reopen,
}

impl Step {
    pub(super) fn event(self) -> &'static str {
        match self {
            Self::Receive => "dossier.received.v1",
            Self::Refuse => "dossier.refused.v1",
            Self::AskBefore | Self::AskSupplement => "dossier.supplement_requested.v1",
            Self::AddBefore | Self::Supplement => "dossier.supplemented.v1",
            Self::Process | Self::Reopen => "dossier.processing.v1",
            Self::Pause => "dossier.paused.v1",
            Self::Resume => "dossier.resumed.v1",
            Self::AskPayment => "dossier.payment_requested.v1",
            Self::ConfirmPayment => "dossier.payment_confirmed.v1",
            Self::PassLimit => "dossier.wait_limit_passed.v1",
            Self::Extend => "dossier.extended.v1",
            Self::ChangeDue => "dossier.due_changed.v1",
            Self::Transfer => "dossier.transferred.v1",
            Self::Pay => "dossier.fees_changed.v1",
            Self::LookUp => "dossier.looked_up.v1",
            Self::Remind => "dossier.overdue.v1",
            Self::Approve => "dossier.approved.v1",
            Self::Finish => "dossier.done.v1",
            Self::Return => "dossier.returned.v1",
            Self::Stop => "dossier.stopped.v1",
            Self::Withdraw => "dossier.withdrawn.v1",
            Self::Revoke => "dossier.result_revoked.v1",
        }
    }
}

/// What may come next in a state, and how often it does.
fn steps(state: &str) -> &'static [(u32, Step)] {
    use Step::{
        AddBefore, Approve, AskBefore, AskPayment, AskSupplement, ChangeDue, ConfirmPayment, Extend, Finish, LookUp,
        PassLimit, Pause, Pay, Process, Receive, Refuse, Remind, Reopen, Resume, Return, Revoke, Stop, Supplement,
        Transfer, Withdraw,
    };
    match state {
        "submitted" => &[(80, Receive), (6, Refuse), (7, AskBefore), (4, Withdraw), (3, LookUp)],
        "awaiting_correction" => &[(70, AddBefore), (15, Refuse), (15, Withdraw)],
        "received" => {
            &[(70, Process), (10, AskSupplement), (4, Withdraw), (4, Transfer), (4, Extend), (3, ChangeDue), (5, Pay)]
        }
        "processing" => &[
            (40, Approve),
            (16, AskSupplement),
            (10, Pause),
            (7, AskPayment),
            (5, Extend),
            (3, ChangeDue),
            (4, Transfer),
            (8, Pay),
            (2, Remind),
            (5, Stop),
            (4, Withdraw),
        ],
        "awaiting_supplement" => &[(70, Supplement), (14, Stop), (10, Withdraw), (6, Pay)],
        "paused" => &[(70, Resume), (12, PassLimit), (8, Extend), (6, Withdraw), (4, Remind)],
        "awaiting_payment" => &[(80, ConfirmPayment), (10, PassLimit), (10, Withdraw)],
        "issuing" => &[(1, Finish)],
        "done" => &[(80, Return), (10, Revoke), (10, Reopen)],
        "returned" => &[(50, Revoke), (50, Reopen)],
        _ => &[],
    }
}

impl Case {
    fn state(&self) -> &str {
        self.facts["state"].as_str().unwrap()
    }

    fn version(&self) -> i64 {
        self.facts["version"].as_i64().unwrap()
    }

    pub(super) fn instant(&self, field: &str) -> Option<At> {
        self.facts[field].as_str().map(|at| at.parse().unwrap())
    }

    /// Whether an agency is responsible for it in some role.
    pub(super) fn is_of(&self, agency: Uuid) -> bool {
        ROLES.iter().any(|role| self.facts["agencies"][role]["responsible_id"] == json!(agency))
    }
}

const ROLES: [&str; 3] = ["receiving", "competent", "issuing"];

impl History {
    /// The due instant of some dossier that comes before another instant.
    pub(super) fn due_before(&mut self, later: At) -> Option<At> {
        let open = self.dossiers.iter().filter(|case| !case.has_ended);
        open.filter_map(|case| case.instant("due_at")).filter(|due| self.now < *due && *due < later).min()
    }

    pub(super) fn dossier_goes_on(&mut self) {
        let open: Vec<usize> = (0..self.dossiers.len()).filter(|at| !self.dossiers[*at].has_ended).collect();
        // So much lies on the desks that a dossier has its next step after about three days.
        let desks =
            usize::try_from((TimeDelta::days(3).num_minutes() / self.gap.num_minutes()).clamp(12, 400)).unwrap();
        if open.len() < desks && self.dice.chance(40) {
            return self.submit();
        }
        let all = if self.dice.chance(92) && !open.is_empty() { open } else { (0..self.dossiers.len()).collect() };
        if all.is_empty() {
            return self.submit();
        }
        let at = *self.dice.of_these(&all);
        let steps = steps(self.dossiers[at].state());
        if !steps.is_empty() {
            let step = self.dice.weighed(steps);
            self.step(at, step);
        }
    }

    fn submit(&mut self) {
        let offered: Vec<usize> = (0..self.procedures.len()).collect();
        let procedure = self.procedures[*self.dice.of_these(&offered)].clone();
        let receiving = self.office();
        let competent = if self.dice.chance(70) { receiving } else { self.office() };
        let issuing = if self.dice.chance(90) { competent } else { self.agency(&[AgencyKind::Province]) };
        let party = |at: usize| json!({"written_id": self.agencies[at].id, "written_code": self.code(at), "responsible_id": self.agencies[at].id});
        let agencies = json!({
            "receiving": party(receiving), "competent": party(competent), "issuing": party(issuing),
            "supporting": null, "consulted": [],
        });
        let (fees, components) = (self.fees(), self.components());
        let facts = json!({
            "version": 1,
            "code": null,
            "procedure": {
                "id": procedure.id, "version_id": new_id(), "code": procedure.code, "name": "Thủ tục",
                "field_code": "G15-HT01", "field_name": "Lĩnh vực", "levels": procedure.levels,
                "returns_paper": self.dice.chance(70),
            },
            "agencies": agencies,
            "channel": self.dice.weighed(&[(50, "online"), (40, "in_person"), (10, "post")]),
            "state": "submitted",
            "national_state": 1,
            "submitted_at": text(self.now),
            "correction_asked_at": null, "corrected_at": null, "received_at": null, "processing_at": null,
            "term": null, "first_due_at": null, "due_at": null, "waits": [], "supplements_requested": 0,
            "extensions": [], "calendar_revision": 0, "due_changes": [], "approved_at": null, "finished_at": null,
            "returned_at": null, "ended_at": null, "withdrawn_at": null, "result": null, "fees": fees,
            "components": components, "vneid_verified": self.dice.chance(60), "assignee_id": null,
            "representative": null,
        });
        let case = Case { id: new_id(), facts, has_ended: false };
        self.dossiers.push(case);
        self.tell_dossier(self.dossiers.len() - 1, "dossier.submitted.v1");
    }

    fn fees(&mut self) -> Value {
        let mut items = Vec::new();
        for n in 0..self.dice.weighed(&[(45, 0), (40, 1), (15, 2)]) {
            let amount = self.dice.weighed(&[(25, 0), (50, 50_000), (25, 1_200_000)]);
            items.push(json!({"kind": "fee", "code": format!("F{n}"), "amount": amount, "paid": 0, "paid_by": null}));
        }
        let all_zero = !items.is_empty() && items.iter().all(|item| item["amount"] == 0);
        json!({"items": items, "all_zero": all_zero, "paid_by": null})
    }

    fn components(&mut self) -> Value {
        let mut all = Vec::new();
        for n in 0..self.dice.below(4) {
            all.push(json!({
                "code": format!("TP{n}"), "form": null, "has_file": self.dice.chance(50),
                "digitised": self.dice.chance(40), "reused": self.dice.chance(15),
                "from_personal_store": self.dice.chance(10), "replaced_by": null,
            }));
        }
        json!(all)
    }

    pub(super) fn tell_dossier(&mut self, at: usize, event: &'static str) {
        let case = &mut self.dossiers[at];
        case.has_ended = ["refused", "withdrawn", "stopped", "done", "returned"].contains(&case.state());
        let (id, version, facts) = (case.id, case.version(), case.facts.clone());
        self.tell(EventKind { name: event, subject: "dossiers" }, id, version, facts);
    }

    pub(super) fn dossier_follows(&mut self, at: usize, from: Uuid, to: Uuid) {
        if !self.dossiers[at].is_of(from) {
            return;
        }
        let facts = &mut self.dossiers[at].facts;
        for role in ROLES {
            let party = &mut facts["agencies"][role]["responsible_id"];
            if *party == json!(from) {
                *party = json!(to);
            }
        }
        facts["version"] = json!(facts["version"].as_i64().unwrap() + 1);
        self.tell_dossier(at, "dossier.responsibility_moved.v1");
    }
}
