//! Receipt: the dossier gets its code and its due date, and its clock starts. Then work begins.

use motcua_agencies::current_code;
use motcua_db::{Conn, TxResult};
use motcua_journal::EventKind;

use super::Step;
use crate::dossiers::facts;
use crate::dossiers::linked;
use crate::dossiers::rules::Party;
use crate::dossiers::store;
use crate::mirrors;

impl Step<'_> {
    pub(super) fn receive(&mut self, tx: &mut Conn) -> TxResult<EventKind> {
        self.row.received_at = Some(self.stamp.occurred.into());
        self.facts.received_at = Some(self.stamp.occurred.0);
        linked::begin(tx, self.room, self.stamp, self.row, self.facts)?;
        let agency = self.agency(Party::Receiving)?;
        let day = self.stamp.occurred.day_in_vietnam();
        let tenant = self.row.tenant_id.0;
        let prefix = current_code(tx, tenant, agency, day)?;
        // The counter is what every receipt of the agency's day waits for, so it is taken as late as can be.
        let code = loop {
            let number = store::next_number(tx, tenant, &prefix, day)?;
            let code = format!("{prefix}-{}-{number:04}", day.format("%y%m%d"));
            // A ministry's system may number dossiers of our agencies as well: what it has used is passed over.
            if !mirrors::is_mirrored(tx, tenant, &code)? {
                break code;
            }
        };
        self.row.code = Some(code.clone());
        self.facts.code = Some(code);
        Ok(facts::RECEIVED)
    }

    pub(super) fn process(&mut self) -> EventKind {
        self.facts.processing_at = Some(self.stamp.occurred.0);
        facts::PROCESSING
    }
}
