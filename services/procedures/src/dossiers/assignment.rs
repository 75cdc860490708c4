//! Who works on a dossier: officers claim from a shared inbox, hand on, or give back.
//!
//! An assignment says who is expected to act and takes nobody's right to: when an officer is away, whoever holds the same
//! role goes on, and nothing waits for an administrator. Two officers never hold one dossier: a claim changes a row only
//! while nobody else has it. And nobody holds one they can do nothing about: it leaves them with their work, so that
//! whoever goes on finds it in the shared inbox.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use motcua_agencies::{load_officer, posts_of, under};
use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Kind, Result, Role, Text, Uuid};

use super::facts::{self, DossierFacts};
use super::read::{progress, state_of};
use super::rules::{Hand, Party, State, goes_on_by, has_work};
use super::store::{self, DossierRow, PartyRow, Standing, Work};
use super::{Dossiers, write_change};

/// Roles that work on a dossier, each in the agency it is held in.
const WORKERS: [Hand; 3] = [
    Hand::Officer(Party::Receiving, Role::Receiver),
    Hand::Officer(Party::Competent, Role::Processor),
    Hand::Officer(Party::Competent, Role::Approver),
];
/// Roles that say who works on it.
const DIRECTORS: [Hand; 3] = [
    Hand::Officer(Party::Competent, Role::Approver),
    Hand::Officer(Party::Competent, Role::Leader),
    Hand::Officer(Party::Receiving, Role::Leader),
];
/// How often a claim of one dossier is tried when it changes at the same time.
const TRIES: u8 = 50;
/// How many of the most urgent dossiers are looked at together.
const AT_ONCE: i64 = 8;

/// Claims one dossier for the caller. Claiming what one holds already changes nothing.
///
/// # Errors
/// `dossier.claimed` when another officer has it, `dossier.not_yours` for those who don't work on it.
pub(super) async fn claim(room: &Dossiers, actor: Arc<Actor>, key: Option<Idempotency>, id: Uuid) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    admit(room, &actor, id).await?;
    let own = room.clone();
    room.db
        .write_once("dossier_claim", actor.tenant, key, move |tx| {
            for _ in 1..TRIES {
                match claim_now(tx, &own, &actor, id) {
                    // It has changed since it was read: another officer has it now, or a clock of it has passed.
                    Err(Failure::Refused(error)) if error.kind == Kind::Stale => {}
                    outcome => return outcome,
                }
            }
            claim_now(tx, &own, &actor, id)
        })
        .await
}

fn claim_now(tx: &mut Conn, room: &Dossiers, actor: &Actor, id: Uuid) -> TxResult<Answer> {
    let row = store::load(tx, actor, id)?;
    let me = own_id(tx, actor)?;
    let Standing { hands, .. } = Standing::of(tx, actor, &row)?;
    let by = WORKERS.iter().find_map(|hand| hands.get(hand)).ok_or_else(not_yours)?;
    if let Some(holder) = row.assignee_id.as_ref().map(|holder| holder.0).filter(|holder| *holder != me) {
        return Err(claimed(holder).into());
    }
    assign(tx, room, actor, by, row, Some(me))
}

/// Claims the most urgent dossier that waits for the caller's roles and has nobody yet.
///
/// # Errors
/// `inbox.empty` when nothing waits.
pub(super) async fn claim_next(room: &Dossiers, actor: Arc<Actor>, key: Option<Idempotency>) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    let own = room.clone();
    room.db
        .write_once("dossier_claim_next", actor.tenant, key, move |tx| {
            let me = own_id(tx, &actor)?;
            let works = works_of(tx, &actor)?;
            let mut passed = BTreeSet::new();
            loop {
                match try_next(tx, &own, &actor, me, &works, &mut passed)? {
                    Try::Got(answer) => return Ok(answer),
                    Try::Lost => {}
                    Try::Empty => return Err(inbox_empty().into()),
                }
            }
        })
        .await
}

