//! Reading the registers of an agency for a period.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{Named, names, resolve};
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, FieldError, Result, Text, Uuid};
use motcua_paper::Book;

use super::http::{IncomingRegister, IncomingReport, IncomingTracking};
use super::{Lines, paper, report, rows_for_sheet};
use crate::incoming::IncomingDocuments;
use crate::incoming::rules::{READ, not_yours};
use crate::incoming::store;
use crate::letterhead::letterhead;

/// The longest period: a year, the leap day included.
const MOST_DAYS: i64 = 366;

/// Whose documents, and of when.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub agency: String,
    /// The first and the last day of arrival.
    pub days: (NaiveDate, NaiveDate),
    pub request_id: String,
}

/// The registers of an agency.
///
/// # Errors
/// `agency.unknown`, `register.period`, `register.too_long`; `incoming.not_yours` for those who neither keep nor direct the
/// agency's documents.
pub(super) async fn read(room: &IncomingDocuments, actor: Arc<Actor>, asked: Asked) -> Result<IncomingRegister> {
    let days = asked.days;
    let own = room.clone();
    let (agency, lines) = of_agency(room, &actor, &asked, move |conn, reader, agency, period| {
        lines_between(conn, &own, reader.tenant, agency, period)
    })
    .await?;
    let Lines { register, progress } = lines;
    note_reading(room, &actor, "get_incoming_register", &asked, register.iter().map(|line| line.document_id)).await?;
    Ok(IncomingRegister { agency, from: days.0, to: days.1, register, progress })
}

/// The register that follows their solution, as a table and as paper.
///
/// # Errors
/// As [`read`].
pub(super) async fn tracking(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    asked: Asked,
) -> Result<(IncomingTracking, Book)> {
    let (from, to) = asked.days;
    let (own, today) = (room.clone(), room.db.clock.business().day_in_vietnam());
    let (agency, (lines, head)) = of_agency(room, &actor, &asked, move |conn, reader, agency, period| {
        let lines = lines_between(conn, &own, reader.tenant, agency, period)?;
        Ok((lines.progress, letterhead(conn, reader.tenant, agency, today)?))
    })
    .await?;
    note_reading(room, &actor, "get_incoming_tracking", &asked, lines.iter().map(|line| line.document_id)).await?;
    let book = paper::tracking(&lines, head, (from, to), room.db.clock.business().0);
    Ok((IncomingTracking { agency, from, to, rows: lines }, book))
}

/// How an agency's incoming documents were dealt with, by who has the lead, as a table and as paper.
///
/// # Errors
/// As [`read`].
pub(super) async fn report(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    asked: Asked,
) -> Result<(IncomingReport, Book)> {
    let (from, to) = asked.days;
    let (own, now) = (room.clone(), room.db.clock.business());
    let (agency, (rows, head)) = of_agency(room, &actor, &asked, move |conn, reader, agency, period| {
        let rows = report::rows(conn, &own, reader.tenant, agency, period, now)?;
        let rows = rows.ok_or_else(report::too_long)?;
        Ok((rows, letterhead(conn, reader.tenant, agency, now.day_in_vietnam())?))
    })
    .await?;
    let total = report::total(&rows);
    let table = IncomingReport { agency, from, to, as_of: now.0, rows, total };
    let book = paper::report(&table, head);
    Ok((table, book))
}

/// Something of the agency a caller names, who keeps or directs its documents, for documents that arrived on some days.
async fn of_agency<T: Send + 'static>(
    room: &IncomingDocuments,
    actor: &Arc<Actor>,
    asked: &Asked,
    make: impl Fn(&mut Conn, &Actor, Uuid, (NaiveDate, NaiveDate)) -> TxResult<T> + Send + Sync + 'static,
) -> Result<(Named, T)> {
    actor.require_scope("documents:registers:read")?;
    actor.require_scope(READ)?;
    let (from, to) = asked.days;
    let before = to.succ_opt().filter(|_| from <= to && (to - from).num_days() < MOST_DAYS).ok_or_else(wrong_period)?;
    let (reader, agency) = (Arc::clone(actor), asked.agency.clone());
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read_snapshot("incoming_register", move |conn| {
            let tenant = reader.tenant;
            let found = resolve(conn, tenant, &agency, today)?;
            // What was split is asked for by the id of a part.
            let [id] = found.as_slice() else { return Err(several(&found).into()) };
            let may = match reader.kind {
                ActorKind::Service => true,
                ActorKind::Officer => store::keeps(conn, &reader, *id)?,
                ActorKind::Client | ActorKind::Citizen => false,
            };
            if !may {
                return Err(not_yours().into());
            }
            let made = make(conn, &reader, *id, (from, before))?;
            let named = names(conn, tenant, &[*id], today)?.remove(id);
            let named: Named = named.ok_or_else(|| Error::internal(format!("the agency {id} has no name")))?;
            Ok((named, made))
        })
        .await
}

async fn note_reading(
    room: &IncomingDocuments,
    actor: &Actor,
    operation: &'static str,
    asked: &Asked,
    documents: impl Iterator<Item = Uuid>,
) -> Result<()> {
    let subjects: Vec<Uuid> = documents.collect();
    if subjects.is_empty() {
        return Ok(());
    }
    room.db.audit_read(ReadEntry::of(actor, operation, asked.request_id.clone(), subjects)).await
}

fn lines_between(
    conn: &mut Conn,
    room: &IncomingDocuments,
    tenant: Uuid,
    agency: Uuid,
    period: (NaiveDate, NaiveDate),
) -> TxResult<Lines> {
    Ok(rows_for_sheet(conn, room, tenant, agency, period)?.ok_or_else(too_long)?)
}

fn wrong_period() -> Error {
    let text = Text::new("Kỳ phải từ 1 ngày đến 1 năm.", "The period must have 1 day to 1 year.");
    Error::malformed("register.period", text.vi, text.en).with("parameter", "to")
}

fn several(found: &[Uuid]) -> Error {
    let error = Error::malformed(
        "agency.several",
        "Cơ quan này đã được chia tách hoặc chưa có cơ quan kế thừa; hãy nêu một cơ quan đang hoạt động.",
        "This agency was split or has no successor; name one that is open.",
    );
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    error.with("successors", found).with("parameter", "agency")
}

fn too_long() -> Error {
    let text = Text::new(
        "Sổ có hơn 5.000 dòng; hãy chọn kỳ ngắn hơn.",
        "The register has more than 5,000 rows; choose a shorter period.",
    );
    let mut error = Error::malformed("register.too_long", text.vi.clone(), text.en.clone()).with("parameter", "from");
    error.fields = vec![FieldError::new("", "period", text)];
    error
}
