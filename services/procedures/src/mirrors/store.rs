//! Rows of mirrored dossiers, and the predicate that says who sees them.
//!
//! Codes are compared without regard to case: ours are written in capitals, and whoever reads one aloud or types it anew
//! means the same dossier.

use diesel::dsl::{Desc, Eq};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use motcua_agencies::under;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Result, Role, Uuid};

use crate::dossiers::store::dossiers;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Document, Instant, Uid};
    mirrored_dossiers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        code -> Text,
        client -> Text,
        source -> Text,
        procedure_code -> Text,
        agency_code -> Text,
        agency_id -> Uid,
        channel -> BigInt,
        state -> BigInt,
        as_of -> Instant,
        submitted_at -> Instant,
        received_at -> Nullable<Instant>,
        due_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        returned_at -> Nullable<Instant>,
        owner_person -> Text,
        /// Who asks, for what, and the results: all of it may name a person.
        personal -> Binary,
        /// Fees.
        content -> Document,
        written_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    mirrored_states (tenant_id, mirror_id, version) {
        tenant_id -> Uid,
        mirror_id -> Uid,
        version -> BigInt,
        state -> BigInt,
        as_of -> Instant,
        written_at -> Instant,
        reopened -> Bool,
    }
}

diesel::define_sql_function! {
    /// In capitals; the index of codes is made of it.
    fn upper(text: Text) -> Text;
}

diesel::define_sql_function! {
    /// Of PostgreSQL; what it returns says nothing.
    fn pg_advisory_xact_lock(key: BigInt) -> Text;
}

diesel::define_sql_function! {
    /// Of PostgreSQL: a number made from a text.
    fn hashtextextended(text: Text, seed: BigInt) -> BigInt;
}

/// Sets the locks of codes apart from others that a database has: `code` in ASCII.
const CODES: i64 = 0x636f_6465;

/// A mirrored dossier as it is stored.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = mirrored_dossiers, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct MirrorRow {
    pub tenant_id: Id,
    pub id: Id,
    pub code: String,
    pub client: String,
    pub source: String,
    pub procedure_code: String,
    pub agency_code: String,
    pub agency_id: Id,
    pub channel: i64,
    pub state: i64,
    pub as_of: At,
    pub submitted_at: At,
    pub received_at: Option<At>,
    pub due_at: Option<At>,
    pub ended_at: Option<At>,
    pub returned_at: Option<At>,
    pub owner_person: String,
    pub personal: Vec<u8>,
    pub content: Json,
    pub written_at: At,
    pub version: i64,
}

/// A state that a source told of, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = mirrored_states)]
pub(super) struct StateRow {
    pub tenant_id: Id,
    pub mirror_id: Id,
    pub version: i64,
    pub state: i64,
    pub as_of: At,
    pub written_at: At,
    pub reopened: bool,
}

type Filtered = Box<dyn BoxableExpression<mirrored_dossiers::table, MultiBackend, SqlType = Bool>>;

/// The predicate: the client that wrote it, the citizen whose it is, officers whose reach its agency lies in, and our own
/// services.
pub(super) fn visible(conn: &mut Conn, actor: &Actor) -> TxResult<Filtered> {
    let tenant = mirrored_dossiers::tenant_id.eq(Id(actor.tenant));
    Ok(match actor.kind {
        ActorKind::Service => Box::new(tenant),
        ActorKind::Client => Box::new(tenant.and(mirrored_dossiers::client.eq(client_of(actor)))),
        ActorKind::Citizen => {
            let person = actor.person.clone().unwrap_or_default();
            let own = mirrored_dossiers::owner_person.eq(person).and(mirrored_dossiers::owner_person.ne(""));
            Box::new(tenant.and(own))
        }
        ActorKind::Officer => {
            let reach = under(conn, actor.tenant, &actor.agencies_with(&Role::ALL))?;
            Box::new(tenant.and(of_agencies(reach)))
        }
    })
}

/// Those of these agencies. They are named one by one and not looked for beside the rows, so that indexes find them.
fn of_agencies(agencies: Vec<Uuid>) -> Filtered {
    let agencies: Vec<Id> = agencies.into_iter().map(Id).collect();
    Box::new(mirrored_dossiers::agency_id.eq_any(agencies))
}

