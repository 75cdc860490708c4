//! Ends: of a linked dossier, which the first one hears of at once, and of the first one, which linked ones may follow.

use motcua_db::{Conn, TxResult};
use motcua_journal::Stamp;
use motcua_kernel::{Error, Uuid};

use super::facts::LinkedStatus;
use super::start::{advance, as_file_of, result_file};
use crate::dossiers::facts::{self, DossierFacts};
use crate::dossiers::rules::{Action, Hand, Hands, act};
use crate::dossiers::store::{self, DossierRow};
use crate::dossiers::{Dossiers, withdraw_with_first, write_change};

/// Tells the first dossier that this one has ended, in the transaction that ends it: its result becomes a file of the
/// first, and steps that waited for it start. Nothing to do for a dossier that nobody brought about.
///
/// # Errors
/// When the database fails.
pub(crate) fn tell_parent(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &DossierRow,
    facts: &DossierFacts,
) -> TxResult<()> {
    let Some(first) = &facts.parent else { return Ok(()) };
    let (mut parent, mut own) = hold(tx, row.tenant_id.0, first.dossier_id)?;
    let has_result = facts.finished_at.is_some();
    if let Some(fact) = own.linked.iter_mut().find(|fact| fact.code == first.step) {
        fact.set(if has_result { LinkedStatus::Done } else { LinkedStatus::Closed }, stamp.occurred.0);
    }
    if let Some(file) = result_file(row)?.filter(|_| has_result) {
        store::insert_file(tx, &as_file_of(&parent, file))?;
    }
    // What ended without a result brings nothing more about.
    if own.ended_at.is_none() {
        advance(tx, room, stamp, &parent, &mut own)?;
    }
    write_change(tx, &room.journal, stamp, facts::LINKED_ENDED, &mut parent, &mut own)
}

/// Another dossier than the one a request is about, for this transaction alone: two that end at once tell the first one
/// after the other.
fn hold(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<(DossierRow, DossierFacts)> {
    store::hold(tx, tenant, id)?;
    let Some(row) = store::load_own(tx, tenant, id)? else {
        return Err(Error::internal(format!("dossier {id} is linked and gone")).into());
    };
    let facts = store::facts(&row)?;
    Ok((row, facts))
}

/// A dossier that ends without a result brings nothing more about: steps that have no dossier yet will have none.
pub(crate) fn give_up(facts: &mut DossierFacts, stamp: &Stamp) {
    for fact in &mut facts.linked {
        if matches!(fact.status, LinkedStatus::Waiting | LinkedStatus::Failed) {
            fact.set(LinkedStatus::Skipped, stamp.occurred.0);
        }
    }
}

/// Withdraws what a dossier that is withdrawn has brought about, as far as it is not decided.
///
/// # Errors
/// When the database fails.
pub(crate) fn withdraw_children(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    facts: &mut DossierFacts,
) -> TxResult<()> {
    let applicant = Hands::from([Hand::Applicant]);
    for fact in facts.linked.iter_mut().filter(|fact| fact.status == LinkedStatus::Started) {
        let Some(id) = fact.dossier_id else { continue };
        let (mut row, mut own) = hold(tx, stamp.tenant, id)?;
        if act(own.state, Action::Withdraw, &applicant, false).is_ok() {
            withdraw_with_first(tx, room, stamp, &mut row, &mut own)?;
            fact.set(LinkedStatus::Closed, stamp.occurred.0);
        }
    }
    Ok(())
}
