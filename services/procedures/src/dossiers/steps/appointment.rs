//! Whether a new appointment may be given: judged once, before it becomes a fact that follows the calendar from then on.

use chrono::NaiveDate;
use motcua_clock::{deadline, may_extend_to};
use motcua_db::{Conn, TxResult};

use super::Step;
use crate::calendars::Calendars;
use crate::dossiers::timeline::{events, refused, rule_of};

impl Step<'_> {
    /// Judged by the calendar that the dossier is counted by: the one that holds, unless it contradicts what happened.
    pub(super) fn require_appointment(&self, tx: &mut Conn, due_on: NaiveDate) -> TxResult<()> {
        let (tenant, agency, now) = (self.row.tenant_id.0, self.facts.counted_by(), self.stamp.occurred.0);
        let rule = rule_of(tx, self.room, self.row, self.facts)?;
        let events = events(self.facts)?;
        let head = Calendars::hold_revision(tx, tenant)?;
        let mut view = self.room.calendars.view(tx, tenant, head, agency)?;
        let kept = self.facts.calendar_revision;
        if kept != head && deadline(&rule, &events, &view.calendar, &view.office_hours, now).is_err() {
            view = self.room.calendars.view(tx, tenant, kept, agency)?;
        }
        let judged = may_extend_to(due_on, &rule, &events, &view.calendar, &view.office_hours, now);
        Ok(judged.map_err(refused)?)
    }
}
