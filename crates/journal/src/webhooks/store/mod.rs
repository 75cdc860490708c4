//! Rows of subscriptions.

pub(super) mod deliveries;
pub(super) mod feed;
pub(super) mod overall;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Result, Uuid};

use deliveries::webhook_deliveries;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Document, Instant, Uid};
    webhooks (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        owner_issuer -> Text,
        owner_subject -> Text,
        owner_client -> Text,
        owner_kind -> Text,
        /// What the owner's token allowed when it last wrote the subscription.
        scopes -> Text,
        url -> Text,
        types -> Document,
        agency_id -> Nullable<Uid>,
        description -> Text,
        enabled -> Bool,
        disabled_reason -> Nullable<Text>,
        secret -> Binary,
        old_secret -> Nullable<Binary>,
        old_secret_until -> Nullable<Instant>,
        /// Up to where the feed is queued.
        position -> BigInt,
        /// Up to where what was ended before is queued once more.
        replay_to -> BigInt,
        failing_since -> Nullable<Instant>,
        created_at -> Instant,
        version -> BigInt,
        /// When a try failed last.
        failed_at -> Nullable<Instant>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(webhooks, webhook_deliveries);

pub(super) const BY_OWNER: &str = "owner";
pub(super) const GONE: &str = "gone";
pub(super) const FAILING: &str = "failing";

/// Tries that failed with more than this between them are no one series: longer than the longest pause between two tries.
const SERIES: TimeDelta = TimeDelta::hours(12);

/// A subscription as it is stored; its secrets are sealed.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = webhooks, treat_none_as_default_value = false)]
pub(super) struct WebhookRow {
    pub tenant_id: Id,
    pub id: Id,
    pub owner_issuer: String,
    pub owner_subject: String,
    pub owner_client: String,
    pub owner_kind: String,
    pub scopes: String,
    pub url: String,
    pub types: Json,
    pub agency_id: Option<Id>,
    pub description: String,
    pub enabled: bool,
    pub disabled_reason: Option<String>,
    pub secret: Vec<u8>,
    pub old_secret: Option<Vec<u8>>,
    pub old_secret_until: Option<At>,
    pub position: i64,
    pub replay_to: i64,
    pub failing_since: Option<At>,
    pub created_at: At,
    pub version: i64,
    pub failed_at: Option<At>,
}

impl WebhookRow {
    /// The types asked for; none means all.
    pub(super) fn types(&self) -> Result<Vec<String>> {
        serde_json::from_value(self.types.0.clone()).map_err(Error::internal)
    }

    /// What kind of caller owns it.
    pub(super) fn owner_kind(&self) -> Result<ActorKind> {
        [ActorKind::Client, ActorKind::Officer]
            .into_iter()
            .find(|kind| kind_word(*kind) == self.owner_kind)
            .ok_or_else(|| Error::internal(format!("the webhook {} is owned by a {}", self.id.0, self.owner_kind)))
    }
}

/// The word for a kind of owner.
pub(super) fn kind_word(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Citizen => "citizen",
        ActorKind::Officer => "officer",
        ActorKind::Client => "client",
        ActorKind::Service => "service",
    }
}

/// The predicate: subscriptions of a caller.
#[diesel::dsl::auto_type(no_type_alias)]
fn owned<'a>(tenant: Id, issuer: &'a str, subject: &'a str, kind: &'a str) -> _ {
    webhooks::tenant_id
        .eq(tenant)
        .and(webhooks::owner_issuer.eq(issuer))
        .and(webhooks::owner_subject.eq(subject))
        .and(webhooks::owner_kind.eq(kind))
}

