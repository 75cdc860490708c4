//! Who a document was given to: every direction with everybody it names is kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{agency_tree, grants, load_officer, officers, posts_of};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Error, Result, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::IncomingRow;
use super::access::HEADS;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    /// A direction (bút phê) of a leader.
    incoming_assignments (tenant_id, document_id, revision) {
        tenant_id -> Uid,
        document_id -> Uid,
        revision -> Integer,
        actor -> Text,
        on_behalf_of -> Nullable<Text>,
        assigned_at -> Instant,
        due_at -> Nullable<Instant>,
        /// Sealed.
        instruction -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// Whom a direction names: an officer, or a unit.
    incoming_assignees (tenant_id, document_id, revision, position) {
        tenant_id -> Uid,
        document_id -> Uid,
        revision -> Integer,
        position -> Integer,
        part -> Text,
        officer_id -> Nullable<Uid>,
        written_agency_id -> Nullable<Uid>,
        responsible_agency_id -> Nullable<Uid>,
    }
}

/// A direction as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = incoming_assignments, treat_none_as_default_value = false)]
pub(in crate::incoming) struct AssignmentRow {
    pub tenant_id: Id,
    pub document_id: Id,
    pub revision: i32,
    pub actor: String,
    pub on_behalf_of: Option<String>,
    pub assigned_at: At,
    pub due_at: Option<At>,
    pub instruction: Option<Vec<u8>>,
}

/// Somebody a direction names, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = incoming_assignees, treat_none_as_default_value = false)]
pub(in crate::incoming) struct AssigneeRow {
    pub tenant_id: Id,
    pub document_id: Id,
    pub revision: i32,
    pub position: i32,
    pub part: String,
    pub officer_id: Option<Id>,
    pub written_agency_id: Option<Id>,
    pub responsible_agency_id: Option<Id>,
}

/// What part somebody has in dealing with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssigneePart)]
pub enum Part {
    /// Has the lead (chủ trì).
    Lead,
    /// Takes part (phối hợp).
    Coordinator,
    /// Is to know of it (để biết).
    Information,
}

impl Part {
    pub(in crate::incoming) const fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Coordinator => "coordinator",
            Self::Information => "information",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Lead, Self::Coordinator, Self::Information].into_iter().find(|part| part.as_str() == word)
    }
}

/// Somebody a direction names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::incoming) struct Assigned {
    pub part: Part,
    pub officer: Option<Uuid>,
    /// The agency that is the unit now.
    pub unit: Option<Uuid>,
}

impl AssigneeRow {
    pub(in crate::incoming) fn read(&self) -> Result<Assigned> {
        let part = Part::from_word(&self.part);
        Ok(Assigned {
            part: part.ok_or_else(|| Error::internal(format!("unknown part {}", self.part)))?,
            officer: self.officer_id.as_ref().map(|id| id.0),
            unit: self.responsible_agency_id.as_ref().map(|id| id.0),
        })
    }
}

pub(in crate::incoming) fn insert_assignment(
    tx: &mut Conn,
    assignment: AssignmentRow,
    assignees: &[AssigneeRow],
) -> TxResult<()> {
    diesel::insert_into(incoming_assignments::table).values(assignment).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(incoming_assignees::table).values(assignees).execute(c))?;
    Ok(())
}

/// The directions about a document, the newest first.
pub(in crate::incoming) fn assignments_of(conn: &mut Conn, row: &IncomingRow) -> TxResult<Vec<AssignmentRow>> {
    Ok(incoming_assignments::table
        .filter(incoming_assignments::tenant_id.eq(&row.tenant_id))
        .filter(incoming_assignments::document_id.eq(&row.id))
        .order(incoming_assignments::revision.desc())
        .load(conn)?)
}

/// Whom the directions about some documents name; only the ones that hold, or all.
pub(in crate::incoming) fn assignees_of(conn: &mut Conn, rows: &[IncomingRow]) -> TxResult<Vec<AssigneeRow>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let ids: Vec<Id> = rows.iter().map(|row| row.id.clone()).collect();
    Ok(incoming_assignees::table
        .filter(incoming_assignees::tenant_id.eq(&first.tenant_id))
        .filter(incoming_assignees::document_id.eq_any(ids))
        .order((incoming_assignees::document_id, incoming_assignees::revision, incoming_assignees::position))
        .load(conn)?)
}

