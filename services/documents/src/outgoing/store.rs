//! The rows of outgoing documents, and the one predicate of who sees them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::authority_in;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, ActorKind, Authority, Error, PageRequest, Result, Role, Uuid, Vault};

use super::details::outgoing_files;
use super::rules::{self, READ};
use super::states::DocumentState;
use crate::agency_filter::{AgencyFilter, agency_tree, below, granted, held};
use crate::in_archive::{ARCHIVISTS, case_file_documents, case_files, handed_to};
use crate::registers::suffixed_number;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    outgoing_documents (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        document_type -> Text,
        symbol -> Text,
        notation -> Text,
        number -> BigInt,
        register_id -> Uid,
        book -> Text,
        year -> Integer,
        issued_on -> Date,
        issued_at -> Instant,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        /// Sealed: a subject may name a person.
        subject -> Binary,
        /// Sealed.
        signer_name -> Nullable<Binary>,
        file_id -> Uid,
        file_sha256 -> Text,
        created_by -> Text,
        external_ref -> Nullable<Text>,
        version -> BigInt,
        /// The letter of a late number; empty for every other.
        suffix -> Text,
        normative -> Bool,
        state -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// Which document a client's reference stands for, for ever.
    outgoing_references (tenant_id, client, external_ref) {
        tenant_id -> Uid,
        client -> Text,
        external_ref -> Text,
        document_id -> Uid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(outgoing_documents, outgoing_files, agency_tree);
diesel::allow_tables_to_appear_in_same_query!(outgoing_documents, case_file_documents);
diesel::allow_tables_to_appear_in_same_query!(outgoing_documents, case_files);

/// A document as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = outgoing_documents, treat_none_as_default_value = false)]
pub(crate) struct DocumentRow {
    pub tenant_id: Id,
    pub id: Id,
    pub document_type: String,
    pub symbol: String,
    pub notation: String,
    pub number: i64,
    pub register_id: Id,
    pub book: String,
    pub year: i32,
    pub issued_on: NaiveDate,
    pub issued_at: At,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub subject: Vec<u8>,
    pub signer_name: Option<Vec<u8>>,
    pub file_id: Id,
    pub file_sha256: String,
    pub created_by: String,
    pub external_ref: Option<String>,
    pub version: i64,
    pub suffix: String,
    pub normative: bool,
    pub state: String,
}

impl DocumentRow {
    pub(super) fn state(&self) -> Result<DocumentState> {
        DocumentState::from_word(&self.state)
            .ok_or_else(|| Error::internal(format!("document {} is in state {}", self.id.0, self.state)))
    }

    /// The letter of a late number.
    pub(super) fn letter(&self) -> Option<String> {
        (!self.suffix.is_empty()).then(|| self.suffix.clone())
    }

    /// Number and notation as they stand on the document.
    pub(super) fn full_number(&self) -> String {
        suffixed_number(self.number, &self.suffix, &self.notation)
    }
}

/// The texts of a document that may name people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Personal {
    pub subject: String,
    pub signer_name: Option<String>,
}

impl Personal {
    pub(super) fn seal(&self, vault: &Vault, id: Uuid) -> Result<(Vec<u8>, Option<Vec<u8>>)> {
        let subject = vault.seal(&context("subject", id), self.subject.as_bytes())?;
        let signer = self.signer_name.as_ref();
        let signer = signer.map(|name| vault.seal(&context("signer_name", id), name.as_bytes())).transpose()?;
        Ok((subject, signer))
    }

    pub(super) fn open(vault: &Vault, row: &DocumentRow) -> Result<Self> {
        let open = |column: &str, sealed: &[u8]| {
            String::from_utf8(vault.open(&context(column, row.id.0), sealed)?).map_err(Error::internal)
        };
        let signer_name = row.signer_name.as_deref().map(|sealed| open("signer_name", sealed)).transpose()?;
        Ok(Self { subject: open("subject", &row.subject)?, signer_name })
    }
}

fn context(column: &str, id: Uuid) -> String {
    format!("outgoing_documents.{column}:{id}")
}

/// Who sees what has its number and is not issued.
const KEEPERS: [Role; 4] = [Role::Clerk, Role::Leader, Role::Approver, Role::Administrator];

type Filtered = Box<dyn BoxableExpression<outgoing_documents::table, MultiBackend, SqlType = Bool>>;

/// The predicate: what a caller may see of outgoing documents. Get, list, count, feed and file download all use it.
///
/// Officers see what an agency within reach of their grants is responsible for, and what is in a case file that was handed
/// to an archive whose clerk or leader they are; services with the scope of reading see all, other services and clients
/// what they created; citizens nothing. What was not issued yet, or never, only those see
/// who keep documents there.
fn visible(actor: &Actor) -> Filtered {
    let tenant = outgoing_documents::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Officer => {
            let of = |agencies| outgoing_documents::responsible_agency_id.eq_any(below(Id(actor.tenant), agencies));
            let issued = outgoing_documents::state.ne_all(DocumentState::UNISSUED);
            let archived = case_file_documents::table
                .filter(case_file_documents::tenant_id.eq(outgoing_documents::tenant_id))
                .filter(case_file_documents::document_id.eq(outgoing_documents::id))
                .filter(case_file_documents::kind.eq("outgoing"))
                .filter(
                    case_file_documents::case_file_id.eq_any(handed_to(Id(actor.tenant), held(actor, &ARCHIVISTS))),
                );
            let reached = of(granted(actor)).and(issued.or(of(held(actor, &KEEPERS))));
            Box::new(tenant.and(reached.or(exists(archived))))
        }
        ActorKind::Service if actor.scopes.contains(READ) => Box::new(tenant),
        ActorKind::Service | ActorKind::Client => {
            Box::new(tenant.and(outgoing_documents::created_by.eq(rules::creator(actor))))
        }
        ActorKind::Citizen => Box::new(tenant.and(outgoing_documents::id.eq_any(Vec::<Id>::new()))),
    }
}

