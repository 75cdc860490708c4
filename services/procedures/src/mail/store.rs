//! Rows of addresses and of e-mails that wait.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;
use motcua_mail::{GIVEN_UP, Mail, SENT, WAITING};

use super::view::NoticeMail;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    notice_addresses (tenant_id, agency_id) {
        tenant_id -> Uid,
        agency_id -> Uid,
        addresses -> Binary,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Document, Instant, Uid};
    notice_mails (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        notice_id -> Uid,
        address -> Binary,
        /// Keyed hash of the address: one notice goes to it once.
        address_mark -> Text,
        content -> Document,
        state -> Text,
        tries -> BigInt,
        last_reply -> Nullable<Text>,
        written_at -> Instant,
        /// Instant of the machine from which a copy of the service may take it.
        free_at -> Instant,
        ended_at -> Nullable<Instant>,
    }
}

/// An e-mail as it is stored; the address is sealed.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = notice_mails, treat_none_as_default_value = false)]
pub(super) struct MailRow {
    pub tenant_id: Id,
    pub id: Id,
    pub notice_id: Id,
    pub address: Vec<u8>,
    pub address_mark: String,
    pub content: Json,
    pub state: String,
    pub tries: i64,
    pub last_reply: Option<String>,
    pub written_at: At,
    pub free_at: At,
    pub ended_at: Option<At>,
}

impl MailRow {
    /// A message that tells of a notice.
    pub(super) fn of(mail: Mail, notice: Uuid, address_mark: String) -> Self {
        Self {
            tenant_id: mail.tenant_id,
            id: mail.id,
            notice_id: Id(notice),
            address: mail.address,
            address_mark,
            content: mail.content,
            state: mail.state,
            tries: mail.tries,
            last_reply: mail.last_reply,
            written_at: mail.written_at,
            free_at: mail.free_at,
            ended_at: mail.ended_at,
        }
    }
}

