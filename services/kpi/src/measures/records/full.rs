//! Rows in which every column says something, for tests: a dossier that was finished in time, and so on.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use motcua_db::sql::{At, Id};
use motcua_kernel::Uuid;

use crate::facts::store::{
    AnnouncementRow, DocumentRow, DossierCaseRow, DossierCourseRow, DossierFactRow, DossierPaperRow, DossierRows,
    IncomingDocumentRow, ProcedureRow, RatingRow,
};

/// An hour of November 2026, counted from its first midnight in UTC.
pub(crate) fn hour(hours: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_758) + TimeDelta::hours(hours)
}

#[expect(clippy::unnecessary_wraps, reason = "so that rows read as their columns are")]
pub(crate) fn at(hours: i64) -> Option<At> {
    Some(At(hour(hours)))
}

fn id(number: u128) -> Id {
    Id(Uuid::from_u128(number))
}

fn november(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "so that rows read as their columns are")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(crate) fn dossier() -> DossierRows {
    DossierRows {
        fact: DossierFactRow {
            tenant_id: id(1),
            dossier_id: id(2),
            version: 7,
            code: some("H50.12-261101-0001"),
            procedure_code: "2.002080".into(),
            procedure_name: "Thanh toán thù lao".into(),
            field_code: "G15-01".into(),
            field_name: "Hòa giải".into(),
            channel: "online".into(),
            state: "done".into(),
            national_state: 9,
            receiving_written_agency_id: id(10),
            receiving_written_code: "H50.12".into(),
            receiving_agency_id: id(11),
            competent_written_agency_id: id(12),
            competent_written_code: "H50.12".into(),
            competent_agency_id: id(13),
            submitted_at: At(hour(0)),
            received_at: at(2),
            first_due_at: at(80),
            due_at: at(90),
            finished_at: at(70),
            returned_at: at(75),
            ended_at: at(76),
            result_number: some("15/QĐ-UBND"),
            waits: false,
            overdue_after_at: None,
        },
        course: DossierCourseRow {
            tenant_id: id(1),
            dossier_id: id(2),
            version: 7,
            term_count: Some(5),
            term_unit: some("working_day"),
            processing_at: at(3),
            approved_at: at(60),
            withdrawn_at: None,
            closed_at: at(70),
            closed_as: some("done"),
            was_received: true,
            supplements_requested: 1,
            supplement_waits: 1,
            waits: 2,
            waited_seconds: 36_000,
            supplement_seconds: 3_600,
            extensions: 1,
            due_changes: 1,
            transfers: 0,
            open_wait_kind: None,
            open_wait_since: None,
            last_wait_at: at(20),
            last_wait_due_before: at(80),
            verdict: "on_time".into(),
            late_after_at: None,
            less_waits_verdict: "on_time".into(),
            less_waits_late_after_at: None,
            less_supplements_verdict: "late".into(),
            less_supplements_late_after_at: None,
            closed_early: true,
            closed_late: false,
        },
        case: DossierCaseRow {
            tenant_id: id(1),
            dossier_id: id(2),
            procedure_id: id(3),
            procedure_version_id: id(4),
            levels: "province\ncommune".into(),
            returns_paper: true,
            issuing_written_agency_id: id(14),
            issuing_written_code: "H50.12".into(),
            issuing_agency_id: id(15),
            supporting_written_agency_id: None,
            supporting_written_code: None,
            supporting_agency_id: None,
            consulted: 1,
            represented: false,
            is_linked_step: true,
            linked_steps: 0,
            vneid_verified: true,
        },
        paper: DossierPaperRow {
            tenant_id: id(1),
            dossier_id: id(2),
            fee_items: 2,
            fees_all_zero: false,
            fee_amount: 100_000,
            fee_paid: 70_000,
            paid_by: some("several"),
            paid_online: true,
            components: 6,
            components_with_file: 5,
            components_digitised: 4,
            components_reused: 3,
            components_from_personal_store: 2,
            components_replaced: 1,
            has_result: true,
            result_code: some("KQ.G15.000001"),
            result_document_id: None,
            result_has_file: true,
            result_revoked_at: None,
        },
    }
}

