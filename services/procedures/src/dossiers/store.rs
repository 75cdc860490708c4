//! Rows of dossiers and the one predicate of who sees them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::officers;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, ActorKind, Authority, Error, Kind, PageRequest, Result, Role, Uuid, Vault};

use super::rules::{Hand, Party};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant, Document};
    dossiers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        tracking_reference -> Text,
        client -> Text,
        external_ref -> Nullable<Text>,
        code -> Nullable<Text>,
        procedure_id -> Uid,
        version_id -> Uid,
        procedure_code -> Text,
        channel -> Text,
        state -> Text,
        submitted_at -> Instant,
        received_at -> Nullable<Instant>,
        first_due_at -> Nullable<Instant>,
        due_at -> Nullable<Instant>,
        approved_at -> Nullable<Instant>,
        finished_at -> Nullable<Instant>,
        returned_at -> Nullable<Instant>,
        /// End of processing, with a result or without.
        ended_at -> Nullable<Instant>,
        /// `early`, `on_time` or `late`, once a dossier that was received has ended.
        timeliness -> Nullable<Text>,
        /// The next instant by which somebody must act; what an inbox is sorted by.
        act_by_at -> Nullable<Instant>,
        assignee_id -> Nullable<Uid>,
        applicant -> Binary,
        form -> Binary,
        owner_person -> Text,
        submitter_person -> Nullable<Text>,
        /// What officers wrote about it: a reason, the subject of the decision. Sealed: both may name a person.
        remarks -> Nullable<Binary>,
        facts -> Document,
        result -> Nullable<Document>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    dossier_agencies (tenant_id, dossier_id, role) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        role -> Text,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    dossier_files (tenant_id, dossier_id, file_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        file_id -> Uid,
        component -> Text,
        origin -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    dossier_counters (tenant_id, prefix, day) {
        tenant_id -> Uid,
        prefix -> Text,
        day -> Date,
        last_value -> BigInt,
    }
}

diesel::table! {
    use motcua_db::sql::Uid;
    /// The table of `motcua_agencies`, declared again: diesel joins only tables of one crate.
    agency_tree (tenant_id, ancestor_id, descendant_id) { tenant_id -> Uid, ancestor_id -> Uid, descendant_id -> Uid, }
}

diesel::allow_tables_to_appear_in_same_query!(dossiers, dossier_agencies, dossier_files, agency_tree);

/// A dossier as it is stored; applicant and form are sealed.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = dossiers, treat_none_as_default_value = false)]
pub(crate) struct DossierRow {
    pub tenant_id: Id,
    pub id: Id,
    pub tracking_reference: String,
    pub client: String,
    pub external_ref: Option<String>,
    pub code: Option<String>,
    pub procedure_id: Id,
    pub version_id: Id,
    pub procedure_code: String,
    pub channel: String,
    pub state: String,
    pub submitted_at: At,
    pub received_at: Option<At>,
    pub first_due_at: Option<At>,
    pub due_at: Option<At>,
    pub approved_at: Option<At>,
    pub finished_at: Option<At>,
    pub returned_at: Option<At>,
    pub ended_at: Option<At>,
    pub timeliness: Option<String>,
    pub act_by_at: Option<At>,
    pub assignee_id: Option<Id>,
    pub applicant: Vec<u8>,
    pub form: Vec<u8>,
    pub owner_person: String,
    pub submitter_person: Option<String>,
    pub remarks: Option<Vec<u8>>,
    pub facts: Json,
    pub result: Option<Json>,
    pub version: i64,
}

/// What an agency is to a dossier, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = dossier_agencies)]
pub(crate) struct PartyRow {
    pub tenant_id: Id,
    pub dossier_id: Id,
    pub role: String,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
}

/// A file of a dossier, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = dossier_files)]
pub(crate) struct FileRow {
    pub tenant_id: Id,
    pub dossier_id: Id,
    pub file_id: Id,
    pub component: String,
    pub origin: String,
}