/// What a list of documents is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    /// Agencies responsible now.
    pub agencies: Option<AgencyFilter>,
    pub document_types: Option<Vec<String>>,
    pub year: Option<i32>,
    pub external_ref: Option<String>,
    pub states: Option<Vec<String>>,
}

fn narrowed(actor: &Actor, narrow: &Narrow) -> outgoing_documents::BoxedQuery<'static, MultiBackend> {
    let mut query = outgoing_documents::table.filter(visible(actor)).into_boxed::<MultiBackend>();
    if let Some(agencies) = &narrow.agencies {
        let responsible = outgoing_documents::responsible_agency_id;
        query = match agencies.clone() {
            AgencyFilter::At(agencies) => query.filter(responsible.eq_any(agencies)),
            AgencyFilter::Under(agencies) => query.filter(responsible.eq_any(below(Id(actor.tenant), agencies))),
        };
    }
    if let Some(document_types) = narrow.document_types.clone() {
        query = query.filter(outgoing_documents::document_type.eq_any(document_types));
    }
    if let Some(year) = narrow.year {
        query = query.filter(outgoing_documents::year.eq(year));
    }
    if let Some(external_ref) = narrow.external_ref.clone() {
        query = query.filter(outgoing_documents::external_ref.eq(external_ref));
    }
    if let Some(states) = narrow.states.clone() {
        query = query.filter(outgoing_documents::state.eq_any(states));
    }
    query
}

/// A page of documents, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<(DateTime<Utc>, Uuid)>,
) -> TxResult<Vec<DocumentRow>> {
    let mut query = narrowed(actor, narrow);
    if let Some((at, id)) = after {
        let same_instant = outgoing_documents::issued_at.eq(At(at)).and(outgoing_documents::id.lt(Id(id)));
        query = query.filter(outgoing_documents::issued_at.lt(At(at)).or(same_instant));
    }
    let order = (outgoing_documents::issued_at.desc(), outgoing_documents::id.desc());
    Ok(query.order(order).limit(page.fetch()).load(conn)?)
}

pub(super) fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(actor, narrow).count().get_result(conn)?)
}

/// A document the caller may see.
pub(super) fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<DocumentRow>> {
    let query = narrowed(actor, &Narrow::default());
    Ok(query.filter(outgoing_documents::id.eq(Id(id))).first(conn).optional()?)
}

/// Of these documents, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = outgoing_documents::table
        .select(outgoing_documents::id)
        .filter(visible(actor))
        .filter(outgoing_documents::id.eq_any(wanted))
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// A document, whoever asks.
pub(super) fn row(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<DocumentRow>> {
    let key = outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::id.eq(Id(id)));
    Ok(outgoing_documents::table.filter(key).first(conn).optional()?)
}

/// These documents, whoever asks.
pub(super) fn rows(conn: &mut Conn, tenant: Uuid, ids: &[Uuid]) -> TxResult<Vec<DocumentRow>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    Ok(outgoing_documents::table
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::id.eq_any(wanted)))
        .load(conn)?)
}

