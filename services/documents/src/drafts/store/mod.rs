//! The rows of drafts: the drafts themselves here, what is written about them and who is asked in files of their own.

mod consultations;
mod papers;
mod tables;

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Error, PageRequest, Result, Uuid, Vault};

use super::access::{Filtered, Viewer, circle, visible};
use crate::agency_filter::{AgencyFilter, below};
use crate::precondition::check_version;

pub(super) use consultations::*;
pub(super) use papers::*;
pub(super) use tables::*;

/// Opens a sealed text of something.
pub(super) fn open(vault: &Vault, column: &str, id: Uuid, sealed: &[u8]) -> Result<String> {
    String::from_utf8(vault.open(&format!("{column}:{id}"), sealed)?).map_err(Error::internal)
}

/// Seals a text of something.
pub(super) fn seal(vault: &Vault, column: &str, id: Uuid, text: &str) -> Result<Vec<u8>> {
    vault.seal(&format!("{column}:{id}"), text.as_bytes())
}

/// What a list of drafts is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub agencies: Option<AgencyFilter>,
    pub states: Option<Vec<String>>,
    pub author: Option<Uuid>,
}

fn narrowed(of: &Viewer, narrow: &Narrow) -> drafts::BoxedQuery<'static, MultiBackend> {
    let mut query = drafts::table.filter(visible(of)).into_boxed::<MultiBackend>();
    if let Some(agencies) = &narrow.agencies {
        let responsible = drafts::responsible_agency_id;
        query = match agencies.clone() {
            AgencyFilter::At(agencies) => query.filter(responsible.eq_any(agencies)),
            AgencyFilter::Under(agencies) => query.filter(responsible.eq_any(below(Id(of.tenant), agencies))),
        };
    }
    if let Some(states) = narrow.states.clone() {
        query = query.filter(drafts::state.eq_any(states));
    }
    if let Some(author) = narrow.author {
        query = query.filter(drafts::author_id.eq(Id(author)));
    }
    query
}

/// A page of drafts, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    of: &Viewer,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<Uuid>,
) -> TxResult<Vec<DraftRow>> {
    let mut query = narrowed(of, narrow);
    if let Some(after) = after {
        query = query.filter(drafts::id.lt(Id(after)));
    }
    Ok(query.order(drafts::id.desc()).limit(page.fetch()).load(conn)?)
}

pub(super) fn count(conn: &mut Conn, of: &Viewer, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(of, narrow).count().get_result(conn)?)
}

fn find_by(conn: &mut Conn, predicate: Filtered, id: Uuid) -> TxResult<DraftRow> {
    let found = drafts::table.filter(predicate).filter(drafts::id.eq(Id(id))).first(conn).optional()?;
    Ok(found.ok_or_else(Error::not_found)?)
}

/// A draft the caller may see.
pub(super) fn find(conn: &mut Conn, of: &Viewer, id: Uuid) -> TxResult<DraftRow> {
    find_by(conn, visible(of), id)
}

/// A draft whose circle the caller belongs to.
pub(super) fn find_in_circle(conn: &mut Conn, of: &Viewer, id: Uuid) -> TxResult<DraftRow> {
    find_by(conn, circle(of), id)
}

/// Whether the caller belongs to the circle of a draft.
pub(super) fn in_circle(conn: &mut Conn, of: &Viewer, id: Uuid) -> TxResult<bool> {
    let found: Option<Id> =
        drafts::table.select(drafts::id).filter(circle(of)).filter(drafts::id.eq(Id(id))).first(conn).optional()?;
    Ok(found.is_some())
}

/// Of these drafts, the rows of those the caller may see.
pub(super) fn among(conn: &mut Conn, of: &Viewer, ids: &[Uuid]) -> TxResult<Vec<DraftRow>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    Ok(drafts::table.filter(visible(of)).filter(drafts::id.eq_any(wanted)).load(conn)?)
}

