//! Making a change: checked, written under the next revision, told, and put in line for its walk through the dossiers.

use std::sync::Arc;

use motcua_calendars::{Snapshot, YearTable, view_of};
use motcua_clock::OfficeHours;
use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Kind, Result, Uuid, new_id};
use serde::Serialize;
use serde_json::json;

use super::proposal::{self, Proposal};
use super::store::{self, ChangeRow, ExceptionRow, HoursRow, YearRow};
use super::{Calendars, access};
use motcua_calendars::facts::{
    CalendarFacts, DECREED, DayFacts, EXCEPTION_REVOKED, EXCEPTION_SET, ExceptionFacts, OFFICE_HOURS_SET, SessionFacts,
};

/// What the caller has read of what they change.
#[derive(Debug)]
pub(super) enum Read {
    /// The object by its `If-Match`, or why there is none; asked for only when the object exists.
    Object(Result<i64>),
    /// The revision of all calendars, as a dry run named it.
    All(i64),
}

/// A change that was checked, with what follows from it.
enum Checked {
    Year(YearTable),
    Exception { agency: Uuid, exception: motcua_clock::AgencyException },
    Revocation { row: ExceptionRow, exception: motcua_clock::AgencyException },
    Hours { agency: Uuid, hours: Option<OfficeHours> },
}

impl Checked {
    /// The agency that it reaches, with all below; none for all.
    fn agency(&self) -> Option<Uuid> {
        match self {
            Self::Year(_) => None,
            Self::Exception { agency, .. } | Self::Hours { agency, .. } => Some(*agency),
            Self::Revocation { row, .. } => Some(row.agency_id.0),
        }
    }

    fn over(&self, snapshot: &Snapshot) -> Result<Snapshot> {
        match self {
            Self::Year(table) => snapshot.with_year(table.clone()),
            Self::Exception { agency, exception } => Ok(snapshot.with_exception(*agency, exception.clone())),
            Self::Revocation { row, exception } => Ok(snapshot.without_exception(row.agency_id.0, exception.date)),
            Self::Hours { agency, hours } => Ok(snapshot.with_hours(*agency, hours.clone())),
        }
    }
}

/// Who may make a change, asked before a kept answer is given again.
pub(super) async fn admit(room: &Calendars, actor: &Arc<Actor>, proposal: &Proposal) -> Result<Authority> {
    let (own, actor, proposal) = (room.clone(), Arc::clone(actor), proposal.clone());
    room.db.read("calendar_admit", move |conn| access::authority(conn, &own, &actor, &proposal)).await
}

/// Makes a change and answers with what `answer` reads of it.
pub(super) async fn make(
    room: &Calendars,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    proposal: Proposal,
    read: Read,
    answer: impl Fn(&mut Conn, &Calendars, &ChangeRow) -> TxResult<Answer> + Send + Sync + 'static,
) -> Result<Answer> {
    let by = admit(room, &actor, &proposal).await?;
    let own = room.clone();
    let made = room
        .db
        .write_once("calendar_change", actor.tenant, key, move |tx| {
            let stamp = Stamp::of(&by, Moment::of(&own.db.clock));
            let row = enact(tx, &own, &stamp, &proposal, &read)?;
            answer(tx, &own, &row)
        })
        .await?;
    room.wake.notify_one();
    Ok(made)
}

/// Puts a dry run in line.
pub(super) fn count(tx: &mut Conn, room: &Calendars, stamp: &Stamp, proposal: &Proposal) -> TxResult<ChangeRow> {
    let head = store::head(tx, stamp.tenant)?;
    let snapshot = room.snapshot(tx, stamp.tenant, head)?;
    let checked = check(tx, &snapshot, stamp.tenant, proposal)?;
    let row = change_row(stamp, proposal, &checked, head, None)?;
    store::insert_change(tx, row.clone())?;
    Ok(row)
}

