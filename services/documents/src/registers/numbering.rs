//! Giving numbers to documents: the next of a sequence, one that was reserved, or one behind another number (`12a`).

use chrono::NaiveDate;
use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::{BusinessTime, Clock, FieldError, Text, Uuid};

use super::class::{INCOMING_BOOK, NumberClass};
use super::facts::{self, LATE_NUMBER_GIVEN, LateNumberGiven, RegisterFacts};
use super::refusals;
use super::rules::{
    EntryState, LateDecision, Numbered, Origin, RegisterKind, instant_of_number, next_suffix, register_year,
    suffixed_number,
};
use super::store::books::{self, Plan};
use super::store::entries::{self, EntryRow};
use super::store::{self, Book, RegisterRow};

/// Takes the next number for a class of documents of an agency, at business time now.
///
/// From here on the register is held until the transaction ends, so everything that does not need the number is done
/// before. A rollback gives the number back.
///
/// # Errors
/// `register.closed`, or when the database fails.
pub fn take_number(
    tx: &mut Conn,
    clock: &Clock,
    tenant: Uuid,
    agency: Uuid,
    kind: RegisterKind,
    class: &str,
) -> TxResult<Numbered> {
    let asked = clock.business();
    let plan = Plan { tenant, agency, kind };
    let book = books::begin(tx, plan, class, register_year(asked))?;
    next_of(tx, clock, plan, book, asked)
}

/// Takes the next arrival number for a document of a type, in the book that the agency decided on for it, else in the one
/// that all incoming documents share. For a type without a code nothing can be decided.
///
/// Like [`take_number`] this comes last in its transaction.
///
/// # Errors
/// `register.closed`, or when the database fails.
pub fn take_arrival_number(
    tx: &mut Conn,
    clock: &Clock,
    tenant: Uuid,
    agency: Uuid,
    document_type: Option<&str>,
) -> TxResult<Numbered> {
    let kind = RegisterKind::Incoming;
    match document_type {
        Some(class) => take_number(tx, clock, tenant, agency, kind, class),
        None => next_of(tx, clock, Plan { tenant, agency, kind }, INCOMING_BOOK.to_owned(), clock.business()),
    }
}

/// The next number of a book, for somebody who asked at this instant.
fn next_of(tx: &mut Conn, clock: &Clock, plan: Plan, book: String, asked: BusinessTime) -> TxResult<Numbered> {
    let Plan { tenant, agency, kind } = plan;
    let year = register_year(asked);
    let row = store::next_numbers(tx, Book { tenant, agency, kind, name: &book, year }, 1)?;
    refuse_closed(&row)?;
    let at = instant_of_number(asked, clock.business());
    let (register, number, on) = (row.id.0, row.last_number, at.day_in_vietnam());
    Ok(Numbered { register, book, year, number, suffix: String::new(), at, on, origin: Origin::Next })
}

/// Which reserved number a document shall have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// The register.
    pub register: Uuid,
    /// The number.
    pub number: i64,
}

/// What a number is for, as far as a reserved or late one must fit it.
#[derive(Debug, Clone, Copy)]
pub struct Meant<'a> {
    /// The tenant.
    pub tenant: Uuid,
    /// The issuing agency.
    pub agency: Uuid,
    /// The class of the document.
    pub class: NumberClass,
    /// Its symbol.
    pub symbol: &'a str,
}

/// Gives a document the number that was reserved for it. The day of the document is today, not the day of the reservation.
///
/// # Errors
/// `register.reservation_unknown`, `register.reservation_differs` at the field; `register.number_taken`,
/// `register.number_void`, `register.reservation_of_other_year`, `register.closed`.
pub fn use_reservation(tx: &mut Conn, clock: &Clock, meant: Meant<'_>, reservation: Reservation) -> TxResult<Numbered> {
    let register = store::hold(tx, meant.tenant, reservation.register)?;
    let known = register.filter(|row| row.agency_id.0 == meant.agency && row.kind == RegisterKind::Outgoing.as_str());
    let Some(row) = known else { return Err(refusals::reservation_unknown().into()) };
    refuse_closed(&row)?;
    let entry = entries::find(tx, meant.tenant, row.id.0, reservation.number, "")?;
    let entry = entry.ok_or_else(refusals::reservation_unknown)?;
    match entry.state()? {
        EntryState::Reserved => {}
        EntryState::Used => return Err(refusals::number_taken(reservation.number).into()),
        EntryState::Void => return Err(refusals::number_void(reservation.number).into()),
    }
    let notation = meant.class.notation(meant.symbol, row.year);
    if entry.document_type != meant.class.code() || entry.notation != notation {
        return Err(refusals::reservation_differs(&entry.document_type, &entry.notation).into());
    }
    let at = clock.business();
    if register_year(at) != row.year {
        return Err(refusals::reservation_of_other_year(row.year).into());
    }
    // A sandbox's clock may have been moved back since.
    if entry.reserved_at.as_ref().is_some_and(|reserved| reserved.0 > at.0) {
        return Err(refusals::reserved_later().into());
    }
    let (book, year, number) = (row.book, row.year, reservation.number);
    let origin = Origin::Reserved { version: entry.version };
    let on = at.day_in_vietnam();
    Ok(Numbered { register: row.id.0, book, year, number, suffix: String::new(), at, on, origin })
}

/// A late number (số chèn): behind which number of which year, and by which decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The number it stands behind.
    pub after: i64,
    /// The year of the register; the running one when none is named.
    pub year: Option<i32>,
    /// The decision of the head of the agency.
    pub decision: LateDecision,
}

