//! Who sees case files and what hangs on them: one predicate each, used by get, list, count, feed and file download.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, Uuid};

use super::documents::case_file_documents;
use super::tables::{case_file_loans, destructions, file_plan_entries, file_plans, hand_overs};
use super::{CaseFileRow, case_files};
use crate::agency_filter::{above, agency_tree, below, granted};
use crate::case_files::{KEEPERS, READ};
use crate::in_archive::ARCHIVISTS;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// The table of `motcua_agencies`, declared once more: diesel lets a query join two tables only where one crate
    /// declares both.
    officers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        issuer -> Text,
        subject -> Text,
        active -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    case_files,
    case_file_documents,
    case_file_loans,
    file_plans,
    file_plan_entries,
    hand_overs,
    destructions,
    agency_tree,
    officers
);

type Filter<T> = Box<dyn BoxableExpression<T, MultiBackend, SqlType = Bool>>;

/// A day that no case file is lent to: for a predicate without borrowers.
const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};
/// A loan that was agreed to and not ended.
const LENT: &str = "approved";

fn held(actor: &Actor, roles: &[motcua_kernel::Role]) -> Vec<Id> {
    actor.agencies_with(roles).into_iter().map(Id).collect()
}

/// The caller in the directory of officers, as a subquery.
#[diesel::dsl::auto_type(no_type_alias)]
fn by_name(tenant: Id, issuer: String, subject: String) -> _ {
    officers::table
        .filter(officers::tenant_id.eq(tenant))
        .filter(officers::issuer.eq(issuer))
        .filter(officers::subject.eq(subject))
        .filter(officers::active.eq(true))
        .select(officers::id)
}

/// The predicate: what a caller may see of case files.
///
/// Officers see what an agency within reach of a role that keeps or directs its documents is responsible for, what they
/// keep themselves, what was handed to an archive whose clerk or leader they are, and on a day what is lent to them then.
/// Our own services with the scope of reading see all; others nothing. Without a day nothing is lent: who borrows reads
/// the list, and neither follows the events nor opens uploaded files.
pub(super) fn visible(actor: &Actor, today: Option<NaiveDate>) -> Filter<case_files::table> {
    let tenant = case_files::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Service if actor.scopes.contains(READ) => Box::new(tenant),
        ActorKind::Service | ActorKind::Client | ActorKind::Citizen => {
            Box::new(tenant.and(case_files::id.eq_any(Vec::<Id>::new())))
        }
        ActorKind::Officer => {
            let me = || by_name(Id(actor.tenant), actor.issuer.clone(), actor.subject.clone());
            let reach = case_files::responsible_agency_id.eq_any(below(Id(actor.tenant), held(actor, &KEEPERS)));
            let archived = below(Id(actor.tenant), held(actor, &ARCHIVISTS));
            let archived = case_files::archive_agency_id
                .is_not_null()
                .and(case_files::archive_agency_id.assume_not_null().eq_any(archived));
            let lent = case_file_loans::table
                .filter(case_file_loans::tenant_id.eq(case_files::tenant_id))
                .filter(case_file_loans::case_file_id.eq(case_files::id))
                .filter(case_file_loans::state.eq(LENT))
                .filter(case_file_loans::due_on.ge(today.unwrap_or(NEVER)))
                .filter(case_file_loans::borrower_officer_id.eq_any(me()));
            // What somebody keeps is seen for as long as they hold a post at the agency or below it.
            let here = above(Id(actor.tenant), granted(actor));
            let own = case_files::creator_officer_id.eq_any(me()).and(case_files::responsible_agency_id.eq_any(here));
            Box::new(tenant.and(reach.or(own).or(archived).or(exists(lent))))
        }
    }
}

/// A case file the caller may see; with a day, also as a borrower then.
pub(in crate::case_files) fn find(
    conn: &mut Conn,
    actor: &Actor,
    id: Uuid,
    today: Option<NaiveDate>,
) -> TxResult<Option<CaseFileRow>> {
    let query = case_files::table.filter(visible(actor, today)).filter(case_files::id.eq(Id(id)));
    Ok(query.first(conn).optional()?)
}

/// Of these case files, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = case_files::table
        .select(case_files::id)
        .filter(visible(actor, None))
        .filter(case_files::id.eq_any(wanted))
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// The case files a document is in, of those the caller may see, without borrowing: id and code.
pub(in crate::case_files) fn holding(
    conn: &mut Conn,
    actor: &Actor,
    kind: &str,
    document: Uuid,
) -> TxResult<Vec<(Uuid, String)>> {
    let holds = case_file_documents::table
        .filter(case_file_documents::tenant_id.eq(case_files::tenant_id))
        .filter(case_file_documents::case_file_id.eq(case_files::id))
        .filter(case_file_documents::kind.eq(kind.to_owned()).and(case_file_documents::document_id.eq(Id(document))));
    let found: Vec<(Id, String)> = case_files::table
        .select((case_files::id, case_files::code))
        .filter(visible(actor, None))
        .filter(exists(holds))
        .order(case_files::code)
        .load(conn)?;
    Ok(found.into_iter().map(|(id, code)| (id.0, code)).collect())
}

