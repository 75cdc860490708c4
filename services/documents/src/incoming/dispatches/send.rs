//! Sending an issued document to agencies of this installation: all of them or none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::Named;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, BusinessTime, Error, FieldError, Idempotency, Page, Result, Text, Uuid, new_id};

use super::http::CreateDispatches;
use super::{read, sender_of};
use crate::far_days::term_fault;
use crate::incoming::facts::{self, IncomingFacts, Source};
use crate::incoming::intake::too_many;
use crate::incoming::named_agencies::{Reference, open_agencies};
use crate::incoming::new_row::{bare_row, new_facts};
use crate::incoming::rules::{
    Checks, IntegrityCheck, Issuer, SignatureCheck, State, WRITE, creator, duplicate_key, end_of_day,
};
use crate::incoming::search::index;
use crate::incoming::store::{self, IncomingRow};
use crate::incoming::{IncomingDocuments, RECEIVE};
use crate::outgoing::{Original, corrections_of, hold};
use crate::search::FileWords;
use crate::text_fields::required;

/// The most receivers of one request: every agency of a province in a few of them.
const MOST_RECEIVERS: usize = 500;

/// Sends a document.
///
/// # Errors
/// `agency.closed` naming the successor; faults at receivers that are unknown, named twice, the issuer itself, or have it.
pub(super) async fn send(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    document: Uuid,
    asked: CreateDispatches,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    check(&asked, room.db.clock.business().day_in_vietnam())?;
    let (own, caller) = (room.clone(), Arc::clone(&actor));
    room.db.read("dispatch_admit", move |conn| sender_of(conn, &own, &caller, document).map(drop)).await?;
    let own = room.clone();
    room.db.write_once("dispatch_send", actor.tenant, key, move |tx| send_in(tx, &own, &actor, document, &asked)).await
}