/// Gives a document a number behind another one: 12a, then 12b, of the book that the class has in that year. The day of
/// the document is that of number 12.
///
/// # Errors
/// `register.number_unknown`, `register.late_year`, `register.late_in_future` at the field; `register.late_numbers_full`,
/// `register.closed`.
pub fn take_late_number(tx: &mut Conn, clock: &Clock, meant: Meant<'_>, late: &Late) -> TxResult<Numbered> {
    let at = clock.business();
    let (today, this_year) = (at.day_in_vietnam(), register_year(at));
    let year = late.year.unwrap_or(this_year);
    if year != this_year && year != this_year - 1 {
        return Err(refusals::late_year().into());
    }
    let (tenant, agency, kind) = (meant.tenant, meant.agency, RegisterKind::Outgoing);
    let book = books::book_in(tx, Plan { tenant, agency, kind }, &meant.class.key(), year)?;
    let unknown = || Failure::from(refusals::number_unknown(late.after, year));
    let register = store::of_book(tx, Book { tenant, agency, kind, name: &book, year })?.ok_or_else(unknown)?;
    let row = store::hold(tx, tenant, register)?.ok_or_else(unknown)?;
    refuse_closed(&row)?;
    let before = entries::find(tx, tenant, register, late.after, "")?.ok_or_else(unknown)?;
    if before.state()? == EntryState::Reserved {
        return Err(refusals::late_behind_reserved(late.after).into());
    }
    if before.registered_on > today {
        return Err(refusals::late_in_future().into());
    }
    let last = entries::last_suffix(tx, tenant, register, late.after)?.unwrap_or_default();
    let suffix = next_suffix(&last).ok_or_else(|| refusals::late_numbers_full(late.after))?.to_string();
    let origin = Origin::Late(late.decision.clone());
    Ok(Numbered { register, book, year, number: late.after, suffix, at, on: before.registered_on, origin })
}

/// A document that goes into a register under its number.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// The document.
    pub document: Uuid,
    /// Code of its type; empty of what comes in under a type that has none.
    pub document_type: &'a str,
    /// Its notation: `QĐ-UBND`; empty for what comes in, which has an arrival number alone.
    pub notation: &'a str,
}

/// Enters a document under the number taken for it.
///
/// # Errors
/// When the database fails.
pub fn enter(tx: &mut Conn, tenant: Uuid, entry: NewEntry<'_>, numbered: &Numbered) -> TxResult<()> {
    let row = new_row(tenant, numbered, EntryState::Used, entry.document_type, entry.notation);
    let row = EntryRow { document_id: Some(Id(entry.document)), ..row };
    match &numbered.origin {
        Origin::Next => entries::insert(tx, &row),
        Origin::Reserved { version } => {
            let row = EntryRow { version: version + 1, ..row };
            if entries::update(tx, &row)? {
                return Ok(());
            }
            Err(refusals::number_taken(numbered.number).into())
        }
        Origin::Late(decision) => entries::insert(
            tx,
            &EntryRow {
                decision_number: Some(decision.number.clone()),
                decision_on: Some(decision.date),
                decision_document_id: decision.document_id.map(Id),
                ..row
            },
        ),
    }
}

/// Tells of a late number on its register, once its document is entered.
///
/// # Errors
/// When the database fails.
pub fn tell_late_number(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    numbered: &Numbered,
    document: Uuid,
    notation: &str,
    decision: &LateDecision,
) -> TxResult<()> {
    let register = store::of_id(tx, stamp.tenant, numbered.register)?;
    let facts = LateNumberGiven {
        register: RegisterFacts::of(&register)?,
        number: numbered.number,
        suffix: numbered.suffix.clone(),
        full_number: suffixed_number(numbered.number, &numbered.suffix, notation),
        document_id: document,
        document_on: numbered.on,
        decision_number: decision.number.clone(),
        decision_on: decision.date,
        decision_document_id: decision.document_id,
    };
    facts::tell(tx, journal, stamp, LATE_NUMBER_GIVEN, &register, &facts).map(drop)
}

/// Whether a number, with its letter, had been reserved before it was given to its document.
///
/// # Errors
/// When the database fails.
pub(crate) fn was_reserved(
    conn: &mut Conn,
    tenant: Uuid,
    register: Uuid,
    (number, suffix): (i64, &str),
) -> TxResult<bool> {
    Ok(entries::find(conn, tenant, register, number, suffix)?.is_some_and(|row| row.reserved_at.is_some()))
}

/// A line of a number without anything that only some lines have.
pub(super) fn new_row(
    tenant: Uuid,
    numbered: &Numbered,
    state: EntryState,
    document_type: &str,
    notation: &str,
) -> EntryRow {
    EntryRow {
        tenant_id: Id(tenant),
        register_id: Id(numbered.register),
        number: numbered.number,
        suffix: numbered.suffix.clone(),
        state: state.as_str().to_owned(),
        document_id: None,
        document_type: document_type.to_owned(),
        notation: notation.to_owned(),
        registered_on: numbered.on,
        registered_at: numbered.at.into(),
        reserved_at: None,
        reserved_by: None,
        reason: None,
        voided_at: None,
        voided_by: None,
        void_reason: None,
        decision_number: None,
        decision_on: None,
        decision_document_id: None,
        version: 1,
    }
}

/// Refuses a register that was closed.
pub(super) fn refuse_closed(row: &RegisterRow) -> TxResult<()> {
    if row.closed_at.is_none() {
        return Ok(());
    }
    Err(refusals::closed(row).into())
}

/// What is wrong with the day of a decision on a late number.
pub(crate) fn decision_fault(decision: &LateDecision, today: NaiveDate) -> Option<FieldError> {
    if decision.date <= today {
        return None;
    }
    let text = Text::new("Ngày của quyết định không được ở tương lai.", "The decision can't be of a day to come.");
    Some(FieldError::new("/late_number/decision/date", "register.decision_in_future", text))
}
