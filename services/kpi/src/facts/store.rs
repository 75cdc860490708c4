//! Facts as they are stored: one row a dossier, one row an issued document, always the newest.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::upsert::excluded;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

use super::events::{DossierFacts, IssuedDocument};

/// Rows of a page of a digest.
const PAGE: i64 = 5000;

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use motcua_db::sql::{Instant, Uid};
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
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Integer, Text};
    use motcua_db::sql::Uid;
    document_facts (tenant_id, document_id) {
        tenant_id -> Uid,
        document_id -> Uid,
        issuing_agency_id -> Uid,
        issuing_agency_code -> Text,
        document_type -> Text,
        number -> BigInt,
        full_number -> Text,
        book -> Text,
        year -> Integer,
        issued_on -> Date,
    }
}

/// What is known of a dossier; `*_agency_id` is who is responsible now.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = dossier_facts,
    primary_key(tenant_id, dossier_id),
    treat_none_as_null = true,
    treat_none_as_default_value = false
)]
pub(crate) struct DossierFactRow {
    pub tenant_id: Id,
    pub dossier_id: Id,
    pub version: i64,
    pub code: Option<String>,
    pub procedure_code: String,
    pub procedure_name: String,
    pub field_code: String,
    pub field_name: String,
    pub channel: String,
    pub state: String,
    pub national_state: i32,
    pub receiving_written_agency_id: Id,
    pub receiving_written_code: String,
    pub receiving_agency_id: Id,
    pub competent_written_agency_id: Id,
    pub competent_written_code: String,
    pub competent_agency_id: Id,
    pub submitted_at: At,
    pub received_at: Option<At>,
    pub first_due_at: Option<At>,
    pub due_at: Option<At>,
    pub finished_at: Option<At>,
    pub returned_at: Option<At>,
    pub ended_at: Option<At>,
    pub result_number: Option<String>,
}

impl DossierFactRow {
    pub(super) fn new(tenant: Uuid, dossier: Uuid, facts: DossierFacts) -> Self {
        let (receiving, competent) = (facts.agencies.receiving, facts.agencies.competent);
        Self {
            tenant_id: Id(tenant),
            dossier_id: Id(dossier),
            version: facts.version,
            code: facts.code,
            procedure_code: facts.procedure.code,
            procedure_name: facts.procedure.name,
            field_code: facts.procedure.field_code,
            field_name: facts.procedure.field_name,
            channel: facts.channel,
            state: facts.state,
            national_state: facts.national_state,
            receiving_written_agency_id: Id(receiving.written_id),
            receiving_written_code: receiving.written_code,
            receiving_agency_id: Id(receiving.responsible_id),
            competent_written_agency_id: Id(competent.written_id),
            competent_written_code: competent.written_code,
            competent_agency_id: Id(competent.responsible_id),
            submitted_at: At(facts.submitted_at),
            received_at: facts.received_at.map(At),
            first_due_at: facts.first_due_at.map(At),
            due_at: facts.due_at.map(At),
            finished_at: facts.finished_at.map(At),
            returned_at: facts.returned_at.map(At),
            ended_at: facts.ended_at.map(At),
            result_number: facts.result.and_then(|result| result.number),
        }
    }
}

/// Keeps what is newer than what is stored: facts of an older or of the same version change nothing.
pub(super) fn keep_dossier(tx: &mut Conn, row: &DossierFactRow) -> TxResult<()> {
    use diesel::query_dsl::methods::FilterDsl as _;
    on_each!(tx, |c| {
        diesel::insert_into(dossier_facts::table)
            .values(row)
            .on_conflict((dossier_facts::tenant_id, dossier_facts::dossier_id))
            .do_update()
            .set(row)
            .filter(dossier_facts::version.lt(excluded(dossier_facts::version)))
            .execute(c)
    })?;
    Ok(())
}

/// What is known of an issued document, which does not change: the agency is the one that issued it.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = document_facts)]
pub(crate) struct DocumentFactRow {
    pub tenant_id: Id,
    pub document_id: Id,
    pub issuing_agency_id: Id,
    pub issuing_agency_code: String,
    pub document_type: String,
    pub number: i64,
    pub full_number: String,
    pub book: String,
    pub year: i32,
    pub issued_on: NaiveDate,
}

impl DocumentFactRow {
    pub(super) fn new(tenant: Uuid, document: Uuid, facts: IssuedDocument) -> Self {
        Self {
            tenant_id: Id(tenant),
            document_id: Id(document),
            issuing_agency_id: Id(facts.issuing_agency_id),
            issuing_agency_code: facts.issuing_agency_code,
            document_type: facts.document_type,
            number: facts.number,
            full_number: facts.full_number,
            book: facts.book,
            year: facts.year,
            issued_on: facts.issued_on,
        }
    }
}

/// Keeps a document that is issued, which happens once.
pub(super) fn keep_document(tx: &mut Conn, row: &DocumentFactRow) -> TxResult<()> {
    on_each!(tx, |c| diesel::insert_into(document_facts::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// A page of dossiers in the order of their ids.
pub(super) fn dossiers_after(conn: &mut Conn, tenant: Uuid, after: Uuid) -> TxResult<Vec<DossierFactRow>> {
    Ok(dossier_facts::table
        .filter(dossier_facts::tenant_id.eq(Id(tenant)).and(dossier_facts::dossier_id.gt(Id(after))))
        .order(dossier_facts::dossier_id)
        .limit(PAGE)
        .load(conn)?)
}

/// A page of documents in the order of their ids.
pub(super) fn documents_after(conn: &mut Conn, tenant: Uuid, after: Uuid) -> TxResult<Vec<DocumentFactRow>> {
    Ok(document_facts::table
        .filter(document_facts::tenant_id.eq(Id(tenant)).and(document_facts::document_id.gt(Id(after))))
        .order(document_facts::document_id)
        .limit(PAGE)
        .load(conn)?)
}
