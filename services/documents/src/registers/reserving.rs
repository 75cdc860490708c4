//! Reserving numbers (giữ số) for documents that are still to come.

use std::sync::Arc;

use motcua_agencies::{authority_in, named, names, open_agency};
use motcua_db::{Conn, Failure, ReadEntry, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Role, Text, Uuid};

use super::class::NumberClass;
use super::facts::{self, NUMBER_RESERVED, NumberReserved, RegisterFacts};
use super::http::lines::{CreateRegisterReservation, RegisterReservation};
use super::numbering::{new_row, refuse_closed};
use super::rules::{EntryState, Numbered, Origin, RegisterKind, instant_of_number, register_year};
use super::store::books::{self, Plan};
use super::store::entries::{self, EntryRow};
use super::store::{self, Book};
use super::view::{Register, RegisterEntry, seal};
use super::{Registers, WRITE, refusals};
use crate::text_fields::needed;

const LONGEST_REFERENCE: usize = 100;
/// The longest text that says why.
pub(super) const LONGEST_REASON: usize = 500;
/// The most numbers of one request: more are hardly waiting for documents.
const MOST: u32 = 20;

/// Takes numbers that no document has yet.
///
/// # Errors
/// Every fault at once; `register.not_clerk`, `agency.closed`, `register.closed`.
pub(super) async fn reserve(
    room: &Registers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateRegisterReservation,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asked = check(&new)?;
    let (asking, reference) = (Arc::clone(&actor), asked.agency.clone());
    let today = room.db.clock.business().day_in_vietnam();
    // Before a kept answer is given again: whoever has lost the role since hears nothing.
    room.db
        .read("reservation_right", move |conn| {
            let Some(agency) = named(conn, asking.tenant, &reference, today)? else { return Ok(()) };
            authority_in(conn, &asking, agency, &[Role::Clerk])?.map(drop).ok_or_else(|| refusals::not_clerk().into())
        })
        .await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("register_reserve", actor.tenant, key, move |tx| reserve_in(tx, &own, &writer, &asked))
        .await?;
    let shown = answer.body.pointer("/register/id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    let shown: Uuid = shown.ok_or_else(|| Error::internal("numbers were reserved in no register"))?;
    room.db.audit_read(ReadEntry::of(&actor, "create_register_reservation", request_id, vec![shown])).await?;
    Ok(answer)
}

fn reserve_in(tx: &mut Conn, room: &Registers, actor: &Actor, asked: &Asked) -> TxResult<Answer> {
    let (clock, tenant) = (&room.db.clock, actor.tenant);
    let moment = clock.business();
    let today = moment.day_in_vietnam();
    let agency = open_agency(tx, tenant, &asked.agency, today).map_err(at_agency)?;
    let by = authority_in(tx, actor, agency.id, &[Role::Clerk])?.ok_or_else(refusals::not_clerk)?;
    let own_symbol = store::symbol_of(tx, tenant, agency.id)?;
    let symbol = asked.symbol.as_deref().unwrap_or(&own_symbol);
    if let Some(fault) = asked.class.symbol_fault(symbol, &own_symbol) {
        return Err(Error::invalid(vec![fault]).into());
    }
    let (kind, year) = (RegisterKind::Outgoing, register_year(moment));
    let book = books::begin(tx, Plan { tenant, agency: agency.id, kind }, &asked.class.key(), year)?;
    let register = store::next_numbers(tx, Book { tenant, agency: agency.id, kind, name: &book, year }, asked.count)?;
    refuse_closed(&register)?;
    let at = instant_of_number(moment, clock.business());
    let notation = asked.class.notation(symbol, year);
    let first = register.last_number - asked.count + 1;
    let mut lines = Vec::new();
    for number in first..=register.last_number {
        let numbered = Numbered {
            register: register.id.0,
            book: book.clone(),
            year,
            number,
            suffix: String::new(),
            at,
            on: at.day_in_vietnam(),
            origin: Origin::Next,
        };
        let row = new_row(tenant, &numbered, EntryState::Reserved, asked.class.code(), &notation);
        let row = EntryRow {
            reserved_at: Some(at.into()),
            reserved_by: Some(actor.reference()),
            reason: Some(seal(&room.db.vault, "reason", &row, &asked.reason)?),
            ..row
        };
        entries::insert(tx, &row)?;
        lines.push(RegisterEntry::of(&room.db.vault, &row, true)?);
    }
    let facts = NumberReserved {
        register: RegisterFacts::of(&register)?,
        numbers: (first..=register.last_number).collect(),
        document_type: asked.class.code().to_owned(),
        notation,
    };
    let stamp = Stamp::of(&by, Moment { occurred: at, ..Moment::of(clock) });
    facts::tell(tx, &room.journal, &stamp, NUMBER_RESERVED, &register, &facts)?;
    let named = names(tx, tenant, &[register.agency_id.0, register.responsible_agency_id.0], today)?;
    let view = RegisterReservation { register: Register::of(&register, &named, &[].into())?, entries: lines };
    Ok(Answer::created(format!("/v1/registers/{}/entries", register.id.0), &view)?.version(register.version).personal())
}

/// An unknown agency is told at the field that names it.
fn at_agency(failure: Failure) -> Failure {
    let Failure::Refused(mut error) = failure else { return failure };
    for field in &mut error.fields {
        "/agency".clone_into(&mut field.pointer);
    }
    Failure::Refused(error)
}

/// What is asked for, within its limits.
#[derive(Debug, Clone)]
struct Asked {
    agency: String,
    class: NumberClass,
    symbol: Option<String>,
    reason: String,
    count: i64,
}

fn check(new: &CreateRegisterReservation) -> Result<Asked> {
    let mut faults = Vec::new();
    let agency = needed(&new.agency, "/agency", LONGEST_REFERENCE, &mut faults);
    if new.kind == RegisterKind::Incoming {
        let text = Text::new(
            "Số đến được cấp theo thứ tự khi văn bản đến, không giữ trước (Nghị định 30/2020/NĐ-CP, Điều 22).",
            "Arrival numbers are given in the order of arrival, never before (Decree 30/2020/NĐ-CP, Article 22).",
        );
        faults.push(FieldError::new("/kind", "register.kind_not_reserved", text));
    }
    let (class, symbol) = NumberClass::check(&new.document_type, new.normative, new.symbol.clone(), &mut faults);
    let reason = needed(&new.reason, "/reason", LONGEST_REASON, &mut faults);
    if !(1..=MOST).contains(&new.count) {
        let text = Text::new(
            format!("Mỗi lần giữ được từ 1 đến {MOST} số."),
            format!("1 to {MOST} numbers are reserved at once."),
        );
        faults.push(FieldError::new("/count", "register.count", text));
    }
    match class {
        Some(class) if faults.is_empty() => Ok(Asked { agency, class, symbol, reason, count: i64::from(new.count) }),
        _ => Err(Error::invalid(faults)),
    }
}