/// The sealed addresses of an agency, with their version.
pub(super) fn addresses(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Option<(Vec<u8>, i64)>> {
    Ok(notice_addresses::table
        .select((notice_addresses::addresses, notice_addresses::version))
        .filter(notice_addresses::tenant_id.eq(Id(tenant)).and(notice_addresses::agency_id.eq(Id(agency))))
        .first(conn)
        .optional()?)
}

/// Writes the addresses of an agency as version `version`; not, when they changed meanwhile.
pub(super) fn set_addresses(tx: &mut Conn, tenant: Uuid, agency: Uuid, sealed: &[u8], version: i64) -> TxResult<bool> {
    if version == 1 {
        let written = on_each!(tx, |c| {
            diesel::insert_into(notice_addresses::table)
                .values((
                    notice_addresses::tenant_id.eq(Id(tenant)),
                    notice_addresses::agency_id.eq(Id(agency)),
                    notice_addresses::addresses.eq(sealed),
                    notice_addresses::version.eq(version),
                ))
                .on_conflict_do_nothing()
                .execute(c)
        })?;
        return Ok(written == 1);
    }
    let key = notice_addresses::tenant_id.eq(Id(tenant)).and(notice_addresses::agency_id.eq(Id(agency)));
    let before = notice_addresses::table.filter(key).filter(notice_addresses::version.eq(version - 1));
    let set = (notice_addresses::addresses.eq(sealed), notice_addresses::version.eq(version));
    Ok(diesel::update(before).set(set).execute(tx)? == 1)
}

pub(super) fn insert(tx: &mut Conn, rows: &[MailRow]) -> TxResult<()> {
    if !rows.is_empty() {
        on_each!(tx, |c| diesel::insert_into(notice_mails::table).values(rows).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// How many wait, and how many of them nobody is at.
pub(super) fn waiting(conn: &mut Conn, now: DateTime<Utc>) -> TxResult<(i64, i64)> {
    let waiting = notice_mails::state.eq(WAITING);
    let all = notice_mails::table.filter(waiting).count().get_result(conn)?;
    let free = notice_mails::table.filter(waiting.and(notice_mails::free_at.le(At(now)))).count().get_result(conn)?;
    Ok((all, free))
}

/// Takes some that nobody is at until an instant, the oldest first.
pub(super) fn claim(tx: &mut Conn, now: DateTime<Utc>, until: DateTime<Utc>, most: i64) -> TxResult<Vec<Mail>> {
    let free = notice_mails::state.eq(WAITING).and(notice_mails::free_at.le(At(now)));
    let some: Vec<Mail> = notice_mails::table
        .select((
            notice_mails::tenant_id,
            notice_mails::id,
            notice_mails::address,
            notice_mails::content,
            notice_mails::state,
            notice_mails::tries,
            notice_mails::last_reply,
            notice_mails::written_at,
            notice_mails::free_at,
            notice_mails::ended_at,
        ))
        .filter(free.clone())
        .order((notice_mails::free_at, notice_mails::id))
        .limit(most)
        .load(tx)?;
    let mut taken = Vec::with_capacity(some.len());
    for mut row in some {
        let key = notice_mails::tenant_id.eq(row.tenant_id.clone()).and(notice_mails::id.eq(row.id.clone()));
        // The condition once more: two copies may have found the same row.
        let one = notice_mails::table.filter(key).filter(free.clone());
        if diesel::update(one).set(notice_mails::free_at.eq(At(until))).execute(tx)? == 1 {
            row.free_at = At(until);
            taken.push(row);
        }
    }
    Ok(taken)
}

/// Writes how a try went, unless another copy has ended it. What was sent stays sent whoever hears of it first.
pub(super) fn tried(tx: &mut Conn, row: &Mail) -> TxResult<bool> {
    let key = notice_mails::tenant_id.eq(row.tenant_id.clone()).and(notice_mails::id.eq(row.id.clone()));
    let waits = notice_mails::table.filter(key).filter(notice_mails::state.eq(WAITING));
    let changed = diesel::update(waits)
        .set((
            notice_mails::state.eq(&row.state),
            notice_mails::tries.eq(row.tries),
            notice_mails::last_reply.eq(&row.last_reply),
            notice_mails::free_at.eq(&row.free_at),
            notice_mails::ended_at.eq(&row.ended_at),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

/// Removes the e-mails of notices that are kept no longer.
pub(crate) fn forget(tx: &mut Conn, tenant: Uuid, notices: &[Id]) -> TxResult<()> {
    let of = notice_mails::tenant_id.eq(Id(tenant)).and(notice_mails::notice_id.eq_any(notices.to_vec()));
    diesel::delete(notice_mails::table.filter(of)).execute(tx)?;
    Ok(())
}

/// How the e-mails of these notices stand; nothing of those without any.
pub(crate) fn of_notices(conn: &mut Conn, tenant: Uuid, notices: &[Uuid]) -> TxResult<BTreeMap<Uuid, NoticeMail>> {
    let wanted: Vec<Id> = notices.iter().copied().map(Id).collect();
    let rows: Vec<(Id, String, Option<String>)> = notice_mails::table
        .select((notice_mails::notice_id, notice_mails::state, notice_mails::last_reply))
        .filter(notice_mails::tenant_id.eq(Id(tenant)).and(notice_mails::notice_id.eq_any(wanted)))
        .order(notice_mails::free_at)
        .load(conn)?;
    let mut by_notice: BTreeMap<Uuid, NoticeMail> = BTreeMap::new();
    for (notice, state, reply) in rows {
        let mail = by_notice.entry(notice.0).or_default();
        match state.as_str() {
            SENT => mail.sent += 1,
            GIVEN_UP => mail.given_up += 1,
            _ => mail.waiting += 1,
        }
        mail.last_reply = reply.or(mail.last_reply.take());
    }
    Ok(by_notice)
}
