//! Officers as this room needs them: who the caller is, who may keep a case file, and what they are called.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{agency_tree, authority_in, load_officer, officers, posts_of};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Authority, FieldError, Role, Text, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

/// An officer, by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CaseFileOfficer)]
pub struct Officer {
    /// The officer.
    pub id: Uuid,
    /// The name. Personal data.
    pub name: Option<String>,
}

/// The caller's id in the directory of officers.
pub(super) fn caller_id(conn: &mut Conn, actor: &Actor) -> TxResult<Option<Uuid>> {
    if actor.kind != ActorKind::Officer {
        return Ok(None);
    }
    let id: Option<Id> = officers::table
        .select(officers::id)
        .filter(officers::tenant_id.eq(Id(actor.tenant)).and(officers::issuer.eq(&actor.issuer)))
        .filter(officers::subject.eq(&actor.subject).and(officers::active.eq(true)))
        .first(conn)
        .optional()?;
    Ok(id.map(|id| id.0))
}

fn any_within(conn: &mut Conn, tenant: Uuid, agency: Uuid, held: Vec<Id>) -> TxResult<bool> {
    let found: Option<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq(Id(agency))))
        .filter(agency_tree::descendant_id.eq_any(held))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whether the caller holds any post in an agency or below it.
pub(super) fn belongs(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<bool> {
    let held = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
    any_within(conn, actor.tenant, agency, held)
}

/// By what right a caller opens case files of an agency: whoever works there, below it, or keeps its documents.
pub(super) fn works_for(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Option<Authority>> {
    if let Some(by) = authority_in(conn, actor, agency, &super::KEEPERS)? {
        return Ok(Some(by));
    }
    if let Some(by) = actor.authority(&[agency], &Role::ALL) {
        return Ok(Some(by));
    }
    Ok(belongs(conn, actor, agency)?.then(|| actor.in_own_name()))
}

/// Whether an officer is active and holds a post in an agency or below it.
pub(super) fn is_fit(conn: &mut Conn, tenant: Uuid, officer: Uuid, agency: Uuid, on: NaiveDate) -> TxResult<bool> {
    if !load_officer(conn, tenant, officer)?.is_some_and(|record| record.active) {
        return Ok(false);
    }
    let held = posts_of(conn, tenant, officer, on)?.into_iter().map(|post| Id(post.agency)).collect();
    any_within(conn, tenant, agency, held)
}

/// The fault of an officer who can't keep case files of the agency.
pub(super) fn unfit(pointer: &str) -> FieldError {
    let text = Text::new(
        "Người này không phải cán bộ đang hoạt động của cơ quan hoặc đơn vị trực thuộc.",
        "This officer holds no active post in the agency or below it.",
    );
    FieldError::new(pointer, "officer.unfit", text)
}
