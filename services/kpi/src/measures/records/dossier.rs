//! Dossiers as records.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};

use super::{Counted, Fields, Responsible, Turn, put};
use crate::definitions::filter::Record;
use crate::definitions::vocabulary::DOSSIER;
use crate::facts::store::{DossierCourseRow, DossierRows};

type Instant = DateTime<Utc>;

/// What a dossier says at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    received: Option<Instant>,
    closed: Option<Instant>,
    on_time: OnTime,
    on_time_less_waits: OnTime,
    /// After this instant it is overdue while it is open.
    overdue_after: Option<Instant>,
}

/// Whether it is on time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnTime {
    /// Whatever the instant.
    Always(bool),
    /// Up to and including this one.
    Until(Instant),
}

impl OnTime {
    /// What the columns of a variant say. What has no due instant is on time: nothing says that it is late.
    fn of(verdict: &str, late_after: Option<Instant>) -> Self {
        match (verdict, late_after) {
            ("running", Some(until)) => Self::Until(until),
            ("late" | "not_received", _) => Self::Always(false),
            _ => Self::Always(true),
        }
    }

    fn at(self, at: Instant) -> bool {
        match self {
            Self::Always(yes) => yes,
            // Everything before the instant has happened: it has passed the limit when the limit lies before it.
            Self::Until(until) => until >= at,
        }
    }

    fn until(self) -> Option<Instant> {
        match self {
            Self::Always(_) => None,
            Self::Until(until) => Some(until),
        }
    }
}

struct Positions {
    is_open: Option<usize>,
    on_time: Option<usize>,
    on_time_less_waits: Option<usize>,
    in_term: Option<usize>,
}

static POSITIONS: LazyLock<Positions> = LazyLock::new(|| Positions {
    is_open: DOSSIER.position("is_open_then"),
    on_time: DOSSIER.position("on_time"),
    on_time_less_waits: DOSSIER.position("on_time_less_waits"),
    in_term: DOSSIER.position("in_term_then"),
});

impl Judged {
    pub(super) fn put(&self, record: &mut Record, at: Instant) {
        let before = |instant: Option<Instant>| instant.is_some_and(|instant| instant < at);
        let is_open = before(self.received) && !before(self.closed);
        put(record, POSITIONS.is_open, is_open);
        put(record, POSITIONS.on_time, self.on_time.at(at));
        put(record, POSITIONS.on_time_less_waits, self.on_time_less_waits.at(at));
        put(record, POSITIONS.in_term, is_open && !before(self.overdue_after));
    }

    fn turns(&self) -> Vec<Turn> {
        let happened = [self.received, self.closed].map(|at| at.map(|at| Turn { at, scheduled: false }));
        // What is over can't become overdue by itself any more.
        let scheduled = self.closed.is_none();
        let due = [self.on_time.until(), self.on_time_less_waits.until(), self.overdue_after];
        let due = due.map(|at| at.map(|at| Turn { at, scheduled }));
        let mut turns: Vec<Turn> = happened.into_iter().chain(due).flatten().collect();
        turns.sort();
        // At one instant the record turns once; what may lie ahead is then said of all of it.
        turns.dedup_by(|next, kept| {
            let same = next.at == kept.at;
            kept.scheduled |= same && next.scheduled;
            same
        });
        turns
    }
}

/// After which instant a dossier is overdue while it is open.
fn overdue_after(rows: &DossierRows) -> Option<Instant> {
    let course = &rows.course;
    let at = |at: &Option<motcua_db::sql::At>| at.as_ref().map(|at| at.0);
    // What its end is compared with: the due instant, or the one it had when its clock stopped.
    let compared =
        || at(&rows.fact.due_at).or_else(|| at(&course.last_wait_due_before)).or_else(|| at(&rows.fact.first_due_at));
    match course.verdict.as_str() {
        "running" => at(&course.late_after_at),
        "not_received" | "no_due_date" => None,
        _ if course.closed_at.is_some() => compared(),
        "late" if asked_again(course) => at(&course.last_wait_at),
        "late" => compared(),
        // Its clock stands still, and it was in term when it stopped.
        _ => None,
    }
}

