//! The messages of digests, and how they stand.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, Db, TxResult, on_each};
use motcua_kernel::{Error, Result, Uuid};
use motcua_mail::{GIVEN_UP, Letter, Mail, Outbox, SENT, WAITING};

use super::store;
use super::text::{self, Digest};
use super::view::LastDigest;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Document, Instant, Uid};
    digest_mails (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        digest_id -> Uid,
        address -> Binary,
        /// Keyed hash of the address: one digest goes to it once.
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

/// A message as it is stored; the address is sealed.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = digest_mails, treat_none_as_default_value = false)]
struct MailRow {
    tenant_id: Id,
    id: Id,
    digest_id: Id,
    address: Vec<u8>,
    address_mark: String,
    content: Json,
    state: String,
    tries: i64,
    last_reply: Option<String>,
    written_at: At,
    free_at: At,
    ended_at: Option<At>,
}

/// Writes a message for each address.
pub(super) fn queue(
    tx: &mut Conn,
    db: &Db,
    tenant: Uuid,
    digest: Uuid,
    emails: &[String],
    content: &Digest,
) -> TxResult<()> {
    let rows = emails
        .iter()
        .map(|email| {
            let mail = Mail::new::<DigestMails>(db, tenant, email, content)?;
            Ok(MailRow {
                tenant_id: mail.tenant_id,
                id: mail.id,
                digest_id: Id(digest),
                address: mail.address,
                address_mark: db.vault.lookup("alert address", email),
                content: mail.content,
                state: mail.state,
                tries: mail.tries,
                last_reply: mail.last_reply,
                written_at: mail.written_at,
                free_at: mail.free_at,
                ended_at: mail.ended_at,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    if !rows.is_empty() {
        on_each!(tx, |c| diesel::insert_into(digest_mails::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// The digests' messages.
pub(super) struct DigestMails;

impl Outbox for DigestMails {
    const NAME: &'static str = "digest_mails";

    fn waiting(conn: &mut Conn, now: DateTime<Utc>) -> TxResult<(i64, i64)> {
        let waiting = digest_mails::state.eq(WAITING);
        let all = digest_mails::table.filter(waiting).count().get_result(conn)?;
        let free =
            digest_mails::table.filter(waiting.and(digest_mails::free_at.le(At(now)))).count().get_result(conn)?;
        Ok((all, free))
    }

    fn claim(tx: &mut Conn, now: DateTime<Utc>, until: DateTime<Utc>, most: i64) -> TxResult<Vec<Mail>> {
        let free = digest_mails::state.eq(WAITING).and(digest_mails::free_at.le(At(now)));
        let some: Vec<Mail> = digest_mails::table
            .select((
                digest_mails::tenant_id,
                digest_mails::id,
                digest_mails::address,
                digest_mails::content,
                digest_mails::state,
                digest_mails::tries,
                digest_mails::last_reply,
                digest_mails::written_at,
                digest_mails::free_at,
                digest_mails::ended_at,
            ))
            .filter(free.clone())
            .order((digest_mails::free_at, digest_mails::id))
            .limit(most)
            .load(tx)?;
        let mut taken = Vec::with_capacity(some.len());
        for mut mail in some {
            let key = digest_mails::tenant_id.eq(mail.tenant_id.clone()).and(digest_mails::id.eq(mail.id.clone()));
            // The condition once more: two copies may have found the same row.
            let one = digest_mails::table.filter(key).filter(free.clone());
            if diesel::update(one).set(digest_mails::free_at.eq(At(until))).execute(tx)? == 1 {
                mail.free_at = At(until);
                taken.push(mail);
            }
        }
        Ok(taken)
    }

    fn tried(tx: &mut Conn, mail: &Mail) -> TxResult<bool> {
        let key = digest_mails::tenant_id.eq(mail.tenant_id.clone()).and(digest_mails::id.eq(mail.id.clone()));
        let waits = digest_mails::table.filter(key).filter(digest_mails::state.eq(WAITING));
        let changed = diesel::update(waits)
            .set((
                digest_mails::state.eq(&mail.state),
                digest_mails::tries.eq(mail.tries),
                digest_mails::last_reply.eq(&mail.last_reply),
                digest_mails::free_at.eq(&mail.free_at),
                digest_mails::ended_at.eq(&mail.ended_at),
            ))
            .execute(tx)?;
        Ok(changed == 1)
    }

    fn letter(mail: &Mail) -> Result<Letter> {
        Ok(text::of(&serde_json::from_value(mail.content.0.clone()).map_err(Error::internal)?))
    }

    fn context(id: Uuid) -> String {
        format!("digest_mails.address:{id}")
    }
}

/// The newest digest of an agency, and how its messages stand.
pub(super) fn last_digest(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Option<LastDigest>> {
    let Some(digest) = store::newest(conn, tenant, agency)? else { return Ok(None) };
    let rows: Vec<(String, Option<String>)> = digest_mails::table
        .select((digest_mails::state, digest_mails::last_reply))
        .filter(digest_mails::tenant_id.eq(Id(tenant)).and(digest_mails::digest_id.eq(digest.id)))
        .order(digest_mails::free_at)
        .load(conn)?;
    let mut last =
        LastDigest { day: digest.day, raised: digest.raised, waiting: 0, sent: 0, given_up: 0, last_reply: None };
    for (state, reply) in rows {
        match state.as_str() {
            SENT => last.sent += 1,
            GIVEN_UP => last.given_up += 1,
            _ => last.waiting += 1,
        }
        last.last_reply = reply.or(last.last_reply.take());
    }
    Ok(Some(last))
}

/// Removes some digests that were made before an instant, with their messages; how many.
pub(super) fn forget(tx: &mut Conn, before: DateTime<Utc>, most: i64) -> TxResult<usize> {
    let old = store::old(tx, before, most)?;
    for (tenant, digest) in &old {
        let of = digest_mails::tenant_id.eq(tenant.clone()).and(digest_mails::digest_id.eq(digest.clone()));
        diesel::delete(digest_mails::table.filter(of)).execute(tx)?;
        store::remove(tx, tenant, digest)?;
    }
    Ok(old.len())
}
