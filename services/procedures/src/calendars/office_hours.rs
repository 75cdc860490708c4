//! Office hours (giờ hành chính) that an agency's deadlines are counted by: its own, or those of the nearest above it that
//! has some, or the usual ones.

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use chrono::NaiveTime;
use motcua_calendars::{Snapshot, hours_holder, view_of};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Answer, Uuid};
use motcua_web::{Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::enact::{self, Read as Seen};
use super::proposal::Proposal;
use super::store::{self, ChangeRow};
use super::{Calendars, READ, access};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(get_office_hours).service(update_office_hours);
}

/// One unbroken session of a working day (buổi làm việc), in Vietnamese time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeHoursSession {
    /// When the office opens.
    #[schema(value_type = String, example = "07:30:00")]
    pub opens: NaiveTime,
    /// When it closes, later than it opens.
    #[schema(value_type = String, example = "11:30:00")]
    pub closes: NaiveTime,
}

/// Office hours to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateOfficeHours {
    /// The sessions in order, without overlap; null gives back those from above.
    #[serde(default)]
    pub sessions: Option<Vec<OfficeHoursSession>>,
    /// The decision behind it (văn bản), 1 to 500 characters.
    #[schema(example = "Quyết định 20/2026/QĐ-UBND")]
    pub source: String,
}

/// The office hours that hold at an agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfficeHoursView {
    /// The agency.
    pub agency_id: Uuid,
    /// The sessions of a working day, in order.
    pub sessions: Vec<OfficeHoursSession>,
    /// The agency that they were set for: itself, one above it, or null for the usual ones.
    pub set_for: Option<Uuid>,
    /// The revision of the calendars in which this agency's own were set or given up last; 0 when never.
    pub revision: i64,
    /// The change that did.
    pub change_id: Option<Uuid>,
    /// The decision behind it.
    pub source: Option<String>,
}

/// Read the office hours of an agency
#[utoipa::path(
    operation_id = "get_office_hours",
    tag = "calendars",
    params(("id" = Uuid, Path, description = "The agency.")),
    responses((status = 200, description = "The office hours.", body = OfficeHoursView)),
    security(("bearer" = ["procedures:calendars:read"]))
)]
#[get("/agencies/{id}/office-hours")]
async fn get_office_hours(room: Data<Calendars>, id: Path<Uuid>, request: Read) -> WebResult {
    request.actor.require_scope(READ)?;
    let (own, tenant, agency) = (room.clone(), request.actor.tenant, *id);
    let read = move |conn: &mut Conn| {
        access::known(conn, tenant, agency)?;
        let head = store::head(conn, tenant)?;
        let snapshot = own.snapshot(conn, tenant, head)?;
        view(conn, &snapshot, tenant, agency, None)
    };
    let hours = room.db.read("office_hours", read).await?;
    Reply::object(&hours, hours.revision, false)
}

/// Set the office hours of an agency
///
/// Needs `If-Match`. Open dossiers are counted anew, as after the decree of a year.
#[utoipa::path(
    operation_id = "update_office_hours",
    tag = "calendars",
    params(
        ("id" = Uuid, Path, description = "The agency."),
        ("If-Match" = String, Header, description = "Entity tag of the office hours as the caller has read them.")
    ),
    request_body = UpdateOfficeHours,
    responses(
        (status = 200, description = "The office hours.", body = OfficeHoursView),
        (status = 409, description = "`calendar.change_under_way`: another change is still on its way.")
    ),
    security(("bearer" = ["procedures:calendars:write"]))
)]
#[put("/agencies/{id}/office-hours")]
async fn update_office_hours(room: Data<Calendars>, id: Path<Uuid>, request: Write<UpdateOfficeHours>) -> WebResult {
    let seen = Seen::Object(Ok(request.require_match()?));
    let Write { actor, idempotency, body, .. } = request;
    let agency = *id;
    let proposal = Proposal::OfficeHours { agency_id: agency, hours: body };
    let answer = move |tx: &mut Conn, room: &Calendars, row: &ChangeRow| {
        let revision = row.revision.unwrap_or_default();
        let snapshot = room.snapshot_unkept(tx, row.tenant_id.0, revision)?;
        let hours = view(tx, &snapshot, row.tenant_id.0, agency, Some(row))?;
        Ok(Answer::done(&hours)?.version(revision))
    };
    Reply::answer(enact::make(&room, actor, idempotency, proposal, seen, answer).await?)
}

fn view(
    conn: &mut Conn,
    snapshot: &Snapshot,
    tenant: Uuid,
    agency: Uuid,
    change: Option<&ChangeRow>,
) -> TxResult<OfficeHoursView> {
    let set_for = hours_holder(conn, snapshot, tenant, agency)?;
    let hours = view_of(conn, snapshot, tenant, agency)?.office_hours;
    let revision = match change.and_then(|change| change.revision) {
        Some(revision) => revision,
        None => store::hours_revision(conn, tenant, agency)?.unwrap_or_default(),
    };
    let change = match change {
        Some(change) => Some(change.clone()),
        None => store::changes_of(conn, tenant, &[revision])?.remove(&revision),
    };
    let session =
        |session: &motcua_clock::OfficeSession| OfficeHoursSession { opens: session.opens, closes: session.closes };
    Ok(OfficeHoursView {
        agency_id: agency,
        sessions: hours.sessions().iter().map(session).collect(),
        set_for,
        revision,
        change_id: change.as_ref().map(|change| change.id.0),
        source: change.map(|change| change.source),
    })
}
