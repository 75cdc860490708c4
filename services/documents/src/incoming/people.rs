//! Those whom directions name, as the API and the registers show them.

use std::collections::{BTreeMap, BTreeSet};

use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Uuid};

use super::store::{self, AssigneeRow, AssignmentRow, IncomingRow, fit_officers};
use super::view::{Assignee, Assignment};
use super::{IncomingDocuments, instruction_of};
use crate::directory;

/// The directions about a document, the newest first.
pub(super) fn assignments(conn: &mut Conn, room: &IncomingDocuments, row: &IncomingRow) -> TxResult<Vec<Assignment>> {
    let directions = store::assignments_of(conn, row)?;
    let assignees = store::assignees_of(conn, std::slice::from_ref(row))?;
    let people = People::of(conn, room, row, &assignees)?;
    let shown = directions.iter().map(|direction| {
        let named = assignees.iter().filter(|one| one.revision == direction.revision);
        Ok(Assignment {
            revision: direction.revision,
            current: direction.revision == row.revision,
            assigned_by: direction.actor.clone(),
            on_behalf_of: direction.on_behalf_of.clone(),
            assigned_at: direction.assigned_at.0,
            instruction: instruction(room, row, direction)?,
            due_at: direction.due_at.as_ref().map(|at| at.0),
            assignees: named.map(|one| people.assignee(one)).collect::<Result<_>>()?,
        })
    });
    Ok(shown.collect::<Result<_>>()?)
}

fn instruction(room: &IncomingDocuments, row: &IncomingRow, direction: &AssignmentRow) -> Result<Option<String>> {
    let context = instruction_of(row.id.0, direction.revision);
    let open = |sealed: &Vec<u8>| String::from_utf8(room.db.vault.open(&context, sealed)?).map_err(Error::internal);
    direction.instruction.as_ref().map(open).transpose()
}

/// Those whom directions name.
pub(super) struct People {
    names: BTreeMap<Uuid, String>,
    units: BTreeMap<Uuid, Named>,
    fit: BTreeSet<Uuid>,
}

impl People {
    pub(super) fn of(
        conn: &mut Conn,
        room: &IncomingDocuments,
        row: &IncomingRow,
        assignees: &[AssigneeRow],
    ) -> TxResult<Self> {
        let tenant = row.tenant_id.0;
        let today = room.db.clock.business().day_in_vietnam();
        let officers: Vec<Uuid> = assignees.iter().filter_map(|one| one.officer_id.as_ref().map(|id| id.0)).collect();
        let units: Vec<Uuid> =
            assignees.iter().filter_map(|one| one.responsible_agency_id.as_ref().map(|id| id.0)).collect();
        Ok(Self {
            names: directory::names_of(conn, &room.db.vault, tenant, &officers)?,
            units: names(conn, tenant, &units, today)?,
            fit: fit_officers(conn, tenant, row.responsible_agency_id.0, &officers, today)?,
        })
    }

    fn assignee(&self, row: &AssigneeRow) -> Result<Assignee> {
        let one = row.read()?;
        Ok(Assignee {
            part: one.part,
            officer_id: one.officer,
            name: one.officer.and_then(|officer| self.names.get(&officer).cloned()),
            unit: one.unit.and_then(|unit| self.units.get(&unit).cloned()),
            active: one.officer.is_none_or(|officer| self.fit.contains(&officer)),
        })
    }

    /// Those named, as a column of a register writes them.
    pub(super) fn written<'a>(&self, rows: impl Iterator<Item = &'a AssigneeRow>) -> Option<String> {
        let one = |row: &AssigneeRow| match (&row.officer_id, &row.responsible_agency_id) {
            (Some(officer), _) => Some(self.names.get(&officer.0).cloned().unwrap_or_else(|| officer.0.to_string())),
            (None, Some(unit)) => self.units.get(&unit.0).map(|unit| unit.name.clone()),
            (None, None) => None,
        };
        let written: Vec<String> = rows.filter_map(one).collect();
        (!written.is_empty()).then(|| written.join(", "))
    }
}
