//! Revoking a result.

use std::sync::Arc;

use motcua_db::sql::Json;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Role, Text, Uuid};

use super::http::CreateResultRevocation;
use crate::dossiers::facts::{DossierFacts, RESULT_REVOKED};
use crate::dossiers::rules::{Hand, Party, State};
use crate::dossiers::store::Standing;
use crate::dossiers::view::{ResultView, Revocation};
use crate::dossiers::{Dossiers, progress, state_of, store, to_json, write_change};

/// Who revokes a result.
const HANDS: [Hand; 2] =
    [Hand::Officer(Party::Competent, Role::Approver), Hand::Officer(Party::Issuing, Role::Approver)];

/// Records that the result of a dossier was revoked.
///
/// # Errors
/// `not_found` for callers who may not see the dossier, `dossier.not_yours`, `result.none`, `result.revoked`,
/// `precondition.stale`.
pub(super) async fn revoke(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
    new: CreateResultRevocation,
) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    let caller = Arc::clone(&actor);
    room.db.read("revocation_admit", move |conn| store::load(conn, &caller, id).map(drop)).await?;
    let own = room.clone();
    room.db.write_once("result_revoke", actor.tenant, key, move |tx| record(tx, &own, &actor, id, expected, &new)).await
}

fn record(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    id: Uuid,
    expected: i64,
    new: &CreateResultRevocation,
) -> TxResult<Answer> {
    let mut row = store::load_at(tx, actor, id, expected)?;
    let standing = Standing::of(tx, actor, &row)?;
    let stamp = Stamp::of(standing.right(&HANDS).ok_or_else(not_yours)?, Moment::of(&room.db.clock));
    let issued = matches!(state_of(&row)?, State::Done | State::Returned);
    let Some(stored) = row.result.clone().filter(|_| issued) else { return Err(none().into()) };
    let mut result: ResultView = serde_json::from_value(stored.0).map_err(Error::internal)?;
    if let Some(before) = &result.revocation {
        return Err(revoked().with("decision", before.decision.clone()).into());
    }
    let faults = faults(new);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    result.revocation = Some(Revocation {
        revoked_at: stamp.occurred.0,
        decision: new.decision.trim().to_owned(),
        legal_basis: new.legal_basis.trim().to_owned(),
    });
    row.result = Some(Json(to_json(&result)?));
    let mut facts: DossierFacts = store::facts(&row)?;
    if let Some(result) = &mut facts.result {
        result.revoked_at = Some(stamp.occurred.0);
    }
    write_change(tx, &room.journal, &stamp, RESULT_REVOKED, &mut row, &mut facts)?;
    let progress = progress(tx, room, actor, &row)?;
    Ok(Answer::done(&progress)?.version(row.version))
}

fn faults(new: &CreateResultRevocation) -> Vec<FieldError> {
    let line = |pointer: &str, line: &str, most: usize| {
        let text = Text::new(
            format!("Cần từ 1 đến {most} ký tự, trên một dòng."),
            format!("Must have 1 to {most} characters, on one line."),
        );
        let fits = is_one_line(line) && line.chars().count() <= most;
        (!fits).then(|| FieldError::new(pointer, "text.one_line", text))
    };
    line("/decision", &new.decision, 100).into_iter().chain(line("/legal_basis", &new.legal_basis, 500)).collect()
}

fn not_yours() -> Error {
    Error::forbidden(
        "dossier.not_yours",
        "Chỉ người phê duyệt của cơ quan giải quyết hoặc cơ quan ban hành thu hồi kết quả.",
        "Only an approver of the agency that decided or issued the result revokes it.",
    )
}

fn none() -> Error {
    Error::conflict("result.none", "Hồ sơ chưa có kết quả đã ban hành.", "The dossier has no issued result.")
}

fn revoked() -> Error {
    Error::conflict("result.revoked", "Kết quả này đã bị thu hồi.", "The result was revoked before.")
}
