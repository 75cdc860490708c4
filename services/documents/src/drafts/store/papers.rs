//! What is written about a draft: its versions and files, its steps, its circle by name, its readers, its signatures.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Error, PageRequest, Uuid};

use super::tables::{
    DraftRow, FileRow, RevisionRow, SignatureRow, StepRow, draft_consulted, draft_files, draft_people, draft_readers,
    draft_revisions, draft_signatures, draft_steps,
};
use crate::drafts::search::KIND;
use crate::search::add_readers;

pub(in crate::drafts) fn insert_revision(tx: &mut Conn, row: &RevisionRow, files: &[FileRow]) -> TxResult<()> {
    diesel::insert_into(draft_revisions::table).values(row.clone()).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(draft_files::table).values(files).execute(c))?;
    Ok(())
}

/// The versions of a draft in order; one of them where a number is given.
pub(in crate::drafts) fn revisions(
    conn: &mut Conn,
    draft: &DraftRow,
    number: Option<i32>,
) -> TxResult<(Vec<RevisionRow>, Vec<FileRow>)> {
    let mut rows = draft_revisions::table
        .filter(draft_revisions::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_revisions::draft_id.eq(draft.id.clone()))
        .into_boxed::<MultiBackend>();
    let mut files = draft_files::table
        .filter(draft_files::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_files::draft_id.eq(draft.id.clone()))
        .into_boxed::<MultiBackend>();
    if let Some(number) = number {
        rows = rows.filter(draft_revisions::number.eq(number));
        files = files.filter(draft_files::revision.eq(number));
    }
    let rows = rows.order(draft_revisions::number).load(conn)?;
    Ok((rows, files.order((draft_files::revision, draft_files::position)).load(conn)?))
}

/// The text of a version: what was checked, where that version was.
pub(in crate::drafts) fn checked_file(conn: &mut Conn, draft: &DraftRow, revision: i32) -> TxResult<FileRow> {
    let text = draft_files::table
        .filter(draft_files::tenant_id.eq(draft.tenant_id.clone()).and(draft_files::draft_id.eq(draft.id.clone())))
        .filter(draft_files::revision.eq(revision).and(draft_files::position.eq(0)))
        .first(conn)
        .optional()?;
    Ok(text.ok_or_else(|| Error::internal(format!("draft {} has no text", draft.id.0)))?)
}

/// A page of the versions of a draft in order, with their files.
pub(in crate::drafts) fn revision_page(
    conn: &mut Conn,
    draft: &DraftRow,
    page: &PageRequest,
    after: i32,
) -> TxResult<(Vec<RevisionRow>, Vec<FileRow>)> {
    let rows: Vec<RevisionRow> = draft_revisions::table
        .filter(draft_revisions::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_revisions::draft_id.eq(draft.id.clone()).and(draft_revisions::number.gt(after)))
        .order(draft_revisions::number)
        .limit(page.fetch())
        .load(conn)?;
    let shown: Vec<i32> = rows.iter().map(|row| row.number).collect();
    let files = draft_files::table
        .filter(draft_files::tenant_id.eq(draft.tenant_id.clone()).and(draft_files::draft_id.eq(draft.id.clone())))
        .filter(draft_files::revision.eq_any(shown))
        .order((draft_files::revision, draft_files::position))
        .load(conn)?;
    Ok((rows, files))
}

/// The place of the next step of a draft that is held.
pub(in crate::drafts) fn next_step(conn: &mut Conn, tenant: Uuid, draft: Uuid) -> TxResult<i32> {
    let last: Option<i32> = draft_steps::table
        .select(draft_steps::number)
        .filter(draft_steps::tenant_id.eq(Id(tenant)).and(draft_steps::draft_id.eq(Id(draft))))
        .order(draft_steps::number.desc())
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or(0) + 1)
}

