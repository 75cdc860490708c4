//! Notices (nhắc việc): who is told that a clock has passed. Written in the transaction of what they tell, so none is
//! lost and none comes twice.
//!
//! A notice is for whoever holds a role in a party of the dossier, and names the officer who works on it where there is
//! one. It holds no personal data. Which agency answers for that party is written with it and follows every move of the
//! responsibility, so that an inbox of notices is found by an index and not through the dossiers.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::under;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, BusinessTime, Error, Page, PageRequest, Result, Role, Uuid, new_id};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{Timer, TimerKind};
use super::store::Due;
use crate::consultations::Overdue;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::rules::Party;
use crate::dossiers::store::{DossierRow, agency_tree, dossier_agencies, officer_id};
use crate::mail;
use crate::mail::view::NoticeMail;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    notices (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        dossier_id -> Uid,
        kind -> Text,
        passed_at -> Instant,
        noticed_at -> Instant,
        party -> Text,
        role -> Text,
        officer_id -> Nullable<Uid>,
        /// Of several agencies that are or were the same party, the one it is for, as it was written.
        agency_id -> Nullable<Uid>,
        /// The agency that answers for the party now.
        responsible_agency_id -> Uid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(notices, dossier_agencies);
diesel::allow_tables_to_appear_in_same_query!(notices, agency_tree);

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = notices)]
struct NoticeRow {
    tenant_id: Id,
    id: Id,
    dossier_id: Id,
    kind: String,
    passed_at: At,
    noticed_at: At,
    party: String,
    role: String,
    officer_id: Option<Id>,
    agency_id: Option<Id>,
    responsible_agency_id: Id,
}

/// A notice that a clock of a dossier has passed (nhắc việc).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// The dossier.
    pub dossier_id: Uuid,
    /// The clock.
    pub kind: TimerKind,
    /// When the clock passed.
    pub passed_at: DateTime<Utc>,
    /// When this was told.
    pub noticed_at: DateTime<Utc>,
    /// The agency whose officers it is for, by what it is to the dossier.
    pub party: Party,
    /// The role it is for.
    #[schema(value_type = String, example = "receiver")]
    pub role: Role,
    /// The officer who worked on the dossier then, where it is for them; of an overdue opinion whoever asked for it.
    pub officer_id: Option<Uuid>,
    /// The consulted agency it is for, as it was asked, or the one that decided the dossier before a transfer and still had
    /// papers of it; none for the parties of which a dossier has one.
    pub agency_id: Option<Uuid>,
    /// How its e-mails stand; none where none are sent.
    pub mail: Option<NoticeMail>,
}

/// Something an officer is told of.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub dossier: Uuid,
    pub kind: TimerKind,
    /// When it passed or happened.
    pub passed_at: DateTime<Utc>,
    /// The agency whose officers it is for, by what it is to the dossier.
    pub party: Party,
    /// The role it is for.
    pub role: Role,
    /// The officer whose it is, where it is somebody's.
    pub officer: Option<Uuid>,
    /// The agency, where several are such a party, or where it no longer is.
    pub agency: Option<Uuid>,
}

/// Tells at once whom something concerns that no clock had to pass for.
pub(crate) fn tell_at_once(
    tx: &mut Conn,
    room: &Dossiers,
    kind: TimerKind,
    row: &DossierRow,
    facts: &DossierFacts,
    at: BusinessTime,
) -> TxResult<()> {
    add(tx, room, &Due { tenant: row.tenant_id.0, dossier: row.id.0, timer: Timer { kind, at: at.0 } }, facts, at)
}

/// Tells whom a timer concerns.
pub(super) fn add(tx: &mut Conn, room: &Dossiers, due: &Due, facts: &DossierFacts, at: BusinessTime) -> TxResult<()> {
    for (party, role) in due.timer.kind.concerns() {
        let told = Told {
            dossier: due.dossier,
            kind: due.timer.kind,
            passed_at: due.timer.at,
            party: *party,
            role: *role,
            // The others hear of it beside whoever works on it.
            officer: facts.assignee_id.filter(|_| matches!(role, Role::Receiver | Role::Processor)),
            agency: None,
        };
        tell(tx, room, due.tenant, facts, &told, at)?;
    }
    Ok(())
}

/// Tells the agencies whose opinion is overdue, each for itself, and whoever asked.
pub(super) fn add_overdue_opinions(
    tx: &mut Conn,
    room: &Dossiers,
    due: &Due,
    facts: &DossierFacts,
    overdue: &Overdue,
    at: BusinessTime,
) -> TxResult<()> {
    if overdue.agencies.is_empty() {
        return Ok(());
    }
    for (party, role) in due.timer.kind.concerns() {
        let mut told = Told {
            dossier: due.dossier,
            kind: due.timer.kind,
            passed_at: due.timer.at,
            party: *party,
            role: *role,
            officer: overdue.asker,
            agency: None,
        };
        if *party != Party::Consulted {
            tell(tx, room, due.tenant, facts, &told, at)?;
            continue;
        }
        told.officer = None;
        for agency in &overdue.agencies {
            told.agency = Some(*agency);
            tell(tx, room, due.tenant, facts, &told, at)?;
        }
    }
    Ok(())
}

