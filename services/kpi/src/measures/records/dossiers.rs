//! Dossiers (hồ sơ) as records.

use motcua_db::sql::At;

use super::holding::{Holding, Turn};
use super::said::{instant, text, texts, whole, yes};
use super::{Counted, responsible};
use crate::definitions::vocabulary::DOSSIER;
use crate::facts::store::DossierRows;

/// A dossier as a record.
pub(crate) fn of_dossier(rows: &DossierRows) -> Counted {
    let DossierRows { fact, course, case, paper } = rows;
    let refused_or_stopped_at = course.withdrawn_at.is_none().then_some(fact.ended_at.as_ref()).flatten();
    let fields = [
        ("procedure_code", text(fact.procedure_code.as_str())),
        ("field_code", text(fact.field_code.as_str())),
        ("levels", Some(texts(&case.levels))),
        ("returns_paper", yes(case.returns_paper)),
        ("channel", text(fact.channel.as_str())),
        ("state", text(fact.state.as_str())),
        ("national_state", whole(i64::from(fact.national_state))),
        ("submitted_at", instant(&fact.submitted_at)),
        ("received_at", instant(fact.received_at.as_ref())),
        ("processing_at", instant(course.processing_at.as_ref())),
        ("first_due_at", instant(fact.first_due_at.as_ref())),
        ("due_at", instant(fact.due_at.as_ref())),
        ("approved_at", instant(course.approved_at.as_ref())),
        ("finished_at", instant(fact.finished_at.as_ref())),
        ("returned_at", instant(fact.returned_at.as_ref())),
        // What was withdrawn has ended as well, but neither of these ways.
        ("refused_or_stopped_at", instant(refused_or_stopped_at)),
        ("withdrawn_at", instant(course.withdrawn_at.as_ref())),
        ("closed_at", instant(course.closed_at.as_ref())),
        ("was_received", yes(course.was_received)),
        ("is_closed", yes(course.closed_at.is_some())),
        ("closed_early", yes(course.closed_early)),
        ("closed_late", yes(course.closed_late)),
        ("supplements_requested", whole(course.supplements_requested)),
        ("waits", whole(course.waits)),
        ("extensions", whole(course.extensions)),
        ("is_linked_step", yes(case.is_linked_step)),
        ("fee_items", whole(paper.fee_items)),
        ("fees_all_zero", yes(paper.fees_all_zero)),
        ("fee_amount", whole(paper.fee_amount)),
        ("fee_paid", whole(paper.fee_paid)),
        ("paid_by", text(paper.paid_by.as_deref())),
        ("paid_online", yes(paper.paid_online)),
        ("components", whole(paper.components)),
        ("components_with_file", whole(paper.components_with_file)),
        ("components_digitised", whole(paper.components_digitised)),
        ("components_reused", whole(paper.components_reused)),
        ("components_from_personal_store", whole(paper.components_from_personal_store)),
        ("components_replaced", whole(paper.components_replaced)),
        ("has_result", yes(paper.has_result)),
        ("result_has_code", yes(paper.result_code.is_some())),
        ("result_has_file", yes(paper.result_has_file)),
        ("result_revoked", yes(paper.result_revoked_at.is_some())),
        ("vneid_verified", yes(case.vneid_verified)),
    ];
    // In the order of the vocabulary's roles.
    let agencies = [
        responsible(&fact.competent_agency_id, &fact.competent_written_agency_id),
        responsible(&fact.receiving_agency_id, &fact.receiving_written_agency_id),
        responsible(&case.issuing_agency_id, &case.issuing_written_agency_id),
    ];
    let judged = [
        ("is_open_then", open_until(rows, None)),
        ("on_time", on_time(&course.verdict, course.late_after_at.as_ref())),
        ("on_time_less_waits", on_time(&course.less_waits_verdict, course.less_waits_late_after_at.as_ref())),
        ("in_term_then", open_until(rows, overdue_after(rows))),
    ];
    Counted::new(&DOSSIER, &fact.dossier_id, fields, agencies, judged)
}

/// On time as of an instant, by a verdict of `facts::on_time`: one that nothing gives a due instant counts as on time,
/// one that was never received does not.
fn on_time(verdict: &str, late_after: Option<&At>) -> Holding {
    match verdict {
        "late" | "not_received" => Holding::Never,
        "running" => Holding::between(None, late_after.map(|at| Turn::scheduled(at.0))),
        _ => Holding::ALWAYS,
    }
}

/// Open (đang xử lý): after it was received, until it was closed or something else came before that.
fn open_until(rows: &DossierRows, sooner: Option<Turn>) -> Holding {
    let Some(received) = &rows.fact.received_at else { return Holding::Never };
    let closed = rows.course.closed_at.as_ref().map(|at| Turn::happened(at.0));
    let until = closed.into_iter().chain(sooner).min_by_key(|turn| turn.at);
    Holding::between(Some(Turn::happened(received.0)), until)
}

/// After which instant it is overdue (quá hạn) while it is open; none where it never is, and of one whose clock stands
/// still in term.
fn overdue_after(rows: &DossierRows) -> Option<Turn> {
    let course = &rows.course;
    match course.verdict.as_str() {
        "running" => course.late_after_at.as_ref().map(|at| Turn::scheduled(at.0)),
        "late" => {
            // What its end was compared with, when its clock had stopped for good as when it had not.
            let due = rows.fact.due_at.as_ref().or(course.last_wait_due_before.as_ref());
            let due = due.or(rows.fact.first_due_at.as_ref());
            // Asked for another supplement and waiting again: late from the request on, if it was not before.
            let asked_again = course.open_wait_since.as_ref();
            due.into_iter().chain(asked_again).map(|at| Turn::happened(at.0)).min_by_key(|turn| turn.at)
        }
        _ => None,
    }
}
