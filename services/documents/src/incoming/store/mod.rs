//! The rows of incoming documents. Who sees them is in [`access`], lists in [`list`], what hangs on a document in
//! [`circle`] and [`notes`], files and references in [`papers`].

mod access;
mod circle;
mod list;
mod notes;
mod papers;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Actor, Error, PageRequest, Result, Uuid, Vault};
use serde::{Deserialize, Serialize};

use super::facts::IncomingFacts;
use super::rules::{NEVER, State, act_by};
use crate::outgoing::Sent;
use crate::precondition::check_version;

pub use access::visible_among;
pub(super) use access::{among, by_sight, find, hands, keeps, sees_file};
pub(super) use circle::{
    AssigneeRow, AssignmentRow, Part, among_below, assignees_of, assignments_of, fit_officers, given_to,
    insert_assignment, is_head, move_unit, standing_of,
};
pub(super) use list::{Mine, Narrow, PageKey, count, list, numbers_in, page_key, registered_between};
pub(super) use notes::{NoteRow, has_read, last_note, note, note_many, notes_of, opened, read_first, readers_of};
pub(super) use papers::{FileRow, came_with, claim_reference, files_of, insert_files};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Document, Instant, Uid};
    incoming_documents (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        source -> Text,
        state -> Text,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        outgoing_document_id -> Nullable<Uid>,
        /// Which of several deliveries of one outgoing document to one agency; 0 from outside.
        delivery -> Integer,
        issuer_agency_id -> Nullable<Uid>,
        duplicate_key -> Nullable<Text>,
        document_type -> Nullable<Text>,
        number -> Text,
        notation -> Text,
        issued_on -> Nullable<Date>,
        /// Normal 0, Express 3.
        urgency -> Integer,
        /// Sealed: what the document says of itself. None of an internal one, which is read from its original.
        content -> Nullable<Binary>,
        facts -> Document,
        received_at -> Instant,
        register_id -> Nullable<Uid>,
        arrival_number -> Nullable<BigInt>,
        /// The day of arrival in Vietnam.
        arrived_on -> Date,
        submitted_to -> Nullable<Uid>,
        revision -> Integer,
        /// By when somebody must act next; the year 9999 when nobody must.
        act_by_at -> Instant,
        created_by -> Text,
        external_ref -> Nullable<Text>,
        version -> BigInt,
    }
}

/// A document as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = incoming_documents, treat_none_as_default_value = false)]
pub(super) struct IncomingRow {
    pub tenant_id: Id,
    pub id: Id,
    pub source: String,
    pub state: String,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub outgoing_document_id: Option<Id>,
    pub delivery: i32,
    pub issuer_agency_id: Option<Id>,
    pub duplicate_key: Option<String>,
    pub document_type: Option<String>,
    pub number: String,
    pub notation: String,
    pub issued_on: Option<NaiveDate>,
    pub urgency: i32,
    pub content: Option<Vec<u8>>,
    pub facts: Json,
    pub received_at: At,
    pub register_id: Option<Id>,
    pub arrival_number: Option<i64>,
    pub arrived_on: NaiveDate,
    pub submitted_to: Option<Id>,
    pub revision: i32,
    pub act_by_at: At,
    pub created_by: String,
    pub external_ref: Option<String>,
    pub version: i64,
}

/// What a document says of itself, which may name people: sealed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    pub subject: String,
    pub issuer_name: Option<String>,
    pub type_name: Option<String>,
    pub signer_name: Option<String>,
    pub signer_position: Option<String>,
    pub pages: Option<u32>,
    pub language: Option<String>,
    pub description: Option<String>,
    pub replies_to: Vec<String>,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(***)")
    }
}

impl Content {
    pub(super) fn seal(&self, vault: &Vault, id: Uuid) -> Result<Vec<u8>> {
        vault.seal(&content_of(id), &serde_json::to_vec(self).map_err(Error::internal)?)
    }

    fn open(vault: &Vault, row: &IncomingRow) -> Result<Option<Self>> {
        let Some(sealed) = &row.content else { return Ok(None) };
        let plain = vault.open(&content_of(row.id.0), sealed)?;
        serde_json::from_slice(&plain).map_err(Error::internal).map(Some)
    }
}

fn content_of(id: Uuid) -> String {
    format!("incoming_documents.content:{id}")
}

impl IncomingRow {
    /// Its facts.
    pub(super) fn facts(&self) -> Result<IncomingFacts> {
        serde_json::from_value(self.facts.0.clone()).map_err(Error::internal)
    }

    /// What it says of itself, when it came from outside.
    pub(super) fn content(&self, vault: &Vault) -> Result<Option<Content>> {
        Content::open(vault, self)
    }

    /// Takes in changed facts as the next version: the columns that lists ask follow them.
    pub(super) fn take_in(&mut self, facts: &mut IncomingFacts) -> Result<()> {
        self.version += 1;
        facts.version = self.version;
        self.mirror(facts)
    }

