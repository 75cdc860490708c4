//! Lines of a plan: copied from another year, or new, with what they name looked up.

use std::collections::BTreeSet;

use motcua_agencies::{load_officer, named};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, FieldError, Text, new_id};

use super::check::{self, AskedEntry};
use super::store::{self, EntryRow, PlanRow};
use crate::case_files::CaseFiles;

/// The lines of another year's plan of the same agency, for a new one.
pub(super) fn copied(tx: &mut Conn, room: &CaseFiles, plan: &PlanRow, from: i32) -> TxResult<Vec<EntryRow>> {
    let source = store::of_year(tx, plan.tenant_id.0, plan.responsible_agency_id.0, from)?;
    let source = source.filter(|source| source.id != plan.id);
    let source = source.ok_or_else(|| {
        let text = Text::new(
            format!("Cơ quan không có danh mục hồ sơ năm {from}."),
            format!("The agency has no file plan for {from}."),
        );
        Error::invalid_field("/from_year", "file_plan.unknown", text)
    })?;
    let mut rows = Vec::new();
    for row in store::entries(tx, &source)? {
        let id = new_id();
        let content = row.content(&room.db.vault)?.seal(&room.db.vault, id)?;
        rows.push(EntryRow { id: Id(id), plan_id: plan.id.clone(), content, added_at: None, ..row });
    }
    Ok(rows)
}

/// Rows of new lines behind those a plan has.
pub(super) fn entry_rows(
    tx: &mut Conn,
    room: &CaseFiles,
    plan: &PlanRow,
    there: &[EntryRow],
    asked: &[AskedEntry],
    added_at: Option<&At>,
) -> TxResult<Vec<EntryRow>> {
    let tenant = plan.tenant_id.0;
    let today = room.db.clock.business().day_in_vietnam();
    let known: BTreeSet<&str> = there.iter().map(|row| row.notation.as_str()).collect();
    let last = there.iter().map(|row| row.position).max().unwrap_or(0);
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (position, (at, entry)) in (last + 1..).zip(asked.iter().enumerate()) {
        if known.contains(entry.notation.as_str()) {
            faults.push(check::repeated(&format!("/entries/{at}/notation")));
        }
        let unit = match &entry.unit {
            Some(reference) => named(tx, tenant, reference, today)?,
            None => None,
        };
        if entry.unit.is_some() && unit.is_none() {
            let text = Text::new("Không có đơn vị mang mã này.", "There is no unit with this code.");
            faults.push(FieldError::new(format!("/entries/{at}/unit"), "agency.unknown", text));
        }
        if let Some(officer) = entry.officer
            && load_officer(tx, tenant, officer)?.is_none()
        {
            let text = Text::new("Không có cán bộ này.", "There is no such officer.");
            faults.push(FieldError::new(format!("/entries/{at}/officer"), "officer.unknown", text));
        }
        let id = new_id();
        rows.push(EntryRow {
            tenant_id: plan.tenant_id.clone(),
            id: Id(id),
            plan_id: plan.id.clone(),
            position,
            notation: entry.notation.clone(),
            retention_years: entry.retention.0,
            unit_id: unit.map(Id),
            officer_id: entry.officer.map(Id),
            content: entry.content.seal(&room.db.vault, id)?,
            added_at: added_at.cloned(),
        });
    }
    if faults.is_empty() { Ok(rows) } else { Err(Error::invalid(faults).into()) }
}
