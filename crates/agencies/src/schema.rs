//! The tables, for predicates of other rooms that join them.

#![expect(missing_docs, reason = "columns are described where their records are")]

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    agencies (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        name -> Text,
        name_en -> Text,
        name_folded -> Text,
        kind -> Text,
        symbol -> Text,
        parent_id -> Nullable<Uid>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        note -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    agency_codes (tenant_id, code, valid_from) {
        tenant_id -> Uid,
        code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        agency_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    agency_units (tenant_id, agency_id, unit_code) { tenant_id -> Uid, agency_id -> Uid, unit_code -> Text, }
}

diesel::table! {
    use motcua_db::sql::Uid;
    /// Every agency with itself and everything below it.
    agency_tree (tenant_id, ancestor_id, descendant_id) { tenant_id -> Uid, ancestor_id -> Uid, descendant_id -> Uid, }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    agency_successions (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        from_agency_id -> Uid,
        to_agency_id -> Uid,
        kind -> Text,
        effective_on -> Date,
        legal_basis -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    officers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        issuer -> Text,
        subject -> Text,
        active -> Bool,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    grants (tenant_id, officer_id, agency_id, role, valid_from) {
        tenant_id -> Uid,
        officer_id -> Uid,
        agency_id -> Uid,
        role -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    delegations (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        delegator_id -> Uid,
        delegate_id -> Uid,
        agency_id -> Uid,
        role -> Text,
        valid_from -> Date,
        valid_to -> Date,
        ended_on -> Nullable<Date>,
        end_reason -> Nullable<Text>,
        legal_basis -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    clients (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        issuer -> Text,
        subject -> Text,
        name -> Text,
        owner_agency_id -> Nullable<Uid>,
        active -> Bool,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    directory_revisions (tenant_id) { tenant_id -> Uid, revision -> BigInt, }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    /// Which successions a table of the service has followed already.
    succession_moves (tenant_id, service_table, succession_id) {
        tenant_id -> Uid,
        service_table -> Text,
        succession_id -> Uid,
        moved_rows -> BigInt,
        moved_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    agencies,
    agency_codes,
    agency_units,
    agency_tree,
    agency_successions,
    officers,
    grants,
    delegations,
    clients,
    succession_moves,
);
