//! Writing agencies into the tables: the same statements whether the owner writes or a replica follows.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use motcua_db::sql::Id;
use motcua_db::{Conn, Migrations, TxResult, on_each};
use motcua_kernel::{Error, Uuid, text};

use crate::record::{AgencyRecord, DatedCode, SuccessionRecord};
use crate::schema::{agencies, agency_codes, agency_successions, agency_units};
use crate::tree;

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

/// Writes an agency whole: new, or in place of what was there. An older version than the stored one changes nothing, so
/// that an event applied twice acts once.
///
/// Whoever owns the tables asks [`code_conflicts`](crate::code_conflicts) first; here a code simply has the holder that
/// was told last, because a replica must not stop at two events that came in an unlucky order.
///
/// # Errors
/// `agency.circle` when the agency would stand above itself, or when the database fails.
pub fn put_agency(tx: &mut Conn, tenant: Uuid, record: &AgencyRecord) -> TxResult<()> {
    let mine = agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(record.id)));
    let stored: Option<(i64, Option<Id>)> =
        agencies::table.select((agencies::version, agencies::parent_id)).filter(mine.clone()).first(tx).optional()?;
    if stored.as_ref().is_some_and(|(version, _)| *version >= record.version) {
        return Ok(());
    }
    let parent_before = stored.map(|(_, parent)| parent.map(|parent| parent.0));
    if parent_before != Some(record.parent_id) {
        tree::put_below(tx, tenant, record.id, record.parent_id)?;
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
    put_units(tx, tenant, record)
}

fn put_codes(tx: &mut Conn, tenant: Uuid, record: &AgencyRecord) -> TxResult<()> {
    let mine = agency_codes::tenant_id.eq(Id(tenant)).and(agency_codes::agency_id.eq(Id(record.id)));
    diesel::delete(agency_codes::table.filter(mine)).execute(tx)?;
    for code in &record.codes {
        let row = (
            agency_codes::tenant_id.eq(Id(tenant)),
            agency_codes::code.eq(&code.code),
            agency_codes::valid_from.eq(code.valid_from),
            agency_codes::valid_to.eq(code.valid_to),
            agency_codes::agency_id.eq(Id(record.id)),
        );
        on_each!(tx, |c| {
            diesel::insert_into(agency_codes::table)
                .values(row)
                .on_conflict((agency_codes::tenant_id, agency_codes::code, agency_codes::valid_from))
                .do_update()
                .set((agency_codes::valid_to.eq(code.valid_to), agency_codes::agency_id.eq(Id(record.id))))
                .execute(c)
        })?;
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
    let codes =
        codes.into_iter().map(|(code, valid_from, valid_to)| DatedCode { code, valid_from, valid_to }).collect();
    let kind = kind.parse().map_err(Error::internal)?;
    let parent_id = parent.map(|id| id.0);
    Ok(Some(AgencyRecord {
        id,
        name,
        name_en,
        kind,
        symbol,
        parent_id,
        valid_from,
        valid_to,
        codes,
        units,
        note,
        version,
    }))
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