/// Writes a notice, and with it the e-mails that shall tell of it. Two linked dossiers of one may pass their clocks at one
/// instant: that is told once.
///
/// # Errors
/// When the database fails.
pub(crate) fn tell(
    tx: &mut Conn,
    room: &Dossiers,
    tenant: Uuid,
    facts: &DossierFacts,
    told: &Told,
    at: BusinessTime,
) -> TxResult<()> {
    let id = new_id();
    let agency = responsible(told, facts)?;
    let row = NoticeRow {
        tenant_id: Id(tenant),
        id: Id(id),
        dossier_id: Id(told.dossier),
        kind: told.kind.as_str().to_owned(),
        passed_at: At(told.passed_at),
        noticed_at: At(at.0),
        party: told.party.as_str().to_owned(),
        role: told.role.as_str().to_owned(),
        officer_id: told.officer.map(Id),
        agency_id: told.agency.map(Id),
        responsible_agency_id: Id(agency),
    };
    let told_now =
        on_each!(tx, |c| diesel::insert_into(notices::table).values(&row).on_conflict_do_nothing().execute(c))?;
    if told_now == 0 {
        return Ok(());
    }
    mail::queue(tx, room, tenant, id, agency, told, facts)
}

/// The agency that answers for the party a notice is for.
fn responsible(told: &Told, facts: &DossierFacts) -> Result<Uuid> {
    let of = &facts.agencies;
    let party = match told.party {
        Party::Receiving => Some(&of.receiving),
        Party::Competent => Some(&of.competent).filter(|_| told.agency.is_none()),
        Party::Issuing => Some(&of.issuing),
        Party::Supporting => of.supporting.as_ref(),
        Party::Consulted => of.consulted.iter().find(|agency| told.agency == Some(agency.written_id)),
    };
    let agency = party.map(|agency| agency.responsible_id).or(told.agency);
    agency.ok_or_else(|| Error::internal("a notice to an agency that the dossier does not have"))
}

/// Notices of these dossiers go with the work of an agency to the one that answers for it now.
pub(crate) fn follow(tx: &mut Conn, tenant: Uuid, dossiers: &[Uuid], from: Uuid, to: Uuid) -> TxResult<()> {
    let dossiers: Vec<Id> = dossiers.iter().copied().map(Id).collect();
    let of = notices::tenant_id.eq(Id(tenant)).and(notices::dossier_id.eq_any(dossiers));
    diesel::update(notices::table.filter(of).filter(notices::responsible_agency_id.eq(Id(from))))
        .set(notices::responsible_agency_id.eq(Id(to)))
        .execute(tx)?;
    Ok(())
}

/// Notices to a party of a dossier go to the agency that is this party now; those to an agency that was it before stay.
pub(crate) fn hand_on(tx: &mut Conn, tenant: Uuid, dossier: Uuid, party: Party, to: Uuid) -> TxResult<()> {
    let of = notices::tenant_id.eq(Id(tenant)).and(notices::dossier_id.eq(Id(dossier)));
    diesel::update(
        notices::table.filter(of).filter(notices::party.eq(party.as_str()).and(notices::agency_id.is_null())),
    )
    .set(notices::responsible_agency_id.eq(Id(to)))
    .execute(tx)?;
    Ok(())
}

/// Removes some notices that are older than an instant, with their e-mails; says how many.
pub(super) fn forget(tx: &mut Conn, before: DateTime<Utc>, most: i64) -> TxResult<usize> {
    let old: Vec<(Id, Id)> = notices::table
        .select((notices::tenant_id, notices::id))
        .filter(notices::noticed_at.lt(At(before)))
        .limit(most)
        .load(tx)?;
    let mut by_tenant: BTreeMap<Uuid, Vec<Id>> = BTreeMap::new();
    for (tenant, id) in old {
        by_tenant.entry(tenant.0).or_default().push(id);
    }
    let mut gone = 0;
    for (tenant, ids) in by_tenant {
        mail::forget(tx, tenant, &ids)?;
        let these = notices::tenant_id.eq(Id(tenant)).and(notices::id.eq_any(ids));
        gone += diesel::delete(notices::table.filter(these)).execute(tx)?;
    }
    Ok(gone)
}

/// What a list of notices is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub kinds: Vec<String>,
    pub dossier: Option<Uuid>,
    pub mine: bool,
}

type Filtered = Box<dyn BoxableExpression<notices::table, MultiBackend, SqlType = Bool>>;

/// By role, the agencies in which an officer holds it, with all below them.
fn reach(conn: &mut Conn, actor: &Actor) -> TxResult<Vec<(Role, Vec<Id>)>> {
    let mut reach = Vec::new();
    for role in Role::ALL {
        let held = actor.agencies_with(&[role]);
        if !held.is_empty() {
            reach.push((role, under(conn, actor.tenant, &held)?.into_iter().map(Id).collect()));
        }
    }
    Ok(reach)
}

