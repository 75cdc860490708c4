//! Closing periods, and re-opening them with a reason.

use std::sync::Arc;

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, Role, Text, Uuid, new_id};

use super::http::closings::{CreateElementPeriodClosing, CreateElementPeriodReopening, ElementPeriodClosing};
use super::store::closings::{self, ClosingRow};
use super::{Elements, WRITE, evidence, facts, refusals};
use crate::periods::Period;
use crate::reach::{self, AgencyIn};

/// Who closes periods of an agency, and opens them again.
const CLOSING: [Role; 2] = [Role::Approver, Role::Administrator];

pub(super) async fn close(
    room: &Elements,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateElementPeriodClosing,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let (own, asking, asked) = (room.clone(), Arc::clone(&actor), new.clone());
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("element_closing_right", move |conn| place(conn, &own, &asking, &asked).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("element_period_close", actor.tenant, key, move |tx| {
            closings::hold_on(tx, actor.tenant)?;
            let at = Moment::of(&own.db.clock);
            let (agency, period, by) = place(tx, &own, &actor, &new)?;
            let days = (period.first_day(), period.last_day());
            if let Some(closing) = closings::covering(tx, actor.tenant, agency.id, days)? {
                return Err(refusals::closed(&closing).into());
            }
            let row = ClosingRow {
                tenant_id: Id(actor.tenant),
                id: Id(new_id()),
                agency_id: Id(agency.id),
                agency_code: agency.code,
                period: period.to_string(),
                first_day: days.0,
                last_day: days.1,
                closed_by: by.actor().to_owned(),
                closed_at: At::from(at.now),
                reopened_by: None,
                reopened_at: None,
                reason: None,
                version: 1,
            };
            closings::insert(tx, &row)?;
            facts::tell_closing(tx, &own.journal, &Stamp::of(&by, at), &row)?;
            let path = format!("/v1/element-period-closings/{}", row.id.0);
            Ok(Answer::created(path, &ElementPeriodClosing::of(row))?.version(1))
        })
        .await
}

pub(super) async fn reopen(
    room: &Elements,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: CreateElementPeriodReopening,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asking = Arc::clone(&actor);
    room.db.read("element_closing_right", move |conn| own_closing(conn, &asking, id).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("element_period_reopen", actor.tenant, key, move |tx| {
            let at = Moment::of(&own.db.clock);
            let (mut row, by) = own_closing(tx, &actor, id)?;
            refusals::check_version(row.version, version)?;
            if row.reopened_at.is_some() {
                return Err(is_open().into());
            }
            let mut faults = Vec::new();
            let reason = evidence::needed_reason(Some(&new.reason), "/reason", &mut faults);
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            (row.reopened_by, row.reopened_at) = (Some(by.actor().to_owned()), Some(At::from(at.now)));
            (row.reason, row.version) = (Some(reason), version + 1);
            if !closings::update(tx, &row)? {
                return Err(refusals::stale(row.version).into());
            }
            facts::tell_closing(tx, &own.journal, &Stamp::of(&by, at), &row)?;
            let version = row.version;
            Ok(Answer::done(&ElementPeriodClosing::of(row))?.version(version))
        })
        .await
}

fn place(
    conn: &mut Conn,
    room: &Elements,
    actor: &Actor,
    new: &CreateElementPeriodClosing,
) -> TxResult<(AgencyIn, Period, Authority)> {
    let today = room.db.clock.business().day_in_vietnam();
    let Ok(period) = new.period.parse::<Period>() else {
        let text = Text::new("Không phải là kỳ, ví dụ 2026-Q3.", "This is no period, such as 2026-Q3.");
        return Err(Error::invalid_field("/period", "period.malformed", text).into());
    };
    if period.last_day() >= today {
        let text = Text::new("Kỳ này chưa kết thúc.", "This period is not over.");
        return Err(Error::invalid_field("/period", "period.not_over", text).into());
    }
    // Whoever is closed is of today: below it stand the agencies that are responsible for values now.
    let Some(agency) = reach::agency_in(conn, actor.tenant, &new.agency, today_of(today)?, today)? else {
        return Err(Error::invalid(vec![refusals::agency_unknown("/agency")]).into());
    };
    let by = reach::require(conn, actor, agency.id, &CLOSING, refusals::not_closing)?;
    Ok((agency, period, by))
}

fn today_of(today: chrono::NaiveDate) -> Result<Period> {
    let period = Period::containing(crate::periods::PeriodKind::Day, today);
    period.ok_or_else(|| Error::internal("today lies beyond the years there are"))
}

fn own_closing(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<(ClosingRow, Authority)> {
    let row = closings::find(conn, actor, id)?.ok_or_else(Error::not_found)?;
    // Who is closed from above sees the closing and can't undo it.
    let by = reach::authority(conn, actor, row.agency_id.0, &CLOSING)?.ok_or_else(refusals::not_closing)?;
    Ok((row, by))
}

fn is_open() -> Error {
    Error::conflict("element_period.open", "Kỳ này đã được mở lại.", "This period is open again already.")
}
