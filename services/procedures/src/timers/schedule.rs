//! The timers of a dossier follow its facts.

use motcua_calendars::View;
use motcua_db::{Conn, TxResult};

use super::rules::{Counting, plan};
use super::store;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store::{self as dossier_store, DossierRow};
use crate::dossiers::{Dossiers, timeline};

/// Makes the timers that wait equal to the plan, in the transaction of the change that causes it. Whoever writes timers
/// holds their dossier first, so that no two who do wait for each other.
///
/// # Errors
/// When an instant lies where the calendar does not reach.
pub(crate) fn reschedule(
    tx: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    view: &View,
) -> TxResult<()> {
    let (tenant, dossier) = (row.tenant_id.0, row.id.0);
    dossier_store::hold(tx, tenant, dossier)?;
    if facts.state.is_terminal() {
        return store::clear(tx, tenant, dossier);
    }
    let rule = timeline::rule_of(tx, room, row, facts)?;
    let awaited = timeline::awaited(tx, room, row, facts, view)?;
    let counting = Counting {
        rule: &rule,
        calendar: &view.calendar,
        office_hours: &view.office_hours,
        escalation: &room.escalation,
    };
    let plan = plan(counting, facts, &awaited).map_err(timeline::refused)?;
    store::replace(tx, tenant, dossier, &plan, room.db.clock.system())
}