/// How one look into the inbox ends.
enum Try {
    /// With a dossier.
    Got(Answer),
    /// Others were faster with some of what was there: the rest waits still.
    Lost,
    /// Nothing waits.
    Empty,
}

/// Tries the most urgent dossiers. Each that is lost has left the inbox, so another look finds others: a statement sees
/// what was committed since the one before.
fn try_next(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    me: Uuid,
    works: &[Work],
    passed: &mut BTreeSet<Uuid>,
) -> TxResult<Try> {
    let mut outcome = Try::Empty;
    for id in store::unassigned(tx, actor.tenant, works.to_vec(), AT_ONCE)? {
        // Taken, gone on or out of sight since the list was read.
        let Some(row) = store::find(tx, actor, id)? else {
            outcome = if passed.insert(id) { Try::Lost } else { outcome };
            continue;
        };
        let Standing { hands, .. } = Standing::of(tx, actor, &row)?;
        let Some(by) = waits_for(&row, &hands)?.filter(|_| row.assignee_id.is_none()) else {
            // Taken, or gone on, since the list was read; none is passed by twice, so that this ends.
            if passed.insert(id) {
                outcome = Try::Lost;
            }
            continue;
        };
        match assign(tx, room, actor, by, row, Some(me)) {
            // Somebody else has just taken it.
            Err(Failure::Refused(error)) if error.kind == Kind::Stale => outcome = Try::Lost,
            got => return Ok(Try::Got(got?)),
        }
    }
    Ok(outcome)
}

/// Says who works on a dossier, or that nobody does.
///
/// # Errors
/// `dossier.not_yours` for those who may not say, `assignee.unfit` for an officer without a role on it,
/// `precondition.stale` when it has changed meanwhile.
pub(super) async fn set_assignee(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
    officer: Option<Uuid>,
) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    admit(room, &actor, id).await?;
    let own = room.clone();
    room.db
        .write_once("dossier_assign", actor.tenant, key, move |tx| {
            let row = store::load_at(tx, &actor, id, expected)?;
            let me = own_id(tx, &actor)?;
            let Standing { parties, hands } = Standing::of(tx, &actor, &row)?;
            let holds = row.assignee_id.as_ref().is_some_and(|holder| holder.0 == me);
            let may: &[Hand] = if holds { &[WORKERS, DIRECTORS].concat() } else { &DIRECTORS };
            let by = may.iter().find_map(|hand| hands.get(hand)).ok_or_else(not_yours)?;
            if let Some(officer) = officer {
                fit(tx, &own, &actor, officer, &parties)?;
            }
            assign(tx, &own, &actor, by, row, officer)
        })
        .await
}

/// Before a kept answer is given again: whoever may not see the dossier any more hears nothing of it.
async fn admit(room: &Dossiers, actor: &Arc<Actor>, id: Uuid) -> Result<()> {
    let caller = Arc::clone(actor);
    room.db.read("dossier_admit", move |conn| store::load(conn, &caller, id).map(drop)).await
}

/// The right by which a worker has something to do on the dossier as it stands.
fn waits_for<'a>(row: &DossierRow, hands: &'a BTreeMap<Hand, Authority>) -> Result<Option<&'a Authority>> {
    let state = state_of(row)?;
    Ok(WORKERS.iter().filter(|hand| has_work(state, **hand)).find_map(|hand| hands.get(hand)))
}

/// What the caller's roles have to do anywhere.
fn works_of(tx: &mut Conn, actor: &Actor) -> TxResult<Vec<Work>> {
    let mut works = Vec::new();
    for hand in WORKERS {
        let Hand::Officer(party, role) = hand else { continue };
        let agencies: Vec<Id> = under(tx, actor.tenant, &actor.agencies_with(&[role]))?.into_iter().map(Id).collect();
        let states = State::ALL.into_iter().filter(|state| has_work(*state, hand)).map(State::as_str).collect();
        if !agencies.is_empty() {
            works.push(Work { party, agencies, states });
        }
    }
    Ok(works)
}

