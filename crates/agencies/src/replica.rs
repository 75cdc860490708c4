//! The local copy a service keeps of agencies and directory by following `documents`.

use motcua_db::{Conn, TxResult};
use motcua_journal::{Event, Follow};

use crate::delegated::put_delegation;
use crate::people::{put_client, put_officer};
use crate::record::{AgencyRecord, ClientRecord, DelegationRecord, OfficerRecord, SuccessionRecord, events};
use crate::store::{put_agency, put_succession};

/// Takes agencies, successions, officers, delegations and clients in from the feed of `documents`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Replica;

impl Replica {
    /// The name under which a service keeps its position in the feed of `documents`.
    pub const NAME: &str = "directory<-documents";
}

impl Follow for Replica {
    fn apply(&self, tx: &mut Conn, event: &Event) -> TxResult<()> {
        let kind = event.kind.as_str();
        if kind == events::AGENCY_RECORDED.name {
            put_agency(tx, event.tenant, &event.facts::<AgencyRecord>()?)
        } else if kind == events::AGENCY_SUCCEEDED.name {
            put_succession(tx, event.tenant, &event.facts::<SuccessionRecord>()?).map(drop)
        } else if kind == events::OFFICER_RECORDED.name {
            put_officer(tx, event.tenant, &event.facts::<OfficerRecord>()?)
        } else if kind == events::POST_DELEGATED.name || kind == events::POST_DELEGATION_ENDED.name {
            put_delegation(tx, event.tenant, &event.facts::<DelegationRecord>()?)
        } else if kind == events::CLIENT_RECORDED.name {
            put_client(tx, event.tenant, &event.facts::<ClientRecord>()?)
        } else {
            Ok(())
        }
    }
}