/// The client as its dossiers remember it.
pub(super) fn client_of(actor: &Actor) -> String {
    format!("{}|{}", actor.issuer, actor.subject)
}

/// Of these mirrored dossiers, those the caller may see: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = mirrored_dossiers::table
        .select(mirrored_dossiers::id)
        .filter(visible(conn, actor)?)
        .filter(mirrored_dossiers::id.eq_any(wanted))
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// One that the caller may see.
pub(super) fn load(conn: &mut Conn, actor: &Actor, code: &str) -> TxResult<MirrorRow> {
    let row = mirrored_dossiers::table.filter(visible(conn, actor)?).filter(has_code(code)).order(as_spelt(code));
    Ok(row.first(conn).optional()?.ok_or_else(Error::not_found)?)
}

/// Writes a first word; its code is held.
pub(super) fn insert(tx: &mut Conn, row: &MirrorRow) -> TxResult<()> {
    on_each!(tx, |c| diesel::insert_into(mirrored_dossiers::table).values(row).execute(c))?;
    Ok(())
}

fn has_code(code: &str) -> Filtered {
    Box::new(upper(mirrored_dossiers::code).eq(code.to_ascii_uppercase()))
}

/// Of two that differ in case only, from when that was possible, the one that is meant to the letter comes first.
fn as_spelt(code: &str) -> Desc<Eq<mirrored_dossiers::code, String>> {
    mirrored_dossiers::code.eq(code.to_owned()).desc()
}

/// Lets everybody else who gives or mirrors this code wait until the transaction ends: a code is ours or a source's, and
/// neither sees what the other has not yet committed. SQLite has one writer anyway.
fn hold_code(tx: &mut Conn, tenant: Uuid, code: &str) -> TxResult<()> {
    if let Conn::Postgres(c) = tx {
        let name = format!("{tenant} {}", code.to_ascii_uppercase());
        diesel::select(pg_advisory_xact_lock(hashtextextended(name, CODES))).execute(c)?;
    }
    Ok(())
}

/// Whether a source has told of a dossier with this code: then no dossier of ours gets it. Until the transaction ends none
/// tells of one.
pub(crate) fn is_mirrored(tx: &mut Conn, tenant: Uuid, code: &str) -> TxResult<bool> {
    hold_code(tx, tenant, code)?;
    let key = mirrored_dossiers::tenant_id.eq(Id(tenant)).and(has_code(code));
    Ok(mirrored_dossiers::table.filter(key).count().get_result::<i64>(tx)? > 0)
}

/// What is kept under a code. Whoever else writes it at the same moment waits.
pub(super) fn kept(tx: &mut Conn, tenant: Uuid, code: &str) -> TxResult<Option<MirrorRow>> {
    let key =
        mirrored_dossiers::tenant_id.eq(Id(tenant)).and(upper(mirrored_dossiers::code).eq(code.to_ascii_uppercase()));
    Ok(match tx {
        Conn::Postgres(c) => {
            mirrored_dossiers::table.filter(key).order(as_spelt(code)).for_update().first(c).optional()?
        }
        Conn::Sqlite(c) => mirrored_dossiers::table.filter(key).order(as_spelt(code)).first(c).optional()?,
    })
}

/// Writes a later word over what was kept.
pub(super) fn update(tx: &mut Conn, row: &MirrorRow) -> TxResult<()> {
    let key = mirrored_dossiers::tenant_id.eq(row.tenant_id.clone()).and(mirrored_dossiers::id.eq(row.id.clone()));
    on_each!(tx, |c| diesel::update(mirrored_dossiers::table.filter(key)).set(row).execute(c))?;
    Ok(())
}

pub(super) fn insert_state(tx: &mut Conn, row: StateRow) -> TxResult<()> {
    diesel::insert_into(mirrored_states::table).values(row).execute(tx)?;
    Ok(())
}

/// The states a mirrored dossier was said to be in, the oldest first.
pub(super) fn states(conn: &mut Conn, row: &MirrorRow) -> TxResult<Vec<StateRow>> {
    Ok(mirrored_states::table
        .filter(mirrored_states::tenant_id.eq(row.tenant_id.clone()))
        .filter(mirrored_states::mirror_id.eq(row.id.clone()))
        .order(mirrored_states::version)
        .load(conn)?)
}