type Filtered = Box<dyn BoxableExpression<dossiers::table, MultiBackend, SqlType = Bool>>;

/// The predicate: what a caller may see of dossiers. Get, list, count, feed and file download all use it.
///
/// Citizens see their own and those they submitted; clients what came through them; officers what an agency within
/// their reach is a party of; our own services everything.
pub(crate) fn visible(actor: &Actor) -> Filtered {
    let tenant = dossiers::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Service => Box::new(tenant),
        ActorKind::Client => Box::new(tenant.and(dossiers::client.eq(format!("{}|{}", actor.issuer, actor.subject)))),
        ActorKind::Citizen => {
            let person = actor.person.clone().unwrap_or_default();
            let own = dossiers::owner_person.eq(person.clone()).and(dossiers::owner_person.ne(""));
            let acted = dossiers::submitter_person.is_not_null().and(
                dossiers::submitter_person
                    .assume_not_null()
                    .eq(person)
                    .and(dossiers::submitter_person.assume_not_null().ne("")),
            );
            Box::new(tenant.and(own.or(acted)))
        }
        ActorKind::Officer => {
            let reach: Vec<Id> = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
            Box::new(tenant.and(within(actor.tenant, reach)))
        }
    }
}

/// The dossiers that have a party at or below one of these agencies.
pub(crate) fn within(tenant: Uuid, agencies: Vec<Id>) -> Filtered {
    party_within(tenant, None, agencies)
}

/// The dossiers that have this party, or any, at or below one of these agencies.
fn party_within(tenant: Uuid, party: Option<Party>, agencies: Vec<Id>) -> Filtered {
    let below = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq_any(agencies)))
        .select(agency_tree::descendant_id);
    let parties: Vec<&str> =
        party.map_or_else(|| Party::ALL.to_vec(), |party| vec![party]).into_iter().map(Party::as_str).collect();
    Box::new(exists(
        dossier_agencies::table
            .filter(dossier_agencies::tenant_id.eq(dossiers::tenant_id))
            .filter(dossier_agencies::dossier_id.eq(dossiers::id))
            .filter(dossier_agencies::role.eq_any(parties))
            .filter(dossier_agencies::responsible_agency_id.eq_any(below)),
    ))
}

/// The name under which a dossier remembers through whom it came, and within which `external_ref` is unique: the client,
/// or who submitted without one. A citizen's subject may be an identity number, so it is hashed.
pub(crate) fn client_of(actor: &Actor, vault: &Vault) -> String {
    let (issuer, subject) = (&actor.issuer, &actor.subject);
    match actor.kind {
        ActorKind::Client => format!("{issuer}|{subject}"),
        _ if !actor.client.is_empty() => format!("{issuer}|{}", actor.client),
        ActorKind::Citizen => format!("{issuer}|~{}", vault.lookup("submitter", subject)),
        ActorKind::Officer | ActorKind::Service => format!("{issuer}|~{subject}"),
    }
}

