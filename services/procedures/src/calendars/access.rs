//! Who changes calendars, and who sees the changes.

use motcua_agencies::{authority_in, load_agency, under};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Authority, Error, Role, Uuid};

use super::proposal::Proposal;
use super::{Calendars, WRITE, store};
use crate::catalogue::province_authority;

/// By what right a caller makes a change: years are the province's; exceptions and hours of an agency also its own
/// administrator's, as roles reach down.
///
/// # Errors
/// `not_found` for an agency or exception nobody knows, `calendar.not_administrator` without the right.
pub(super) fn authority(conn: &mut Conn, room: &Calendars, actor: &Actor, proposal: &Proposal) -> TxResult<Authority> {
    actor.require_scope(WRITE)?;
    let held = match proposal {
        Proposal::Year { .. } => province_authority(conn, actor, room.db.clock.business().day_in_vietnam())?,
        Proposal::Exception { agency_id, .. } | Proposal::OfficeHours { agency_id, .. } => {
            known(conn, actor.tenant, *agency_id)?;
            authority_in(conn, actor, *agency_id, &[Role::Administrator])?
        }
        Proposal::Revocation { exception_id, .. } => {
            let of = store::exception(conn, actor.tenant, *exception_id)?.agency_id.0;
            authority_in(conn, actor, of, &[Role::Administrator])?
        }
    };
    Ok(held.ok_or_else(not_administrator)?)
}

/// Which changes a caller sees: all as an administrator of the province (none), else those of their agencies.
pub(super) fn seen(conn: &mut Conn, room: &Calendars, actor: &Actor) -> TxResult<Option<Vec<Uuid>>> {
    actor.require_scope(WRITE)?;
    let today = room.db.clock.business().day_in_vietnam();
    if province_authority(conn, actor, today)?.is_some() {
        return Ok(None);
    }
    Ok(Some(under(conn, actor.tenant, &actor.agencies_with(&[Role::Administrator]))?))
}

/// A change the caller may see.
pub(super) fn seen_change(conn: &mut Conn, room: &Calendars, actor: &Actor, id: Uuid) -> TxResult<store::ChangeRow> {
    let row = store::change(conn, actor.tenant, id)?;
    let reached = match seen(conn, room, actor)? {
        None => true,
        Some(agencies) => row.agency_id.as_ref().is_some_and(|agency| agencies.contains(&agency.0)),
    };
    if reached { Ok(row) } else { Err(Error::not_found().into()) }
}

/// Refuses an agency nobody knows.
pub(super) fn known(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<()> {
    match load_agency(conn, tenant, agency)? {
        Some(_) => Ok(()),
        None => Err(Error::not_found().into()),
    }
}

fn not_administrator() -> Error {
    Error::forbidden(
        "calendar.not_administrator",
        "Chỉ quản trị của Ủy ban nhân dân tỉnh, hoặc của cơ quan với ngoại lệ và giờ làm việc của cơ quan đó, được thay đổi.",
        "Only an administrator of the province's committee may change this, or of the agency its own exceptions and hours.",
    )
}
