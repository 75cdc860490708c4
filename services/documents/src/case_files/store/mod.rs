//! The rows of case files. Who sees them is in [`sight`], lists in [`list`], documents in them in [`documents`], what was
//! done in [`notes`].

mod destroyed;
mod documents;
mod list;
mod notes;
mod sight;
mod tables;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Actor, Error, Result, Uuid, Vault};
use serde::{Deserialize, Serialize};

use super::files::rules::{KeepBack, Kind, State};
use super::retention::Retention;
use crate::precondition::check_version;

pub(super) use destroyed::{DestroyedRow, destroyed_with, documents_in, in_living, insert_destroyed, is_destroyed};
pub(super) use documents::{
    DocumentRow, EntryContent, ListRow, document_rows, entry, insert_document, insert_list, list_row, remove_document,
};
pub(super) use list::{Narrow, among, count, list};
pub(super) use notes::{note, notes_of, opened};
pub use sight::{destructions_visible_among, loans_visible_among, plans_visible_among, visible_among};
pub(super) use sight::{find, holding, loan_sight, plan_sight, reach, sees_file};
pub(super) use tables::{case_file_loans, destructions, file_plan_entries, file_plans, hand_overs};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Document, Instant, Uid};
    case_files (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        year -> Integer,
        notation -> Text,
        code -> Text,
        plan_entry_id -> Nullable<Uid>,
        kind -> Text,
        state -> Text,
        /// None is for ever.
        retention_years -> Nullable<Integer>,
        rights -> Text,
        language -> Text,
        /// Sealed: title and description.
        content -> Binary,
        creator_officer_id -> Uid,
        started_on -> Date,
        ended_on -> Nullable<Date>,
        closed_at -> Nullable<Instant>,
        /// How often it was closed: which of its lists holds.
        closings -> Integer,
        document_total -> Integer,
        page_total -> Integer,
        list_sha256 -> Nullable<Text>,
        /// By when it is to be handed in.
        due_on -> Nullable<Date>,
        /// When to remind of that; none when it was done.
        remind_on -> Nullable<Date>,
        keep_back -> Nullable<Document>,
        archive_agency_id -> Nullable<Uid>,
        hand_over_id -> Nullable<Uid>,
        destruction_id -> Nullable<Uid>,
        opened_at -> Instant,
        version -> BigInt,
    }
}

/// A case file as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = case_files, treat_none_as_default_value = false)]
pub(super) struct CaseFileRow {
    pub tenant_id: Id,
    pub id: Id,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub year: i32,
    pub notation: String,
    pub code: String,
    pub plan_entry_id: Option<Id>,
    pub kind: String,
    pub state: String,
    pub retention_years: Option<i32>,
    pub rights: String,
    pub language: String,
    pub content: Vec<u8>,
    pub creator_officer_id: Id,
    pub started_on: NaiveDate,
    pub ended_on: Option<NaiveDate>,
    pub closed_at: Option<At>,
    pub closings: i32,
    pub document_total: i32,
    pub page_total: i32,
    pub list_sha256: Option<String>,
    pub due_on: Option<NaiveDate>,
    pub remind_on: Option<NaiveDate>,
    pub keep_back: Option<Json>,
    pub archive_agency_id: Option<Id>,
    pub hand_over_id: Option<Id>,
    pub destruction_id: Option<Id>,
    pub opened_at: At,
    pub version: i64,
}

/// What a case file is about, which may name people: sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    pub title: String,
    pub description: Option<String>,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(***)")
    }
}

fn content_of(id: Uuid) -> String {
    format!("case_files.content:{id}")
}

impl Content {
    pub(super) fn seal(&self, vault: &Vault, id: Uuid) -> Result<Vec<u8>> {
        vault.seal(&content_of(id), &serde_json::to_vec(self).map_err(Error::internal)?)
    }
}

impl CaseFileRow {
    pub(super) fn content(&self, vault: &Vault) -> Result<Content> {
        serde_json::from_slice(&vault.open(&content_of(self.id.0), &self.content)?).map_err(Error::internal)
    }

    pub(super) fn state(&self) -> Result<State> {
        State::from_word(&self.state).ok_or_else(|| Error::internal(format!("unknown state {}", self.state)))
    }

    pub(super) fn kind(&self) -> Result<Kind> {
        Kind::from_word(&self.kind).ok_or_else(|| Error::internal(format!("unknown kind {}", self.kind)))
    }

    pub(super) fn retention(&self) -> Retention {
        Retention(self.retention_years)
    }

    /// The agency that keeps it: the archive once it has taken it.
    pub(super) fn keeper(&self) -> Uuid {
        let archive = self.archive_agency_id.as_ref().filter(|_| self.state == State::Accepted.as_str());
        archive.unwrap_or(&self.responsible_agency_id).0
    }

    pub(super) fn keep_back(&self) -> Result<Option<KeepBack>> {
        self.keep_back.as_ref().map(|it| serde_json::from_value(it.0.clone()).map_err(Error::internal)).transpose()
    }
}

/// A case file the caller may see on a day.
///
/// # Errors
/// `not_found`.
pub(super) fn load(conn: &mut Conn, actor: &Actor, id: Uuid, today: NaiveDate) -> TxResult<CaseFileRow> {
    Ok(find(conn, actor, id, Some(today))?.ok_or_else(Error::not_found)?)
}

/// Writes a new case file; false when its agency has one of this notation in that year.
pub(super) fn insert(tx: &mut Conn, row: &CaseFileRow) -> TxResult<bool> {
    let written = on_each!(tx, |c| {
        diesel::insert_into(case_files::table).values(row.clone()).on_conflict_do_nothing().execute(c)
    })?;
    Ok(written == 1)
}

