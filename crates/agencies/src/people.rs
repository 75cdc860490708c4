//! Writing officers and clients into the tables: the same statements whether the owner writes or a replica follows.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Error, Uuid};

use crate::record::{ClientRecord, GrantRecord, OfficerRecord};
use crate::schema::{clients, directory_revisions, grants, officers};

/// Writes an officer whole.
///
/// # Errors
/// When the database fails.
pub fn put_officer(tx: &mut Conn, tenant: Uuid, record: &OfficerRecord) -> TxResult<()> {
    let mine = officers::tenant_id.eq(Id(tenant)).and(officers::id.eq(Id(record.id)));
    let stored: Option<i64> = officers::table.select(officers::version).filter(mine.clone()).first(tx).optional()?;
    if stored.is_some_and(|version| version >= record.version) {
        return Ok(());
    }
    diesel::delete(officers::table.filter(mine)).execute(tx)?;
    diesel::insert_into(officers::table)
        .values((
            officers::tenant_id.eq(Id(tenant)),
            officers::id.eq(Id(record.id)),
            officers::issuer.eq(&record.issuer),
            officers::subject.eq(&record.subject),
            officers::active.eq(record.active),
            officers::version.eq(record.version),
        ))
        .execute(tx)?;
    let held = grants::tenant_id.eq(Id(tenant)).and(grants::officer_id.eq(Id(record.id)));
    diesel::delete(grants::table.filter(held)).execute(tx)?;
    for grant in &record.grants {
        diesel::insert_into(grants::table)
            .values((
                grants::tenant_id.eq(Id(tenant)),
                grants::officer_id.eq(Id(record.id)),
                grants::agency_id.eq(Id(grant.agency_id)),
                grants::role.eq(grant.role.as_str()),
                grants::valid_from.eq(grant.valid_from),
                grants::valid_to.eq(grant.valid_to),
            ))
            .execute(tx)?;
    }
    touch_directory(tx, tenant)
}

/// Reads an officer whole.
///
/// # Errors
/// When the database fails.
pub fn load_officer(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<OfficerRecord>> {
    let row: Option<(String, String, bool, i64)> = officers::table
        .select((officers::issuer, officers::subject, officers::active, officers::version))
        .filter(officers::tenant_id.eq(Id(tenant)).and(officers::id.eq(Id(id))))
        .first(conn)
        .optional()?;
    let Some((issuer, subject, active, version)) = row else {
        return Ok(None);
    };
    let held: Vec<(Id, String, NaiveDate, Option<NaiveDate>)> = grants::table
        .select((grants::agency_id, grants::role, grants::valid_from, grants::valid_to))
        .filter(grants::tenant_id.eq(Id(tenant)).and(grants::officer_id.eq(Id(id))))
        .order((grants::agency_id, grants::role, grants::valid_from))
        .load(conn)?;
    let grants = held
        .into_iter()
        .map(|(agency, role, valid_from, valid_to)| {
            let role = role.parse().map_err(Error::internal)?;
            Ok(GrantRecord { agency_id: agency.0, role, valid_from, valid_to })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Some(OfficerRecord { id, issuer, subject, active, grants, version }))
}

/// Writes an API client whole.
///
/// # Errors
/// When the database fails.
pub fn put_client(tx: &mut Conn, tenant: Uuid, record: &ClientRecord) -> TxResult<()> {
    let mine = clients::tenant_id.eq(Id(tenant)).and(clients::id.eq(Id(record.id)));
    let stored: Option<i64> = clients::table.select(clients::version).filter(mine.clone()).first(tx).optional()?;
    if stored.is_some_and(|version| version >= record.version) {
        return Ok(());
    }
    diesel::delete(clients::table.filter(mine)).execute(tx)?;
    diesel::insert_into(clients::table)
        .values((
            clients::tenant_id.eq(Id(tenant)),
            clients::id.eq(Id(record.id)),
            clients::issuer.eq(&record.issuer),
            clients::subject.eq(&record.subject),
            clients::name.eq(&record.name),
            clients::owner_agency_id.eq(record.owner_agency_id.map(Id)),
            clients::active.eq(record.active),
            clients::version.eq(record.version),
        ))
        .execute(tx)?;
    touch_directory(tx, tenant)
}

/// Reads an API client whole.
///
/// # Errors
/// When the database fails.
pub fn load_client(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<ClientRecord>> {
    type Columns = (String, String, String, Option<Id>, bool, i64);
    let row: Option<Columns> = clients::table
        .select((
            clients::issuer,
            clients::subject,
            clients::name,
            clients::owner_agency_id,
            clients::active,
            clients::version,
        ))
        .filter(clients::tenant_id.eq(Id(tenant)).and(clients::id.eq(Id(id))))
        .first(conn)
        .optional()?;
    Ok(row.map(|(issuer, subject, name, owner, active, version)| ClientRecord {
        id,
        issuer,
        subject,
        name,
        owner_agency_id: owner.map(|id| id.0),
        active,
        version,
    }))
}

/// Raises the directory's revision, so that every copy of the service drops the callers it has cached.
///
/// The row stays locked until the transaction ends, so owners that begin with this write one after another.
///
/// # Errors
/// When the database fails.
pub fn touch_directory(tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(directory_revisions::table)
            .values((directory_revisions::tenant_id.eq(Id(tenant)), directory_revisions::revision.eq(1_i64)))
            .on_conflict(directory_revisions::tenant_id)
            .do_update()
            .set(directory_revisions::revision.eq(directory_revisions::revision + 1))
            .execute(c)
    })?;
    Ok(())
}