/// A subscription of a caller.
pub(super) fn of_owner(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<WebhookRow>> {
    let own = owned(Id(actor.tenant), &actor.issuer, &actor.subject, kind_word(actor.kind));
    Ok(webhooks::table.filter(own).filter(webhooks::id.eq(Id(id))).first(conn).optional()?)
}

/// How many a caller has.
pub(super) fn count(conn: &mut Conn, actor: &Actor) -> TxResult<i64> {
    let own = owned(Id(actor.tenant), &actor.issuer, &actor.subject, kind_word(actor.kind));
    Ok(webhooks::table.filter(own).count().get_result(conn)?)
}

/// A page of a caller's subscriptions, the newest first.
pub(super) fn page(
    conn: &mut Conn,
    actor: &Actor,
    after: Option<Uuid>,
    request: &PageRequest,
) -> TxResult<Vec<WebhookRow>> {
    let own = owned(Id(actor.tenant), &actor.issuer, &actor.subject, kind_word(actor.kind));
    // Ids rise with time; before the first there is the highest of all.
    let before = Id(after.unwrap_or(Uuid::max()));
    Ok(webhooks::table
        .filter(own)
        .filter(webhooks::id.lt(before))
        .order(webhooks::id.desc())
        .limit(request.fetch())
        .load(conn)?)
}

/// A subscription, whoever's it is: for the work in the background.
pub(super) fn find(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<WebhookRow>> {
    Ok(webhooks::table
        .filter(webhooks::tenant_id.eq(Id(tenant)).and(webhooks::id.eq(Id(id))))
        .first(conn)
        .optional()?)
}

/// Those that events are pushed to, of all tenants, with their positions.
pub(super) fn enabled(conn: &mut Conn) -> TxResult<Vec<((Uuid, Uuid), i64)>> {
    let rows: Vec<(Id, Id, i64)> = webhooks::table
        .select((webhooks::tenant_id, webhooks::id, webhooks::position))
        .filter(webhooks::enabled.eq(true))
        .order((webhooks::tenant_id, webhooks::id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(tenant, id, position)| ((tenant.0, id.0), position)).collect())
}

pub(super) fn insert(tx: &mut Conn, row: &WebhookRow) -> TxResult<()> {
    diesel::insert_into(webhooks::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes what its owner may change, as the next version; not, when it changed meanwhile.
pub(super) fn update(tx: &mut Conn, row: &WebhookRow) -> TxResult<bool> {
    let key = webhooks::tenant_id.eq(row.tenant_id.clone()).and(webhooks::id.eq(row.id.clone()));
    let changed = diesel::update(webhooks::table.filter(key).filter(webhooks::version.eq(row.version - 1)))
        .set((
            webhooks::owner_client.eq(&row.owner_client),
            webhooks::scopes.eq(&row.scopes),
            webhooks::url.eq(&row.url),
            webhooks::types.eq(&row.types),
            webhooks::agency_id.eq(&row.agency_id),
            webhooks::description.eq(&row.description),
            webhooks::enabled.eq(row.enabled),
            webhooks::disabled_reason.eq(&row.disabled_reason),
            webhooks::secret.eq(&row.secret),
            webhooks::old_secret.eq(&row.old_secret),
            webhooks::old_secret_until.eq(&row.old_secret_until),
            webhooks::failing_since.eq(&row.failing_since),
            webhooks::version.eq(row.version),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

/// Takes a subscription away with its log; not, when it changed meanwhile.
pub(super) fn delete(tx: &mut Conn, row: &WebhookRow) -> TxResult<bool> {
    let key = webhooks::tenant_id.eq(row.tenant_id.clone()).and(webhooks::id.eq(row.id.clone()));
    let gone = diesel::delete(webhooks::table.filter(key).filter(webhooks::version.eq(row.version))).execute(tx)?;
    if gone == 1 {
        deliveries::delete_all(tx, row.tenant_id.0, row.id.0)?;
    }
    Ok(gone == 1)
}

/// Moves the position, unless it was moved meanwhile or nothing is pushed any more.
pub(super) fn advance(tx: &mut Conn, tenant: Uuid, id: Uuid, from: i64, to: i64) -> TxResult<bool> {
    let key = webhooks::tenant_id.eq(Id(tenant)).and(webhooks::id.eq(Id(id)));
    let there = webhooks::table.filter(key).filter(webhooks::position.eq(from).and(webhooks::enabled.eq(true)));
    Ok(diesel::update(there).set(webhooks::position.eq(to)).execute(tx)? == 1)
}

/// Puts the position of a subscription that is held back, and has what was ended up to `replay_to` queued once more.
pub(super) fn rewind(tx: &mut Conn, row: &WebhookRow, to: i64, replay_to: i64) -> TxResult<()> {
    let key = webhooks::tenant_id.eq(row.tenant_id.clone()).and(webhooks::id.eq(row.id.clone()));
    let set = (webhooks::position.eq(to), webhooks::replay_to.eq(replay_to));
    diesel::update(webhooks::table.filter(key)).set(set).execute(tx)?;
    Ok(())
}

/// Reads a subscription that events are pushed to, and keeps other copies of the service from claiming for it until the
/// transaction ends: what is on its way is counted.
pub(super) fn lock(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<WebhookRow>> {
    hold(tx, tenant, id)?;
    Ok(find(tx, tenant, id)?.filter(|row| row.enabled))
}

/// Keeps others from working on the queue of a subscription until the transaction ends.
pub(super) fn hold(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
    let this = webhooks::table.filter(webhooks::tenant_id.eq(Id(tenant)).and(webhooks::id.eq(Id(id))));
    diesel::update(this).set(webhooks::replay_to.eq(webhooks::replay_to)).execute(tx)?;
    Ok(())
}

/// Writes that the receiver has taken something.
pub(super) fn took(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
    let key = webhooks::tenant_id.eq(Id(tenant)).and(webhooks::id.eq(Id(id)));
    let failing = webhooks::table.filter(key).filter(webhooks::failing_since.is_not_null());
    diesel::update(failing).set(webhooks::failing_since.eq(None::<At>)).execute(tx)?;
    Ok(())
}

/// Writes that the receiver has not, and returns the subscription. Days on which nothing was tried say nothing of the
/// receiver: after them it begins to fail anew.
pub(super) fn took_nothing(tx: &mut Conn, tenant: Uuid, id: Uuid, now: DateTime<Utc>) -> TxResult<Option<WebhookRow>> {
    let this = || webhooks::table.filter(webhooks::tenant_id.eq(Id(tenant)).and(webhooks::id.eq(Id(id))));
    let quiet = webhooks::failed_at.is_null().or(webhooks::failed_at.assume_not_null().lt(At(now - SERIES)));
    let begins = this().filter(webhooks::failing_since.is_null().or(quiet));
    diesel::update(begins).set(webhooks::failing_since.eq(Some(At(now)))).execute(tx)?;
    diesel::update(this()).set(webhooks::failed_at.eq(Some(At(now)))).execute(tx)?;
    find(tx, tenant, id)
}
