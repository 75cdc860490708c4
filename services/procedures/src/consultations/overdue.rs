//! What happens by itself when the term of a consulted agency has passed: its silence is consent where the law says so,
//! and otherwise it is told that it is overdue. A timer of the dossier stands behind it (room `timers`).

use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_journal::Stamp;
use motcua_kernel::{BusinessTime, Uuid};

use super::conclude::{UnderWay, deem};
use super::facts::{CONSENT_DEEMED, OVERDUE};
use super::rules::{AnswerState, Silence};
use super::store;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store::{DossierRow, parties_of};

/// Whom to tell that opinions are overdue.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overdue {
    /// The agencies, as they were asked.
    pub agencies: Vec<Uuid>,
    /// Who asked them.
    pub asker: Option<Uuid>,
}

/// The instants by which opinions on a dossier are due that are still waited for.
///
/// # Errors
/// When the database fails.
pub(crate) fn opinions_due(conn: &mut Conn, row: &DossierRow, facts: &DossierFacts) -> TxResult<Vec<DateTime<Utc>>> {
    if facts.agencies.consulted.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::due_of(conn, row.tenant_id.0, row.id.0)?.into_iter().map(|at| at.0).collect())
}

/// The term of those who should have answered a dossier's consultations by an instant has passed. The dossier's row is
/// held.
///
/// # Errors
/// When the database fails.
pub(crate) fn time_passed(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &mut DossierRow,
    of: &mut DossierFacts,
    at: DateTime<Utc>,
) -> TxResult<Overdue> {
    let (tenant, dossier) = (row.tenant_id.0, row.id.0);
    let parties = parties_of(tx, row)?;
    let mut asked = store::asked_of(tx, tenant, dossier)?;
    let mut overdue = Overdue::default();
    for consultation in store::open_of(tx, tenant, dossier)? {
        let asked = asked.remove(&consultation.id.0).unwrap_or_default();
        let mut under_way = UnderWay { room, stamp, at: BusinessTime(at), parties: &parties, consultation, asked };
        let consent = under_way.silence()? == Silence::Consent;
        let mut silent = Vec::new();
        for asked in &mut under_way.asked {
            if asked.due_at.0 != at || asked.state != AnswerState::Asked.as_str() {
                continue;
            }
            silent.push(asked.agency_id.0);
            if consent {
                deem(asked, BusinessTime(at));
                store::update_asked(tx, asked)?;
            }
        }
        if silent.is_empty() {
            continue;
        }
        if consent {
            under_way.tell(tx, CONSENT_DEEMED, row, of)?;
            under_way.conclude(tx, row, of)?;
        } else {
            under_way.tell(tx, OVERDUE, row, of)?;
            overdue.asker = overdue.asker.or(under_way.consultation.asker_id.as_ref().map(|asker| asker.0));
            overdue.agencies.extend(silent);
        }
    }
    overdue.agencies.sort();
    overdue.agencies.dedup();
    Ok(overdue)
}
