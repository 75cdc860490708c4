//! Writing records into the tables: the same statements whether the owner writes or a replica follows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use motcua_db::sql::Id;
use motcua_db::{Conn, Migrations, TxResult, on_each};
use motcua_kernel::{Error, Uuid, text};

use crate::record::{AgencyRecord, ClientRecord, DatedCode, GrantRecord, OfficerRecord, SuccessionRecord};
use crate::schema::{
    agencies, agency_codes, agency_successions, agency_tree, agency_units, clients, directory_revisions, grants,
    officers,
};

/// The tables of agencies and the directory.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: || {
        const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
        SQLITE
    },
    postgres: || {
        const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
        POSTGRES
    },
};

/// Writes an agency whole: new, or in place of what was there. An older version than the stored one changes nothing.
///
/// # Errors
/// When the database fails, or a code already belongs to another agency from the same day.
pub fn put_agency(tx: &mut Conn, tenant: Uuid, record: &AgencyRecord) -> TxResult<()> {
    let mine = agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(record.id)));
    let stored: Option<i64> = agencies::table.select(agencies::version).filter(mine.clone()).first(tx).optional()?;
    if stored.is_some_and(|version| version >= record.version) {
        return Ok(());
    }
    diesel::delete(agencies::table.filter(mine)).execute(tx)?;
    diesel::insert_into(agencies::table)
        .values((
            agencies::tenant_id.eq(Id(tenant)),
            agencies::id.eq(Id(record.id)),
            agencies::name.eq(&record.name),
            agencies::name_en.eq(&record.name_en),
            agencies::name_folded.eq(text::fold(&record.name)),
            agencies::kind.eq(record.kind.as_str()),
            agencies::symbol.eq(&record.symbol),
            agencies::parent_id.eq(record.parent_id.map(Id)),
            agencies::valid_from.eq(record.valid_from),
            agencies::valid_to.eq(record.valid_to),
            agencies::note.eq(&record.note),
            agencies::version.eq(record.version),
        ))
        .execute(tx)?;
    put_codes(tx, tenant, record)?;
    put_units(tx, tenant, record)?;
    put_tree(tx, tenant, record.id)
}

fn put_codes(tx: &mut Conn, tenant: Uuid, record: &AgencyRecord) -> TxResult<()> {
    let mine = agency_codes::tenant_id.eq(Id(tenant)).and(agency_codes::agency_id.eq(Id(record.id)));
    diesel::delete(agency_codes::table.filter(mine)).execute(tx)?;
    for code in &record.codes {
        diesel::insert_into(agency_codes::table)
            .values((
                agency_codes::tenant_id.eq(Id(tenant)),
                agency_codes::code.eq(&code.code),
                agency_codes::valid_from.eq(code.valid_from),
                agency_codes::valid_to.eq(code.valid_to),
                agency_codes::agency_id.eq(Id(record.id)),
            ))
            .execute(tx)?;
    }
    Ok(())
}

fn put_units(tx: &mut Conn, tenant: Uuid, record: &AgencyRecord) -> TxResult<()> {
    let mine = agency_units::tenant_id.eq(Id(tenant)).and(agency_units::agency_id.eq(Id(record.id)));
    diesel::delete(agency_units::table.filter(mine)).execute(tx)?;
    for unit in record.units.iter().collect::<BTreeSet<_>>() {
        diesel::insert_into(agency_units::table)
            .values((
                agency_units::tenant_id.eq(Id(tenant)),
                agency_units::agency_id.eq(Id(record.id)),
                agency_units::unit_code.eq(unit),
            ))
            .execute(tx)?;
    }
    Ok(())
}