fn check(asked: &CreateDispatches, today: NaiveDate) -> Result<()> {
    let mut faults: Vec<FieldError> =
        asked.due_on.and_then(|day| term_fault(day, today, "/due_on")).into_iter().collect();
    if asked.receivers.is_empty() {
        faults.push(required("/receivers"));
    } else if asked.receivers.len() > MOST_RECEIVERS {
        faults.push(too_many("/receivers", MOST_RECEIVERS));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

fn send_in(
    tx: &mut Conn,
    room: &IncomingDocuments,
    actor: &Actor,
    document: Uuid,
    asked: &CreateDispatches,
) -> TxResult<Answer> {
    // Who recalls it meanwhile, recalls it with these receivers.
    hold(tx, actor.tenant, document)?;
    let (issued, by) = sender_of(tx, room, actor, document)?;
    issued.require_in_force()?;
    let moment = Moment::of(&room.db.clock);
    let today = moment.occurred.day_in_vietnam();
    let texts: Vec<&str> = asked.receivers.iter().map(|text| text.trim()).collect();
    let references: Vec<Reference<'_>> =
        texts.iter().enumerate().map(|(at, text)| Reference { pointer: format!("/receivers/{at}"), text }).collect();
    let receivers = open_agencies(tx, actor.tenant, &references, today)?;
    issued.require_outward()?;
    let before = deliveries_before(tx, actor.tenant, document)?;
    refuse_repeated(&issued, &receivers, &before)?;
    let corrections = corrections_of(tx, actor.tenant, issued.id)?;
    let mut sent = Vec::with_capacity(receivers.len());
    for receiver in &receivers {
        let delivery = before.get(&receiver.id).map_or(0, |past| past.count) + 1;
        sent.push(new_row(tx, room, actor, &issued, &corrections, receiver, asked, delivery, moment.occurred)?);
    }
    let rows: Vec<IncomingRow> = sent.iter().map(|(row, _)| row.clone()).collect();
    if store::insert_deliveries(tx, &rows)? != rows.len() {
        return Err(Error::conflict(
            "dispatch.already_sent",
            "Văn bản vừa được người khác gửi đến một trong các nơi nhận này; hãy xem lại danh sách đã gửi.",
            "Somebody else has just sent it to one of these receivers; look at the dispatches again.",
        )
        .into());
    }
    index(tx, room, &rows, &mut FileWords::default())?;
    let stamp = Stamp::of(&by, moment);
    store::note_many(tx, &room.db.vault, &rows, RECEIVE, &by, &stamp, None)?;
    for (_, told) in &sent {
        facts::tell(tx, &room.journal, &stamp, facts::RECEIVED, told)?;
    }
    let items = read::views(tx, room, actor.tenant, &rows)?;
    let page = Page { items, next: None, count: None };
    Ok(Answer::created(format!("/v1/outgoing-documents/{document}/dispatches"), &page)?)
}

/// What was sent to a receiver before.
struct Past {
    count: i32,
    /// Whether it has the document still, or finished with it.
    has_it: bool,
}

fn deliveries_before(tx: &mut Conn, tenant: Uuid, document: Uuid) -> TxResult<BTreeMap<Uuid, Past>> {
    let mut before: BTreeMap<Uuid, Past> = BTreeMap::new();
    for row in store::deliveries_of(tx, tenant, document)? {
        let given_up = State::from_word(&row.state).is_some_and(State::is_given_up);
        let past = before.entry(row.written_agency_id.0).or_insert(Past { count: 0, has_it: false });
        past.count = past.count.max(row.delivery);
        past.has_it |= !given_up;
        // An agency that went on with the work of another has what that was sent.
        if row.responsible_agency_id != row.written_agency_id {
            before.entry(row.responsible_agency_id.0).or_insert(Past { count: 0, has_it: false }).has_it |= !given_up;
        }
    }
    Ok(before)
}

fn refuse_repeated(issued: &Original, receivers: &[Named], before: &BTreeMap<Uuid, Past>) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for (at, receiver) in receivers.iter().enumerate() {
        let fault = if receiver.id == issued.issuing_agency || receiver.id == issued.responsible_agency {
            (
                "dispatch.to_itself",
                Text::new("Không gửi cho chính cơ quan ban hành.", "Not to the issuing agency itself."),
            )
        } else if !seen.insert(receiver.id) {
            ("dispatch.twice", Text::new("Nơi nhận được nêu hai lần.", "This receiver is named twice."))
        } else if before.get(&receiver.id).is_some_and(|past| past.has_it) {
            ("dispatch.already_sent", Text::new("Đã gửi đến nơi nhận này.", "It was sent to this receiver already."))
        } else {
            continue;
        };
        faults.push(FieldError::new(format!("/receivers/{at}"), fault.0, fault.1));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

#[expect(clippy::too_many_arguments, reason = "a row is made of everything that was found out for it")]
fn new_row(
    tx: &mut Conn,
    room: &IncomingDocuments,
    actor: &Actor,
    issued: &Original,
    corrections: &[Uuid],
    receiver: &Named,
    asked: &CreateDispatches,
    delivery: i32,
    now: BusinessTime,
) -> TxResult<(IncomingRow, IncomingFacts)> {
    let urgency = asked.urgency.unwrap_or_default().max(issued.urgency);
    let due = room.days.by_urgency(tx, actor.tenant, receiver.id, now, urgency)?;
    // What never left this system is whole; its signature is looked at by who receives it.
    let checks =
        Checks { recipient_right: true, signature: SignatureCheck::NotChecked, integrity: IntegrityCheck::Intact };
    let facts = IncomingFacts {
        circulation: asked.circulation.or(issued.circulation),
        paper: asked.paper,
        issuer_agency_id: Some(issued.issuing_agency),
        outgoing_document_id: Some(issued.id),
        document_type: Some(issued.document_type.clone()),
        issued_on: Some(issued.issued_on),
        due_on: asked.due_on,
        checks,
        corrected_by_ids: corrections.to_vec(),
        due_at: asked.due_on.and_then(end_of_day),
        ..new_facts(new_id(), Source::Internal, receiver, urgency, now, due)
    };
    let (vault, issuer) = (&room.db.vault, Issuer::Agency(issued.issuing_agency));
    let mut row = IncomingRow {
        outgoing_document_id: Some(Id(issued.id)),
        delivery,
        duplicate_key: duplicate_key(vault, &issued.number, &issued.notation, &issuer, issued.issued_on),
        number: issued.number.clone(),
        notation: issued.notation.clone(),
        created_by: creator(actor),
        ..bare_row(actor.tenant, &facts)
    };
    row.mirror(&facts)?;
    Ok((row, facts))
}
