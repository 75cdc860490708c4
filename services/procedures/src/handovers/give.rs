//! Handing papers over.

use std::sync::Arc;

use motcua_agencies::{authority_in, load_officer, named, names, open_agency, posts_of, under};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Change, Moment, Stamp};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{
    Actor, Answer, Authority, BusinessTime, Error, FieldError, Idempotency, Result, Text, Uuid, new_id,
};

use super::access::{self, HANDLERS, Seen};
use super::facts::{GIVEN, HandoverFacts, PaperFacts};
use super::papers::{self, ledger, seal};
use super::rules::{HandoverState, Holder, PaperKey, Refusal};
use super::store::{self, HandoverRow};
use super::view::{CreateHandover, HandedPaper, PaperDifference};
use super::{read, rules};
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store::hold;
use crate::dossiers::store::{DossierRow, officer_id};
use crate::dossiers::to_json;

/// The most hand-overs a dossier sees: lists of them have no pages.
const MOST_HANDOVERS: usize = 500;

/// Hands papers over in the name of an agency the caller acts for.
///
/// # Errors
/// Every fault of the request at once; `handover.not_held` naming who has the paper, `handover.fewer` with how many there
/// are, `handover.not_yours` for officers who don't act for the agency.
pub(super) async fn give(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    dossier: Uuid,
    new: CreateHandover,
) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    let caller = Arc::clone(&actor);
    room.db.read("handover_admit", move |conn| access::load(conn, &caller, dossier).map(drop)).await?;
    let own = room.clone();
    room.db.write_once("handover_create", actor.tenant, key, move |tx| hand_over(tx, &own, &actor, dossier, &new)).await
}

fn hand_over(tx: &mut Conn, room: &Dossiers, actor: &Actor, dossier: Uuid, new: &CreateHandover) -> TxResult<Answer> {
    hold(tx, actor.tenant, dossier)?;
    let seen = access::load(tx, actor, dossier)?;
    let now = Moment::of(&room.db.clock);
    let today = now.occurred.day_in_vietnam();
    if seen.facts.received_at.is_none() {
        return Err(not_received().into());
    }
    let version = room.catalogue.load_version(tx, actor.tenant, seen.row.version_id.0)?;
    let mut faults = papers::faults(&version.content, &new.papers);
    if new.note.as_deref().is_some_and(|note| !is_one_line(note) || note.chars().count() > 500) {
        let text =
            Text::new("Ghi chú có từ 1 đến 500 ký tự, trên một dòng.", "A note has 1 to 500 characters, on one line.");
        faults.push(FieldError::new("/note", "text.one_line", text));
    }
    let from = match named(tx, actor.tenant, &new.from_agency, today)? {
        Some(from) => Some(access::answers_now(tx, room, &seen, from)?),
        None => None,
    };
    let Some(from) = from else {
        let text = Text::new("Không có cơ quan này.", "There is no such agency.");
        faults.push(FieldError::new("/from_agency", "agency.unknown", text));
        return Err(Error::invalid(faults).into());
    };
    let by = giver(tx, actor, from)?;
    let officer = officer_id(tx, actor)?;
    let to = open_agency(tx, actor.tenant, &new.to_agency, today).map_err(at_receiver)?;
    faults.extend(receiver_fault(tx, &seen, (from, to.id), officer, new.to_officer_id, now.occurred)?);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    may_give(tx, room, &seen, from, &new.papers)?;
    if seen.handovers.len() >= MOST_HANDOVERS {
        return Err(too_many().into());
    }
    let from = names(tx, actor.tenant, &[from], today)?
        .remove(&from)
        .ok_or_else(|| Error::internal(format!("the agency {from} has no name")))?;
    let id = new_id();
    let stamp = Stamp::of(&by, now);
    let row = HandoverRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        dossier_id: Id(dossier),
        number: seen.handovers.last().map_or(1, |last| last.number + 1),
        from_agency_id: Id(from.id),
        from_code: from.code,
        from_officer_id: officer.map(Id),
        to_agency_id: Id(to.id),
        to_code: to.code,
        to_officer_id: new.to_officer_id.map(Id),
        papers: seal(room, "papers", id, &new.papers)?,
        note: new.note.as_deref().map(|note| seal(room, "note", id, &note.trim())).transpose()?,
        handed_over_at: At::from(stamp.occurred),
        given_by: stamp.actor().to_owned(),
        state: HandoverState::Given.as_str().to_owned(),
        differences: None,
        received_at: None,
        receiver_id: None,
        received_by: None,
        version: 1,
    };
    store::insert(tx, &row)?;
    let facts = facts_of(&seen.row, &seen.facts, &row, &new.papers, &[])?;
    let data = to_json(&facts)?;
    room.journal.record(tx, &stamp, &Change { kind: GIVEN, subject: id, version: 1, data: &data })?;
    let view = read::view(tx, room, &row)?;
    Ok(Answer::created(format!("/v1/dossiers/{dossier}/handovers"), &view)?.version(1).personal())
}

