//! Who may ask and take back, and what a dossier can't do while opinions are waited for.

use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_kernel::text::says_something;
use motcua_kernel::{Actor, Authority, Error, FieldError, Kind, Result, Role, Text, Uuid};

use super::rules::ConsultationState;
use super::store::{self, ConsultationRow};
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::rules::{Hand, Party};
use crate::dossiers::store::{self as dossier_store, DossierRow, PartyRow};

/// Refuses callers who may not see the dossier, before a kept answer is given again.
pub(super) async fn admit(room: &Dossiers, actor: &Arc<Actor>, dossier: Uuid) -> Result<()> {
    let caller = Arc::clone(actor);
    room.db.read("dossier_admit", move |conn| dossier_store::load(conn, &caller, dossier).map(drop)).await
}

/// As [`admit`], by the consultation.
pub(super) async fn admit_to(room: &Dossiers, actor: &Arc<Actor>, id: Uuid) -> Result<()> {
    let caller = Arc::clone(actor);
    room.db
        .read("consultation_admit", move |conn| {
            let dossier = store::dossier_of(conn, caller.tenant, id)?;
            dossier_store::load(conn, &caller, dossier).map(drop)
        })
        .await
}

/// The right of a processor of the deciding agency.
///
/// # Errors
/// `dossier.not_yours` for everybody else who sees the dossier.
pub(super) fn processor(tx: &mut Conn, actor: &Actor, parties: &[PartyRow]) -> TxResult<Authority> {
    let mut hands = dossier_store::hands(tx, actor, parties)?;
    let by = hands.remove(&Hand::Officer(Party::Competent, Role::Processor));
    Ok(by.ok_or_else(|| {
        Error::forbidden(
            "dossier.not_yours",
            "Chỉ cán bộ thụ lý của cơ quan giải quyết được lấy ý kiến về hồ sơ.",
            "Only a processor of the agency that decides the dossier asks others for their opinion.",
        )
    })?)
}

/// Refuses to decide a dossier while opinions on it are waited for.
///
/// # Errors
/// `dossier.consultation_open` with the consultation.
pub(crate) fn require_none_open(tx: &mut Conn, row: &DossierRow, facts: &DossierFacts) -> TxResult<()> {
    // Whoever was never asked has nothing open; most dossiers are spared the query.
    if facts.agencies.consulted.is_empty() {
        return Ok(());
    }
    match store::open_of(tx, row.tenant_id.0, row.id.0)?.first() {
        Some(open) => Err(still_open(open).into()),
        None => Ok(()),
    }
}

/// Refuses to end by hand a wait that a consultation ends by itself.
///
/// # Errors
/// `dossier.consultation_open` with the consultation.
pub(crate) fn require_not_waited_for(tx: &mut Conn, row: &DossierRow, facts: &DossierFacts) -> TxResult<()> {
    if facts.agencies.consulted.is_empty() {
        return Ok(());
    }
    let wait = facts.open_wait_number();
    let open = store::open_of(tx, row.tenant_id.0, row.id.0)?;
    match open.iter().find(|open| open.wait.is_some() && open.wait == wait) {
        Some(open) => Err(still_open(open).into()),
        None => Ok(()),
    }
}

pub(super) fn still_open(open: &ConsultationRow) -> Error {
    Error::conflict(
        "dossier.consultation_open",
        "Còn lần lấy ý kiến chưa có kết quả; hãy chờ ý kiến hoặc rút lại việc lấy ý kiến.",
        "Opinions are still waited for; wait for them, or take the consultation back.",
    )
    .with("consultation_id", open.id.0.to_string())
    .with("legal_basis", open.legal_basis.clone())
}

/// That a consultation has ended.
pub(super) fn ended(state: ConsultationState) -> Error {
    Error::new(Kind::Conflict, "consultation.ended", "Việc lấy ý kiến này đã kết thúc.", "The consultation has ended.")
        .with("state", state.as_str())
}

/// A text that must say something.
pub(super) fn text_fault(pointer: &str, text: Option<&str>, required: bool, most: usize) -> Option<FieldError> {
    let length = text.filter(|text| says_something(text)).map_or(0, |text| text.trim().chars().count());
    let missing = length == 0 && (required || text.is_some());
    (missing || length > most).then(|| {
        let message = Text::new(format!("Cần từ 1 đến {most} ký tự."), format!("Must have 1 to {most} characters."));
        FieldError::new(pointer, if length == 0 { "required" } else { "max_length" }, message)
    })
}

/// What people write here may name a person, so it is sealed.
pub(super) fn seal(room: &Dossiers, what: &str, id: Uuid, plain: &[u8]) -> Result<Vec<u8>> {
    room.db.vault.seal(&format!("consultations.{what}:{id}"), plain)
}

/// What [`seal`] has sealed.
pub(super) fn open(room: &Dossiers, what: &str, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
    room.db.vault.open(&format!("consultations.{what}:{id}"), sealed)
}

/// A sealed text.
pub(super) fn open_text(room: &Dossiers, what: &str, id: Uuid, sealed: &[u8]) -> Result<String> {
    String::from_utf8(open(room, what, id, sealed)?).map_err(Error::internal)
}
