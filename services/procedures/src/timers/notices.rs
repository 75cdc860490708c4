//! Notices (nhắc việc): who is told that a clock has passed. Written in the transaction of what they tell, so none is
//! lost and none comes twice.
//!
//! A notice is for whoever holds a role in a party of the dossier, and names the officer who works on it where there is
//! one. It holds no personal data.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, BusinessTime, Error, Page, PageRequest, Result, Role, Uuid, new_id};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{Timer, TimerKind};
use super::store::Due;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::rules::Party;
use crate::dossiers::store::{DossierRow, agency_tree, dossier_agencies, officer_id};

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
    /// The officer who worked on the dossier then, where it is for them.
    pub officer_id: Option<Uuid>,
}

/// Tells at once whom something concerns that no clock had to pass for.
pub(crate) fn tell_at_once(
    tx: &mut Conn,
    kind: TimerKind,
    row: &DossierRow,
    facts: &DossierFacts,
    at: BusinessTime,
) -> TxResult<()> {
    add(tx, &Due { tenant: row.tenant_id.0, dossier: row.id.0, timer: Timer { kind, at: at.0 } }, facts, at)
}

/// Tells whom a timer concerns. Two linked dossiers of one may pass their clocks at one instant: that is told once.
pub(super) fn add(tx: &mut Conn, due: &Due, facts: &DossierFacts, at: BusinessTime) -> TxResult<()> {
    for (party, role) in due.timer.kind.concerns() {
        let row = NoticeRow {
            tenant_id: Id(due.tenant),
            id: Id(new_id()),
            dossier_id: Id(due.dossier),
            kind: due.timer.kind.as_str().to_owned(),
            passed_at: At(due.timer.at),
            noticed_at: At(at.0),
            party: party.as_str().to_owned(),
            role: role.as_str().to_owned(),
            // The others hear of it beside whoever works on it.
            officer_id: facts.assignee_id.filter(|_| matches!(role, Role::Receiver | Role::Processor)).map(Id),
        };
        on_each!(tx, |c| diesel::insert_into(notices::table).values(&row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// What a list of notices is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub kinds: Vec<String>,
    pub dossier: Option<Uuid>,
    pub mine: bool,
}

type Filtered = Box<dyn BoxableExpression<notices::table, MultiBackend, SqlType = Bool>>;

/// The predicate: notices for a role the officer holds in that party of the dossier, and those for themselves. Both ask
/// for a party within the officer's reach, as the predicate of dossiers does.
fn concerning(actor: &Actor, officer: Uuid, mine: bool) -> Filtered {
    let me = notices::officer_id.is_not_null().and(notices::officer_id.assume_not_null().eq(Id(officer)));
    let mut concerns: Filtered = Box::new(me.and(within(actor, &Role::ALL, &Party::ALL)));
    for role in Role::ALL.into_iter().filter(|_| !mine) {
        for party in Party::ALL {
            let held = notices::role.eq(role.as_str()).and(notices::party.eq(party.as_str()));
            concerns = Box::new(concerns.or(held.and(within(actor, &[role], &[party]))));
        }
    }
    Box::new(notices::tenant_id.eq(Id(actor.tenant)).and(concerns))
}

/// Whether one of these parties is at or below an agency in which the officer holds one of these roles.
fn within(actor: &Actor, roles: &[Role], parties: &[Party]) -> Filtered {
    let agencies: Vec<Id> = actor.agencies_with(roles).into_iter().map(Id).collect();
    let parties: Vec<&str> = parties.iter().map(|party| party.as_str()).collect();
    let below = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)).and(agency_tree::ancestor_id.eq_any(agencies)))
        .select(agency_tree::descendant_id);
    Box::new(exists(
        dossier_agencies::table
            .filter(dossier_agencies::tenant_id.eq(notices::tenant_id))
            .filter(dossier_agencies::dossier_id.eq(notices::dossier_id))
            .filter(dossier_agencies::role.eq_any(parties))
            .filter(dossier_agencies::responsible_agency_id.eq_any(below)),
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
            let select = || {
                let mut query = notices::table.into_boxed::<MultiBackend>();
                query = query.filter(concerning(&actor, officer, narrow.mine));
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
            let items = rows.items.into_iter().map(view).collect::<Result<_>>()?;
            Ok(Page { items, next: rows.next, count })
        })
        .await
}

fn view(row: NoticeRow) -> Result<Notice> {
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
    })
}

fn officers_only() -> Error {
    Error::forbidden("officers.only", "Chỉ cán bộ mới có nhắc việc.", "Only officers have notices.")
}