fn assign(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    by: &Authority,
    mut row: DossierRow,
    officer: Option<Uuid>,
) -> TxResult<Answer> {
    if row.assignee_id.as_ref().map(|holder| holder.0) != officer {
        let mut facts: DossierFacts = store::facts(&row)?;
        row.assignee_id = officer.map(Id);
        facts.assignee_id = officer;
        let stamp = Stamp::of(by, Moment::of(&room.db.clock));
        write_change(tx, &room.journal, &stamp, facts::ASSIGNED, &mut row, &mut facts)?;
    }
    let progress = progress(tx, room, actor, &row)?;
    Ok(Answer::done(&progress)?.version(row.version))
}

/// The caller in the directory of officers.
fn own_id(tx: &mut Conn, actor: &Actor) -> TxResult<Uuid> {
    Ok(store::officer_id(tx, actor)?.ok_or_else(not_yours)?)
}

/// Refuses an officer who holds no role that works on the dossier.
fn fit(tx: &mut Conn, room: &Dossiers, actor: &Actor, officer: Uuid, parties: &[PartyRow]) -> TxResult<()> {
    if !hands_of(tx, room, actor.tenant, officer, parties)?.is_empty() {
        return Ok(());
    }
    let text = Text::new(
        "Cán bộ này không giữ vai trò xử lý hồ sơ này.",
        "This officer holds no role that works on this dossier.",
    );
    Err(Error::invalid_field("/officer_id", "assignee.unfit", text).into())
}

/// The hands of a worker that an officer has on a dossier of these parties today; none of one who is no longer active.
fn hands_of(tx: &mut Conn, room: &Dossiers, tenant: Uuid, officer: Uuid, parties: &[PartyRow]) -> TxResult<Vec<Hand>> {
    let today = room.db.clock.business().day_in_vietnam();
    if !load_officer(tx, tenant, officer)?.is_some_and(|record| record.active) {
        return Ok(Vec::new());
    }
    let posts = posts_of(tx, tenant, officer, today)?;
    let mut hands = Vec::new();
    for hand in WORKERS {
        let Hand::Officer(party, role) = hand else { continue };
        let held: Vec<Uuid> = posts.iter().filter(|post| post.role == role).map(|post| post.agency).collect();
        let reach = under(tx, tenant, &held)?;
        if parties.iter().any(|row| row.role == party.as_str() && reach.contains(&row.responsible_agency_id.0)) {
            hands.push(hand);
        }
    }
    Ok(hands)
}

/// After a change of state: a dossier that waits for others now is nobody's again, so that they find it. Where nobody can
/// go on, whoever had it last keeps it.
pub(super) fn let_go(tx: &mut Conn, room: &Dossiers, row: &mut DossierRow, facts: &mut DossierFacts) -> TxResult<()> {
    let state = facts.state;
    let Some(holder) = row.assignee_id.as_ref().map(|holder| holder.0) else { return Ok(()) };
    if !WORKERS.iter().any(|hand| goes_on_by(state, *hand)) {
        return Ok(());
    }
    let tenant = row.tenant_id.0;
    let parties = store::parties_of(tx, row)?;
    if !hands_of(tx, room, tenant, holder, &parties)?.into_iter().any(|hand| goes_on_by(state, hand)) {
        row.assignee_id = None;
        facts.assignee_id = None;
    }
    Ok(())
}

fn claimed(holder: Uuid) -> Error {
    Error::conflict("dossier.claimed", "Hồ sơ đã có cán bộ khác nhận xử lý.", "Another officer has taken this dossier.")
        .with("assignee_id", holder.to_string())
}

fn inbox_empty() -> Error {
    Error::new(
        Kind::NotFound,
        "inbox.empty",
        "Không có hồ sơ nào đang chờ bạn nhận.",
        "No dossier waits for you to take it.",
    )
}

fn not_yours() -> Error {
    Error::forbidden(
        "dossier.not_yours",
        "Bạn không giữ vai trò được làm bước này với hồ sơ.",
        "You don't hold the role that may take this step.",
    )
}