/// By what right the caller hands over for an agency.
fn giver(tx: &mut Conn, actor: &Actor, from: Uuid) -> TxResult<Authority> {
    let held = authority_in(tx, actor, from, &HANDLERS)?;
    Ok(held.ok_or_else(|| {
        Error::forbidden(
            "handover.not_yours",
            "Chỉ cán bộ tiếp nhận, thụ lý, phê duyệt hoặc văn thư của cơ quan đang giữ giấy tờ được bàn giao.",
            "Only a receiver, processor, approver or clerk of the agency that has the papers hands them over.",
        )
    })?)
}

/// What is wrong with who shall receive.
fn receiver_fault(
    tx: &mut Conn,
    seen: &Seen,
    (from, to): (Uuid, Uuid),
    giver: Option<Uuid>,
    officer: Option<Uuid>,
    at: BusinessTime,
) -> TxResult<Option<FieldError>> {
    let (tenant, of) = (seen.row.tenant_id.0, &seen.facts.agencies);
    let below = under(tx, tenant, &[of.receiving.responsible_id, of.competent.responsible_id])?;
    let helps = of.supporting.as_ref().is_some_and(|party| party.responsible_id == to);
    if !below.contains(&to) && to != of.issuing.responsible_id && !helps {
        let text = Text::new(
            "Chỉ bàn giao cho cơ quan tiếp nhận, giải quyết, ban hành kết quả, hỗ trợ nộp hồ sơ hoặc đơn vị thuộc cơ quan \
             tiếp nhận, cơ quan giải quyết.",
            "Papers go to the agency that received the dossier, decides it, issues its result or helped to submit it, or to \
             what stands below its receiving or competent agency.",
        );
        return Ok(Some(FieldError::new("/to_agency", "handover.not_a_party", text)));
    }
    let Some(officer) = officer else {
        let text =
            Text::new("Bàn giao trong một cơ quan cần người nhận.", "Within one agency the receiver must be named.");
        return Ok((from == to).then(|| FieldError::new("/to_officer_id", "required", text)));
    };
    if Some(officer) == giver {
        let text = Text::new("Người giao không thể là người nhận.", "Nobody hands over to themselves.");
        return Ok(Some(FieldError::new("/to_officer_id", "handover.to_oneself", text)));
    }
    let active = load_officer(tx, tenant, officer)?.is_some_and(|officer| officer.active);
    let posts = if active { posts_of(tx, tenant, officer, at.day_in_vietnam())? } else { Vec::new() };
    let held: Vec<Uuid> = posts.iter().map(|post| post.agency).collect();
    let text =
        Text::new("Người nhận không làm việc tại cơ quan nhận.", "The officer does not work at the receiving agency.");
    let there = under(tx, tenant, &held)?.contains(&to);
    Ok((!there).then(|| FieldError::new("/to_officer_id", "officer.not_there", text)))
}

/// Refuses papers that the agency does not have.
fn may_give(tx: &mut Conn, room: &Dossiers, seen: &Seen, from: Uuid, papers: &[HandedPaper]) -> TxResult<()> {
    let ledger = ledger(tx, room, seen)?;
    for (at, paper) in papers.iter().enumerate() {
        let Some(key) = paper.key() else { continue };
        match ledger.may_give(from, &key, paper.counts(), has_first(&seen.facts, from, &key)) {
            Ok(()) => {}
            Err(Refusal::Fewer(counts)) => return Err(fewer(at, counts).into()),
            Err(Refusal::NotHeld(holder)) => return Err(not_held(tx, room, seen, at, holder)?.into()),
        }
    }
    Ok(())
}

/// Whether such papers come to an agency from outside: at the desk and where the applicant was helped, what is brought or
/// sent there, be it once more or for a dossier that came online; where it is decided or issued, the result once there is one.
fn has_first(facts: &DossierFacts, agency: Uuid, paper: &PaperKey) -> bool {
    let of = &facts.agencies;
    match paper {
        PaperKey::Component(_) | PaperKey::Named(_) => {
            let helps = of.supporting.as_ref().is_some_and(|party| party.responsible_id == agency);
            helps || agency == of.receiving.responsible_id
        }
        PaperKey::Result(_) => {
            let makes = [of.competent.responsible_id, of.issuing.responsible_id];
            facts.finished_at.is_some() && makes.contains(&agency)
        }
    }
}

