//! A fingerprint of everything derived: two copies, two databases or two replays that agree in it hold the same rows.

use std::fmt::{Debug, Write};

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{
    agencies, agency_codes, agency_successions, agency_tree, agency_units, clients, grants, officers,
};
use motcua_db::sql::Id;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Error, Result, Uuid};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::store::{self, pages};
use crate::measures;

/// Rows of tallies that are held at once.
const PAGE: i64 = 2000;

/// The fingerprint of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableDigest {
    /// The table.
    pub table: &'static str,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 over the rows in the order of their keys, in hexadecimal.
    pub sha256: String,
}

/// The fingerprints of every table derived for a tenant. They are of one moment only while nothing is being followed.
///
/// # Errors
/// When the database fails.
pub async fn digest(db: &Db, tenant: Uuid) -> Result<Vec<TableDigest>> {
    db.read("kpi_digest", move |conn| {
        let mut all = facts_of(conn, tenant)?;
        all.extend(agencies_of(conn, tenant)?);
        all.extend(directory_of(conn, tenant)?);
        all.extend(tallies_of(conn, tenant)?);
        Ok(all)
    })
    .await
}

/// A digest in the making. A row goes in as it prints for debugging, because then no column can be forgotten.
struct Making {
    table: &'static str,
    rows: u64,
    hash: Sha256,
    line: String,
}

impl Making {
    fn of(table: &'static str) -> Self {
        Self { table, rows: 0, hash: Sha256::new(), line: String::new() }
    }

    fn add(&mut self, row: &impl Debug) -> Result<()> {
        self.rows += 1;
        self.line.clear();
        writeln!(self.line, "{row:?}").map_err(Error::internal)?;
        self.hash.update(&self.line);
        Ok(())
    }

    fn end(self) -> TableDigest {
        TableDigest { table: self.table, rows: self.rows, sha256: hex::encode(self.hash.finalize()) }
    }
}

/// The digest of a table that may be large: never more than a page of it is held.
fn paged<R: Debug>(
    table: &'static str,
    mut page: impl FnMut(Uuid) -> TxResult<Vec<R>>,
    key: impl Fn(&R) -> Uuid,
) -> TxResult<TableDigest> {
    let mut making = Making::of(table);
    let mut after = Uuid::nil();
    loop {
        let rows = page(after)?;
        let Some(last) = rows.last() else { return Ok(making.end()) };
        after = key(last);
        for row in &rows {
            making.add(row)?;
        }
    }
}

fn whole<R: Debug>(table: &'static str, rows: &[R]) -> TxResult<TableDigest> {
    let mut making = Making::of(table);
    for row in rows {
        making.add(row)?;
    }
    Ok(making.end())
}

fn facts_of(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<TableDigest>> {
    macro_rules! one_key {
        ($($table:ident by $id:ident),+ $(,)?) => {
            vec![$(paged(stringify!($table), |after| pages::$table(conn, tenant, after), |row| row.$id.0)?),+]
        };
    }
    let mut all = one_key!(
        dossier_facts by dossier_id,
        dossier_course_facts by dossier_id,
        dossier_case_facts by dossier_id,
        dossier_paper_facts by dossier_id,
        mirrored_dossier_facts by dossier_id,
        procedure_facts by procedure_id,
        document_facts by document_id,
        dispatch_facts by dispatch_id,
        incoming_document_facts by document_id,
        rating_facts by rating_id,
    );
    all.push(moves_of(conn, tenant)?);
    all.push(whole("announcement_facts", &pages::announcement_facts(conn, tenant)?)?);
    all.push(whole("unknown_events", &store::list_unknown(conn, tenant)?)?);
    Ok(all)
}

/// The moves of responsibility have a key of several parts, so a page goes on behind all of it.
fn moves_of(conn: &mut Conn, tenant: Uuid) -> TxResult<TableDigest> {
    let mut making = Making::of("responsibility_moves");
    let mut last = None;
    loop {
        let rows = pages::responsibility_moves(conn, tenant, last.as_ref())?;
        for row in &rows {
            making.add(row)?;
        }
        match rows.into_iter().last() {
            Some(row) => last = Some(row),
            None => return Ok(making.end()),
        }
    }
}

fn agencies_of(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<TableDigest>> {
    type Agency =
        (Id, Id, String, String, String, String, String, Option<Id>, NaiveDate, Option<NaiveDate>, String, i64);
    let agencies: Vec<Agency> =
        agencies::table.filter(agencies::tenant_id.eq(Id(tenant))).order(agencies::id).load(conn)?;
    let codes: Vec<(Id, String, NaiveDate, Option<NaiveDate>, Id)> = agency_codes::table
        .filter(agency_codes::tenant_id.eq(Id(tenant)))
        .order((agency_codes::agency_id, agency_codes::valid_from, agency_codes::code))
        .load(conn)?;
    let units: Vec<(Id, Id, String)> = agency_units::table
        .filter(agency_units::tenant_id.eq(Id(tenant)))
        .order((agency_units::agency_id, agency_units::unit_code))
        .load(conn)?;
    let tree: Vec<(Id, Id, Id)> = agency_tree::table
        .filter(agency_tree::tenant_id.eq(Id(tenant)))
        .order((agency_tree::ancestor_id, agency_tree::descendant_id))
        .load(conn)?;
    let successions: Vec<(Id, Id, Id, Id, String, NaiveDate, String)> = agency_successions::table
        .filter(agency_successions::tenant_id.eq(Id(tenant)))
        .order(agency_successions::id)
        .load(conn)?;
    Ok(vec![
        whole("agencies", &agencies)?,
        whole("agency_codes", &codes)?,
        whole("agency_units", &units)?,
        whole("agency_tree", &tree)?,
        whole("agency_successions", &successions)?,
    ])
}

fn directory_of(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<TableDigest>> {
    type Client = (Id, Id, String, String, String, Option<Id>, bool, i64);
    let officers: Vec<(Id, Id, String, String, bool, i64)> =
        officers::table.filter(officers::tenant_id.eq(Id(tenant))).order(officers::id).load(conn)?;
    let grants: Vec<(Id, Id, Id, String, NaiveDate, Option<NaiveDate>)> = grants::table
        .filter(grants::tenant_id.eq(Id(tenant)))
        .order((grants::officer_id, grants::agency_id, grants::role, grants::valid_from))
        .load(conn)?;
    let clients: Vec<Client> =
        clients::table.filter(clients::tenant_id.eq(Id(tenant))).order(clients::id).load(conn)?;
    Ok(vec![whole("officers", &officers)?, whole("grants", &grants)?, whole("clients", &clients)?])
}

fn tallies_of(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<TableDigest>> {
    let tallies = following("tallies", |last| measures::tallies_after(conn, tenant, last, PAGE))?;
    let turns = following("tally_turns", |last| measures::turns_after(conn, tenant, last, PAGE))?;
    Ok(vec![tallies, turns])
}

/// The digest of a table whose pages follow each other by their last row.
fn following<R: Debug>(
    table: &'static str,
    mut page: impl FnMut(Option<&R>) -> TxResult<Vec<R>>,
) -> TxResult<TableDigest> {
    let mut making = Making::of(table);
    let mut rows = page(None)?;
    while !rows.is_empty() {
        for row in &rows {
            making.add(row)?;
        }
        rows = page(rows.last())?;
    }
    Ok(making.end())
}
