//! The tables of what hangs on case files and agencies: declared in one place, because the predicates join them.

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    case_file_loans (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        case_file_id -> Uid,
        keeper_agency_id -> Uid,
        borrower_officer_id -> Uid,
        state -> Text,
        due_on -> Date,
        /// Sealed.
        purpose -> Binary,
        requested_at -> Instant,
        requested_by -> Text,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Text>,
        decider_officer_id -> Nullable<Uid>,
        /// Sealed.
        refusal -> Nullable<Binary>,
        returned_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    file_plans (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        year -> Integer,
        state -> Text,
        decision_number -> Nullable<Text>,
        decision_on -> Nullable<Date>,
        issued_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    file_plan_entries (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        plan_id -> Uid,
        position -> Integer,
        notation -> Text,
        retention_years -> Nullable<Integer>,
        unit_id -> Nullable<Uid>,
        officer_id -> Nullable<Uid>,
        /// Sealed: heading, title, note.
        content -> Binary,
        /// When it was added to a plan that had been issued.
        added_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    hand_overs (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        archive_agency_id -> Uid,
        handed_on -> Date,
        handed_at -> Instant,
        handed_by -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    destructions (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        state -> Text,
        proposed_at -> Instant,
        proposed_by -> Text,
        proposed_for -> Nullable<Text>,
        /// Sealed: reason, opinion, members of the council.
        content -> Binary,
        decision_number -> Nullable<Text>,
        decision_on -> Nullable<Date>,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Text>,
        destroyed_at -> Nullable<Instant>,
        destroyed_by -> Nullable<Text>,
        version -> BigInt,
    }
}