fn not_held(tx: &mut Conn, room: &Dossiers, seen: &Seen, at: usize, holder: Option<Holder>) -> TxResult<Error> {
    let today = room.db.clock.business().day_in_vietnam();
    let holder = match holder {
        Some(holder) => {
            let named = names(tx, seen.row.tenant_id.0, &[holder.agency], today)?.remove(&holder.agency);
            named.map(|named| (named, holder.on_the_way))
        }
        None => None,
    };
    let (vi, en) = match &holder {
        None => (
            "Chưa ai giao giấy tờ này cho cơ quan.".to_owned(),
            "Nobody has handed this paper over to the agency.".to_owned(),
        ),
        Some((agency, true)) => (
            format!("Giấy tờ này đang được bàn giao cho {} và chưa được nhận.", agency.name),
            format!("The paper is on its way to {} and was not received yet.", agency.name),
        ),
        Some((agency, false)) => {
            (format!("Giấy tờ này đang do {} giữ.", agency.name), format!("The paper is with {} now.", agency.name))
        }
    };
    let mut error = Error::conflict("handover.not_held", vi, en).with("pointer", format!("/papers/{at}"));
    if let Some((agency, on_the_way)) = holder {
        let shown = serde_json::to_value(agency).map_err(Error::internal)?;
        error = error.with("held_by", shown).with("on_the_way", on_the_way);
    }
    Ok(error)
}

fn fewer(at: usize, counts: rules::Counts) -> Error {
    Error::conflict(
        "handover.fewer",
        "Cơ quan không có đủ số bản của giấy tờ này.",
        "The agency has fewer of this paper.",
    )
    .with("pointer", format!("/papers/{at}"))
    .with("originals", counts.originals)
    .with("copies", counts.copies)
}

/// A fault of the agency is one of the field that names it.
fn at_receiver(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(mut error) => {
            error.fields.iter_mut().for_each(|field| "/to_agency".clone_into(&mut field.pointer));
            Failure::Refused(error)
        }
        failure @ Failure::Database(_) => failure,
    }
}

fn not_received() -> Error {
    Error::conflict(
        "dossier.not_received",
        "Hồ sơ chưa được tiếp nhận nên chưa có giấy tờ để bàn giao.",
        "The dossier was not received yet, so there are no papers to hand over.",
    )
}

fn too_many() -> Error {
    Error::conflict("handover.too_many", "Hồ sơ đã có quá nhiều lần bàn giao.", "The dossier has too many hand-overs.")
}

/// What the events of a hand-over tell.
pub(super) fn facts_of(
    dossier: &DossierRow,
    facts: &DossierFacts,
    row: &HandoverRow,
    papers: &[HandedPaper],
    differences: &[PaperDifference],
) -> Result<HandoverFacts> {
    let code = |key: Option<PaperKey>| match key {
        Some(PaperKey::Component(code) | PaperKey::Result(code)) => Some(code),
        Some(PaperKey::Named(_)) | None => None,
    };
    let of = |key: Option<PaperKey>| differences.iter().find(|one| key.is_some() && one.key() == key);
    let given = papers.iter().map(|paper| {
        let difference = of(paper.key());
        PaperFacts {
            code: code(paper.key()),
            originals: paper.originals,
            copies: paper.copies,
            missing: difference.map_or(0, |one| one.missing.originals + one.missing.copies),
            extra: difference.map_or(0, |one| one.extra.originals + one.extra.copies),
        }
    });
    let beyond = differences.iter().filter(|one| !papers.iter().any(|paper| paper.key() == one.key()));
    let beyond = beyond.map(|one| PaperFacts {
        code: code(one.key()),
        originals: 0,
        copies: 0,
        missing: 0,
        extra: one.extra.originals + one.extra.copies,
    });
    Ok(HandoverFacts {
        dossier_id: row.dossier_id.0,
        dossier_code: facts.code.clone(),
        procedure_code: dossier.procedure_code.clone(),
        number: row.number,
        state: row.state()?,
        from_agency_id: row.from_agency_id.0,
        from_code: row.from_code.clone(),
        to_agency_id: row.to_agency_id.0,
        to_code: row.to_code.clone(),
        handed_over_at: row.handed_over_at.0,
        received_at: row.received_at.as_ref().map(|at| at.0),
        papers: given.chain(beyond).collect(),
    })
}
