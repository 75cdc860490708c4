//! Making a number void (hủy số), one that was reserved or whose document was given up before it was issued: it stays in
//! the register with its reason and is never given again.

use std::sync::Arc;

use motcua_db::{Conn, Db, ReadEntry, TxResult};
use motcua_journal::{Journal, Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid};

use super::facts::{self, NUMBER_VOIDED, NumberVoided, RegisterFacts};
use super::http::lines::CreateEntryVoid;
use super::numbering::refuse_closed;
use super::reserving::LONGEST_REASON;
use super::rules::{EntryState, suffixed_number};
use super::store::RegisterRow;
use super::store::entries::{self, EntryRow};
use super::view::{RegisterEntry, seal};
use super::{Registers, WRITE, keeper, refusals, store};
use crate::precondition::check_version;
use crate::text_fields::{SHORTEST_REASON, needed};

/// Makes a number void.
///
/// # Errors
/// `not_found`, `register.not_keeper`, `precondition.stale`, `register.entry_issued`, `register.entry_void`,
/// `register.closed`.
pub(super) async fn void(
    room: &Registers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (register, line, version): (Uuid, String, i64),
    new: CreateEntryVoid,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let reason = check(&new)?;
    let asking = Arc::clone(&actor);
    room.db
        .read("void_right", move |conn| {
            let row = store::load(conn, &asking, register)?;
            keeper(conn, &asking, row.responsible_agency_id.0).map(drop)
        })
        .await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("register_void", actor.tenant, key, move |tx| {
            void_in(tx, &own, &writer, (register, &line, version), &reason)
        })
        .await?;
    room.db.audit_read(ReadEntry::of(&actor, "create_entry_void", request_id, vec![register])).await?;
    Ok(answer)
}

fn void_in(
    tx: &mut Conn,
    room: &Registers,
    actor: &Actor,
    (id, line, version): (Uuid, &str, i64),
    reason: &str,
) -> TxResult<Answer> {
    store::load(tx, actor, id)?;
    let register = store::hold(tx, actor.tenant, id)?.ok_or_else(Error::not_found)?;
    let by = keeper(tx, actor, register.responsible_agency_id.0)?;
    let (number, suffix) = place(line).ok_or_else(Error::not_found)?;
    let row = entries::find(tx, actor.tenant, id, number, suffix)?.ok_or_else(Error::not_found)?;
    check_version(row.version, version)?;
    match row.state()? {
        EntryState::Reserved => {}
        EntryState::Used => return Err(refusals::entry_issued().into()),
        EntryState::Void => return Err(refusals::entry_void().into()),
    }
    let stamp = Stamp::of(&by, Moment::of(&room.db.clock));
    let row = make_void(tx, (&room.db, &room.journal), &stamp, &register, row, reason)?;
    Ok(Answer::done(&RegisterEntry::of(&room.db.vault, &row, true)?)?.version(row.version).personal())
}

/// A document that is given up before it was issued, with the number it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GivenUp<'a> {
    pub register: Uuid,
    /// Number and letter.
    pub place: (i64, &'a str),
    pub document: Uuid,
    pub reason: &'a str,
}

/// Makes the number of a document void that is given up before it was issued. From here on no document has it.
///
/// # Errors
/// `register.closed`: what was signed as used stays so.
pub(crate) fn void_unissued(tx: &mut Conn, db: &Db, journal: &Journal, stamp: &Stamp, of: GivenUp<'_>) -> TxResult<()> {
    let gone = || Error::internal(format!("the line of document {} is not in register {}", of.document, of.register));
    let register = store::hold(tx, stamp.tenant, of.register)?.ok_or_else(gone)?;
    let (number, suffix) = of.place;
    let row = entries::find(tx, stamp.tenant, of.register, number, suffix)?;
    let own = row.filter(|row| row.document_id.as_ref().is_some_and(|document| document.0 == of.document));
    make_void(tx, (db, journal), stamp, &register, own.ok_or_else(gone)?, of.reason).map(drop)
}

fn make_void(
    tx: &mut Conn,
    (db, journal): (&Db, &Journal),
    stamp: &Stamp,
    register: &RegisterRow,
    row: EntryRow,
    reason: &str,
) -> TxResult<EntryRow> {
    refuse_closed(register)?;
    let row = EntryRow {
        state: EntryState::Void.as_str().to_owned(),
        document_id: None,
        voided_at: Some(stamp.occurred.into()),
        voided_by: Some(stamp.actor().to_owned()),
        void_reason: Some(seal(&db.vault, "void_reason", &row, reason)?),
        version: row.version + 1,
        ..row
    };
    let (id, number) = (register.id.0, row.number);
    if !entries::update(tx, &row)? {
        return Err(Error::internal(format!("entry {number} of register {id} was changed while it was held")).into());
    }
    let full_number = suffixed_number(number, &row.suffix, &row.notation);
    let facts = NumberVoided { register: RegisterFacts::of(register)?, number, full_number };
    facts::tell(tx, journal, stamp, NUMBER_VOIDED, register, &facts)?;
    Ok(row)
}

/// Number and letter of a line as paths write them: `12`, `12a`.
pub(super) fn place(line: &str) -> Option<(i64, &str)> {
    let digits = line.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(line.len());
    let (number, suffix) = line.split_at_checked(digits)?;
    let letter = suffix.is_empty() || (suffix.len() == 1 && suffix.bytes().all(|byte| byte.is_ascii_lowercase()));
    let number: i64 = number.parse().ok()?;
    letter.then_some((number, suffix))
}

fn check(new: &CreateEntryVoid) -> Result<String> {
    let mut faults = Vec::new();
    let reason = needed(&new.reason, "/reason", LONGEST_REASON, &mut faults);
    if faults.is_empty() && reason.chars().count() < SHORTEST_REASON {
        let text = Text::new(
            format!("Lý do hủy số có ít nhất {SHORTEST_REASON} ký tự."),
            format!("The reason has at least {SHORTEST_REASON} characters."),
        );
        faults.push(FieldError::new("/reason", "too_short", text));
    }
    if faults.is_empty() { Ok(reason) } else { Err(Error::invalid(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_number_with_at_most_a_letter() {
        assert_eq!((place("12"), place("12a"), place("05")), (Some((12, "")), Some((12, "a")), Some((5, ""))));
        for wrong in ["", "a", "12A", "12aa", "12đ", "-1", "+1", "99999999999999999999", "12 "] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
