//! The rows of signing authorities, and the one predicate of who sees them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::{load_officer, posts_of};
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Result, Uuid, Vault};

use super::rules::{Capacity, Held};
use crate::agency_filter::{agency_tree, below, granted};
use crate::precondition::check_version;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant, Document};
    signing_authorities (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        agency_id -> Uid,
        agency_code -> Text,
        officer_id -> Uid,
        capacity -> Text,
        /// What stands above the post on the document.
        prefix -> Text,
        position -> Text,
        document_types -> Nullable<Document>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        legal_basis -> Text,
        /// The headship under which an authorisation was given.
        given_under_id -> Nullable<Uid>,
        granted_by -> Text,
        granted_at -> Instant,
        ended_on -> Nullable<Date>,
        /// Sealed.
        end_reason -> Nullable<Binary>,
        version -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(signing_authorities, agency_tree);

/// An authority as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = signing_authorities, treat_none_as_default_value = false)]
pub(super) struct AuthorityRow {
    pub tenant_id: Id,
    pub id: Id,
    pub agency_id: Id,
    pub agency_code: String,
    pub officer_id: Id,
    pub capacity: String,
    pub prefix: String,
    pub position: String,
    pub document_types: Option<Json>,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub legal_basis: String,
    pub given_under_id: Option<Id>,
    pub granted_by: String,
    pub granted_at: At,
    pub ended_on: Option<NaiveDate>,
    pub end_reason: Option<Vec<u8>>,
    pub version: i64,
}

impl AuthorityRow {
    pub(super) fn capacity(&self) -> Result<Capacity> {
        Capacity::from_word(&self.capacity)
            .ok_or_else(|| Error::internal(format!("authority {} has capacity {}", self.id.0, self.capacity)))
    }

    pub(super) fn types(&self) -> Result<Option<Vec<String>>> {
        let types = self.document_types.as_ref().map(|json| serde_json::from_value(json.0.clone()));
        types.transpose().map_err(Error::internal)
    }

    /// First day on which it no longer holds by itself.
    pub(super) fn until(&self) -> Option<NaiveDate> {
        [self.valid_to, self.ended_on].into_iter().flatten().min()
    }

    pub(super) fn end_reason(&self, vault: &Vault) -> Result<Option<String>> {
        let open = |sealed: &Vec<u8>| {
            String::from_utf8(vault.open(&reason_context(self.id.0), sealed)?).map_err(Error::internal)
        };
        self.end_reason.as_ref().map(open).transpose()
    }
}

/// What a sealed reason belongs to.
pub(super) fn reason_context(id: Uuid) -> String {
    format!("signing_authorities.end_reason:{id}")
}

type Filtered = Box<dyn BoxableExpression<signing_authorities::table, MultiBackend, SqlType = Bool>>;

/// The predicate: services see all; officers those of agencies within reach of their grants, and their own.
fn visible(actor: &Actor, me: Option<Uuid>) -> Filtered {
    let tenant = signing_authorities::tenant_id.eq(Id(actor.tenant));
    match actor.kind {
        ActorKind::Service => Box::new(tenant),
        ActorKind::Officer => {
            let own = signing_authorities::officer_id.eq(Id(me.unwrap_or_default()));
            let within = signing_authorities::agency_id.eq_any(below(Id(actor.tenant), granted(actor)));
            Box::new(tenant.and(own.or(within)))
        }
        ActorKind::Citizen | ActorKind::Client => {
            Box::new(tenant.and(signing_authorities::id.eq_any(Vec::<Id>::new())))
        }
    }
}

pub(super) fn insert(tx: &mut Conn, row: &AuthorityRow) -> TxResult<()> {
    diesel::insert_into(signing_authorities::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes the end of an authority; `row.version` is the new one.
pub(super) fn update_end(tx: &mut Conn, row: &AuthorityRow) -> TxResult<()> {
    let key = signing_authorities::tenant_id.eq(row.tenant_id.clone()).and(signing_authorities::id.eq(row.id.clone()));
    let changed = diesel::update(signing_authorities::table)
        .filter(key.clone().and(signing_authorities::version.eq(row.version - 1)))
        .set((
            signing_authorities::ended_on.eq(row.ended_on),
            signing_authorities::end_reason.eq(&row.end_reason),
            signing_authorities::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = signing_authorities::table.select(signing_authorities::version).filter(key).first(tx)?;
    Ok(check_version(current, row.version - 1)?)
}

/// An authority the caller may see.
pub(super) fn find(conn: &mut Conn, actor: &Actor, me: Option<Uuid>, id: Uuid) -> TxResult<Option<AuthorityRow>> {
    let query = signing_authorities::table.filter(visible(actor, me)).filter(signing_authorities::id.eq(Id(id)));
    Ok(query.first(conn).optional()?)
}

/// Of these authorities, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_among(conn: &mut Conn, actor: &Actor, me: Option<Uuid>, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = signing_authorities::table
        .select(signing_authorities::id)
        .filter(visible(actor, me))
        .filter(signing_authorities::id.eq_any(wanted))
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// Which authorities of an agency a list shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Narrow {
    pub agency: Uuid,
    /// Those that hold on this day by themselves; none for all there ever were.
    pub on: Option<NaiveDate>,
}

fn narrowed(actor: &Actor, me: Option<Uuid>, narrow: Narrow) -> signing_authorities::BoxedQuery<'static, MultiBackend> {
    let query = signing_authorities::table.filter(visible(actor, me)).into_boxed::<MultiBackend>();
    let query = query.filter(signing_authorities::agency_id.eq(Id(narrow.agency)));
    let Some(on) = narrow.on else { return query };
    query
        .filter(signing_authorities::valid_from.le(on))
        .filter(signing_authorities::valid_to.is_null().or(signing_authorities::valid_to.assume_not_null().gt(on)))
        .filter(signing_authorities::ended_on.is_null().or(signing_authorities::ended_on.assume_not_null().gt(on)))
}

/// A page of authorities, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    actor: &Actor,
    me: Option<Uuid>,
    narrow: Narrow,
    page: &PageRequest,
    after: Option<Uuid>,
) -> TxResult<Vec<AuthorityRow>> {
    let mut query = narrowed(actor, me, narrow);
    if let Some(after) = after {
        query = query.filter(signing_authorities::id.lt(Id(after)));
    }
    Ok(query.order(signing_authorities::id.desc()).limit(page.fetch()).load(conn)?)
}

pub(super) fn count(conn: &mut Conn, actor: &Actor, me: Option<Uuid>, narrow: Narrow) -> TxResult<i64> {
    Ok(narrowed(actor, me, narrow).count().get_result(conn)?)
}

/// Whether an officer holds a post of their own on a day in an agency or in one that belongs to it.
pub(super) fn belongs(conn: &mut Conn, tenant: Uuid, agency: Uuid, officer: Uuid, on: NaiveDate) -> TxResult<bool> {
    let posts = posts_of(conn, tenant, officer, on)?;
    let own: Vec<Id> = posts.iter().filter(|post| post.on_behalf_of.is_none()).map(|post| Id(post.agency)).collect();
    let within: Option<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq(Id(agency))))
        .filter(agency_tree::descendant_id.eq_any(own))
        .first(conn)
        .optional()?;
    Ok(within.is_some())
}

