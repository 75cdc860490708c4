//! Taking a source's word.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use motcua_agencies::{names, resolve};
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Change, Journal, Moment, Stamp};
use motcua_kernel::{Actor, ActorKind, Answer, Error, Idempotency, Kind, Result, Text, Uuid, new_id};
use serde_json::json;

use super::facts::{CHANGED, MirrorFacts};
use super::read::{open, summary};
use super::rules::{self, Word, reopens, word};
use super::store::{self, MirrorRow, StateRow, client_of};
use super::view::{Personal, PutMirroredDossier};
use crate::dossiers::{Dossiers, applicant_faults, to_json};

/// The scope of sources.
pub(super) const WRITE: &str = "procedures:mirrors:write";

/// Keeps what a source says of a dossier.
///
/// # Errors
/// Every fault of the request at once; `mirror.own_dossier` for the code of a dossier handled here, `mirror.taken` for one
/// that another source tells of, `precondition.stale` when the caller names a version that is not the kept one,
/// `mirror.older` and `mirror.contradiction` with the instant of what is kept.
pub(super) async fn put(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    code: String,
    expected: Option<i64>,
    told: PutMirroredDossier,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    if actor.kind != ActorKind::Client {
        return Err(Error::forbidden(
            "mirror.clients_only",
            "Chỉ hệ thống của bộ, ngành đồng bộ hồ sơ.",
            "Only the system of a ministry mirrors dossiers.",
        ));
    }
    let own = room.clone();
    room.db.write_once("mirror_put", actor.tenant, key, move |tx| keep(tx, &own, &actor, &code, expected, &told)).await
}

fn keep(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    code: &str,
    expected: Option<i64>,
    told: &PutMirroredDossier,
) -> TxResult<Answer> {
    let now = Moment::of(&room.db.clock);
    let mut faults = rules::faults(told, now.occurred.0);
    faults.extend(applicant_faults(&told.applicant));
    if !rules::is_code(code) {
        let text = Text::new(
            "Mã hồ sơ có từ 1 đến 60 chữ cái, chữ số, dấu chấm, gạch nối, gạch dưới.",
            "A code has 1 to 60 letters, digits, dots, hyphens and underscores.",
        );
        faults.insert(0, motcua_kernel::FieldError::new("", "mirror.code", text));
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    if store::is_own(tx, actor.tenant, code)? {
        return Err(own_dossier().into());
    }
    let stamp = Stamp::of(&actor.in_own_name(), now);
    let row = row(tx, room, actor, code, told, &stamp)?;
    if let Some(kept) = store::kept(tx, actor.tenant, code)? {
        return replace(tx, room, actor, &stamp, expected, &kept, row);
    }
    require_version(expected, 0)?;
    store::insert(tx, &row)?;
    write_state(tx, &row, false)?;
    tell(tx, &room.journal, &stamp, &row, None, false)?;
    let view = summary(tx, room, &row)?;
    Ok(Answer::created(format!("/v1/mirrored-dossiers/{code}"), &view)?.version(1))
}

/// Puts a later word in the place of the one that is kept.
fn replace(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    stamp: &Stamp,
    expected: Option<i64>,
    kept: &MirrorRow,
    mut row: MirrorRow,
) -> TxResult<Answer> {
    if kept.client != client_of(actor) {
        return Err(taken().into());
    }
    require_version(expected, kept.version)?;
    let sealed = row.personal.clone();
    let told: Personal = open(room, row.id.0, &sealed)?;
    row.id = kept.id.clone();
    // As it was spelt the first time.
    row.code.clone_from(&kept.code);
    row.personal = seal(room, kept.id.0, &told)?;
    match word(kept.as_of.0, row.as_of.0, says_the_same(room, kept, &row)?) {
        Word::Newer => {}
        Word::Same => {
            let view = summary(tx, room, kept)?;
            return Ok(Answer::done(&view)?.version(kept.version));
        }
        Word::Older => return Err(older(kept.as_of.0).into()),
        Word::Contradicts => return Err(contradiction(kept.as_of.0).into()),
    }
    row.version = kept.version + 1;
    let (before, after) = (kept.state()?, row.state()?);
    let reopened = reopens(before, after);
    store::update(tx, &row)?;
    if before != after {
        write_state(tx, &row, reopened)?;
    }
    tell(tx, &room.journal, stamp, &row, Some(before), reopened)?;
    let view = summary(tx, room, &row)?;
    Ok(Answer::done(&view)?.version(row.version))
}

/// Whether two words say the same, whenever they were written.
fn says_the_same(room: &Dossiers, kept: &MirrorRow, row: &MirrorRow) -> Result<bool> {
    let plain = |row: &MirrorRow| -> Result<MirrorRow> {
        let personal: serde_json::Value = open(room, row.id.0, &row.personal)?;
        Ok(MirrorRow {
            personal: serde_json::to_vec(&personal).map_err(Error::internal)?,
            // A succession may have moved it since.
            agency_id: Id(Uuid::nil()),
            written_at: kept.written_at.clone(),
            version: 0,
            ..row.clone()
        })
    };
    Ok(plain(kept)? == plain(row)?)
}

fn row(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    code: &str,
    told: &PutMirroredDossier,
    stamp: &Stamp,
) -> TxResult<MirrorRow> {
    let today = stamp.occurred.day_in_vietnam();
    let responsible = resolve(tx, actor.tenant, &told.agency, today).map_err(at_agency)?;
    // A split is for people to decide; until then it concerns the agency that was written.
    let agency = match responsible.as_slice() {
        [one] => Some(*one),
        _ => motcua_agencies::named(tx, actor.tenant, &told.agency, today)?,
    };
    let agency = agency.ok_or_else(|| Error::internal("an agency was resolved and is gone"))?;
    let written = match told.agency.parse::<Uuid>() {
        Ok(id) => names(tx, actor.tenant, &[id], today)?.remove(&id).map_or_else(String::new, |named| named.code),
        Err(_) => told.agency.clone(),
    };
    let id = new_id();
    let personal = Personal {
        applicant: told.applicant.clone(),
        subject: told.subject.as_deref().map(|subject| subject.trim().to_owned()),
        results: told.results.clone(),
    };
    let at = |at: DateTime<Utc>| At(at.trunc_subsecs(6));
    Ok(MirrorRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        code: code.to_owned(),
        client: client_of(actor),
        source: told.source.trim().to_owned(),
        procedure_code: told.procedure.trim().to_owned(),
        agency_code: written,
        agency_id: Id(agency),
        channel: i64::from(told.channel),
        state: i64::from(told.state),
        as_of: at(told.as_of),
        submitted_at: at(told.submitted_at),
        received_at: told.received_at.map(at),
        due_at: told.due_at.map(at),
        ended_at: told.ended_at.map(at),
        returned_at: told.returned_at.map(at),
        owner_person: room.db.vault.lookup("person", &told.applicant.identity_number),
        personal: seal(room, id, &personal)?,
        content: Json(json!({"fees": told.fees})),
        written_at: At(stamp.now.0),
        version: 1,
    })
}