/// What a change that was checked once would make of the calendars it was checked over.
pub(super) fn proposed(conn: &mut Conn, room: &Calendars, row: &ChangeRow) -> TxResult<Snapshot> {
    let tenant = row.tenant_id.0;
    let snapshot = room.snapshot(conn, tenant, row.base_revision)?;
    let checked = check(conn, &snapshot, tenant, &store::read(&row.proposal)?)?;
    Ok(checked.over(&snapshot)?)
}

fn enact(tx: &mut Conn, room: &Calendars, stamp: &Stamp, proposal: &Proposal, read: &Read) -> TxResult<ChangeRow> {
    let tenant = stamp.tenant;
    let head = store::take_head(tx, tenant)?;
    up_to_date(tx, room, tenant, proposal, read, head)?;
    let snapshot = room.snapshot(tx, tenant, head)?;
    let checked = check(tx, &snapshot, tenant, proposal)?;
    if let Some(other) = store::applying(tx, tenant)? {
        return Err(under_way(other).into());
    }
    let revision = head + 1;
    let row = change_row(stamp, proposal, &checked, head, Some(revision))?;
    let (kind, facts) = write(tx, &row, revision, checked)?;
    store::insert_change(tx, row.clone())?;
    store::set_head(tx, tenant, revision)?;
    let data = serde_json::to_value(&facts).map_err(Error::internal)?;
    room.journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: 1, data: &data })?;
    Ok(row)
}

/// Refuses a caller who has read something else than what stands there now.
fn up_to_date(
    tx: &mut Conn,
    room: &Calendars,
    tenant: Uuid,
    proposal: &Proposal,
    read: &Read,
    head: i64,
) -> TxResult<()> {
    let stands = match (read, proposal) {
        (Read::All(_), _) => Some(head),
        (Read::Object(_), Proposal::Year { year, .. }) => match store::year_revision(tx, tenant, *year)? {
            Some(revision) => Some(revision),
            // One that comes with the program stands at revision 0.
            None => room.is_embedded(*year).then_some(0),
        },
        (Read::Object(_), Proposal::OfficeHours { agency_id, .. }) => {
            Some(store::hours_revision(tx, tenant, *agency_id)?.unwrap_or_default())
        }
        (Read::Object(_), Proposal::Revocation { exception_id, .. }) => {
            let row = store::exception(tx, tenant, *exception_id)?;
            Some(row.revoked_revision.unwrap_or(row.set_revision))
        }
        (Read::Object(_), Proposal::Exception { .. }) => None,
    };
    let Some(stands) = stands else { return Ok(()) };
    let has_read = match read {
        Read::All(revision) => *revision,
        Read::Object(expected) => expected.clone()?,
    };
    if has_read == stands {
        return Ok(());
    }
    Err(match read {
        Read::Object(_) => crate::catalogue::stale(stands),
        Read::All(_) => Error::new(
            Kind::Conflict,
            "calendar.moved_on",
            "Lịch đã thay đổi sau khi tính thử; hãy tính thử lại.",
            "The calendars have changed since they were counted with; count again.",
        )
        .with("revision", stands),
    }
    .into())
}

fn check(conn: &mut Conn, snapshot: &Snapshot, tenant: Uuid, proposal: &Proposal) -> TxResult<Checked> {
    let refuse = |faults: Vec<FieldError>| if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) };
    match proposal {
        Proposal::Year { year, table } => {
            let table = proposal::year_table(*year, table, snapshot.national()).map_err(Error::invalid)?;
            Ok(Checked::Year(table))
        }
        Proposal::Exception { agency_id, exception } => {
            let exception = exception.exception();
            let view = view_of(conn, snapshot, tenant, *agency_id)?;
            let has_one = snapshot.has_exception(*agency_id, exception.date);
            refuse(proposal::exception_faults(&exception, snapshot.national(), &view, has_one))?;
            Ok(Checked::Exception { agency: *agency_id, exception })
        }
        Proposal::Revocation { exception_id, source } => {
            refuse(proposal::source_faults(source))?;
            let row = store::exception(conn, tenant, *exception_id)?;
            if row.revoked_revision.is_some() {
                return Err(Error::conflict(
                    "calendar.exception_revoked",
                    "Ngoại lệ này đã được hủy.",
                    "The exception was taken back already.",
                )
                .into());
            }
            let exception = store::read(&row.content)?;
            Ok(Checked::Revocation { row, exception })
        }
        Proposal::OfficeHours { agency_id, hours } => {
            let hours = proposal::office_hours(hours).map_err(Error::invalid)?;
            Ok(Checked::Hours { agency: *agency_id, hours })
        }
    }
}