/// Whether it waits for another supplement after the first: that is late whatever the dates.
fn asked_again(course: &DossierCourseRow) -> bool {
    course.open_wait_kind.as_deref() == Some("supplement") && course.supplement_waits > 1
}

/// A dossier.
pub(crate) fn of_dossier(rows: &DossierRows) -> Counted {
    let DossierRows { fact, course, case, paper } = rows;
    let mut fields = Fields::with_capacity(DOSSIER.fields.len());
    fields.text("procedure_code", &fact.procedure_code);
    fields.text("field_code", &fact.field_code);
    fields.texts("levels", &case.levels);
    fields.yes_no("returns_paper", case.returns_paper);
    fields.text("channel", &fact.channel);
    fields.text("state", &fact.state);
    fields.whole("national_state", fact.national_state.into());
    fields.at("submitted_at", &fact.submitted_at);
    for (name, at) in [
        ("received_at", &fact.received_at),
        ("processing_at", &course.processing_at),
        ("first_due_at", &fact.first_due_at),
        ("due_at", &fact.due_at),
        ("approved_at", &course.approved_at),
        ("finished_at", &fact.finished_at),
        ("returned_at", &fact.returned_at),
        ("refused_or_stopped_at", &fact.ended_at),
        ("withdrawn_at", &course.withdrawn_at),
        ("closed_at", &course.closed_at),
    ] {
        fields.at_if(name, at.as_ref());
    }
    fields.yes_no("was_received", course.was_received);
    fields.yes_no("is_closed", course.closed_at.is_some());
    fields.yes_no("is_open_then", false);
    fields.yes_no("on_time", false);
    fields.yes_no("on_time_less_waits", false);
    fields.yes_no("in_term_then", false);
    fields.yes_no("closed_early", course.closed_early);
    fields.yes_no("closed_late", course.closed_late);
    fields.whole("supplements_requested", course.supplements_requested);
    fields.whole("waits", course.waits);
    fields.whole("extensions", course.extensions);
    fields.yes_no("is_linked_step", case.is_linked_step);
    fields.whole("fee_items", paper.fee_items);
    fields.yes_no("fees_all_zero", paper.fees_all_zero);
    fields.whole("fee_amount", paper.fee_amount);
    fields.whole("fee_paid", paper.fee_paid);
    fields.text_if("paid_by", paper.paid_by.as_ref());
    fields.yes_no("paid_online", paper.paid_online);
    for (name, components) in [
        ("components", paper.components),
        ("components_with_file", paper.components_with_file),
        ("components_digitised", paper.components_digitised),
        ("components_reused", paper.components_reused),
        ("components_from_personal_store", paper.components_from_personal_store),
        ("components_replaced", paper.components_replaced),
    ] {
        fields.whole(name, components);
    }
    fields.yes_no("has_result", paper.has_result);
    fields.yes_no("result_has_code", paper.result_code.is_some());
    fields.yes_no("result_has_file", paper.result_has_file);
    fields.yes_no("result_revoked", paper.result_revoked_at.is_some());
    fields.yes_no("vneid_verified", case.vneid_verified);

    let instant = |at: &Option<motcua_db::sql::At>| at.as_ref().map(|at| at.0);
    let judged = Judged {
        received: instant(&fact.received_at),
        closed: instant(&course.closed_at),
        on_time: OnTime::of(&course.verdict, instant(&course.late_after_at)),
        on_time_less_waits: OnTime::of(&course.less_waits_verdict, instant(&course.less_waits_late_after_at)),
        overdue_after: overdue_after(rows),
    };
    let mut record = fields.record(&DOSSIER);
    judged.put(&mut record, DateTime::<Utc>::MIN_UTC);
    Counted {
        id: fact.dossier_id.0,
        record,
        agencies: vec![
            Responsible::of(&fact.competent_agency_id, &fact.competent_written_agency_id),
            Responsible::of(&fact.receiving_agency_id, &fact.receiving_written_agency_id),
            Responsible::of(&case.issuing_agency_id, &case.issuing_written_agency_id),
        ],
        turns: judged.turns(),
        judged: super::Judged::Dossier(judged),
    }
}
