//! Loading agencies from a file. An agency is recognised by a code and the day it got it; a second run changes nothing.

use std::io::Read;
use std::sync::Arc;

use motcua_agencies::{
    AgencyRecord, DatedCode, SuccessionRecord, code_conflicts, events, load_agency, put_agency, put_succession,
    touch_directory,
};
use motcua_db::{Conn, Db, Failure, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::{Result, Text, Uuid, new_id};

use super::lines;
use super::plan::{Book, Planned, code_taken};
use super::{rules, store, tell};
use crate::import_report::{FileReport, Outcome, Progress};

/// Lines in one transaction: others may write in between.
const TOGETHER: usize = 200;

/// What became of a line, or why it was refused.
type Taken = Result<Outcome, Text>;

/// Loads agencies with their successions from a CSV file, in our format or as a list of codes; `demo/README.md` of the
/// program describes the columns. Returns what became of every line.
///
/// # Errors
/// When the header is of neither format, or the database fails; what was written until then stays, and the next run goes
/// on from there.
pub async fn import(
    db: &Db,
    journal: &Journal,
    tenant: Uuid,
    source: impl Read + Send,
    progress: Progress<'_>,
) -> Result<FileReport> {
    let mut report = FileReport::new("agencies");
    let rows = lines::read(source, &mut report)?;
    let codes = db.read("agencies_codes", move |conn| store::all_codes(conn, tenant)).await?;
    let planned = Book::new(codes).plan(rows, &mut report);
    let stamp = Stamp::by_service(journal.service(), tenant, &db.clock);
    let (all, mut done, mut taken) = (planned.len() * 2, 0, Vec::with_capacity(planned.len()));
    for part in planned.chunks(TOGETHER) {
        let (journal, stamp, rows) = (journal.clone(), stamp.clone(), Arc::new(part.to_vec()));
        let outcomes = db
            .write("agencies_import", move |tx| {
                touch_directory(tx, tenant)?;
                rows.iter().map(|row| take(tx, &journal, &stamp, row)).collect::<TxResult<Vec<Taken>>>()
            })
            .await?;
        taken.extend(outcomes);
        done += part.len();
        progress(done, all);
    }
    // Successions last, when both ends of each are there.
    let lines: Vec<(Planned, Taken)> = planned.into_iter().zip(taken).collect();
    for part in lines.chunks(TOGETHER) {
        let (journal, stamp, rows) = (journal.clone(), stamp.clone(), Arc::new(part.to_vec()));
        let outcomes = db
            .write("agencies_import_successions", move |tx| {
                touch_directory(tx, tenant)?;
                rows.iter()
                    .map(|(row, taken)| match taken {
                        Ok(outcome) => Ok(Ok(succeed(tx, &journal, &stamp, row, *outcome)?)),
                        Err(reason) => Ok(Err(reason.clone())),
                    })
                    .collect::<TxResult<Vec<Taken>>>()
            })
            .await?;
        for ((row, _), outcome) in part.iter().zip(outcomes) {
            match outcome {
                Ok(outcome) => report.take(outcome),
                Err(reason) => report.refuse(row.row.line, reason),
            }
        }
        done += part.len();
        progress(done, all);
    }
    report.refused.sort_by_key(|remark| remark.line);
    Ok(report)
}

/// Writes the agency of a line; what a rule refuses comes back as the line's reason.
fn take(tx: &mut Conn, journal: &Journal, stamp: &Stamp, planned: &Planned) -> TxResult<Taken> {
    let known = load_agency(tx, stamp.tenant, planned.agency)?;
    let told = rules::normalised(record(planned, known.as_ref()));
    if let (Some(closed), None) = (known.as_ref().and_then(|known| known.valid_to), told.valid_to) {
        return Ok(Err(Text::new(
            format!("Cơ quan đã kết thúc hoạt động từ ngày {closed}; dòng này ghi còn hoạt động."),
            format!("The agency closed on {closed}; the line says that it is open."),
        )));
    }
    if known.as_ref() == Some(&told) {
        return Ok(Ok(Outcome::Unchanged));
    }
    if let Some(fault) = rules::faults(&told).into_iter().next() {
        let Text { vi, en } = fault.message;
        return Ok(Err(Text::new(format!("{}: {vi}", fault.pointer), format!("{}: {en}", fault.pointer))));
    }
    if let Some(conflict) = code_conflicts(tx, stamp.tenant, &told)?.first() {
        return Ok(Err(code_taken(&conflict.held.code)));
    }
    let record = AgencyRecord { version: told.version + i64::from(known.is_some()), ..told };
    match put_agency(tx, stamp.tenant, &record) {
        Ok(()) => {}
        // Refused before anything was written: an agency above itself.
        Err(Failure::Refused(error)) => return Ok(Err(error.detail)),
        Err(failure) => return Err(failure),
    }
    tell(tx, journal, stamp, events::AGENCY_RECORDED, record.id, record.version, &record)?;
    Ok(Ok(if known.is_some() { Outcome::Changed } else { Outcome::Loaded }))
}

/// The agency as the line tells of it, over what is known and the line does not tell. The version is the known one.
fn record(planned: &Planned, known: Option<&AgencyRecord>) -> AgencyRecord {
    let row = &planned.row;
    let codes = match known {
        // It got other codes since, of which a line of one code can't know.
        Some(known) if known.codes.len() > 1 => known.codes.clone(),
        _ => vec![DatedCode { ..row.code.clone() }],
    };
    let text =
        |told: &Option<String>, known: Option<&String>| told.clone().or_else(|| known.cloned()).unwrap_or_default();
    AgencyRecord {
        id: planned.agency,
        name: row.name.clone(),
        name_en: text(&row.name_en, known.map(|known| &known.name_en)),
        kind: row.kind,
        symbol: text(&row.symbol, known.map(|known| &known.symbol)),
        parent_id: planned.parent,
        valid_from: known.map_or(row.code.valid_from, |known| known.valid_from),
        valid_to: row.code.valid_to,
        codes,
        units: row.units.clone().or_else(|| known.map(|known| known.units.clone())).unwrap_or_default(),
        note: row.note.clone(),
        version: known.map_or(1, |known| known.version),
    }
}

/// Records who went on with the agency of a line.
fn succeed(tx: &mut Conn, journal: &Journal, stamp: &Stamp, planned: &Planned, outcome: Outcome) -> TxResult<Outcome> {
    let (Some(told), Some(to_agency_id), Some(effective_on)) =
        (&planned.row.successor, planned.successor, planned.row.code.valid_to)
    else {
        return Ok(outcome);
    };
    let succession = SuccessionRecord {
        id: new_id(),
        from_agency_id: planned.agency,
        to_agency_id,
        kind: told.kind,
        effective_on,
        legal_basis: told.legal_basis.clone(),
    };
    if !put_succession(tx, stamp.tenant, &succession)? {
        return Ok(outcome);
    }
    let Some(mut agency) = load_agency(tx, stamp.tenant, planned.agency)? else { return Ok(outcome) };
    // The event has a version of its own, so that its order among the agency's events is certain.
    agency.version += 1;
    put_agency(tx, stamp.tenant, &agency)?;
    tell(tx, journal, stamp, events::AGENCY_SUCCEEDED, planned.agency, agency.version, &succession)?;
    Ok(if outcome == Outcome::Loaded { outcome } else { Outcome::Changed })
}
