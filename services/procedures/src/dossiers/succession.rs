//! Dossiers follow the agencies that are responsible for them.

use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Uuid;

use super::facts::{self, DossierFacts};
use super::{store, write_change};
use crate::{consultations, timers};

/// How many dossiers are moved in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Moves some dossiers of a closed agency to the one that went on with its work; what was written stays. Returns how many
/// changed; none when all have followed.
///
/// # Errors
/// When the database fails.
pub fn move_dossiers(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    tenant: Uuid,
    from: Uuid,
    to: Uuid,
) -> TxResult<usize> {
    let moved = store::move_responsible(tx, tenant, from, to, TOGETHER)?;
    timers::follow(tx, tenant, &moved, from, to)?;
    consultations::follow(tx, tenant, &moved, from, to)?;
    for id in &moved {
        let Some(mut row) = store::load_own(tx, tenant, *id)? else { continue };
        let mut facts: DossierFacts = store::facts(&row)?;
        let (before, counted_by) = (facts.agencies.clone(), facts.counted_by());
        let agencies = &mut facts.agencies;
        let always = [&mut agencies.receiving, &mut agencies.competent, &mut agencies.issuing];
        for agency in always.into_iter().chain(&mut agencies.supporting).chain(&mut agencies.consulted) {
            if agency.responsible_id == from {
                agency.responsible_id = to;
            }
        }
        // What moved may be only an agency's sight of it, which is nobody's responsibility.
        if facts.agencies == before {
            continue;
        }
        // What was promised by the calendar of the closed agency stays promised, and what happened by it stays possible.
        if facts.received_at.is_some() && facts.counted_by() != counted_by {
            facts.counted_by_id = Some(counted_by);
        }
        write_change(tx, journal, stamp, facts::RESPONSIBILITY_MOVED, &mut row, &mut facts)?;
    }
    Ok(moved.len())
}