/// Takes a case file for a change of what is in it: others wait for the end of the transaction. Its row with the version
/// it has from now on.
pub(super) fn hold(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<CaseFileRow> {
    let held: Option<CaseFileRow> = on_each!(tx, |c| {
        diesel::update(case_files::table)
            .filter(case_files::tenant_id.eq(Id(tenant)).and(case_files::id.eq(Id(id))))
            .set(case_files::version.eq(case_files::version + 1))
            .returning(case_files::all_columns)
            .get_result(c)
            .optional()
    })?;
    Ok(held.ok_or_else(Error::not_found)?)
}

/// Holds a case file until the transaction ends, at the version that was read: of two steps at once the second waits here.
///
/// # Errors
/// `precondition.stale` when it has changed meanwhile.
pub(super) fn hold_at(tx: &mut Conn, row: &CaseFileRow) -> TxResult<()> {
    let key = case_files::tenant_id.eq(row.tenant_id.clone()).and(case_files::id.eq(row.id.clone()));
    let this = case_files::table.filter(key.clone()).filter(case_files::version.eq(row.version));
    if diesel::update(this).set(case_files::version.eq(row.version)).execute(tx)? == 1 {
        return Ok(());
    }
    let current: i64 = case_files::table.select(case_files::version).filter(key).first(tx)?;
    Ok(check_version(current, row.version)?)
}

/// Holds some case files, always in the same order, so that no two who hold several wait for each other.
///
/// # Errors
/// `precondition.stale` when one has changed meanwhile.
pub(super) fn hold_all<'a>(tx: &mut Conn, rows: impl IntoIterator<Item = &'a CaseFileRow>) -> TxResult<()> {
    let mut rows: Vec<&CaseFileRow> = rows.into_iter().collect();
    rows.sort_by_key(|row| row.id.0);
    rows.into_iter().try_for_each(|row| hold_at(tx, row))
}

/// Writes what is in a case file that is held.
pub(super) fn set_totals(tx: &mut Conn, row: &CaseFileRow) -> TxResult<()> {
    diesel::update(case_files::table)
        .filter(case_files::tenant_id.eq(row.tenant_id.clone()).and(case_files::id.eq(row.id.clone())))
        .set((case_files::document_total.eq(row.document_total), case_files::page_total.eq(row.page_total)))
        .execute(tx)?;
    Ok(())
}

/// Writes what may change of a case file whose version was read; `row.version` is the new one.
///
/// # Errors
/// `precondition.stale` when it has changed meanwhile.
pub(super) fn update(tx: &mut Conn, row: &CaseFileRow) -> TxResult<()> {
    let key = case_files::tenant_id.eq(row.tenant_id.clone()).and(case_files::id.eq(row.id.clone()));
    let changed = diesel::update(case_files::table)
        .filter(key.clone())
        .filter(case_files::version.eq(row.version - 1))
        .set((
            (
                case_files::responsible_agency_id.eq(&row.responsible_agency_id),
                case_files::state.eq(&row.state),
                case_files::retention_years.eq(row.retention_years),
                case_files::rights.eq(&row.rights),
                case_files::language.eq(&row.language),
                case_files::content.eq(&row.content),
                case_files::creator_officer_id.eq(&row.creator_officer_id),
                case_files::ended_on.eq(row.ended_on),
                case_files::closed_at.eq(&row.closed_at),
                case_files::closings.eq(row.closings),
            ),
            (
                case_files::page_total.eq(row.page_total),
                case_files::list_sha256.eq(&row.list_sha256),
                case_files::due_on.eq(row.due_on),
                case_files::remind_on.eq(row.remind_on),
                case_files::keep_back.eq(&row.keep_back),
                case_files::archive_agency_id.eq(&row.archive_agency_id),
                case_files::hand_over_id.eq(&row.hand_over_id),
                case_files::destruction_id.eq(&row.destruction_id),
                case_files::version.eq(row.version),
            ),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = case_files::table.select(case_files::version).filter(key).first(tx)?;
    check_version(current, row.version - 1)?;
    Err(Error::internal(format!("the case file {} was not written", row.id.0)).into())
}

/// Some case files, whoever asks: the caller of this function answers for permission.
pub(super) fn rows_of(conn: &mut Conn, tenant: Uuid, ids: &[Uuid]) -> TxResult<Vec<CaseFileRow>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    Ok(case_files::table
        .filter(case_files::tenant_id.eq(Id(tenant)).and(case_files::id.eq_any(wanted)))
        .order(case_files::id)
        .load(conn)?)
}

/// Case files whose reminder is due on a day.
pub(super) fn to_remind(conn: &mut Conn, tenant: Uuid, today: NaiveDate, most: i64) -> TxResult<Vec<CaseFileRow>> {
    Ok(case_files::table
        .filter(case_files::tenant_id.eq(Id(tenant)).and(case_files::remind_on.le(today)))
        .order((case_files::remind_on, case_files::id))
        .limit(most)
        .load(conn)?)
}

/// Case files an agency is responsible for.
pub(super) fn of_responsible(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<CaseFileRow>> {
    Ok(case_files::table
        .filter(case_files::tenant_id.eq(Id(tenant)).and(case_files::responsible_agency_id.eq(Id(agency))))
        .order(case_files::id)
        .limit(most)
        .load(conn)?)
}

/// Case files that were handed to an archive.
pub(super) fn of_archive(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<CaseFileRow>> {
    Ok(case_files::table
        .filter(case_files::tenant_id.eq(Id(tenant)).and(case_files::archive_agency_id.eq(Some(Id(agency)))))
        .order(case_files::id)
        .limit(most)
        .load(conn)?)
}