/// Of these drafts, those whose circle the caller belongs to.
pub(super) fn circle_among(conn: &mut Conn, of: &Viewer, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> =
        drafts::table.select(drafts::id).filter(circle(of)).filter(drafts::id.eq_any(wanted)).load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// Whether a file is one of a version of a draft the caller may see, or of a signature in whose circle they are.
pub(super) fn sees_file(conn: &mut Conn, of: &Viewer, file: Uuid) -> TxResult<bool> {
    let of_version = draft_files::table
        .select(draft_files::draft_id)
        .filter(draft_files::tenant_id.eq(Id(of.tenant)).and(draft_files::file_id.eq(Id(file))));
    let found: Option<Id> = drafts::table
        .select(drafts::id)
        .filter(visible(of))
        .filter(drafts::id.eq_any(of_version))
        .first(conn)
        .optional()?;
    if found.is_some() {
        return Ok(true);
    }
    let signed = draft_signatures::table
        .select(draft_signatures::draft_id)
        .filter(draft_signatures::tenant_id.eq(Id(of.tenant)).and(draft_signatures::file_id.eq(Id(file))));
    let found: Option<Id> =
        drafts::table.select(drafts::id).filter(circle(of)).filter(drafts::id.eq_any(signed)).first(conn).optional()?;
    Ok(found.is_some())
}

/// Whether a file is one of a version or of a signature of any draft.
pub(super) fn has_file(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<bool> {
    let of_version: Option<Id> = draft_files::table
        .select(draft_files::draft_id)
        .filter(draft_files::tenant_id.eq(Id(tenant)).and(draft_files::file_id.eq(Id(file))))
        .first(conn)
        .optional()?;
    if of_version.is_some() {
        return Ok(true);
    }
    let signed: Option<Id> = draft_signatures::table
        .select(draft_signatures::draft_id)
        .filter(draft_signatures::tenant_id.eq(Id(tenant)).and(draft_signatures::file_id.eq(Id(file))))
        .first(conn)
        .optional()?;
    Ok(signed.is_some())
}

/// Lets everybody else who takes the draft first wait until this transaction ends: steps get their numbers one after the
/// other. SQLite has one writer anyway.
pub(super) fn hold(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
    if let Conn::Postgres(conn) = tx {
        let key = drafts::tenant_id.eq(Id(tenant)).and(drafts::id.eq(Id(id)));
        let _: Option<i64> = drafts::table.select(drafts::version).filter(key).for_update().first(conn).optional()?;
    }
    Ok(())
}

pub(super) fn insert(tx: &mut Conn, row: &DraftRow) -> TxResult<()> {
    diesel::insert_into(drafts::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes what may change of a draft; `row.version` is the new one.
pub(super) fn update(tx: &mut Conn, row: &DraftRow) -> TxResult<()> {
    let key = drafts::tenant_id.eq(row.tenant_id.clone()).and(drafts::id.eq(row.id.clone()));
    let changed = diesel::update(drafts::table)
        .filter(key.clone().and(drafts::version.eq(row.version - 1)))
        .set((
            drafts::responsible_agency_id.eq(row.responsible_agency_id.clone()),
            drafts::unit_id.eq(row.unit_id.clone()),
            drafts::subject.eq(&row.subject),
            drafts::state.eq(&row.state),
            drafts::revision.eq(row.revision),
            drafts::submitted_at.eq(row.submitted_at.clone()),
            drafts::content_revision.eq(row.content_revision),
            drafts::content_by_id.eq(row.content_by_id.clone()),
            drafts::form_revision.eq(row.form_revision),
            drafts::form_by_id.eq(row.form_by_id.clone()),
            drafts::signature_id.eq(row.signature_id.clone()),
            drafts::document_id.eq(row.document_id.clone()),
            drafts::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = drafts::table.select(drafts::version).filter(key).first(tx)?;
    Ok(check_version(current, row.version - 1)?)
}

/// Some drafts an agency is responsible for, in order.
pub(super) fn of_agency(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<Uuid>> {
    let ids: Vec<Id> = drafts::table
        .select(drafts::id)
        .filter(drafts::tenant_id.eq(Id(tenant)).and(drafts::responsible_agency_id.eq(Id(agency))))
        .order(drafts::id)
        .limit(most)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// A draft, whoever asks: for the service's own work.
pub(super) fn load_own(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<DraftRow>> {
    let key = drafts::tenant_id.eq(Id(tenant)).and(drafts::id.eq(Id(id)));
    Ok(drafts::table.filter(key).first(conn).optional()?)
}

/// Some of what a unit drafts, in order.
pub(super) fn of_unit(conn: &mut Conn, tenant: Uuid, unit: Uuid, most: i64) -> TxResult<Vec<Uuid>> {
    let ids: Vec<Id> = drafts::table
        .select(drafts::id)
        .filter(drafts::tenant_id.eq(Id(tenant)).and(drafts::unit_id.eq(Id(unit))))
        .order(drafts::id)
        .limit(most)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}
