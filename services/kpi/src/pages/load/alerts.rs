//! The alerts that a page lists, for those who may see them.

use motcua_agencies::names;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;
use motcua_kernel::time::day_in_vietnam;

use super::{Asked, Pages, Sight};
use crate::alerts::view::AlertState;
use crate::alerts::{READ, how_many_of, newest_of, words};
use crate::pages::models::{AgencyName, AlertLine, AlertList};
use crate::reach;

/// So many stand on a page.
const LINES: i64 = 10;

impl Pages {
    /// What is not over of the agency and everything below; none where the caller may not see alerts.
    pub(super) fn alerts(&self, conn: &mut Conn, sight: &Sight, asked: &Asked) -> TxResult<Option<AlertList>> {
        let Some(viewer) = asked.viewer.as_ref().filter(|viewer| viewer.scopes.contains(READ)) else { return Ok(None) };
        if viewer.tenant != self.tenant || !reach::sees(conn, viewer, sight.subject.agency.id)? {
            return Ok(None);
        }
        let members = || sight.subject.members.iter().copied().map(Id).collect();
        let rows = newest_of(conn, self.tenant, members(), LINES)?;
        let about: Vec<Uuid> = rows.iter().map(|row| row.agency_id.0).collect();
        let named = names(conn, self.tenant, &about, sight.context.today)?;
        let mut lines = Vec::new();
        for row in &rows {
            let (kind, id) = (row.kind()?, row.agency_id.0);
            let agency = named.get(&id).map(|one| AgencyName { code: one.code.clone(), name: one.name.clone() });
            lines.push(AlertLine {
                agency: agency.unwrap_or_else(|| AgencyName { code: id.to_string(), name: id.to_string() }),
                title: kind.title(),
                text: words::text(kind, &row.subject, &row.period, &row.figures()?),
                on: day_in_vietnam(row.raised_at.0),
                acknowledged: row.state == AlertState::Acknowledged.as_str(),
            });
        }
        Ok(Some(AlertList { total: how_many_of(conn, self.tenant, members())?, lines }))
    }
}
