//! Loading officers with their roles from a file; a second run changes nothing.

use std::io::Read;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{GrantRecord, OfficerRecord, load_agency, open_agency, touch_directory};
use motcua_db::{Conn, Db, Failure, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::{Result, Role, Text, Uuid, Vault, new_id};

use super::persons::{self, Person};
use super::{put, rules, store};
use crate::csv_table;
use crate::import_report::{FileReport, Outcome, Progress};

const COLUMNS: [&str; 5] = ["subject", "name", "agency_code", "role", "email"];

/// Lines in one transaction: others may write in between.
const TOGETHER: usize = 200;

/// A role of an officer as one line tells of it.
#[derive(Clone)]
struct Row {
    line: u64,
    subject: String,
    person: Person,
    agency_code: String,
    role: Role,
}

/// Loads officers (`subject,name,agency_code,role,email`), one line a role, as accounts at an issuer. A role is held from
/// the day the agency opened, because the file doesn't say since when. Roles the file does not name stay as they are.
///
/// # Errors
/// When the header is wrong or the database fails; what was written until then stays, and the next run goes on from
/// there.
pub async fn import(
    db: &Db,
    journal: &Journal,
    tenant: Uuid,
    issuer: &str,
    source: impl Read + Send,
    progress: Progress<'_>,
) -> Result<FileReport> {
    let mut report = FileReport::new("officers");
    let rows = read(source, issuer, &mut report)?;
    let stamp = Stamp::by_service(journal.service(), tenant, &db.clock);
    let mut done = 0;
    for part in rows.chunks(TOGETHER) {
        let (journal, stamp, vault) = (journal.clone(), stamp.clone(), db.vault.clone());
        let (issuer, lines) = (issuer.to_owned(), Arc::new(part.to_vec()));
        let outcomes = db
            .write("officers_import", move |tx| {
                touch_directory(tx, tenant)?;
                lines.iter().map(|row| take(tx, &journal, &vault, &stamp, &issuer, row)).collect::<TxResult<Vec<_>>>()
            })
            .await?;
        for (row, outcome) in part.iter().zip(outcomes) {
            match outcome {
                Ok(outcome) => report.take(outcome),
                Err(reason) => report.refuse(row.line, reason),
            }
        }
        done += part.len();
        progress(done, rows.len());
    }
    report.refused.sort_by_key(|remark| remark.line);
    Ok(report)
}

fn read(source: impl Read, issuer: &str, report: &mut FileReport) -> Result<Vec<Row>> {
    let table = csv_table::read(source, &COLUMNS, &[])?;
    report.read = table.lines.len() + table.broken.len();
    report.refused = table.broken;
    let mut rows = Vec::with_capacity(table.lines.len());
    for line in table.lines {
        let person = rules::person(line.cell("name"), line.optional("email"));
        let subject = line.cell("subject").to_owned();
        let mut faults = rules::subject_faults(issuer, &subject);
        faults.extend(rules::person_faults(&person));
        if let Some(fault) = faults.into_iter().next() {
            let Text { vi, en } = fault.message;
            report
                .refuse(line.number, Text::new(format!("{}: {vi}", fault.pointer), format!("{}: {en}", fault.pointer)));
            continue;
        }
        let role = match line.cell("role").parse() {
            Ok(role) => role,
            Err(error) => {
                report.refuse(line.number, Text::new(format!("Vai trò không hợp lệ: {error}."), format!("{error}.")));
                continue;
            }
        };
        rows.push(Row { line: line.number, subject, person, agency_code: line.cell("agency_code").to_owned(), role });
    }
    Ok(rows)
}

fn take(
    tx: &mut Conn,
    journal: &Journal,
    vault: &Vault,
    stamp: &Stamp,
    issuer: &str,
    row: &Row,
) -> TxResult<Result<Outcome, Text>> {
    let (tenant, today) = (stamp.tenant, stamp.occurred.day_in_vietnam());
    let agency = match open_agency(tx, tenant, &row.agency_code, today) {
        Ok(agency) => agency.id,
        Err(Failure::Refused(error)) => {
            return Ok(Err(error.fields.into_iter().next().map_or(error.detail, |field| field.message)));
        }
        Err(failure) => return Err(failure),
    };
    let known = store::officer_of(tx, tenant, issuer, &row.subject)?;
    let is_new = known.is_none();
    let mut record = known.unwrap_or_else(|| OfficerRecord {
        id: new_id(),
        issuer: issuer.to_owned(),
        subject: row.subject.clone(),
        active: true,
        grants: Vec::new(),
        version: 0,
    });
    let new_role = !record.grants.iter().any(|grant| {
        let in_force = grant.valid_from <= today && grant.valid_to.is_none_or(|end| today < end);
        in_force && grant.agency_id == agency && grant.role == row.role
    });
    if new_role {
        let valid_from = first_day(tx, tenant, agency, today)?;
        let valid_from = record
            .grants
            .iter()
            .filter(|grant| grant.agency_id == agency && grant.role == row.role)
            .filter_map(|grant| grant.valid_to)
            .fold(valid_from, NaiveDate::max);
        let grant = GrantRecord { agency_id: agency, role: row.role, valid_from, valid_to: None };
        if let Err(error) = rules::add(&mut record.grants, grant) {
            return Ok(Err(error.detail));
        }
    }
    let new_person = persons::open(tx, vault, tenant, &[record.id])?.get(&record.id) != Some(&row.person);
    if !new_role && !new_person {
        return Ok(Ok(Outcome::Unchanged));
    }
    if new_person {
        persons::put(tx, vault, tenant, record.id, &row.person)?;
    }
    record.version += 1;
    put(tx, journal, stamp, &record)?;
    Ok(Ok(if is_new { Outcome::Loaded } else { Outcome::Changed }))
}

fn first_day(tx: &mut Conn, tenant: Uuid, agency: Uuid, today: NaiveDate) -> TxResult<NaiveDate> {
    Ok(load_agency(tx, tenant, agency)?.map_or(today, |agency| agency.valid_from))
}