fn seal(room: &Dossiers, id: Uuid, personal: &Personal) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(personal).map_err(Error::internal)?;
    room.db.vault.seal(&format!("mirrored_dossiers.personal:{id}"), &plain)
}

fn write_state(tx: &mut Conn, row: &MirrorRow, reopened: bool) -> TxResult<()> {
    let state = StateRow {
        tenant_id: row.tenant_id.clone(),
        mirror_id: row.id.clone(),
        version: row.version,
        state: row.state,
        as_of: row.as_of.clone(),
        written_at: row.written_at.clone(),
        reopened,
    };
    store::insert_state(tx, state)
}

/// Tells of a change.
pub(super) fn tell(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    row: &MirrorRow,
    previous_state: Option<u8>,
    reopened: bool,
) -> TxResult<()> {
    let facts = MirrorFacts {
        version: row.version,
        code: row.code.clone(),
        source: row.source.clone(),
        procedure_code: row.procedure_code.clone(),
        agency_id: row.agency_id.0,
        agency_code: row.agency_code.clone(),
        channel: row.channel()?,
        national_state: row.state()?,
        previous_state,
        reopened,
        as_of: row.as_of.0,
        submitted_at: row.submitted_at.0,
        received_at: row.received_at.as_ref().map(|at| at.0),
        due_at: row.due_at.as_ref().map(|at| at.0),
        ended_at: row.ended_at.as_ref().map(|at| at.0),
        returned_at: row.returned_at.as_ref().map(|at| at.0),
    };
    let data = to_json(&facts)?;
    journal.record(tx, stamp, &Change { kind: CHANGED, subject: row.id.0, version: row.version, data: &data })?;
    Ok(())
}

fn at_agency(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(mut error) => {
            error.fields.iter_mut().for_each(|field| "/agency".clone_into(&mut field.pointer));
            Failure::Refused(error)
        }
        failure @ Failure::Database(_) => failure,
    }
}

/// A source that names the version it has read is not to overwrite another one.
fn require_version(expected: Option<i64>, current: i64) -> Result<()> {
    match expected {
        Some(version) if version != current => Err(Error::new(
            Kind::Stale,
            "precondition.stale",
            "Thông tin về hồ sơ đã thay đổi từ khi bạn đọc; hãy đọc lại rồi gửi lại.",
            "What is kept of the dossier has changed since you read it; read it again and repeat.",
        )
        .with("version", current)),
        _ => Ok(()),
    }
}

fn own_dossier() -> Error {
    Error::conflict(
        "mirror.own_dossier",
        "Mã này là của một hồ sơ do hệ thống của tỉnh giải quyết.",
        "A dossier that is handled here has this code.",
    )
}

fn taken() -> Error {
    Error::conflict(
        "mirror.taken",
        "Hồ sơ mang mã này do một hệ thống khác đồng bộ.",
        "Another system tells of the dossier with this code.",
    )
}

fn older(kept: DateTime<Utc>) -> Error {
    Error::conflict(
        "mirror.older",
        "Đã có thông tin mới hơn về hồ sơ này; không có gì thay đổi.",
        "What is kept of this dossier is newer; nothing has changed.",
    )
    .with("kept_as_of", kept.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

fn contradiction(kept: DateTime<Utc>) -> Error {
    Error::conflict(
        "mirror.contradiction",
        "Đã có thông tin khác về hồ sơ này ở cùng thời điểm; hãy gửi thời điểm as_of mới hơn.",
        "Something else was said of this dossier for the same instant; send a later as_of.",
    )
    .with("kept_as_of", kept.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}