/// Whom the direction that holds names.
pub(in crate::incoming) fn standing_of(conn: &mut Conn, row: &IncomingRow) -> TxResult<Vec<Assigned>> {
    let all = assignees_of(conn, std::slice::from_ref(row))?;
    let holding = all.iter().filter(|one| one.revision == row.revision);
    Ok(holding.map(AssigneeRow::read).collect::<Result<_>>()?)
}

/// Of these officers, those who are active and hold a post of their own in the agency or below it on a day.
pub(in crate::incoming) fn fit_officers(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    officers_asked: &[Uuid],
    on: NaiveDate,
) -> TxResult<BTreeSet<Uuid>> {
    let wanted: Vec<Id> = officers_asked.iter().copied().map(Id).collect();
    let active: Vec<Id> = officers::table
        .select(officers::id)
        .filter(officers::tenant_id.eq(Id(tenant)).and(officers::id.eq_any(wanted)).and(officers::active.eq(true)))
        .load(conn)?;
    let posts: Vec<(Id, Id)> = grants::table
        .select((grants::officer_id, grants::agency_id))
        .filter(grants::tenant_id.eq(Id(tenant)).and(grants::officer_id.eq_any(active)))
        .filter(grants::valid_from.le(on).and(grants::valid_to.is_null().or(grants::valid_to.gt(on))))
        .load(conn)?;
    let held: BTreeMap<Uuid, Vec<Uuid>> = posts.into_iter().fold(BTreeMap::new(), |mut held, (officer, at)| {
        held.entry(at.0).or_insert_with(Vec::new).push(officer.0);
        held
    });
    let at: Vec<Id> = held.keys().copied().map(Id).collect();
    let within: Vec<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq(Id(agency))))
        .filter(agency_tree::descendant_id.eq_any(at))
        .load(conn)?;
    Ok(within.into_iter().filter_map(|at| held.get(&at.0)).flatten().copied().collect())
}

/// Of these agencies, those below another.
pub(in crate::incoming) fn among_below(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    units: &[Uuid],
) -> TxResult<BTreeSet<Uuid>> {
    let wanted: Vec<Id> = units.iter().copied().filter(|unit| *unit != agency).map(Id).collect();
    let below: Vec<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq(Id(agency))))
        .filter(agency_tree::descendant_id.eq_any(wanted))
        .load(conn)?;
    Ok(below.into_iter().map(|id| id.0).collect())
}

/// Whether an officer directs the documents of an agency on a day, on a post of their own or a delegated one.
pub(in crate::incoming) fn is_head(
    conn: &mut Conn,
    tenant: Uuid,
    officer: Uuid,
    agency: Uuid,
    on: NaiveDate,
) -> TxResult<bool> {
    if !load_officer(conn, tenant, officer)?.is_some_and(|record| record.active) {
        return Ok(false);
    }
    let posts = posts_of(conn, tenant, officer, on)?;
    let held: Vec<Id> = posts.iter().filter(|post| HEADS.contains(&post.role)).map(|post| Id(post.agency)).collect();
    let reaching: Option<Id> = agency_tree::table
        .select(agency_tree::ancestor_id)
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::descendant_id.eq(Id(agency))))
        .filter(agency_tree::ancestor_id.eq_any(held))
        .first(conn)
        .optional()?;
    Ok(reaching.is_some())
}

/// Some documents that were given to a unit, in any direction, in their order.
pub(in crate::incoming) fn given_to(conn: &mut Conn, tenant: Uuid, unit: Uuid, most: i64) -> TxResult<Vec<Uuid>> {
    let ids: Vec<Id> = incoming_assignees::table
        .select(incoming_assignees::document_id)
        .distinct()
        .filter(incoming_assignees::tenant_id.eq(Id(tenant)))
        .filter(incoming_assignees::responsible_agency_id.eq(Some(Id(unit))))
        .order(incoming_assignees::document_id)
        .limit(most)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// Gives a document that one unit was given to another, in every direction.
pub(in crate::incoming) fn move_unit(tx: &mut Conn, row: &IncomingRow, from: Uuid, to: Uuid) -> TxResult<()> {
    diesel::update(incoming_assignees::table)
        .filter(incoming_assignees::tenant_id.eq(&row.tenant_id).and(incoming_assignees::document_id.eq(&row.id)))
        .filter(incoming_assignees::responsible_agency_id.eq(Some(Id(from))))
        .set(incoming_assignees::responsible_agency_id.eq(Some(Id(to))))
        .execute(tx)?;
    Ok(())
}