/// Loads a dossier the caller may see.
pub(crate) fn load(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<DossierRow> {
    let row = dossiers::table.filter(visible(actor)).filter(dossiers::id.eq(Id(id))).first(conn).optional()?;
    Ok(row.ok_or_else(Error::not_found)?)
}

/// Loads a dossier for the service's own work.
pub(crate) fn load_own(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<DossierRow>> {
    let key = dossiers::tenant_id.eq(Id(tenant)).and(dossiers::id.eq(Id(id)));
    Ok(dossiers::table.filter(key).first(conn).optional()?)
}

/// The dossier of a tracking reference: whoever knows it may follow the dossier without login.
pub(crate) fn by_tracking_reference(conn: &mut Conn, tenant: Uuid, reference: &str) -> TxResult<Option<DossierRow>> {
    let key = dossiers::tenant_id.eq(Id(tenant)).and(dossiers::tracking_reference.eq(reference));
    Ok(dossiers::table.filter(key).first(conn).optional()?)
}

/// Of these dossiers, those the caller may see: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> =
        dossiers::table.select(dossiers::id).filter(visible(actor)).filter(dossiers::id.eq_any(wanted)).load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// Whether a file belongs to a dossier the caller may see: for downloads.
pub(crate) fn may_read_file(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    let of_file: Vec<Id> = dossier_files::table
        .select(dossier_files::dossier_id)
        .filter(dossier_files::tenant_id.eq(Id(actor.tenant)).and(dossier_files::file_id.eq(Id(file))))
        .load(conn)?;
    let ids: Vec<Uuid> = of_file.into_iter().map(|id| id.0).collect();
    Ok(!visible_among(conn, actor, &ids)?.is_empty())
}

pub(crate) fn insert(tx: &mut Conn, row: DossierRow, parties: &[PartyRow], files: &[FileRow]) -> TxResult<()> {
    diesel::insert_into(dossiers::table).values(row).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(dossier_agencies::table).values(parties).execute(c))?;
    if !files.is_empty() {
        on_each!(tx, |c| diesel::insert_into(dossier_files::table).values(files).execute(c))?;
    }
    Ok(())
}

pub(crate) fn insert_file(tx: &mut Conn, file: &FileRow) -> TxResult<()> {
    on_each!(tx, |c| diesel::insert_into(dossier_files::table).values(file).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Writes what may change of a dossier whose version the caller has read; `row.version` is the new one.
pub(crate) fn update(tx: &mut Conn, row: &DossierRow) -> TxResult<()> {
    let before = row.version - 1;
    let changed = diesel::update(dossiers::table)
        .filter(dossiers::tenant_id.eq(row.tenant_id.clone()).and(dossiers::id.eq(row.id.clone())))
        .filter(dossiers::version.eq(before))
        .set((
            dossiers::code.eq(&row.code),
            dossiers::state.eq(&row.state),
            dossiers::received_at.eq(&row.received_at),
            dossiers::first_due_at.eq(&row.first_due_at),
            dossiers::due_at.eq(&row.due_at),
            dossiers::approved_at.eq(&row.approved_at),
            dossiers::finished_at.eq(&row.finished_at),
            dossiers::returned_at.eq(&row.returned_at),
            dossiers::ended_at.eq(&row.ended_at),
            dossiers::timeliness.eq(&row.timeliness),
            dossiers::act_by_at.eq(&row.act_by_at),
            dossiers::assignee_id.eq(&row.assignee_id),
            dossiers::form.eq(&row.form),
            dossiers::remarks.eq(&row.remarks),
            dossiers::facts.eq(&row.facts),
            dossiers::result.eq(&row.result),
            dossiers::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let key = dossiers::tenant_id.eq(row.tenant_id.clone()).and(dossiers::id.eq(row.id.clone()));
    let current: i64 = dossiers::table.select(dossiers::version).filter(key).first(tx)?;
    Err(stale(current).into())
}

/// The error for a caller who has read another version.
pub(crate) fn stale(current: i64) -> Error {
    Error::new(
        Kind::Stale,
        "precondition.stale",
        "Hồ sơ đã thay đổi từ khi bạn đọc; hãy đọc lại rồi gửi lại.",
        "The dossier has changed since you read it; read it again and repeat.",
    )
    .with("version", current)
}

/// The dossier a client gave this reference before.
pub(crate) fn by_external_ref(tx: &mut Conn, tenant: Uuid, client: &str, reference: &str) -> TxResult<Option<Uuid>> {
    let id: Option<Id> = dossiers::table
        .select(dossiers::id)
        .filter(dossiers::tenant_id.eq(Id(tenant)).and(dossiers::client.eq(client)))
        .filter(dossiers::external_ref.eq(reference))
        .first(tx)
        .optional()?;
    Ok(id.map(|id| id.0))
}

/// The next number of a code's day: one statement, the last but one of its transaction. Counted by the code and not by
/// the agency, because a code can go from one agency to another within a day, and dossier codes must stay unique.
pub(crate) fn next_number(tx: &mut Conn, tenant: Uuid, prefix: &str, day: NaiveDate) -> TxResult<i64> {
    Ok(on_each!(tx, |c| {
        diesel::insert_into(dossier_counters::table)
            .values((
                dossier_counters::tenant_id.eq(Id(tenant)),
                dossier_counters::prefix.eq(prefix),
                dossier_counters::day.eq(day),
                dossier_counters::last_value.eq(1_i64),
            ))
            .on_conflict((dossier_counters::tenant_id, dossier_counters::prefix, dossier_counters::day))
            .do_update()
            .set(dossier_counters::last_value.eq(dossier_counters::last_value + 1))
            .returning(dossier_counters::last_value)
            .get_result(c)
    })?)
}

/// The agencies of dossiers, by dossier: one statement however many.
pub(crate) fn parties(conn: &mut Conn, tenant: Uuid, ids: &[Id]) -> TxResult<BTreeMap<Uuid, Vec<PartyRow>>> {
    let rows: Vec<PartyRow> = dossier_agencies::table
        .filter(dossier_agencies::tenant_id.eq(Id(tenant)).and(dossier_agencies::dossier_id.eq_any(ids.to_vec())))
        .order((dossier_agencies::dossier_id, dossier_agencies::role))
        .load(conn)?;
    let mut by_dossier: BTreeMap<Uuid, Vec<PartyRow>> = BTreeMap::new();
    for row in rows {
        by_dossier.entry(row.dossier_id.0).or_default().push(row);
    }
    Ok(by_dossier)
}

/// The files of a dossier.
pub(crate) fn files(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Vec<FileRow>> {
    Ok(dossier_files::table
        .filter(dossier_files::tenant_id.eq(Id(tenant)).and(dossier_files::dossier_id.eq(Id(id))))
        .order((dossier_files::component, dossier_files::file_id))
        .load(conn)?)
}

/// In whose names a caller can act on a dossier, each with the right it rests on. Roles reach down from where they are
/// held; whoever sees a dossier without being an officer acts for the applicant.
pub(crate) fn hands(conn: &mut Conn, actor: &Actor, parties: &[PartyRow]) -> TxResult<BTreeMap<Hand, Authority>> {
    match actor.kind {
        ActorKind::Citizen | ActorKind::Client => Ok(BTreeMap::from([(Hand::Applicant, actor.in_own_name())])),
        ActorKind::Service => Ok(BTreeMap::new()),
        ActorKind::Officer => officer_hands(conn, actor, parties),
    }
}

fn officer_hands(conn: &mut Conn, actor: &Actor, parties: &[PartyRow]) -> TxResult<BTreeMap<Hand, Authority>> {
    let held: Vec<Id> = actor.agencies_with(&Role::ALL).into_iter().map(Id).collect();
    let agencies: Vec<Id> = parties.iter().map(|party| party.responsible_agency_id.clone()).collect();
    let reach: Vec<(Id, Id)> = agency_tree::table
        .select((agency_tree::ancestor_id, agency_tree::descendant_id))
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)))
        .filter(agency_tree::ancestor_id.eq_any(held).and(agency_tree::descendant_id.eq_any(agencies)))
        .load(conn)?;
    let mut hands = BTreeMap::new();
    for party in parties {
        let Some(what) = Party::ALL.into_iter().find(|p| p.as_str() == party.role) else { continue };
        let reaching: Vec<Uuid> =
            reach.iter().filter(|(_, to)| *to == party.responsible_agency_id).map(|(from, _)| from.0).collect();
        for role in Role::ALL {
            if let Some(authority) = actor.authority(&reaching, &[role]) {
                hands.insert(Hand::Officer(what, role), authority);
            }
        }
    }
    Ok(hands)
}

/// The caller's id in the directory of officers.
pub(crate) fn officer_id(conn: &mut Conn, actor: &Actor) -> TxResult<Option<Uuid>> {
    let id: Option<Id> = officers::table
        .select(officers::id)
        .filter(officers::tenant_id.eq(Id(actor.tenant)).and(officers::issuer.eq(&actor.issuer)))
        .filter(officers::subject.eq(&actor.subject).and(officers::active.eq(true)))
        .first(conn)
        .optional()?;
    Ok(id.map(|id| id.0))
}

/// Work that waits for a caller: dossiers in these states whose party is at or below these agencies.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub party: Party,
    pub agencies: Vec<Id>,
    pub states: Vec<&'static str>,
}

/// The most urgent dossiers that nobody works on and that wait for some of this work.
pub(crate) fn unassigned(conn: &mut Conn, tenant: Uuid, works: Vec<Work>, most: i64) -> TxResult<Vec<Uuid>> {
    let mut waiting: Filtered = Box::new(diesel::dsl::sql::<Bool>("1 = 0"));
    for work in works {
        let states: Vec<String> = work.states.iter().map(|state| (*state).to_owned()).collect();
        let party = party_within(tenant, Some(work.party), work.agencies);
        waiting = Box::new(waiting.or(party.and(dossiers::state.eq_any(states))));
    }
    let ids: Vec<Id> = dossiers::table
        .select(dossiers::id)
        .filter(dossiers::tenant_id.eq(Id(tenant)).and(waiting))
        .filter(dossiers::assignee_id.is_null().and(dossiers::act_by_at.is_not_null()))
        .order((dossiers::act_by_at, dossiers::id))
        .limit(most)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// Whose dossiers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Assignee {
    /// Anybody's or nobody's.
    #[default]
    Any,
    /// Those that nobody works on.
    Nobody,
    /// An officer's.
    Officer(Uuid),
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrow {
    pub states: Vec<String>,
    pub procedure_code: Option<String>,
    pub code: Option<String>,
    pub tracking_reference: Option<String>,
    pub external_ref: Option<String>,
    /// Parties at or below these agencies.
    pub under: Option<Vec<Uuid>>,
    /// Parties at just these agencies.
    pub at: Option<Vec<Uuid>>,
    pub due_before: Option<At>,
    pub due_from: Option<At>,
    pub assignee: Assignee,
    /// Only what has not ended, the most urgent first.
    pub urgency: bool,
}

type Boxed<'a> = dossiers::BoxedQuery<'a, MultiBackend>;

fn narrowed<'a>(actor: &Actor, narrow: &Narrow) -> Boxed<'a> {
    let mut query = dossiers::table.into_boxed::<MultiBackend>().filter(visible(actor));
    if !narrow.states.is_empty() {
        query = query.filter(dossiers::state.eq_any(narrow.states.clone()));
    }
    if let Some(code) = &narrow.procedure_code {
        query = query.filter(dossiers::procedure_code.eq(code.clone()));
    }
    if let Some(code) = &narrow.code {
        query = query.filter(dossiers::code.eq(code.clone()));
    }
    if let Some(reference) = &narrow.tracking_reference {
        query = query.filter(dossiers::tracking_reference.eq(reference.clone()));
    }
    if let Some(reference) = &narrow.external_ref {
        query = query.filter(dossiers::external_ref.eq(reference.clone()));
    }
    if let Some(agencies) = &narrow.under {
        query = query.filter(within(actor.tenant, agencies.iter().copied().map(Id).collect()));
    }
    if let Some(agencies) = &narrow.at {
        let agencies: Vec<Id> = agencies.iter().copied().map(Id).collect();
        query = query.filter(exists(
            dossier_agencies::table
                .filter(dossier_agencies::tenant_id.eq(dossiers::tenant_id))
                .filter(dossier_agencies::dossier_id.eq(dossiers::id))
                .filter(dossier_agencies::responsible_agency_id.eq_any(agencies)),
        ));
    }
    if let Some(day) = &narrow.due_before {
        query = query.filter(dossiers::due_at.lt(day.clone()));
    }
    if let Some(day) = &narrow.due_from {
        query = query.filter(dossiers::due_at.ge(day.clone()));
    }
    match narrow.assignee {
        Assignee::Any => {}
        Assignee::Nobody => query = query.filter(dossiers::assignee_id.is_null()),
        Assignee::Officer(officer) => query = query.filter(dossiers::assignee_id.eq(Some(Id(officer)))),
    }
    if narrow.urgency {
        query = query.filter(dossiers::act_by_at.is_not_null());
    }
    query
}

/// One page of dossiers, the newest first or the most urgent.
pub(crate) fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<(At, Id)>,
) -> TxResult<Vec<DossierRow>> {
    let mut query = narrowed(actor, narrow);
    if narrow.urgency {
        if let Some((at, id)) = after {
            let later = dossiers::act_by_at.assume_not_null().gt(at.clone());
            let same = dossiers::act_by_at.assume_not_null().eq(at).and(dossiers::id.gt(id));
            query = query.filter(later.or(same));
        }
        return Ok(query.order((dossiers::act_by_at.asc(), dossiers::id.asc())).limit(page.fetch()).load(conn)?);
    }
    if let Some((at, id)) = after {
        let earlier = dossiers::submitted_at.lt(at.clone());
        query = query.filter(earlier.or(dossiers::submitted_at.eq(at).and(dossiers::id.lt(id))));
    }
    Ok(query.order((dossiers::submitted_at.desc(), dossiers::id.desc())).limit(page.fetch()).load(conn)?)
}

/// The dossiers that these agencies received in a time, by code: the register's rows.
pub(crate) fn received_between(
    conn: &mut Conn,
    tenant: Uuid,
    agencies: Vec<Id>,
    (from, to): (At, At),
    most: i64,
) -> TxResult<Vec<DossierRow>> {
    let received_at = dossiers::received_at.assume_not_null();
    Ok(dossiers::table
        .filter(dossiers::tenant_id.eq(Id(tenant)).and(dossiers::received_at.is_not_null()))
        .filter(received_at.ge(from).and(received_at.lt(to)))
        .filter(party_within(tenant, Some(Party::Receiving), agencies))
        .order((dossiers::received_at, dossiers::id))
        .limit(most)
        .load(conn)?)
}

/// How many dossiers match.
pub(crate) fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(actor, narrow).count().get_result(conn)?)
}