    /// Sets the columns that repeat facts.
    pub(super) fn mirror(&mut self, facts: &IncomingFacts) -> Result<()> {
        facts.state.as_str().clone_into(&mut self.state);
        self.responsible_agency_id = Id(facts.responsible_agency_id);
        self.register_id = facts.register_id.map(Id);
        self.arrival_number = facts.arrival_number;
        self.submitted_to = facts.submitted_to.filter(|_| facts.state == State::Submitted).map(Id);
        self.revision = facts.revision;
        self.act_by_at = At(act_by(facts));
        self.facts = Json(serde_json::to_value(facts).map_err(Error::internal)?);
        Ok(())
    }

    /// By when somebody must act next.
    pub(super) fn act_by(&self) -> Option<DateTime<Utc>> {
        (self.act_by_at.0 < NEVER).then_some(self.act_by_at.0)
    }
}

/// A document the caller may see.
///
/// # Errors
/// `not_found`.
pub(super) fn load(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<IncomingRow> {
    Ok(find(conn, actor, id)?.ok_or_else(Error::not_found)?)
}

/// A document the caller may see and has read at this version.
///
/// # Errors
/// `not_found`, or `precondition.stale`.
pub(super) fn load_at(conn: &mut Conn, actor: &Actor, id: Uuid, read: i64) -> TxResult<IncomingRow> {
    let row = load(conn, actor, id)?;
    check_version(row.version, read)?;
    Ok(row)
}

/// A document, whoever asks: the caller of this function answers for permission.
pub(super) fn load_own(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<IncomingRow>> {
    let key = incoming_documents::tenant_id.eq(Id(tenant)).and(incoming_documents::id.eq(Id(id)));
    Ok(incoming_documents::table.filter(key).first(conn).optional()?)
}

/// Some documents, whoever asks: the caller of this function answers for permission.
pub(super) fn of_ids(conn: &mut Conn, tenant: Uuid, ids: &[Uuid]) -> TxResult<Vec<IncomingRow>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    Ok(incoming_documents::table
        .filter(incoming_documents::tenant_id.eq(Id(tenant)).and(incoming_documents::id.eq_any(wanted)))
        .load(conn)?)
}

pub(super) fn insert(tx: &mut Conn, row: &IncomingRow) -> TxResult<()> {
    diesel::insert_into(incoming_documents::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes rows of deliveries; how many were new. Another transaction that sends the same at the same time is waited for.
pub(super) fn insert_deliveries(tx: &mut Conn, rows: &[IncomingRow]) -> TxResult<usize> {
    let mut written = 0;
    for some in rows.chunks(100) {
        written += on_each!(tx, |c| {
            diesel::insert_into(incoming_documents::table).values(some).on_conflict_do_nothing().execute(c)
        })?;
    }
    Ok(written)
}

/// Writes what may change of a document whose version was read; `row.version` is the new one.
///
/// # Errors
/// `precondition.stale` when it has changed meanwhile.
pub(super) fn update(tx: &mut Conn, row: &IncomingRow) -> TxResult<()> {
    let key = incoming_documents::tenant_id.eq(row.tenant_id.clone()).and(incoming_documents::id.eq(row.id.clone()));
    let changed = diesel::update(incoming_documents::table)
        .filter(key.clone())
        .filter(incoming_documents::version.eq(row.version - 1))
        .set((
            incoming_documents::state.eq(&row.state),
            incoming_documents::responsible_agency_id.eq(&row.responsible_agency_id),
            incoming_documents::facts.eq(&row.facts),
            incoming_documents::register_id.eq(&row.register_id),
            incoming_documents::arrival_number.eq(row.arrival_number),
            incoming_documents::submitted_to.eq(&row.submitted_to),
            incoming_documents::revision.eq(row.revision),
            incoming_documents::act_by_at.eq(&row.act_by_at),
            incoming_documents::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = incoming_documents::table.select(incoming_documents::version).filter(key).first(tx)?;
    check_version(current, row.version - 1)?;
    Err(Error::internal(format!("the incoming document {} was not written", row.id.0)).into())
}

/// Holds a document until the transaction ends, at the version that was read.
///
/// # Errors
/// `precondition.stale` when it has changed meanwhile.
pub(super) fn hold(tx: &mut Conn, row: &IncomingRow) -> TxResult<()> {
    let key = incoming_documents::tenant_id.eq(row.tenant_id.clone()).and(incoming_documents::id.eq(row.id.clone()));
    let held = diesel::update(incoming_documents::table)
        .filter(key.clone())
        .filter(incoming_documents::version.eq(row.version))
        .set(incoming_documents::version.eq(row.version))
        .execute(tx)?;
    if held == 1 {
        return Ok(());
    }
    let current: i64 = incoming_documents::table.select(incoming_documents::version).filter(key).first(tx)?;
    Ok(check_version(current, row.version)?)
}

/// The deliveries of an outgoing document, the newest last.
pub(super) fn deliveries_of(conn: &mut Conn, tenant: Uuid, outgoing: Uuid) -> TxResult<Vec<IncomingRow>> {
    Ok(incoming_documents::table
        .filter(incoming_documents::tenant_id.eq(Id(tenant)))
        .filter(incoming_documents::outgoing_document_id.eq(Some(Id(outgoing))))
        .order((incoming_documents::received_at, incoming_documents::id))
        .load(conn)?)
}

/// A page of the deliveries of an outgoing document, the newest last.
pub(super) fn deliveries_page(
    conn: &mut Conn,
    tenant: Uuid,
    outgoing: Uuid,
    page: &PageRequest,
    after: Option<(DateTime<Utc>, Uuid)>,
) -> TxResult<Vec<IncomingRow>> {
    let mut query = incoming_documents::table
        .filter(incoming_documents::tenant_id.eq(Id(tenant)))
        .filter(incoming_documents::outgoing_document_id.eq(Some(Id(outgoing))))
        .into_boxed::<MultiBackend>();
    if let Some((at, id)) = after {
        let later = incoming_documents::received_at.gt(At(at));
        let next = incoming_documents::received_at.eq(At(at)).and(incoming_documents::id.gt(Id(id)));
        query = query.filter(later.or(next));
    }
    Ok(query.order((incoming_documents::received_at, incoming_documents::id)).limit(page.fetch()).load(conn)?)
}

/// How many deliveries an outgoing document has.
pub(super) fn deliveries(conn: &mut Conn, tenant: Uuid, outgoing: Uuid) -> TxResult<i64> {
    Ok(incoming_documents::table
        .filter(incoming_documents::tenant_id.eq(Id(tenant)))
        .filter(incoming_documents::outgoing_document_id.eq(Some(Id(outgoing))))
        .count()
        .get_result(conn)?)
}

/// To whom outgoing documents were sent, the first first, without what was taken back.
pub(super) fn sent(conn: &mut Conn, tenant: Uuid, outgoing: &[Uuid]) -> TxResult<Vec<Sent>> {
    let wanted: Vec<Option<Id>> = outgoing.iter().map(|id| Some(Id(*id))).collect();
    let rows: Vec<IncomingRow> = incoming_documents::table
        .filter(incoming_documents::tenant_id.eq(Id(tenant)))
        .filter(incoming_documents::outgoing_document_id.eq_any(wanted))
        .filter(incoming_documents::state.ne(State::TakenBack.as_str()))
        .order((incoming_documents::received_at, incoming_documents::id))
        .load(conn)?;
    let mut sent = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(document) = &row.outgoing_document_id else { continue };
        sent.push(Sent {
            document: document.0,
            receiver: row.written_agency_id.0,
            on: day_in_vietnam(row.received_at.0),
            due_on: row.facts()?.due_on,
            registered: row.arrival_number.is_some(),
        });
    }
    Ok(sent)
}

/// Lets nobody else take in the same document for this agency until the transaction ends: of two at once the second finds
/// the first, to be refused or to warn about it. SQLite has one writer anyway.
pub(super) fn hold_duplicates(tx: &mut Conn, row: &IncomingRow) -> TxResult<()> {
    let Some(key) = &row.duplicate_key else { return Ok(()) };
    if let Conn::Postgres(conn) = tx {
        let (tenant, agency) = (row.tenant_id.0, row.responsible_agency_id.0);
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind::<diesel::sql_types::Text, _>(format!("incoming duplicate {tenant} {agency} {key}"))
            .execute(conn)?;
    }
    Ok(())
}

/// The other documents with the key of a duplicate that this agency has kept, among those the caller may see.
pub(super) fn duplicates_of(conn: &mut Conn, actor: &Actor, row: &IncomingRow) -> TxResult<Vec<(Uuid, Option<i64>)>> {
    let Some(key) = &row.duplicate_key else { return Ok(Vec::new()) };
    let given_up: Vec<&str> = State::ALL.into_iter().filter(|s| s.is_given_up()).map(State::as_str).collect();
    let rows: Vec<(Id, Option<i64>)> = incoming_documents::table
        .select((incoming_documents::id, incoming_documents::arrival_number))
        .filter(access::visible(actor))
        .filter(incoming_documents::duplicate_key.eq(key))
        .filter(incoming_documents::responsible_agency_id.eq(&row.responsible_agency_id))
        .filter(incoming_documents::id.ne(&row.id).and(incoming_documents::state.ne_all(given_up)))
        .order(incoming_documents::id)
        .limit(MOST_DUPLICATES)
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, number)| (id.0, number)).collect())
}

/// More of one document than anybody has to be told of.
const MOST_DUPLICATES: i64 = 20;

/// Gives some documents of one responsible agency to another; their ids.
pub(super) fn of_responsible(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<IncomingRow>> {
    Ok(incoming_documents::table
        .filter(incoming_documents::tenant_id.eq(Id(tenant)))
        .filter(incoming_documents::responsible_agency_id.eq(Id(agency)))
        .order(incoming_documents::id)
        .limit(most)
        .load(conn)?)
}
