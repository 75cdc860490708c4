//! Closing a register (đóng sổ): its last number and a digest of all its lines go into the journal, whose chain signs them.

use std::sync::Arc;

use chrono::Datelike;
use motcua_agencies::load_agency;
use motcua_db::sql::Id;
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid, Vault};

use super::facts::{self, REGISTER_CLOSED, RegisterClosed, RegisterFacts};
use super::http::lines::CreateRegisterClosing;
use super::numbering::refuse_closed;
use super::reserving::LONGEST_REASON;
use super::rules::RegisterKind;
use super::store::RegisterRow;
use super::store::closings::{self, ClosingRow};
use super::store::entries;
use super::{Registers, WRITE, inventory, keeper, read, refusals, store};
use crate::precondition::check_version;
use crate::text_fields::optional;

/// Closes a register.
///
/// # Errors
/// `not_found`, `register.not_keeper`, `precondition.stale`, `register.closed`, `register.year_not_ended`,
/// `register.reservations_open` with the numbers.
pub(super) async fn close(
    room: &Registers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (register, version): (Uuid, i64),
    new: CreateRegisterClosing,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asked = check(new)?;
    let asking = Arc::clone(&actor);
    room.db
        .read("closing_right", move |conn| {
            let row = store::load(conn, &asking, register)?;
            keeper(conn, &asking, row.responsible_agency_id.0).map(drop)
        })
        .await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("register_close", actor.tenant, key, move |tx| {
            close_in(tx, &own, &writer, (register, version), &asked)
        })
        .await?;
    if answer.personal {
        room.db.audit_read(ReadEntry::of(&actor, "create_register_closing", request_id, vec![register])).await?;
    }
    Ok(answer)
}

fn close_in(
    tx: &mut Conn,
    room: &Registers,
    actor: &Actor,
    (id, version): (Uuid, i64),
    asked: &Asked,
) -> TxResult<Answer> {
    store::load(tx, actor, id)?;
    let register = store::hold(tx, actor.tenant, id)?.ok_or_else(Error::not_found)?;
    let by = keeper(tx, actor, register.responsible_agency_id.0)?;
    refuse_closed(&register)?;
    check_version(register.version - 1, version)?;
    let now = Moment::of(&room.db.clock);
    let early = now.occurred.day_in_vietnam().year() <= register.year;
    if early {
        refuse_early(tx, &register, now, asked)?;
    }
    let reserved = entries::reserved_numbers(tx, actor.tenant, id)?;
    if !reserved.is_empty() {
        return Err(refusals::reservations_open(reserved).into());
    }
    let kind: RegisterKind = register.kind.parse().map_err(Error::internal)?;
    let unissued = room.documents_of(kind)?.unissued(tx, actor.tenant, id)?;
    if !unissued.is_empty() {
        return Err(refusals::documents_unissued(unissued).into());
    }
    let counted = inventory::count(tx, &register)?;
    if !counted.is_complete() {
        return Err(
            Error::internal(format!("register {id} has gaps: {:?} {:?}", counted.missing, counted.astray)).into()
        );
    }
    let sha256 = counted.sha256();
    let facts = RegisterClosed {
        register: RegisterFacts::of(&register)?,
        last_number: register.last_number,
        used: counted.used,
        void: counted.void,
        late: counted.late,
        sha256: sha256.clone(),
        early,
    };
    let stamp = Stamp::of(&by, now);
    let event = facts::tell(tx, &room.journal, &stamp, REGISTER_CLOSED, &register, &facts)?;
    let seal = |column: &str, text: &Option<String>| {
        text.as_deref().map(|text| room.db.vault.seal(&context(column, id), text.as_bytes())).transpose()
    };
    let row = ClosingRow {
        tenant_id: Id(actor.tenant),
        register_id: Id(id),
        closed_at: now.occurred.into(),
        closed_by: actor.reference(),
        last_number: register.last_number,
        used: counted.used,
        void: counted.void,
        late: counted.late,
        sha256,
        event_id: Id(event),
        reason: seal("reason", &asked.reason)?,
        note: seal("note", &asked.note)?,
    };
    closings::insert(tx, &row)?;
    store::set_closed(tx, actor.tenant, id, now.occurred.into())?;
    let register = RegisterRow { closed_at: Some(now.occurred.into()), ..register };
    let view = read::detail(tx, &room.db.vault, &register, now.occurred.day_in_vietnam())?;
    let answer = Answer::done(&view)?.version(register.version);
    Ok(if view.is_personal() { answer.personal() } else { answer })
}

/// Before its year ends a register closes only with its agency: on its last day or later, saying why.
fn refuse_early(tx: &mut Conn, register: &RegisterRow, now: Moment, asked: &Asked) -> TxResult<()> {
    let agency = load_agency(tx, register.tenant_id.0, register.agency_id.0)?;
    let last_day = agency.and_then(|agency| agency.valid_to).and_then(|end| end.pred_opt());
    if last_day.is_none_or(|last| now.occurred.day_in_vietnam() < last) {
        return Err(refusals::year_not_ended(register.year).into());
    }
    if asked.reason.is_some() {
        return Ok(());
    }
    let text = Text::new("Cần nêu lý do đóng sổ trước khi hết năm.", "Say why it is closed before its year ends.");
    Err(Error::invalid(vec![FieldError::new("/reason", "required", text)]).into())
}

/// What was written when a register was closed: why early, and the note.
pub(super) fn written(vault: &Vault, row: &ClosingRow) -> Result<(Option<String>, Option<String>)> {
    let open = |column: &str, sealed: &Option<Vec<u8>>| {
        let id = row.register_id.0;
        let open =
            |sealed: &[u8]| String::from_utf8(vault.open(&context(column, id), sealed)?).map_err(Error::internal);
        sealed.as_deref().map(open).transpose()
    };
    Ok((open("reason", &row.reason)?, open("note", &row.note)?))
}

fn context(column: &str, register: Uuid) -> String {
    format!("register_closings.{column}:{register}")
}

struct Asked {
    reason: Option<String>,
    note: Option<String>,
}

fn check(new: CreateRegisterClosing) -> Result<Asked> {
    let mut faults = Vec::new();
    let reason = optional(new.reason, "/reason", LONGEST_REASON, &mut faults);
    let note = optional(new.note, "/note", LONGEST_REASON, &mut faults);
    if faults.is_empty() { Ok(Asked { reason, note }) } else { Err(Error::invalid(faults)) }
}
