//! Who is asked about a draft, and what they answer.

use std::collections::BTreeSet;

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

use super::tables::{ConsultationRow, ConsultedRow, DraftRow, draft_consultations, draft_consulted, drafts};
use crate::drafts::access::{Viewer, answering_agencies, circle};

/// Of these consultations, those of drafts whose circle the caller belongs to, and those that ask the caller.
pub(in crate::drafts) fn consultations_visible_among(
    conn: &mut Conn,
    of: &Viewer,
    ids: &[Uuid],
) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<ConsultationRow> = draft_consultations::table
        .filter(draft_consultations::tenant_id.eq(Id(of.tenant)).and(draft_consultations::id.eq_any(wanted)))
        .load(conn)?;
    let of_drafts: Vec<Id> = rows.iter().map(|row| row.draft_id.clone()).collect();
    let inner: Vec<Id> =
        drafts::table.select(drafts::id).filter(circle(of)).filter(drafts::id.eq_any(of_drafts)).load(conn)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let asked = consulted_of(conn, of.tenant, &ids)?;
    let agencies: Vec<Uuid> = asked.iter().filter_map(|one| one.agency_id.as_ref().map(|id| id.0)).collect();
    let answering = answering_agencies(conn, of, &agencies)?;
    let seen = rows.into_iter().filter(|row| {
        inner.contains(&row.draft_id)
            || asked.iter().any(|one| one.consultation_id == row.id && asks(one, of, &answering))
    });
    Ok(seen.map(|row| row.id.0).collect())
}

/// Of these consultations, those of drafts whose circle the caller belongs to.
pub(in crate::drafts) fn answers_visible_among(conn: &mut Conn, of: &Viewer, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Id)> = draft_consultations::table
        .select((draft_consultations::id, draft_consultations::draft_id))
        .filter(draft_consultations::tenant_id.eq(Id(of.tenant)).and(draft_consultations::id.eq_any(wanted)))
        .load(conn)?;
    let of_drafts: Vec<Id> = rows.iter().map(|(_, draft)| draft.clone()).collect();
    let inner: Vec<Id> =
        drafts::table.select(drafts::id).filter(circle(of)).filter(drafts::id.eq_any(of_drafts)).load(conn)?;
    Ok(rows.into_iter().filter(|(_, draft)| inner.contains(draft)).map(|(id, _)| id.0).collect())
}

/// Whether a line asks the caller.
pub(in crate::drafts) fn asks(line: &ConsultedRow, of: &Viewer, answering: &BTreeSet<Uuid>) -> bool {
    let me = line.officer_id.as_ref().is_some_and(|id| Some(id.0) == of.officer);
    me || line.agency_id.as_ref().is_some_and(|id| answering.contains(&id.0))
}

pub(in crate::drafts) fn insert_consultation(
    tx: &mut Conn,
    row: &ConsultationRow,
    asked: &[ConsultedRow],
) -> TxResult<()> {
    diesel::insert_into(draft_consultations::table).values(row.clone()).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(draft_consulted::table).values(asked).execute(c))?;
    Ok(())
}

/// A consultation, whoever asks.
pub(in crate::drafts) fn consultation(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<ConsultationRow>> {
    let key = draft_consultations::tenant_id.eq(Id(tenant)).and(draft_consultations::id.eq(Id(id)));
    Ok(draft_consultations::table.filter(key).first(conn).optional()?)
}

/// The consultations of a draft in order.
pub(in crate::drafts) fn consultations(conn: &mut Conn, draft: &DraftRow) -> TxResult<Vec<ConsultationRow>> {
    Ok(draft_consultations::table
        .filter(draft_consultations::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_consultations::draft_id.eq(draft.id.clone()))
        .order(draft_consultations::id)
        .load(conn)?)
}

/// Who is asked in these consultations.
pub(in crate::drafts) fn consulted_of(
    conn: &mut Conn,
    tenant: Uuid,
    consultations: &[Uuid],
) -> TxResult<Vec<ConsultedRow>> {
    let wanted: Vec<Id> = consultations.iter().copied().map(Id).collect();
    Ok(draft_consulted::table
        .filter(draft_consulted::tenant_id.eq(Id(tenant)).and(draft_consulted::consultation_id.eq_any(wanted)))
        .order((draft_consulted::consultation_id, draft_consulted::position))
        .load(conn)?)
}

/// Writes an answer, and the version of its consultation.
pub(in crate::drafts) fn update_answer(tx: &mut Conn, of: &ConsultationRow, row: &ConsultedRow) -> TxResult<()> {
    diesel::update(draft_consulted::table)
        .filter(draft_consulted::tenant_id.eq(row.tenant_id.clone()))
        .filter(draft_consulted::consultation_id.eq(row.consultation_id.clone()))
        .filter(draft_consulted::position.eq(row.position))
        .set((
            draft_consulted::stance.eq(&row.stance),
            draft_consulted::opinion.eq(&row.opinion),
            draft_consulted::revision.eq(row.revision),
            draft_consulted::answered_by_id.eq(row.answered_by_id.clone()),
            draft_consulted::answered_by.eq(&row.answered_by),
            draft_consulted::on_behalf_of.eq(&row.on_behalf_of),
            draft_consulted::answered_at.eq(row.answered_at.clone()),
            draft_consulted::late.eq(row.late),
        ))
        .execute(tx)?;
    let key = draft_consultations::tenant_id.eq(of.tenant_id.clone()).and(draft_consultations::id.eq(of.id.clone()));
    diesel::update(draft_consultations::table)
        .filter(key)
        .set(draft_consultations::version.eq(of.version))
        .execute(tx)?;
    Ok(())
}

/// Gives what an agency is asked to another; says how many.
pub(in crate::drafts) fn move_consulted(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    Ok(diesel::update(draft_consulted::table)
        .filter(draft_consulted::tenant_id.eq(Id(tenant)).and(draft_consulted::agency_id.eq(Id(from))))
        .set(draft_consulted::agency_id.eq(Id(to)))
        .execute(tx)?)
}