/// Whether a file was uploaded into a case file the caller may see.
pub(in crate::case_files) fn sees_file(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    let holding: Vec<Id> = case_file_documents::table
        .select(case_file_documents::case_file_id)
        .filter(case_file_documents::tenant_id.eq(Id(actor.tenant)).and(case_file_documents::kind.eq("upload")))
        .filter(case_file_documents::document_id.eq(Id(file)))
        .load(conn)?;
    let holding: Vec<Uuid> = holding.into_iter().map(|id| id.0).collect();
    Ok(!holding.is_empty() && !visible_among(conn, actor, &holding)?.is_empty())
}

/// What a caller may see of file plans: officers those of agencies within reach of a grant, and, once issued, those that
/// name them or a unit where they hold a post; our own services all, others none.
pub(in crate::case_files) fn plan_sight(actor: &Actor) -> Filter<file_plans::table> {
    let tenant = file_plans::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Service if actor.scopes.contains(READ) => Box::new(tenant),
        ActorKind::Service | ActorKind::Client | ActorKind::Citizen => {
            Box::new(tenant.and(file_plans::id.eq_any(Vec::<Id>::new())))
        }
        ActorKind::Officer => {
            let reach = file_plans::responsible_agency_id.eq_any(below(Id(actor.tenant), granted(actor)));
            let me = by_name(Id(actor.tenant), actor.issuer.clone(), actor.subject.clone());
            let by_unit = file_plan_entries::unit_id
                .is_not_null()
                .and(file_plan_entries::unit_id.assume_not_null().eq_any(granted(actor)));
            let by_me = file_plan_entries::officer_id
                .is_not_null()
                .and(file_plan_entries::officer_id.assume_not_null().eq_any(me));
            let named = file_plan_entries::table
                .filter(file_plan_entries::tenant_id.eq(file_plans::tenant_id))
                .filter(file_plan_entries::plan_id.eq(file_plans::id))
                .filter(by_unit.or(by_me));
            Box::new(tenant.and(reach.or(file_plans::state.eq("issued").and(exists(named)))))
        }
    }
}

/// Of these plans, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn plans_visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = file_plans::table
        .select(file_plans::id)
        .filter(plan_sight(actor))
        .filter(file_plans::id.eq_any(wanted))
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// What a caller may see of loans: those of who keeps the case files, and their own.
pub(in crate::case_files) fn loan_sight(actor: &Actor) -> Filter<case_file_loans::table> {
    let tenant = case_file_loans::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Service if actor.scopes.contains(READ) => Box::new(tenant),
        ActorKind::Service | ActorKind::Client | ActorKind::Citizen => {
            Box::new(tenant.and(case_file_loans::id.eq_any(Vec::<Id>::new())))
        }
        ActorKind::Officer => {
            let kept = case_file_loans::keeper_agency_id.eq_any(below(Id(actor.tenant), held(actor, &KEEPERS)));
            let me = by_name(Id(actor.tenant), actor.issuer.clone(), actor.subject.clone());
            Box::new(tenant.and(kept.or(case_file_loans::borrower_officer_id.eq_any(me))))
        }
    }
}

/// Of these loans, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn loans_visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = case_file_loans::table
        .select(case_file_loans::id)
        .filter(loan_sight(actor))
        .filter(case_file_loans::id.eq_any(wanted))
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// The agencies a caller keeps or directs the documents of, for predicates of what hangs on agencies alone.
pub(in crate::case_files) fn reach(actor: &Actor) -> Option<Vec<Id>> {
    match actor.kind {
        ActorKind::Service if actor.scopes.contains(READ) => None,
        ActorKind::Service | ActorKind::Client | ActorKind::Citizen => Some(Vec::new()),
        ActorKind::Officer => Some(held(actor, &KEEPERS)),
    }
}

/// Of these destructions, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn destructions_visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let mut query = destructions::table
        .select(destructions::id)
        .filter(destructions::tenant_id.eq(Id(actor.tenant)).and(destructions::id.eq_any(wanted)))
        .into_boxed::<MultiBackend>();
    if let Some(agencies) = reach(actor) {
        query = query.filter(destructions::responsible_agency_id.eq_any(below(Id(actor.tenant), agencies)));
    }
    let seen: Vec<Id> = query.load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}
