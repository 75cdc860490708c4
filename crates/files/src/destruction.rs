//! Destroying files (tiêu hủy): the row stays with everything known of it, its content goes.
//!
//! In the transaction of whoever decides, a file is marked and the removal of its content asked for ([`destroy`]). Some
//! time later [`remove_destroyed`] removes from the disk what no living file has any more; killed in between it does so
//! again. The same content may have been uploaded by others: it stays as long as one of their files lives. Whoever
//! uploads it anew while it is being removed waits, and then either keeps it or is asked to send it again.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Db, TxResult, on_each};
use motcua_kernel::{Error, Result, SystemTime, Uuid};

use crate::file_store::{FileStore, Removal};
use crate::store::files;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    /// Contents that are to be removed once no living file has them.
    file_removals (tenant_id, sha256) {
        tenant_id -> Uid,
        sha256 -> Text,
        /// From when on it may be looked at.
        due_at -> Instant,
    }
}

/// How many are looked up together.
const TOGETHER: i64 = 100;
/// When content is looked at again that stands in the folder of all services: an operator may have moved it.
const LOOK_AGAIN: TimeDelta = TimeDelta::days(1);

/// Marks files as destroyed and asks for the removal of their content. Says which contents no living file of the tenant
/// has any more.
///
/// # Errors
/// When the database fails.
pub fn destroy(tx: &mut Conn, tenant: Uuid, ids: &[Uuid], now: SystemTime) -> TxResult<Vec<String>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let these = files::tenant_id.eq(Id(tenant)).and(files::id.eq_any(wanted));
    let mut contents: Vec<String> = files::table.select(files::sha256).filter(these.clone()).distinct().load(tx)?;
    // Always in the same order, so that no two who hold several wait for each other.
    contents.sort_unstable();
    for sha256 in &contents {
        hold(tx, sha256)?;
    }
    diesel::update(files::table.filter(these)).set(files::destroyed_at.eq(Some(At(now.0)))).execute(tx)?;
    for sha256 in &contents {
        let row = (
            file_removals::tenant_id.eq(Id(tenant)),
            file_removals::sha256.eq(sha256.clone()),
            file_removals::due_at.eq(At(now.0)),
        );
        on_each!(tx, |c| diesel::insert_into(file_removals::table).values(row).on_conflict_do_nothing().execute(c))?;
    }
    let living: Vec<String> = files::table
        .select(files::sha256)
        .filter(files::tenant_id.eq(Id(tenant)).and(files::destroyed_at.is_null()))
        .filter(files::sha256.eq_any(contents.clone()))
        .distinct()
        .load(tx)?;
    contents.retain(|sha256| !living.contains(sha256));
    Ok(contents)
}

/// Removes from the disk what was destroyed; how many contents went. Any number of copies may do it at once.
///
/// # Errors
/// When the database or the directory is away.
pub async fn remove_destroyed(db: &Db, store: &FileStore) -> Result<usize> {
    let (mut gone, mut stay) = (0, 0);
    loop {
        let now = db.clock.system();
        let some = db.read("files_to_remove", move |conn| to_remove(conn, now)).await?;
        if some.is_empty() {
            break;
        }
        for sha256 in some {
            let store = store.clone();
            match db.write("file_remove", move |tx| remove(tx, &store, &sha256, now)).await? {
                Some(Removal::Gone) => gone += 1,
                Some(Removal::Shared) => stay += 1,
                None => {}
            }
        }
    }
    if stay > 0 {
        tracing::warn!(contents = stay, "destroyed content stays in the folder that services once shared");
    }
    Ok(gone)
}

/// Some contents whose removal is due.
fn to_remove(conn: &mut Conn, now: SystemTime) -> TxResult<Vec<String>> {
    Ok(file_removals::table
        .select(file_removals::sha256)
        .filter(file_removals::due_at.le(At(now.0)))
        .order(file_removals::sha256)
        .distinct()
        .limit(TOGETHER)
        .load(conn)?)
}

/// Removes one content that no living file has. Nothing when one has it: then it is asked for again with that one.
fn remove(tx: &mut Conn, store: &FileStore, sha256: &str, now: SystemTime) -> TxResult<Option<Removal>> {
    hold(tx, sha256)?;
    let living: Option<Id> = files::table
        .select(files::id)
        .filter(files::sha256.eq(sha256).and(files::destroyed_at.is_null()))
        .first(tx)
        .optional()?;
    // The disk before the row: a kill in between has the row say that it is to be done again.
    let removal = if living.is_some() { None } else { Some(store.remove(sha256)?) };
    let of_content = file_removals::table.filter(file_removals::sha256.eq(sha256));
    if removal == Some(Removal::Shared) {
        diesel::update(of_content).set(file_removals::due_at.eq(At(now.0 + LOOK_AGAIN))).execute(tx)?;
    } else {
        diesel::delete(of_content).execute(tx)?;
    }
    Ok(removal)
}

/// Refuses a new file whose content was removed since it arrived; from here on nobody removes it before the transaction
/// ends.
///
/// # Errors
/// `unavailable`: it is to be sent again.
pub(crate) fn require_there(tx: &mut Conn, store: &FileStore, sha256: &str) -> TxResult<()> {
    hold(tx, sha256)?;
    if store.has(sha256)? {
        return Ok(());
    }
    Err(Error::unavailable("the same content was destroyed while it arrived again").into())
}

/// Lets nobody else decide about a content until the transaction ends. SQLite has one writer anyway.
fn hold(tx: &mut Conn, sha256: &str) -> TxResult<()> {
    if let Conn::Postgres(conn) = tx {
        let key = sha256.get(..16).and_then(|first| u64::from_str_radix(first, 16).ok()).unwrap_or_default();
        let key = i64::from_be_bytes(key.to_be_bytes());
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(key).execute(conn)?;
    }
    Ok(())
}