/// Of these documents, those the caller may see, by id.
pub(super) fn among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<BTreeMap<Uuid, DocumentRow>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let query = narrowed(actor, &Narrow::default());
    let rows: Vec<DocumentRow> = query.filter(outgoing_documents::id.eq_any(wanted)).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.0, row)).collect())
}

/// The documents of a register that are numbered and not issued, by number and notation.
pub(super) fn unissued_in(conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<String>> {
    let waiting = [DocumentState::Numbered.as_str(), DocumentState::Sealed.as_str()];
    let rows: Vec<DocumentRow> = outgoing_documents::table
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::register_id.eq(Id(register))))
        .filter(outgoing_documents::state.eq_any(waiting))
        .order((outgoing_documents::number, outgoing_documents::suffix))
        .limit(MOST_UNISSUED)
        .load(conn)?;
    Ok(rows.iter().map(DocumentRow::full_number).collect())
}

/// So many of them are named: more is a book that is in use.
const MOST_UNISSUED: i64 = 100;

/// The documents that stand in a register, with number and letter. One that was given up before it was issued keeps the
/// number it had, and its line is void and nobody's.
pub(super) fn numbers_in(conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<(Uuid, i64, String)>> {
    let rows: Vec<(Id, i64, String)> = outgoing_documents::table
        .select((outgoing_documents::id, outgoing_documents::number, outgoing_documents::suffix))
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::register_id.eq(Id(register))))
        .filter(outgoing_documents::state.ne(DocumentState::Void.as_str()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, number, suffix)| (id.0, number, suffix)).collect())
}

/// Whether a file is that of a document the caller may see, or one of its attachments.
pub(super) fn sees_file(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    let attached = outgoing_files::table
        .select(outgoing_files::document_id)
        .filter(outgoing_files::tenant_id.eq(Id(actor.tenant)).and(outgoing_files::file_id.eq(Id(file))));
    let of_it = outgoing_documents::file_id.eq(Id(file)).or(outgoing_documents::id.eq_any(attached));
    let found: Option<Id> = outgoing_documents::table
        .select(outgoing_documents::id)
        .filter(visible(actor))
        .filter(of_it)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Takes a reference for a document; the document it already stands for, when there is one. A transaction that took the
/// same reference a moment ago is waited for.
pub(super) fn claim_reference(
    tx: &mut Conn,
    tenant: Uuid,
    client: &str,
    external_ref: &str,
    document: Uuid,
) -> TxResult<Option<Uuid>> {
    let taken = on_each!(tx, |c| {
        diesel::insert_into(outgoing_references::table)
            .values((
                outgoing_references::tenant_id.eq(Id(tenant)),
                outgoing_references::client.eq(client),
                outgoing_references::external_ref.eq(external_ref),
                outgoing_references::document_id.eq(Id(document)),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    if taken == 1 {
        return Ok(None);
    }
    let stands_for: Id = outgoing_references::table
        .select(outgoing_references::document_id)
        .filter(outgoing_references::tenant_id.eq(Id(tenant)).and(outgoing_references::client.eq(client)))
        .filter(outgoing_references::external_ref.eq(external_ref))
        .first(tx)?;
    Ok(Some(stands_for.0))
}

pub(super) fn insert(tx: &mut Conn, row: &DocumentRow) -> TxResult<()> {
    diesel::insert_into(outgoing_documents::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// The right of a clerk of an agency; none when none of the caller's clerk roles reaches it.
pub(super) fn clerk_of(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Option<Authority>> {
    authority_in(conn, actor, agency, &[Role::Clerk])
}

/// Gives some documents of one responsible agency to another; each that moved with the version it has now.
pub(super) fn move_responsible(
    tx: &mut Conn,
    tenant: Uuid,
    from: Uuid,
    to: Uuid,
    most: i64,
) -> TxResult<Vec<(Uuid, i64)>> {
    let theirs: Vec<Id> = outgoing_documents::table
        .select(outgoing_documents::id)
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)))
        .filter(outgoing_documents::responsible_agency_id.eq(Id(from)))
        .order(outgoing_documents::id)
        .limit(most)
        .load(tx)?;
    diesel::update(outgoing_documents::table)
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::id.eq_any(theirs.clone())))
        .set((
            outgoing_documents::responsible_agency_id.eq(Id(to)),
            outgoing_documents::version.eq(outgoing_documents::version + 1),
        ))
        .execute(tx)?;
    let moved: Vec<(Id, i64)> = outgoing_documents::table
        .select((outgoing_documents::id, outgoing_documents::version))
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::id.eq_any(theirs)))
        .order(outgoing_documents::id)
        .load(tx)?;
    Ok(moved.into_iter().map(|(id, version)| (id.0, version)).collect())
}