fn change_row(
    stamp: &Stamp,
    proposal: &Proposal,
    checked: &Checked,
    base: i64,
    revision: Option<i64>,
) -> Result<ChangeRow> {
    Ok(ChangeRow {
        tenant_id: Id(stamp.tenant),
        id: Id(new_id()),
        kind: proposal.kind().to_owned(),
        base_revision: base,
        revision,
        agency_id: checked.agency().map(Id),
        proposal: to_json(proposal)?,
        source: proposal.source().trim().to_owned(),
        state: if revision.is_some() { "applying" } else { "counting" }.to_owned(),
        last_dossier: None,
        seen: 0,
        author: stamp.actor().to_owned(),
        created_at: stamp.occurred.into(),
        ended_at: None,
        version: 1,
    })
}

fn write(tx: &mut Conn, row: &ChangeRow, revision: i64, checked: Checked) -> TxResult<(EventKind, CalendarFacts)> {
    let tenant_id = row.tenant_id.clone();
    let mut facts = CalendarFacts {
        revision,
        source: row.source.clone(),
        agency_id: checked.agency(),
        year: None,
        provisional: false,
        days: Vec::new(),
        exception: None,
        sessions: None,
    };
    let kind = match checked {
        Checked::Year(table) => {
            facts.year = Some(table.year.year);
            facts.provisional = table.year.provisional;
            facts.days = table
                .days
                .iter()
                .map(|day| DayFacts { date: day.date, kind: day.kind.into(), linked_date: day.linked_date })
                .collect();
            let year = i64::from(table.year.year);
            store::insert_year(tx, YearRow { tenant_id, year, revision, content: to_json(&table)? })?;
            DECREED
        }
        Checked::Exception { agency, exception } => {
            facts.exception = Some(ExceptionFacts { id: row.id.0, date: exception.date, kind: exception.kind.into() });
            // The exception and the change that set it are one and the same to whoever asks for either.
            let stored = ExceptionRow {
                tenant_id,
                id: row.id.clone(),
                agency_id: Id(agency),
                content: to_json(&exception)?,
                set_revision: revision,
                revoked_revision: None,
            };
            store::insert_exception(tx, stored)?;
            EXCEPTION_SET
        }
        Checked::Revocation { row: of, exception } => {
            facts.exception = Some(ExceptionFacts { id: of.id.0, date: exception.date, kind: exception.kind.into() });
            store::revoke(tx, tenant_id.0, of.id.0, revision)?;
            EXCEPTION_REVOKED
        }
        Checked::Hours { agency, hours } => {
            facts.sessions = hours.as_ref().map(|hours| {
                let session = |session: &motcua_clock::OfficeSession| SessionFacts {
                    opens: session.opens,
                    closes: session.closes,
                };
                hours.sessions().iter().map(session).collect()
            });
            let content = to_json(&hours)?;
            store::insert_hours(tx, HoursRow { tenant_id, agency_id: Id(agency), revision, content })?;
            OFFICE_HOURS_SET
        }
    };
    Ok((kind, facts))
}

fn to_json(value: &impl Serialize) -> Result<Json> {
    serde_json::to_value(value).map(Json).map_err(Error::internal)
}

fn under_way(other: Uuid) -> Error {
    Error::conflict(
        "calendar.change_under_way",
        "Một thay đổi lịch khác đang được áp dụng cho các hồ sơ; hãy chờ xong.",
        "Another change of the calendars is still on its way through the dossiers; wait for it.",
    )
    .with("change_id", json!(other))
}