/// Whether a dossier that is handled here has this code. Until the transaction ends none gets it.
pub(super) fn is_own(tx: &mut Conn, tenant: Uuid, code: &str) -> TxResult<bool> {
    hold_code(tx, tenant, code)?;
    // The codes of agencies, with which ours begin, have no small letters.
    let key = dossiers::tenant_id.eq(Id(tenant)).and(dossiers::code.eq(code.to_ascii_uppercase()));
    Ok(dossiers::table.filter(key).count().get_result::<i64>(tx)? > 0)
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub states: Vec<i64>,
    pub procedure: Option<String>,
    pub source: Option<String>,
    /// Of agencies at or below these.
    pub under: Option<Vec<Uuid>>,
    /// Of just these agencies.
    pub at: Option<Vec<Uuid>>,
}

type Boxed<'a> = mirrored_dossiers::BoxedQuery<'a, MultiBackend>;

fn narrowed<'a>(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<Boxed<'a>> {
    let mut query = mirrored_dossiers::table.into_boxed::<MultiBackend>().filter(visible(conn, actor)?);
    if !narrow.states.is_empty() {
        query = query.filter(mirrored_dossiers::state.eq_any(narrow.states.clone()));
    }
    if let Some(code) = &narrow.procedure {
        query = query.filter(mirrored_dossiers::procedure_code.eq(code.clone()));
    }
    if let Some(source) = &narrow.source {
        query = query.filter(mirrored_dossiers::source.eq(source.clone()));
    }
    if let Some(agencies) = &narrow.under {
        query = query.filter(of_agencies(under(conn, actor.tenant, agencies)?));
    }
    if let Some(agencies) = &narrow.at {
        query = query.filter(of_agencies(agencies.clone()));
    }
    Ok(query)
}

/// One page, the newest submitted first.
pub(super) fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<(At, Id)>,
) -> TxResult<Vec<MirrorRow>> {
    let mut query = narrowed(conn, actor, narrow)?;
    if let Some((at, id)) = after {
        let earlier = mirrored_dossiers::submitted_at.lt(at.clone());
        let same = mirrored_dossiers::submitted_at.eq(at).and(mirrored_dossiers::id.lt(id));
        query = query.filter(earlier.or(same));
    }
    let order = (mirrored_dossiers::submitted_at.desc(), mirrored_dossiers::id.desc());
    Ok(query.order(order).limit(page.fetch()).load(conn)?)
}

/// How many match.
pub(super) fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(conn, actor, narrow)?.count().get_result(conn)?)
}

/// Some that an agency is responsible for.
pub(super) fn of_agency(tx: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<MirrorRow>> {
    Ok(mirrored_dossiers::table
        .filter(mirrored_dossiers::tenant_id.eq(Id(tenant)).and(mirrored_dossiers::agency_id.eq(Id(agency))))
        .order(mirrored_dossiers::id)
        .limit(most)
        .load(tx)?)
}

/// Gives one to another agency; not, when it changed meanwhile.
pub(super) fn give(tx: &mut Conn, row: &MirrorRow) -> TxResult<bool> {
    let key = mirrored_dossiers::tenant_id.eq(row.tenant_id.clone()).and(mirrored_dossiers::id.eq(row.id.clone()));
    let changed = diesel::update(mirrored_dossiers::table.filter(key))
        .filter(mirrored_dossiers::version.eq(row.version - 1))
        .set((mirrored_dossiers::agency_id.eq(row.agency_id.clone()), mirrored_dossiers::version.eq(row.version)))
        .execute(tx)?;
    Ok(changed == 1)
}

impl MirrorRow {
    /// The national state code.
    pub(super) fn state(&self) -> Result<u8> {
        small(self.state)
    }

    /// How it came.
    pub(super) fn channel(&self) -> Result<u8> {
        small(self.channel)
    }
}

/// A number that the rules have admitted as a small one.
pub(super) fn small(number: i64) -> Result<u8> {
    u8::try_from(number).map_err(Error::internal)
}