/// The predicate: notices for a role the officer holds in the agency they are for, and those for themselves, for as long
/// as the dossier is within their reach, as the predicate of dossiers has it.
fn concerning(actor: &Actor, reach: &[(Role, Vec<Id>)], officer: Uuid, mine: bool) -> Filtered {
    let me = notices::officer_id.is_not_null().and(notices::officer_id.assume_not_null().eq(Id(officer)));
    let mut concerns: Filtered = Box::new(me.and(within(actor)));
    for (role, agencies) in reach.iter().filter(|_| !mine) {
        let held = notices::role.eq(role.as_str()).and(notices::responsible_agency_id.eq_any(agencies.clone()));
        concerns = Box::new(concerns.or(held));
    }
    Box::new(notices::tenant_id.eq(Id(actor.tenant)).and(concerns))
}

/// Whether a party of the dossier is at or below an agency in which the officer holds a role.
fn within(actor: &Actor) -> Filtered {
    let agencies: Vec<Id> = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
    let parties: Vec<&str> = Party::ALL.iter().map(|party| party.as_str()).collect();
    let below = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)).and(agency_tree::ancestor_id.eq_any(agencies)))
        .select(agency_tree::descendant_id);
    Box::new(exists(
        dossier_agencies::table
            .filter(dossier_agencies::tenant_id.eq(notices::tenant_id))
            .filter(dossier_agencies::dossier_id.eq(notices::dossier_id))
            .filter(dossier_agencies::role.eq_any(parties))
            .filter(dossier_agencies::responsible_agency_id.eq_any(below))
            .filter(
                notices::agency_id
                    .is_null()
                    .or(notices::agency_id.assume_not_null().eq(dossier_agencies::written_agency_id)),
            ),
    ))
}

/// One page of the notices that concern an officer, the newest first.
///
/// # Errors
/// `officers.only` for callers who are none.
pub(super) async fn list(
    room: &Dossiers,
    actor: Arc<Actor>,
    narrow: Narrow,
    page: PageRequest,
) -> Result<Page<Notice>> {
    actor.require_scope("procedures:dossiers:read")?;
    let scope = format!("notices {narrow:?}");
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("notice_list", move |conn| {
            let Some(officer) = officer_id(conn, &actor)? else { return Err(officers_only().into()) };
            let reach = reach(conn, &actor)?;
            let select = || {
                let mut query = notices::table.into_boxed::<MultiBackend>();
                query = query.filter(concerning(&actor, &reach, officer, narrow.mine));
                if !narrow.kinds.is_empty() {
                    query = query.filter(notices::kind.eq_any(narrow.kinds.clone()));
                }
                if let Some(dossier) = narrow.dossier {
                    query = query.filter(notices::dossier_id.eq(Id(dossier)));
                }
                query
            };
            let mut query = select();
            if let Some((at, id)) = after {
                let earlier = notices::noticed_at.lt(At(at));
                query = query.filter(earlier.or(notices::noticed_at.eq(At(at)).and(notices::id.lt(Id(id)))));
            }
            let order = (notices::noticed_at.desc(), notices::id.desc());
            let rows: Vec<NoticeRow> = query.order(order).limit(page.fetch()).load(conn)?;
            let rows = Page::cut(rows, &page, &scope, |row| (row.noticed_at.0, row.id.0))?;
            let count = if page.count { Some(select().count().get_result(conn)?) } else { None };
            let ids: Vec<Uuid> = rows.items.iter().map(|row| row.id.0).collect();
            let mut mails = mail::of_notices(conn, actor.tenant, &ids)?;
            let items = rows
                .items
                .into_iter()
                .map(|row| {
                    let mail = mails.remove(&row.id.0);
                    view(row, mail)
                })
                .collect::<Result<_>>()?;
            Ok(Page { items, next: rows.next, count })
        })
        .await
}

fn view(row: NoticeRow, mail: Option<NoticeMail>) -> Result<Notice> {
    let unknown = |what: &str, word: &str| Error::internal(format!("unknown {what} {word}"));
    let party = Party::ALL.into_iter().find(|party| party.as_str() == row.party);
    let role = Role::ALL.into_iter().find(|role| role.as_str() == row.role);
    Ok(Notice {
        id: row.id.0,
        dossier_id: row.dossier_id.0,
        kind: TimerKind::from_word(&row.kind).ok_or_else(|| unknown("timer", &row.kind))?,
        passed_at: row.passed_at.0,
        noticed_at: row.noticed_at.0,
        party: party.ok_or_else(|| unknown("party", &row.party))?,
        role: role.ok_or_else(|| unknown("role", &row.role))?,
        officer_id: row.officer_id.map(|officer| officer.0),
        agency_id: row.agency_id.map(|agency| agency.0),
        mail,
    })
}

fn officers_only() -> Error {
    Error::forbidden("officers.only", "Chỉ cán bộ mới có nhắc việc.", "Only officers have notices.")
}
