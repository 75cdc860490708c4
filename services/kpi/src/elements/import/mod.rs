//! Importing values from CSV files and workbooks: read strictly, judged line by line, written whole or line by line.
//!
//! A file is read into lines that know where they stand (`csv_file`, `workbook`), whatever it was. Then every line is
//! judged by the same rules as a value that is entered by hand (`plan`); a dry run ends there. What is written is written
//! in one transaction, so that an import is there or not.

mod csv_file;
mod lines;
mod plan;
mod workbook;

use std::sync::Arc;

use bytes::BytesMut;
use futures_util::TryStreamExt;
use motcua_db::{Conn, TxResult, is_unique_violation};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{ActorKind, Answer, Error, Kind, Result};
use motcua_web::Upload;
use sha2::{Digest, Sha256};

use self::lines::Lines;
use self::plan::{Plan, Planned};
use super::http::import::{ImportMode, ImportQuery, ImportReport};
use super::rules::state::ENTERING;
use super::store::steps::{self, ENTER, StepRow};
use super::store::{closings, values};
use super::{Elements, WRITE, facts, refusals};

/// The largest file.
const MOST_BYTES: u64 = 32 << 20;
/// The most lines below the header.
const MOST_LINES: usize = 100_000;
const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) async fn import(room: &Elements, mut upload: Upload<ImportQuery>) -> Result<Answer> {
    let actor = Arc::clone(&upload.actor);
    actor.require_scope(WRITE)?;
    if actor.kind != ActorKind::Officer || actor.agencies_with(&ENTERING).is_empty() {
        return Err(refusals::not_entering());
    }
    let read: fn(&[u8], &ImportQuery) -> Result<Lines> = match upload.content_type.as_deref() {
        Some(CSV) => csv_file::read,
        Some(XLSX) => workbook::read,
        _ => return Err(unsupported()),
    };
    let mut bytes = BytesMut::new();
    let mut pieces = upload.pieces(MOST_BYTES)?;
    while let Some(piece) = pieces.try_next().await? {
        bytes.extend_from_slice(&piece);
    }
    let key = upload.idempotency(&hex::encode(Sha256::digest(&bytes)));
    let query = upload.query.clone();
    let mark = query.decimal_mark;
    let (dry_run, mode) = (query.dry_run, query.mode);
    let lines = actix_web::web::block(move || read(&bytes, &query)).await.map_err(Error::internal)??;
    let (own, lines) = (room.clone(), Arc::new(lines));
    if dry_run {
        let plan = move |conn: &mut Conn| plan::plan(conn, &own, &actor, &lines, mark);
        return Answer::done(&room.db.read_snapshot("element_values_import_plan", plan).await?.report);
    }
    room.db
        .write_once("element_values_import", actor.tenant, key, move |tx| {
            closings::hold_off(tx, actor.tenant)?;
            let plan = plan::plan(tx, &own, &actor, &lines, mark)?;
            if mode == ImportMode::Atomic && plan.report.refused > 0 {
                return Err(faulty(&plan.report)?.into());
            }
            Ok(Answer::done(&write(tx, &own, plan)?)?)
        })
        .await
}

/// Writes what was planned: new values and their versions many together, changes one by one.
fn write(tx: &mut Conn, room: &Elements, plan: Plan) -> TxResult<ImportReport> {
    let at = Moment::of(&room.db.clock);
    let Plan { planned, elements, mut report } = plan;
    let new: Vec<_> = planned.iter().filter(|planned| planned.is_new).map(|planned| planned.row.clone()).collect();
    match values::insert(tx, &new) {
        Err(motcua_db::Failure::Database(error)) if is_unique_violation(&error) => return Err(meanwhile().into()),
        other => other?,
    }
    for Planned { row, .. } in planned.iter().filter(|planned| !planned.is_new) {
        if !values::update(tx, row)? {
            return Err(meanwhile().into());
        }
    }
    let step = |Planned { row, by, .. }: &Planned| StepRow::new(row, ENTER, None, (by.actor(), by.on_behalf_of()));
    steps::insert(tx, &planned.iter().map(step).collect::<Vec<_>>())?;
    for Planned { row, by, .. } in &planned {
        let element = elements.get(&row.element_id.0);
        let element = element.ok_or_else(|| Error::internal("a planned value without an element"))?;
        facts::tell_value(tx, &room.journal, &Stamp::of(by, at), facts::VALUE_ENTERED, (row, element))?;
    }
    report.applied = !planned.is_empty();
    Ok(report)
}

fn faulty(report: &ImportReport) -> Result<Error> {
    let refused = report.refused;
    let error = Error::new(
        Kind::Invalid,
        "import.faults",
        format!("Không nhập dòng nào: {refused} dòng có lỗi."),
        format!("Nothing was imported: {refused} lines have faults."),
    );
    Ok(error.with("report", serde_json::to_value(report).map_err(Error::internal)?))
}

/// Somebody else entered one of the values in between: the whole import may be sent again.
fn meanwhile() -> Error {
    Error::conflict(
        "import.meanwhile",
        "Có người khác vừa nhập số liệu trong tệp này; hãy gửi lại.",
        "Somebody entered a value of this file meanwhile; send it again.",
    )
}

fn unsupported() -> Error {
    Error::new(
        Kind::UnsupportedMedia,
        "media_type.unsupported",
        format!("Chỉ nhận tệp kiểu {CSV} hoặc {XLSX}."),
        format!("Only {CSV} and {XLSX} are taken."),
    )
}