/// The same dossier withdrawn, which no finished one is.
pub(crate) fn withdrawn() -> DossierRows {
    let mut rows = dossier();
    (rows.fact.finished_at, rows.fact.returned_at, rows.fact.ended_at) = (None, None, at(70));
    rows.course.withdrawn_at = at(70);
    rows.course.closed_as = some("withdrawn");
    rows
}

pub(crate) fn document() -> DocumentRow {
    DocumentRow {
        tenant_id: id(1),
        document_id: id(5),
        version: 3,
        issuing_agency_id: id(10),
        issuing_agency_code: "H50.12".into(),
        responsible_agency_id: id(11),
        document_type: "QD".into(),
        number: 15,
        suffix: None,
        notation: "QĐ-UBND".into(),
        full_number: "15/QĐ-UBND".into(),
        book: "QD".into(),
        year: 2026,
        issued_on: november(4),
        state: "issued".into(),
        is_normative: true,
        has_file: true,
        drafted_here: true,
        signed_here: true,
        from_reservation: false,
        issued_late: Some(false),
        signer_capacity: some("head"),
        by_document_id: None,
        dispatches: 2,
    }
}

pub(crate) fn incoming() -> IncomingDocumentRow {
    IncomingDocumentRow {
        tenant_id: id(1),
        document_id: id(6),
        version: 4,
        source: "outside".into(),
        channel: some("email"),
        state: "finished".into(),
        urgency: "urgent".into(),
        on_paper_too: true,
        information_only: false,
        signature: "valid".into(),
        integrity: "intact".into(),
        receiving_agency_id: id(10),
        receiving_agency_code: "H50.12".into(),
        responsible_agency_id: id(11),
        document_type: some("CV"),
        issued_on: Some(november(1)),
        due_on: Some(november(4)),
        outgoing_document_id: None,
        received_at: At(hour(0)),
        register_due_at: at(8),
        registered_at: at(1),
        submit_due_at: at(9),
        submitted_at: at(2),
        assigned_at: at(3),
        due_at: at(80),
        started_at: at(4),
        completed_at: at(70),
        ended_at: at(71),
        answer: some("document"),
    }
}

pub(crate) fn procedure() -> ProcedureRow {
    ProcedureRow {
        tenant_id: id(1),
        procedure_id: id(3),
        version: 2,
        version_id: id(4),
        number: 2,
        code: "2.002080".into(),
        name: "Thanh toán thù lao".into(),
        field_code: "G15-01".into(),
        field_name: "Hòa giải".into(),
        levels: "commune".into(),
        audience: "citizen\nbusiness".into(),
        channels: "online\nin_person".into(),
        status: "offered".into(),
        source: "national".into(),
        effective_from: november(20),
        published_at: At(hour(50)),
        decision_number: some("1234/QĐ-UBND"),
        decided_on: Some(november(2)),
        bases_effective_on: Some(november(15)),
        parts_complete: true,
        missing_parts: String::new(),
        service_level: some("full"),
        says_why_partial: false,
        proactive_level: Some(2),
        has_fee: true,
        returns_paper: true,
        connected_databases: "population".into(),
        suspended_since: None,
        abolished_from: None,
    }
}

/// The first announcement of the same procedure.
pub(crate) fn announcement() -> AnnouncementRow {
    AnnouncementRow {
        tenant_id: id(1),
        procedure_id: id(3),
        number: 1,
        version: 1,
        kind: "new".into(),
        code: "2.002080".into(),
        decision_number: some("1111/QĐ-UBND"),
        decided_on: Some(november(1)),
        bases_effective_on: Some(november(10)),
        published_at: at(30),
        withdrawn: false,
    }
}

pub(crate) fn rating() -> RatingRow {
    RatingRow {
        tenant_id: id(1),
        rating_id: id(7),
        agency_id: id(10),
        field_code: "G15-01".into(),
        procedure_code: "2.002080".into(),
        month_on: november(1),
        total: Some(16),
        lowest: Some(0),
        time_limit: Some(2),
        step_times: Some(2),
        contacts: Some(2),
        agencies_contacted: Some(2),
        one_stop: Some(2),
        transparency: Some(2),
        attitude: Some(2),
        feedback_handling: Some(2),
        online_service: Some(0),
    }
}
