//! The tables of facts. None has more than 32 columns, so a dossier has several.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// A dossier (hồ sơ): what it is, where it stands, who is responsible, and the instants figures go by.
    dossier_facts (tenant_id, dossier_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        version -> BigInt,
        code -> Nullable<Text>,
        procedure_code -> Text,
        procedure_name -> Text,
        field_code -> Text,
        field_name -> Text,
        channel -> Text,
        state -> Text,
        national_state -> Integer,
        receiving_written_agency_id -> Uid,
        receiving_written_code -> Text,
        receiving_agency_id -> Uid,
        competent_written_agency_id -> Uid,
        competent_written_code -> Text,
        competent_agency_id -> Uid,
        submitted_at -> Instant,
        received_at -> Nullable<Instant>,
        first_due_at -> Nullable<Instant>,
        due_at -> Nullable<Instant>,
        finished_at -> Nullable<Instant>,
        returned_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        result_number -> Nullable<Text>,
        /// Whether it was received and is not closed.
        waits -> Bool,
        /// After which instant what waits is overdue; the Unix epoch where it is late already.
        overdue_after_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// How a dossier went (quá trình giải quyết): its instants, waits and whether it was on time.
    dossier_course_facts (tenant_id, dossier_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        version -> BigInt,
        term_count -> Nullable<BigInt>,
        term_unit -> Nullable<Text>,
        processing_at -> Nullable<Instant>,
        approved_at -> Nullable<Instant>,
        withdrawn_at -> Nullable<Instant>,
        closed_at -> Nullable<Instant>,
        closed_as -> Nullable<Text>,
        was_received -> Bool,
        supplements_requested -> BigInt,
        supplement_waits -> BigInt,
        waits -> BigInt,
        waited_seconds -> BigInt,
        supplement_seconds -> BigInt,
        extensions -> BigInt,
        due_changes -> BigInt,
        transfers -> BigInt,
        open_wait_kind -> Nullable<Text>,
        open_wait_since -> Nullable<Instant>,
        last_wait_at -> Nullable<Instant>,
        last_wait_due_before -> Nullable<Instant>,
        verdict -> Text,
        late_after_at -> Nullable<Instant>,
        less_waits_verdict -> Text,
        less_waits_late_after_at -> Nullable<Instant>,
        less_supplements_verdict -> Text,
        less_supplements_late_after_at -> Nullable<Instant>,
        closed_early -> Bool,
        closed_late -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use motcua_db::sql::Uid;
    /// What a dossier is about and who has to do with it, beside the agencies of `dossier_facts`.
    dossier_case_facts (tenant_id, dossier_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        procedure_id -> Uid,
        procedure_version_id -> Uid,
        levels -> Text,
        returns_paper -> Bool,
        issuing_written_agency_id -> Uid,
        issuing_written_code -> Text,
        issuing_agency_id -> Uid,
        supporting_written_agency_id -> Nullable<Uid>,
        supporting_written_code -> Nullable<Text>,
        supporting_agency_id -> Nullable<Uid>,
        consulted -> BigInt,
        represented -> Bool,
        is_linked_step -> Bool,
        linked_steps -> BigInt,
        vneid_verified -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// What came with a dossier and out of it: fees, components (thành phần hồ sơ), result.
    dossier_paper_facts (tenant_id, dossier_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        fee_items -> BigInt,
        fees_all_zero -> Bool,
        fee_amount -> BigInt,
        fee_paid -> BigInt,
        paid_by -> Nullable<Text>,
        paid_online -> Bool,
        components -> BigInt,
        components_with_file -> BigInt,
        components_digitised -> BigInt,
        components_reused -> BigInt,
        components_from_personal_store -> BigInt,
        components_replaced -> BigInt,
        has_result -> Bool,
        result_code -> Nullable<Text>,
        result_document_id -> Nullable<Uid>,
        result_has_file -> Bool,
        result_revoked_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// A dossier that another system handles and tells of (hồ sơ của hệ thống bộ, ngành).
    mirrored_dossier_facts (tenant_id, dossier_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        version -> BigInt,
        code -> Text,
        source -> Text,
        procedure_code -> Text,
        agency_id -> Uid,
        agency_code -> Text,
        channel -> Text,
        national_state -> Integer,
        reopened -> Bool,
        told_at -> Instant,
        submitted_at -> Instant,
        received_at -> Nullable<Instant>,
        due_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        returned_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// A procedure (thủ tục) in its newest published version.
    procedure_facts (tenant_id, procedure_id) {
        tenant_id -> Uid,
        procedure_id -> Uid,
        version -> BigInt,
        version_id -> Uid,
        number -> BigInt,
        code -> Text,
        name -> Text,
        field_code -> Text,
        field_name -> Text,
        levels -> Text,
        audience -> Text,
        channels -> Text,
        status -> Text,
        source -> Text,
        effective_from -> Date,
        published_at -> Instant,
        decision_number -> Nullable<Text>,
        decided_on -> Nullable<Date>,
        bases_effective_on -> Nullable<Date>,
        parts_complete -> Bool,
        missing_parts -> Text,
        service_level -> Nullable<Text>,
        says_why_partial -> Bool,
        proactive_level -> Nullable<Integer>,
        has_fee -> Bool,
        returns_paper -> Bool,
        connected_databases -> Text,
        suspended_since -> Nullable<Instant>,
        abolished_from -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// An announcement (công bố) of a procedure: each of its published versions, and its abolition as number 0.
    announcement_facts (tenant_id, procedure_id, number) {
        tenant_id -> Uid,
        procedure_id -> Uid,
        number -> BigInt,
        version -> BigInt,
        kind -> Text,
        code -> Text,
        decision_number -> Nullable<Text>,
        decided_on -> Nullable<Date>,
        bases_effective_on -> Nullable<Date>,
        published_at -> Nullable<Instant>,
        withdrawn -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use motcua_db::sql::Uid;
    /// A rating of a one-stop desk (đánh giá) of a month that is over.
    rating_facts (tenant_id, rating_id) {
        tenant_id -> Uid,
        rating_id -> Uid,
        agency_id -> Uid,
        field_code -> Text,
        procedure_code -> Text,
        month_on -> Date,
        total -> Nullable<BigInt>,
        lowest -> Nullable<BigInt>,
        time_limit -> Nullable<BigInt>,
        step_times -> Nullable<BigInt>,
        contacts -> Nullable<BigInt>,
        agencies_contacted -> Nullable<BigInt>,
        one_stop -> Nullable<BigInt>,
        transparency -> Nullable<BigInt>,
        attitude -> Nullable<BigInt>,
        feedback_handling -> Nullable<BigInt>,
        online_service -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text};
    use motcua_db::sql::Uid;
    /// An outgoing document (văn bản đi) since it has its number; `issuing_agency_id` is the agency that gave it.
    document_facts (tenant_id, document_id) {
        tenant_id -> Uid,
        document_id -> Uid,
        version -> BigInt,
        issuing_agency_id -> Uid,
        issuing_agency_code -> Text,
        responsible_agency_id -> Uid,
        document_type -> Text,
        number -> BigInt,
        suffix -> Nullable<Text>,
        notation -> Text,
        full_number -> Text,
        book -> Text,
        year -> Integer,
        issued_on -> Date,
        state -> Text,
        is_normative -> Bool,
        has_file -> Bool,
        drafted_here -> Bool,
        signed_here -> Bool,
        from_reservation -> Bool,
        issued_late -> Nullable<Bool>,
        signer_capacity -> Nullable<Text>,
        by_document_id -> Nullable<Uid>,
        dispatches -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// An outgoing document sent to an agency of this installation, as it stands there.
    dispatch_facts (tenant_id, dispatch_id) {
        tenant_id -> Uid,
        dispatch_id -> Uid,
        version -> BigInt,
        document_id -> Uid,
        receiving_agency_id -> Uid,
        state -> Text,
        received_at -> Instant,
        registered_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
    /// An incoming document (văn bản đến) of an agency; `receiving_agency_id` is the agency that received it.
    incoming_document_facts (tenant_id, document_id) {
        tenant_id -> Uid,
        document_id -> Uid,
        version -> BigInt,
        source -> Text,
        channel -> Nullable<Text>,
        state -> Text,
        urgency -> Text,
        on_paper_too -> Bool,
        information_only -> Bool,
        signature -> Text,
        integrity -> Text,
        receiving_agency_id -> Uid,
        receiving_agency_code -> Text,
        responsible_agency_id -> Uid,
        document_type -> Nullable<Text>,
        issued_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        outgoing_document_id -> Nullable<Uid>,
        received_at -> Instant,
        register_due_at -> Nullable<Instant>,
        registered_at -> Nullable<Instant>,
        submit_due_at -> Nullable<Instant>,
        submitted_at -> Nullable<Instant>,
        assigned_at -> Nullable<Instant>,
        due_at -> Nullable<Instant>,
        started_at -> Nullable<Instant>,
        completed_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use motcua_db::sql::{Instant, Uid};
    /// Since when an agency is responsible for something that another was responsible for before.
    responsibility_moves (tenant_id, subject_kind, subject_id, role, version) {
        tenant_id -> Uid,
        subject_kind -> Text,
        subject_id -> Uid,
        role -> Text,
        version -> BigInt,
        agency_id -> Uid,
        since_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use motcua_db::sql::{Instant, Uid};
    /// Events of a type, or of a version of one, that this program does not know.
    unknown_events (tenant_id, feed, kind) {
        tenant_id -> Uid,
        feed -> Text,
        kind -> Text,
        first_position -> BigInt,
        last_position -> BigInt,
        events -> BigInt,
        taken -> BigInt,
        first_at -> Instant,
        last_at -> Instant,
    }
}