/// Rebuilds the ancestors of an agency and of everything below it. A province has a few thousand agencies and they
/// change rarely, so the parents are read whole.
fn put_tree(tx: &mut Conn, tenant: Uuid, root: Uuid) -> TxResult<()> {
    let rows: Vec<(Id, Option<Id>)> = agencies::table
        .select((agencies::id, agencies::parent_id))
        .filter(agencies::tenant_id.eq(Id(tenant)))
        .load(tx)?;
    let parents: BTreeMap<Uuid, Option<Uuid>> =
        rows.into_iter().map(|(id, parent)| (id.0, parent.map(|parent| parent.0))).collect();
    for id in parents.keys() {
        let line = ancestors(&parents, *id)?;
        if !line.contains(&root) {
            continue;
        }
        let mine = agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::descendant_id.eq(Id(*id)));
        diesel::delete(agency_tree::table.filter(mine)).execute(tx)?;
        for ancestor in line {
            diesel::insert_into(agency_tree::table)
                .values((
                    agency_tree::tenant_id.eq(Id(tenant)),
                    agency_tree::ancestor_id.eq(Id(ancestor)),
                    agency_tree::descendant_id.eq(Id(*id)),
                ))
                .execute(tx)?;
        }
    }
    Ok(())
}

fn ancestors(parents: &BTreeMap<Uuid, Option<Uuid>>, id: Uuid) -> Result<Vec<Uuid>, Error> {
    let mut line = vec![id];
    let mut at = id;
    while let Some(Some(parent)) = parents.get(&at) {
        if line.contains(parent) {
            return Err(Error::conflict(
                "agency.circle",
                "Cơ quan cấp trên không thể là chính nó hoặc cấp dưới của nó.",
                "An agency can't be above itself.",
            ));
        }
        line.push(*parent);
        at = *parent;
    }
    Ok(line)
}

/// Reads an agency whole.
///
/// # Errors
/// When the database fails.
pub fn load_agency(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<AgencyRecord>> {
    type Columns = (String, String, String, String, Option<Id>, NaiveDate, Option<NaiveDate>, String, i64);
    let row: Option<Columns> = agencies::table
        .select((
            agencies::name,
            agencies::name_en,
            agencies::kind,
            agencies::symbol,
            agencies::parent_id,
            agencies::valid_from,
            agencies::valid_to,
            agencies::note,
            agencies::version,
        ))
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(id))))
        .first(conn)
        .optional()?;
    let Some((name, name_en, kind, symbol, parent, valid_from, valid_to, note, version)) = row else {
        return Ok(None);
    };
    let codes: Vec<(String, NaiveDate, Option<NaiveDate>)> = agency_codes::table
        .select((agency_codes::code, agency_codes::valid_from, agency_codes::valid_to))
        .filter(agency_codes::tenant_id.eq(Id(tenant)).and(agency_codes::agency_id.eq(Id(id))))
        .order((agency_codes::valid_from, agency_codes::code))
        .load(conn)?;
    let units: Vec<String> = agency_units::table
        .select(agency_units::unit_code)
        .filter(agency_units::tenant_id.eq(Id(tenant)).and(agency_units::agency_id.eq(Id(id))))
        .order(agency_units::unit_code)
        .load(conn)?;
    let codes = codes
        .into_iter()
        .map(|(code, valid_from, valid_to)| DatedCode { code, valid_from, valid_to })
        .collect();
    let kind = kind.parse().map_err(Error::internal)?;
    let parent_id = parent.map(|id| id.0);
    Ok(Some(AgencyRecord { id, name, name_en, kind, symbol, parent_id, valid_from, valid_to, codes, units, note, version }))
}

/// Writes a succession; the same one twice changes nothing. True when it is new.
///
/// # Errors
/// When the database fails.
pub fn put_succession(tx: &mut Conn, tenant: Uuid, record: &SuccessionRecord) -> TxResult<bool> {
    let rows = on_each!(tx, |c| {
        diesel::insert_into(agency_successions::table)
            .values((
                agency_successions::tenant_id.eq(Id(tenant)),
                agency_successions::id.eq(Id(record.id)),
                agency_successions::from_agency_id.eq(Id(record.from_agency_id)),
                agency_successions::to_agency_id.eq(Id(record.to_agency_id)),
                agency_successions::kind.eq(record.kind.as_str()),
                agency_successions::effective_on.eq(record.effective_on),
                agency_successions::legal_basis.eq(&record.legal_basis),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(rows == 1)
}

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

/// Raises the directory's revision, so that every copy of the service drops the callers it has cached.
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