/// Moves the responsibility for some dossiers of one agency to another; returns the dossiers that changed. What is
/// submitted meanwhile is found by the next call.
pub(crate) fn move_responsible(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid, most: i64) -> TxResult<Vec<Uuid>> {
    let of = dossier_agencies::tenant_id.eq(Id(tenant)).and(dossier_agencies::responsible_agency_id.eq(Id(from)));
    let some: Vec<Id> = dossier_agencies::table
        .select(dossier_agencies::dossier_id)
        .filter(of.clone())
        .order(dossier_agencies::dossier_id)
        .limit(most)
        .load(tx)?;
    let moved: Vec<Id> = on_each!(tx, |c| {
        diesel::update(dossier_agencies::table.filter(of).filter(dossier_agencies::dossier_id.eq_any(some)))
            .set(dossier_agencies::responsible_agency_id.eq(Id(to)))
            .returning(dossier_agencies::dossier_id)
            .get_results(c)
    })?;
    let mut moved: Vec<Uuid> = moved.into_iter().map(|id| id.0).collect();
    moved.sort();
    moved.dedup();
    Ok(moved)
}

/// The facts a row carries.
pub(crate) fn facts(row: &DossierRow) -> Result<super::facts::DossierFacts> {
    serde_json::from_value(row.facts.0.clone()).map_err(Error::internal)
}