/// The headships of an agency, whoever asks.
pub(super) fn headships(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Vec<AuthorityRow>> {
    Ok(signing_authorities::table
        .filter(signing_authorities::tenant_id.eq(Id(tenant)).and(signing_authorities::agency_id.eq(Id(agency))))
        .filter(signing_authorities::capacity.eq_any([Capacity::Head.as_str(), Capacity::ActingHead.as_str()]))
        .order(signing_authorities::valid_from)
        .load(conn)?)
}

/// What an officer has or had to sign for an agency, as it stands on a day. An authorisation ends with the headship it was
/// given under, and holds nothing while who gave it has no post there.
///
/// # Errors
/// When the database fails.
pub(crate) fn held_by(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    officer: Uuid,
    on: NaiveDate,
) -> TxResult<Vec<Held>> {
    let rows: Vec<AuthorityRow> = signing_authorities::table
        .filter(signing_authorities::tenant_id.eq(Id(tenant)).and(signing_authorities::agency_id.eq(Id(agency))))
        .filter(signing_authorities::officer_id.eq(Id(officer)))
        .order(signing_authorities::id)
        .load(conn)?;
    Ok(with_headships(conn, tenant, rows, on)?.into_iter().map(|(_, held)| held).collect())
}

/// What an officer may sign on a day.
#[derive(Debug, Clone)]
pub(crate) struct SignedFor {
    /// The agency.
    pub agency: Id,
    /// Codes of the types of documents; none for all.
    pub types: Option<Vec<String>>,
}

impl SignedFor {
    /// Whether it is for documents of this type.
    pub(crate) fn covers(&self, document_type: &str) -> bool {
        self.types.as_ref().is_none_or(|types| types.iter().any(|one| one == document_type))
    }
}

/// What an officer may sign on a day, for which agencies.
///
/// # Errors
/// When the database fails.
pub(crate) fn signed_for(conn: &mut Conn, tenant: Uuid, officer: Uuid, on: NaiveDate) -> TxResult<Vec<SignedFor>> {
    let rows: Vec<AuthorityRow> = signing_authorities::table
        .filter(signing_authorities::tenant_id.eq(Id(tenant)).and(signing_authorities::officer_id.eq(Id(officer))))
        .load(conn)?;
    let held = with_headships(conn, tenant, rows, on)?;
    let holding = held.into_iter().filter(|(_, held)| held.holds_on(on));
    Ok(holding.map(|(agency, held)| SignedFor { agency, types: held.document_types }).collect())
}

/// What became of the headship an authorisation was given under.
#[derive(Debug, Clone, Copy)]
struct Headship {
    until: Option<NaiveDate>,
    /// Whether who holds it has left: the record stands, and the post is another's or nobody's.
    left: bool,
}

fn with_headships(conn: &mut Conn, tenant: Uuid, rows: Vec<AuthorityRow>, on: NaiveDate) -> TxResult<Vec<(Id, Held)>> {
    let under: Vec<Id> = rows.iter().filter_map(|row| row.given_under_id.clone()).collect();
    let mut headships: BTreeMap<Uuid, Headship> = BTreeMap::new();
    if !under.is_empty() {
        let found: Vec<AuthorityRow> = signing_authorities::table
            .filter(signing_authorities::tenant_id.eq(Id(tenant)).and(signing_authorities::id.eq_any(under)))
            .load(conn)?;
        for row in found {
            let left = !is_there(conn, tenant, row.agency_id.0, row.officer_id.0, on)?;
            headships.insert(row.id.0, Headship { until: row.until(), left });
        }
    }
    let held = |row: AuthorityRow| {
        let headship = row.given_under_id.as_ref().and_then(|id| headships.get(&id.0).copied());
        let until = [row.until(), headship.and_then(|of| of.until)].into_iter().flatten().min();
        let giver_left = headship.is_some_and(|of| of.left);
        let (capacity, document_types) = (row.capacity()?, row.types()?);
        let (id, prefix, position) = (row.id.0, row.prefix, row.position);
        let (valid_from, legal_basis) = (row.valid_from, row.legal_basis);
        let held = Held { id, capacity, prefix, position, document_types, valid_from, until, giver_left, legal_basis };
        Ok((row.agency_id, held))
    };
    Ok(rows.into_iter().map(held).collect::<Result<_>>()?)
}

/// Whether an officer with an open account holds a post of their own on a day in an agency or in one that belongs to it.
pub(super) fn is_there(conn: &mut Conn, tenant: Uuid, agency: Uuid, officer: Uuid, on: NaiveDate) -> TxResult<bool> {
    let active = load_officer(conn, tenant, officer)?.is_some_and(|known| known.active);
    Ok(active && belongs(conn, tenant, agency, officer, on)?)
}
