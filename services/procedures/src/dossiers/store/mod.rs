//! Rows of dossiers: the tables, and what is read and written of one dossier.

mod access;
mod list;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Actor, Error, Kind, Result, Uuid};

use super::rules::Party;
use super::view::FileOrigin;

pub(crate) use access::{Standing, client_of, hands, may_read_file, officer_id, visible, visible_among};
pub(crate) use list::{Assignee, Narrow, Work, count, list, received_between, unassigned};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant, Document};
    dossiers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        tracking_reference -> Text,
        client -> Text,
        external_ref -> Nullable<Text>,
        code -> Nullable<Text>,
        procedure_id -> Uid,
        version_id -> Uid,
        procedure_code -> Text,
        channel -> Text,
        state -> Text,
        submitted_at -> Instant,
        received_at -> Nullable<Instant>,
        first_due_at -> Nullable<Instant>,
        due_at -> Nullable<Instant>,
        approved_at -> Nullable<Instant>,
        finished_at -> Nullable<Instant>,
        returned_at -> Nullable<Instant>,
        /// End of processing, with a result or without.
        ended_at -> Nullable<Instant>,
        /// `early`, `on_time` or `late`, once a dossier that was received has ended.
        timeliness -> Nullable<Text>,
        /// The next instant by which somebody must act; what an inbox is sorted by.
        act_by_at -> Nullable<Instant>,
        assignee_id -> Nullable<Uid>,
        applicant -> Binary,
        form -> Binary,
        owner_person -> Text,
        submitter_person -> Nullable<Text>,
        /// What officers wrote about it: a reason, the subject of the decision. Sealed: both may name a person.
        remarks -> Nullable<Binary>,
        facts -> Document,
        result -> Nullable<Document>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    dossier_agencies (tenant_id, dossier_id, role, written_agency_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        role -> Text,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    dossier_files (tenant_id, dossier_id, file_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        file_id -> Uid,
        component -> Text,
        origin -> Text,
        /// Code of the result that this paper is, by which it is known in other procedures.
        paper_code -> Nullable<Text>,
        paper_kind -> Nullable<Text>,
        quantity -> Nullable<BigInt>,
        source_dossier_id -> Nullable<Uid>,
        reused_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    dossier_counters (tenant_id, prefix, day) {
        tenant_id -> Uid,
        prefix -> Text,
        day -> Date,
        last_value -> BigInt,
    }
}

diesel::table! {
    use motcua_db::sql::Uid;
    /// The table of `motcua_agencies`, declared again: diesel joins only tables of one crate.
    agency_tree (tenant_id, ancestor_id, descendant_id) { tenant_id -> Uid, ancestor_id -> Uid, descendant_id -> Uid, }
}

diesel::allow_tables_to_appear_in_same_query!(dossiers, dossier_agencies, dossier_files, agency_tree);

/// A dossier as it is stored; applicant and form are sealed.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = dossiers, treat_none_as_default_value = false)]
pub(crate) struct DossierRow {
    pub tenant_id: Id,
    pub id: Id,
    pub tracking_reference: String,
    pub client: String,
    pub external_ref: Option<String>,
    pub code: Option<String>,
    pub procedure_id: Id,
    pub version_id: Id,
    pub procedure_code: String,
    pub channel: String,
    pub state: String,
    pub submitted_at: At,
    pub received_at: Option<At>,
    pub first_due_at: Option<At>,
    pub due_at: Option<At>,
    pub approved_at: Option<At>,
    pub finished_at: Option<At>,
    pub returned_at: Option<At>,
    pub ended_at: Option<At>,
    pub timeliness: Option<String>,
    pub act_by_at: Option<At>,
    pub assignee_id: Option<Id>,
    pub applicant: Vec<u8>,
    pub form: Vec<u8>,
    pub owner_person: String,
    pub submitter_person: Option<String>,
    pub remarks: Option<Vec<u8>>,
    pub facts: Json,
    pub result: Option<Json>,
    pub version: i64,
}

/// What the row of an agency is called that decided a dossier before another one: it sees it, and is no party.
const FORMER: &str = "former";

/// What an agency is to a dossier, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = dossier_agencies)]
pub(crate) struct PartyRow {
    pub tenant_id: Id,
    pub dossier_id: Id,
    pub role: String,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
}

/// A file of a dossier, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = dossier_files, treat_none_as_default_value = false)]
pub(crate) struct FileRow {
    pub tenant_id: Id,
    pub dossier_id: Id,
    pub file_id: Id,
    pub component: String,
    pub origin: String,
    pub paper_code: Option<String>,
    pub paper_kind: Option<String>,
    pub quantity: Option<i64>,
    pub source_dossier_id: Option<Id>,
    pub reused_at: Option<At>,
}

impl DossierRow {
    /// Whether it ended before anybody received it: such a dossier owes nothing.
    pub(crate) fn ended_unreceived(&self) -> bool {
        self.received_at.is_none() && self.ended_at.is_some()
    }
}

impl FileRow {
    /// A file that belongs to no component.
    pub(crate) fn beside(tenant: &Id, dossier: &Id, file: Uuid, origin: FileOrigin) -> Self {
        Self {
            tenant_id: tenant.clone(),
            dossier_id: dossier.clone(),
            file_id: Id(file),
            component: String::new(),
            origin: origin.as_str().to_owned(),
            paper_code: None,
            paper_kind: None,
            quantity: None,
            source_dossier_id: None,
            reused_at: None,
        }
    }
}

/// A dossier, if the caller may see it.
pub(crate) fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<DossierRow>> {
    Ok(dossiers::table.filter(visible(actor)).filter(dossiers::id.eq(Id(id))).first(conn).optional()?)
}

/// Loads a dossier the caller may see.
pub(crate) fn load(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<DossierRow> {
    Ok(find(conn, actor, id)?.ok_or_else(Error::not_found)?)
}

/// Loads a dossier the caller may see, at the version they have seen.
pub(crate) fn load_at(conn: &mut Conn, actor: &Actor, id: Uuid, expected: i64) -> TxResult<DossierRow> {
    let row = load(conn, actor, id)?;
    if row.version == expected { Ok(row) } else { Err(stale(row.version).into()) }
}

/// Lets everybody else who takes the dossier's row first wait until this transaction ends: what hangs on it is changed by
/// one of them after the other. SQLite has one writer anyway.
pub(crate) fn hold(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
    let key = dossiers::tenant_id.eq(Id(tenant)).and(dossiers::id.eq(Id(id)));
    if let Conn::Postgres(conn) = tx {
        let _: Option<i64> =
            dossiers::table.select(dossiers::version).filter(key).for_update().first(conn).optional()?;
    }
    Ok(())
}

/// Loads a dossier for the service's own work.
pub(crate) fn load_own(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<DossierRow>> {
    let key = dossiers::tenant_id.eq(Id(tenant)).and(dossiers::id.eq(Id(id)));
    Ok(dossiers::table.filter(key).first(conn).optional()?)
}

/// The dossier of a tracking reference: whoever knows it may follow the dossier without login.
pub(crate) fn by_tracking_reference(conn: &mut Conn, tenant: Uuid, reference: &str) -> TxResult<Option<DossierRow>> {
    let key = dossiers::tenant_id.eq(Id(tenant)).and(dossiers::tracking_reference.eq(reference));
    Ok(dossiers::table.filter(key).first(conn).optional()?)
}

pub(crate) fn insert(tx: &mut Conn, row: DossierRow, parties: &[PartyRow], files: &[FileRow]) -> TxResult<()> {
    diesel::insert_into(dossiers::table).values(row).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(dossier_agencies::table).values(parties).execute(c))?;
    if !files.is_empty() {
        on_each!(tx, |c| diesel::insert_into(dossier_files::table).values(files).execute(c))?;
    }
    Ok(())
}

pub(crate) fn insert_file(tx: &mut Conn, file: &FileRow) -> TxResult<()> {
    on_each!(tx, |c| diesel::insert_into(dossier_files::table).values(file).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Writes what may change of a dossier whose version the caller has read; `row.version` is the new one.
pub(crate) fn update(tx: &mut Conn, row: &DossierRow) -> TxResult<()> {
    let before = row.version - 1;
    let changed = diesel::update(dossiers::table)
        .filter(dossiers::tenant_id.eq(row.tenant_id.clone()).and(dossiers::id.eq(row.id.clone())))
        .filter(dossiers::version.eq(before))
        .set((
            dossiers::code.eq(&row.code),
            dossiers::state.eq(&row.state),
            dossiers::received_at.eq(&row.received_at),
            dossiers::first_due_at.eq(&row.first_due_at),
            dossiers::due_at.eq(&row.due_at),
            dossiers::approved_at.eq(&row.approved_at),
            dossiers::finished_at.eq(&row.finished_at),
            dossiers::returned_at.eq(&row.returned_at),
            dossiers::ended_at.eq(&row.ended_at),
            dossiers::timeliness.eq(&row.timeliness),
            dossiers::act_by_at.eq(&row.act_by_at),
            dossiers::assignee_id.eq(&row.assignee_id),
            dossiers::form.eq(&row.form),
            dossiers::remarks.eq(&row.remarks),
            dossiers::facts.eq(&row.facts),
            dossiers::result.eq(&row.result),
            dossiers::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let key = dossiers::tenant_id.eq(row.tenant_id.clone()).and(dossiers::id.eq(row.id.clone()));
    let current: i64 = dossiers::table.select(dossiers::version).filter(key).first(tx)?;
    Err(stale(current).into())
}

/// The error for a caller who has read another version.
pub(crate) fn stale(current: i64) -> Error {
    Error::new(
        Kind::Stale,
        "precondition.stale",
        "Hồ sơ đã thay đổi từ khi bạn đọc; hãy đọc lại rồi gửi lại.",
        "The dossier has changed since you read it; read it again and repeat.",
    )
    .with("version", current)
}

/// The dossier a client gave this reference before.
pub(crate) fn by_external_ref(tx: &mut Conn, tenant: Uuid, client: &str, reference: &str) -> TxResult<Option<Uuid>> {
    let id: Option<Id> = dossiers::table
        .select(dossiers::id)
        .filter(dossiers::tenant_id.eq(Id(tenant)).and(dossiers::client.eq(client)))
        .filter(dossiers::external_ref.eq(reference))
        .first(tx)
        .optional()?;
    Ok(id.map(|id| id.0))
}

/// The next number of a code's day: one statement, the last but one of its transaction. Counted by the code and not by
/// the agency, because a code can go from one agency to another within a day, and dossier codes must stay unique.
pub(crate) fn next_number(tx: &mut Conn, tenant: Uuid, prefix: &str, day: NaiveDate) -> TxResult<i64> {
    Ok(on_each!(tx, |c| {
        diesel::insert_into(dossier_counters::table)
            .values((
                dossier_counters::tenant_id.eq(Id(tenant)),
                dossier_counters::prefix.eq(prefix),
                dossier_counters::day.eq(day),
                dossier_counters::last_value.eq(1_i64),
            ))
            .on_conflict((dossier_counters::tenant_id, dossier_counters::prefix, dossier_counters::day))
            .do_update()
            .set(dossier_counters::last_value.eq(dossier_counters::last_value + 1))
            .returning(dossier_counters::last_value)
            .get_result(c)
    })?)
}

/// The agencies of dossiers, by dossier: one statement however many.
pub(crate) fn parties(conn: &mut Conn, tenant: Uuid, ids: &[Id]) -> TxResult<BTreeMap<Uuid, Vec<PartyRow>>> {
    let rows: Vec<PartyRow> = dossier_agencies::table
        .filter(dossier_agencies::tenant_id.eq(Id(tenant)).and(dossier_agencies::dossier_id.eq_any(ids.to_vec())))
        .order((dossier_agencies::dossier_id, dossier_agencies::role))
        .load(conn)?;
    let mut by_dossier: BTreeMap<Uuid, Vec<PartyRow>> = BTreeMap::new();
    for row in rows {
        by_dossier.entry(row.dossier_id.0).or_default().push(row);
    }
    Ok(by_dossier)
}

/// The agencies of one dossier.
pub(crate) fn parties_of(conn: &mut Conn, row: &DossierRow) -> TxResult<Vec<PartyRow>> {
    let mut by_dossier = parties(conn, row.tenant_id.0, std::slice::from_ref(&row.id))?;
    Ok(by_dossier.remove(&row.id.0).unwrap_or_default())
}

/// The files of a dossier.
pub(crate) fn files(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Vec<FileRow>> {
    Ok(dossier_files::table
        .filter(dossier_files::tenant_id.eq(Id(tenant)).and(dossier_files::dossier_id.eq(Id(id))))
        .order((dossier_files::component, dossier_files::file_id))
        .load(conn)?)
}

/// Moves the responsibility for some dossiers of one agency to another; returns the dossiers that changed. What is
/// submitted meanwhile is found by the next call.
pub(crate) fn move_responsible(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid, most: i64) -> TxResult<Vec<Uuid>> {
    let of = dossier_agencies::tenant_id.eq(Id(tenant)).and(dossier_agencies::responsible_agency_id.eq(Id(from)));
    let some: Vec<Id> = dossier_agencies::table
        .select(dossier_agencies::dossier_id)
        .filter(of.clone())
        .order(dossier_agencies::dossier_id)
        .limit(most)
        .load(tx)?;
    let moved: Vec<Id> = on_each!(tx, |c| {
        diesel::update(dossier_agencies::table.filter(of).filter(dossier_agencies::dossier_id.eq_any(some)))
            .set(dossier_agencies::responsible_agency_id.eq(Id(to)))
            .returning(dossier_agencies::dossier_id)
            .get_results(c)
    })?;
    let mut moved: Vec<Uuid> = moved.into_iter().map(|id| id.0).collect();
    moved.sort();
    moved.dedup();
    Ok(moved)
}

/// Makes another agency responsible as a party of one dossier; what was written stays.
pub(crate) fn set_responsible(tx: &mut Conn, tenant: Uuid, id: Uuid, party: Party, agency: Uuid) -> TxResult<()> {
    let row = dossier_agencies::tenant_id
        .eq(Id(tenant))
        .and(dossier_agencies::dossier_id.eq(Id(id)))
        .and(dossier_agencies::role.eq(party.as_str()));
    diesel::update(dossier_agencies::table.filter(row))
        .set(dossier_agencies::responsible_agency_id.eq(Id(agency)))
        .execute(tx)?;
    Ok(())
}

/// Lets the agency that decided a dossier until now go on seeing it, and do nothing: its row names no party.
pub(crate) fn keep_sight(tx: &mut Conn, tenant: Uuid, id: Uuid, agency: Uuid) -> TxResult<()> {
    let of = dossier_agencies::tenant_id.eq(Id(tenant)).and(dossier_agencies::dossier_id.eq(Id(id)));
    let competent: PartyRow =
        dossier_agencies::table.filter(of).filter(dossier_agencies::role.eq(Party::Competent.as_str())).first(tx)?;
    let row = PartyRow {
        role: FORMER.to_owned(),
        written_agency_id: Id(agency),
        responsible_agency_id: Id(agency),
        ..competent
    };
    on_each!(tx, |c| diesel::insert_into(dossier_agencies::table).values(&row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The facts a row carries.
pub(crate) fn facts(row: &DossierRow) -> Result<super::facts::DossierFacts> {
    serde_json::from_value(row.facts.0.clone()).map_err(Error::internal)
}
