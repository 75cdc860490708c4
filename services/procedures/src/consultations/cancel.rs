//! Taking a consultation back.

use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, Idempotency, Result, Uuid};

use super::conclude::UnderWay;
use super::facts::CANCELLED;
use super::guard::{admit_to, ended, processor, seal, text_fault};
use super::http::WRITE;
use super::read::consultation_view;
use super::rules::ConsultationState;
use super::store;
use super::view::CreateCancellation;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store as dossier_store;

/// The longest reason.
const LONGEST_REASON: usize = 2000;

/// Takes a consultation back; a dossier that waited for it goes on.
///
/// # Errors
/// `dossier.not_yours` for all but processors of the agency that asked, `consultation.ended`.
pub(super) async fn cancel(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    new: CreateCancellation,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    admit_to(room, &actor, id).await?;
    let own = room.clone();
    room.db.write_once("consultation_cancel", actor.tenant, key, move |tx| take_back(tx, &own, &actor, id, &new)).await
}

fn take_back(tx: &mut Conn, room: &Dossiers, actor: &Actor, id: Uuid, new: &CreateCancellation) -> TxResult<Answer> {
    let tenant = actor.tenant;
    let dossier = store::dossier_of(tx, tenant, id)?;
    dossier_store::hold(tx, tenant, dossier)?;
    let mut row = dossier_store::load(tx, actor, dossier)?;
    let mut of: DossierFacts = dossier_store::facts(&row)?;
    let parties = dossier_store::parties_of(tx, &row)?;
    let by = processor(tx, actor, &parties)?;
    let stamp = Stamp::of(&by, Moment::of(&room.db.clock));
    let consultation = store::load(tx, tenant, id)?;
    let asked = store::asked_of(tx, tenant, dossier)?.remove(&id).unwrap_or_default();
    let mut under_way = UnderWay { room, stamp: &stamp, at: stamp.occurred, parties: &parties, consultation, asked };
    let state = under_way.state()?;
    if state != ConsultationState::Open {
        return Err(ended(state).into());
    }
    if let Some(fault) = text_fault("/reason", Some(&new.reason), true, LONGEST_REASON) {
        return Err(Error::invalid(vec![fault]).into());
    }
    under_way.consultation.reason = Some(seal(room, "reason", id, new.reason.trim().as_bytes())?);
    under_way.end(tx, ConsultationState::Cancelled, CANCELLED, &row, &of)?;
    under_way.let_go_on(tx, &mut row, &mut of)?;
    let view = consultation_view(tx, room, actor, &row, id)?;
    Ok(Answer::created(format!("/v1/consultations/{id}"), &view)?.version(view.version).personal())
}