pub(in crate::drafts) fn insert_step(tx: &mut Conn, row: &StepRow) -> TxResult<()> {
    diesel::insert_into(draft_steps::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// A page of steps in order.
pub(in crate::drafts) fn steps(
    conn: &mut Conn,
    draft: &DraftRow,
    page: &PageRequest,
    after: i32,
) -> TxResult<Vec<StepRow>> {
    Ok(draft_steps::table
        .filter(draft_steps::tenant_id.eq(draft.tenant_id.clone()).and(draft_steps::draft_id.eq(draft.id.clone())))
        .filter(draft_steps::number.gt(after))
        .order(draft_steps::number)
        .limit(page.fetch())
        .load(conn)?)
}

/// Puts an officer into the circle of a draft by name.
pub(in crate::drafts) fn join_circle(tx: &mut Conn, tenant: Uuid, draft: Uuid, officer: Uuid) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(draft_people::table)
            .values((
                draft_people::tenant_id.eq(Id(tenant)),
                draft_people::draft_id.eq(Id(draft)),
                draft_people::officer_id.eq(Id(officer)),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    add_readers(tx, tenant, KIND, draft, &[officer])
}

/// Who may find a draft beside the agency responsible: its unit, its circle by name, and who is asked for an opinion.
pub(in crate::drafts) fn search_readers(conn: &mut Conn, draft: &DraftRow) -> TxResult<Vec<Uuid>> {
    let by_name: Vec<Id> = draft_people::table
        .select(draft_people::officer_id)
        .filter(draft_people::tenant_id.eq(draft.tenant_id.clone()).and(draft_people::draft_id.eq(draft.id.clone())))
        .load(conn)?;
    let asked: Vec<(Option<Id>, Option<Id>)> = draft_consulted::table
        .select((draft_consulted::agency_id, draft_consulted::officer_id))
        .filter(draft_consulted::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_consulted::draft_id.eq(draft.id.clone()))
        .load(conn)?;
    let asked = asked.into_iter().flat_map(|(agency, officer)| [agency, officer]).flatten();
    Ok(by_name.into_iter().chain(asked).chain(draft.unit_id.clone()).map(|id| id.0).collect())
}

/// Notes that an officer read a draft.
pub(in crate::drafts) fn note_reader(
    tx: &mut Conn,
    tenant: Uuid,
    draft: Uuid,
    officer: Uuid,
    at: DateTime<Utc>,
) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(draft_readers::table)
            .values((
                draft_readers::tenant_id.eq(Id(tenant)),
                draft_readers::draft_id.eq(Id(draft)),
                draft_readers::officer_id.eq(Id(officer)),
                draft_readers::first_read_at.eq(At(at)),
                draft_readers::last_read_at.eq(At(at)),
            ))
            .on_conflict((draft_readers::tenant_id, draft_readers::draft_id, draft_readers::officer_id))
            .do_update()
            .set(draft_readers::last_read_at.eq(At(at)))
            .execute(c)
    })?;
    Ok(())
}

/// A page of who read a draft.
pub(in crate::drafts) fn readers(
    conn: &mut Conn,
    draft: &DraftRow,
    page: &PageRequest,
    after: Option<Uuid>,
) -> TxResult<Vec<(Id, At, At)>> {
    Ok(draft_readers::table
        .select((draft_readers::officer_id, draft_readers::first_read_at, draft_readers::last_read_at))
        .filter(draft_readers::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_readers::draft_id.eq(draft.id.clone()))
        .filter(draft_readers::officer_id.gt(Id(after.unwrap_or_default())))
        .order(draft_readers::officer_id)
        .limit(page.fetch())
        .load(conn)?)
}

pub(in crate::drafts) fn insert_signature(tx: &mut Conn, row: &SignatureRow) -> TxResult<()> {
    diesel::insert_into(draft_signatures::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// The signature that holds of a draft.
pub(in crate::drafts) fn signature(conn: &mut Conn, draft: &DraftRow) -> TxResult<Option<SignatureRow>> {
    let Some(id) = draft.signature_id.clone() else { return Ok(None) };
    Ok(draft_signatures::table
        .filter(draft_signatures::tenant_id.eq(draft.tenant_id.clone()).and(draft_signatures::id.eq(id)))
        .first(conn)
        .optional()?)
}

/// Notes when what was signed got its number and was issued.
pub(in crate::drafts) fn update_signature(tx: &mut Conn, row: &SignatureRow) -> TxResult<()> {
    diesel::update(draft_signatures::table)
        .filter(draft_signatures::tenant_id.eq(row.tenant_id.clone()).and(draft_signatures::id.eq(row.id.clone())))
        .set((
            draft_signatures::numbered_at.eq(row.numbered_at.clone()),
            draft_signatures::issued_at.eq(row.issued_at.clone()),
        ))
        .execute(tx)?;
    Ok(())
}
